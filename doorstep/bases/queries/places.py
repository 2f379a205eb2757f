"""Bases and their venues, as they are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Case, Count, IntegerField, Q, QuerySet, When, prefetch_related_objects
from django.utils.translation import gettext_lazy

from doorstep.bases.models import Base, Venue
from doorstep.bases.queries.booking import open_to
from doorstep.bases.rules.datum import GCJ02, WGS84
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may, visible_to
from doorstep.core.registry import Choice
from doorstep.directory.queries import children_of, line_of, named, units_where
from doorstep.directory.queries.divisions import divisions_on

if TYPE_CHECKING:
    from doorstep.directory.models import Division, Unit


# How many steps of a place lead down to the county.
COUNTY_STEPS = 2
# Where coordinates come from, in words.
DATUMS = ((GCJ02, gettext_lazy("高德、腾讯地图上看到的")), (WGS84, gettext_lazy("手机定位、北斗或 GPS 测到的")))


def bases_visible_to(actor: Actor) -> QuerySet[Base]:
    """The bases `actor` may see."""
    return visible_to(actor, "bases.view_base", Base.objects.all())


def bases_nearest(actor: Actor) -> QuerySet[Base]:
    """The bases `actor` may see, each `far`: 0 of a unit one acts for or below it, 1 of its county, 2 elsewhere."""
    places = [grant.place for grant in actor.grants]
    own, county = Q(pk__in=[]), Q(pk__in=[])
    for place in places:
        own |= Q(place__startswith=place)
        county |= Q(place__startswith="/".join(place.split("/")[:COUNTY_STEPS]) + "/")
    far = Case(When(own, then=0), When(county, then=1), default=2, output_field=IntegerField())
    return bases_visible_to(actor).select_related("unit").annotate(far=far)


def points_visible_to(actor: Actor) -> QuerySet[Base]:
    """The teaching points in use that `actor` may see."""
    return bases_visible_to(actor).filter(kind=Base.Kind.TEACHING_POINT, valid_to=None)


def county_choices(actor: Actor) -> list[tuple[str, str]]:
    """The counties of today, for the filter of a list."""
    return [(division.code, division.short_name) for division in divisions_on(clock.today(), "county")]


def base_by_id(base_id: int, actor: Actor) -> Base:
    """One base that `actor` may see, with its unit; raises NotFound."""
    base = bases_visible_to(actor).select_related("unit", "division").filter(pk=base_id).first()
    if base is None:
        raise NotFound
    return base


def venues_by_ids(ids: Iterable[int]) -> dict[int, Venue]:
    """Venues with their bases by id; raises NotFound when one is missing or out of use."""
    wanted = set(ids)
    found = {v.pk: v for v in Venue.objects.rooms().filter(pk__in=wanted, is_active=True).select_related("base")}
    if wanted - found.keys():
        raise NotFound
    return found


def bases_named(text: str) -> QuerySet[Base]:
    """Bases whose name matches `text` in Chinese or pinyin, to narrow down what one may see."""
    return named(Base.objects.all(), text, kind="base")


def bases_by_ids(ids: Iterable[int]) -> dict[int, Base]:
    """Bases by id with their units, in use or not."""
    return Base.objects.filter(pk__in=set(ids)).select_related("unit").in_bulk()


def places_in(counties: Iterable[str]) -> list[Base]:
    """What one can visit in some counties, besides the academies: every place in use, by township and kind."""
    rows = Base.objects.filter(Q(county__in=set(counties)) | Q(kind=Base.Kind.ACADEMY), valid_to__isnull=True)
    return list(rows.exclude(kind=Base.Kind.BELT).select_related("unit").order_by("place", "kind", "name", "pk"))


def bases_under(place: str) -> QuerySet[Base]:
    """The places in use today of a unit and of those below it, belts left out, by unit and name."""
    rows = Base.objects.filter(place__startswith=place, valid_to__isnull=True).exclude(kind=Base.Kind.BELT)
    return rows.order_by("place", "name", "pk")


def spots_in(county: str) -> list[Choice]:
    """Where one can go in a county, or with "" anywhere: every place in use today but belts, by county and kind."""
    return _choices(Base.objects.exclude(kind=Base.Kind.BELT), county)


def demonstrations_in(county: str) -> list[Choice]:
    """The demonstration bases in use today in a county, or with "" anywhere, by county and name."""
    return _choices(Base.objects.filter(kind=Base.Kind.DEMONSTRATION), county)


def _choices(rows: QuerySet[Base], county: str) -> list[Choice]:
    rows = rows.filter(valid_to__isnull=True, **({"county": county} if county else {}))
    found = rows.order_by("county", "kind", "name", "pk").values_list("pk", "name", "unit", "county")
    return [Choice(*row) for row in found]


def schools_where(actor: Actor, action: str) -> QuerySet[Base]:
    """The township schools in use today at which `actor` may do `action`."""
    rows = Base.objects.filter(kind=Base.Kind.TOWNSHIP_SCHOOL, valid_to__isnull=True)
    return visible_to(actor, action, rows).select_related("unit")


def schools_and_academies_where(actor: Actor, action: str) -> QuerySet[Base]:
    """The township schools and academies in use today at which `actor` may do `action`."""
    rows = Base.objects.filter(kind__in=(Base.Kind.TOWNSHIP_SCHOOL, Base.Kind.ACADEMY), valid_to__isnull=True)
    return visible_to(actor, action, rows).select_related("unit")


def venues_at(base_ids: Iterable[int]) -> dict[int, Venue]:
    """The rooms of bases by id, in use or not, the largest of a base first."""
    rows = Venue.objects.rooms().filter(base__in=set(base_ids)).select_related("base").order_by("base", "-seats", "pk")
    return {venue.pk: venue for venue in rows}


def venues_for(unit: Unit, *, besides: int | None = None) -> QuerySet[Venue]:
    """The rooms a class of `unit` may use: its own and those below first, then the county's, then those further away.

    Those of its own line, and those whose keepers open them to it. The venue `besides`, which somebody asked for, is
    among them whether or not it is open to the unit: opening a class there says why not.
    """
    today = clock.today()
    in_use = Q(base__valid_to__isnull=True) | Q(base__valid_to__gt=today)
    near = Case(
        When(base__place__startswith=unit.path, then=0),
        When(base__county=unit.county, then=1),
        default=2,
        output_field=IntegerField(),
    )
    rows = Venue.objects.rooms().filter(in_use, open_to(unit) | Q(pk=besides or 0), is_active=True)
    return rows.select_related("base").annotate(near=near).order_by("near", "base__kind", "base__name", "-seats", "pk")


def base_counts() -> dict[str, int]:
    """How many bases of each kind there are today, kinds without one too, and how many points are flagged."""
    day = clock.today()
    rows = Base.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
    found = dict(rows.values_list("kind").annotate(count=Count("pk")))
    return {kind: found.get(kind, 0) for kind in Base.Kind.values} | {
        "flagged_point": rows.filter(is_flagged=True).count()
    }


# Who may enter a base of a kind; belts are put together instead.
ENTERING = {
    Base.Kind.TEACHING_POINT: "bases.enter_base",
    Base.Kind.MOBILE_SCHOOL: "bases.enter_base",
    Base.Kind.MICRO_SITE: "bases.enter_base",
    Base.Kind.LECTURE_HALL: "bases.enter_base",
    Base.Kind.TOWNSHIP_SCHOOL: "bases.enter_school",
    Base.Kind.DEMONSTRATION: "bases.enter_top_base",
    Base.Kind.ACADEMY: "bases.enter_top_base",
}
# Who may put a base out of use, and into use again.
ENDING = {**ENTERING, Base.Kind.BELT: "bases.plan_belt"}


def kinds_to_enter(actor: Actor, place: str) -> list[tuple[str, str]]:
    """The kinds of base that `actor` may enter at a place, with their words."""
    kinds = [kind for kind, action in ENTERING.items() if may(actor, action, at=place)]
    return [(kind.value, str(kind.label)) for kind in kinds]


def entering_units(actor: Actor) -> list[Unit]:
    """The units for which `actor` may enter a base: their own and those right below."""
    found: dict[int, Unit] = {}
    for unit in units_where(actor, "bases.enter_base"):
        found |= {one.pk: one for one in (unit, *children_of(unit).exclude(kind="branch"))}
    return list(found.values())


def divisions_of(unit: Unit) -> list[Division]:
    """Where a base of `unit` may lie: its own division and the villages below it, in official order.

    A unit that has none, as one that is itself a base, lies in that of the nearest unit above it.
    """
    line = line_of(unit)
    prefetch_related_objects(line, "division")
    own = unit.division or next((one.division for one in reversed(line) if one.division), None)
    if own is None:
        return []
    return [own, *(one for one in divisions_on(clock.today(), "village") if one.parent_id == own.pk)]
