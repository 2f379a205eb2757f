"""What happens to stations, mentors and apprentices, rights, guides and technicians."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("faculty.station_founded", _("建指导站"))
@dataclass(frozen=True, slots=True)
class StationFounded:
    """A unit has one more guidance station."""

    station_id: int


@event("faculty.station_staff_changed", _("指导站人员"))
@dataclass(frozen=True, slots=True)
class StationStaffChanged:
    """A teacher works at a station from a day on, or no longer."""

    station_id: int
    teacher_id: int


@event("faculty.station_school_changed", _("指导站指导的党校"))
@dataclass(frozen=True, slots=True)
class StationSchoolChanged:
    """A station serves a school from a day on, or no longer."""

    station_id: int
    unit_id: int


@event("faculty.coaching_held", _("指导记录"))
@dataclass(frozen=True, slots=True)
class CoachingHeld:
    """A school was coached."""

    station_id: int
    coaching_id: int


@event("faculty.coaching_taken_back", _("撤回指导记录"))
@dataclass(frozen=True, slots=True)
class CoachingTakenBack:
    """A coaching session was entered wrongly."""

    station_id: int
    coaching_id: int


@event("faculty.mentorship_begun", _("结成师徒"))
@dataclass(frozen=True, slots=True)
class MentorshipBegun:
    """A teacher took on another one."""

    mentorship_id: int
    mentor_id: int
    apprentice_id: int


@event("faculty.mentorship_closed", _("师徒出师或结束"))
@dataclass(frozen=True, slots=True)
class MentorshipClosed:
    """An apprentice was signed off, or a pair ended before."""

    mentorship_id: int
    mentor_id: int
    apprentice_id: int


@event("faculty.lesson_observed", _("听课记录"))
@dataclass(frozen=True, slots=True)
class LessonObserved:
    """A mentor sat in on a lesson."""

    mentorship_id: int
    observation_id: int


@event("faculty.observation_taken_back", _("撤回听课记录"))
@dataclass(frozen=True, slots=True)
class ObservationTakenBack:
    """An observed lesson was entered wrongly."""

    mentorship_id: int
    observation_id: int


@event("faculty.trainer_course_held", _("办师资培训班"))
@dataclass(frozen=True, slots=True)
class TrainerCourseHeld:
    """There is a course for teachers."""

    trainer_course_id: int


@event("faculty.trainee_finished", _("师资培训结果"))
@dataclass(frozen=True, slots=True)
class TraineeFinished:
    """A teacher was in a trainer course, and passed or not."""

    trainer_course_id: int
    teacher_id: int


@event("faculty.right_rule_set", _("要不要授课资格"))
@dataclass(frozen=True, slots=True)
class RightRuleSet:
    """From now on something is taught by those alone who have the right to, or by anybody again."""

    key: str


@event("faculty.right_given", _("授课资格"))
@dataclass(frozen=True, slots=True)
class RightGiven:
    """A teacher may teach something."""

    teacher_id: int
    right_id: int


@event("faculty.right_withdrawn", _("收回授课资格"))
@dataclass(frozen=True, slots=True)
class RightWithdrawn:
    """A teacher may not teach something any more."""

    teacher_id: int
    right_id: int


@event("faculty.guide_pair_begun", _("干部挂钩讲解员"))
@dataclass(frozen=True, slots=True)
class GuidePairBegun:
    """An official cares for a guide of a teaching point."""

    pair_id: int
    guide_id: int


@event("faculty.guide_pair_over", _("结束挂钩"))
@dataclass(frozen=True, slots=True)
class GuidePairOver:
    """An official cares for a guide no longer."""

    pair_id: int
    guide_id: int


@event("faculty.guide_listened_to", _("抽查讲解员"))
@dataclass(frozen=True, slots=True)
class GuideListenedTo:
    """Somebody listened to a guide."""

    pair_id: int
    check_id: int


@event("faculty.duty_set", _("部门派专技人员的任务"))
@dataclass(frozen=True, slots=True)
class DutySet:
    """A department owes technicians to a place in a year."""

    duty_id: int


@event("faculty.technician_changed", _("派或不再派专技人员"))
@dataclass(frozen=True, slots=True)
class TechnicianChanged:
    """A technician is sent on a duty, or not any more."""

    duty_id: int
    teacher_id: int
