"""What can be refused about the waiting list of a class."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class WaitingFirst(Refused):
    """Others wait for this seat, or for seats of the same unit."""

    code = "waiting_first"
    template = _(
        "“%(title)s”有 %(count)s 人排在前面候补，空出来的名额先给他们，不能越过。请排到候补后面；"
        "确实要先安排的，请%(organiser)s在候补名单里安排，写明原因。"
    )


class AlreadyWaiting(Refused):
    """People put on the list are on it."""

    code = "already_waiting"
    template = _("%(names)s已经在“%(title)s”的候补名单里。不用再排，等着轮到就行；不想等了，可以退出候补。")


class NobodyWaits(Refused):
    """A class that has begun has no waiting list."""

    code = "nobody_waits"
    template = _("“%(title)s”%(day)s已经开课，不再排候补。漏了的人请用“补名额”，或换下一期。")


class WaitsNoLonger(Refused):
    """The person does not wait any more."""

    code = "waits_no_longer"
    template = _("%(name)s现在不在“%(title)s”的候补里（%(status)s）。请刷新页面看结果。")


class JumpReasonMissing(Invalid):
    """Who is taken before others needs a reason."""

    code = "jump_reason_missing"
    template = _("%(name)s前面还有 %(count)s 人在候补。要先安排，请写明原因，会和您的名字一起留在记录里。")


class SuccessionStandsSo(Refused):
    """Nothing would change."""

    code = "succession_stands_so"
    template = _("“%(title)s”的候补现在就是“%(way)s”。请刷新页面再看。")


class LetterEmpty(Invalid):
    """There is nothing to read."""

    code = "waiting_letter_empty"
    template = _("还没有写字，没有发。请写一两句话再发。")


class LetterHoldsNumbers(Invalid):
    """A message to many holds no number of a person."""

    code = "waiting_letter_numbers"
    template = _("里面有像身份证号或手机号的数字（%(number)s），没有发。请去掉，联系方式写单位电话。")


class NobodyToWrite(Refused):
    """The list is empty now."""

    code = "waiting_letter_nobody"
    template = _("现在没有人候补，没有发。请刷新页面看结果。")


class WaitingRulePast(Invalid):
    """What was given is given: a rule begins today at the earliest."""

    code = "waiting_rule_past"
    template = _("%(day)s已经过去，那时给出的名额不会重排。请从今天或以后的日子写起。")


class WaitingRuleEmpty(Invalid):
    """Criteria without any."""

    code = "waiting_rule_empty"
    template = _("按条件排，至少要有一个条件写上先后（1 最先看）。都不看的，请选“按排上的先后”。")
