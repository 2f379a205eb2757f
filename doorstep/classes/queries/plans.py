"""What a class plans: of itself, and for the next one of its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from doorstep.classes.models import Campaign, Session, TrainingClass
from doorstep.classes.queries.campaigns import campaigns_on
from doorstep.classes.queries.receiving import needs_of
from doorstep.classes.rules.reception import Needs
from doorstep.classes.rules.timetable import SessionPlan, moved
from doorstep.classes.rules.titles import next_title
from doorstep.core import clock


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """All that is decided when a class is opened; `seats` is the table of seats by unit.

    Its teachers may have been asked before there was a class, under the name of `teachers_kept`.
    """

    title: str
    form: str
    capacity: int
    sessions: Sequence[SessionPlan]
    base_id: int | None = None
    head_id: int | None = None
    is_concentrated: bool = True
    nominate_by: datetime | None = None
    note: str = ""
    seats: Mapping[int, int] = field(default_factory=dict)
    campaign: Campaign | None = None
    is_outside: bool = False
    needs: Needs = Needs()
    teachers_kept: str = ""

    @property
    def needed(self) -> Needs:
        """What the class needs at each of its bases, its capacity among it."""
        return replace(self.needs, people=self.capacity)


def plan_of(session: Session) -> SessionPlan:
    """What a session plans, with its moments on the local clock."""
    return SessionPlan(
        title=session.title,
        starts_at=clock.local(session.starts_at),
        ends_at=clock.local(session.ends_at),
        credit_unit=session.credit_unit,
        hours=session.hours,
        base_id=session.base_id,
        venue_id=session.venue_id,
        location=session.location,
        course_id=session.course_id,
        teacher_id=session.teacher_id,
        mode=session.mode,
        pin=None if session.lat is None or session.lng is None else (session.lat, session.lng),
        township_id=session.township_id,
        brings=tuple(session.brings),
    )


def session_fields(plan: SessionPlan) -> dict[str, Any]:
    """The columns of a session after a plan."""
    return {
        "title": plan.title,
        "held_on": plan.held_on,
        "part": plan.part,
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "credit_unit": plan.credit_unit,
        "hours": plan.hours,
        "base_id": plan.base_id,
        "venue_id": plan.venue_id,
        "location": plan.location,
        "course_id": plan.course_id,
        "teacher_id": plan.teacher_id,
        "mode": plan.mode,
        "lat": plan.pin[0] if plan.pin else None,
        "lng": plan.pin[1] if plan.pin else None,
        "township_id": plan.township_id if plan.pin else None,
        "brings": sorted(set(plan.brings)),
    }


def teachers_taken(plans: Sequence[SessionPlan], besides: int | None = None) -> list[Session]:
    """Sessions of other classes, the class `besides` left out, which the teacher of a planned one gives at that time.

    Within one class no two sessions overlap, so nobody is taken by the class itself.
    """
    wanted = Q(pk__in=[])
    for plan in plans:
        if plan.teacher_id:
            wanted |= Q(teacher=plan.teacher_id, starts_at__lt=plan.ends_at, ends_at__gt=plan.starts_at)
    rows = Session.objects.filter(wanted, is_cancelled=False).exclude(training_class__status="cancelled")
    if besides:
        rows = rows.exclude(training_class=besides)
    return list(rows.select_related("teacher", "training_class").order_by("starts_at", "pk"))


def living_sessions(training_class: TrainingClass, besides: int | None = None) -> list[Session]:
    """The sessions of a class that are not cancelled, in order of time."""
    rows = training_class.sessions.filter(is_cancelled=False)
    return list((rows.exclude(pk=besides) if besides else rows).order_by("starts_at"))


def next_plan(training_class: TrainingClass, starts_on: date, head_id: int | None) -> ClassPlan:
    """What the next class of a row would be, from the one before it: same sessions, one number higher."""
    by, campaign = training_class.nominate_by, training_class.campaign_id
    shift = timedelta(days=(starts_on - training_class.starts_on).days)
    return ClassPlan(
        title=next_title(training_class.title),
        form=training_class.form,
        capacity=training_class.capacity,
        sessions=moved([plan_of(s) for s in living_sessions(training_class)], starts_on),
        base_id=training_class.base_id,
        head_id=head_id,
        is_concentrated=training_class.is_concentrated,
        nominate_by=by + shift if by else None,
        needs=needs_of(training_class),
        campaign=campaigns_on(training_class.place, starts_on).filter(pk=campaign).first() if campaign else None,
    )
