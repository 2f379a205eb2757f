"""People who came to see a place, for tests."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from doorstep.bases.models import Base, Visit
from doorstep.bases.rules.visits import VisitFacts
from doorstep.bases.services.visits import count_visit
from doorstep.core import clock
from tests.factories.classes import SYSTEM


def visit_facts(**changes: Any) -> VisitFacts:
    """Twelve from here and thirty from elsewhere, today."""
    values = {"visited_on": clock.today(), "kind": "outside", "local_count": 12, "outside_count": 30}
    return VisitFacts(**{**values, **changes})


def make_visit(base: Base, **changes: Any) -> Visit:
    """A group that came to `base`."""
    return count_visit(base=base, facts=visit_facts(**changes), key=uuid4(), actor=SYSTEM)
