"""Each role's home: what to do today, within its reach, with a stated number of queries."""

from __future__ import annotations

import errno
from datetime import date, timedelta

import pytest
from django.test import Client

from doorstep.classes.queries.people import nominees
from doorstep.classes.services import leave, people
from doorstep.core import clock
from doorstep.coverage.services.refreshing import rebuild_year
from doorstep.web import pages
from doorstep.web.navigation import RAILS, current_entry, rail_of, tabs_of
from doorstep.web.queries.homes import tasks_for
from tests.cast import Cast
from tests.factories.browsers import sign_in, signed_in
from tests.factories.classes import half_day, make_class

pytestmark = pytest.mark.django_db

NOON = clock.at_local(date(2026, 11, 24), 12)


def page_of(cast: Cast, who: str) -> tuple[int, str, str]:
    answer = signed_in(cast.accounts[who]).get("/")
    return answer.status_code, answer.content.decode(), answer.get("Location", "")


@pytest.mark.parametrize("who", ["city", "county", "township", "base", "teacher", "secretary"])
def test_a_home_page_says_the_day_and_what_to_do(cast: Cast, who: str) -> None:
    with clock.frozen(NOON):
        status, page, _ = page_of(cast, who)
    assert status == 200
    assert "11月24日　星期二" in page
    assert "农历十月十六" in page
    assert "距年底 37 天" in page


def test_trainees_and_auditors_go_to_their_own_page(cast: Cast) -> None:
    assert page_of(cast, "trainee")[::2] == (302, "/me/")
    assert page_of(cast, "auditor")[::2] == (302, "/activity/")


def test_leave_is_to_be_decided_by_its_first_day(cast: Cast) -> None:
    monday = date(2026, 11, 23)
    with clock.frozen(NOON):
        held = make_class(cast.unit("huotong"), sessions=[half_day(monday + timedelta(days=n)) for n in range(4)])
        (seat,) = people.nominate(
            training_class=held,
            people=nominees([cast.person("林秀珍").pk]),
            reason="漏报",
            actor=cast.actor("township"),
        )
        last_two = list(held.sessions.order_by("number"))[2:]
        leave.ask_leave(enrolment=seat, sessions=last_two, kind="sick", reason="就医", actor=cast.actor("trainee"))
        tasks = tasks_for(cast.actor("township"), clock.today())
    assert [task.due for task in tasks if task.url == f"/classes/{held.pk}/leave/"] == [monday + timedelta(days=2)]


def test_a_class_to_close_is_on_the_work_list_of_those_above_only(cast: Cast) -> None:
    day = date(2026, 11, 18)
    with clock.frozen(NOON - timedelta(days=20)):
        held = make_class(cast.unit("huotong"), day=day)
        sat = nominees([cast.person("林秀珍").pk])
        people.nominate(training_class=held, people=sat, actor=cast.actor("township"))
    with clock.frozen(NOON):
        assert f"结班：{held.title}" in page_of(cast, "township")[1]
        assert f"结班：{held.title}" in page_of(cast, "county")[1]
        assert f"结班：{held.title}" not in page_of(cast, "sibling_township")[1]


@pytest.mark.parametrize(("who", "queries"), [("township", 46), ("city", 58), ("secretary", 18)])
def test_the_number_of_queries_stays(cast: Cast, who: str, queries: int, django_assert_num_queries) -> None:  # noqa: ANN001
    rebuild_year(year=clock.today().year, actor=cast.system)
    client = signed_in(cast.accounts[who])
    client.get("/")
    with django_assert_num_queries(queries):
        client.get("/")


@pytest.mark.parametrize("role", sorted(RAILS))
def test_every_entry_of_every_rail_leads_somewhere(role: str) -> None:
    assert [entry.name for entry in RAILS[role] if not entry.url] == []


def test_a_page_lies_under_its_longest_entry(cast: Cast) -> None:
    rail = rail_of(cast.actor("township"))
    assert current_entry("/classes/5/roll/", rail) == "classes"
    assert current_entry("/", rail) == "today"
    assert current_entry("/tokens/", rail) == ""
    tabs = tabs_of(cast.actor("township"))
    assert current_entry("/coverage/7/left/", tabs) == "left"
    assert current_entry("/coverage/7/left/", rail) == "coverage"


def test_on_a_phone_the_foot_has_what_the_role_does_most(cast: Cast) -> None:
    assert [str(entry.word) for entry in tabs_of(cast.actor("township"))] == ["今天", "班次", "还有谁", "阵地"]
    assert [str(entry.word) for entry in tabs_of(cast.actor("secretary"))] == ["今天", "还有谁", "点单", "班次"]
    assert tabs_of(cast.actor("county")) == rail_of(cast.actor("county"))[:4]
    foot = signed_in(cast.accounts["township"]).get("/bases/").content.decode().split("tabs-b")[1]
    assert 'href="/bases/" class="on" aria-current="page"' in foot
    assert "更多" in foot


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(OSError(errno.ENOSPC, "full"), 503, "服务器的磁盘满了"), (OSError(errno.EIO, "broken"), 500, "系统出了差错")],
)
def test_a_full_disk_is_told_apart_from_a_fault_of_ours(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: OSError, status: int, words: str
) -> None:
    def fails(*_given: object) -> None:
        raise error

    monkeypatch.setattr(pages, "home_for", fails)
    client = sign_in(Client(raise_request_exception=False), cast.accounts["township"])
    answer = client.get("/")
    assert answer.status_code == status
    assert words in answer.content.decode()
