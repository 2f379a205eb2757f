"""What happens to classes, seats and leave."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("classes.class_opened", _("开班"))
@dataclass(frozen=True, slots=True)
class ClassOpened:
    """A class was planned or published."""

    training_class_id: int


@event("classes.class_changed", _("改班次"))
@dataclass(frozen=True, slots=True)
class ClassChanged:
    """Figures, dates or sessions of a class changed."""

    training_class_id: int


@event("classes.session_moved", _("课次改时间或地点"))
@dataclass(frozen=True, slots=True)
class SessionMoved:
    """A session is at another time or place."""

    training_class_id: int
    session_id: int


@event("classes.session_cancelled", _("取消课次"))
@dataclass(frozen=True, slots=True)
class SessionCancelled:
    """A session was taken off the timetable."""

    training_class_id: int
    session_id: int


@event("classes.class_started", _("开课"))
@dataclass(frozen=True, slots=True)
class ClassStarted:
    """The first session of a class began."""

    training_class_id: int


@event("classes.class_cancelled", _("取消班次"))
@dataclass(frozen=True, slots=True)
class ClassCancelled:
    """A class will not be held."""

    training_class_id: int


@event("classes.class_finished", _("结班"))
@dataclass(frozen=True, slots=True)
class ClassFinished:
    """A class is over and its roll is closed."""

    training_class_id: int


@event("classes.seats_handed_down", _("分名额"))
@dataclass(frozen=True, slots=True)
class SeatsHandedDown:
    """The table of seats by unit changed."""

    training_class_id: int


@event("classes.member_nominated", _("提名"))
@dataclass(frozen=True, slots=True)
class MemberNominated:
    """A person was put forward and holds a seat."""

    training_class_id: int
    person_id: int


@event("classes.seat_confirmed", _("确认名额"))
@dataclass(frozen=True, slots=True)
class SeatConfirmed:
    """The organiser confirmed a person's seat."""

    training_class_id: int
    person_id: int


@event("classes.seat_replaced", _("换人"))
@dataclass(frozen=True, slots=True)
class SeatReplaced:
    """Another person took over a seat."""

    training_class_id: int
    person_id: int
    by_person_id: int


@event("classes.seat_released", _("退出名额"))
@dataclass(frozen=True, slots=True)
class SeatReleased:
    """A person gave up a seat or lost it."""

    training_class_id: int
    person_id: int


@event("classes.seat_given_back", _("恢复名额"))
@dataclass(frozen=True, slots=True)
class SeatGivenBack:
    """A seat that the closing of the roll had ended stands again."""

    training_class_id: int
    person_id: int


@event("classes.waiting_joined", _("排候补"))
@dataclass(frozen=True, slots=True)
class WaitingJoined:
    """A person was put on the waiting list of a class."""

    training_class_id: int
    person_id: int


@event("classes.waiting_left", _("退出候补"))
@dataclass(frozen=True, slots=True)
class WaitingLeft:
    """A person waits no longer, of their own will or their branch's."""

    training_class_id: int
    person_id: int


@event("classes.moved_up", _("递补"))
@dataclass(frozen=True, slots=True)
class MovedUp:
    """A person of the waiting list has a seat now."""

    training_class_id: int
    person_id: int


@event("classes.passed_over", _("轮到时进不了班"))
@dataclass(frozen=True, slots=True)
class PassedOver:
    """A seat came free for a person of the waiting list who cannot take it."""

    training_class_id: int
    person_id: int


@event("classes.succession_set", _("改候补方式"))
@dataclass(frozen=True, slots=True)
class SuccessionSet:
    """Who decides about the waiting list of a class was changed."""

    training_class_id: int


@event("classes.leave_asked", _("提出请假"))
@dataclass(frozen=True, slots=True)
class LeaveAsked:
    """A person asked to be away from sessions."""

    leave_id: int


@event("classes.leave_decided", _("审批请假"))
@dataclass(frozen=True, slots=True)
class LeaveDecided:
    """A request for leave was approved, declined or taken back."""

    leave_id: int


@event("classes.leave_ended", _("销假"))
@dataclass(frozen=True, slots=True)
class LeaveEnded:
    """A person on leave reported back, at its end or before it."""

    leave_id: int


@event("classes.host_invited", _("邀请合办"))
@dataclass(frozen=True, slots=True)
class HostInvited:
    """A unit was asked to hold a class too."""

    training_class_id: int
    host_id: int


@event("classes.host_answered", _("答复合办邀请"))
@dataclass(frozen=True, slots=True)
class HostAnswered:
    """A unit said whether it holds a class too."""

    training_class_id: int
    host_id: int


@event("classes.host_left", _("退出合办"))
@dataclass(frozen=True, slots=True)
class HostLeft:
    """A unit holds a class no longer, or was asked no longer."""

    training_class_id: int
    host_id: int


@event("classes.guest_objected", _("对借用阵地提异议"))
@dataclass(frozen=True, slots=True)
class GuestObjected:
    """The keeper of a base does not want a class of others there as planned."""

    training_class_id: int
    objection_id: int


@event("classes.objection_settled", _("处理异议"))
@dataclass(frozen=True, slots=True)
class ObjectionWasSettled:
    """The organiser said what was done about an objection."""

    training_class_id: int
    objection_id: int


@event("classes.photo_added", _("上传课堂照片"))
@dataclass(frozen=True, slots=True)
class PhotoAdded:
    """A picture of a session was kept."""

    training_class_id: int
    photo_id: int


@event("classes.photo_taken_away", _("去掉课堂照片"))
@dataclass(frozen=True, slots=True)
class PhotoTakenAway:
    """A picture of a session is shown no longer."""

    training_class_id: int
    photo_id: int


@event("classes.campaign_planned", _("办活动"))
@dataclass(frozen=True, slots=True)
class CampaignPlanned:
    """A campaign or a series was begun or changed."""

    campaign_id: int


@event("classes.campaign_shared_out", _("分解活动任务"))
@dataclass(frozen=True, slots=True)
class CampaignSharedOut:
    """Units were told how many lectures each is to hold."""

    campaign_id: int


@event("classes.campaign_turned", _("收起或恢复活动"))
@dataclass(frozen=True, slots=True)
class CampaignTurned:
    """A campaign was put away, or brought back."""

    campaign_id: int


@event("classes.campaign_joined", _("班次计入活动"))
@dataclass(frozen=True, slots=True)
class CampaignJoined:
    """A class counts for a campaign, or for none any more."""

    training_class_id: int
    campaign_id: int | None


@event("classes.waiting_written", _("写给候补的人"))
@dataclass(frozen=True, slots=True)
class WaitingWritten:
    """An organiser wrote to everybody on a waiting list."""

    letter_id: int
