"""Circulars: issued down the tree, replaced by a newer version, withdrawn, read and acknowledged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.masking import personal_number
from doorstep.core.permissions import require
from doorstep.core.registry import choices_of
from doorstep.directory.queries import units_by_ids
from doorstep.directory.queries.recipients import units_below
from doorstep.notices.events import CircularAcknowledged, CircularIssued, CircularWithdrawn
from doorstep.notices.models import Circular, CircularReceipt
from doorstep.notices.rules.circulars import BASES, RECEIVERS
from doorstep.notices.rules.markup import drawn
from doorstep.notices.services import refusals
from doorstep.notices.services.attachments import Upload, keep_files, read_files

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit


@dataclass(frozen=True, slots=True)
class CircularFacts:
    """What a circular says, whom it is for, and by when."""

    number: str
    title: str
    text: str
    levels: Sequence[str]
    effective_on: date
    acknowledge_by: date


def _tell(happened: Event, circular: Circular, actor: Actor, **detail: object) -> None:
    subject = ("circular", circular.pk)
    record(happened, actor=actor, place=circular.place, county=circular.county, subject=subject, detail=detail)


@transaction.atomic
def issue_circular(
    *,
    unit: Unit,
    facts: CircularFacts,
    key: UUID,
    replaces: Circular | None = None,
    files: Sequence[Upload] = (),
    actor: Actor,
) -> Circular:
    """Send a text to some levels of units, or to bases, below `unit`; with `replaces` it is that one's next version.

    The same form handed in twice is one circular.
    Raises CircularEmpty, CircularHoldsNumbers, CircularDaysWrong, CircularForNobody, CircularNumberTaken,
    CircularNotInForce, CircularFileNotTaken, CircularFilesTooMany.
    """
    require(actor, "notices.issue_circular", at=unit.path)
    if same := Circular.objects.filter(key=key, unit=unit).first():
        return same
    _check(facts)
    kept = read_files(files, unit)
    old = _locked_in_force(replaces) if replaces is not None else None
    circular = Circular(
        key=key, unit=unit, place=unit.path, county=unit.county, number=facts.number.strip(),
        version=old.version + 1 if old else 1, replaces=old, title=facts.title.strip(), text=facts.text.strip(),
        html=drawn(facts.text, {}).html, levels=[one for one in RECEIVERS if one in facts.levels],
        effective_on=facts.effective_on, acknowledge_by=facts.acknowledge_by, issued_at=clock.now(),
        issued_by_id=actor.account_id,
    )  # fmt: skip
    if old:
        circular.number = old.number
        _end(old, Circular.Status.REPLACED, actor)
    try:
        with transaction.atomic():
            circular.save()
    except IntegrityError:
        if same := Circular.objects.filter(key=key, unit=unit).first():
            return same
        raise refusals.CircularNumberTaken(number=circular.number) from None
    receipts = _receipts(circular, unit)
    if not receipts:
        raise refusals.CircularForNobody(unit=unit.short_name)
    CircularReceipt.objects.bulk_create(receipts)
    keep_files(circular, kept)
    _tell(CircularIssued(circular.pk), circular, actor, number=circular.number, version=circular.version)
    return circular


def _receipts(circular: Circular, unit: Unit) -> list[CircularReceipt]:
    """One for every unit below of its levels; where it goes to bases, one for every demonstration base in `unit`."""
    found = [CircularReceipt(circular=circular, unit=one, place=one.path) for one in units_below(unit, circular.levels)]
    if BASES in circular.levels:
        bases = choices_of("bases.demonstrations", "" if unit.kind == "city" else unit.county)
        units = units_by_ids({base.unit_id for base in bases})
        found += [
            CircularReceipt(
                circular=circular, unit=units[base.unit_id], base_id=base.id, place=units[base.unit_id].path
            )
            for base in bases
            if units[base.unit_id].path.startswith(unit.path)
        ]
    return found


def _check(facts: CircularFacts) -> None:
    if not (facts.number.strip() and facts.title.strip() and facts.text.strip()):
        raise refusals.CircularEmpty
    if number := personal_number(f"{facts.title}\n{facts.text}"):
        raise refusals.CircularHoldsNumbers(number=number)
    if facts.acknowledge_by < clock.today():
        raise refusals.CircularDaysWrong


def _locked_in_force(circular: Circular) -> Circular:
    """A circular, locked; raises CircularNotInForce when it was replaced or withdrawn."""
    locked = Circular.objects.select_for_update(of=("self",)).select_related("unit").get(pk=circular.pk)
    if locked.status != Circular.Status.ISSUED:
        raise refusals.CircularNotInForce(title=locked.title)
    return locked


def _end(circular: Circular, status: str, actor: Actor, reason: str = "") -> None:
    circular.status, circular.ended_at, circular.ended_by_id = status, clock.now(), actor.account_id
    circular.reason = reason
    circular.save(update_fields=["status", "ended_at", "ended_by", "reason"])


@transaction.atomic
def withdraw_circular(*, circular: Circular, reason: str, actor: Actor) -> Circular:
    """Let a circular hold no longer, with the reason; who received it still reads it. A newer one can be issued.

    Raises CircularNotInForce, CircularReasonMissing.
    """
    require(actor, "notices.issue_circular", at=circular.place)
    locked = _locked_in_force(circular)
    if not reason.strip():
        raise refusals.CircularReasonMissing
    _end(locked, Circular.Status.WITHDRAWN, actor, reason.strip()[:200])
    _tell(CircularWithdrawn(locked.pk), locked, actor, reason=locked.reason)
    return locked


@transaction.atomic
def note_circular_read(*, receipt: CircularReceipt, actor: Actor) -> None:
    """Note that the office of a unit, or who keeps a base, has opened a circular; the first time counts."""
    require(actor, receipt.signing_action, at=receipt.place)
    unread = CircularReceipt.objects.filter(pk=receipt.pk, read_at=None)
    unread.update(read_at=clock.now(), read_by=actor.account_id)


@transaction.atomic
def acknowledge_circular(*, receipt: CircularReceipt, actor: Actor) -> CircularReceipt:
    """Say for a unit or a base that it has read a circular; said again it stays as it was.

    Nobody above says it for a unit. Raises CircularNotInForce.
    """
    require(actor, receipt.signing_action, at=receipt.place)
    circular = Circular.objects.select_for_update(of=("self",)).get(pk=receipt.circular_id)
    locked = CircularReceipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if locked.acknowledged_at is not None:
        return locked
    if circular.status != Circular.Status.ISSUED:
        raise refusals.CircularNotInForce(title=circular.title)
    moment = clock.now()
    if locked.read_at is None:
        locked.read_at, locked.read_by_id = moment, actor.account_id
    locked.acknowledged_at, locked.acknowledged_by_id = moment, actor.account_id
    locked.save()
    _tell(CircularAcknowledged(circular.pk, locked.pk), circular, actor, unit=locked.unit_id, base=locked.base_id)
    return locked
