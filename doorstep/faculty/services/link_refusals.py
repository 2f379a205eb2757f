"""What can be refused about liaison points, links and first lessons, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class PointTaken(Refused):
    """A name stands for one point."""

    code = "liaison_point_taken"
    template = _("已有联系点“%(name)s”。请换一个名字，或直接用那一个。")


class PointStandsSo(Refused):
    """It was done already."""

    code = "liaison_point_stands_so"
    template = _("“%(name)s”已经是这样了，不用再点。")


class PointEnded(Refused):
    """Nobody is linked to what is no more."""

    code = "liaison_point_ended"
    template = _("“%(name)s”已撤销。要再用，先点“恢复”。")


class LinkHeld(Refused):
    """Nobody is linked twice to one place at a time."""

    code = "standing_link_held"
    template = _("%(name)s在这段时间已经联系%(target)s。请换一个日期，或换一位。")


class LinkEnded(Refused):
    """What has ended takes no visits later and does not end twice."""

    code = "standing_link_ended"
    template = _("%(name)s %(day)s起已不再联系%(target)s。请另立一条联系。")


class LinkEndedTooEarly(Invalid):
    """A link ends after it began, and after what was done under it."""

    code = "standing_link_ended_too_early"
    template = _("结束的日期要晚于开始的 %(since)s，也要晚于已登记的走访。请改一下。")


class VisitOutside(Invalid):
    """A visit lies within its link, and not ahead."""

    code = "link_visit_outside"
    template = _("%(day)s不在联系的日子里，或者还没有到。请填 %(since)s 到今天之间的日期。")


class VisitCounted(Refused):
    """One visit and one lesson a day."""

    code = "link_visit_counted"
    template = _("%(day)s这天已经登记过%(kind)s，一天只算一次。要补充，请撤回那次再记。")


class FindingsMissing(Invalid):
    """A visit has something to say."""

    code = "link_visit_findings_missing"
    template = _("请写一句看到了什么、讲了什么。")


class FollowUpHalf(Invalid):
    """What is to follow has a day, not before the visit."""

    code = "link_visit_follow_up_half"
    template = _("要跟进的事和期限要一起写，期限不能早于走访那天。")


class FollowUpNone(Refused):
    """Nothing is open."""

    code = "link_visit_follow_up_none"
    template = _("这次走访没有要跟进的事，或者已经办完、已经撤回。")


class OutcomeMissing(Invalid):
    """What was done is said."""

    code = "link_visit_outcome_missing"
    template = _("请写一句怎么办的。")


class VisitVoid(Refused):
    """It was taken back."""

    code = "link_visit_void"
    template = _("这次登记已经撤回了。要补登的话，请另记一次。")


class LeaderStandsSo(Refused):
    """The same person with the same post is linked already."""

    code = "leader_stands_so"
    template = _("%(unit)s现在挂钩的就是%(name)s，不用再记。")


class LeaderTooEarly(Invalid):
    """One leader follows another."""

    code = "leader_too_early"
    template = _("开始的日期不能在以后，也要晚于现在这位的 %(since)s。请改一下。")


class LeaderMissing(Refused):
    """A first lesson is the leader's."""

    code = "leader_missing"
    template = _("%(unit)s在 %(day)s还没有挂钩的县领导。请先由县里记下挂钩领导，再登记第一课。")


class LessonAhead(Invalid):
    """What was given cannot lie ahead."""

    code = "first_lesson_ahead"
    template = _("%(day)s还没有到。请填今天或以前的日期。")


class LessonCounted(Refused):
    """One first lesson a year."""

    code = "first_lesson_counted"
    template = _("%(unit)s %(year)s 年的第一课已经登记过。登错了，请先撤回，再重新登记。")
