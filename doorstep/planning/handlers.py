"""Who is told of yearly plans: the office above of what it is to look at, those who write of what was said."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.classes.events import ClassOpened
from doorstep.classes.queries.concerned import class_told
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, state_text
from doorstep.planning.events import PlanAmended, PlanApproved, PlanHandedIn, PlanReturned
from doorstep.planning.models import Plan
from doorstep.planning.queries.fitting import lines_offered
from doorstep.planning.queries.plans import approvers, change_told, plan_told, writers

HANDED_IN = state_text(
    "planning.plan_handed_in", _("年度计划待审核：%(school)s"), _("%(unit)s报送了 %(year)s 年的计划，请审核。")
)
APPROVED = state_text(
    "planning.plan_approved",
    _("年度计划已批准：%(school)s"),
    _("%(year)s 年的计划批准了。现在可以从计划里一项一项开班。"),
)
RETURNED = state_text(
    "planning.plan_returned", _("年度计划要改：%(school)s"), _("%(year)s 年的计划退回了。原因：%(reason)s")
)
AMENDED = state_text(
    "planning.plan_amended",
    _("批准过的计划有调整：%(school)s"),
    _("%(year)s 年的计划里“%(line)s”这一项有调整。原因：%(reason)s"),
)


def _letter(text: str, plan: Plan, to: Iterable[int], **more: object) -> Letter:
    fields = {"school": plan.name, "unit": plan.unit.short_name, "year": plan.year, **more}
    return Letter(text, to, fields, reverse("planning:plan", args=[plan.pk]))


@tells(PlanHandedIn)
def tell_handed_in(happened: PlanHandedIn) -> Iterable[Letter]:
    """A plan waits: the office above."""
    plan = plan_told(happened.plan_id)
    yield _letter(HANDED_IN, plan, approvers(plan))


@tells(PlanApproved)
def tell_approved(happened: PlanApproved) -> Iterable[Letter]:
    """A plan holds: those who write it."""
    plan = plan_told(happened.plan_id)
    yield _letter(APPROVED, plan, writers(plan))


@tells(PlanReturned)
def tell_returned(happened: PlanReturned) -> Iterable[Letter]:
    """A plan is to be mended: those who write it."""
    plan = plan_told(happened.plan_id)
    yield _letter(RETURNED, plan, writers(plan), reason=plan.decision_note)


@tells(PlanAmended)
def tell_amended(happened: PlanAmended) -> Iterable[Letter]:
    """An approved plan was changed: the office above."""
    plan, change = plan_told(happened.plan_id), change_told(happened.change_id)
    yield _letter(AMENDED, plan, approvers(plan), line=change.line.title, reason=change.reason)


OFFERED = state_text(
    "planning.link_offered",
    _("这个班像是计划里的一项：%(title)s"),
    _("%(school)s %(year)s 年计划里的“%(line)s”还没有班。是同一期的，打开计划点“就是这个班”。"),
)


@tells(ClassOpened)
def tell_of_fit(happened: ClassOpened) -> Iterable[Letter]:
    """A class was opened elsewhere that could be that of a line: who writes the plan."""
    lines = lines_offered(happened.training_class_id)
    if not lines:
        return
    title, plan = class_told(happened.training_class_id).title, lines[0].plan
    yield _letter(OFFERED, plan, writers(plan), title=title, line=lines[0].title)
