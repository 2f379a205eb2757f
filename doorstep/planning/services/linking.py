"""A line becomes a class: opened from the plan, or found among the classes there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doorstep.classes.queries.classes import has_session_in
from doorstep.classes.queries.plans import ClassPlan
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.opening import open_class
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.planning.events import ClassLinked, ClassUnlinked
from doorstep.planning.models import ClassLink, PlanLine
from doorstep.planning.queries.lines import is_of_plan
from doorstep.planning.rules import sittings_of
from doorstep.planning.services.lines import locked_line
from doorstep.planning.services.plans import locked_plan, note_event
from doorstep.planning.services.refusals import (
    ClassElsewhere,
    ClassIsCancelled,
    ClassLinkedAlready,
    ClassNotInYear,
    LineHasClass,
    PlanNotApproved,
    PlanReasonMissing,
    PlanStandsSo,
)

if TYPE_CHECKING:
    from doorstep.classes.models import TrainingClass

CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Opening:
    """With what a class is opened from a line, beside what the line says itself."""

    title: str
    starts_on: date
    capacity: int
    location: str = ""
    venue_id: int | None = None
    base_id: int | None = None


def _to_link(line: PlanLine) -> PlanLine:
    """A line of an approved plan without a class, locked; a class that was cancelled meanwhile is let go."""
    found = locked_line(line)
    if not found.plan.holds:
        raise PlanNotApproved
    link = found.links.filter(unlinked_at=None).select_related("training_class").first()
    if link is not None and link.training_class.status != CANCELLED:
        raise LineHasClass(title=found.title, **{"class": link.training_class.title})
    if link is not None:
        _end(link, _("班次已取消"), None)
    return found


def _end(link: ClassLink, reason: str, account_id: int | None) -> None:
    link.unlinked_at, link.unlinked_for, link.unlinked_by_id = clock.now(), reason, account_id
    link.save(update_fields=["unlinked_at", "unlinked_for", "unlinked_by"])


def _link(line: PlanLine, training_class: TrainingClass, actor: Actor, *, is_opened_here: bool) -> ClassLink:
    year = line.plan.year
    if not has_session_in(training_class.pk, year):
        raise ClassNotInYear(year=year, **{"class": training_class.title})
    link = ClassLink(
        line=line, training_class=training_class, year=year, is_opened_here=is_opened_here,
        linked_at=clock.now(), linked_by_id=actor.account_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            link.save()
    except IntegrityError:
        raise ClassLinkedAlready(year=year, **{"class": training_class.title}) from None
    note_event(ClassLinked(line.pk, training_class.pk), line.plan, actor, opened=is_opened_here)
    return link


@transaction.atomic
def open_line(*, line: PlanLine, opening: Opening, actor: Actor) -> TrainingClass:
    """Open the class of a line as a draft, with as many half days as the line plans; a line opens one class.

    Raises LineIsDropped, PlanNotApproved, LineHasClass, ClassNotInYear, and what `open_class` raises.
    """
    require(actor, "planning.write_plan", at=line.plan.place)
    found = _to_link(line)
    opened = open_class(unit=found.plan.unit, plan=_class_of(found, opening, actor), is_draft=True, actor=actor)
    _link(found, opened, actor, is_opened_here=True)
    return opened


def _class_of(line: PlanLine, opening: Opening, actor: Actor) -> ClassPlan:
    sessions = [
        SessionPlan(
            title=line.title,
            starts_at=datetime.combine(day, begins, tzinfo=clock.LOCAL_ZONE),
            ends_at=datetime.combine(day, ends, tzinfo=clock.LOCAL_ZONE),
            base_id=opening.base_id,
            venue_id=opening.venue_id,
            location=opening.location,
            course_id=line.course_id,
            teacher_id=line.teacher_id,
            mode=line.course.mode if line.course else "",
        )
        for day, begins, ends in sittings_of(opening.starts_on, line.sessions)
    ]
    return ClassPlan(
        title=opening.title, form=line.form, capacity=opening.capacity, sessions=sessions, base_id=opening.base_id,
        head_id=actor.account_id,
    )  # fmt: skip


@transaction.atomic
def link_class(*, line: PlanLine, training_class: TrainingClass, actor: Actor) -> ClassLink:
    """Say that a class that was opened elsewhere is that of a line.

    Raises LineIsDropped, PlanNotApproved, LineHasClass, ClassElsewhere, ClassIsCancelled, ClassNotInYear,
    ClassLinkedAlready.
    """
    require(actor, "planning.write_plan", at=line.plan.place)
    found = _to_link(line)
    if not is_of_plan(training_class, found.plan):
        raise ClassElsewhere(**{"class": training_class.title})
    if training_class.status == CANCELLED:
        raise ClassIsCancelled(**{"class": training_class.title})
    return _link(found, training_class, actor, is_opened_here=False)


@transaction.atomic
def unlink_class(*, link: ClassLink, reason: str, actor: Actor) -> None:
    """Take a class off a line, with the reason; the class itself stays. Raises PlanStandsSo, PlanReasonMissing."""
    require(actor, "planning.write_plan", at=link.line.plan.place)
    line = PlanLine.objects.get(pk=link.line_id)
    line.plan = locked_plan(line.plan_id)
    found = ClassLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if found.unlinked_at is not None:
        raise PlanStandsSo(plan=line.plan)
    if not reason.strip():
        raise PlanReasonMissing
    _end(found, reason.strip(), actor.account_id)
    note_event(ClassUnlinked(line.pk, found.training_class_id), line.plan, actor, reason=found.unlinked_for)
