"""What happens to groups that lecture, points, links and first lessons."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


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


@event("faculty.stop_handed_over", _("巡讲换人讲"))
@dataclass(frozen=True, slots=True)
class StopHandedOver:
    """Another member of the group is to give a sitting of a tour."""

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
