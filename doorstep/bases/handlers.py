"""What is said of reservations to the unit that booked and who keeps the room, of evidence to who filed it."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import (
    EvidenceReviewed,
    ReservationApproved,
    ReservationCancelled,
    ReservationUnanswered,
    SeriesReleased,
    VenueReserved,
)
from doorstep.bases.models import Evidence, Reservation
from doorstep.bases.queries.claims import alternatives_to, claim_of
from doorstep.bases.queries.reservations import reservation_told, series_told
from doorstep.bases.queries.standards import evidence_told, filing_places, item_word
from doorstep.core import clock
from doorstep.directory.queries.recipients import accounts_nearest
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, state_text

CANCELLED = state_text(
    "bases.reservation_cancelled",
    _("场地预约取消了：%(base)s %(venue)s"),
    _("%(unit)s约的 %(starts)s，%(purpose)s。%(reason)s"),
)
ASKED = state_text(
    "bases.reservation_asked",
    _("有单位想约场地，等您同意：%(base)s %(venue)s"),
    _("%(unit)s想约 %(starts)s，%(purpose)s。先给对方留着，请答复。"),
)
APPROVED = state_text(
    "bases.reservation_approved",
    _("场地约好了：%(base)s %(venue)s"),
    _("阵地同意了：%(unit)s %(starts)s，%(purpose)s。"),
)
UNANSWERED = state_text(
    "bases.reservation_unanswered",
    _("约的场地没有答复：%(base)s %(venue)s"),
    _("%(unit)s想约的 %(starts)s，%(purpose)s，阵地到期没有答复，已经放开。%(instead)s"),
)
RELEASED = state_text(
    "bases.series_released",
    _("重复预约放开了：%(base)s %(venue)s"),
    _("%(unit)s几次没有来用，后面的都放开了。还要用就重新约。"),
)

EVIDENCE_RETURNED = state_text(
    "bases.evidence_returned",
    _("证明被退回：%(title)s"),
    _("%(base)s　%(item)s。%(note)s　请照着补，再报一次。"),
)
EVIDENCE_ACCEPTED = state_text(
    "bases.evidence_accepted",
    _("证明通过了：%(title)s"),
    _("%(base)s　%(item)s。有效期到 %(until)s。"),
)


@tells(EvidenceReviewed)
def tell_reviewed(happened: EvidenceReviewed) -> Iterable[Letter]:
    """What became of evidence: who filed it, their unit, and who keeps the base."""
    row = evidence_told(happened.evidence_id)
    fields = {
        "base": row.base.name,
        "title": row.title,
        "item": item_word(row.item, row.asked),
        "note": row.review_note,
        "until": row.expires_on.isoformat(),
    }
    to = [
        *([row.filed_by_id] if row.filed_by_id else []),
        *accounts_nearest("bases.keep_base", [row.place, *filing_places(row)]),
    ]
    text = EVIDENCE_RETURNED if row.status == Evidence.Status.RETURNED else EVIDENCE_ACCEPTED
    yield Letter(text, to, fields, reverse("bases:evidence", args=[row.pk]))


@tells(ReservationCancelled)
def tell_cancelled(happened: ReservationCancelled) -> Iterable[Letter]:
    """A room is free again: the unit that had booked it, and who keeps it."""
    row = reservation_told(happened.reservation_id)
    # Whom the keeper did not agree to is told what is free instead.
    instead = alternatives_to(claim_of(row), row.venue, row.unit).words if row.is_asked else ""
    fields = {**_fields(row), "reason": " ".join(filter(None, (row.reason, instead)))}
    to = [*_who_booked(row), *accounts_nearest("bases.keep_base", [row.venue.base.place])]
    yield Letter(CANCELLED, to, fields, reverse("bases:reservation", args=[row.pk]))


def _fields(row: Reservation) -> dict[str, str]:
    base = row.venue.base
    return {
        "base": base.name,
        "venue": row.venue.name,
        "unit": row.unit.short_name,
        "starts": f"{clock.local(row.starts_at):%Y-%m-%d %H:%M}",
        "purpose": row.purpose,
    }


def _who_booked(row: Reservation) -> list[int]:
    """The account that booked, and those who book for its unit."""
    return [*([row.asked_by_id] if row.asked_by_id else []), *accounts_nearest("bases.reserve_venue", [row.unit.path])]


@tells(VenueReserved)
def tell_asked(happened: VenueReserved) -> Iterable[Letter]:
    """A guest would like to have a room: who keeps it and wants to be asked."""
    row = reservation_told(happened.reservation_id)
    if row.is_asked:
        to = accounts_nearest("bases.keep_base", [row.venue.base.place])
        yield Letter(ASKED, to, _fields(row), reverse("bases:reservation", args=[row.pk]))


@tells(ReservationApproved)
def tell_approved(happened: ReservationApproved) -> Iterable[Letter]:
    """A guest may come: the unit that booked."""
    row = reservation_told(happened.reservation_id)
    yield Letter(APPROVED, _who_booked(row), _fields(row), reverse("bases:reservation", args=[row.pk]))


@tells(ReservationUnanswered)
def tell_unanswered(happened: ReservationUnanswered) -> Iterable[Letter]:
    """Nobody answered a guest: the unit that booked, with what is free instead."""
    row = reservation_told(happened.reservation_id)
    instead = alternatives_to(claim_of(row), row.venue, row.unit).words
    fields = {**_fields(row), "instead": instead}
    yield Letter(UNANSWERED, _who_booked(row), fields, reverse("bases:reserve", args=[row.venue_id]))


@tells(SeriesReleased)
def tell_released(happened: SeriesReleased) -> Iterable[Letter]:
    """What was left of a series is free again: the unit that had booked it."""
    series = series_told(happened.series_id)
    fields = {
        "base": series.venue.base.name,
        "venue": series.venue.name,
        "unit": series.unit.short_name,
    }
    to = [
        *([series.booked_by_id] if series.booked_by_id else []),
        *accounts_nearest("bases.reserve_venue", [series.unit.path]),
    ]
    yield Letter(RELEASED, to, fields, reverse("bases:reserve", args=[series.venue_id]))
