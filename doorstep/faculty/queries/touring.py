"""A round proposed for a lecture group: on which days, who, to which places in which order, and why so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import combinations, pairwise

from doorstep.core import clock
from doorstep.core.policies import policy_at
from doorstep.core.registry import Journey, measured, ways_of
from doorstep.faculty.models import LectureGroup, Teacher
from doorstep.faculty.queries.engagements import booked
from doorstep.faculty.queries.groups import members_within
from doorstep.faculty.queries.spots import Spot
from doorstep.faculty.rules.engaging import Ask, Booked, obstacle, with_ask
from doorstep.faculty.rules.touring import Outing, best_round

# A way nobody knows counts as a whole day, so that ways that are known go before it.
UNKNOWN = 24 * 60


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a round is to go, on which days, and from when until when one can lecture on each of them."""

    spots: Sequence[Spot]
    days: Sequence[date]
    times: Sequence[tuple[time, time]]


@dataclass(frozen=True, slots=True)
class Leg:
    """A sitting that is proposed, and the minutes on the way to it; None where nobody knows."""

    spot: Spot
    starts_at: datetime
    ends_at: datetime
    minutes: int | None


@dataclass(frozen=True, slots=True)
class DayOut:
    """One day of the round: who goes, their sittings, and the minutes back home."""

    teacher: Teacher
    day: date
    legs: Sequence[Leg]
    back: int | None

    @property
    def minutes(self) -> int:
        """Minutes on the way that are known, all together."""
        return sum(way or 0 for way in (*(leg.minutes for leg in self.legs), self.back))


@dataclass(frozen=True, slots=True)
class Proposal:
    """The round: its days, the places it does not reach, and on which days places that were wished for are closed."""

    days: Sequence[DayOut]
    left: Sequence[Spot]
    shut: Sequence[tuple[Spot, date]]

    @property
    def minutes(self) -> int:
        """Minutes on the way that are known, all together."""
        return sum(one.minutes for one in self.days)


class _Ground:
    """What is known of the places, the days and the people of a round, asked for once."""

    def __init__(self, group: LectureGroup, wish: Wish) -> None:
        self.wish = wish
        first, last = min(wish.days), max(wish.days)
        rows = list(members_within(group, first, last).select_related("teacher__unit", "teacher__home"))
        self.members = {day: {one.teacher_id for one in rows if one.is_in_on(day)} for day in wish.days}
        self.teachers = {one.teacher_id: one.teacher for one in rows}
        self.times: dict[int, Booked] = booked(list(self.teachers.values()), first, last)
        self.least = policy_at("teacher.buffer_minutes", on=first, place=group.place).integer
        ids = [spot.base_id for spot in wish.spots if spot.base_id]
        shut = {day: measured("bases.shut", ids, day) for day in wish.days}
        self.shut = [(spot, day) for spot in wish.spots for day in wish.days if spot.base_id in shut[day]]
        self.ways = self._ways()

    def _ways(self) -> Mapping[tuple[Spot, Spot], int | None]:
        homes = {Spot(self.home(pk)) for pk in self.teachers}
        spots = self.wish.spots
        pairs = [(a, b) for a in (*homes, *spots) for b in spots if a != b]
        journeys = [Journey(a.unit_id, b.unit_id, b.base_id, a.base_id) for a, b in pairs]
        return dict(zip(pairs, ways_of("bases.ways", journeys), strict=True))

    def home(self, teacher_id: int) -> int:
        teacher = self.teachers[teacher_id]
        return teacher.home_id or teacher.unit_id

    def way(self, a: Spot, b: Spot) -> int | None:
        """Minutes from one place to another; the way back is as long as the way there."""
        if a == b:
            return 0
        return self.ways[a, b] if (a, b) in self.ways else self.ways[b, a]

    def legs(self, day: int, who: int, places: Sequence[int]) -> list[Leg] | None:
        """The sittings of a day where these can be: in the earliest times in which nothing is in the way."""
        on, spots = self.wish.days[day], [self.wish.spots[number] for number in places]
        if who not in self.members[on] or any((spot, on) in self.shut for spot in spots):
            return None
        home = Spot(self.home(who))
        for times in combinations(self.wish.times, len(spots)):
            moments = [(_at(on, begins), _at(on, ends)) for begins, ends in times]
            if self._after(who, list(zip(spots, moments, strict=True)), home):
                ways = [self.way(a, b) for a, b in pairwise((home, *spots))]
                return [Leg(spot, *at, way) for spot, at, way in zip(spots, moments, ways, strict=True)]
        return None

    def _after(self, who: int, sittings: Sequence[tuple[Spot, tuple[datetime, datetime]]], home: Spot) -> Booked | None:
        """What is known of somebody's time once they give these too; None where something is in the way."""
        times = self.times[who]
        for spot, (starts_at, ends_at) in sittings:
            ask = Ask(who, "", "", "", starts_at, ends_at, self.way(home, spot) or 0)
            if starts_at <= clock.now() or obstacle(ask, times, self.least):
                return None
            times = with_ask(times, ask, self.least)
        return times

    def cost(self, day: int, who: int, places: tuple[int, ...]) -> int | None:
        """Minutes of a day's round, home again at its end."""
        legs = self.legs(day, who, places)
        if legs is None:
            return None
        back = self.way(Spot(self.home(who)), legs[-1].spot)
        return sum(UNKNOWN if way is None else way for way in (*(leg.minutes for leg in legs), back))

    def take(self, outing: Outing) -> bool:
        """Count the sittings of an outing to whoever gives them; False where they have too many by then."""
        legs = self.legs(outing.day, outing.who, outing.places)
        if legs is None:
            return False
        home = Spot(self.home(outing.who))
        after = self._after(outing.who, [(leg.spot, (leg.starts_at, leg.ends_at)) for leg in legs], home)
        self.times[outing.who] = after or self.times[outing.who]
        return True


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, clock.LOCAL_ZONE)


def round_proposed(group: LectureGroup, wish: Wish) -> Proposal:
    """The round that reaches most of the places with the shortest way, with members and places that are free.

    Who would have too many lessons in a month by then is left out of the day on which it becomes too many.
    """
    ground = _Ground(group, wish)
    barred: set[tuple[int, int]] = set()

    def cost(day: int, who: int, places: tuple[int, ...]) -> int | None:
        return None if (day, who) in barred else ground.cost(day, who, places)

    people, known = sorted(ground.teachers), dict(ground.times)
    while True:
        ground.times = dict(known)
        outings = best_round(len(wish.days), people, len(wish.spots), len(wish.times), cost)
        late = next((one for one in outings if not ground.take(one)), None)
        if late is None:
            break
        barred.add((late.day, late.who))
    ground.times = known
    return _proposal(ground, outings)


def _proposal(ground: _Ground, outings: Sequence[Outing]) -> Proposal:
    days = []
    for one in outings:
        legs = ground.legs(one.day, one.who, one.places) or []
        back = ground.way(Spot(ground.home(one.who)), legs[-1].spot)
        days.append(DayOut(ground.teachers[one.who], ground.wish.days[one.day], legs, back))
    reached = {leg.spot for day in days for leg in day.legs}
    return Proposal(days, [spot for spot in ground.wish.spots if spot not in reached], ground.shut)
