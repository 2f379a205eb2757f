"""What happens to classes, seats and leave."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.core.events import event


@event("classes.class_opened")
@dataclass(frozen=True, slots=True)
class ClassOpened:
    """A class was planned or published."""

    training_class_id: int


@event("classes.class_changed")
@dataclass(frozen=True, slots=True)
class ClassChanged:
    """Figures, dates or sessions of a class changed."""

    training_class_id: int


@event("classes.class_started")
@dataclass(frozen=True, slots=True)
class ClassStarted:
    """The first session of a class began."""

    training_class_id: int


@event("classes.class_cancelled")
@dataclass(frozen=True, slots=True)
class ClassCancelled:
    """A class will not be held."""

    training_class_id: int


@event("classes.class_finished")
@dataclass(frozen=True, slots=True)
class ClassFinished:
    """A class is over and its roll is closed."""

    training_class_id: int


@event("classes.seats_handed_down")
@dataclass(frozen=True, slots=True)
class SeatsHandedDown:
    """The table of seats by unit changed."""

    training_class_id: int


@event("classes.member_nominated")
@dataclass(frozen=True, slots=True)
class MemberNominated:
    """A person was put forward and holds a seat."""

    training_class_id: int
    person_id: int


@event("classes.seat_confirmed")
@dataclass(frozen=True, slots=True)
class SeatConfirmed:
    """The organiser confirmed a person's seat."""

    training_class_id: int
    person_id: int


@event("classes.seat_replaced")
@dataclass(frozen=True, slots=True)
class SeatReplaced:
    """Another person took over a seat."""

    training_class_id: int
    person_id: int
    by_person_id: int


@event("classes.seat_released")
@dataclass(frozen=True, slots=True)
class SeatReleased:
    """A person gave up a seat or lost it."""

    training_class_id: int
    person_id: int


@event("classes.seat_given_back")
@dataclass(frozen=True, slots=True)
class SeatGivenBack:
    """A seat that the closing of the roll had ended stands again."""

    training_class_id: int
    person_id: int


@event("classes.leave_asked")
@dataclass(frozen=True, slots=True)
class LeaveAsked:
    """A person asked to be away from sessions."""

    leave_id: int


@event("classes.leave_decided")
@dataclass(frozen=True, slots=True)
class LeaveDecided:
    """A request for leave was approved, declined or taken back."""

    leave_id: int


@event("classes.leave_ended")
@dataclass(frozen=True, slots=True)
class LeaveEnded:
    """A person on leave reported back, at its end or before it."""

    leave_id: int
