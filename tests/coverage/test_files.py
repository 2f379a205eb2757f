"""The training file: what is still to be credited, how presence is known, the print and its check code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.attendance.models import CheckIn, Mark
from doorstep.core import clock
from doorstep.coverage.queries import coverage_of
from doorstep.coverage.services import rebuild_year
from doorstep.records.queries import Printed, proof_of, proven, training_file_of
from doorstep.records.services import post_credit
from tests.cast import Cast
from tests.coverage.test_pages import as_user
from tests.factories.rolls import close, make_class, mark, seat

TODAY = date(2026, 11, 26)
FIRST, SECOND = date(2026, 11, 25), date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _held_clock() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 13)):
        yield


@pytest.fixture
def running(cast: Cast) -> Any:
    """A class on its second day: 林秀珍 on the roll on day one, scanned this morning."""
    held = make_class(cast.unit("huotong"), [FIRST, SECOND])
    person = cast.person("林秀珍")
    seat(held, person)
    mark(held, person, "present")
    third, fourth = held.sessions.filter(held_on=SECOND).order_by("number")
    Mark.objects.filter(session__in=[third, fourth]).delete()
    moment = clock.at_local(SECOND, 8, 55)
    CheckIn.objects.create(
        county="350902", year=2026, session=third, person=person, arrived_at=moment, received_at=moment,
        method=CheckIn.Method.ROOM_CODE,
    )  # fmt: skip
    return held


def test_what_is_still_to_be_credited(cast: Cast, running: Any) -> None:
    person = cast.person("林秀珍")
    pending = training_file_of(person.pk, cast.actor("trainee")).pending
    assert [(line.held_on, line.state, line.evidence, line.hours) for line in pending] == [
        (SECOND, "present", "扫会场码 08:55", Decimal(4)),
        (FIRST, "present", "点名", Decimal(4)),
        (FIRST, "present", "点名", Decimal(4)),
    ]
    page = as_user(cast, "trainee").get(f"/files/{person.pk}/").content.decode()
    assert page.count("结班后入账") == 3
    assert "扫会场码 08:55" in page
    assert as_user(cast, "trainee").get(f"/files/{person.pk}/?all=1").content.decode().count("结班后入账") == 3
    assert "结班后入账" not in as_user(cast, "trainee").get(f"/files/{person.pk}/?year=2025").content.decode()
    close(running)
    post_credit(training_class_id=running.pk, actor=cast.system)
    found = training_file_of(person.pk, cast.actor("trainee"))
    assert found.pending == []
    assert {line.evidence for line in found.year(2026).lines} == {"点名"}


def test_nothing_is_pending_without_a_seat_or_a_mark(cast: Cast, running: Any) -> None:
    assert training_file_of(cast.person("黄德旺").pk, cast.actor("secretary")).pending == []
    seat(running, cast.person("黄德旺"))
    assert training_file_of(cast.person("黄德旺").pk, cast.actor("secretary")).pending == []


def test_absence_is_pending_without_hours_and_evening_hits_the_ceiling(cast: Cast) -> None:
    held = make_class(cast.unit("huotong"), [FIRST], parts=("morning", "afternoon", "evening"))
    for name, states in (("林秀珍", "present"), ("黄德旺", {1: "absent", 2: "personal_leave", 3: "present"})):
        seat(held, cast.person(name))
        mark(held, cast.person(name), states)
    hours = [
        [line.hours for line in training_file_of(cast.person(name).pk, cast.actor("secretary")).pending]
        for name in ("林秀珍", "黄德旺")
    ]
    assert hours == [[Decimal(0), Decimal(4), Decimal(4)], [Decimal(4), Decimal(0), Decimal(0)]]


def test_a_print_proves_itself(cast: Cast, running: Any) -> None:
    close(running)
    post_credit(training_class_id=running.pk, actor=cast.system)
    rebuild_year(year=2026, actor=cast.system)
    person = cast.person("林秀珍")
    page = as_user(cast, "secretary").get(f"/files/{person.pk}/print/?year=2026")
    text, proof = page.content.decode(), page.context["proof"]
    assert proof.number == f"{person.pk}-2026-20261126-80-2"
    for words in (proof.number, proof.code, "民　　族", "文化程度", "证明人", "是否达标", "未达标", "霍童镇党委"):
        assert words in text
    check = {"number": proof.number, "code": proof.code.lower().replace("-", " ")}
    mine = as_user(cast, "secretary").get("/files/check/", check).content.decode()
    assert "是本系统打印的" in mine
    assert "林秀珍现在是 2 笔、8 学时" in mine
    stranger = as_user(cast, "other_county").get("/files/check/", check).content.decode()
    assert "是本系统打印的" in stranger
    assert "林秀珍" not in stranger
    forged = proof.number.replace("-80-", "-800-")
    assert "对不上" in as_user(cast, "secretary").get("/files/check/", {**check, "number": forged}).content.decode()
    assert "对不上" not in as_user(cast, "secretary").get("/files/check/").content.decode()
    assert re.fullmatch(r"[A-Z2-7]{5}-[A-Z2-7]{5}", proof.code)


def test_the_check_page_needs_a_login(client: Any, db: None) -> None:
    assert client.get("/files/check/").status_code == 302


@given(
    person=st.integers(1, 10**17),
    year=st.integers(2000, 2100),
    on=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    tenths=st.integers(0, 99_999),
    lines=st.integers(0, 9_999),
    at=st.integers(0, 9),
)
def test_a_proof_holds_for_exactly_what_was_printed(
    person: int, year: int, on: date, tenths: int, lines: int, at: int
) -> None:
    printed = Printed(person, year, on, Decimal(tenths) / 10, lines)
    proof = proof_of(printed)
    assert proven(f" {proof.number} ", proof.code) == printed
    letters = proof.code.replace("-", "")
    wrong = letters[:at] + ("A" if letters[at] != "A" else "B") + letters[at + 1 :]
    assert proven(proof.number, wrong) is None
    assert proven(proof_of(Printed(person, year, on, printed.hours, lines + 1)).number, proof.code) is None


@pytest.mark.parametrize("number", ["", "1-2026", "１-2026-20261126-80-2", "1-2026-20261399-80-2", "x" * 500])
def test_unreadable_numbers_prove_nothing(number: str) -> None:
    assert proven(number, "AAAAA-AAAAA") is None
    assert proven(number, "汉字") is None


def test_a_class_over_new_year_is_one_coming_in_file_and_coverage(cast: Cast) -> None:
    person, unit = cast.person("林秀珍"), cast.unit("kengtou")
    held = make_class(cast.unit("huotong"), [date(2025, 12, 31), date(2026, 1, 1)])
    seat(held, person)
    mark(held, person, "present")
    close(held)
    post_credit(training_class_id=held.pk, actor=cast.system)
    for year in (2025, 2026):
        rebuild_year(year=year, actor=cast.system)
    file, told = training_file_of(person.pk, cast.actor("trainee")), {}
    for year in (2025, 2026):
        whole = coverage_of(unit, year, actor=cast.actor("secretary")).whole
        told[year] = (file.year(year).class_count, whole.person_times, file.year(year).hours, whole.hours)
    assert told == {2025: (1, 1, Decimal(8), Decimal(8)), 2026: (0, 0, Decimal(8), Decimal(8))}
    assert "另有 1 个班跨年" in as_user(cast, "trainee").get(f"/files/{person.pk}/?year=2026").content.decode()
    assert "跨年" not in as_user(cast, "trainee").get(f"/files/{person.pk}/?year=2025").content.decode()
