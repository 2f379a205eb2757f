"""Officials and guides of teaching points: who cares for whom, how they were checked, which points have nobody."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.faculty.models import GuideCheck, GuidePair, Teacher
from doorstep.faculty.queries.rights import sees_findings


def with_guides(points: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of teaching points, with how many guides an official cares for (`guides`) and the last check (`checked`)."""
    here = GuidePair.objects.filter(point_id=OuterRef("pk"), until=None)
    counted = here.order_by().values("point_id").annotate(n=Count("pk")).values("n")
    checks = GuideCheck.objects.filter(pair__point_id=OuterRef("pk")).order_by("-checked_on")
    rows: QuerySet[Any] = points.annotate(
        guides=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        checked=Subquery(checks.values("checked_on")[:1]),
    )
    return rows


def guide_pairs_of(point_id: int, actor: Actor) -> list[tuple[GuidePair, list[GuideCheck]]]:
    """The pairs of a teaching point, the present ones first, each with its checks where `actor` may know them."""
    rows = GuidePair.objects.filter(point_id=point_id).select_related("guide__unit").prefetch_related("checks")
    pairs = rows.order_by(F("until").desc(nulls_first=True), "since", "pk")
    return [(pair, list(pair.checks.all()) if sees_findings(pair.guide, actor) else []) for pair in pairs]


def guide_pair_by_id(pair_id: int, actor: Actor) -> GuidePair:
    """A pair that `actor` may check or end; raises NotFound."""
    rows = GuidePair.objects.select_related("guide")
    found = visible_to(actor, "faculty.keep_guide", rows).filter(pk=pair_id).first()
    if found is None:
        raise NotFound
    return found


def guides_for(point_id: int, place: str) -> list[Teacher]:
    """Whom an official could care for at a point: guides at its place first, then the other teachers there."""
    held = GuidePair.objects.filter(point_id=point_id, until=None).values("guide")
    rows = Teacher.objects.filter(place=place, is_active=True).exclude(pk__in=held).select_related("unit")
    return sorted(rows.order_by("name", "pk"), key=lambda one: one.category != Teacher.Category.GUIDE)
