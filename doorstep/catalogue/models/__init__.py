"""The tables of the menu."""

from doorstep.catalogue.models.cases import Case, CaseFile
from doorstep.catalogue.models.contests import (
    Contest,
    ContestEntry,
    ContestJuror,
    ContestObjection,
    ContestScore,
    ContestVote,
)
from doorstep.catalogue.models.courses import Course, CourseContent, CourseVersion
from doorstep.catalogue.models.materials import Edition, Material, Movement, Sending, Shelf
from doorstep.catalogue.models.packages import Package, PackageCourse, PackageStep, PackageVersion
from doorstep.catalogue.models.panoramas import Panorama, PanoramaEdition, PanoramaMark
from doorstep.catalogue.models.routes import Route, RouteStop

__all__ = [
    "Case",
    "CaseFile",
    "Contest",
    "ContestEntry",
    "ContestJuror",
    "ContestObjection",
    "ContestScore",
    "ContestVote",
    "Course",
    "CourseContent",
    "CourseVersion",
    "Edition",
    "Material",
    "Movement",
    "Package",
    "PackageCourse",
    "PackageStep",
    "PackageVersion",
    "Panorama",
    "PanoramaEdition",
    "PanoramaMark",
    "Route",
    "RouteStop",
    "Sending",
    "Shelf",
]
