"""Visits as they are read: person-times by month and year, never mixed with persons or with those of classes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractMonth

from doorstep.bases.models import Base, Visit
from doorstep.bases.rules.visits import VisitLimits
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policies_at

YEARS_TOLD = 3  # of the headline figure: this year and the two before


def visits_visible_to(actor: Actor) -> QuerySet[Visit]:
    """The visits `actor` may see, each with its base and how many came in all."""
    rows = visible_to(actor, "bases.view_visit", Visit.objects.all(), place="base__place")
    return rows.select_related("base__unit").annotate(total=F("local_count") + F("outside_count"))


def visit_to_correct(base: Base, visit_id: UUID, actor: Actor) -> Visit:
    """A visit to a base that `actor` may count for; raises NotFound."""
    rows = visible_to(actor, "bases.count_visit", Visit.objects.all(), place="base__place")
    visit = rows.select_related("base").filter(county=base.county, id=visit_id, base=base).first()
    if visit is None:
        raise NotFound
    return visit


def visit_limits(place: str) -> VisitLimits:
    """What counts of visitors at `place` must keep to today. Source: policies `visit.*`."""
    found = policies_at(("visit.most_people", "visit.most_days_late"), on=clock.today(), place=place)
    return VisitLimits(found["visit.most_people"].integer, found["visit.most_days_late"].integer)


@dataclass(frozen=True, slots=True)
class VisitSum:
    """Person-times of a stretch of time: from here, from elsewhere; a `month` of 0 is the whole year."""

    year: int
    month: int
    local: int
    outside: int

    @property
    def total(self) -> int:
        """Person-times in all."""
        return self.local + self.outside


def visit_sums(base: Base) -> list[tuple[VisitSum, list[VisitSum]]]:
    """Each year in which people came, the latest first, with its months; one query."""
    rows = (
        Visit.objects.filter(base=base, voided_at__isnull=True)
        .annotate(month=ExtractMonth("visited_on"))
        .values_list("year", "month")
        .annotate(local=Sum("local_count"), outside=Sum("outside_count"))
        .order_by("-year", "month")
    )
    years: dict[int, list[VisitSum]] = {}
    for year, month, local, outside in rows:
        years.setdefault(year, []).append(VisitSum(year, month, local, outside))
    return [(_added(year, months), months) for year, months in years.items()]


def _added(year: int, months: Iterable[VisitSum]) -> VisitSum:
    known = list(months)
    return VisitSum(year, 0, sum(m.local for m in known), sum(m.outside for m in known))


def summed(rows: QuerySet[Any]) -> VisitSum:
    """Person-times of some visits, those that were taken back left out."""
    found = rows.filter(voided_at__isnull=True).aggregate(
        local=Coalesce(Sum("local_count"), 0), outside=Coalesce(Sum("outside_count"), 0)
    )
    return VisitSum(0, 0, found["local"], found["outside"])


def visit_counts() -> dict[str, int]:
    """Person-times of this year and the two before."""
    return {"visit": summed(Visit.objects.filter(year__gt=clock.today().year - YEARS_TOLD)).total}
