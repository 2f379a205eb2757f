"""Every read of texts for the public that leaves the app."""

from __future__ import annotations

from doorstep.core.invariants import Invariant
from doorstep.notices.queries.invariants import STATED


def invariants() -> tuple[Invariant, ...]:
    """What must always be true of articles."""
    return STATED
