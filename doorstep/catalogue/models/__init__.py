"""The tables of the menu."""

from doorstep.catalogue.models.courses import Course, CourseContent, CourseVersion
from doorstep.catalogue.models.packages import Package, PackageCourse, PackageStep, PackageVersion
from doorstep.catalogue.models.routes import Route, RouteStop

__all__ = [
    "Course",
    "CourseContent",
    "CourseVersion",
    "Package",
    "PackageCourse",
    "PackageStep",
    "PackageVersion",
    "Route",
    "RouteStop",
]
