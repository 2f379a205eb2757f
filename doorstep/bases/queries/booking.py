"""For whom a place is there besides its own line: the rule of the venue, else of its base, else of the network."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from doorstep.bases.models import Base, BookingRule, Venue, VenueRule
from doorstep.bases.rules.booking import (
    BARRED,
    COUNTY,
    FAR,
    LATE,
    NETWORK,
    QUIET,
    TOWNSHIP,
    Booking,
    Ground,
    hindrance,
    is_to_ask,
    township_of,
)
from doorstep.core import clock
from doorstep.core.permissions import lines_of
from doorstep.core.policies import policy_at

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

DEFAULT = "base.booking_reach"
# A base, or one venue of it.
Place = tuple[int, int | None]


def ground_of(unit: Unit) -> Ground:
    """Where a unit stands when it asks for a base."""
    return Ground(unit.path, unit.county)


def default_reach() -> str:
    """To whom a base is open whose keeper has said nothing. Source: policy:base.booking_reach."""
    return policy_at(DEFAULT, on=clock.today()).text


def rule_of(base: Base, venue: Venue | None = None) -> BookingRule | VenueRule | None:
    """What the keeper of a base said of its guests, or with `venue` of that venue alone; None where nothing was."""
    if venue is not None:
        return VenueRule.objects.prefetch_related("barred").filter(venue=venue).first()
    return BookingRule.objects.prefetch_related("barred").filter(base=base).first()


def bookings_of(places: Iterable[Place]) -> dict[Place, tuple[Ground, Booking]]:
    """(base id, venue id or None) -> where it stands and what is asked of guests there: a venue's own rule, else
    that of its base."""
    wanted = set(places)
    usual = Booking(default_reach())
    rows = Base.objects.filter(pk__in={base for base, _venue in wanted}).select_related("booking_rule")
    of_bases = {}
    for base in rows.prefetch_related("booking_rule__barred"):
        rule: BookingRule | None = getattr(base, "booking_rule", None)
        of_bases[base.pk] = (Ground(base.place, base.county), _booking(rule) if rule else usual)
    own = VenueRule.objects.filter(venue__in={venue for _base, venue in wanted if venue}).prefetch_related("barred")
    of_venues = {one.venue_id: _booking(one) for one in own}
    found = {}
    for base_id, venue_id in wanted:
        ground, booking = of_bases[base_id]
        found[base_id, venue_id] = (ground, of_venues.get(venue_id or 0, booking))
    return found


def _booking(rule: BookingRule | VenueRule) -> Booking:
    barred = [unit.path for unit in rule.barred.all()]
    return Booking(rule.reach, rule.notice_days, rule.quiet_days, barred, rule.asks_first)


def is_asked_first(venue: Venue, unit: Unit) -> bool:
    """Whether `unit` has a venue only once its keeper agrees."""
    place = (venue.base_id, venue.pk)
    base, booking = bookings_of([place])[place]
    return is_to_ask(booking, base, ground_of(unit))


def guest_words(place: Place, day: date, guest: Ground, known: dict[Place, tuple[Ground, Booking]]) -> str:
    """Why a unit from elsewhere cannot have a place on a day as far as the keeper goes, in words; "" when it can."""
    base, booking = known[place]
    why = hindrance(booking, base, guest, day, clock.today())
    if not why:  # asked of every half day of a year: no words are made for nothing
        return ""
    if why == FAR:
        return _("这处阵地只开放给%(reach)s") % {"reach": reach_words(booking.reach)}
    said = {
        BARRED: _("这处阵地不接待您的单位"),
        QUIET: _("%(day)s不接外单位") % {"day": date_format(day, "l")},
        LATE: _("外单位要提前 %(n)s 天约") % {"n": booking.notice_days},
    }
    return said.get(why, "")


def reach_words(reach: str) -> str:
    """To whom a base is open, as one says it."""
    return str(BookingRule.Reach(reach).label)


def reach_of(base: Base, venue: Venue | None = None) -> str:
    """To whom a base is open, in words; with `venue` to whom that venue is, by its own rule or its base's."""
    rule = (rule_of(base, venue) if venue else None) or rule_of(base)
    return reach_words(rule.reach if rule else default_reach())


def open_to(unit: Unit, to_base: str = "base__") -> Q:
    """For venues (or, with `to_base` "", bases): those `unit` may ask for: of its own line, or opened to it.

    Quiet days and notice hang on the day and are not looked at here.
    """
    near = {
        NETWORK: Q(),
        COUNTY: Q(**{f"{to_base}county": unit.county}),
        TOWNSHIP: Q(**{f"{to_base}place__startswith": township_of(unit.path)}),
    }
    line = lines_of(unit.path)
    own = Q(**{f"{to_base}place__startswith": unit.path}) | Q(**{f"{to_base}place__in": line})
    return own | _opened(near, to_base, barred=Q(barred__path__in=line), usual=default_reach())


def open_across(county: Any, place: Any, to_base: str = "", *, usual: str) -> Q:
    """For bases (or venues) beside an outer township, given its county and path: those opened to it from elsewhere.

    `usual` is the `default_reach()` of today.
    """
    here = Q(**{f"{to_base}place__startswith": place})
    near = {NETWORK: Q(), COUNTY: Q(**{f"{to_base}county": county})}
    outer = OuterRef(county.name), OuterRef(place.name)
    barred = Q(barred__path=OuterRef(outer[1])) | Q(barred__county=OuterRef(outer[0]), barred__kind="county")
    return _opened(near, to_base, barred=barred, usual=usual) & ~here


def _opened(near: dict[str, Q], to_base: str, *, barred: Q, usual: str) -> Q:
    bars = BookingRule.objects.filter(barred, base=OuterRef("base" if to_base else "pk"))
    by_base = _reached(near, f"{to_base}booking_rule", usual=usual) & ~Q(Exists(bars))
    if not to_base:
        return by_base
    bars_here = VenueRule.objects.filter(barred, venue=OuterRef("pk"))
    return Q(own_rule=None) & by_base | _reached(near, "own_rule") & ~Q(Exists(bars_here))


def _reached(near: dict[str, Q], rule: str, *, usual: str = "") -> Q:
    """Where a rule opens to those near enough; with `usual` also where there is none and that reach does."""
    found = Q(pk__in=[])
    for reach, is_near in near.items():
        is_said = Q(**{f"{rule}__reach": reach})
        found |= (is_said | Q(**{rule: None}) if reach == usual else is_said) & is_near
    return found
