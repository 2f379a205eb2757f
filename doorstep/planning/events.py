"""What happens to yearly plans."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("planning.plan_made", _("编年度计划"))
@dataclass(frozen=True, slots=True)
class PlanMade:
    """A school, an academy or a county began its plan of a year."""

    plan_id: int


@event("planning.plan_handed_in", _("报送年度计划"))
@dataclass(frozen=True, slots=True)
class PlanHandedIn:
    """A plan waits for the word of the office above."""

    plan_id: int


@event("planning.plan_taken_back", _("撤回年度计划"))
@dataclass(frozen=True, slots=True)
class PlanTakenBack:
    """A plan nobody had decided on is a draft again."""

    plan_id: int


@event("planning.plan_returned", _("退回年度计划"))
@dataclass(frozen=True, slots=True)
class PlanReturned:
    """The office above wants a plan mended."""

    plan_id: int


@event("planning.plan_approved", _("批准年度计划"))
@dataclass(frozen=True, slots=True)
class PlanApproved:
    """A plan holds; from now on it changes only with a reason."""

    plan_id: int


@event("planning.line_added", _("计划加一项"))
@dataclass(frozen=True, slots=True)
class LineAdded:
    """A line was put into a plan in the making."""

    plan_id: int
    line_id: int


@event("planning.line_changed", _("计划改一项"))
@dataclass(frozen=True, slots=True)
class LineChanged:
    """A line of a plan in the making says something else."""

    plan_id: int
    line_id: int


@event("planning.line_moved", _("计划调次序"))
@dataclass(frozen=True, slots=True)
class LineMoved:
    """A line of a plan in the making stands elsewhere."""

    plan_id: int
    line_id: int


@event("planning.line_removed", _("计划删一项"))
@dataclass(frozen=True, slots=True)
class LineRemoved:
    """A line was taken out of a plan in the making."""

    plan_id: int
    line_id: int


@event("planning.plan_amended", _("调整已批准的计划"))
@dataclass(frozen=True, slots=True)
class PlanAmended:
    """An approved plan was changed, with the reason."""

    plan_id: int
    change_id: int


@event("planning.class_linked", _("班次对上计划"))
@dataclass(frozen=True, slots=True)
class ClassLinked:
    """A class is what became of a line."""

    line_id: int
    training_class_id: int


@event("planning.class_unlinked", _("班次从计划里解开"))
@dataclass(frozen=True, slots=True)
class ClassUnlinked:
    """A class is not what became of a line after all."""

    line_id: int
    training_class_id: int
