"""What happens to practice cases."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("catalogue.case_written", _("写案例"))
@dataclass(frozen=True, slots=True)
class CaseWritten:
    """A unit wrote a practice case."""

    case_id: int


@event("catalogue.case_changed", _("修改案例"))
@dataclass(frozen=True, slots=True)
class CaseChanged:
    """What a case says, or what goes with it, changed."""

    case_id: int


@event("catalogue.case_handed_in", _("报送案例"))
@dataclass(frozen=True, slots=True)
class CaseHandedIn:
    """A unit handed in a case for review."""

    case_id: int


@event("catalogue.case_taken_back", _("撤回案例"))
@dataclass(frozen=True, slots=True)
class CaseTakenBack:
    """A case that waited or was accepted is a draft again."""

    case_id: int


@event("catalogue.case_reviewed", _("审核案例"))
@dataclass(frozen=True, slots=True)
class CaseReviewed:
    """The level above accepted a case or returned it with the reason."""

    case_id: int


@event("catalogue.case_turned_into_course", _("案例转成课程"))
@dataclass(frozen=True, slots=True)
class CaseTurnedIntoCourse:
    """The draft of a course was made from a case."""

    case_id: int
