"""Codes: genuine ones are read, anything else is not."""

from __future__ import annotations

import hmac
from datetime import date
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from doorstep.attendance.rules import codes


def mac(text: str) -> bytes:
    return hmac.new(b"tests", text.encode(), sha256).digest()


def other_mac(text: str) -> bytes:
    return hmac.new(b"forger", text.encode(), sha256).digest()


sessions, steps = st.integers(1, 2**48 - 1), st.integers(0, 2**40 - 1)
days = st.dates(date(2020, 1, 1), date(2100, 1, 1))


@given(sessions, steps)
def test_room_code_round_trip(session: int, step: int) -> None:
    code = codes.room_code(session, step, mac)
    assert codes.read_room_code(code, mac) == codes.RoomCode(session, step)
    assert len(code) < 40
    assert codes.read_room_code(code, other_mac) is None


@given(sessions, steps, st.data())
def test_a_tampered_room_code_is_refused(session: int, step: int, data: st.DataObject) -> None:
    code = codes.room_code(session, step, mac)
    at = data.draw(st.integers(0, len(code) - 1))
    new = data.draw(st.characters(codec="utf-8").filter(lambda c: c != code[at]))
    assert codes.read_room_code(code[:at] + new + code[at + 1 :], mac) is None
    assert codes.read_room_code(code[:at], mac) is None
    assert codes.read_room_code(code + new, mac) is None


@given(st.text(max_size=60))
def test_no_other_text_is_a_code(text: str) -> None:
    assert codes.read_room_code(text, mac) is None
    assert codes.read_personal_code(text, mac) is None
    assert codes.read_personal_code("P" + text, mac) is None
    assert codes.read_ticket(text, mac) is None
    assert codes.read_spoken_code(text, date(2026, 11, 23), mac) is None


@given(st.integers(1, 10**9), st.integers(0, 100))
def test_a_code_is_good_from_its_step_through_the_grace(session: int, late: int) -> None:
    now = 1_795_000_000
    code = codes.RoomCode(session, codes.step_of(now, 15))
    assert codes.is_current(code, now + late, step_seconds=15, grace_steps=2) == (
        codes.step_of(now + late, 15) - code.step <= 2
    )
    assert not codes.is_current(code, now - 15, step_seconds=15, grace_steps=2)


@given(st.integers(1, 2**48 - 1), days)
def test_personal_code_round_trip(person: int, day: date) -> None:
    code = codes.personal_code(person, day, mac)
    assert codes.read_personal_code(code, mac) == codes.PersonalCode(person, day)
    assert codes.read_personal_code(code, other_mac) is None
    assert codes.read_personal_code(code[1:], mac) is None


@given(st.integers(1, 10**11), days)
def test_spoken_code_round_trip(person: int, day: date) -> None:
    spoken = codes.spoken_code(person, day, mac)
    assert codes.read_spoken_code(f" {spoken.replace('-', ' ')} ", day, mac) == person
    wrong = spoken[:-1] + str((int(spoken[-1]) + 1) % 10)
    assert codes.read_spoken_code(wrong, day, mac) is None


@given(sessions, st.integers(0, 10**9), st.integers(0, 2**33), st.data())
def test_a_ticket_is_one_account_s_for_some_minutes(session: int, account: int, at: int, data: st.DataObject) -> None:
    text = codes.ticket(session, account, at, mac)
    held = codes.read_ticket(text, mac)
    assert held == codes.Ticket(session, account, at)
    cut = data.draw(st.integers(0, len(text) - 1))
    assert codes.read_ticket(text[:cut] + "x" + text[cut + 1 :], mac) is None or text[cut] == "x"
    assert codes.is_ticket_good(held, account_id=account, now=at + 600, minutes=10)
    assert not codes.is_ticket_good(held, account_id=account, now=at + 601, minutes=10)
    assert not codes.is_ticket_good(held, account_id=account, now=at - 1, minutes=10)
    if account:
        assert not codes.is_ticket_good(held, account_id=account + 1, now=at, minutes=10)


def test_typed_code_has_four_digits() -> None:
    seen = {codes.typed_room_code(7, step, mac) for step in range(500)}
    assert all(len(word) == 4 and word.isdigit() for word in seen)
    assert len(seen) > 400
