"""What can be refused about teachers and pools, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class PoolTaken(Refused):
    """A unit has one pool of a name."""

    code = "pool_taken"
    template = _("%(unit)s已有师资库“%(name)s”。请换一个名字，或直接往那个库里加老师。")


class SchoolMissing(Invalid):
    """The category asks for the school that a teacher belongs to."""

    code = "teacher_school_missing"
    template = _("%(category)s要写明固定联系的党校。请选一个党校所在的单位。")


class TeacherPersonTaken(Refused):
    """A member of the roster is one teacher."""

    code = "teacher_person_taken"
    template = _("名册上的这位同志已经登记为教师。请把人加进您的师资库，不用再登记一次。")


class TeacherNotActive(Refused):
    """Who does not teach any more takes no changes of this kind."""

    code = "teacher_not_active"
    template = _("%(name)s已停用。要再请来讲课，先点“恢复”。")


class TeacherStandsSo(Refused):
    """It was done already."""

    code = "teacher_stands_so"
    template = _("%(name)s已经是这样了，不用再点。")


class PoolPlaceHeld(Refused):
    """Nobody is in a pool twice at a time."""

    code = "pool_place_held"
    template = _("%(name)s在这段时间已经在“%(pool)s”里。请换一个日期，或换一个库。")


class PoolPlaceLeft(Refused):
    """Who left has left."""

    code = "pool_place_left"
    template = _("%(name)s已经从“%(pool)s”出库。要再加进来，请重新入库。")


class DayInFuture(Invalid):
    """What happened cannot lie ahead."""

    code = "day_in_future"
    template = _("%(day)s还没有到。请填今天或以前的日期。")


class LeftTooEarly(Invalid):
    """One leaves after one has joined."""

    code = "pool_left_too_early"
    template = _("%(name)s %(joined)s 才入库，出库的日期要晚于这天。")


class LeavingReasonMissing(Invalid):
    """Leaving has a reason."""

    code = "leaving_reason_missing"
    template = _("请写明原因，例如“调离”“年龄到限”。")


class VettingReasonMissing(Invalid):
    """Not passing has a reason."""

    code = "vetting_reason_missing"
    template = _("不通过要写明原因和怎么补，好让对方改。")


class OwnVetting(Refused):
    """Nobody vets themselves."""

    code = "own_vetting"
    template = _("不能审核自己。请上级或本单位另一位同志来审。")


class AbsenceDaysWrong(Invalid):
    """The last day is not before the first, and not past."""

    code = "absence_days_wrong"
    template = _("最后一天不能早于第一天，也不能是已经过去的日子。请改一下。")


class AbsenceReasonMissing(Invalid):
    """Being away has a reason."""

    code = "absence_reason_missing"
    template = _("请写一句原因，例如“出差”“农忙”。")


class TeacherUnvetted(Refused):
    """Who is not vetted on the day does not teach."""

    code = "teacher_unvetted"
    template = _("%(name)s老师到%(day)s没有有效的审核。请先到教师页审核，或换一位老师。")


class TeacherAway(Refused):
    """Who is away cannot come."""

    code = "teacher_away"
    template = _("%(name)s老师%(day)s来不了：%(reason)s。请改日期，或换一位老师。")


class TeacherTaken(Refused):
    """Nobody is in two places at one time, nor on the way between them."""

    code = "teacher_taken"
    template = _("%(name)s老师%(day)s %(times)s 已排了“%(title)s”，连路上的时间赶不上。请改时间，或换一位老师。")


class TeacherOverloaded(Refused):
    """A month has its measure."""

    code = "teacher_overloaded"
    template = _(
        "%(name)s老师%(month)s已排 %(most)s 次，到每月的上限了。请换一位老师，或跟本人商量好再到教师页改上限。"
    )


class EngagementAnswered(Refused):
    """What was answered, or has begun, is not answered again."""

    code = "engagement_answered"
    template = _("“%(title)s”现在是“%(status)s”，不能再答复。有变动请跟办班的单位说。")


class ComingReasonMissing(Invalid):
    """Not coming has a reason."""

    code = "coming_reason_missing"
    template = _("来不了请写一句原因，好让办班的单位换人。")


class AbsenceTaken(Refused):
    """Days with lessons on them are not simply away."""

    code = "absence_taken"
    template = _("%(day)s已排了“%(title)s”。先在那次课上点“来不了”，再记这几天。")


class StillEngaged(Refused):
    """Who is asked for still teaches."""

    code = "teacher_still_engaged"
    template = _("%(name)s还有 %(n)s 次课排着。请先让办班的单位换人，再停用。")
