"""When can what one orders be held: rooms free, bases open and not full, somebody to teach, over months ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from doorstep.bases.queries.booking import ground_of
from doorstep.bases.queries.claims import spans_held, terms_of
from doorstep.bases.queries.places import venues_at
from doorstep.bases.queries.vehicles import held_whole_by
from doorstep.bases.queries.venues import Use, obstacles, receptions_of
from doorstep.bases.queries.ways import Place, at_base, minutes_between
from doorstep.classes.queries.order_lecturers import NO_MORE, Lecturers, lecturers_of
from doorstep.classes.queries.receiving import guests_by_day, short_words, stated_by
from doorstep.classes.rules.orders import (
    AFTERNOON,
    MORNING,
    HalfDay,
    OrderLimits,
    half_days_from,
    rest_days,
    shares_of,
    starts_of,
    usual_part,
)
from doorstep.classes.rules.reception import Needs, short_of
from doorstep.core import clock
from doorstep.core.policies import PolicyValue, policies_at

if TYPE_CHECKING:
    from doorstep.bases.models import Reception, Venue
    from doorstep.bases.rules.claims import RoomTerms
    from doorstep.catalogue.queries.offers import Offer, OfferItem
    from doorstep.directory.models import Unit

FREE, FULL, SHUT, REST, UNTAUGHT = "free", "full", "shut", "rest", "untaught"
_FIGURES = tuple(f"order.{name}" for name in "morning afternoon rest_days notice_days days_ahead most_wishes".split())


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """When a half day begins and ends, the days nobody teaches, and how one may order. Source: policies `order.*`."""

    hours: Mapping[str, tuple[time, time]]
    rest: frozenset[date]
    limits: OrderLimits

    def span(self, half: HalfDay) -> tuple[datetime, datetime]:
        """The moments between which a half day is held."""
        begins, ends = self.hours[half.part]
        return datetime.combine(half.day, begins, clock.LOCAL_ZONE), datetime.combine(half.day, ends, clock.LOCAL_ZONE)


def order_figures(place: str) -> OrderFigures:
    """The figures for orders to a provider at `place` today."""
    found = policies_at(_FIGURES, on=clock.today(), place=place)
    whole = (found[f"order.{name}"].integer for name in ("notice_days", "days_ahead", "most_wishes"))
    hours = {part: _hours(found[f"order.{part}"]) for part in (MORNING, AFTERNOON)}
    return OrderFigures(hours, frozenset(rest_days(found["order.rest_days"].text)), OrderLimits(*whole))


def _hours(value: PolicyValue) -> tuple[time, time]:
    begins, _dash, ends = value.text.partition("-")
    return time.fromisoformat(begins), time.fromisoformat(ends)


@dataclass(frozen=True, slots=True)
class Bar:
    """What speaks against a half day, in words.

    `full` where somebody else is there, `untaught` where nobody can teach, `shut` for anything else.
    """

    kind: str
    words: str


@dataclass(slots=True)
class Rooms:
    """What is known of some bases over some half days, for a group with its needs."""

    needs: Needs
    venues: dict[int, list[Venue]] = field(default_factory=dict)
    schools: dict[int, Venue] = field(default_factory=dict)
    shut: dict[tuple[int, int | None, HalfDay], str] = field(default_factory=dict)
    held: set[tuple[int, HalfDay]] = field(default_factory=set)
    out: set[tuple[int, HalfDay]] = field(default_factory=set)
    guests: dict[tuple[int, date], Needs] = field(default_factory=dict)
    receptions: dict[int, Reception] = field(default_factory=dict)
    lecturers: Lecturers | None = None

    def lesson(self, items: Sequence[OfferItem], span: tuple[datetime, datetime]) -> Bar | None:
        """What speaks against teaching then: nobody of those who give the course of these items can be there."""
        taught = next((item.course_id for item in items if item.course_id), None)
        if self.lecturers is None or taught is None:
            return None
        base_id = next((item.base_id for item in items if item.base_id), None)
        why = self.lecturers.hindrance(taught, base_id, *span)
        if why == NO_MORE:
            return Bar(UNTAUGHT, _("讲这门课的老师到那天没有有效的审核或授课资格"))
        return Bar(UNTAUGHT, _("讲这门课的老师那半天都有安排")) if why else None

    def at(self, base_id: int, half: HalfDay, *, needs_room: bool) -> tuple[Venue | None, Bar | None]:
        """A room of a base for a half day, the smallest that is free, or what speaks against it.

        Where no room is needed, or the base has none at all, the base itself is looked at; a mobile school goes out
        then as a whole.
        """
        stated, there = self.receptions.get(base_id), self.guests.get((base_id, half.day), Needs())
        if stated and (short := short_of(stated_by(stated), there, self.needs)):
            return None, Bar(FULL if short.wanted <= short.most else SHUT, short_words(short))
        if not needs_room or not self.venues.get(base_id):
            return None, self._whole(base_id, half)
        return self._room(base_id, half)

    def _whole(self, base_id: int, half: HalfDay) -> Bar | None:
        school = self.schools.get(base_id)
        room = school.pk if school and school.is_active else None
        if why := self.shut.get((base_id, room, half), ""):
            return Bar(SHUT, why)
        is_out = school is not None and (school.pk, half) in self.out
        return Bar(FULL, _("%(room)s已被占用") % {"room": school.name}) if school and is_out else None

    def _room(self, base_id: int, half: HalfDay) -> tuple[Venue | None, Bar | None]:
        large = [venue for venue in self.venues[base_id] if venue.seats >= self.needs.people]
        bar = Bar(SHUT, _("没有坐得下 %(n)s 人的场地") % {"n": self.needs.people})
        for venue in large:
            if why := self.shut.get((base_id, venue.pk, half), ""):
                bar = Bar(SHUT, why) if bar.kind != FULL else bar
            elif (venue.pk, half) in self.held:
                bar = Bar(FULL, _("%(room)s已被占用") % {"room": venue.name})
            else:
                return venue, None
        return None, bar


def rooms_known(
    base_ids: Sequence[int],
    halves: Sequence[HalfDay],
    needs: Needs,
    *,
    unit: Unit,
    provider: Unit,
    figures: OrderFigures,
    booked_on: date,
) -> Rooms:
    """All that decides where people of `unit`, who asked `provider` on a day, can be; twelve queries.

    Some more where a base is a mobile school, of which it is known how far it goes.
    """
    known = Rooms(needs)
    if not base_ids or not halves:
        return known
    rooms = venues_at(base_ids)
    known.schools = held_whole_by(rooms.values())
    for venue in reversed(rooms.values()):
        if venue.is_active:
            known.venues.setdefault(venue.base_id, []).append(venue)
    places: list[tuple[int, int | None]] = [(v.base_id, v.pk) for rooms in known.venues.values() for v in rooms]
    places += [(base_id, None) for base_id in base_ids]
    wanted = [(base, venue, half) for half in halves for base, venue in places]
    uses = [Use(base, venue, *figures.span(half)) for base, venue, half in wanted]
    against = obstacles(uses, booked_on=booked_on, guest=ground_of(unit))
    known.shut = {wanted[number]: why for number, why in against.items()}
    first, last = figures.span(halves[0])[0], figures.span(halves[-1])[1]
    venues = {venue.pk: venue for given in known.venues.values() for venue in given}
    terms = terms_of({**venues, **{one.pk: one for one in known.schools.values()}}.values())
    held = spans_held(terms, first, last)
    known.held = _taken(held, terms, needs.people, figures, {})
    if known.schools:
        known.out = _taken(held, terms, needs.people, figures, _ways_out(known.schools.values(), provider))
    known.receptions = receptions_of(base_ids)
    days = sorted({half.day for half in halves})
    known.guests = guests_by_day(known.receptions, days, None) if known.receptions else {}
    return known


def _taken(
    held: Iterable[tuple[int, datetime, datetime, int]],
    terms: Mapping[int, RoomTerms],
    people: int,
    figures: OrderFigures,
    ways: Mapping[int, timedelta],
) -> set[tuple[int, HalfDay]]:
    """The half days for which a venue cannot be had: somebody has it, or shares it and leaves too few seats.

    What goes somewhere is on its way so long before and after.
    """
    there: dict[tuple[int, HalfDay], int] = {}
    for venue_id, starts_at, free_at, heads in held:
        starts, free = clock.local(starts_at), clock.local(free_at)
        way = ways.get(venue_id, timedelta(0))
        late = timedelta(minutes=terms[venue_id].buffer_minutes) + way
        first, last = (starts - late).date(), (free + way).date()
        for n in range((last - first).days + 1):
            for part in (MORNING, AFTERNOON):
                half = HalfDay(first + timedelta(days=n), part)
                begins, closes = figures.span(half)
                if starts < closes + late and begins - way < free:
                    there[venue_id, half] = there.get((venue_id, half), 0) + heads
    return {
        (venue_id, half)
        for (venue_id, half), heads in there.items()
        if not terms[venue_id].is_shared or heads + people > terms[venue_id].seats
    }


def _ways_out(schools: Iterable[Venue], provider: Unit) -> dict[int, timedelta]:
    """Venue id -> how long each mobile school is on the road to who holds the class."""
    there, rows = Place(provider), list(schools)
    minutes = minutes_between([(at_base(one.base), there) for one in rows])
    return {one.pk: timedelta(minutes=way or 0) for one, way in zip(rows, minutes, strict=True)}


@dataclass(frozen=True, slots=True)
class DayOffer:
    """A day one may wish for, and what speaks against beginning in a half of it.

    Its word is free, full, untaught, shut or rest.
    """

    day: date
    word: str
    starts: tuple[str, ...] = ()
    against: Mapping[str, Bar] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """Why the day cannot be had at all; "" where it can."""
        if self.starts:
            return ""
        return next((bar.words for bar in self.against.values() if bar.kind == self.word), "")


def bars_of(offer: Offer, halves: Sequence[HalfDay], rooms: Rooms, figures: OrderFigures) -> Bar | None:
    """What speaks first against holding an offer in these half days; None when nothing does."""
    shares = list(zip(halves, shares_of(offer.items, len(halves)), strict=True))
    for half, items in shares:
        for base_id in dict.fromkeys(item.base_id for item in items if item.base_id):
            bar = rooms.at(base_id, half, needs_room=not offer.is_route)[1]
            if bar:
                return bar
    return next((bar for half, items in shares if (bar := rooms.lesson(items, figures.span(half)))), None)


def days_offered(
    offer: Offer,
    *,
    unit: Unit,
    provider: Unit,
    people: int,
    first: date,
    last: date,
    figures: OrderFigures,
    needs: Needs | None = None,
) -> list[DayOffer]:
    """Every day from `first` to `last` with whether `people` of `unit` can have what `provider` offers begin then.

    `needs` says what they need besides a room, where that is known.
    """
    count = (last - first).days + 1
    halves = half_days_from(first, MORNING, 2 * count + offer.half_days)
    rooms = rooms_known(
        offer.base_ids,
        halves,
        needs or Needs(people),
        unit=unit,
        provider=provider,
        figures=figures,
        booked_on=clock.today(),
    )
    rooms.lecturers = lecturers_of(offer, unit, provider, first, halves[-1].day)
    return [_offered(offer, first + timedelta(days=n), rooms, figures) for n in range(count)]


def _offered(offer: Offer, day: date, rooms: Rooms, figures: OrderFigures) -> DayOffer:
    starts = starts_of(usual_part(offer.half_days))
    if day in figures.rest:
        return DayOffer(day, REST, against=dict.fromkeys(starts, Bar(REST, _("节假日"))))
    found = {start: bars_of(offer, half_days_from(day, start, offer.half_days), rooms, figures) for start in starts}
    against = {start: bar for start, bar in found.items() if bar}
    if len(against) < len(starts):
        return DayOffer(day, FREE, tuple(start for start in starts if start not in against), against)
    kinds = {bar.kind for bar in against.values()}
    return DayOffer(day, next(kind for kind in (FULL, UNTAUGHT, SHUT) if kind in kinds), against=against)
