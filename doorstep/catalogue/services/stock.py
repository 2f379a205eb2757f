"""Copies of editions: taken in, sent down the tree and received, given to classes and back, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from doorstep.catalogue.events import (
    CopiesCalledBack,
    CopiesCounted,
    CopiesIssued,
    CopiesReceived,
    CopiesReturned,
    CopiesSent,
    CopiesTakenIn,
)
from doorstep.catalogue.models import Edition, Movement, Sending, Shelf
from doorstep.catalogue.queries.stock import balance_on, given_to
from doorstep.catalogue.rules.materials import may_move
from doorstep.catalogue.services.materials_refusals import (
    CopiesWrong,
    CountNoteMissing,
    DifferenceUntold,
    MaterialStandsSo,
    NotEnoughCopies,
    ReturnTooMany,
    SendingElsewhere,
    SendingOver,
    StockMovedMeanwhile,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit

Kind = Movement.Kind
MOST = 100_000  # more copies than a city prints at once: a slip of the finger


def _locked(edition: Edition, unit: Unit) -> Shelf:
    """Where a unit keeps an edition, locked: copies there move one after the other."""
    given = {"place": unit.path, "county": unit.county}
    Shelf.objects.get_or_create(edition=edition, unit=unit, defaults=given)
    rows = Shelf.objects.select_for_update(of=("self",)).select_related("edition__material", "unit")
    return rows.get(edition=edition, unit=unit)


def _checked(copies: int, *, least: int = 1) -> int:
    if not least <= copies <= MOST:
        raise CopiesWrong(least=least, most=MOST, copies=copies)
    return copies


def _line_id(shelf: Shelf, kind: str, copies: int, key: UUID | None) -> UUID:
    """The id of a line: that of the form it came by, which may be sent twice, else a new one."""
    return uuid5(key, f"{shelf.pk} {kind} {copies}") if key else uuid4()


def _known(shelf: Shelf, kind: str, copies: int, key: UUID | None) -> Movement | None:
    """The line that a form has written already when it is sent twice."""
    return shelf.movements.filter(id=_line_id(shelf, kind, copies, key)).first() if key else None


def _move(
    shelf: Shelf,
    kind: str,
    copies: int,
    actor: Actor,
    *,
    key: UUID | None = None,
    note: str = "",
    sending: Sending | None = None,
    training_class_id: int | None = None,
) -> Movement:
    """Write a line for a locked shelf; raises NotEnoughCopies before it would owe any."""
    held = balance_on(shelf)
    if not may_move(held, copies):
        words = {"unit": shelf.unit.short_name, "title": shelf.edition.material.title}
        raise NotEnoughCopies(**words, held=held, wanted=-copies)
    line = Movement(
        id=_line_id(shelf, kind, copies, key),
        county=shelf.county,
        year=clock.today().year,
        shelf=shelf,
        kind=kind,
        copies=copies,
        sending=sending,
        training_class_id=training_class_id,
        note=note.strip(),
        moved_at=clock.now(),
        account_id=actor.account_id,
    )
    line.save(force_insert=True)
    return line


def _tell(happened: Event, shelf: Shelf, actor: Actor, **detail: object) -> None:
    subject = ("material", shelf.edition.material_id)
    record(happened, actor=actor, place=shelf.place, county=shelf.county, subject=subject, detail=detail)


@transaction.atomic
def take_in_copies(
    *, edition: Edition, unit: Unit, copies: int, note: str = "", key: UUID | None = None, actor: Actor
) -> Movement:
    """Take in copies from the printer or the bookshop; the same `key` is the same delivery.

    Raises CopiesWrong, MaterialStandsSo.
    """
    require(actor, "catalogue.move_stock", at=unit.path)
    if edition.material.is_retired:
        raise MaterialStandsSo(title=edition.material.title)
    shelf = _locked(edition, unit)
    if line := _known(shelf, Kind.TAKEN_IN, copies, key):
        return line
    line = _move(shelf, Kind.TAKEN_IN, _checked(copies), actor, key=key, note=note)
    _tell(CopiesTakenIn(shelf.pk), shelf, actor, copies=copies)
    return line


@transaction.atomic
def send_copies(
    *, edition: Edition, unit: Unit, to: Unit, copies: int, note: str = "", key: UUID | None = None, actor: Actor
) -> Sending:
    """Send copies to a unit right below, or surplus to the one right above; they arrive when it has counted them.

    The same `key` is the same parcel. Raises SendingElsewhere, CopiesWrong, NotEnoughCopies.
    """
    require(actor, "catalogue.move_stock", at=unit.path)
    if unit.pk != to.parent_id and to.pk != unit.parent_id:
        raise SendingElsewhere(**{"from": unit.short_name})
    shelf = _locked(edition, unit)
    if (line := _known(shelf, Kind.SENT, -copies, key)) and line.sending:
        return line.sending
    sending = Sending.objects.create(
        edition=edition,
        from_unit=unit,
        from_place=unit.path,
        to_unit=to,
        to_place=to.path,
        copies=_checked(copies),
        note=note.strip(),
        sent_at=clock.now(),
        sent_by_id=actor.account_id,
    )
    _move(shelf, Kind.SENT, -copies, actor, key=key, sending=sending)
    _tell(CopiesSent(sending.pk), shelf, actor, copies=copies, to=to.pk)
    return sending


def _on_its_way(sending: Sending) -> Sending:
    """The parcel, locked, if it has not ended; raises SendingOver."""
    rows = Sending.objects.select_for_update(of=("self",))
    found = rows.select_related("edition__material", "from_unit", "to_unit").get(pk=sending.pk)
    if found.status != Sending.Status.SENT:
        raise SendingOver(title=found.edition.material.title)
    return found


def _end(sending: Sending, status: str, actor: Actor) -> None:
    sending.status, sending.ended_at, sending.ended_by_id = status, clock.now(), actor.account_id
    sending.save(update_fields=["status", "received", "difference", "ended_at", "ended_by"])


@transaction.atomic
def receive_copies(*, sending: Sending, received: int, difference: str, actor: Actor) -> Sending:
    """Say how many copies of a parcel have arrived, and why not as many as were sent.

    Raises SendingOver, CopiesWrong, DifferenceUntold.
    """
    require(actor, "catalogue.move_stock", at=sending.to_place)
    found = _on_its_way(sending)
    found.received = _checked(received, least=0)
    found.difference = difference.strip() if received != found.copies else ""
    if received != found.copies and not found.difference:
        raise DifferenceUntold(copies=found.copies, received=received)
    shelf = _locked(found.edition, found.to_unit)
    _end(found, Sending.Status.RECEIVED, actor)
    _move(shelf, Kind.RECEIVED, received, actor, sending=found, note=found.difference)
    _tell(CopiesReceived(found.pk), shelf, actor, sent=found.copies, received=received, difference=found.difference)
    return found


@transaction.atomic
def call_back_copies(*, sending: Sending, actor: Actor) -> Sending:
    """Take a parcel back that has not arrived. Raises SendingOver."""
    require(actor, "catalogue.move_stock", at=sending.from_place)
    found = _on_its_way(sending)
    shelf = _locked(found.edition, found.from_unit)
    _end(found, Sending.Status.CALLED_BACK, actor)
    _move(shelf, Kind.CALLED_BACK, found.copies, actor, sending=found)
    _tell(CopiesCalledBack(found.pk), shelf, actor, copies=found.copies)
    return found


@transaction.atomic
def issue_copies(
    *, edition: Edition, unit: Unit, training_class_id: int, copies: int, key: UUID | None = None, actor: Actor
) -> Movement:
    """Give copies of the organiser `unit` to one of its classes; the same `key` is the same pile.

    Raises CopiesWrong, NotEnoughCopies.
    """
    require(actor, "catalogue.move_stock", at=unit.path)
    shelf = _locked(edition, unit)
    if line := _known(shelf, Kind.ISSUED, -copies, key):
        return line
    line = _move(shelf, Kind.ISSUED, -_checked(copies), actor, key=key, training_class_id=training_class_id)
    _tell(CopiesIssued(shelf.pk), shelf, actor, copies=copies, training_class=training_class_id)
    return line


@transaction.atomic
def return_copies(
    *, edition: Edition, unit: Unit, training_class_id: int, copies: int, key: UUID | None = None, actor: Actor
) -> Movement:
    """Take copies back from a class, at most what it has. Raises CopiesWrong, ReturnTooMany."""
    require(actor, "catalogue.move_stock", at=unit.path)
    shelf = _locked(edition, unit)
    if line := _known(shelf, Kind.RETURNED, copies, key):
        return line
    given = given_to(shelf, training_class_id)
    if _checked(copies) > given:
        raise ReturnTooMany(given=given, title=shelf.edition.material.title, copies=copies)
    line = _move(shelf, Kind.RETURNED, copies, actor, key=key, training_class_id=training_class_id)
    _tell(CopiesReturned(shelf.pk), shelf, actor, copies=copies, training_class=training_class_id)
    return line


@transaction.atomic
def count_copies(*, edition: Edition, unit: Unit, counted: int, seen: int, note: str, actor: Actor) -> Movement | None:
    """Put the ledger right by a count: `seen` is what it said when one began; nothing is written where both agree.

    Raises CopiesWrong, StockMovedMeanwhile, CountNoteMissing.
    """
    require(actor, "catalogue.move_stock", at=unit.path)
    shelf = _locked(edition, unit)
    held = balance_on(shelf)
    if held != seen:
        raise StockMovedMeanwhile(seen=seen, held=held)
    if _checked(counted, least=0) == held:
        return None
    if not note.strip():
        raise CountNoteMissing(counted=counted, held=held)
    line = _move(shelf, Kind.COUNTED, counted - held, actor, note=note)
    _tell(CopiesCounted(shelf.pk), shelf, actor, before=held, after=counted, note=line.note)
    return line
