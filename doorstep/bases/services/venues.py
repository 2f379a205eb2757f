"""Venues as their keeper runs them: rooms, hours, closures, loans, and how many people a base receives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import (
    HoursSet,
    LoanEnded,
    PlaceClosed,
    PlaceReopened,
    ReceptionSet,
    VenueAdded,
    VenueChanged,
    VenueLent,
    VenueRestored,
    VenueRetired,
)
from doorstep.bases.models import Base, Closure, Loan, OpenHours, Reception, Venue
from doorstep.bases.queries.venues import closure_words, hours_of, weekday_word
from doorstep.bases.rules.opening import OpenSpan, wrong_spans
from doorstep.bases.services.standards import judge_base, locked_base, tell
from doorstep.bases.services.wording import refuse_numbers
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.permissions import require


class VenueNamed(Refused):
    """Another venue of the base in use is called so."""

    code = "venue_named"
    template = _("这里已经有一个叫“%(name)s”的场地。请换个名字，或去修改那一个。")


class VenueStandsSo(Refused):
    """Nothing would change."""

    code = "venue_stands_so"
    template = _("“%(name)s”已经是这样了，不用再改。请刷新后再看。")


class HoursWrong(Invalid):
    """A stretch ends before it begins, two of a day overlap, or there are more than two."""

    code = "hours_wrong"
    template = _("%(days)s的开放时间不对：关门要晚于开门，同一天最多两段，不能重叠。请改一下。")


class ClosureTimesWrong(Invalid):
    """It ends before it begins, or is over already."""

    code = "closure_times"
    template = _("不开放的结束时间要晚于开始时间，也要晚于现在。请改一下起止时间。")


class ClosureOverlaps(Refused):
    """The place is closed then already."""

    code = "closure_overlaps"
    template = _("这段时间已经登记过：%(known)s。请改时间，或先取消那一次登记。")


class ClosureLifted(Refused):
    """Somebody was quicker."""

    code = "closure_lifted"
    template = _("这次登记已经取消了，那段时间照常开放。请刷新后再看。")


class LoanDaysWrong(Invalid):
    """It ends before it begins."""

    code = "loan_days"
    template = _("借用的最后一天不能早于第一天。请改一下日期。")


class LoanOverlaps(Refused):
    """The venue is lent then already."""

    code = "loan_overlaps"
    template = _("%(owner)s在 %(first)s 至 %(last)s 已经借出这个场地。请改日期，或先结束那一次借用。")


class LoanOver(Refused):
    """It has ended already."""

    code = "loan_over"
    template = _("这次借用已经结束了。请刷新后再看。")


@transaction.atomic
def add_venue(
    *,
    base: Base,
    name: str,
    seats: int,
    equipment: Iterable[str] = (),
    kind: str = Venue.Kind.ROOM,
    actor: Actor,
) -> Venue:
    """Enter a room or spot of a base, or a coach or boat of it. Raises VenueNamed."""
    require(actor, "bases.keep_base", at=base.place)
    locked = locked_base(base.pk)
    venue = Venue(base=locked, kind=kind, name=name.strip(), seats=seats, equipment=sorted(equipment))
    _write(venue)
    tell(VenueAdded(locked.pk, venue.pk), locked, actor, kind=venue.kind, name=venue.name, seats=seats)
    judge_base(locked, actor)
    return venue


def _write(venue: Venue) -> None:
    """The database lets no two venues in use of one base be called the same."""
    try:
        with transaction.atomic():
            venue.save()
    except IntegrityError:
        raise VenueNamed(name=venue.name) from None


@transaction.atomic
def change_venue(*, venue: Venue, name: str, seats: int, equipment: Iterable[str] = (), actor: Actor) -> Venue:
    """Change name, seats and equipment of a venue. Raises VenueNamed."""
    require(actor, "bases.keep_base", at=venue.base.place)
    base = locked_base(venue.base_id)
    found = Venue.objects.get(pk=venue.pk)
    before = _shown(found)
    found.name, found.seats, found.equipment = name.strip(), seats, sorted(equipment)
    _write(found)
    tell(VenueChanged(base.pk, found.pk), base, actor, before=before, after=_shown(found))
    judge_base(base, actor)
    return found


def _shown(venue: Venue) -> dict[str, Any]:
    return {"name": venue.name, "seats": venue.seats, "equipment": venue.equipment}


@transaction.atomic
def retire_venue(*, venue: Venue, actor: Actor) -> Venue:
    """Put a venue out of use; classes planned in it are told so on their pages. Raises VenueStandsSo."""
    require(actor, "bases.keep_base", at=venue.base.place)
    return _put(venue, is_active=False, actor=actor)


@transaction.atomic
def restore_venue(*, venue: Venue, actor: Actor) -> Venue:
    """Put a venue into use again. Raises VenueStandsSo, VenueNamed."""
    require(actor, "bases.keep_base", at=venue.base.place)
    return _put(venue, is_active=True, actor=actor)


def _put(venue: Venue, *, is_active: bool, actor: Actor) -> Venue:
    base = locked_base(venue.base_id)
    found = Venue.objects.get(pk=venue.pk)
    if found.is_active == is_active:
        raise VenueStandsSo(name=found.name)
    found.is_active = is_active
    _write(found)
    happened = VenueRestored if is_active else VenueRetired
    tell(happened(base.pk, found.pk), base, actor)
    judge_base(base, actor)
    return found


@transaction.atomic
def set_hours(*, base: Base, spans: Sequence[OpenSpan], venue: Venue | None = None, actor: Actor) -> None:
    """Say when a base is open each week, or one venue of it that differs; none at all means at any time.

    Raises HoursWrong, NotFound.
    """
    require(actor, "bases.keep_base", at=base.place)
    locked = locked_base(base.pk)
    _of(locked, venue)
    if wrong := wrong_spans(spans):
        raise HoursWrong(days=str(_("、")).join(weekday_word(day) for day in wrong))
    before = hours_of(locked, venue)
    OpenHours.objects.filter(base=locked, venue=venue).delete()
    OpenHours.objects.bulk_create(
        OpenHours(base=locked, venue=venue, weekday=s.weekday, opens_at=s.opens_at, closes_at=s.closes_at)
        for s in spans
    )
    known = {"venue": venue.pk if venue else None, "before": _told(before), "after": _told(spans)}
    tell(HoursSet(locked.pk), locked, actor, **known)


def _of(base: Base, venue: Venue | None) -> None:
    if venue is not None and venue.base_id != base.pk:
        raise NotFound


def _told(spans: Iterable[OpenSpan]) -> list[str]:
    return [f"{span.weekday} {span.opens_at:%H:%M}-{span.closes_at:%H:%M}" for span in spans]


@transaction.atomic
def close_place(
    *,
    base: Base,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    venue: Venue | None = None,
    reason: str = "",
    actor: Actor,
) -> Closure:
    """Say that a base, or one venue of it, cannot be used for a time. What is planned there then is shown as such.

    Raises WordsHoldNumbers, ClosureTimesWrong, ClosureOverlaps, NotFound.
    """
    require(actor, "bases.keep_base", at=base.place)
    locked = locked_base(base.pk)
    _of(locked, venue)
    refuse_numbers(reason)
    if ends_at <= starts_at or ends_at <= clock.now():
        raise ClosureTimesWrong
    living = locked.closures.filter(lifted_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at)
    known = living.filter(Q(venue__isnull=True) | Q(venue=venue)).order_by("starts_at").first()
    if known is not None:
        raise ClosureOverlaps(known=closure_words(known))
    closure = Closure.objects.create(
        base=locked,
        venue=venue,
        kind=kind,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        entered_at=clock.now(),
        entered_by_id=actor.account_id,
    )
    tell(PlaceClosed(locked.pk, closure.pk), locked, actor, starts=starts_at.isoformat(), ends=ends_at.isoformat())
    return closure


@transaction.atomic
def lift_closure(*, closure: Closure, actor: Actor) -> Closure:
    """Let a place be used again, or as if it had never been closed. Raises ClosureLifted."""
    require(actor, "bases.keep_base", at=closure.base.place)
    base = locked_base(closure.base_id)
    found = Closure.objects.get(pk=closure.pk)
    if found.lifted_at is not None:
        raise ClosureLifted
    found.lifted_at, found.lifted_by_id = clock.now(), actor.account_id
    found.save(update_fields=["lifted_at", "lifted_by"])
    tell(PlaceReopened(base.pk, found.pk), base, actor)
    return found


@transaction.atomic
def lend_venue(
    *, venue: Venue, owner: str, valid_from: date, valid_to: date, notice_days: int = 0, terms: str = "", actor: Actor
) -> Loan:
    """Enter that another body lends a venue to the base, both days included, and on which terms.

    A venue with a loan can be used only while one runs, and only when asked for `notice_days` days before.
    Raises WordsHoldNumbers, LoanDaysWrong, LoanOverlaps.
    """
    require(actor, "bases.keep_base", at=venue.base.place)
    base = locked_base(venue.base_id)
    refuse_numbers(owner, terms)
    if valid_to < valid_from:
        raise LoanDaysWrong
    known = venue.loans.filter(valid_from__lte=valid_to, valid_to__gte=valid_from).first()
    if known is not None:
        raise LoanOverlaps(owner=known.owner, first=known.valid_from.isoformat(), last=known.valid_to.isoformat())
    loan = Loan.objects.create(
        venue=venue,
        owner=owner.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        notice_days=notice_days,
        terms=terms.strip(),
    )
    tell(VenueLent(base.pk, venue.pk, loan.pk), base, actor, first=valid_from.isoformat(), last=valid_to.isoformat())
    return loan


@transaction.atomic
def end_loan(*, loan: Loan, actor: Actor) -> None:
    """Let a loan end with today; one that has not begun is struck. Raises LoanOver.

    A venue that was lent cannot be used any more until it is lent again.
    """
    require(actor, "bases.keep_base", at=loan.venue.base.place)
    base = locked_base(loan.venue.base_id)
    found, today = Loan.objects.filter(pk=loan.pk).first(), clock.today()
    if found is None or found.valid_to <= today:
        raise LoanOver
    before = found.valid_to.isoformat()
    if found.valid_from > today:
        found.delete()
    else:
        found.valid_to = today
        found.save(update_fields=["valid_to"])
    tell(LoanEnded(base.pk, loan.venue_id, loan.pk), base, actor, before=before)


@transaction.atomic
def set_reception(
    *,
    base: Base,
    people: int,
    meals: int = 0,
    beds: int = 0,
    parking: int = 0,
    guides: int = 0,
    contact: str = "",
    phone: str = "",
    note: str = "",
    actor: Actor,
) -> Reception:
    """Say how many people a base receives in a day, with meals, beds, coaches and guides, and whom to call.

    Raises WordsHoldNumbers.
    """
    require(actor, "bases.keep_base", at=base.place)
    locked = locked_base(base.pk)
    refuse_numbers(contact, phone, note)
    figures = {"people": people, "meals": meals, "beds": beds, "parking": parking, "guides": guides}
    words = {"contact": contact.strip(), "phone": phone.strip(), "note": note.strip()}
    reception, _is_new = Reception.objects.update_or_create(base=locked, defaults={**figures, **words})
    tell(ReceptionSet(locked.pk), locked, actor, **figures)
    judge_base(locked, actor)
    return reception
