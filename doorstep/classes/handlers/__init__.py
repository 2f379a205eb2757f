"""What classes say to those concerned when an order, a seat, a class or a teacher's answer changes."""

from __future__ import annotations

from doorstep.classes.handlers import classes, orders, seats, teachers

__all__ = ["classes", "orders", "seats", "teachers"]
