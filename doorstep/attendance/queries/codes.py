"""Which codes are good now: those of a room, of a person, and those typed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

import segno

from doorstep.attendance.rules import codes
from doorstep.attendance.services.refusals import CodeExpired, CodeForged, TypedCodeWrong
from doorstep.classes.queries.classes import next_sessions_of
from doorstep.core import clock
from doorstep.core.crypto import sign
from doorstep.core.policies import policies_at

if TYPE_CHECKING:
    from doorstep.classes.models import Session

room_mac = partial(sign, purpose="room_code")
personal_mac = partial(sign, purpose="personal_code")
ticket_mac = partial(sign, purpose="arrival_ticket")

_KEYS = ("attendance.room_code_step_seconds", "attendance.room_code_grace_steps", "attendance.ticket_minutes")


@dataclass(frozen=True, slots=True)
class CodePolicy:
    """Seconds of a step, steps of grace, minutes of a ticket."""

    step_seconds: int
    grace_steps: int
    ticket_minutes: int


def code_policy(session: Session) -> CodePolicy:
    """How codes of a session's room behave, by the policies of its day and place."""
    rows = policies_at(_KEYS, on=session.held_on, place=session.training_class.place)
    return CodePolicy(*(rows[key].integer for key in _KEYS))


def server_second() -> int:
    """The server's time in whole seconds; a phone's clock is never asked."""
    return int(clock.now().timestamp())


@dataclass(frozen=True, slots=True)
class RoomCodeNow:
    """The code a room shows at this moment, the digits under it, and for how many seconds."""

    code: str
    word: str
    changes_in: int
    step_seconds: int
    step: int


def room_code_now(session: Session) -> RoomCodeNow:
    """The code of a session's room at this moment."""
    policy, now = code_policy(session), server_second()
    step = codes.step_of(now, policy.step_seconds)
    return RoomCodeNow(
        codes.room_code(session.pk, step, room_mac),
        codes.typed_room_code(session.pk, step, room_mac),
        policy.step_seconds - now % policy.step_seconds,
        policy.step_seconds,
        step,
    )


def read_room_code(code: str) -> codes.RoomCode:
    """What a room code says, good or not any more; raises CodeForged."""
    read = codes.read_room_code(code, room_mac)
    if read is None:
        raise CodeForged
    return read


def is_on_screen(read: codes.RoomCode, session: Session) -> bool:
    """True while the room shows the code, and for the grace after."""
    policy = code_policy(session)
    return codes.is_current(read, server_second(), step_seconds=policy.step_seconds, grace_steps=policy.grace_steps)


def code_for_digits(digits: str, person_id: int) -> str:
    """The room code behind four digits typed by somebody with a class now; raises TypedCodeWrong."""
    wanted = digits.strip()
    for session in next_sessions_of(person_id).filter(held_on=clock.today()):
        now = room_code_now(session)
        for back in range(code_policy(session).grace_steps + 1):
            if codes.typed_room_code(session.pk, now.step - back, room_mac) == wanted:
                return now.code
    raise TypedCodeWrong


def new_ticket(session_id: int, account_id: int) -> str:
    """An arrival ticket for a code opened at this moment."""
    return codes.ticket(session_id, account_id, server_second(), ticket_mac)


def own_ticket(held: codes.Ticket, account_id: int) -> str:
    """The same ticket for the account that has signed in meanwhile; its time runs on."""
    return codes.ticket(held.session_id, account_id, held.opened_at, ticket_mac)


def read_ticket(text: str) -> codes.Ticket | None:
    """What a ticket says, or None when it was not made here."""
    return codes.read_ticket(text, ticket_mac) if text.count(".") == 3 else None


def ticket_is_good(held: codes.Ticket, session: Session, account_id: int) -> bool:
    """True for this session and account, in time."""
    minutes = code_policy(session).ticket_minutes
    is_in_time = codes.is_ticket_good(held, account_id=account_id, now=server_second(), minutes=minutes)
    return held.session_id == session.pk and is_in_time


def personal_code_today(person_id: int) -> tuple[str, str]:
    """A person's code of today: as it stands in the QR, and as one reads it out."""
    day = clock.today()
    return codes.personal_code(person_id, day, personal_mac), codes.spoken_code(person_id, day, personal_mac)


def person_of_code(text: str) -> int:
    """Whose personal code this is, scanned or typed; raises CodeForged, CodeExpired."""
    read = codes.read_personal_code(text.strip(), personal_mac)
    if read is not None:
        if read.day != clock.today():
            raise CodeExpired
        return read.person_id
    person_id = codes.read_spoken_code(text, clock.today(), personal_mac)
    if person_id is None:
        raise CodeForged
    return person_id


def qr_data_uri(text: str) -> str:
    """A QR of `text` that scales, for the `src` of a picture."""
    return segno.make(text, error="m", micro=False).svg_data_uri(omitsize=True, border=2)


def qr_svg(text: str) -> str:
    """The same as an SVG document."""
    return unquote(qr_data_uri(text).partition(",")[2])
