"""What can be refused about guides of teaching points and technicians owed, in words that say what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class OfficialMissing(Invalid):
    """An official has a name and a post."""

    code = "official_missing"
    template = _("请写挂钩干部的姓名和职务。别的都不用填。")


class GuidePaired(Refused):
    """A guide is cared for once at a point."""

    code = "guide_paired"
    template = _("%(name)s在这个教学点已经有挂钩干部了。要换人，先结束现在这一对。")


class GuideDayWrong(Invalid):
    """What happened in a pair lies between its beginning and today."""

    code = "guide_day_wrong"
    template = _("日期要在 %(first)s 到今天之间。请核对。")


class GuidePairEnded(Refused):
    """What has ended has ended."""

    code = "guide_pair_ended"
    template = _("这一对已经结束了，不用再点。要重新挂钩，请再加一次。")


class WordsMissing(Invalid):
    """What ends or was found is said in words."""

    code = "guiding_words_missing"
    template = _("请写明原因或意见，以后查起来才清楚。")


class GuideChecked(Refused):
    """A guide is checked once a day."""

    code = "guide_checked"
    template = _("%(day)s 已经抽查过了。请换一个日期。")


class DutyWrong(Invalid):
    """A department owes at least one technician and one lesson, to a place that is not itself."""

    code = "duty_wrong"
    template = _("要派的人数和要讲的次数都至少是 1；定点授课的地方不能是部门自己。请核对。")


class DutyTooSmall(Refused):
    """Who was sent is owed."""

    code = "duty_too_small"
    template = _("已经派了 %(n)s 位，不能改成更少。请先把不再派的去掉。")


class TechnicianSentAlready(Refused):
    """A technician is sent on a duty once."""

    code = "technician_sent"
    template = _("%(name)s已经派过了，不用再派。")


class DutyFull(Refused):
    """More than the quota is not asked for."""

    code = "duty_full"
    template = _("%(quota)s 位已经派满。要多派，先改人数。")


class TechnicianRecalled(Refused):
    """Who was taken off is off."""

    code = "technician_recalled"
    template = _("%(name)s已经不再派了，不用再点。")
