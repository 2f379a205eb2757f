"""Every read about rolls and arrivals that leaves the app."""

from __future__ import annotations

from doorstep.attendance.queries.invariants import STATED
from doorstep.core.invariants import Invariant


def invariants() -> tuple[Invariant, ...]:
    """What must always be true of arrivals, marks and rolls."""
    return STATED
