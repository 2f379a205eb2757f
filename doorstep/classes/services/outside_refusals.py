"""What can be refused to groups from outside, and about them, with what to do instead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import DoorstepError, Invalid, Refused


class NumberWrong(Invalid):
    """Not a mobile number."""

    code = "outside_number"
    template = _("请填 11 位手机号，例如 13800000000。验证码会发到这个号码。")


class TooManyCodes(DoorstepError):
    """So many codes were asked for from one address, or by everybody, that no more are sent."""

    status = 429
    code = "outside_codes"
    template = _("今天从这里要的验证码太多了，暂时不再发。请明天再试，或打办公电话预约。")


class CodeNotSent(DoorstepError):
    """The gateway for short messages did not take it."""

    status = 503
    code = "outside_code_not_sent"
    template = _("短信现在发不出去，验证码没有发。请过几分钟再试，或打办公电话预约。")


class CodeWrong(Invalid):
    """Wrong, too old, or tried too often: the same words for all."""

    code = "outside_code"
    template = _("验证码不对，或者已经过期。请照短信再填一次；试了 %(most)s 次还不对，请重新要一个。")


class TooManyOpen(Refused):
    """One number has as many orders without an outcome as it may."""

    code = "outside_open"
    template = _("这个号码已有 %(most)s 单还没有结果。请先等答复，或撤回一单再约。")


class FilledTooQuick(Invalid):
    """Faster than a person fills a form in."""

    code = "outside_quick"
    template = _("交得太快，没有收到。请看一遍填的内容，再交一次。")


class OrderWantsQuote(Refused):
    """The rule of the place wants a quote agreed to first."""

    code = "order_wants_quote"
    template = _("外单位的单要先报价，%(group)s同意以后才能接。请先在这一页报价，点单没有变。")


class QuoteWrong(Invalid):
    """No line, a line without words, or a date that is over."""

    code = "quote"
    template = _("报价至少要有一行，每行写明项目、单价和数量；有效期要在今天或以后。请补齐再保存。")


class QuoteStandsSo(Refused):
    """It was answered, replaced, or is not valid any more."""

    code = "quote_stands_so"
    template = _("这份报价现在是“%(status)s”，不能再答复。请刷新，看最新的一份。")


class NotTheirClass(Refused):
    """Heads are counted for classes of outsiders that have begun."""

    code = "outside_count"
    template = _("开课以后才能登记实到，人数在 0 到 %(most)s 之间。请核对后再填。")


class CameAgainWrong(Invalid):
    """Nobody comes again who did not come."""

    code = "came_again_wrong"
    template = _("今年来过的不能多于实到的 %(came)s 人，没有登记。请改好再登记。")
