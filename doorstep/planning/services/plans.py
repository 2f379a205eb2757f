"""The life of a yearly plan: made, handed in, taken back, returned, approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.bases.services.standards import judge_base, locked_base
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.planning.events import PlanApproved, PlanHandedIn, PlanMade, PlanReturned, PlanTakenBack
from doorstep.planning.models import Plan, PlanLine
from doorstep.planning.queries.planners import Planner, planners_where
from doorstep.planning.services.refusals import (
    NothingToCopy,
    PlanChangedMeanwhile,
    PlanEmpty,
    PlanIsOwn,
    PlannerOutOfUse,
    PlanReasonMissing,
    PlanStandsSo,
    PlanThereAlready,
    PlanYearWrong,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

DRAFT, HANDED_IN, RETURNED, APPROVED = Plan.Status
COPIED = ("month_from", "month_to", "title", "course_id", "form", "audience", "sessions", "heads", "hours", "lead",
          "teacher_id", "note")  # fmt: skip


def note_event(happened: Event, plan: Plan, actor: Actor, **detail: object) -> None:
    """Record what happened to a plan."""
    record(happened, actor=actor, place=plan.place, county=plan.county, subject=("plan", plan.pk), detail=detail)


def locked_plan(plan_id: int) -> Plan:
    """The row of a plan, locked: whoever changes anything of it holds it."""
    return Plan.objects.select_for_update(of=("self",)).select_related("unit__parent", "base").get(pk=plan_id)


@transaction.atomic
def make_plan(*, planner: Planner, year: int, copies: bool, actor: Actor) -> Plan:
    """Begin a plan for a year; with `copies`, with the lines of the year before that were not dropped.

    Raises PlanYearWrong, PlannerOutOfUse, NothingToCopy, PlanThereAlready.
    """
    require(actor, "planning.write_plan", at=planner.place)
    this = clock.today().year
    if year not in (this, this + 1):
        raise PlanYearWrong(this=this, next=this + 1)
    found = next((one for one in planners_where(actor, "planning.write_plan") if one == planner), None)
    if found is None:
        raise PlannerOutOfUse(name=planner.name)
    of_it = {"plan__base": found.base} if found.base else {"plan__base": None, "plan__unit": found.unit}
    last = list(PlanLine.objects.filter(plan__year=year - 1, dropped_at=None, **of_it).order_by("number"))
    if copies and not last:
        raise NothingToCopy(year=year - 1)
    plan = Plan(
        base=found.base, unit=found.unit, place=found.place, county=found.county, year=year, made_at=clock.now(),
        made_by_id=actor.account_id,
    )  # fmt: skip
    plan.above_place = plan.approving_unit.path
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError:
        raise PlanThereAlready(name=found.name, year=year) from None
    if copies:
        PlanLine.objects.bulk_create(
            PlanLine(plan=plan, number=number, **{name: getattr(line, name) for name in COPIED})
            for number, line in enumerate(last, start=1)
        )
    note_event(PlanMade(plan.pk), plan, actor, year=year, copied=len(last) if copies else 0)
    return plan


@transaction.atomic
def hand_in_plan(*, plan: Plan, actor: Actor) -> Plan:
    """Ask the office that approves it to do so. Raises PlanStandsSo, PlanEmpty."""
    require(actor, "planning.write_plan", at=plan.place)
    locked = locked_plan(plan.pk)
    if not locked.is_open:
        raise PlanStandsSo(plan=locked)
    if not locked.lines.exists():
        raise PlanEmpty
    locked.status, locked.decision_note = HANDED_IN, ""
    locked.handed_in_at, locked.handed_in_by_id = clock.now(), actor.account_id
    locked.save(update_fields=["status", "decision_note", "handed_in_at", "handed_in_by"])
    note_event(PlanHandedIn(locked.pk), locked, actor, year=locked.year)
    return locked


@transaction.atomic
def take_back_plan(*, plan: Plan, actor: Actor) -> Plan:
    """Make a plan that was handed in a draft again. Raises PlanStandsSo."""
    require(actor, "planning.write_plan", at=plan.place)
    locked = locked_plan(plan.pk)
    if locked.status != HANDED_IN:
        raise PlanStandsSo(plan=locked)
    locked.status = DRAFT
    locked.save(update_fields=["status"])
    note_event(PlanTakenBack(locked.pk), locked, actor, year=locked.year)
    return locked


def _looked_at(plan: Plan, seen: int, actor: Actor) -> Plan:
    """A plan that waits, locked, as its revision was seen by somebody else than who handed it in."""
    locked = locked_plan(plan.pk)
    if locked.status != HANDED_IN:
        raise PlanStandsSo(plan=locked)
    if locked.revision != seen:
        raise PlanChangedMeanwhile
    if actor.account_id is not None and actor.account_id == locked.handed_in_by_id:
        raise PlanIsOwn
    locked.decided_at, locked.decided_by_id = clock.now(), actor.account_id
    return locked


@transaction.atomic
def return_plan(*, plan: Plan, note: str, seen: int, actor: Actor) -> Plan:
    """Send a plan back with the reason. Raises PlanStandsSo, PlanChangedMeanwhile, PlanIsOwn, PlanReasonMissing."""
    require(actor, "planning.approve_plan", at=plan.above_place)
    locked = _looked_at(plan, seen, actor)
    if not note.strip():
        raise PlanReasonMissing
    locked.status, locked.decision_note = RETURNED, note.strip()
    locked.save(update_fields=["status", "decision_note", "decided_at", "decided_by"])
    note_event(PlanReturned(locked.pk), locked, actor, year=locked.year, note=locked.decision_note)
    return locked


@transaction.atomic
def approve_plan(*, plan: Plan, seen: int, actor: Actor) -> Plan:
    """Let a plan hold as it was looked at. Raises PlanStandsSo, PlanChangedMeanwhile, PlanIsOwn."""
    require(actor, "planning.approve_plan", at=plan.above_place)
    locked = _looked_at(plan, seen, actor)
    locked.status = APPROVED
    locked.save(update_fields=["status", "decided_at", "decided_by"])
    note_event(PlanApproved(locked.pk), locked, actor, year=locked.year)
    # One of the five haves of the school is its plan.
    if locked.base_id is not None:
        judge_base(locked_base(locked.base_id), actor)
    return locked
