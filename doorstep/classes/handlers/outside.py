"""Short messages to groups from outside, and what their own steps tell the provider."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.classes.events import (
    ContractAdded,
    OrderAccepted,
    OrderAgreed,
    OrderCountered,
    OrderDeclined,
    OrderLapsed,
    OrderOffered,
    OutsideOrderChanged,
    QuoteAccepted,
    QuoteDeclined,
    QuoteMade,
)
from doorstep.classes.models import Order
from doorstep.classes.queries.concerned import answerers, order_told
from doorstep.classes.services.outside_ends import text_outside
from doorstep.core.actors import system_actor
from doorstep.core.events import current_occurrence, handles
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, state_text

CHANGED = state_text(
    "classes.outside_changed",
    gettext_lazy("外单位改了预约：%(title)s"),
    gettext_lazy("%(unit)s改了日子或人数，现在 %(people)s 人，最早想 %(day)s 来。请在 %(due)s 前答复。"),
)
QUOTE_ACCEPTED = state_text(
    "classes.quote_accepted",
    gettext_lazy("报价已同意：%(title)s"),
    gettext_lazy("%(unit)s同意了报价，可以接单了。"),
)
QUOTE_DECLINED = state_text(
    "classes.quote_declined",
    gettext_lazy("报价没有同意：%(title)s"),
    gettext_lazy("%(unit)s没有同意报价。可以另报一份，或与对方商量。"),
)
CONTRACT = state_text(
    "classes.contract_added",
    gettext_lazy("合同已传：%(title)s"),
    gettext_lazy("%(unit)s这一单传了合同，请打开核对。"),
)

_ACTOR = system_actor("classes.text_outside")


def _letter(text: str, order: Order) -> Letter:
    fields = {
        "title": order.title,
        "unit": order.who,
        "people": order.people,
        "day": order.first_on,
        "due": order.answer_by,
    }
    return Letter(text, answerers(order), fields, reverse("classes:order", args=[order.pk]))


@tells(OutsideOrderChanged)
def tell_changed(happened: OutsideOrderChanged) -> Iterable[Letter]:
    """A group changed what it asks for: who answers."""
    yield _letter(CHANGED, order_told(happened.order_id))


@tells(QuoteAccepted)
def tell_quote_accepted(happened: QuoteAccepted) -> Iterable[Letter]:
    """A group agrees to a quote: who made it."""
    yield _letter(QUOTE_ACCEPTED, order_told(happened.order_id))


@tells(QuoteDeclined)
def tell_quote_declined(happened: QuoteDeclined) -> Iterable[Letter]:
    """A group does not agree to a quote: who made it."""
    yield _letter(QUOTE_DECLINED, order_told(happened.order_id))


@tells(ContractAdded)
def tell_contract(happened: ContractAdded) -> Iterable[Letter]:
    """A contract is there: who answers; whoever handed it in is not told."""
    yield _letter(CONTRACT, order_told(happened.order_id))


def _texted(happened: Any, words: str) -> None:
    """Tell the group by a short message; it names no person and nothing of what was written."""
    order = order_told(happened.order_id)
    if order.outside_id is None:
        return
    where = settings.DOORSTEP_ADDRESS or _("“家门口”")
    values = {"code": order.code, "where": where, "provider": order.provider.short_name}
    text = words % values
    text_outside(order=order, occurrence=current_occurrence().key, title=_("外单位预约"), text=text, actor=_ACTOR)


def _texts(event: type[Any], words: Any) -> Callable[[Any], None]:
    def text(happened: Any) -> None:
        """Tell the group."""
        _texted(happened, str(words))

    text.__name__ = f"text_{event.__name__.lower()}"
    text.__module__ = __name__
    handles(event)(text)
    return text


text_accepted = _texts(
    OrderAccepted, gettext_lazy("预约 %(code)s：%(provider)s已接单。日期和地点请到%(where)s“我的预约”里看。")
)
text_countered = _texts(
    OrderCountered, gettext_lazy("预约 %(code)s：%(provider)s提出改期。请到%(where)s“我的预约”里答复。")
)
text_agreed = _texts(OrderAgreed, gettext_lazy("预约 %(code)s：改期已定。日期和地点请到%(where)s“我的预约”里看。"))
text_declined = _texts(
    OrderDeclined, gettext_lazy("预约 %(code)s：%(provider)s没有接。原因请到%(where)s“我的预约”里看。")
)
text_offered = _texts(
    OrderOffered,
    gettext_lazy("预约 %(code)s：等的日子空出来了，先给您留着。请到%(where)s“我的预约”里确认，过时给下一个。"),
)
text_lapsed = _texts(OrderLapsed, gettext_lazy("预约 %(code)s 没有等到答复，已过期。请到%(where)s重新预约。"))
text_quoted = _texts(QuoteMade, gettext_lazy("预约 %(code)s：%(provider)s已报价。请到%(where)s“我的预约”里答复。"))
