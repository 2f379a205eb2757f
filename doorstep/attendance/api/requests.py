"""What a request for check-ins says, read strictly."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeGuard

from django.utils.translation import gettext_lazy as _

from doorstep.attendance.queries.codes import personal_mac, room_mac
from doorstep.attendance.rules.codes import read_personal_code, read_room_code
from doorstep.attendance.services.arrival_book import Arrival
from doorstep.attendance.services.refusals import CodeExpired, CodeForged
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, Invalid
from doorstep.core.replays import check_key

_MOST_ROWS = 1000
_LARGEST_ID = 2**63 - 1
_KEYS = uuid.UUID("a2f2d8b4-54f5-4a7c-9d3b-7b8a7f1d6c10")  # the space of names of keys that are no UUID


class Unreadable(Invalid):
    """A field is missing or has the wrong form."""

    code = "unreadable"
    template = _("看不懂“%(field)s”这一项。请按接口文档改好再发。")


@dataclass(frozen=True, slots=True)
class Rows:
    """Many arrivals of one request: those that can be written, and where each stood; the others with their refusal."""

    arrivals: Sequence[Arrival]
    places: Sequence[int]
    refused: dict[int, DoorstepError]

    def results(self, answers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The answers for all rows of the request, in its order."""
        lines = dict(zip(self.places, answers, strict=True))
        for place, error in self.refused.items():
            lines[place] = {"status": "refused", "code": error.code, "text": error.text}
        return [lines[place] for place in sorted(lines)]


def key_of(body: dict[str, Any], header: str) -> str:
    """The key of one arrival, from the header or from the body; raises KeyMissing, KeyUnreadable, Unreadable."""
    own = body.get("key")
    if own is not None and (not isinstance(own, str) or header not in ("", own)):
        raise Unreadable(field="key")
    key = header or own or ""
    check_key(key)
    return key


def uuid_of(text: str) -> uuid.UUID | None:
    """A key that is a UUID as it is; None for any other text."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def named_key(text: str, account_id: int) -> uuid.UUID:
    """A key as it is kept with an arrival: a UUID as it is, any other text as the account's own name for one."""
    return uuid_of(text) or uuid.uuid5(_KEYS, f"{account_id}:{text}")


def read_single(body: dict[str, Any], *, digest: bytes, key: uuid.UUID, now: datetime) -> Arrival:
    """One arrival happening now: a room code alone (the token's own person), or a session with a person or their code.

    Raises Unreadable, CodeForged, CodeExpired.
    """
    return _arrival(body, digest=digest, key=key, now=now)


def read_bulk(body: dict[str, Any], *, digest: bytes, key: uuid.UUID, now: datetime) -> Rows:
    """Many arrivals, each with its own `key` and `arrived_at`; what cannot be read is refused by itself.

    A row without a key of its own has one from the `key` of the whole and its place in it.
    """
    rows = body.get("arrivals")
    if not isinstance(rows, list) or len(rows) > _MOST_ROWS:
        raise Unreadable(field="arrivals")
    device = body.get("device", "")
    if not (isinstance(device, str) and len(device) <= 60 and device.isprintable()):
        raise Unreadable(field="device")
    arrivals: list[Arrival] = []
    places: list[int] = []
    refused: dict[int, DoorstepError] = {}
    for place, row in enumerate(rows):
        try:
            arrivals.append(_row(row, digest=digest, device=device, now=now, whole=key, place=place))
            places.append(place)
        except DoorstepError as error:
            refused[place] = error
    return Rows(arrivals, places, refused)


def _row(row: Any, *, digest: bytes, device: str, now: datetime, whole: uuid.UUID, place: int) -> Arrival:
    if not isinstance(row, dict):
        raise Unreadable(field="arrivals")
    own, at = row.get("key"), row.get("arrived_at")
    key = uuid.uuid5(whole, f"{digest.hex()}:{place}") if own is None else _uuid(own, "key")
    at = now if at is None else _moment(at)
    return _arrival(row, digest=digest, key=key, now=at, device=device, method="device")


def _arrival(
    body: dict[str, Any], *, digest: bytes, key: uuid.UUID, now: datetime, device: str = "", method: str = "roll_call"
) -> Arrival:
    code, session, person, step = body.get("code"), body.get("session"), body.get("person"), None
    if code is not None and session is None:
        if not isinstance(code, str) or (read := read_room_code(code, room_mac)) is None:
            raise CodeForged
        session, step, method = read.session_id, read.step, "room_code"
    elif code is not None:
        person, method = _person_of(code, now), "device" if method == "device" else "personal_code"
    if not _is_id(session):
        raise Unreadable(field="session")
    if method != "room_code" and not _is_id(person):
        raise Unreadable(field="person")
    return Arrival(session, person, now, method, key, digest=digest, step=step, device=device)


def _person_of(code: Any, moment: datetime) -> int:
    if not isinstance(code, str) or (read := read_personal_code(code, personal_mac)) is None:
        raise CodeForged
    if read.day != clock.local(moment).date():
        raise CodeExpired
    return read.person_id


def _is_id(value: Any) -> TypeGuard[int]:
    return type(value) is int and 0 < value <= _LARGEST_ID


def _uuid(text: Any, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise Unreadable(field=field) from None


def _moment(text: Any) -> datetime:
    try:
        return _read_moment(text)
    except (TypeError, ValueError, OverflowError):
        raise Unreadable(field="arrived_at") from None


@lru_cache(maxsize=1024)
def _read_moment(text: str) -> datetime:
    """In UTC: the database takes no zone 16 hours away. Arrivals of one upload share few moments."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return clock.local(moment).astimezone(UTC)
