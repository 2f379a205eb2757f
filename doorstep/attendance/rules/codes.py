"""What a code on a screen or a phone says, and whether it is genuine and still good."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Mac = Callable[[str], bytes]
Verdict = Literal["good", "forged", "expired"]

_SESSION_BYTES = 6
_STEP_BYTES = 5
_PERSON_BYTES = 6
_DAY_BYTES = 3
_MAC_BYTES = 12  # 96 bits: a code that lives for seconds cannot be searched
_PERSON_LETTER = "P"
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class RoomCode:
    """The session a room screen shows a code for, and the server's time step it was made in."""

    session_id: int
    step: int


@dataclass(frozen=True, slots=True)
class PersonalCode:
    """The person a phone shows a code for, and the local day it was made on."""

    person_id: int
    day: date


@dataclass(frozen=True, slots=True)
class Ticket:
    """A room code opened in time: its session, the account (0 = not signed in yet), the second of server time."""

    session_id: int
    account_id: int
    opened_at: int


def _sealed(body: bytes, mac: Mac) -> str:
    text = base64.urlsafe_b64encode(body).decode()
    return base64.urlsafe_b64encode(body + mac(text)[:_MAC_BYTES]).decode().rstrip("=")


def _opened(code: str, length: int, mac: Mac) -> bytes | None:
    """The body of a genuine code, or None."""
    try:
        raw = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, tag = raw[:length], raw[length:]
    if len(raw) != length + _MAC_BYTES or base64.urlsafe_b64encode(raw).decode().rstrip("=") != code:
        return None
    text = base64.urlsafe_b64encode(body).decode()
    return body if hmac.compare_digest(tag, mac(text)[:_MAC_BYTES]) else None


def step_of(now: int, step_seconds: int) -> int:
    """The step a second of server time lies in."""
    return now // step_seconds


def room_code(session_id: int, step: int, mac: Mac) -> str:
    """The text of a room code: session and step with their signature, URL-safe."""
    return _sealed(session_id.to_bytes(_SESSION_BYTES, "big") + step.to_bytes(_STEP_BYTES, "big"), mac)


def read_room_code(code: str, mac: Mac) -> RoomCode | None:
    """What a room code says, or None when it was not made here."""
    body = _opened(code, _SESSION_BYTES + _STEP_BYTES, mac)
    if body is None:
        return None
    return RoomCode(int.from_bytes(body[:_SESSION_BYTES], "big"), int.from_bytes(body[_SESSION_BYTES:], "big"))


def is_current(code: RoomCode, now: int, *, step_seconds: int, grace_steps: int) -> bool:
    """True while the code is on the screen and for `grace_steps` after; never before its time.

    Source: policy:attendance.room_code_step_seconds, policy:attendance.room_code_grace_steps.
    """
    return 0 <= step_of(now, step_seconds) - code.step <= grace_steps


def personal_code(person_id: int, day: date, mac: Mac) -> str:
    """The text of a personal code: it begins with P and is good for its local day."""
    body = person_id.to_bytes(_PERSON_BYTES, "big") + day.toordinal().to_bytes(_DAY_BYTES, "big")
    return _PERSON_LETTER + _sealed(body, mac)


def read_personal_code(code: str, mac: Mac) -> PersonalCode | None:
    """What a personal code says, or None when it was not made here."""
    if not code.startswith(_PERSON_LETTER):
        return None
    body = _opened(code[1:], _PERSON_BYTES + _DAY_BYTES, mac)
    if body is None:
        return None
    day = date.fromordinal(int.from_bytes(body[_PERSON_BYTES:], "big"))
    return PersonalCode(int.from_bytes(body[:_PERSON_BYTES], "big"), day)


def spoken_code(person_id: int, day: date, mac: Mac) -> str:
    """The personal code as one can read it out: the person's number and four digits that change daily."""
    digits = int.from_bytes(mac(f"spoken {person_id} {day.isoformat()}")[:8], "big") % 10**_DIGITS
    return f"{person_id}-{digits:0{_DIGITS}d}"


def read_spoken_code(text: str, day: date, mac: Mac) -> int | None:
    """The person of a code that was read out on `day`, or None."""
    number, _, digits = text.strip().replace(" ", "-").replace("－", "-").partition("-")
    if not (number.isascii() and number.isdigit() and digits.isascii() and len(number) <= 12):
        return None
    genuine = spoken_code(int(number), day, mac)
    return int(number) if hmac.compare_digest(genuine, f"{int(number)}-{digits}") else None


def typed_room_code(session_id: int, step: int, mac: Mac) -> str:
    """The four digits under a room code, for those who cannot scan; good as long as the code above them."""
    return f"{int.from_bytes(mac(f'typed {session_id} {step}')[:8], 'big') % 10**_DIGITS:0{_DIGITS}d}"


def ticket(session_id: int, account_id: int, opened_at: int, mac: Mac) -> str:
    """The text of an arrival ticket."""
    body = f"{session_id}.{account_id}.{opened_at}"
    return f"{body}.{base64.urlsafe_b64encode(mac(body)[:_MAC_BYTES]).decode()}"


def read_ticket(text: str, mac: Mac) -> Ticket | None:
    """What an arrival ticket says, or None when it was not made here."""
    body, _, tag = text.rpartition(".")
    if not hmac.compare_digest(tag.encode(), base64.urlsafe_b64encode(mac(body)[:_MAC_BYTES])):
        return None
    session_id, account_id, opened_at = (int(part) for part in body.split("."))
    return Ticket(session_id, account_id, opened_at)


def is_ticket_good(held: Ticket, *, account_id: int, now: int, minutes: int) -> bool:
    """True for the account that opened the code, for `minutes` after. Source: policy:attendance.ticket_minutes."""
    return held.account_id in (0, account_id) and 0 <= now - held.opened_at <= minutes * 60
