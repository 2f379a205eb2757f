"""Arrivals one by one or many at once, by people who are signed in; machines come through `burst`."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction

from doorstep.attendance.rules.codes import Ticket
from doorstep.attendance.services.arrival_book import Arrival, ArrivalBook, Outcome
from doorstep.attendance.services.refusals import TicketGone
from doorstep.classes.queries.hosts import host_places
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from doorstep.classes.models import Session


def _take(rows: Sequence[Arrival], upload: str = "") -> list[Outcome]:
    with transaction.atomic(), connection.cursor() as cursor:
        return ArrivalBook(cursor).take(rows, upload=upload)


def _only(outcome: Outcome) -> Outcome:
    if error := outcome.error:
        raise error
    return outcome


def check_in(
    *,
    session: Session,
    person_id: int,
    method: str,
    key: uuid.UUID | None = None,
    arrived_at: datetime | None = None,
    actor: Actor,
) -> Outcome:
    """Staff saw a person arrive; a second time is `known`. Raises the refusals of `BY_CODE`."""
    require(actor, "attendance.check_in", at=session.training_class.place, shared=host_places(session.training_class))
    moment = arrived_at or clock.now()
    arrival = Arrival(session.pk, person_id, moment, method, key or uuid.uuid4(), account_id=actor.account_id)
    (outcome,) = _take([arrival])
    return _only(outcome)


def arrive(*, session: Session, ticket: Ticket | None, actor: Actor) -> Outcome:
    """One's own arrival, vouched for by a room code opened in time; it counts from the opening.

    Raises TicketGone and the refusals of `BY_CODE`.
    """
    require(actor, "attendance.arrive", owner=actor.person_id)
    from doorstep.attendance.queries.codes import ticket_is_good

    if ticket is None or actor.account_id is None or not ticket_is_good(ticket, session, actor.account_id):
        raise TicketGone
    moment = datetime.fromtimestamp(ticket.opened_at, tz=clock.LOCAL_ZONE)
    arrival = Arrival(session.pk, actor.person_id, moment, "room_code", uuid.uuid4(), account_id=actor.account_id)
    (outcome,) = _take([arrival])
    return _only(outcome)


def check_in_many(
    *, session: Session, people: Sequence[tuple[int, datetime, uuid.UUID]], method: str, upload: str, actor: Actor
) -> list[Outcome]:
    """Many arrivals at one session, each (person, when, key); one outcome for each, in order.

    Written in one statement, so half an upload is never kept; the same keys again change nothing.
    """
    require(actor, "attendance.check_in", at=session.training_class.place, shared=host_places(session.training_class))
    rows = [
        Arrival(session.pk, person_id, when, method, key, account_id=actor.account_id)
        for person_id, when, key in people
    ]
    return _take(rows, upload) if rows else []
