"""What happens to teachers, their pools and what they are asked for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("faculty.pool_founded", _("建师资库"))
@dataclass(frozen=True, slots=True)
class PoolFounded:
    """A unit has one more pool."""

    pool_id: int


@event("faculty.teacher_entered", _("登记教师"))
@dataclass(frozen=True, slots=True)
class TeacherEntered:
    """Somebody who teaches is known."""

    teacher_id: int


@event("faculty.teacher_changed", _("改教师资料"))
@dataclass(frozen=True, slots=True)
class TeacherChanged:
    """What is said of a teacher changed."""

    teacher_id: int


@event("faculty.teacher_turned", _("教师停用或恢复"))
@dataclass(frozen=True, slots=True)
class TeacherTurned:
    """A teacher does not teach any more, or does again."""

    teacher_id: int


@event("faculty.pool_joined", _("入师资库"))
@dataclass(frozen=True, slots=True)
class PoolJoined:
    """A teacher was put into a pool."""

    teacher_id: int
    pool_id: int


@event("faculty.pool_left", _("出师资库"))
@dataclass(frozen=True, slots=True)
class PoolLeft:
    """A teacher is in a pool no longer."""

    teacher_id: int
    pool_id: int


@event("faculty.teacher_vetted", _("审核教师"))
@dataclass(frozen=True, slots=True)
class TeacherVetted:
    """Somebody looked at whether a teacher may teach."""

    teacher_id: int
    vetting_id: int


@event("faculty.absence_noted", _("教师不能来的日子"))
@dataclass(frozen=True, slots=True)
class AbsenceNoted:
    """A teacher cannot teach on some days, or can after all."""

    teacher_id: int


@event("faculty.teacher_engaged", _("请教师讲课"))
@dataclass(frozen=True, slots=True)
class TeacherEngaged:
    """A teacher was asked for a sitting."""

    teacher_id: int
    engagement_id: int


@event("faculty.engagement_changed", _("教师要讲的课改了地点或内容"))
@dataclass(frozen=True, slots=True)
class EngagementChanged:
    """What a teacher was asked for is elsewhere, or has another name, at the same time."""

    teacher_id: int
    engagement_id: int


@event("faculty.teacher_released", _("不再请教师讲课"))
@dataclass(frozen=True, slots=True)
class TeacherReleased:
    """A teacher was asked for a sitting and is not any more."""

    teacher_id: int
    engagement_id: int


@event("faculty.engagement_reminded", _("提醒教师答复"))
@dataclass(frozen=True, slots=True)
class EngagementReminded:
    """A teacher has not said yet whether they come, and it is soon."""

    teacher_id: int
    engagement_id: int


@event("faculty.engagement_answered", _("教师答复"))
@dataclass(frozen=True, slots=True)
class EngagementAnswered:
    """A teacher said whether they come."""

    teacher_id: int
    engagement_id: int
