"""The keeper of a base says for whom it is there besides its own line, and how it wants to be asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import BookingRuleSet
from doorstep.bases.models import Base, BookingRule
from doorstep.bases.queries.booking import rule_of_base
from doorstep.bases.rules.opening import WEEK
from doorstep.bases.services.standards import locked_base, tell
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
    """What a keeper asks of guests: `quiet_days` are weekdays from 1 for Monday, `barred` units with all below them."""

    reach: str
    notice_days: int = 0
    quiet_days: Collection[int] = ()
    barred: Sequence[Unit] = ()
    terms: str = ""


@transaction.atomic
def set_booking_rule(*, base: Base, terms: BookingTerms, actor: Actor) -> BookingRule:
    """Say for whom a base is there; classes that are planned there already stay.

    Raises NeverOpen, BarsItself, NotFound.
    """
    require(actor, "bases.keep_base", at=base.place)
    locked = locked_base(base.pk)
    if locked.kind == Base.Kind.BELT:
        raise NotFound
    quiet = sorted(set(terms.quiet_days) & set(WEEK))
    if len(quiet) == len(WEEK):
        raise NeverOpen
    for unit in terms.barred:
        if unit.path.startswith(locked.place) or locked.place.startswith(unit.path):
            raise BarsItself(unit=unit.short_name)
    before = _told(rule_of_base(locked))
    rule, _is_new = BookingRule.objects.update_or_create(
        base=locked,
        defaults={
            "reach": BookingRule.Reach(terms.reach),
            "notice_days": terms.notice_days,
            "quiet_days": quiet,
            "terms": terms.terms.strip(),
        },
    )
    rule.barred.set(terms.barred)
    tell(BookingRuleSet(locked.pk), locked, actor, before=before, after=_told(rule))
    return rule


def _told(rule: BookingRule | None) -> dict[str, Any]:
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
    }
