"""What follows when an order, a seat, a class or a teacher's answer changes: who is told, and whose turn it is."""

from __future__ import annotations

from doorstep.classes.handlers import classes, orders, outside, people, seats, teachers, waiting, will

__all__ = ["classes", "orders", "outside", "people", "seats", "teachers", "waiting", "will"]
