"""Who plans a year: counties for what they hold themselves, schools and academies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from doorstep.bases.queries.places import schools_and_academies_where
from doorstep.core.actors import Actor
from doorstep.core.permissions import visible_to
from doorstep.directory.queries import units_visible_to

if TYPE_CHECKING:
    from doorstep.bases.models import Base
    from doorstep.directory.models import Unit


@dataclass(frozen=True, slots=True)
class Planner:
    """A school or an academy with its unit; a county alone."""

    unit: Unit
    base: Base | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return self.base.name if self.base else self.unit.short_name

    @property
    def place(self) -> str:
        """Where its plan stands."""
        return self.base.place if self.base else self.unit.path

    @property
    def county(self) -> str:
        """The code of its county."""
        return self.base.county if self.base else self.unit.county

    @property
    def key(self) -> str:
        """How forms and addresses name it: base-12, unit-7."""
        return f"base-{self.base.pk}" if self.base else f"unit-{self.unit.pk}"


def counties_where(actor: Actor, action: str) -> QuerySet[Unit]:
    """The counties in use today at which `actor` may do `action`."""
    rows = units_visible_to(actor).filter(kind="county", valid_to=None)
    return visible_to(actor, action, rows, place="path")


def planners_where(actor: Actor, action: str) -> list[Planner]:
    """Who plans and stands where `actor` may do `action`: counties first, then academies and schools by place."""
    counties = [Planner(unit) for unit in counties_where(actor, action).select_related("parent").order_by("path")]
    bases = schools_and_academies_where(actor, action).select_related("unit__parent").order_by("kind", "place", "pk")
    return [*counties, *(Planner(base.unit, base) for base in bases)]
