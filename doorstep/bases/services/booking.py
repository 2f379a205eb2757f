"""For whom a base, or one venue of it, is there besides its own line, and how it wants to be asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import BookingRuleSet
from doorstep.bases.models import Base, BookingRule, Venue, VenueRule
from doorstep.bases.queries.booking import rule_of
from doorstep.bases.rules.opening import WEEK
from doorstep.bases.services.standards import locked_base, tell
from doorstep.bases.services.wording import refuse_numbers
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


class NeverOpen(Invalid):
    """Open to others, yet on no day of the week."""

    code = "booking_never_open"
    template = _("一周七天都不接外单位，等于只给本单位用。请改成“本单位”，或至少留一天。")


class BarsItself(Invalid):
    """The own line of a base cannot be kept out."""

    code = "booking_bars_itself"
    template = _("%(unit)s是这处阵地的本单位或上级，不能列为不接待。请去掉。")


@dataclass(frozen=True, slots=True)
class BookingTerms:
    """What a keeper asks of guests: `quiet_days` are weekdays from 1 for Monday, `barred` units with all below them.

    With `asks_first` they have a room only once the keeper agrees.
    """

    reach: str
    notice_days: int = 0
    quiet_days: Collection[int] = ()
    barred: Sequence[Unit] = ()
    terms: str = ""
    asks_first: bool = False


@transaction.atomic
def set_booking_rule(
    *, base: Base, terms: BookingTerms | None, venue: Venue | None = None, actor: Actor
) -> BookingRule | VenueRule | None:
    """Say for whom a base is there, or one venue of it that differs; classes that are planned there already stay.

    Without `terms` nothing is said any more: a venue goes by its base, a base by policy:base.booking_reach.
    Raises NeverOpen, BarsItself, WordsHoldNumbers, NotFound.
    """
    require(actor, "bases.keep_base", at=base.place)
    locked = locked_base(base.pk)
    if locked.kind == Base.Kind.BELT or venue is not None and venue.base_id != locked.pk:
        raise NotFound
    before = _told(rule_of(locked, venue))
    rule = _written(locked, venue, terms) if terms else None
    if terms is None:
        _rows(locked, venue).delete()
    known = {"venue": venue.pk} if venue else {}
    tell(BookingRuleSet(locked.pk), locked, actor, **known, before=before, after=_told(rule))
    return rule


def _rows(base: Base, venue: Venue | None) -> QuerySet[BookingRule] | QuerySet[VenueRule]:
    return VenueRule.objects.filter(venue=venue) if venue else BookingRule.objects.filter(base=base)


def _written(base: Base, venue: Venue | None, terms: BookingTerms) -> BookingRule | VenueRule:
    refuse_numbers(terms.terms)
    quiet = sorted(set(terms.quiet_days) & set(WEEK))
    if len(quiet) == len(WEEK):
        raise NeverOpen
    for unit in terms.barred:
        if unit.path.startswith(base.place) or base.place.startswith(unit.path):
            raise BarsItself(unit=unit.short_name)
    rule = rule_of(base, venue) or (VenueRule(venue=venue) if venue else BookingRule(base=base))
    rule.reach, rule.notice_days = BookingRule.Reach(terms.reach), terms.notice_days
    rule.quiet_days, rule.terms, rule.asks_first = quiet, terms.terms.strip(), terms.asks_first
    rule.save()
    rule.barred.set(terms.barred)
    return rule


def _told(rule: BookingRule | VenueRule | None) -> dict[str, Any]:
    """A rule as the log keeps it."""
    if rule is None:
        return {}
    barred = sorted(rule.barred.values_list("pk", flat=True))
    return {
        "reach": rule.reach,
        "notice_days": rule.notice_days,
        "quiet_days": list(rule.quiet_days),
        "barred": barred,
        "terms": rule.terms,
        "asks_first": rule.asks_first,
    }
