"""The lines of a plan: freely while it is in the making, with a reason once it is approved."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from doorstep.catalogue.queries.courses import courses_for
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.planning.events import LineAdded, LineChanged, LineMoved, LineRemoved, PlanAmended
from doorstep.planning.models import Plan, PlanChange, PlanLine
from doorstep.planning.rules import differences
from doorstep.planning.services.plans import COPIED, locked_plan, note_event
from doorstep.planning.services.refusals import (
    LineCourseUnknown,
    LineHasClass,
    LineIsDropped,
    LineMonthsWrong,
    LineNothingChanged,
    PlanChangedMeanwhile,
    PlanReasonMissing,
    PlanStandsSo,
    PlanWaits,
)

ADDED, CHANGED, DROPPED = PlanChange.Kind


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What a line says; `heads` are people of this one class, `hours` are those of each of them."""

    title: str
    month_from: int
    month_to: int
    audience: str
    sessions: int
    heads: int
    hours: Decimal
    form: str = "lecture"
    lead: str = ""
    teacher_id: int | None = None
    course_id: int | None = None
    note: str = ""


def facts_of(line: PlanLine) -> dict[str, Any]:
    """What a line says now, by field, as it is kept in the history."""
    found = {name: getattr(line, name) for name in COPIED}
    return {**found, "hours": f"{found['hours']:.1f}"}


def locked_line(line: PlanLine) -> PlanLine:
    """A line with its plan, the plan locked. Raises LineIsDropped."""
    plan = locked_plan(line.plan_id)
    found = PlanLine.objects.get(pk=line.pk)
    found.plan = plan
    if found.dropped_at is not None:
        raise LineIsDropped(title=found.title)
    return found


def _to_change(plan: Plan, seen: int, reason: str) -> None:
    """Whether a plan may be changed as its revision was seen; once it holds, only with a reason."""
    if plan.status == Plan.Status.HANDED_IN:
        raise PlanWaits
    if plan.revision != seen:
        raise PlanChangedMeanwhile
    if plan.holds and not reason.strip():
        raise PlanReasonMissing


def _check(facts: LineFacts, plan: Plan, had: int | None = None) -> None:
    if facts.month_from > facts.month_to:
        raise LineMonthsWrong
    if facts.course_id not in (None, had) and not courses_for(plan.unit).filter(pk=facts.course_id).exists():
        raise LineCourseUnknown


def _turn(plan: Plan) -> None:
    plan.revision += 1
    plan.save(update_fields=["revision"])


def _amend(line: PlanLine, kind: str, before: dict[str, Any], after: dict[str, Any], reason: str, actor: Actor) -> None:
    """Keep what was changed of an approved plan, and tell it."""
    change = PlanChange.objects.create(
        plan=line.plan, line=line, kind=kind, before=before, after=after, reason=reason.strip(),
        changed_at=clock.now(), changed_by_id=actor.account_id,
    )  # fmt: skip
    note_event(PlanAmended(line.plan_id, change.pk), line.plan, actor, line=line.pk, kind=kind, reason=change.reason)


@transaction.atomic
def add_line(*, plan: Plan, facts: LineFacts, reason: str, seen: int, actor: Actor) -> PlanLine:
    """Put a line at the end of a plan; `reason` counts once the plan is approved.

    Raises PlanWaits, PlanChangedMeanwhile, PlanReasonMissing, LineMonthsWrong, LineCourseUnknown.
    """
    require(actor, "planning.write_plan", at=plan.place)
    locked = locked_plan(plan.pk)
    _to_change(locked, seen, reason)
    _check(facts, locked)
    last = locked.lines.aggregate(last=Max("number"))["last"] or 0
    line = PlanLine.objects.create(plan=locked, number=last + 1, **asdict(facts))
    _turn(locked)
    if locked.holds:
        _amend(line, ADDED, {}, facts_of(line), reason, actor)
    else:
        note_event(LineAdded(locked.pk, line.pk), locked, actor, title=line.title)
    return line


@transaction.atomic
def change_line(*, line: PlanLine, facts: LineFacts, reason: str, seen: int, actor: Actor) -> PlanLine:
    """Let a line say something else; of an approved plan the old and the new are kept with the reason.

    Raises LineIsDropped, PlanWaits, PlanChangedMeanwhile, PlanReasonMissing, LineMonthsWrong, LineCourseUnknown,
    LineNothingChanged.
    """
    require(actor, "planning.write_plan", at=line.plan.place)
    found = locked_line(line)
    plan = found.plan
    _to_change(plan, seen, reason)
    _check(facts, plan, had=found.course_id)
    was = facts_of(found)
    for name, value in asdict(facts).items():
        setattr(found, name, value)
    before, after = differences(was, facts_of(found))
    if not after:
        raise LineNothingChanged
    found.save(update_fields=list(after))
    _turn(plan)
    if plan.holds:
        _amend(found, CHANGED, before, after, reason, actor)
    else:
        note_event(LineChanged(plan.pk, found.pk), plan, actor, before=before, after=after)
    return found


@transaction.atomic
def drop_line(*, line: PlanLine, reason: str, seen: int, actor: Actor) -> None:
    """Take a line out of a plan in the making; of an approved plan it stays, as dropped, with the reason.

    Raises LineIsDropped, PlanWaits, PlanChangedMeanwhile, PlanReasonMissing, LineHasClass.
    """
    require(actor, "planning.write_plan", at=line.plan.place)
    found = locked_line(line)
    plan = found.plan
    _to_change(plan, seen, reason)
    link = found.links.filter(unlinked_at=None).exclude(training_class__status="cancelled").first()
    if link is not None:
        raise LineHasClass(title=found.title, **{"class": link.training_class.title})
    _turn(plan)
    if plan.holds:
        found.dropped_at = clock.now()
        found.save(update_fields=["dropped_at"])
        _amend(found, DROPPED, facts_of(found), {}, reason, actor)
    else:
        note_event(LineRemoved(plan.pk, found.pk), plan, actor, **facts_of(found))
        found.delete()


@transaction.atomic
def move_line(*, line: PlanLine, is_up: bool, actor: Actor) -> None:
    """Let a line of a plan in the making change places with its neighbour; at the end nothing happens.

    Raises LineIsDropped, PlanStandsSo.
    """
    require(actor, "planning.write_plan", at=line.plan.place)
    found = locked_line(line)
    plan = found.plan
    if not plan.is_open:
        raise PlanStandsSo(plan=plan)
    beside = {"number__lt": found.number} if is_up else {"number__gt": found.number}
    other = plan.lines.filter(**beside).order_by("-number" if is_up else "number").first()
    if other is None:
        return
    found.number, other.number = other.number, found.number
    PlanLine.objects.bulk_update([found, other], ["number"])
    _turn(plan)
    note_event(LineMoved(plan.pk, found.pk), plan, actor, number=found.number)
