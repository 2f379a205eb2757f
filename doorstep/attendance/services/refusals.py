"""What can be refused at the door and on the roll, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import DoorstepError, Invalid, NotFound, NotPermitted, Refused, TokenRefused
from doorstep.core.replays import KeyReused


class NotAcknowledged(DoorstepError):
    """Whether the write is safe is not known; the same key may be sent again."""

    status = 503
    code = "not_acknowledged"
    template = _("暂时不能确认是否已记下。请用同一个请求编号再发一次，不会重复。")


class NotEnrolled(Refused):
    """The person holds no seat in the class."""

    code = "not_enrolled"
    template = _("不在这个班的名单里，没有签到。请找门口的老师，可以先补名额再点名。")


class RollIsClosed(Refused):
    """The roll is closed; only corrections are possible."""

    code = "roll_closed"
    template = _("这个班的考勤已经结了。确实来过的，请班主任在考勤表上更正，并写明原因。")


class SessionOff(Refused):
    """The class or the session is not being held."""

    code = "session_off"
    template = _("这一课还没有发布，或者已经取消，不用签到。请看“我的班”里最新的安排。")


class InFuture(Refused):
    """The arrival lies in the future."""

    code = "in_future"
    template = _("到场时间比现在还晚，没有记下。请核对设备的时间后再传。")


class TooEarly(Refused):
    """The door is not open yet."""

    code = "too_early"
    template = _("还没到签到时间：%(starts)s 上课，%(opens)s 起可以签到。到时再扫一次。")


class TooLate(Refused):
    """The door is closed."""

    code = "too_late"
    template = _("签到已在 %(closes)s 结束。来过的请告诉门口的老师，由老师点名。")


class CodeForged(Invalid):
    """The code was not made by this site."""

    code = "code_forged"
    template = _("这个码不是本站的签到码。请重新扫会场大屏上的二维码，或请门口的老师点名。")


class CodeExpired(Refused):
    """The code is no longer on the screen."""

    code = "code_expired"
    template = _("这个码已经换了，截屏或转发的码不能签到。请再扫一次大屏，或请门口的老师点名。")


class TicketGone(Refused):
    """The time between the scan and the tap has run out, or the ticket is another account's."""

    code = "ticket_gone"
    template = _("扫码后隔得太久，或换了账号。请再扫一次大屏上的二维码，然后点“签到”。")


class TypedCodeWrong(Invalid):
    """No class of this person shows these digits now."""

    code = "typed_code_wrong"
    template = _("没有对上。请看大屏二维码下面现在的四位数字再输一次，或请门口的老师点名。")


class TooManyTries(Refused):
    """Digits were typed wrongly too often."""

    status = 429
    code = "too_many_tries"
    template = _("输错次数太多，请过 %(minutes)s 分钟再试，或直接请门口的老师点名。")


class ReasonMissing(Invalid):
    """A correction needs a reason."""

    code = "reason_missing"
    template = _("考勤已结，更正要写明原因，例如“签到表上有本人签名”。请填好再保存。")


class NothingToMark(Invalid):
    """Nobody was chosen, or the mark is unknown."""

    code = "nothing_to_mark"
    template = _("没有选中人，或标记不对。请在名单上选人，再点七种标记之一。")


class SessionsNotOver(Refused):
    """The roll is closed after the last session, or when staff say so."""

    code = "sessions_not_over"
    template = _("还有 %(count)s 课没上完（最后一课 %(ends)s 下课）。现在就结考勤的话，请勾选“仍要结”。")


class UnmarkedLeft(Refused):
    """Some people have no mark; closing makes them absent, which staff must say."""

    code = "unmarked_left"
    template = _("还有 %(people)s 人共 %(count)s 个半天没有标记，结考勤后一律记旷课。确认的话，请勾选后再点一次。")


class RollNotOpen(Refused):
    """Who comes to a session is not known before its door opens."""

    code = "roll_not_open"
    template = _("还没到点名时间：%(starts)s 上课，%(opens)s 起可以点名。来不了的人，请在“请假”里办。")


class SessionsAhead(Refused):
    """A roll is not closed while some of its sessions are still to come."""

    code = "sessions_ahead"
    template = _("还有 %(count)s 课没到时间（最近一课 %(starts)s）。请上完再结；不再上的课，请先在“课次”里取消。")


class NobodyOnTheRoll(Refused):
    """A class in which nobody ever sat has no roll to close."""

    code = "nobody_on_roll"
    template = _("“%(title)s”名单上没有人，没有考勤可结。要办的话先补名额；没有办成的话，请取消这个班。")


class RollStillOpen(Refused):
    """A correction is for closed rolls; an open one is simply marked."""

    code = "roll_open"
    template = _("考勤还没结，不用更正，直接在考勤表上改标记就行。")


class SessionHidden(NotFound):
    """There is no such session in the person's reach."""


class ScopeMissing(NotPermitted):
    """The token or the role may not take arrivals."""


BY_CODE: dict[str, type[DoorstepError]] = {
    cls.code: cls
    for cls in (
        *(TokenRefused, KeyReused, NotEnrolled, RollIsClosed, SessionOff, InFuture, TooEarly, TooLate, CodeExpired),
        *(SessionHidden, ScopeMissing),
    )
}
BY_CODE["unclear"] = NotAcknowledged
