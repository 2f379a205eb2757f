"""The tables of the menu."""

from doorstep.catalogue.models.courses import Course, CourseContent, CourseVersion
from doorstep.catalogue.models.panoramas import Panorama, PanoramaMark
from doorstep.catalogue.models.routes import Route, RouteStop

__all__ = ["Course", "CourseContent", "CourseVersion", "Panorama", "PanoramaMark", "Route", "RouteStop"]
