"""What happened, told upward: one activity row and one queue job in the writer's transaction."""

from __future__ import annotations

import dataclasses
import importlib
import json
import uuid
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.models import Activity
from doorstep.core.requests import current_request_id

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

E = TypeVar("E")
Handler = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Which happening a handler is told of: the same one however often it is told, and whose act it was."""

    key: uuid.UUID
    account_id: int | None = None


_occurrence: ContextVar[Occurrence] = ContextVar("occurrence")
_classes: dict[str, type[Any]] = {}
_names: dict[type[Any], str] = {}
_words: dict[str, Any] = {}
_handlers: dict[str, list[Handler]] = {}


def event(name: str, words: Any) -> Callable[[type[E]], type[E]]:
    """Name a frozen dataclass as an event, such as `attendance.roll_closed`; `words` are what people read of it."""

    def mark(cls: type[E]) -> type[E]:
        _classes[name], _names[cls], _words[name] = cls, name, words
        return cls

    return mark


def handles(cls: type[Any]) -> Callable[[Handler], Handler]:
    """Register a function of a `handlers` room for an event from a lower floor; it may run twice."""

    def add(function: Handler) -> Handler:
        _handlers.setdefault(_names[cls], []).append(function)
        return function

    return add


def handlers_of(name: str) -> tuple[Handler, ...]:
    """The functions that react to the event `name`."""
    return tuple(_handlers.get(name, ()))


def words_of_event(name: str) -> str:
    """What people read of the event `name`; the name itself where it is not known any more."""
    return str(_words.get(name, name))


def event_choices() -> list[tuple[str, str]]:
    """Every event with its words, in the order of its name."""
    return [(name, str(_words[name])) for name in sorted(_words)]


def flow() -> dict[str, list[str]]:
    """Every event with the handlers it wakes, as dotted names."""
    return {name: sorted(f"{h.__module__}.{h.__name__}" for h in _handlers.get(name, ())) for name in sorted(_classes)}


def record(
    happened: Event,
    *,
    actor: Actor,
    place: str,
    county: str,
    subject: tuple[str, object] = ("", ""),
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Activity:
    """Write the activity row and enqueue its handlers, both in the caller's transaction.

    `place` is the path of the unit it happened at, `subject` a kind and an id. `detail` holds what an
    auditor needs besides the ids (before and after, a reason); never a secret or a full ID number.
    Raises TransactionManagementError outside a transaction, so nothing is told that may be undone.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("record() needs the writer's transaction")
    moment, name, fields = at or clock.now(), _names[type(happened)], dataclasses.asdict(happened)
    row = Activity(
        county=county,
        year=clock.local(moment).year,
        at=moment,
        event=name,
        account_id=actor.account_id,
        actor_kind=actor.kind,
        actor_name=actor.name if actor.is_system else "",
        place=place,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        detail={**fields, **(detail or {})},
        request_id=current_request_id(),
    )
    row.save(force_insert=True)
    if handlers_of(name):
        jobs = importlib.import_module("doorstep.core.jobs")
        jobs.deliver.defer(event=name, fields=fields, key=str(row.id), account_id=actor.account_id)
    return row


def current_occurrence() -> Occurrence:
    """The happening that the running handler is told of; raises LookupError outside of one."""
    return _occurrence.get()


def deliver_now(name: str, fields: dict[str, Any], *, key: str = "", account_id: int | None = None) -> None:
    """Run every handler of the event `name`, each in a transaction of its own.

    `key` is the id of its activity row; without one, an event with the same fields is the same happening.
    """
    happened = _classes[name](**fields)
    same = uuid.uuid5(uuid.NAMESPACE_OID, f"{name} {json.dumps(fields, sort_keys=True)}")
    token = _occurrence.set(Occurrence(uuid.UUID(key) if key else same, account_id))
    try:
        for handler in handlers_of(name):
            with transaction.atomic():
                handler(happened)
    finally:
        _occurrence.reset(token)


def retell(row: Activity) -> None:
    """Run the handlers of an event that was recorded, now; told again later, it is the same happening."""
    fields = {field.name: row.detail[field.name] for field in dataclasses.fields(_classes[row.event])}
    deliver_now(row.event, fields, key=str(row.id), account_id=row.account_id)
