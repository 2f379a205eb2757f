"""Every read of what can be ordered that leaves the app."""

from __future__ import annotations

from doorstep.catalogue.queries.invariants import STATED
from doorstep.core.invariants import Invariant


def invariants() -> tuple[Invariant, ...]:
    """What must always be true of the menu."""
    return STATED
