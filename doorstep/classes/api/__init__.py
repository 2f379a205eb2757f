"""The door of classes for machines."""

from doorstep.classes.api import classes, enrolments, orders, waiting

routers = (classes.router, enrolments.router, waiting.router, orders.router)

__all__ = ["routers"]
