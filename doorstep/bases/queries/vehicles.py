"""What goes somewhere: coaches, boats and mobile schools; who may have them, and how long they are on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext as _

from doorstep.bases.models import Base, Loan, Venue
from doorstep.bases.queries.belts import road
from doorstep.bases.queries.booking import open_to
from doorstep.bases.queries.near import codes_of, point_of
from doorstep.bases.queries.travel import codes_at
from doorstep.bases.queries.venues import venues_visible_to
from doorstep.bases.rules.belts import Spot
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.registry import Journey
from doorstep.directory.queries import units_by_ids

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

GOES = ~Q(kind=Venue.Kind.ROOM) | Q(base__kind=Base.Kind.MOBILE_SCHOOL)


def vehicles_in_use(actor: Actor) -> QuerySet[Venue]:
    """The coaches, boats and mobile schools that can be had, each saying whether it is another body's."""
    borrowed = Exists(Loan.objects.filter(venue=OuterRef("pk")))
    return venues_visible_to(actor).filter(GOES, is_active=True).annotate(is_borrowed=borrowed)


def vehicles_for(unit: Unit, kind: str | None = None) -> QuerySet[Venue]:
    """What a class of `unit` may take along: what is of its own line, or opened to it; its own first."""
    rows = Venue.objects.filter(GOES, open_to(unit), is_active=True, base__valid_to__isnull=True)
    rows = rows.filter(kind=kind) if kind else rows
    near = Case(
        When(base__place__startswith=unit.path, then=0),
        When(base__county=unit.county, then=1),
        default=2,
        output_field=IntegerField(),
    )
    rows = rows.select_related("base__unit", "base__division")
    return rows.annotate(near=near).order_by("near", "base__name", "name", "pk")


def vehicles_named(ids: Iterable[int]) -> dict[int, Venue]:
    """Coaches, boats and mobile schools by id with their bases; raises NotFound when one is none or out of use.

    A mobile school goes as a whole, by whichever of its rooms it is named, also one that is not given out.
    """
    wanted = set(ids)
    going = Q(is_active=True) | Q(kind=Venue.Kind.ROOM)
    rows = Venue.objects.filter(GOES, going, pk__in=wanted).select_related("base__unit", "base__division")
    found = {venue.pk: venue for venue in rows} if wanted else {}
    if wanted - found.keys():
        raise NotFound
    return found


def schools_whole(base_ids: Iterable[int]) -> dict[int, list[Venue]]:
    """The mobile schools among some bases, each with its rooms, the one first by which it is held as a whole."""
    rows = Venue.objects.rooms().filter(base__in=set(base_ids), base__kind=Base.Kind.MOBILE_SCHOOL)
    found: dict[int, list[Venue]] = {}
    for venue in sorted(rows.select_related("base"), key=_largest_first):
        found.setdefault(venue.base_id, []).append(venue)
    return found


def _largest_first(room: Venue) -> tuple[bool, int, int]:
    """The largest room that is given out holds a mobile school; which does makes no difference to anybody else."""
    return not room.is_active, -room.seats, room.pk


def held_whole_by(rooms: Iterable[Venue]) -> dict[int, Venue]:
    """Base id -> the room by which it is held as a whole, of the mobile schools among the bases of some rooms."""
    found: dict[int, Venue] = {}
    for room in sorted((one for one in rooms if one.base.kind == Base.Kind.MOBILE_SCHOOL), key=_largest_first):
        found.setdefault(room.base_id, room)
    return found


def vehicle_word(venue: Venue) -> str:
    """What it is in a word."""
    return str(venue.get_kind_display() if venue.is_vehicle else venue.base.get_kind_display())


def vehicle_words(venue: Venue) -> str:
    """Its name with its seats and whose it is."""
    words = {"name": venue.name, "n": venue.seats, "base": venue.base.name}
    return _("%(name)s（%(n)s 座，%(base)s）") % words


def spot_of(base: Base) -> Spot:
    """Where a base lies: its own point, else that of its village or unit, with the codes by which ways are known."""
    point = (base.lat, base.lng) if base.lat is not None and base.lng is not None else point_of(base.unit)
    lat, lng = point or (None, None)
    return Spot(base.name, "", lat, lng, base.pk, codes_at(base.code, base.division_id))


def spot_at(unit: Unit, pin: tuple[float, float] | None = None) -> Spot:
    """Where a unit lies, or a pin on the map that is no base."""
    lat, lng = pin or point_of(unit) or (None, None)
    return Spot("", "", lat, lng, codes=() if pin else codes_of(unit))


def minutes_to(ways: Sequence[tuple[Base, Spot]]) -> list[int]:
    """Minutes from each base to a place, loaded or estimated; 0 where nobody knows where one of the two lies."""
    pairs = [(spot_of(base), there) for base, there in ways]
    known = road([spot for pair in pairs for spot in pair])
    return [known.minutes(here, there) or 0 for here, there in pairs]


def minutes_of(journeys: Sequence[Journey]) -> list[int]:
    """Minutes of journeys from units to units or bases, loaded or estimated; 0 where an end lies nowhere known."""
    units = units_by_ids({unit for one in journeys for unit in (one.home_id, one.unit_id)})
    bases = Base.objects.select_related("unit").in_bulk({one.row_id for one in journeys if one.row_id})
    lies = {pk: spot_at(unit) for pk, unit in units.items()}
    ends = [
        (lies[one.home_id], spot_of(bases[one.row_id]) if one.row_id in bases else lies[one.unit_id])
        for one in journeys
    ]
    known = road([spot for pair in ends for spot in pair])
    return [known.minutes(here, there) or 0 for here, there in ends]
