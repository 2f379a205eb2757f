"""What happens to groups from outside, their quotes and contracts."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("classes.outside_number_proved", _("外单位验证手机号"))
@dataclass(frozen=True, slots=True)
class OutsideNumberProved:
    """Somebody from outside proved a number with the code sent to it."""

    number_id: int


@event("classes.outside_order_changed", _("外单位改预约"))
@dataclass(frozen=True, slots=True)
class OutsideOrderChanged:
    """A group from outside changed what it asks for, before an answer."""

    order_id: int


@event("classes.quote_made", _("报价"))
@dataclass(frozen=True, slots=True)
class QuoteMade:
    """The provider says what an order would cost."""

    order_id: int
    quote_id: int


@event("classes.quote_accepted", _("同意报价"))
@dataclass(frozen=True, slots=True)
class QuoteAccepted:
    """The group agrees to a quote."""

    order_id: int
    quote_id: int


@event("classes.quote_declined", _("不同意报价"))
@dataclass(frozen=True, slots=True)
class QuoteDeclined:
    """The group does not agree to a quote."""

    order_id: int
    quote_id: int


@event("classes.contract_added", _("传合同"))
@dataclass(frozen=True, slots=True)
class ContractAdded:
    """A contract of an order was handed in, by either side."""

    order_id: int
    contract_id: int


@event("classes.outsiders_counted", _("登记外来实到"))
@dataclass(frozen=True, slots=True)
class OutsidersCounted:
    """It was entered how many of a group came."""

    order_id: int


@event("classes.outside_contact_revealed", _("查看外单位联系方式"))
@dataclass(frozen=True, slots=True)
class OutsideContactRevealed:
    """Somebody looked at the contact of a group in full."""

    order_id: int


@event("classes.outside_contact_erased", _("清除外单位联系方式"))
@dataclass(frozen=True, slots=True)
class OutsideContactErased:
    """A number and who it belongs to were erased, because the time for keeping them was over."""

    number_id: int
