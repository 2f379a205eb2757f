"""What is said of reservations to the unit that booked and who keeps the room, of evidence to who filed it."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import EvidenceReviewed, ReservationCancelled, SeriesReleased
from doorstep.bases.models import Evidence
from doorstep.bases.queries.reservations import reservation_told, series_told
from doorstep.bases.queries.standards import evidence_told, item_word
from doorstep.core import clock
from doorstep.directory.queries.recipients import accounts_nearest
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, state_text

CANCELLED = state_text(
    "bases.reservation_cancelled",
    _("场地预约取消了：%(base)s %(venue)s"),
    _("%(unit)s约的 %(starts)s，%(purpose)s。%(reason)s"),
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
    """What became of evidence: who filed it, and who keeps the base."""
    row = evidence_told(happened.evidence_id)
    fields = {
        "base": row.base.name,
        "title": row.title,
        "item": item_word(row.item, row.asked),
        "note": row.review_note,
        "until": row.expires_on.isoformat(),
    }
    to = [*([row.filed_by_id] if row.filed_by_id else []), *accounts_nearest("bases.keep_base", [row.place])]
    text = EVIDENCE_RETURNED if row.status == Evidence.Status.RETURNED else EVIDENCE_ACCEPTED
    yield Letter(text, to, fields, reverse("bases:evidence", args=[row.pk]))


@tells(ReservationCancelled)
def tell_cancelled(happened: ReservationCancelled) -> Iterable[Letter]:
    """A room is free again: the unit that had booked it, and who keeps it."""
    row = reservation_told(happened.reservation_id)
    base = row.venue.base
    fields = {
        "base": base.name,
        "venue": row.venue.name,
        "unit": row.unit.short_name,
        "starts": f"{clock.local(row.starts_at):%Y-%m-%d %H:%M}",
        "purpose": row.purpose,
        "reason": row.reason,
    }
    to = [
        *([row.asked_by_id] if row.asked_by_id else []),
        *accounts_nearest("bases.reserve_venue", [row.unit.path]),
        *accounts_nearest("bases.keep_base", [base.place]),
    ]
    yield Letter(CANCELLED, to, fields, reverse("bases:reservation", args=[row.pk]))


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
