"""Which leave was asked, who decides on it, and what it would mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from doorstep.classes.models import Leave, Session, TrainingClass
from doorstep.classes.rules.leave import Approver, LeaveLimits, approver_for, is_too_much
from doorstep.classes.rules.timetable import CreditPolicy, planned_hours
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may, visible_filter
from doorstep.core.policies import policies_at, policy_at

APPROVER_NAMES = {
    Approver.HEAD: _("班主任"),
    Approver.OFFICE: _("教务"),
    Approver.PRINCIPAL: _("分管校长"),
    Approver.DEPARTMENT: _("县级组织部"),
}
_LIMITS = ("leave.approver.head_max", "leave.approver.office_max", "leave.approver.principal_max")
_CREDIT = ("credit.half_day", "credit.per_hour", "credit.day_max")


def leave_limits(*, on: date, place: str) -> LeaveLimits:
    """Up to how many half days each step decides, by the policies of a day and place."""
    rows = policies_at(_LIMITS, on=on, place=place)
    return LeaveLimits(*(rows[key].integer for key in _LIMITS))


def credit_policy(*, on: date, place: str) -> CreditPolicy:
    """What a half day, an hour and a day are worth, by the policies of a day and place."""
    rows = policies_at(_CREDIT, on=on, place=place)
    return CreditPolicy(*(rows[key].decimal for key in _CREDIT))


def hours_planned(training_class: TrainingClass, sessions: Sequence[Session]) -> Decimal:
    """The credit hours these sessions of a class are planned to give."""
    policy = credit_policy(on=training_class.starts_on, place=training_class.place)
    return planned_hours([(s.held_on, s.credit_unit, s.hours) for s in sessions if not s.is_cancelled], policy)


@dataclass(frozen=True, slots=True)
class LeaveWeight:
    """What a request comes to: its half days and hours, all leave of the person in the class, who decides."""

    half_days: int
    hours: Decimal
    hours_in_all: Decimal
    class_hours: Decimal
    is_too_much: bool
    approver: object
    ceiling: str


def weight_of(
    training_class: TrainingClass, wanted: Sequence[Session], approved: Sequence[Session], kind: str = ""
) -> LeaveWeight:
    """Weigh a request for sessions `wanted` on top of sessions already `approved`; official leave is never too much."""
    ceiling = policy_at("attendance.leave_max_ratio", on=training_class.starts_on, place=training_class.place)
    limits = leave_limits(on=training_class.starts_on, place=training_class.place)
    total = hours_planned(training_class, list(training_class.sessions.all()))
    in_all = hours_planned(training_class, list({s.pk: s for s in [*wanted, *approved]}.values()))
    return LeaveWeight(
        half_days=len(wanted),
        hours=hours_planned(training_class, wanted),
        hours_in_all=in_all,
        class_hours=total,
        is_too_much=kind != Leave.Kind.OFFICIAL and is_too_much(in_all, total, ceiling.ratio),
        approver=APPROVER_NAMES[approver_for(len(wanted), limits)],
        ceiling=ceiling.text,
    )


def leaves_visible_to(actor: Actor) -> QuerySet[Leave]:
    """The requests `actor` may see: in classes one runs, of people one looks after, one's own, as head of the class."""
    seen = visible_filter(actor, "classes.view_leave", place=("place", "training_class__place"), owner="person")
    headed = Q(training_class__head=actor.account_id) if actor.account_id else Q(pk__in=[])
    return Leave.objects.filter(headed if seen is None else seen | headed if seen else seen)


def leave_by_id(leave_id: int, actor: Actor) -> Leave:
    """One request that `actor` may see; raises NotFound."""
    rows = leaves_visible_to(actor).select_related(
        "person", "training_class__unit", "training_class__head", "decided_by", "returned_by"
    )
    leave = rows.filter(pk=leave_id).first()
    if leave is None:
        raise NotFound
    return leave


def leaves_waiting(actor: Actor) -> QuerySet[Leave]:
    """The requests of living classes that `actor` could decide on, oldest first; `first_on` is the first day away.

    A head decides as the person they are: one whose account stands for nobody on a roster has nothing to decide.
    """
    staff = visible_filter(actor, "classes.decide_leave", place="training_class__place")
    rows = Leave.objects.filter(status=Leave.Status.ASKED, training_class__status__in=["open", "running"])
    mine = rows.filter(staff) if staff is not None else rows.none()
    if actor.person_id:
        mine = mine | rows.filter(training_class__head__person=actor.person_id)
    first_on = Subquery(Session.objects.filter(leaves=OuterRef("pk")).order_by("held_on").values("held_on")[:1])
    classes = ("training_class__unit", "training_class__base")
    return mine.select_related("person", *classes).annotate(first_on=first_on).order_by("asked_at", "pk")


def leaves_of(training_class: TrainingClass, actor: Actor) -> QuerySet[Leave]:
    """The requests in one class, those to be decided first."""
    rows = leaves_visible_to(actor).filter(training_class=training_class).select_related("person", "decided_by")
    return rows.prefetch_related("sessions").order_by("decided_at", "asked_at", "pk")


def still_away() -> Q:
    """For requests joined with their sessions: the sessions that count as leave, not those after an early return."""
    return Q(back_from=None) | Q(sessions__starts_at__lt=F("back_from"))


def is_to_end(leave: Leave) -> bool:
    """True for approved leave of a living class that nobody has ended yet."""
    is_living = leave.training_class.status in ("open", "running")
    return is_living and leave.status == Leave.Status.APPROVED and leave.returned_at is None


def may_report_back(leave: Leave, actor: Actor) -> bool:
    """True for the person, who looks after them, who runs the class, and its head."""
    head = leave.training_class.head
    owners = [leave.person_id, head.person_id if head else None]
    return may(actor, "classes.report_back", at=[leave.place, leave.training_class.place], owner=owners)


def leave_to_end(person_id: int) -> list[Leave]:
    """A person's leave that has begun and from which they have not reported back, the oldest first."""
    rows = Leave.objects.filter(person=person_id, status=Leave.Status.APPROVED, returned_at=None)
    begun = rows.filter(training_class__status__in=["open", "running"], sessions__starts_at__lte=clock.now())
    return list(begun.select_related("training_class").distinct().order_by("pk"))


def approved_leave(training_class_id: int) -> dict[tuple[int, int], str]:
    """(session id, person id) -> kind of leave, for all approved leave of a class."""
    rows = Leave.objects.filter(still_away(), training_class=training_class_id, status=Leave.Status.APPROVED)
    return {(session, person): kind for session, person, kind in rows.values_list("sessions", "person", "kind")}


def approved_sessions(leave: Leave) -> list[Session]:
    """The sessions of the class from which the person has approved leave, besides this request, that counts."""
    others = Leave.objects.filter(training_class=leave.training_class_id, person=leave.person_id)
    return _counted(others.filter(status=Leave.Status.APPROVED).exclude(pk=leave.pk))


def leave_so_far(training_class: TrainingClass, person_id: int) -> list[Session]:
    """The sessions of a class from which a person has asked for leave, or has it, that counts."""
    rows = Leave.objects.filter(training_class=training_class, person=person_id)
    return _counted(rows.filter(status__in=[Leave.Status.ASKED, Leave.Status.APPROVED]))


def _counted(rows: QuerySet[Leave]) -> list[Session]:
    """The living sessions of these requests, official leave left out: it does not count towards the ceiling."""
    rows = rows.exclude(kind=Leave.Kind.OFFICIAL).prefetch_related("sessions")
    away = {session.pk: session for one in rows for session in one.sessions_away}
    return [session for session in away.values() if not session.is_cancelled]


def may_decide(leave: Leave, actor: Actor) -> bool:
    """True when `actor` runs the class or is its head; how far that reaches depends on the length."""
    head = leave.training_class.head
    owner = head.person_id if head else None
    return may(actor, "classes.decide_leave", at=leave.training_class.place, owner=owner)
