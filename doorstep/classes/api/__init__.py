"""The door of classes for machines."""

from doorstep.classes.api import classes, enrolments, waiting

routers = (classes.router, enrolments.router, waiting.router)

__all__ = ["routers"]
