"""What can be refused about orders, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class OrderStandsSo(Refused):
    """Somebody has answered before, or taken it back."""

    code = "order_stands_so"
    template = _("这张点单现在是“%(status)s”，不能再这样办。请刷新后再看。")


class OrderNoRoom(Refused):
    """Nothing is free then; the order stays as it was."""

    code = "order_no_room"
    template = _("%(day)s排不下：%(why)s。点单还在，没有退回。%(instead)s")


class OrderWindowMissing(Invalid):
    """Who waits says from which day to which."""

    code = "order_window"
    template = _("请写上从哪天到哪天都可以，再排候补。只有一天可以的，两格写同一天。")


class OrderDaysWrong(Invalid):
    """No day, too many, twice the same, or the part of the day does not fit."""

    code = "order_days"
    template = _("请选 1 到 %(most)s 个不同的日子，半天的课选上午或下午。")


class OrderTooEarly(Invalid):
    """There is not enough notice."""

    code = "order_too_early"
    template = _("至少提前 %(days)s 天点单，最早可以选%(first)s。请换一个日子。")


class OrderTooLate(Invalid):
    """It is too far ahead."""

    code = "order_too_late"
    template = _("现在最远可以点到%(last)s。请换一个日子。")


class OrderPeopleWrong(Invalid):
    """A package takes so many at once."""

    code = "order_people"
    template = _("“%(title)s”一批接 %(least)s 到 %(most)s 人，现在填的是 %(people)s 人。请改人数，或换一个套餐。")


class OrderPlaceMissing(Invalid):
    """A lesson is brought to a place, which has to be said."""

    code = "order_place"
    template = _("请写明把课送到哪里，例如：坑头村文化礼堂。")


class OrderReasonMissing(Invalid):
    """Who declines, or takes back, says why."""

    code = "order_reason"
    template = _("请选一个原因；选“其他”的，请写一句说明，对方会看到。")


class OrderSharedSince(Refused):
    """Others come to the class by now, who would lose it too."""

    code = "order_shared_since"
    template = _("“%(title)s”已经有别的单位参加，不能一家取消。请到名单里退出自己的人，或请%(unit)s取消。")


class OrderNeedsTooMuch(Invalid):
    """More is needed than a base has on any day."""

    code = "order_needs"
    template = _("%(base)s接待不了：%(why)s。请少要一些、自己解决，或换一个套餐。")


class NoLecturerFree(Refused):
    """Somebody was quicker with all who give the lesson."""

    code = "no_lecturer_free"
    template = _("讲这门课的老师那半天都有安排。请换一个日子，或另指定一位教师。")


class OrderDaysFree(Refused):
    """Nobody waits for what is free."""

    code = "order_days_free"
    template = _("%(days)s现在就约得到，不用排候补。请在日历上选这一天，直接点单。")


class OrderCannotWait(Invalid):
    """Nothing can be kept for it: it needs no room, or none is large enough."""

    code = "order_cannot_wait"
    template = _(
        "“%(title)s”没有按人数接待的地方，也没有坐得下 %(people)s 人的固定场地，没有空位可等。"
        "请直接选日子点单，由对方答复。"
    )


class OfferIsOver(Refused):
    """The day is kept no longer."""

    code = "offer_is_over"
    template = _("这个空位只留到%(until)s，已经给了后面的单位。点单还在候补，有别的空位会再留给您。")


class CounterIsTheWish(Invalid):
    """A counter-offer names the place and the day that were wished for."""

    code = "counter_is_wish"
    template = _("%(day)s本来就是对方想去的日子，地方也没有变。请直接接单，或换一个日子、换一处阵地。")
