"""What an order from outside would cost: quoted in lines, answered by the group, replaced by a newer quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from doorstep.classes.events import QuoteAccepted, QuoteDeclined, QuoteMade
from doorstep.classes.models import Order, Quote, QuoteLine
from doorstep.classes.queries.outside import LIVING, agreed_quote
from doorstep.classes.rules.outside import lacks_quote, quote_answers
from doorstep.classes.services.order_refusals import OrderStandsSo
from doorstep.classes.services.order_steps import tell
from doorstep.classes.services.outside_refusals import OrderWantsQuote, QuoteStandsSo, QuoteWrong
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at

if TYPE_CHECKING:
    from doorstep.core.actors import Actor

_EXPIRED = _("已过期")
MOST_LINES, MOST_FEN, MOST_COUNT = 20, 10**11, 10**6
IN_FORCE = (Quote.Status.OPEN, Quote.Status.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Line:
    """So many of something at a price in fen each."""

    what: str
    unit_fen: int
    count: int

    @property
    def is_sound(self) -> bool:
        """Whether it says what, and counts."""
        return bool(self.what.strip()) and 0 <= self.unit_fen <= MOST_FEN and 1 <= self.count <= MOST_COUNT


@transaction.atomic
def make_quote(
    *, order: Order, lines: Sequence[Line], valid_until: date | None = None, note: str = "", actor: Actor
) -> Quote:
    """Say what an order from outside would cost; it takes the place of the quote before, whatever was said to that.

    Raises QuoteWrong, OrderStandsSo.
    """
    require(actor, "classes.answer_order", at=order.provider_place)
    locked = _locked(order)
    if locked.outside_id is None:
        raise NotFound
    if locked.status not in LIVING:
        raise OrderStandsSo(status=locked.get_status_display())
    today = clock.today()
    until = valid_until or today + timedelta(days=_days(locked.provider_place))
    if not 1 <= len(lines) <= MOST_LINES or not all(line.is_sound for line in lines) or until < today:
        raise QuoteWrong
    locked.quotes.filter(status__in=IN_FORCE).update(status=Quote.Status.REPLACED)
    quote = Quote.objects.create(
        order=locked,
        number=(locked.quotes.aggregate(last=Max("number"))["last"] or 0) + 1,
        people=locked.people,
        valid_until=until,
        note=note.strip(),
        made_at=clock.now(),
        made_by_id=actor.account_id,
    )
    QuoteLine.objects.bulk_create(
        QuoteLine(quote=quote, number=n, what=line.what.strip(), unit_fen=line.unit_fen, count=line.count)
        for n, line in enumerate(lines, start=1)
    )
    tell(QuoteMade(locked.pk, quote.pk), locked, actor, number=quote.number)
    return quote


def _days(place: str) -> int:
    return policy_at("outside.quote_days", on=clock.today(), place=place).integer


def _locked(order: Order) -> Order:
    """The order, locked: its quotes are made and answered one after the other."""
    return Order.objects.select_for_update(of=("self",)).select_related("outside", "provider").get(pk=order.pk)


@transaction.atomic
def accept_quote(*, quote: Quote, actor: Actor) -> Quote:
    """Agree to a quote that is in force. Raises QuoteStandsSo."""
    require(actor, "classes.order_from_outside", at=quote.order.place)
    return _answered(quote, Quote.Status.ACCEPTED, actor)


@transaction.atomic
def decline_quote(*, quote: Quote, actor: Actor) -> Quote:
    """Do not agree to a quote; the provider may make another. Raises QuoteStandsSo."""
    require(actor, "classes.order_from_outside", at=quote.order.place)
    return _answered(quote, Quote.Status.DECLINED, actor)


def _answered(quote: Quote, status: Quote.Status, actor: Actor) -> Quote:
    order = _locked(quote.order)
    found = Quote.objects.get(pk=quote.pk)
    if not quote_answers(order.status, found.status):
        raise QuoteStandsSo(status=found.get_status_display())
    if found.valid_until < clock.today():
        raise QuoteStandsSo(status=_EXPIRED)
    found.status, found.answered_at = status, clock.now()
    found.save(update_fields=["status", "answered_at"])
    event = QuoteAccepted if status == Quote.Status.ACCEPTED else QuoteDeclined
    tell(event(order.pk, found.pk), order, actor, number=found.number)
    return found


def must_have_quote(order: Order) -> None:
    """Raise OrderWantsQuote where a locked order from outside lacks the quote its place asks for."""
    if order.outside is None:
        return
    rule = policy_at("outside.needs_quote", on=clock.today(), place=order.provider_place).text
    if lacks_quote(rule, is_agreed=agreed_quote(order) is not None):
        raise OrderWantsQuote(group=order.outside.name)
