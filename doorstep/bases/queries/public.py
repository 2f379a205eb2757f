"""Bases and belts as everybody sees them: places with their rooms and hours, never a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.bases.models import Base, Belt, Venue
from doorstep.bases.queries.venues import closures_ahead, hours_of, week_words
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListFilter, ListSpec
from doorstep.core.public import PublicPage, public_page_of
from doorstep.directory.queries import named
from doorstep.directory.rules.outlines import Sketch, outlines, sketched

# A micro-site may be somebody's home: it is on no public page.
HOMES = (Base.Kind.MICRO_SITE,)
PLACES = tuple(kind for kind in Base.Kind if kind not in (*HOMES, Base.Kind.BELT))
CITY_DIGITS = "00"


@dataclass(frozen=True, slots=True)
class PublicBase:
    """A place that trains."""

    id: int
    kind: str
    kind_word: str
    name: str
    county: str
    county_name: str
    division: str
    theme: str
    capacity: int
    is_flagged: bool
    lat: float | None
    lng: float | None


@dataclass(frozen=True, slots=True)
class PublicVenue:
    """A room of a place, in seats."""

    name: str
    seats: int


@dataclass(frozen=True, slots=True)
class PublicClosure:
    """When a place, or a room of it, is closed; the reason stays inside."""

    venue: str
    starts: str
    ends: str


@dataclass(frozen=True, slots=True)
class PublicBelt:
    """Places of a county under one theme, published."""

    id: int
    name: str
    theme: str
    county_name: str
    places: tuple[PublicBase, ...]


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """A place with its rooms, its week (days, times), what closes it, and the belts it belongs to (id, name)."""

    base: PublicBase
    venues: tuple[PublicVenue, ...]
    week: tuple[tuple[str, str], ...]
    closures: tuple[PublicClosure, ...]
    belts: tuple[tuple[int, str], ...]


def county_name(code: str) -> str:
    """The name of a county by its code; what belongs to the whole city is called so."""
    feature = outlines().get(code)
    if feature is not None:
        return str(feature["properties"]["name"])
    return _("全市") if code.endswith(CITY_DIGITS) else ""


def county_names() -> list[tuple[str, str]]:
    """The counties that have an outline, by code."""
    return [(code, str(feature["properties"]["name"])) for code, feature in sorted(outlines().items())]


def public_bases() -> QuerySet[Base]:
    """The places in use today that are no private homes and no belts; for sub-selects."""
    today = clock.today()
    in_use = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    return Base.objects.filter(in_use, kind__in=PLACES, valid_from__lte=today)


def _public(base: Base) -> PublicBase:
    return PublicBase(
        id=base.pk,
        kind=base.kind,
        kind_word=str(base.get_kind_display()),
        name=base.name,
        county=base.county,
        county_name=county_name(base.county),
        division=base.division.name if base.division else "",
        theme=base.theme,
        capacity=base.capacity,
        is_flagged=base.is_flagged,
        lat=base.lat,
        lng=base.lng,
    )


_BASES = ListSpec(
    name="portal.bases",
    title=gettext_lazy("阵地"),
    columns=(),
    source=lambda actor, params: public_bases().select_related("division"),
    default_sort=("kind", "county", "name"),
    filters=(
        ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="base"), "text"),
        ListFilter(
            "county",
            gettext_lazy("县（市、区）"),
            lambda rows, v: rows.filter(county=v),
            choices=lambda a: county_names(),
        ),
        ListFilter(
            "kind",
            gettext_lazy("类别"),
            lambda rows, v: rows.filter(kind=v),
            choices=[(kind.value, kind.label) for kind in PLACES],
        ),
        ListFilter(
            "flagged",
            gettext_lazy("新思想教学点"),
            lambda rows, v: rows.filter(is_flagged=v == "1"),
            choices=[("1", gettext_lazy("只看新思想教学点"))],
        ),
    ),
    page_size=40,
)


def bases_listed(params: Mapping[str, str]) -> PublicPage[PublicBase]:
    """One page of the places everybody may know, as `params` ask."""
    return public_page_of(_BASES, params, lambda rows: [_public(base) for base in rows])


def named_places(text: str, most: int) -> list[PublicBase]:
    """The places whose name matches `text` in Chinese or pinyin initials."""
    rows = named(public_bases().select_related("division"), text, kind="base").order_by("kind", "name", "pk")
    return [_public(base) for base in rows[:most]]


def public_place(base_id: int) -> PublicPlace:
    """One place that everybody may know; raises NotFound."""
    base = public_bases().select_related("division").filter(pk=base_id).first()
    if base is None:
        raise NotFound
    venues = Venue.objects.rooms().filter(base=base, is_active=True).order_by("-seats", "name", "pk")
    belts = Belt.objects.filter(_out(), places=base).order_by("base__name")
    closures = [
        PublicClosure(one.venue.name if one.venue else "", _moment(one.starts_at), _moment(one.ends_at))
        for one in closures_ahead(base)
    ]
    return PublicPlace(
        base=_public(base),
        venues=tuple(PublicVenue(one.name, one.seats) for one in venues),
        week=tuple((days, times) for days, times in week_words(hours_of(base))),
        closures=tuple(closures),
        belts=tuple(belts.values_list("pk", "base__name")),
    )


def _moment(moment: Any) -> str:
    return clock.day_and_time(moment)


def _out() -> Q:
    return Q(published_at__isnull=False, base__valid_to__isnull=True)


def public_belts() -> list[PublicBelt]:
    """The published belts with their places, by county and name."""
    rows = Belt.objects.filter(_out()).select_related("base").order_by("base__county", "base__name", "pk")
    return _belts(list(rows))


def public_belt(base_id: int) -> PublicBelt:
    """One published belt; raises NotFound."""
    found = _belts(list(Belt.objects.filter(_out(), pk=base_id).select_related("base")))
    if not found:
        raise NotFound
    return found[0]


def _belts(belts: Sequence[Belt]) -> list[PublicBelt]:
    places: dict[int, list[PublicBase]] = {belt.pk: [] for belt in belts}
    rows = public_bases().filter(belts__in=belts).annotate(belt_id=F("belts")).select_related("division")
    for base in rows.order_by("name", "pk"):
        places[base.belt_id].append(_public(base))
    return [
        PublicBelt(belt.pk, belt.base.name, belt.base.theme, county_name(belt.base.county), tuple(places[belt.pk]))
        for belt in belts
    ]


def places_sketch(places: Iterable[PublicBase]) -> Sketch | None:
    """Places on the outline of their county, or of the city when they lie in several; None without an outline."""
    known = list(places)
    counties = {place.county for place in known} & outlines().keys()
    ground = counties if len(counties) == 1 else set(outlines())
    return sketched(sorted(ground), [(number, one.lng, one.lat) for number, one in enumerate(known, start=1)])


def public_base_ids(most: int) -> list[int]:
    """The ids of the places everybody may know."""
    return list(public_bases().order_by("pk").values_list("pk", flat=True)[:most])
