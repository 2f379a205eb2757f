"""What can be refused about guidance stations, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class StationTaken(Refused):
    """A unit has one station of a name."""

    code = "station_taken"
    template = _("%(unit)s已有指导站“%(name)s”。请换一个名字，或直接打开那个站。")


class StaffTaken(Refused):
    """Nobody works at a station twice at a time."""

    code = "station_staff_taken"
    template = _("%(name)s这段时间已经在这个站。请换一个日期，或换一位老师。")


class SchoolTaken(Refused):
    """A station serves a school once at a time."""

    code = "station_school_taken"
    template = _("%(name)s这段时间已经由这个站指导。请换一个日期，或换一所党校。")


class SchoolNotBelow(Invalid):
    """A station serves schools of its own county."""

    code = "station_school_not_below"
    template = _("%(name)s不归这个站管。指导站只指导本单位下面的党校，请另选一所。")


class SpanOver(Refused):
    """What has ended has ended."""

    code = "station_span_over"
    template = _("%(name)s已经到 %(day)s 为止了，不用再点。要重新开始，请再加一次。")


class SpanTooEarly(Invalid):
    """Nothing ends before it began, nor before the last coaching that is counted."""

    code = "station_span_too_early"
    template = _("%(name)s不能在 %(day)s 之前结束：从那天起才算，或者那天还有指导记录。请填这天以后的日期。")


class StationDayAhead(Invalid):
    """What happened cannot lie ahead."""

    code = "station_day_ahead"
    template = _("%(day)s 还没有到。请填今天或以前的日期。")


class BeforeStation(Invalid):
    """Nothing happens at a station before there is one."""

    code = "before_station"
    template = _("这个站 %(day)s 才成立。请填这天或以后的日期。")


class NotServedThen(Invalid):
    """Coaching is counted where a station serves the school that day."""

    code = "school_not_served_then"
    template = _("%(day)s 这天，%(name)s不由这个站指导。请核对日期，或先把这所党校加进来。")


class NotOfStationThen(Invalid):
    """Coaching is counted for who works at the station that day."""

    code = "teacher_not_of_station"
    template = _("%(day)s 这天，%(name)s不在这个站。请核对日期，或先把这位老师加进来。")


class CoachingUnsaid(Invalid):
    """A coaching session says about what, and what was found."""

    code = "coaching_unsaid"
    template = _("请写明指导什么、发现了什么。只有写明了，学校才知道怎么改。")


class CoachingTaken(Refused):
    """A coaching session is counted once."""

    code = "coaching_taken"
    template = _("%(name)s%(day)s的“%(subject)s”已经记过了，不用再记。要改的话，先撤回那一条。")


class CoachingWithdrawn(Refused):
    """What was taken back is not counted any more."""

    code = "coaching_withdrawn"
    template = _("这条指导记录已经撤回了，不用再点。")


class WithdrawalReasonMissing(Invalid):
    """What is taken back says why."""

    code = "withdrawal_reason_missing"
    template = _("请写明撤回的原因，以后查起来才清楚。")
