"""The tables of the menu."""

from doorstep.catalogue.models.courses import Course

__all__ = ["Course"]
