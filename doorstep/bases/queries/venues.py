"""Venues: whose they are, when they can be used, what stands in the way of using one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from doorstep.bases.models import Base, Closure, Loan, OpenHours, Reception, Venue
from doorstep.bases.queries.booking import bookings_of, guest_words
from doorstep.bases.queries.places import bases_visible_to
from doorstep.bases.rules.booking import Ground
from doorstep.bases.rules.opening import OpenSpan, is_open, spans_of_day
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to


def venues_visible_to(actor: Actor) -> QuerySet[Venue]:
    """The venues of the bases `actor` may see, with their bases."""
    rows = visible_to(actor, "bases.view_base", Venue.objects.all(), place="base__place")
    return rows.filter(base__valid_to__isnull=True).select_related("base", "base__unit")


def venue_by_id(venue_id: int, actor: Actor) -> Venue:
    """One venue that `actor` may see; raises NotFound."""
    venue = venues_visible_to(actor).filter(pk=venue_id).first()
    if venue is None:
        raise NotFound
    return venue


def venues_named(ids: Iterable[int]) -> dict[int, Venue]:
    """Venues with their bases by id, those out of use too; raises NotFound when one is missing."""
    wanted = set(ids)
    found = Venue.objects.select_related("base").in_bulk(wanted)
    if wanted - found.keys():
        raise NotFound
    return found


def closure_by_id(closure_id: int, actor: Actor) -> Closure:
    """One closure of a base that `actor` may see; raises NotFound."""
    rows = Closure.objects.filter(base__in=bases_visible_to(actor)).select_related("base", "venue")
    closure = rows.filter(pk=closure_id).first()
    if closure is None:
        raise NotFound
    return closure


def loan_by_id(loan_id: int, actor: Actor) -> Loan:
    """One loan of a venue that `actor` may see; raises NotFound."""
    rows = Loan.objects.filter(venue__base__in=bases_visible_to(actor)).select_related("venue__base")
    loan = rows.filter(pk=loan_id).first()
    if loan is None:
        raise NotFound
    return loan


def venues_in_use(actor: Actor) -> QuerySet[Venue]:
    """The rooms that can be planned with, each saying whether it is another body's."""
    borrowed = Exists(Loan.objects.filter(venue=OuterRef("pk")))
    return venues_visible_to(actor).filter(kind=Venue.Kind.ROOM, is_active=True).annotate(is_borrowed=borrowed)


def venues_of(base: Base) -> list[Venue]:
    """The venues of a base with those out of use last, each with its loans and the rule of its own."""
    rows = base.venues.select_related("own_rule").prefetch_related("loans")
    return list(rows.order_by("-is_active", "-seats", "pk"))


def loan_on(loans: Iterable[Loan], day: date) -> Loan | None:
    """The loan under which a venue can be used on a day."""
    return next((loan for loan in loans if loan.valid_from <= day <= loan.valid_to), None)


def hours_of(base: Base, venue: Venue | None = None) -> list[OpenSpan]:
    """The stretches a base, or a venue by itself, was given; none means that it has no hours of its own."""
    return [_span(row) for row in OpenHours.objects.filter(base=base, venue=venue).order_by("weekday", "opens_at")]


def open_hours(places: Iterable[tuple[int, int | None]]) -> dict[tuple[int, int | None], list[OpenSpan]]:
    """(base id, venue id or None) -> when it can be used: a venue's own hours, else those of its base; one query."""
    wanted = set(places)
    rows = OpenHours.objects.filter(base__in={base for base, _venue in wanted})
    known: dict[tuple[int, int | None], list[OpenSpan]] = {}
    for row in rows.order_by("weekday", "opens_at"):
        known.setdefault((row.base_id, row.venue_id), []).append(_span(row))
    return {(base, venue): known.get((base, venue)) or known.get((base, None), []) for base, venue in wanted}


def _span(row: OpenHours) -> OpenSpan:
    return OpenSpan(row.weekday, row.opens_at, row.closes_at)


def closures_ahead(base: Base) -> list[Closure]:
    """What closes a base or a venue of it now or later, the soonest first."""
    rows = base.closures.filter(lifted_at__isnull=True, ends_at__gt=clock.now())
    return list(rows.select_related("venue").order_by("starts_at", "pk"))


def reception_of(base: Base) -> Reception | None:
    """How many people a base receives in a day; None when nobody has said."""
    return Reception.objects.filter(base=base).first()


def receptions_of(base_ids: Iterable[int]) -> dict[int, Reception]:
    """Base id -> its reception, for those that stated one."""
    return {row.base_id: row for row in Reception.objects.filter(base__in=set(base_ids)).select_related("base")}


@dataclass(frozen=True, slots=True)
class Use:
    """A time for which a base, or a venue of it, is wanted; moments with their zone."""

    base_id: int
    venue_id: int | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the places wanted: hours by base and venue, loans by venue, closures by base."""

    retired: frozenset[int]
    hours: Mapping[tuple[int, int | None], Sequence[OpenSpan]]
    loans: Mapping[int, Sequence[Loan]]
    closures: Mapping[int, Sequence[Closure]]


def obstacles(uses: Sequence[Use], *, booked_on: date | None, guest: Ground | None = None) -> dict[int, str]:
    """Index of a use -> why it cannot be, in words; uses that can be are left out. Four queries for any number.

    `booked_on` is the day on which they are asked for; None when they were asked for before, so that no notice is due.
    `guest` is the unit that asks; None when it asked before, so that what the keeper says of guests since is not asked.
    """
    if not uses:
        return {}
    ground = _ground(uses)
    bookings = bookings_of((use.base_id, use.venue_id) for use in uses) if guest else {}
    found = {}
    for number, use in enumerate(uses):
        day = clock.local(use.starts_at).date()
        asked = guest_words((use.base_id, use.venue_id), day, guest, bookings) if guest else ""
        if use.venue_id in ground.retired:
            found[number] = _("已停用")
        elif why := asked or _closed(use, ground) or _not_lent(use, ground, booked_on) or _shut(use, ground):
            found[number] = why
    return found


def shut_on(base_ids: Sequence[int], on: date) -> dict[int, int]:
    """Base -> 1 where it is closed on a day, for some hours at least, or never open on that day of the week."""
    begins, ends = clock.at_local(on, 0), clock.at_local(on + timedelta(days=1), 0)
    closed = Closure.objects.filter(
        base__in=base_ids, venue=None, lifted_at__isnull=True, starts_at__lt=ends, ends_at__gt=begins
    )
    hours = OpenHours.objects.filter(base__in=base_ids, venue=None)
    open_then = hours.filter(weekday=on.isoweekday()).values("base")
    never = hours.exclude(base__in=open_then)
    return dict.fromkeys([*closed.values_list("base", flat=True), *never.values_list("base", flat=True)], 1)


def _ground(uses: Sequence[Use]) -> _Known:
    bases = {use.base_id for use in uses}
    venues = {use.venue_id for use in uses if use.venue_id}
    hours = open_hours((use.base_id, use.venue_id) for use in uses)
    loans: dict[int, list[Loan]] = {}
    for loan in Loan.objects.filter(venue__in=venues).order_by("valid_from"):
        loans.setdefault(loan.venue_id, []).append(loan)
    closures: dict[int, list[Closure]] = {}
    first, last = min(use.starts_at for use in uses), max(use.ends_at for use in uses)
    living = Closure.objects.filter(base__in=bases, lifted_at__isnull=True, starts_at__lt=last, ends_at__gt=first)
    for closure in living.order_by("starts_at"):
        closures.setdefault(closure.base_id, []).append(closure)
    gone = Q(is_active=False) | Q(base__valid_to__isnull=False)
    retired = Venue.objects.filter(gone, pk__in=venues).values_list("pk", flat=True)
    return _Known(frozenset(retired), hours, loans, closures)


def _closed(use: Use, ground: _Known) -> str:
    for closure in ground.closures.get(use.base_id, ()):
        is_meant = closure.venue_id is None or closure.venue_id == use.venue_id
        if is_meant and closure.starts_at < use.ends_at and closure.ends_at > use.starts_at:
            return closure_words(closure)
    return ""


def closure_words(closure: Closure) -> str:
    """From when to when a place is closed, and why."""
    times = {"starts": _moment(closure.starts_at), "ends": _moment(closure.ends_at)}
    why = closure.reason or closure.get_kind_display()
    return _("%(starts)s 到 %(ends)s 不开放：%(why)s") % {**times, "why": why}


def _moment(at: datetime) -> str:
    return date_format(clock.local(at), _("n月j日 H:i"))


def _not_lent(use: Use, ground: _Known, booked_on: date | None) -> str:
    loans = ground.loans.get(use.venue_id or 0, ())
    if not loans:
        return ""
    day = clock.local(use.starts_at).date()
    loan = loan_on(loans, day)
    if loan is None:
        last = loans[-1]
        days = {"owner": last.owner, "first": last.valid_from.isoformat(), "last": last.valid_to.isoformat()}
        return _("%(owner)s只借到 %(first)s 至 %(last)s") % days
    if booked_on is not None and 0 <= (day - booked_on).days < loan.notice_days:
        return _("%(owner)s要求提前 %(n)s 天约") % {"owner": loan.owner, "n": loan.notice_days}
    return ""


def _shut(use: Use, ground: _Known) -> str:
    spans = ground.hours[use.base_id, use.venue_id]
    starts, ends = clock.local(use.starts_at), clock.local(use.ends_at)
    if is_open(spans, starts, ends):
        return ""
    day = spans_of_day(spans, starts.date())
    if not day:
        return _("%(day)s不开放") % {"day": weekday_word(starts.isoweekday())}
    return _("%(day)s只开放 %(times)s") % {"day": weekday_word(starts.isoweekday()), "times": times_words(day)}


def times_words(spans: Iterable[OpenSpan]) -> str:
    """Stretches of one day: 08:30–11:30、14:00–17:30."""
    return _("、").join(f"{span.opens_at:%H:%M}–{span.closes_at:%H:%M}" for span in spans)


def weekday_word(weekday: int) -> str:
    """The name of a weekday, 1 for Monday."""
    return str(WEEKDAYS[weekday - 1])


def week_words(spans: Sequence[OpenSpan]) -> list[tuple[str, str]]:
    """The week in words: days in a row with the same times are one line; closed days are named as such."""
    lines: list[tuple[int, int, str]] = []
    for weekday in range(1, 8):
        times = times_words([span for span in spans if span.weekday == weekday]) or _("不开放")
        if lines and lines[-1][2] == times:
            lines[-1] = (lines[-1][0], weekday, times)
        else:
            lines.append((weekday, weekday, times))
    return [(_days(first, last), times) for first, last, times in lines] if spans else []


def _days(first: int, last: int) -> str:
    if first == last:
        return weekday_word(first)
    return _("%(first)s至%(last)s") % {"first": weekday_word(first), "last": weekday_word(last)}


def equipment_words(venue: Venue) -> str:
    """What stands ready in a venue."""
    return _("、").join(str(word) for code, word in Venue.Equipment.choices if code in venue.equipment)
