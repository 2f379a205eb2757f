"""Every read of classes, seats and leave that leaves the app."""

from __future__ import annotations

from doorstep.classes.queries.invariants import STATED
from doorstep.classes.queries.will_counting import lines_that_differ, tallies_that_differ
from doorstep.core.invariants import Invariant


def invariants() -> tuple[Invariant, ...]:
    """What must always be true of classes and seats."""
    return (
        *STATED,
        Invariant("will_lines_are_seats_and_orders", "记下的自选和安排等于逐条报名、点单重数", lines_that_differ()),
        Invariant("will_tally_is_sum_of_lines", "各单位的自选和安排等于记下的逐行相加", tallies_that_differ()),
    )
