"""Every read about bases that leaves the app."""

from __future__ import annotations

from doorstep.bases.queries.invariants import STATED
from doorstep.core.invariants import Invariant


def invariants() -> tuple[Invariant, ...]:
    """What must always be true of bases, belts and evidence."""
    return STATED
