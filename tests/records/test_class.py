"""What a class comes to: hours before and after the roll is closed, and the page of its archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doorstep.attendance.events import RollClosed
from doorstep.attendance.queries.rolls import sheet_of
from doorstep.attendance.services.rolls import close_roll
from doorstep.classes.models import Leave, TrainingClass
from doorstep.core import clock
from doorstep.records.handlers import post_closed_roll
from doorstep.records.queries.classes import archive_of, hours_of_class
from tests.cast import Cast
from tests.factories.rolls import make_class, mark, seat

DAYS = [date(2026, 11, 23), date(2026, 11, 24)]
SignIn = Callable[[str], Client]


@pytest.fixture
def held(cast: Cast) -> TrainingClass:
    """Three people: one always there, one on leave too long, one with nothing marked yet."""
    held = make_class(cast.unit("huotong"), DAYS)
    for name in ("林秀珍", "黄德旺", "雷金妹"):
        seat(held, cast.person(name))
    mark(held, cast.person("林秀珍"), {1: "present", 2: "late", 3: "present", 4: "official_leave"})
    mark(held, cast.person("黄德旺"), {1: "present", 2: "sick_leave", 3: "present", 4: "present"})
    return held


def by_name(cast: Cast, hours: dict[int, Decimal]) -> list[Decimal]:
    return [hours[cast.person(name).pk] for name in ("林秀珍", "黄德旺", "雷金妹")]


def test_what_is_expected_is_what_is_posted(cast: Cast, held: TrainingClass) -> None:
    before = hours_of_class(sheet_of(held))
    assert not before.is_posted
    first, left, nothing = by_name(cast, before.hours)
    assert first > 8
    assert left + nothing == 0
    with clock.frozen(clock.at_local(DAYS[-1], 20)):
        close_roll(training_class=held, accept_absent=True, actor=cast.actor("township"))
    held.refresh_from_db()
    waiting = hours_of_class(sheet_of(held))
    assert (waiting.is_posted, waiting.hours) == (False, before.hours)
    post_closed_roll(RollClosed(held.pk))
    after = hours_of_class(sheet_of(held))
    assert after.is_posted
    assert by_name(cast, after.hours) == [first, left, nothing]
    assert after.total == first


def test_approved_leave_counts_before_it_is_marked(cast: Cast, held: TrainingClass) -> None:
    person, session = cast.person("雷金妹"), held.sessions.get(number=1)
    mark(held, person, {1: "present", 2: "present", 3: "present", 4: "present"})
    assert hours_of_class(sheet_of(held)).hours[person.pk] == 16
    held.sessions.get(number=4).marks.filter(person=person).delete()
    assert hours_of_class(sheet_of(held)).hours[person.pk] == 12
    leave = Leave.objects.create(
        training_class=held, person=person, kind="sick", reason="看病", status="approved", place=held.place,
        asked_at=clock.now(),
    )  # fmt: skip
    leave.sessions.add(held.sessions.get(number=4))
    assert hours_of_class(sheet_of(held)).hours[person.pk] == 0  # a quarter of the class is more than a seventh
    assert session.training_class == held


def test_the_archive_says_who_came_and_who_closed_the_roll(
    cast: Cast, held: TrainingClass, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    client, url = sign_in("township"), reverse("records:archive", args=[held.pk])
    page = client.get(url).content.decode()
    assert "考勤还没结" in page
    assert "预计学时" in page
    assert "卷内目录" in page
    with clock.frozen(clock.at_local(DAYS[-1], 20)):
        close_roll(training_class=held, accept_absent=True, actor=cast.actor("township"))
    held.refresh_from_db()
    assert "学时正在记入培训档案" in client.get(url).content.decode()
    post_closed_roll(RollClosed(held.pk))
    kept = archive_of(held, cast.actor("township"))
    assert (kept.came_count, kept.credited_count, kept.asked_count, kept.leave_count) == (2, 1, 3, 0)
    with django_assert_num_queries(13):
        page = client.get(url).content.decode()
    assert "考勤于 2026年11月24日 20:00 结。" in page
    assert f"结考勤的是{cast.accounts['township'].display_name}。" in page
    assert "预计" not in page
    pieces = reverse("records:class_hours", args=[held.pk])
    assert client.get(pieces)["Location"] == reverse("attendance:roll", args=[held.pk])
    cells = client.get(pieces, headers={"HX-Request": "true"}).content.decode()
    assert f'<span id="hours-{cast.person("雷金妹").pk}" hx-swap-oob="true">0</span>' in cells
    for stranger in ("sibling_township", "trainee", "other_county"):
        assert sign_in(stranger).get(url).status_code == 404


def test_an_empty_archive_says_what_comes_next(cast: Cast, sign_in: SignIn) -> None:
    empty = make_class(cast.unit("huotong"), DAYS)
    page = sign_in("township").get(reverse("records:archive", args=[empty.pk])).content.decode()
    assert "名单上还没有人" in page
    TrainingClass.objects.filter(pk=empty.pk).update(status="cancelled")
    assert "这个班取消了" in sign_in("township").get(reverse("records:archive", args=[empty.pk])).content.decode()
