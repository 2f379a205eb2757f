"""What happens to rolls."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("attendance.checked_in", _("签到"))
@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A person was seen to arrive."""

    session_id: int
    person_id: int


@event("attendance.arrivals_uploaded", _("上传离线签到"))
@dataclass(frozen=True, slots=True)
class ArrivalsUploaded:
    """Many arrivals came in one piece, from a device or a list."""

    upload_id: str


@event("attendance.roll_marked", _("记考勤"))
@dataclass(frozen=True, slots=True)
class RollMarked:
    """Marks were set by staff while the roll was open."""

    training_class_id: int
    session_id: int


@event("attendance.roll_closed", _("结考勤"))
@dataclass(frozen=True, slots=True)
class RollClosed:
    """The roll of a class is complete and final; credit follows from it."""

    training_class_id: int


@event("attendance.mark_corrected", _("更正考勤"))
@dataclass(frozen=True, slots=True)
class MarkCorrected:
    """A mark was changed after the roll was closed."""

    training_class_id: int
    session_id: int
    person_id: int
