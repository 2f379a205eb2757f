"""What happens to orders."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("classes.order_placed", _("点单"))
@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """A unit ordered a package or a lesson."""

    order_id: int


@event("classes.order_waits", _("点单排候补"))
@dataclass(frozen=True, slots=True)
class OrderWaits:
    """An order waits for a day that comes free."""

    order_id: int


@event("classes.order_offered", _("给候补的点单留位"))
@dataclass(frozen=True, slots=True)
class OrderOffered:
    """A day came free and is kept for an order that waits."""

    order_id: int


@event("classes.order_offer_passed", _("候补的空位没有要"))
@dataclass(frozen=True, slots=True)
class OrderOfferPassed:
    """A day kept for an order was not wanted, or not taken in time; the order waits on."""

    order_id: int


@event("classes.order_accepted", _("接单"))
@dataclass(frozen=True, slots=True)
class OrderAccepted:
    """The provider took an order on; its class is open."""

    order_id: int
    training_class_id: int


@event("classes.order_countered", _("提改期"))
@dataclass(frozen=True, slots=True)
class OrderCountered:
    """The provider offered another day or base."""

    order_id: int


@event("classes.order_agreed", _("同意改期"))
@dataclass(frozen=True, slots=True)
class OrderAgreed:
    """The unit took the other day; its class is open."""

    order_id: int
    training_class_id: int


@event("classes.order_refused", _("不同意改期"))
@dataclass(frozen=True, slots=True)
class OrderRefused:
    """The unit did not take the other day."""

    order_id: int


@event("classes.order_declined", _("不接单"))
@dataclass(frozen=True, slots=True)
class OrderDeclined:
    """The provider said no."""

    order_id: int


@event("classes.order_withdrawn", _("撤回点单"))
@dataclass(frozen=True, slots=True)
class OrderWithdrawn:
    """The unit took its order back."""

    order_id: int


@event("classes.order_called_off", _("接单后来不了"))
@dataclass(frozen=True, slots=True)
class OrderCalledOff:
    """The unit cannot come to the class of its order, which is cancelled."""

    order_id: int


@event("classes.order_overdue", _("点单到期没有答复"))
@dataclass(frozen=True, slots=True)
class OrderOverdue:
    """An order was not answered in time; the level above is told."""

    order_id: int


@event("classes.order_lapsed", _("点单过期"))
@dataclass(frozen=True, slots=True)
class OrderLapsed:
    """An order came to nothing because nobody answered."""

    order_id: int
