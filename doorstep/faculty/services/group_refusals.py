"""What can be refused about lecture groups, tours and lectures, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class GroupTaken(Refused):
    """A unit has one group of a name."""

    code = "lecture_group_taken"
    template = _("%(unit)s已有宣讲团“%(name)s”。请换一个名字，或直接往那个团里加人。")


class GroupEnded(Refused):
    """A group that has ended takes no changes."""

    code = "lecture_group_ended"
    template = _("“%(name)s”已撤销。要再用，先点“恢复”。")


class GroupStandsSo(Refused):
    """It was done already."""

    code = "lecture_group_stands_so"
    template = _("“%(name)s”已经是这样了，不用再点。")


class GroupStillTours(Refused):
    """Who still has lectures planned does not end."""

    code = "lecture_group_still_tours"
    template = _("“%(name)s”还有 %(n)s 场巡讲排着。请先取消，再撤销。")


class EndingReasonMissing(Invalid):
    """Ending has a reason."""

    code = "ending_reason_missing"
    template = _("请写明原因，原因会留在日志里。")


class LeaderNotMember(Refused):
    """Who leads a group is in it."""

    code = "leader_not_member"
    template = _("团长要是本团现在的成员。请先把人加进团，再选。")


class MemberHeld(Refused):
    """Nobody is in a group twice at a time."""

    code = "group_member_held"
    template = _("%(name)s在这段时间已经在“%(group)s”里。请换一个日期，或换一位。")


class MemberLeft(Refused):
    """Who left has left."""

    code = "group_member_left"
    template = _("%(name)s已经退出“%(group)s”。要再参加，请重新入团。")


class MemberLeftTooEarly(Invalid):
    """One leaves after one has joined."""

    code = "group_left_too_early"
    template = _("%(name)s %(joined)s 才入团，退出的日期要晚于这天。")


class MemberStillAsked(Refused):
    """Who still has lectures planned stays."""

    code = "group_member_still_asked"
    template = _("%(name)s还有 %(n)s 场巡讲排着。请先换人或取消，再退出。")


class NotMember(Refused):
    """A group's lectures are given by those who are in it on the day."""

    code = "not_group_member"
    template = _("%(day)s那天%(name)s不在“%(group)s”里。请换一位成员，或先补上入团的日期。")


class TopicTaken(Refused):
    """A title stands once a year."""

    code = "group_topic_taken"
    template = _("%(year)s 年已有专题“%(title)s”。请换一个题目，或直接改那一个。")


class TopicUsed(Refused):
    """What was lectured about keeps its year."""

    code = "group_topic_used"
    template = _("“%(title)s”已经排进巡讲或讲过，年份不能再改。请另立一个专题。")


class TopicOtherYear(Refused):
    """A topic is good for its year."""

    code = "group_topic_other_year"
    template = _("“%(title)s”是 %(year)s 年的专题，%(day)s不在这一年。请换一个专题。")


class StopPast(Invalid):
    """One plans ahead."""

    code = "tour_stop_past"
    template = _("巡讲要排在以后，结束要晚于开始，在同一天。已经讲过的请直接登记。")


class StopCancelled(Refused):
    """What was cancelled is over."""

    code = "tour_stop_cancelled"
    template = _("这一场已经取消了。要讲的话，请另排一场。")


class StopGiven(Refused):
    """What was given is counted."""

    code = "tour_stop_given"
    template = _("这一场已经登记讲过了。数错了，请打开那次登记来改。")


class LectureWrong(Invalid):
    """Nobody came, more than can be, or at a time that cannot be."""

    code = "lecture_wrong"
    template = _("%(why)s")


class LectureCounted(Refused):
    """A lecture is counted once, whichever group enters it."""

    code = "lecture_counted"
    template = _("%(name)s老师%(day)s %(times)s 的宣讲已由“%(group)s”登记，一场只算一次。请核对时间。")


class LectureOfClass(Refused):
    """A lesson of a class is counted with the class."""

    code = "lecture_of_class"
    template = _("%(name)s老师那时在给培训班上课：%(title)s。培训班的课由签到计数，不再算宣讲。")


class LectureChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "lecture_changed"
    template = _("这次登记刚才被别人改过，您这次没有存上。请重新打开，再把要改的补上。")


class LectureVoid(Refused):
    """It was taken back."""

    code = "lecture_void"
    template = _("这次登记已经撤回，不能再改。要补登的话，请另记一次。")
