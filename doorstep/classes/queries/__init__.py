"""Every read of classes, seats and leave that leaves the app."""

from __future__ import annotations

from doorstep.classes.queries.invariants import STATED
from doorstep.core.invariants import Invariant


def invariants() -> tuple[Invariant, ...]:
    """What must always be true of classes and seats."""
    return STATED
