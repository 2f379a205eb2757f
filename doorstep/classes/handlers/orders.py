"""What is said of orders: to who ordered, and to who answers."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.classes.events import (
    OrderAccepted,
    OrderAgreed,
    OrderCalledOff,
    OrderCountered,
    OrderDeclined,
    OrderLapsed,
    OrderOffered,
    OrderOverdue,
    OrderPlaced,
    OrderRefused,
    OrderWithdrawn,
)
from doorstep.classes.models import Order
from doorstep.classes.queries.concerned import answerers, answerers_above, order_told, orderers
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, state_text

PLACED = state_text(
    "classes.order_placed",
    _("新的点单：%(title)s"),
    _("%(unit)s点了这一单，%(people)s 人，最早想 %(day)s 去。请在 %(due)s 前答复。"),
)
ACCEPTED = state_text(
    "classes.order_accepted", _("点单已接：%(title)s"), _("%(provider)s接了这一单，班已经开好。去看日期和名额。")
)
COUNTERED = state_text(
    "classes.order_countered",
    _("点单要改期：%(title)s"),
    _("%(provider)s提出改到 %(counter)s。请在 %(reply)s 前回复。%(note)s"),
)
AGREED = state_text("classes.order_agreed", _("同意改期：%(title)s"), _("%(unit)s同意改到 %(counter)s，班已经开好。"))
REFUSED = state_text("classes.order_refused", _("没有同意改期：%(title)s"), _("%(unit)s没有同意改到 %(counter)s。"))
DECLINED = state_text(
    "classes.order_declined",
    _("点单没有接：%(title)s"),
    _("%(provider)s没有接这一单。%(note)s可以换一家或换个日子再点。"),
)
WITHDRAWN = state_text("classes.order_withdrawn", _("点单已撤回：%(title)s"), _("%(unit)s撤回了这一单，不用再答复。"))
CALLED_OFF = state_text(
    "classes.order_called_off",
    _("点单的单位来不了：%(title)s"),
    _("%(unit)s来不了，班已取消，场地和教师都放开了。"),
)
OVERDUE = state_text(
    "classes.order_overdue",
    _("点单到期没有答复：%(title)s"),
    _("%(unit)s的这一单，%(provider)s到 %(due)s 还没有答复。"),
)
LAPSED = state_text(
    "classes.order_lapsed", _("点单已过期：%(title)s"), _("没有人答复，想去的日子已经过了。还要去，请重新点单。")
)


OFFERED = state_text(
    "classes.order_offered",
    _("等的日子空出来了：%(title)s"),
    _("%(provider)s有一天空出来，先给你们留着。打开看是哪天，请在 %(reply)s 前确认，过时给下一个单位。"),
)


def _letter(text: str, order: Order, to: Iterable[int]) -> Letter:
    fields = {
        "title": order.title,
        "unit": order.who,
        "provider": order.provider.short_name,
        "people": order.people,
        "day": order.first_on,
        "due": order.answer_by,
        "counter": order.counter_on or "",
        "reply": order.reply_by or "",
        "note": order.answer_note,
    }
    return Letter(text, to, fields, reverse("classes:order", args=[order.pk]))


@tells(OrderPlaced)
def tell_placed(happened: OrderPlaced) -> Iterable[Letter]:
    """Somebody ordered: who answers."""
    order = order_told(happened.order_id)
    yield _letter(PLACED, order, answerers(order))


@tells(OrderAccepted)
def tell_accepted(happened: OrderAccepted) -> Iterable[Letter]:
    """It was taken on: who ordered."""
    order = order_told(happened.order_id)
    yield _letter(ACCEPTED, order, orderers(order))


@tells(OrderCountered)
def tell_countered(happened: OrderCountered) -> Iterable[Letter]:
    """Another day was offered: who ordered."""
    order = order_told(happened.order_id)
    yield _letter(COUNTERED, order, orderers(order))


@tells(OrderAgreed)
def tell_agreed(happened: OrderAgreed) -> Iterable[Letter]:
    """The other day suits: who offered it."""
    order = order_told(happened.order_id)
    yield _letter(AGREED, order, answerers(order))


@tells(OrderRefused)
def tell_refused(happened: OrderRefused) -> Iterable[Letter]:
    """The other day does not suit: who offered it."""
    order = order_told(happened.order_id)
    yield _letter(REFUSED, order, answerers(order))


@tells(OrderDeclined)
def tell_declined(happened: OrderDeclined) -> Iterable[Letter]:
    """It was not taken on: who ordered."""
    order = order_told(happened.order_id)
    yield _letter(DECLINED, order, orderers(order))


@tells(OrderOffered)
def tell_offered(happened: OrderOffered) -> Iterable[Letter]:
    """A day came free for an order that waits: who ordered."""
    order = order_told(happened.order_id)
    yield _letter(OFFERED, order, orderers(order))


@tells(OrderWithdrawn)
def tell_withdrawn(happened: OrderWithdrawn) -> Iterable[Letter]:
    """It was taken back: who would have answered."""
    order = order_told(happened.order_id)
    yield _letter(WITHDRAWN, order, answerers(order))


@tells(OrderCalledOff)
def tell_called_off(happened: OrderCalledOff) -> Iterable[Letter]:
    """Who ordered cannot come: who had taken it on."""
    order = order_told(happened.order_id)
    yield _letter(CALLED_OFF, order, answerers(order))


@tells(OrderOverdue)
def tell_overdue_order(happened: OrderOverdue) -> Iterable[Letter]:
    """Nobody answered in time: the level above."""
    order = order_told(happened.order_id)
    yield _letter(OVERDUE, order, answerers_above(order))


@tells(OrderLapsed)
def tell_lapsed(happened: OrderLapsed) -> Iterable[Letter]:
    """It came to nothing: who ordered, and who did not answer."""
    order = order_told(happened.order_id)
    yield _letter(LAPSED, order, [*orderers(order), *answerers(order)])
