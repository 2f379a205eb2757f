"""What can be refused about classes, seats and leave, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class ClassNotOpen(Refused):
    """The class takes no changes of this kind in its present state."""

    code = "class_not_open"
    template = _("“%(title)s”现在是“%(status)s”，不能再改名单和名额。请换一个正在报名的班。")


class BegunForBranches(Refused):
    """A class that has begun takes names only from who runs it."""

    code = "class_begun"
    template = _("“%(title)s”%(day)s已经开课，支部不能再提名。要补人，请%(organiser)s补名额。")


class LateReasonMissing(Invalid):
    """Who is added to a class that has begun needs a reason."""

    code = "late_reason_missing"
    template = _("“%(title)s”已经开课，补名额要写明原因，例如“开班当天才接到通知”。请填好再补。")


class ClassNotDraft(Refused):
    """Only a draft can be published."""

    code = "class_not_draft"
    template = _("“%(title)s”已经发布过了，不用再发布。打开班次页就能看到报名情况。")


class ClassIsOver(Refused):
    """A closed or cancelled class is not changed."""

    code = "class_is_over"
    template = _("“%(title)s”%(status)s，不能再改。需要再办一期的话，请点“再开一期”。")


class ClassHasBegun(Refused):
    """A class that has begun with people on it is not cancelled."""

    code = "class_has_begun"
    template = _("“%(title)s”%(day)s已经开课，签到记录要保留，不能取消。可以取消还没上的课次，再结班。")


class NoSessions(Invalid):
    """A class needs at least one session."""

    code = "no_sessions"
    template = _("还没有安排课次。至少填一个课次的日期和起止时间。")


class SessionTimesWrong(Invalid):
    """A session must end after it begins."""

    code = "session_times"
    template = _("第 %(number)s 课次 %(day)s 的下课时间不晚于上课时间。请改一下起止时间。")


class HoursMissing(Invalid):
    """A session counted by the hour needs its hours."""

    code = "hours_missing"
    template = _("第 %(number)s 课次按小时计学时，还没有填小时数。请填，例如 2 或 1.5。")


class SessionsClash(Invalid):
    """Two sessions of one class overlap."""

    code = "sessions_clash"
    template = _("第 %(first)s 课次和第 %(second)s 课次在 %(day)s 时间重叠。同一个班同一时间只能上一课，请改其中一个。")


class ClassTooLarge(Invalid):
    """The capacity is beyond what the form of the class allows."""

    code = "class_too_large"
    template = _("%(form)s每班不超过 %(limit)s 人，现在填的是 %(capacity)s 人。请改少，或分成两期办。")


class VenueTooSmall(Invalid):
    """A venue has fewer seats than the class takes people."""

    code = "venue_too_small"
    template = _("%(venue)s只有 %(seats)s 座，坐不下 %(capacity)s 人。请改少人数，或换一个场地。")


class VenueTaken(Refused):
    """Somebody else holds the venue at that time."""

    code = "venue_taken"
    template = _("%(day)s%(venue)s已被占用。%(why)s。%(instead)s")


class VenueShut(Refused):
    """A venue is out of use, closed, out of its hours, or not lent at that time."""

    code = "venue_shut"
    template = _("%(day)s%(venue)s不能用：%(why)s。%(instead)s")


class ReceptionShort(Refused):
    """A base would feed, put up, park or guide more on a day than it can."""

    code = "reception_short"
    template = _(
        "%(day)s%(base)s%(what)s只有 %(most)s，已经排了 %(taken)s，还要 %(wanted)s，不够。"
        "请改日期，或少要一些、自己解决。"
    )


class ReceptionFull(Refused):
    """A base would receive more people on a day than it can."""

    code = "reception_full"
    template = _(
        "%(day)s%(base)s最多接待 %(most)s 人，已经排了 %(taken)s 人，再来 %(capacity)s 人接待不下。"
        "请改日期，或减少名额。"
    )


class CourseNotTaught(Refused):
    """A draft or a retired course is not put on a timetable."""

    code = "course_not_taught"
    template = _(
        "“%(course)s”现在是“%(stage)s”，不能排进课表。请换一门已审核的课，或不选课程、自己写内容；"
        "要用这门课，请编写单位先报送审核或恢复。"
    )


class SessionChangedMeanwhile(Refused):
    """Somebody else changed the session after the page was opened."""

    code = "session_changed"
    template = _(
        "“%(session)s”刚刚被别人改过，现在是%(moment)s，%(where)s。您这一步没有做，什么都没有改。请刷新页面，看过再移。"
    )


class SessionHasBegun(Refused):
    """A session that has begun is not moved or cancelled."""

    code = "session_has_begun"
    template = _("“%(session)s”%(begun)s已经开始，签到记录要保留，不能再改时间或取消。")


class LastSession(Refused):
    """The last session of a class is not cancelled alone."""

    code = "last_session"
    template = _("“%(title)s”只剩这一个课次，取消了就没有课了。不办的话，请取消整个班。")


class ClassFull(Refused):
    """There are fewer seats left than people put forward."""

    code = "class_full"
    template = _(
        "“%(title)s”共 %(capacity)s 个名额，还剩 %(left)s 个，这次要 %(wanted)s 个。请减少人数、排候补，或换下一期。"
    )


class QuotaUsedUp(Refused):
    """The quota the people fall under has no seat left."""

    code = "quota_used_up"
    template = _(
        "%(unit)s分到 %(seats)s 个名额，已用 %(used)s 个，%(names)s没有名额了。"
        "请减少人数、排候补，或请%(organiser)s加名额。"
    )


class NoQuota(Refused):
    """No quota was given to the unit the people belong to."""

    code = "no_quota"
    template = _("“%(title)s”没有分名额给%(names)s所在的单位。请向%(organiser)s要名额，或换一个班。")


class AlreadyEnrolled(Refused):
    """People put forward hold a seat in this class already."""

    code = "already_enrolled"
    template = _("%(names)s已经在“%(title)s”名单里（%(when)s提名）。请去掉后再提名其他人。")


class OverlappingClass(Refused):
    """People put forward have another class at the same time; the user may accept that."""

    code = "overlapping_class"
    template = _(
        "%(name)s%(when)s已排在“%(title)s”，时间与这个班重叠，共 %(count)s 人有重叠。确实要提名，请点“仍然提名”。"
    )


class OverlapUnaccepted(OverlappingClass):
    """The same, told to a machine, which presses no button."""

    template = _(
        "%(name)s%(when)s已排在“%(title)s”，时间与这个班重叠，共 %(count)s 人有重叠。"
        "确实要提名，请加上 accept_overlap: true 再发一次。"
    )


class NominationsOver(Refused):
    """The day until which seats could be filled has passed."""

    code = "nominations_over"
    template = _("“%(title)s”的提名%(until)s已截止，剩下的名额已收回。请与%(organiser)s联系，或换下一期。")


class NobodyChosen(Invalid):
    """Nobody was ticked."""

    code = "nobody_chosen"
    template = _("还没有选人。请先在名单上勾选，再点提名。")


class NotOnTheRoster(Refused):
    """People put forward belong to no unit today."""

    code = "not_on_roster"
    template = _("有 %(count)s 人今天没有组织关系，不能提名。请先在名册里补上所在支部。")


class NotInThisClass(Refused):
    """People named hold no seat in this class."""

    code = "not_in_class"
    template = _("%(names)s现在不在“%(title)s”的名单里，可能刚被替换或退出。请刷新名单再看。")


class OutsideTheQuota(Refused):
    """The replacement does not belong to the unit whose seat it is."""

    code = "outside_quota"
    template = _("这个名额是%(unit)s的，%(name)s不在这个单位。请在%(unit)s里另选一人。")


class ClassIsOutsiders(Refused):
    """The seats are those of a group from outside."""

    code = "class_is_outsiders"
    template = _("“%(title)s”是给外单位办的，座位都是他们的，本地党员不占名额。要一起上课，请另开一个班。")


class SeatsExceedSource(Refused):
    """A table hands down more seats than there are."""

    code = "seats_exceed_source"
    template = _("%(source)s还能分 %(left)s 个名额，这张表要再分 %(wanted)s 个。请减少 %(over)s 个。")


class PatternSeatsExceed(SeatsExceedSource):
    """The seats handed down as in the class before are more than this one has."""

    template = _(
        "照上一期分要多用 %(over)s 个名额，这个班总共 %(left)s 个。请去掉“名额照上一期分”，开班后再分；或把人数改大。"
    )


class SeatsInUse(Refused):
    """A unit cannot be given fewer seats than are in use."""

    code = "seats_in_use"
    template = _("%(unit)s已经用掉或分下去 %(least)s 个名额，不能改成 %(total)s 个。先退出或替换人，再减名额。")


class UnitOutside(Refused):
    """Seats are handed only to units below the source."""

    code = "unit_outside"
    template = _("%(unit)s不在%(source)s之下，名额不能分给它。请只选下级单位。")


class NothingToReturn(Refused):
    """A unit has fewer unused seats than it wants to return."""

    code = "nothing_to_return"
    template = _("%(unit)s现在只剩 %(left)s 个没用的名额，不够退 %(seats)s 个。请改成不多于 %(left)s 个。")


class LeaveSessionsWrong(Invalid):
    """Leave is asked for sessions of the class that are still to come."""

    code = "leave_sessions"
    template = _("请勾选要请假的课次。已经上完或取消的课次不能再请假。")


class LeaveAfterArrival(Refused):
    """Nobody is on leave from a session they came to."""

    code = "leave_after_arrival"
    template = _("%(name)s %(when)s已经到了“%(session)s”，不能再请假。中途要走，请告诉班主任，考勤记早退。")


class LeaveTwice(Refused):
    """Leave was asked for this session before."""

    code = "leave_twice"
    template = _("%(session)s已经请过假（%(when)s提出）。不用再提，等批准就行；要改的话先撤回。")


class LeaveDecidedAlready(Refused):
    """The request has been decided."""

    code = "leave_decided"
    template = _("%(name)s的这份请假%(when)s已经处理过了。请刷新页面看结果。")


class LeaveNotRunning(Refused):
    """Only approved leave ends with a return, and only once."""

    code = "leave_not_running"
    template = _("%(name)s的这份请假现在不能销：没有批准，或已经销过了。请刷新页面看结果。")


class LeaveIsOwn(Refused):
    """Nobody decides on their own leave."""

    code = "leave_is_own"
    template = _("这是您本人的请假，不能自己批。请让同一单位的另一位老师来批。")


class LeaveGoesHigher(Refused):
    """The leave is too long for this step."""

    code = "leave_goes_higher"
    template = _("%(name)s请 %(half_days)s 个半天，按规定由%(approver)s批。请转给%(approver)s，您可以先写上意见。")


class CampaignDaysWrong(Invalid):
    """It ends before it begins."""

    code = "campaign_days"
    template = _("结束日期早于开始日期。请改一下。")


class CampaignTaken(Refused):
    """Another campaign of the unit is called so."""

    code = "campaign_taken"
    template = _("%(unit)s已经有一个活动叫“%(title)s”。请换个名称，或去改那一个。")


class CampaignHoldsNumbers(Refused):
    """A number of a private person would stand on a public page."""

    code = "campaign_personal"
    template = _("活动里有像身份证号或手机号的数字（%(number)s），公开的页面上不能有。请去掉，联系电话写单位座机。")


class CampaignStandsSo(Refused):
    """Nothing would change."""

    code = "campaign_stands_so"
    template = _("“%(title)s”已经是这样了。请刷新后再看。")


class SharesExceedTarget(Refused):
    """The shares come to more than the whole."""

    code = "shares_exceed_target"
    template = _("各单位加起来 %(sum)s 堂，比总数 %(target)s 堂多 %(over)s 堂。请减少，或先把总数改大。")


class OutsideCampaign(Refused):
    """The class is not of the units, or not of the days, of the campaign."""

    code = "outside_campaign"
    template = _("“%(title)s”从 %(starts)s 到 %(ends)s，只收%(unit)s及下级在这期间开的班。请换一个活动，或不计入。")
