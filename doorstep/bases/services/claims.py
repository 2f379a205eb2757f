"""How a venue is held: the one way in which a claim on it is written, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doorstep.bases.models import Base, Reservation, Venue
from doorstep.bases.queries.claims import first_in_the_way, settled, taken_words, terms_of
from doorstep.bases.rules.claims import Claim
from doorstep.core import clock
from doorstep.core.errors import NotFound, Refused

HELD_ONCE = "reservation_venue_held_once"


class VenueHeld(Refused):
    """Somebody else has the venue at that time."""

    code = "venue_held"
    template = _("%(venue)s那时已经有人用：%(why)s。请刷新后再看，换个时间或换个场地。")


def lock_venues(venue_ids: Iterable[int]) -> dict[int, Venue]:
    """Venues by id, locked in order: until the transaction ends nobody else holds them, nor do holds that ran out.

    All venues of a mobile school are locked together, since it is held as a whole. Raises NotFound.
    """
    wanted = set(venue_ids)
    named = Venue.objects.filter(pk__in=wanted)
    whole = named.filter(base__kind=Base.Kind.MOBILE_SCHOOL).values("base")
    rows = Venue.objects.select_for_update(of=("self",), no_key=True).filter(Q(pk__in=wanted) | Q(base__in=whole))
    venues = {venue.pk: venue for venue in rows.select_related("base").order_by("pk")}
    if wanted - venues.keys():
        raise NotFound
    drop_expired({venue.lane for venue in venues.values()})
    return venues


def drop_expired(lanes: Iterable[int]) -> None:
    """Let go of the holds in locked lanes whose time has run out."""
    moment = clock.now()
    rows = Reservation.objects.filter(lane__in=lanes, state=Reservation.State.LIVE, expires_at__lte=moment)
    rows.update(state=Reservation.State.RELEASED, ended_at=moment)


def write_claims(
    claims: Sequence[Claim], venues: dict[int, Venue], *, minutes: Sequence[int] | None = None, **told: Any
) -> list[Reservation]:
    """Hold locked venues by settled claims; `told` is what else is known of each reservation. Raises VenueHeld.

    `minutes` lie after each of the uses; without them it is what the venue asks for now.
    """
    terms = terms_of(venues.values())
    late = minutes or [terms[claim.venue_id].buffer_minutes for claim in claims]
    taken = first_in_the_way(claims, terms)
    for number, row in sorted(taken.items()):
        raise VenueHeld(venue=venues[claims[number].venue_id].name, why=taken_words(row))
    moment = clock.now()
    rows = [
        Reservation(
            venue_id=claim.venue_id,
            lane=terms[claim.venue_id].lane,
            held_from=claim.begins,
            starts_at=claim.starts_at,
            ends_at=claim.ends_at,
            free_at=claim.free_at,
            heads=claim.heads,
            holder=claim.holder,
            part=claim.part,
            buffer_minutes=after,
            is_shared=terms[claim.venue_id].is_shared,
            asked_at=moment,
            **told,
        )
        for claim, after in zip(claims, late, strict=True)
    ]
    try:
        with transaction.atomic():
            return Reservation.objects.bulk_create(rows)
    except IntegrityError as error:
        # Whoever came past the lock is stopped by the table itself.
        if HELD_ONCE not in str(error):
            raise
        raise VenueHeld(venue=venues[claims[0].venue_id].name, why=str(_("刚刚被别人约走"))) from None


def hold_venues(
    *, holder: str, claims: Sequence[Claim], unit_id: int, purpose: str, account_id: int | None
) -> list[Reservation]:
    """Let `holder` have exactly the venues of `claims`, each once for a part of it; what it had besides is let go.

    The caller has asked whether its actor may; when each venue is free again is worked out here. What stays where it
    is keeps its claim, with the minutes after it that held when it was made. Raises VenueHeld, NotFound.
    """
    known = {(row.part, row.venue_id): row for row in _held_by(holder)}
    venues = lock_venues(claim.venue_id for claim in claims)
    kept = {_part(c): known[_part(c)] for c in claims if _part(c) in known and _is_same(c, known[_part(c)])}
    terms = terms_of(venues.values())
    late = {key: row.buffer_minutes for key, row in kept.items()}
    minutes = [late.get(_part(c), terms[c.venue_id].buffer_minutes) for c in claims]
    due = [replace(claim, holder=holder) for claim in settled(claims, terms, minutes)]
    for claim in due:
        if _part(claim) in kept and not _may_stay(claim, kept[_part(claim)]):
            del kept[_part(claim)]
    _let_go([row.pk for key, row in known.items() if key not in kept], Reservation.State.RELEASED)
    heads = {_part(claim): claim.heads for claim in due}
    for key, row in kept.items():
        row.purpose, row.heads = purpose, heads[key]
    Reservation.objects.bulk_update(kept.values(), ["purpose", "heads"])
    told = {"kind": Reservation.Kind.CLASS, "unit_id": unit_id, "purpose": purpose, "asked_by_id": account_id}
    new = [(claim, after) for claim, after in zip(due, minutes, strict=True) if _part(claim) not in kept]
    return write_claims([claim for claim, _ in new], venues, minutes=[after for _, after in new], **told)


def keep_venues(*, claims: Sequence[Claim], unit_id: int, purpose: str, until: datetime) -> list[Reservation]:
    """Hold the venues of `claims` until a moment, for somebody who has still to say yes. Raises VenueHeld, NotFound."""
    venues = lock_venues(claim.venue_id for claim in claims)
    due = settled(claims, terms_of(venues.values()))
    told: dict[str, Any] = {"kind": Reservation.Kind.OTHER, "unit_id": unit_id, "purpose": purpose, "expires_at": until}
    return write_claims(due, venues, **told)


def drop_kept(reservation_ids: Sequence[int]) -> int:
    """Give back what was only kept for a while; what somebody has confirmed since stays. Returns how many that were."""
    rows = Reservation.objects.filter(pk__in=reservation_ids, state=Reservation.State.LIVE, expires_at__isnull=False)
    return rows.update(state=Reservation.State.RELEASED, ended_at=clock.now())


def let_venues_go(*, holder: str) -> int:
    """Give back every venue that `holder` has; returns how many claims that were."""
    return _let_go([row.pk for row in _held_by(holder)], Reservation.State.CANCELLED)


def _held_by(holder: str) -> list[Reservation]:
    rows = Reservation.objects.select_for_update(of=("self",)).filter(holder=holder, state=Reservation.State.LIVE)
    return list(rows.order_by("pk"))


def _part(claim: Claim) -> tuple[int | None, int]:
    return claim.part, claim.venue_id


def _is_same(claim: Claim, row: Reservation) -> bool:
    """Whether a claim wants the venue and the time it has."""
    return (claim.venue_id, claim.starts_at, claim.ends_at) == (row.venue_id, row.starts_at, row.ends_at)


def _may_stay(claim: Claim, row: Reservation) -> bool:
    """Whether a claim that stays where it is can stay as it was written: more people in a shared venue cannot."""
    same = (claim.begins, claim.free_at) == (row.held_from, row.free_at)
    return same and (claim.heads == row.heads or not row.is_shared)


def _let_go(ids: Sequence[int], state: str) -> int:
    rows = Reservation.objects.filter(pk__in=ids, state=Reservation.State.LIVE)
    return rows.update(state=state, ended_at=clock.now())
