"""Liaison points and standing links: who looks after which place, what they owe this year, what is to follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, Max, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policies_at, policy_at
from doorstep.faculty.models import LiaisonPoint, LinkVisit, StandingLink, Teacher
from doorstep.faculty.queries.teachers import teachers_visible_to
from doorstep.faculty.rules.lecturing import Duties


def duties_at(place: str = "") -> Duties:
    """What a link owes in a year at a place. Source: policy:link.visits_per_year, policy:link.lessons_per_year."""
    found = policies_at(("link.visits_per_year", "link.lessons_per_year"), on=clock.today(), place=place)
    return Duties(found["link.visits_per_year"].integer, found["link.lessons_per_year"].integer)


def points_visible_to(actor: Actor) -> QuerySet[LiaisonPoint]:
    """The liaison points `actor` may see: those of the units above, of their own, and below."""
    return visible_to(actor, "faculty.view_teacher", LiaisonPoint.objects.all())


def _told(rows: QuerySet[LiaisonPoint]) -> QuerySet[Any]:
    """Each point with the day somebody was last there, and whether that is too long ago (`latest`, `is_quiet`).

    Source: policy:liaison.visit_days.
    """
    today = clock.today()
    before = today - timedelta(days=policy_at("liaison.visit_days", on=today).integer)
    rows = rows.annotate(latest=Max("links__visits__visited_on", filter=Q(links__visits__voided_at=None)))
    since = Coalesce("latest", "valid_from")
    quiet = Case(
        When(valid_to=None, seen__lte=before, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    return rows.annotate(seen=since).annotate(is_quiet=quiet)


def points_told(actor: Actor) -> QuerySet[Any]:
    """The liaison points `actor` may see, each with when somebody was last there."""
    return _told(points_visible_to(actor)).select_related("unit", "host", "base")


def point_by_id(point_id: int, actor: Actor) -> Any:
    """One of them; raises NotFound."""
    found = points_told(actor).filter(pk=point_id).first()
    if found is None:
        raise NotFound
    return found


def points_quiet(actor: Actor) -> QuerySet[Any]:
    """The points that `actor` keeps at which nobody was for too long, the longest first."""
    own = [grant.place for grant in actor.grants]
    rows = visible_to(actor, "faculty.keep_point", LiaisonPoint.objects.filter(place__in=own, valid_to=None))
    return rows if rows.query.is_empty() else _told(rows).filter(is_quiet=True).order_by("seen", "pk")


def links_on(day: date) -> QuerySet[StandingLink]:
    """Who is linked to what on a day."""
    return StandingLink.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


def links_told(actor: Actor) -> QuerySet[Any]:
    """The links `actor` may see, each with what was done this year and whether it falls short.

    `visits`, `lessons`, `is_short`; what a liaison point asks for is told of the point. Source: policies `link.*`.
    """
    year, duties = clock.today().year, duties_at()
    mine = Q(visits__voided_at=None, visits__visited_on__year=year)
    rows = visible_to(actor, "faculty.view_link", StandingLink.objects.all(), owner="teacher__person")
    rows = rows.annotate(
        visited=Count("visits", filter=mine & Q(visits__kind=LinkVisit.Kind.VISIT)),
        taught=Count("visits", filter=mine & Q(visits__kind=LinkVisit.Kind.LESSON)),
    )
    less = Q(visited__lt=duties.visits) | Q(taught__lt=duties.lessons)
    return rows.annotate(
        is_short=Case(
            When(less & Q(valid_to=None, point=None), then=Value(True)), default=Value(False),
            output_field=BooleanField(),
        )
    ).select_related("teacher__unit", "unit", "base", "point")  # fmt: skip


def link_by_id(link_id: int, actor: Actor) -> Any:
    """One of them; raises NotFound."""
    found = links_told(actor).filter(pk=link_id).first()
    if found is None:
        raise NotFound
    return found


def link_told(link_id: int) -> StandingLink:
    """A link with its teacher and place, for telling those concerned."""
    return StandingLink.objects.select_related("teacher", "base", "point").get(pk=link_id)


def links_of_teacher(teacher: Teacher, actor: Actor) -> list[Any]:
    """To what a teacher is linked today, as far as `actor` may see."""
    return list(links_told(actor).filter(teacher=teacher, valid_to=None).order_by("valid_from", "pk"))


def links_of_point(point: LiaisonPoint) -> list[StandingLink]:
    """Who is and was linked to a point, the present ones first."""
    rows = point.links.select_related("teacher__unit").order_by("-valid_from", "-pk")
    return sorted(rows, key=lambda link: link.valid_to is not None)


def links_of_bases(bases: Sequence[int], on: date) -> dict[int, int]:
    """base id -> how many teachers are linked to it on a day; bases without any are left out."""
    rows = links_on(on).filter(base__in=bases).values_list("base")
    return dict(rows.annotate(count=Count("teacher", distinct=True)).order_by())


def visits_of(link: StandingLink) -> list[LinkVisit]:
    """What was done under a link, the latest first."""
    return list(link.visits.select_related("entered_by").order_by("-visited_on", "-pk"))


def visits_at(point: LiaisonPoint) -> list[LinkVisit]:
    """What was done at a liaison point, the latest first."""
    rows = LinkVisit.objects.filter(link__point=point, voided_at=None).select_related("link__teacher")
    return list(rows.order_by("-visited_on", "-pk"))


def visit_by_id(visit_id: int, actor: Actor) -> LinkVisit:
    """A visit that `actor` may log; raises NotFound."""
    rows = LinkVisit.objects.select_related("link__teacher", "link__unit", "link__base", "link__point")
    seen = visible_to(actor, "faculty.log_visit", rows, place="link__place", owner="link__teacher__person")
    found = seen.filter(pk=visit_id).first()
    if found is None:
        raise NotFound
    return found


def follow_ups_due(actor: Actor) -> QuerySet[LinkVisit]:
    """What is still to follow from visits to the places at which `actor` works, the nearest day first."""
    own = [grant.place for grant in actor.grants]
    rows = LinkVisit.objects.filter(voided_at=None, due_on__isnull=False, done_on=None, link__place__in=own)
    seen = visible_to(actor, "faculty.log_visit", rows, place="link__place", owner="link__teacher__person")
    return seen.select_related("link__teacher", "link__unit", "link__base", "link__point").order_by("due_on", "pk")


def teachers_to_link(actor: Actor) -> QuerySet[Teacher]:
    """Whom `actor` may link: the teachers they see, the highest unit's first."""
    return teachers_visible_to(actor).filter(is_active=True).select_related("unit").order_by("place", "name", "pk")


def point_counts() -> dict[str, int]:
    """How many liaison points there are."""
    return {"liaison_point": LiaisonPoint.objects.filter(valid_to=None).count()}
