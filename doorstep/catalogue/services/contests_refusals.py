"""What can be refused in contests of courses, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class ContestTaken(Refused):
    """Another contest of the unit is called so."""

    code = "contest_taken"
    template = _("已经有一次评选叫“%(title)s”。请换个名称，比如写上年份。")


class ContestDaysWrong(Invalid):
    """Entries are taken first and judged after."""

    code = "contest_days"
    template = _("日期要一个接一个：先报名，报名截止以后才打分。请把三个日期按先后排好。")


class ContestDaysPast(Invalid):
    """Nobody could enter any more."""

    code = "contest_days_past"
    template = _("报名截止的日期已经过了，发布出去也没有人能报。请先把日期改到今天以后。")


class ContestChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "contest_changed"
    template = _("“%(title)s”刚才被别人改过，您这次没有存上。请另开一页看现在的样子，再把要改的补上。")


class ContestStandsSo(Refused):
    """It is not the time for it."""

    code = "contest_stands_so"
    template = _("“%(title)s”现在不是做这一步的时候：可能时间还没到，也可能别人已经做了。请刷新后看现在到了哪一步。")


class ContestNoteMissing(Invalid):
    """Cancelling needs a reason, an objection and an answer need words."""

    code = "contest_note_missing"
    template = _("这一步要写明原因，让看的人明白。请写好再点一次。")


class CourseNotForContest(Refused):
    """Only what was reviewed and is not premium yet is entered."""

    code = "contest_course"
    template = _(
        "“%(title)s”不能参评：参评的要是“已审核”的课程。草稿先报送审核，试讲的先通过试讲，已是精品的不用再评。"
    )


class CourseEnteredAlready(Refused):
    """A course is entered once."""

    code = "contest_course_entered"
    template = _("“%(title)s”已经报过了，一门课一次评选只报一次。")


class EntriesUsedUp(Refused):
    """A unit enters so many at most."""

    code = "contest_entries"
    template = _("一个单位一次最多报 %(most)s 门，%(unit)s已经报满。要换一门的话，请先撤回一门。")


class JurorNamedAlready(Refused):
    """A juror is named once."""

    code = "contest_juror"
    template = _("%(name)s已经是评委。请选另一位。")


class NotAJuror(Refused):
    """Only jurors judge."""

    code = "contest_not_juror"
    template = _("您不是这次评选的评委，分数没有存。要参加打分，请联系主办单位。")


class OwnEntry(Refused):
    """Nobody judges what is their own."""

    code = "contest_own"
    template = _("第 %(number)s 号是您本单位的课或您自己编、自己讲的课，要回避，不用打分。请评下一号。")


class PointsWrong(Invalid):
    """Every criterion has its points."""

    code = "contest_points"
    template = _("%(lacking)s 没有打分，或超过了满分。每一项都要填 0 到满分之间的整数。")


class NoVotesHere(Refused):
    """The call did not ask for votes."""

    code = "contest_no_votes"
    template = _("“%(title)s”这次只由评委打分，不设投票。")


class JudgedTooLittle(Refused):
    """Too few jurors have judged some entries."""

    code = "contest_judged_too_little"
    template = _(
        "还不能公示：第 %(numbers)s 号打过分的评委不到 %(fewest)s 位。请提醒评委打分；要回避的人多，就再请几位评委。"
    )


class ObjectionsOpen(Refused):
    """Every objection is answered before the end."""

    code = "contest_objections_open"
    template = _("还有 %(count)s 条异议没有答复。请先答复，再结束评选。")
