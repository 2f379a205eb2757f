"""The door of classes for machines."""

from doorstep.classes.api import classes, enrolments

routers = (classes.router, enrolments.router)

__all__ = ["routers"]
