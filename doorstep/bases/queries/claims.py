"""Who has a venue at a time, whether somebody else could have it, and what is free instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from doorstep.bases.models import Reservation, Venue
from doorstep.bases.queries.booking import ground_of
from doorstep.bases.queries.venues import Use, obstacles
from doorstep.bases.rules.claims import Claim, RoomTerms, in_the_way, other_times, spans_of
from doorstep.core import clock
from doorstep.core.policies import PolicyValue, policies_at

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

DAYS_AROUND = 7  # how far away other times are looked for
NAMED = 3  # other times, and other venues, that are offered
_LOOKED_AT = 24
BUFFER, VEHICLE_BUFFER = "venue.buffer_minutes", "vehicle.buffer_minutes"


def claim_of(row: Reservation) -> Claim:
    """A reservation as the rules see it."""
    return Claim(
        row.venue_id,
        row.starts_at,
        row.ends_at,
        row.heads,
        row.free_at,
        row.holder,
        row.part,
        held_from=row.held_from,
        lane=row.lane,
    )


def standing() -> QuerySet[Reservation]:
    """The reservations that hold their venue now: a hold that has run out holds nothing."""
    return Reservation.objects.filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()), state=Reservation.State.LIVE)


def claims_around(claims: Sequence[Claim], days: int = 0) -> QuerySet[Reservation]:
    """The reservations in the lanes of `claims` from the first to the last of them, and `days` around; soonest first.

    Reservations of the same holder are left out.
    """
    if not claims:
        return Reservation.objects.none()
    around = timedelta(days=days)
    rows = standing().filter(
        lane__in={claim.line for claim in claims},
        held_from__lt=max(claim.free_at for claim in claims) + around,
        free_at__gt=min(claim.begins for claim in claims) - around,
    )
    if holder := claims[0].holder:
        rows = rows.exclude(holder=holder)
    return rows.order_by("starts_at", "pk")


def spans_held(
    terms: Mapping[int, RoomTerms], first: datetime, last: datetime
) -> list[tuple[int, datetime, datetime, int]]:
    """(venue id, from, free again, people) of all that holds one of these venues between `first` and `last`."""
    lanes: dict[int, list[int]] = {}
    for venue_id, one in terms.items():
        lanes.setdefault(one.lane, []).append(venue_id)
    rows = standing().filter(lane__in=lanes, held_from__lt=last, free_at__gt=first).order_by()
    held = rows.values_list("lane", "held_from", "free_at", "heads")
    return [(venue_id, starts, free, heads) for lane, starts, free, heads in held for venue_id in lanes[lane]]


def terms_of(venues: Iterable[Venue]) -> dict[int, RoomTerms]:
    """Venue id -> how it is given out, its base read with it.

    Source: policy:venue.buffer_minutes, policy:vehicle.buffer_minutes, or what its keeper said.
    """
    usual = policies_at((BUFFER, VEHICLE_BUFFER), on=clock.today())
    return {venue.pk: _terms(venue, usual) for venue in venues}


def _terms(venue: Venue, usual: Mapping[str, PolicyValue]) -> RoomTerms:
    after = usual[VEHICLE_BUFFER if venue.is_vehicle else BUFFER].integer
    late = after if venue.buffer_minutes is None else venue.buffer_minutes
    return RoomTerms(venue.seats, venue.is_shared, 0 if venue.is_shared else late, venue.lane)


def settled(
    claims: Sequence[Claim], terms: Mapping[int, RoomTerms], minutes: Sequence[int] | None = None
) -> list[Claim]:
    """The claims of one holder with their lanes and the times for which each is held, ways included.

    `minutes` lie after each of the uses; without them it is what each venue asks for now.
    """
    late = minutes or [terms[claim.venue_id].buffer_minutes for claim in claims]
    return spans_of([replace(claim, lane=terms[claim.venue_id].lane) for claim in claims], late)


def first_in_the_way(claims: Sequence[Claim], terms: Mapping[int, RoomTerms]) -> dict[int, Reservation]:
    """Index of a claim with its lane -> the reservation because of which it cannot be; one query for all."""
    rows = list(claims_around(claims))
    held = [claim_of(row) for row in rows]
    known = {id(claim): row for claim, row in zip(held, rows, strict=True)}
    found = {}
    for number, claim in enumerate(claims):
        other = in_the_way(claim, held, terms[claim.venue_id])
        if other is not None:
            found[number] = known[id(other)]
    return found


@dataclass(frozen=True, slots=True)
class Slot:
    """A time for which a venue is wanted, and why it cannot be had then: "" when it can."""

    claim: Claim
    why: str

    @property
    def is_free(self) -> bool:
        """Whether the venue can be had."""
        return not self.why

    @property
    def words(self) -> str:
        """When it is."""
        return span_words(self.claim)


def slots_of(claims: Sequence[Claim], venue: Venue, terms: RoomTerms, unit: Unit) -> list[Slot]:
    """What stands in the way of each claim on a venue by `unit`; the same few queries for any number of claims."""
    uses = [Use(venue.base_id, venue.pk, claim.starts_at, claim.ends_at) for claim in claims]
    shut = obstacles(uses, booked_on=clock.today(), guest=ground_of(unit))
    taken = first_in_the_way(claims, {venue.pk: terms})
    return [Slot(claim, shut.get(n) or (taken_words(taken[n]) if n in taken else "")) for n, claim in enumerate(claims)]


def taken_words(row: Reservation) -> str:
    """Who has a venue, as anybody may know it: a class by its title, else only that it is taken."""
    times = times_of(claim_of(row))
    if row.kind == Reservation.Kind.CLASS:
        return _("“%(title)s”%(times)s 在用") % {"title": row.purpose, "times": times}
    return _("%(times)s 已经有人约了") % {"times": times}


def times_of(claim: Claim) -> str:
    """From when to when by the local clock: 08:30–11:30, with 次日 when it ends on a later day."""
    starts, ends = clock.local(claim.starts_at), clock.local(claim.ends_at)
    later = "" if starts.date() == ends.date() else _("次日 ")
    return f"{starts:%H:%M}–{later}{ends:%H:%M}"


def span_words(claim: Claim) -> str:
    """The day and the times."""
    return f"{date_format(clock.local(claim.starts_at), _('n月j日'))} {times_of(claim)}"


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What could be had instead: other times of the same venue, other venues of the base at that time."""

    times: Sequence[Claim]
    venues: Sequence[Venue]

    @property
    def words(self) -> str:
        """The way out in a sentence."""
        times = _("、").join(span_words(claim) for claim in self.times)
        rooms = _("、").join(_("%(name)s（%(n)s 座）") % {"name": v.name, "n": v.seats} for v in self.venues)
        if times and rooms:
            return _("这个场地 %(times)s 空着；同一时间%(rooms)s也空着。") % {"times": times, "rooms": rooms}
        if times:
            return _("这个场地 %(times)s 空着。") % {"times": times}
        if rooms:
            return _("同一时间%(rooms)s空着。") % {"rooms": rooms}
        return _("请改时间，或换一处阵地。")


def alternatives_to(claim: Claim, venue: Venue, unit: Unit) -> Alternatives:
    """The nearest free times of a venue, and other venues of its base in which as many people find seats then."""
    return Alternatives(_free_times(claim, venue, unit), _free_rooms(claim, venue, unit))


def _free_times(claim: Claim, venue: Venue, unit: Unit) -> list[Claim]:
    held = [claim_of(row) for row in claims_around([claim], DAYS_AROUND)]
    moment = clock.now()
    times = other_times(claim, held, terms_of([venue])[venue.pk], DAYS_AROUND)
    coming = [one for one in times if one.starts_at > moment][:_LOOKED_AT]
    uses = [Use(venue.base_id, venue.pk, one.starts_at, one.ends_at) for one in coming]
    shut = obstacles(uses, booked_on=clock.today(), guest=ground_of(unit))
    return [one for number, one in enumerate(coming) if number not in shut][:NAMED]


def _free_rooms(claim: Claim, venue: Venue, unit: Unit) -> list[Venue]:
    rows = Venue.objects.filter(base=venue.base_id, kind=venue.kind, is_active=True, seats__gte=claim.heads)
    rows = rows.exclude(pk=venue.pk)
    rooms = list(rows.select_related("base").order_by("seats", "pk")[:_LOOKED_AT])
    terms = terms_of(rooms)
    wanted = settled([replace(claim, venue_id=room.pk) for room in rooms], terms)
    taken = first_in_the_way(wanted, terms)
    uses = [Use(room.base_id, room.pk, claim.starts_at, claim.ends_at) for room in rooms]
    shut = obstacles(uses, booked_on=clock.today(), guest=ground_of(unit))
    return [room for number, room in enumerate(rooms) if number not in taken and number not in shut][:NAMED]
