"""Holding a class together: units are asked, answer, and leave before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from doorstep.classes.events import HostAnswered, HostInvited, HostLeft
from doorstep.classes.models import ClassHost, Quota, TrainingClass
from doorstep.classes.queries.hosts import ACCEPTED, INVITED, SHARING
from doorstep.classes.queries.seats import quota_states
from doorstep.classes.queries.words import day_text
from doorstep.classes.rules.hosts import Cost, cost_left
from doorstep.classes.rules.seats import pool_of
from doorstep.classes.services.joint_refusals import (
    CostSaidTwice,
    CostsExceed,
    HostAskedAlready,
    HostHasNoOffice,
    HostIsOrganiser,
    HostReasonMissing,
    HostsFixed,
    InvitationAnswered,
    TooManyHosts,
)
from doorstep.classes.services.locking import has_begun, lock_living_class, lock_quotas, note_event
from doorstep.classes.services.refusals import SeatsExceedSource, SeatsInUse
from doorstep.classes.services.seats import hand_down_seats
from doorstep.core import clock
from doorstep.core.actors import Actor, system_actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

_NO_OFFICE = ("general_branch", "branch")


@dataclass(frozen=True, slots=True)
class HostTerms:
    """What a unit is asked to bring and gets: seats for its people, a percentage of the costs or a sum in fen."""

    seats: int = 0
    cost_percent: int = 0
    cost_fen: int = 0
    words: str = ""


def _lock_before_it_begins(class_id: int) -> TrainingClass:
    """The locked class, whose hosts can still change. Raises ClassIsOver, HostsFixed."""
    locked = lock_living_class(class_id)
    if has_begun(locked):
        raise HostsFixed(title=locked.title, day=day_text(locked.starts_on))
    return locked


@transaction.atomic
def invite_host(*, training_class: TrainingClass, unit: Unit, terms: HostTerms, actor: Actor) -> ClassHost:
    """Ask a unit to hold a class too; nothing is shared before it agrees. One that said no can be asked again.

    Raises ClassIsOver, HostsFixed, HostIsOrganiser, HostHasNoOffice, HostAskedAlready, TooManyHosts, CostSaidTwice,
    CostsExceed, SeatsExceedSource. Source: policy:class.hosts_most.
    """
    require(actor, "classes.invite_host", at=training_class.place)
    locked = _lock_before_it_begins(training_class.pk)
    others = list(locked.hosts.filter(status__in=SHARING).exclude(unit=unit))
    host = locked.hosts.filter(unit=unit).first() or ClassHost(training_class=locked, unit=unit, place=unit.path)
    _check_unit(locked, unit, host, len(others))
    _check_terms(locked, terms, others)
    host.status, host.seats, host.terms = INVITED, terms.seats, terms.words.strip()
    host.cost_percent, host.cost_fen = terms.cost_percent, terms.cost_fen
    host.invited_at, host.invited_by_id = clock.now(), actor.account_id
    host.answered_at, host.answered_by, host.answer = None, None, ""
    host.save()
    told = {"unit": unit.pk, "seats": terms.seats, "percent": terms.cost_percent, "fen": terms.cost_fen}
    note_event(HostInvited(locked.pk, host.pk), locked, actor, **told)
    return host


def _check_unit(training_class: TrainingClass, unit: Unit, host: ClassHost, others: int) -> None:
    if unit.pk == training_class.unit_id:
        raise HostIsOrganiser(unit=unit.short_name)
    if unit.kind in _NO_OFFICE:
        raise HostHasNoOffice(unit=unit.short_name)
    if host.pk and host.status in SHARING:
        raise HostAskedAlready(unit=unit.short_name, status=host.get_status_display())
    most = policy_at("class.hosts_most", on=training_class.starts_on, place=training_class.place).integer
    if others >= most:
        raise TooManyHosts(title=training_class.title, most=most)


def _check_terms(training_class: TrainingClass, terms: HostTerms, others: list[ClassHost]) -> None:
    if terms.cost_percent and terms.cost_fen:
        raise CostSaidTwice
    left = cost_left([Cost(terms.cost_percent), *(Cost(host.cost_percent) for host in others)])
    if left < 0:
        raise CostsExceed(over=-left)
    pool = pool_of(training_class.capacity, quota_states(lock_quotas(training_class)), training_class.seats_taken)
    if terms.seats > pool:
        over = terms.seats - pool
        raise SeatsExceedSource(source=training_class.title, left=pool, wanted=terms.seats, over=over)


@transaction.atomic
def answer_invitation(*, host: ClassHost, accept: bool, reason: str = "", actor: Actor) -> ClassHost:
    """Say for a unit whether it holds a class too; its seats are handed to it when it does.

    Raises ClassIsOver, HostsFixed, InvitationAnswered, HostReasonMissing, SeatsExceedSource.
    """
    require(actor, "classes.answer_invitation", at=host.place)
    locked = _lock_before_it_begins(host.training_class_id)
    found = _locked_host(locked, host)
    if found.status != INVITED:
        raise InvitationAnswered(unit=found.unit.short_name, status=found.get_status_display())
    if not accept and not reason.strip():
        raise HostReasonMissing
    _put(found, ACCEPTED if accept else ClassHost.Status.DECLINED, "" if accept else reason, actor)
    if accept and found.seats:
        held = _total(locked, found)
        table = {found.unit_id: held + found.seats}
        hand_down_seats(training_class=locked, table=table, actor=system_actor("classes.answer_invitation"))
    _keep_joint(locked)
    note_event(HostAnswered(locked.pk, found.pk), locked, actor, accepted=accept, reason=found.answer)
    return found


def _total(training_class: TrainingClass, host: ClassHost) -> int:
    """The seats that a host and the units below it hold already."""
    rows = Quota.objects.filter(training_class=training_class, place__startswith=host.place)
    return sum(rows.values_list("seats", flat=True))


@transaction.atomic
def end_hosting(*, host: ClassHost, reason: str, actor: Actor) -> ClassHost:
    """Let a unit hold a class no longer, said by the organiser or by the unit; seats it has not used are free again.

    Raises ClassIsOver, HostsFixed, InvitationAnswered, HostReasonMissing.
    """
    require(actor, "classes.end_hosting", at=(host.training_class.place, host.place))
    locked = _lock_before_it_begins(host.training_class_id)
    found = _locked_host(locked, host)
    if found.status not in SHARING:
        raise InvitationAnswered(unit=found.unit.short_name, status=found.get_status_display())
    if not reason.strip():
        raise HostReasonMissing
    was_host = found.status == ACCEPTED
    _put(found, ClassHost.Status.LEFT, reason, actor)
    if was_host and found.seats:
        _take_back_seats(locked, found)
    _keep_joint(locked)
    note_event(HostLeft(locked.pk, found.pk), locked, actor, reason=found.answer)
    return found


def _take_back_seats(training_class: TrainingClass, host: ClassHost) -> None:
    """As many of its seats as nobody sits on, back to the organiser; people who have a seat keep it.

    Rows left without a seat, on which nobody ever sat, go too: who holds seats sees the class, who left does not.
    """
    wanted = max(0, _total(training_class, host) - host.seats)
    actor = system_actor("classes.end_hosting")
    try:
        with transaction.atomic():
            hand_down_seats(training_class=training_class, table={host.unit_id: wanted}, actor=actor)
    except SeatsInUse as problem:
        least = int(str(problem.params["least"]))
        hand_down_seats(training_class=training_class, table={host.unit_id: least}, actor=actor)
    empty = Quota.objects.filter(training_class=training_class, place__startswith=host.place, seats=0, used=0)
    empty.filter(enrolments=None).delete()


def _locked_host(training_class: TrainingClass, host: ClassHost) -> ClassHost:
    rows = ClassHost.objects.select_for_update(of=("self",)).select_related("unit")
    found = rows.filter(pk=host.pk, training_class=training_class).first()
    if found is None:
        raise NotFound
    return found


def _put(host: ClassHost, status: str, answer: str, actor: Actor) -> None:
    host.status, host.answer = status, answer.strip()[:200]
    host.answered_at, host.answered_by_id = clock.now(), actor.account_id
    host.save(update_fields=["status", "answer", "answered_at", "answered_by"])


def _keep_joint(training_class: TrainingClass) -> None:
    """A class is joint while a unit has agreed."""
    training_class.is_joint = training_class.hosts.filter(status=ACCEPTED).exists()
    training_class.save(update_fields=["is_joint"])
