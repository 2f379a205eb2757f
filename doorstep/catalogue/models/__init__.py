"""The tables of the menu."""

from doorstep.catalogue.models.courses import Course
from doorstep.catalogue.models.routes import Route, RouteStop

__all__ = ["Course", "Route", "RouteStop"]
