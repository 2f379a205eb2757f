"""What happens to teachers, their pools and groups, and the places they are linked to."""

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


@event("faculty.teacher_released", _("不再请教师讲课"))
@dataclass(frozen=True, slots=True)
class TeacherReleased:
    """A teacher was asked for a sitting and is not any more."""

    teacher_id: int
    engagement_id: int


@event("faculty.engagement_answered", _("教师答复"))
@dataclass(frozen=True, slots=True)
class EngagementAnswered:
    """A teacher said whether they come."""

    teacher_id: int
    engagement_id: int


@event("faculty.group_founded", _("建宣讲团"))
@dataclass(frozen=True, slots=True)
class GroupFounded:
    """A unit has one more lecture group."""

    group_id: int


@event("faculty.group_changed", _("改宣讲团"))
@dataclass(frozen=True, slots=True)
class GroupChanged:
    """A group is called otherwise or led by somebody else."""

    group_id: int


@event("faculty.group_turned", _("宣讲团撤销或恢复"))
@dataclass(frozen=True, slots=True)
class GroupTurned:
    """A group does not go round any more, or does again."""

    group_id: int


@event("faculty.group_joined", _("入宣讲团"))
@dataclass(frozen=True, slots=True)
class GroupJoined:
    """Somebody is in a group."""

    group_id: int
    teacher_id: int


@event("faculty.group_left", _("退出宣讲团"))
@dataclass(frozen=True, slots=True)
class GroupLeft:
    """Somebody is in a group no longer."""

    group_id: int
    teacher_id: int


@event("faculty.topic_written", _("写宣讲专题"))
@dataclass(frozen=True, slots=True)
class TopicWritten:
    """A group has a topic, or says it otherwise."""

    group_id: int
    topic_id: int


@event("faculty.tour_planned", _("排巡讲"))
@dataclass(frozen=True, slots=True)
class TourPlanned:
    """A group plans a round of lectures."""

    group_id: int
    tour_id: int


@event("faculty.stop_added", _("加一场巡讲"))
@dataclass(frozen=True, slots=True)
class StopAdded:
    """A tour has one more sitting."""

    group_id: int
    stop_id: int


@event("faculty.stop_cancelled", _("取消一场巡讲"))
@dataclass(frozen=True, slots=True)
class StopCancelled:
    """A sitting of a tour is not to be."""

    group_id: int
    stop_id: int


@event("faculty.lecture_entered", _("登记宣讲"))
@dataclass(frozen=True, slots=True)
class LectureEntered:
    """A lecture was given and is counted."""

    group_id: int
    lecture_id: int


@event("faculty.lecture_corrected", _("改宣讲登记"))
@dataclass(frozen=True, slots=True)
class LectureCorrected:
    """A lecture was counted otherwise after all."""

    group_id: int
    lecture_id: int


@event("faculty.lecture_taken_back", _("撤回宣讲登记"))
@dataclass(frozen=True, slots=True)
class LectureTakenBack:
    """A lecture is counted no more."""

    group_id: int
    lecture_id: int


@event("faculty.point_founded", _("建联系点"))
@dataclass(frozen=True, slots=True)
class PointFounded:
    """There is one more liaison point."""

    point_id: int


@event("faculty.point_turned", _("联系点撤销或恢复"))
@dataclass(frozen=True, slots=True)
class PointTurned:
    """A liaison point is no more, or is again."""

    point_id: int


@event("faculty.link_made", _("立联系"))
@dataclass(frozen=True, slots=True)
class LinkMade:
    """A teacher is linked to a place."""

    link_id: int
    teacher_id: int


@event("faculty.link_ended", _("结束联系"))
@dataclass(frozen=True, slots=True)
class LinkEnded:
    """A teacher is linked to a place no longer."""

    link_id: int
    teacher_id: int


@event("faculty.link_visited", _("登记走访"))
@dataclass(frozen=True, slots=True)
class LinkVisited:
    """A linked teacher was there."""

    link_id: int
    visit_id: int


@event("faculty.follow_up_settled", _("办完跟进的事"))
@dataclass(frozen=True, slots=True)
class FollowUpSettled:
    """What was to follow from a visit is done."""

    link_id: int
    visit_id: int


@event("faculty.link_visit_taken_back", _("撤回走访登记"))
@dataclass(frozen=True, slots=True)
class LinkVisitTakenBack:
    """A visit is counted no more."""

    link_id: int
    visit_id: int


@event("faculty.leader_linked", _("记挂钩县领导"))
@dataclass(frozen=True, slots=True)
class LeaderLinked:
    """A county leader is linked to a school."""

    unit_id: int
    leader_id: int


@event("faculty.first_lesson_entered", _("登记第一课"))
@dataclass(frozen=True, slots=True)
class FirstLessonEntered:
    """The first lesson of a year was given."""

    unit_id: int
    lesson_id: int


@event("faculty.first_lesson_taken_back", _("撤回第一课登记"))
@dataclass(frozen=True, slots=True)
class FirstLessonTakenBack:
    """The first lesson of a year was not given after all."""

    unit_id: int
    lesson_id: int
