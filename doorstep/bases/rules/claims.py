"""May a venue be had for a time, beside those who have it already, and when else could it be had?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Claim:
    """A venue wanted or held for a time, half-open: the next one may come in at `free_at`.

    `part` is whatever the asker calls it; `holder` is who has it, the same for all parts of one thing. What goes
    somewhere is `way_minutes` on the road before and after. `lane` is what is held with it: 0 for the venue itself.
    """

    venue_id: int
    starts_at: datetime
    ends_at: datetime
    heads: int
    free_at: datetime
    holder: str = ""
    part: int | None = None
    way_minutes: int = 0
    held_from: datetime | None = None
    lane: int = 0

    @property
    def line(self) -> int:
        """What no two may hold at one time."""
        return self.lane or self.venue_id

    @property
    def begins(self) -> datetime:
        """From when on nobody else can have it: when it sets out, if it goes somewhere."""
        return self.held_from or self.starts_at

    @property
    def length(self) -> timedelta:
        """How long the venue is used."""
        return self.ends_at - self.starts_at


@dataclass(frozen=True, slots=True)
class RoomTerms:
    """How a venue is given out: to one at a time, or to several as long as they find seats."""

    seats: int
    is_shared: bool = False
    buffer_minutes: int = 0
    lane: int = 0


def overlap(one: Claim, other: Claim) -> bool:
    """Whether two claims want the same venue at the same time, the minutes after each use included."""
    is_same = one.line == other.line
    return is_same and one.begins < other.free_at and other.begins < one.free_at


def most_heads(claim: Claim, others: Iterable[Claim]) -> int:
    """The most people of `others` who are in the venue at one moment of `claim`."""
    near = [other for other in others if overlap(claim, other)]
    moments = {claim.begins, *(other.begins for other in near)}
    return max(
        (sum(o.heads for o in near if o.begins <= at < o.free_at) for at in moments if claim.begins <= at),
        default=0,
    )


def in_the_way(claim: Claim, others: Sequence[Claim], room: RoomTerms) -> Claim | None:
    """The first of `others` because of whom a venue cannot be had; None when it can."""
    near = sorted((other for other in others if overlap(claim, other)), key=lambda other: other.starts_at)
    if not near or (room.is_shared and most_heads(claim, near) + claim.heads <= room.seats):
        return None
    return near[0]


def free_moments(claims: Sequence[Claim], minutes: Sequence[int]) -> list[datetime]:
    """When the next one may come in after each of the claims of one holder, the way and `minutes` after each use.

    Its own next use of the same venue is waited for by nobody.
    """
    order = _in_line(claims)
    late = [claim.way_minutes + after for claim, after in zip(claims, minutes, strict=True)]
    free = [claim.ends_at + timedelta(minutes=after) for claim, after in zip(claims, late, strict=True)]
    for before, after in pairwise(order):
        if claims[before].line == claims[after].line:
            free[before] = max(claims[before].ends_at, min(free[before], claims[after].starts_at))
    return free


def _in_line(claims: Sequence[Claim]) -> list[int]:
    return sorted(range(len(claims)), key=lambda n: (claims[n].line, claims[n].starts_at))


def spans_of(claims: Sequence[Claim], minutes: Sequence[int]) -> list[Claim]:
    """The claims of one holder with the times for which each is held: the way there, the way back and `minutes` after.

    Between two uses of one holder in a row there is no way: it stays with them.
    """
    free = free_moments(claims, minutes)
    found = [
        replace(claim, held_from=claim.starts_at - timedelta(minutes=claim.way_minutes), free_at=at)
        for claim, at in zip(claims, free, strict=True)
    ]
    for before, after in pairwise(_in_line(claims)):
        one, then = found[before], found[after]
        if one.line == then.line and then.begins < one.free_at:
            found[after] = replace(then, held_from=min(one.free_at, then.starts_at))
    return found


def other_times(claim: Claim, others: Sequence[Claim], room: RoomTerms, days: int) -> list[Claim]:
    """The same use at other times when nobody is in the way, the nearest first.

    Right before and right after those who have the venue, and at the same time of the days around, up to `days` away.
    """
    late = claim.free_at - claim.ends_at
    starts = {claim.starts_at + timedelta(days=n) for n in range(-days, days + 1)}
    early = claim.starts_at - claim.begins
    for other in others:
        starts |= {other.free_at + early, other.begins - claim.length - late}
    reach = timedelta(days=days)
    near = [at for at in starts if at != claim.starts_at and abs(at - claim.starts_at) <= reach]
    moved = [moved_to(claim, at) for at in sorted(near, key=lambda at: (abs(at - claim.starts_at), at))]
    return [one for one in moved if in_the_way(one, others, room) is None]


def moved_to(claim: Claim, starts_at: datetime) -> Claim:
    """The same use at another time."""
    shift = starts_at - claim.starts_at
    held_from = claim.begins + shift
    return replace(
        claim, starts_at=starts_at, ends_at=claim.ends_at + shift, held_from=held_from, free_at=claim.free_at + shift
    )
