"""The pages of room, phone and roll."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.attendance.models import CheckIn, Mark, Roll
from doorstep.attendance.queries import codes
from doorstep.attendance.services.rolls import mark_roll
from doorstep.classes.models import Enrolment, Leave, TrainingClass
from doorstep.classes.services.leave import ask_leave, decide_leave, report_back
from doorstep.classes.services.people import withdraw_seat
from doorstep.core import clock
from tests.attendance.conftest import Room
from tests.cast import PASSWORD
from tests.factories.browsers import sign_in, signed_in
from tests.factories.classes import SYSTEM


@pytest.fixture
def enter(client: Client) -> Callable[[Room, str], Client]:
    """A browser signed in under a name of the cast."""

    return lambda room, name: sign_in(client, room.cast.accounts[name])


Enter = Callable[[Room, str], Client]


def code_url(room: Room, seconds_ago: int = 0) -> str:
    with clock.frozen(clock.now() - timedelta(seconds=seconds_ago)):
        return reverse("attendance:code", args=[codes.room_code_now(room.session).code])


def test_one_tap_after_the_scan(room: Room, enter: Enter) -> None:
    browser, url = enter(room, "trainee"), code_url(room)
    assert "签到" in browser.get(url).content.decode()
    done = browser.post(url, follow=True)
    assert "已签到" in done.content.decode()
    assert CheckIn.objects.get().person == room.cast.person("林秀珍")
    # a double tap, and looking again a day later, change nothing
    browser.post(url)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert "已签到" in browser.get(url).content.decode()
    assert CheckIn.objects.count() == 1


def test_sign_in_first_then_straight_back(room: Room, client: Client) -> None:
    url = code_url(room)
    sent = client.get(url)
    assert sent.status_code == 302
    login = sent["Location"]
    assert login.startswith("/login/?next=")
    with clock.frozen(clock.now() + timedelta(minutes=4)):  # the code has long changed, the ticket is good
        back = client.post(login, {"username": "trainee", "password": PASSWORD})
        assert back["Location"] == url
        assert client.get(url).status_code == 200
        assert client.post(url).status_code == 302
    assert CheckIn.objects.count() == 1


def test_a_phone_s_own_clock_is_never_asked(room: Room, enter: Enter) -> None:
    browser = enter(room, "trainee")
    headers = {"Date": "Mon, 01 Jan 1990 00:00:00 GMT", "If-Modified-Since": "Mon, 01 Jan 1990 00:00:00 GMT"}
    assert browser.get(code_url(room), headers=headers).status_code == 200


@pytest.mark.parametrize("who", ["trainee", None])
def test_expired_and_forged_codes(room: Room, enter: Enter, client: Client, who: str | None) -> None:
    browser = enter(room, who) if who else client
    old = browser.get(code_url(room, seconds_ago=46))
    assert old.status_code == 409
    assert "再扫一次" in old.content.decode()
    good = code_url(room)
    forged = browser.get(good[:-3] + ("A/" if good[-2] != "A" else "B/"))
    assert forged.status_code == 422
    assert "不是本站的签到码" in forged.content.decode()
    if who:
        assert browser.post(code_url(room, seconds_ago=46)).status_code == 409
    assert not CheckIn.objects.exists()


def test_a_ticket_is_not_passed_on(room: Room, enter: Enter) -> None:
    browser, url = enter(room, "trainee"), code_url(room)
    browser.get(url)
    ticket = browser.cookies["arrival"].value
    other = signed_in(room.cast.accounts["secretary"])
    other.cookies["arrival"] = ticket
    assert other.post(url).status_code == 409


def test_not_on_the_list(room: Room, enter: Enter) -> None:
    answer = enter(room, "secretary").get(code_url(room))
    assert answer.status_code == 409
    assert "不在这个班的名单里" in answer.content.decode()
    assert enter(room, "township").get(code_url(room)).status_code == 409


def test_typed_digits_lead_to_the_same_tap(room: Room, enter: Enter) -> None:
    browser = enter(room, "trainee")
    now = codes.room_code_now(room.session)
    wrong = f"{(int(now.word) + 1) % 10000:04d}"
    assert browser.post("/c/", {"digits": wrong}).status_code == 422
    led = browser.post("/c/", {"digits": now.word}, follow=True)
    assert led.status_code == 200
    assert "/c/" in led.redirect_chain[0][0]
    for _ in range(5):
        browser.post("/c/", {"digits": "x"})
        cache.clear()  # no process keeps the count: the next one, or this one after a restart, goes on counting
    paused = browser.post("/c/", {"digits": now.word})
    assert paused.status_code == 429
    assert "10 分钟" in paused.content.decode()
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert browser.post("/c/", {"digits": "x"}).status_code == 422
    assert browser.get("/c/").status_code == 200
    assert enter(room, "township").get("/c/").status_code == 404


def test_own_code_is_scanned_by_staff(room: Room, enter: Enter) -> None:
    page = enter(room, "trainee").get("/me/code/").content.decode()
    text, spoken = codes.personal_code_today(room.people[0].pk)
    assert "data:image/svg+xml" in page
    assert spoken in page
    staff, url = enter(room, "township"), reverse("attendance:scan", args=[room.training_class.pk])
    assert staff.get(url).status_code == 200
    seen = staff.post(url, {"session": room.session.pk, "code": text}, headers={"HX-Request": "true"})
    assert "林秀珍" in seen.content.decode()
    again = staff.post(url, {"session": room.session.pk, "code": spoken}).content.decode()
    assert "已经签过到" in again
    assert staff.post(url, {"session": room.session.pk, "code": "P123"}).status_code == 422
    yesterday = clock.now() - timedelta(days=1)
    with clock.frozen(yesterday):
        old, _spoken = codes.personal_code_today(room.people[0].pk)
    assert staff.post(url, {"session": room.session.pk, "code": old}).status_code == 409
    assert CheckIn.objects.get().method == "personal_code"


def test_the_room_screen_lives(room: Room, enter: Enter) -> None:
    browser = enter(room, "township")
    page = browser.get(reverse("attendance:room", args=[room.session.pk])).content.decode()
    url = reverse("attendance:room_state", args=[room.session.pk])
    assert url in page
    with clock.frozen(clock.now()):
        first = browser.get(url)
        same = browser.get(url, headers={"If-None-Match": first["ETag"]})
        assert (first.status_code, same.status_code) == (200, 304)
    state: dict[str, Any] = json.loads(first.content)
    assert (state["present"], state["expected"], state["leave"], state["step"]) == (0, 4, 0, 15)
    assert state["code"].startswith("<svg")
    person = room.people[0]
    Mark.objects.create(
        county=person.county, year=room.session.held_on.year, session=room.session, person=person, state="present",
        source="check_in", marked_at=clock.now(),
    )  # fmt: skip
    CheckIn.objects.create(
        county=person.county, year=room.session.held_on.year, session=room.session, person=person,
        arrived_at=clock.now(), received_at=clock.now(), method="room_code",
    )  # fmt: skip
    changed = json.loads(browser.get(url, headers={"If-None-Match": first["ETag"]}).content)
    assert changed["present"] == 1
    assert changed["latest"][0]["name"] == "林秀珍"
    assert changed["latest"][0]["unit"] == "坑头村党支部"


def test_the_room_screen_of_a_closed_class_is_over(room: Room, enter: Enter) -> None:
    browser, url = enter(room, "township"), reverse("attendance:room_state", args=[room.session.pk])
    TrainingClass.objects.filter(pk=room.training_class.pk).update(status="closed")
    assert json.loads(browser.get(url).content) == {"is_closed": True}
    led = browser.get(reverse("attendance:room", args=[room.session.pk]))
    assert led["Location"] == reverse("attendance:roll", args=[room.training_class.pk])


def test_the_room_screen_names_everybody_who_comes_at_the_same_moment(room: Room, enter: Enter) -> None:
    browser, now = enter(room, "township"), clock.now()
    url = reverse("attendance:room_state", args=[room.session.pk])
    began = json.loads(browser.get(url).content)
    CheckIn.objects.bulk_create(
        CheckIn(
            county=person.county, year=room.session.held_on.year, session=room.session, person=person,
            arrived_at=now, received_at=now, method="room_code",
        )
        for person in room.people
    )  # fmt: skip
    told = json.loads(browser.get(url, {"since": began["since"]}).content)
    assert [one["key"] for one in told["latest"]] == sorted((p.pk for p in room.people), reverse=True)
    assert len(json.loads(browser.get(url).content)["latest"]) == 3
    again = json.loads(browser.get(url, {"since": told["since"]}).content)
    assert [one["key"] for one in again["latest"]] == [one["key"] for one in told["latest"]]
    later = (clock.now() + timedelta(minutes=1)).isoformat()
    quiet = json.loads(browser.get(url, {"since": later}).content)
    assert (quiet["latest"], quiet["since"]) == ([], later)
    for nonsense in ("gestern", "2026-11-24T10:00:00"):
        assert len(json.loads(browser.get(url, {"since": nonsense}).content)["latest"]) == 3


def test_roll_by_hand(room: Room, enter: Enter) -> None:
    browser, url = enter(room, "township"), reverse("attendance:roll", args=[room.training_class.pk])
    page = browser.get(url).content.decode()
    assert all(person.name in page for person in room.people)
    assert "黄德旺" not in browser.get(url, {"q": "lxz"}).content.decode().split("<tbody")[1]
    assert "名单上没有" in browser.get(url, {"q": "无此人"}).content.decode()
    post, person = reverse("attendance:marks", args=[room.session.pk]), room.people[0].pk
    sums = browser.post(post, {f"mark-{person}": "late"}, headers={"HX-Request": "true"}).content.decode()
    assert "本课到场" in sums
    assert browser.post(post, {"rest": "1"})["Location"] == f"{url}?session={room.session.pk}"
    assert Mark.objects.count() == 4
    assert Mark.objects.get(person=person).state == "late"
    assert browser.post(post, {f"mark-{person}": "asleep", "mark-x": "late"}).status_code == 422
    assert browser.get(reverse("attendance:paper", args=[room.training_class.pk])).status_code == 200


def test_close_and_correct(room: Room, enter: Enter) -> None:
    browser, held = enter(room, "township"), room.training_class
    url = reverse("attendance:close", args=[held.pk])
    page = browser.get(url).content.decode()
    assert "还有 1 课没到时间" in page
    assert reverse("classes:session", args=[held.pk, room.tomorrow.pk]) in page
    assert "结考勤并结班" not in page
    refused = browser.post(url, {"accept_early": "on", "accept_absent": "on"})
    assert (refused.status_code, Roll.objects.count()) == (409, 0)
    with clock.frozen(room.tomorrow.starts_at):
        _close_and_correct(room, browser, url)


def _close_and_correct(room: Room, browser: Client, url: str) -> None:
    held, page = room.training_class, browser.get(url).content.decode()
    assert "4 人共 8 个半天没有标记" in page
    assert "按退学处理" not in page
    assert browser.post(url).status_code == 409
    assert browser.post(url, {"accept_early": "on"}).status_code == 409
    assert browser.post(url, {"accept_early": "on", "accept_absent": "on"}).status_code == 302
    assert Roll.objects.get().closed_at
    screen = browser.get(reverse("attendance:room", args=[room.tomorrow.pk]))
    assert screen.headers["Location"] == reverse("attendance:roll", args=[held.pk])
    home = browser.get("/").content.decode()
    assert "已结班" in home
    assert "打开会场屏" not in home
    correct = reverse("attendance:correct", args=[room.session.pk, room.people[0].pk])
    roll = f"{reverse('attendance:roll', args=[held.pk])}?session={room.session.pk}"
    assert correct in browser.get(roll).content.decode()
    assert browser.get(correct).status_code == 200
    assert browser.post(correct, {"mark": "present", "reason": ""}).status_code == 422
    assert browser.post(correct, {"mark": "present", "reason": "签到表上有签名"}).status_code == 302
    assert Mark.objects.get(session=room.session, person=room.people[0]).state == "present"
    assert browser.get(reverse("attendance:correct", args=[room.session.pk, 0])).status_code == 404


def test_a_session_to_come_is_shown_and_not_marked(room: Room, enter: Enter) -> None:
    browser, session = enter(room, "township"), room.tomorrow
    roll = f"{reverse('attendance:roll', args=[room.training_class.pk])}?session={session.pk}"
    page, opens = browser.get(roll).content.decode(), clock.local(session.starts_at - timedelta(hours=1))
    assert f"{opens.month}月{opens.day}日 {opens:%H:%M} 起可以签到和点名" in page
    assert "林秀珍" in page
    assert 'name="mark-' not in page
    assert 'name="rest"' not in page
    marks = reverse("attendance:marks", args=[session.pk])
    for sent in ({"rest": "1"}, {f"mark-{room.people[0].pk}": "present"}):
        refused = browser.post(marks, sent)
        assert (refused.status_code, Mark.objects.count()) == (409, 0)
        assert "起可以点名" in refused.content.decode()
    with clock.frozen(session.starts_at - timedelta(hours=1)):
        assert 'name="rest"' in browser.get(roll).content.decode()
        assert browser.post(marks, {"rest": "1"}).status_code == 302


@pytest.mark.parametrize("who", ["sibling_township", "other_county", "trainee", "secretary", "teacher"])
def test_others_find_nothing(room: Room, enter: Enter, who: str) -> None:
    browser, held, session = enter(room, who), room.training_class.pk, room.session.pk
    for name, ids in (("roll", [held]), ("close", [held]), ("scan", [held]), ("paper", [held]), ("room", [session])):
        assert browser.get(reverse(f"attendance:{name}", args=ids)).status_code == 404
    assert browser.post(reverse("attendance:marks", args=[session]), {"rest": "1"}).status_code == 404
    assert not Mark.objects.exists()


def test_number_of_queries(room: Room, enter: Enter, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = enter(room, "township")
    state = reverse("attendance:room_state", args=[room.session.pk])
    with clock.frozen(clock.now()):
        with django_assert_num_queries(12):
            tag = browser.get(state)["ETag"]
        with django_assert_num_queries(6):  # account, grants, session, policies, the room's sums, the seats' sums
            assert browser.get(state, headers={"If-None-Match": tag}).status_code == 304
    with django_assert_num_queries(9):
        browser.get(reverse("attendance:roll", args=[room.training_class.pk]))


def test_the_room_screen_hears_of_everything_it_shows(room: Room, enter: Enter) -> None:
    """What becomes of a seat, a mark, a leave and the class each changes what the screen is told."""
    browser, url = enter(room, "township"), reverse("attendance:room_state", args=[room.session.pk])
    held, first, second = room.training_class, *room.people[:2]
    seats = Enrolment.objects.select_related("training_class", "person").filter(training_class=held)

    def mark(state: str) -> None:
        mark_roll(session=room.session, marks={first.pk: state}, actor=SYSTEM)

    def leave() -> Leave:
        return ask_leave(
            enrolment=seats.get(person=second), sessions=[room.session], kind="sick", reason="住院", actor=SYSTEM
        )

    asked: list[Leave] = []
    acts: list[Callable[[], object]] = [
        lambda: mark("late"),
        lambda: mark("present"),
        lambda: asked.append(leave()),
        lambda: decide_leave(leave=asked[0], approve=True, note="", actor=SYSTEM),
        lambda: report_back(leave=asked[0], first=None, actor=SYSTEM),
        lambda: withdraw_seat(enrolment=seats.get(person=first), reason="外出", actor=SYSTEM),
    ]
    with clock.frozen(clock.now()):
        tag = browser.get(url)["ETag"]
        for number, act in enumerate(acts):
            with clock.frozen(clock.now() + timedelta(milliseconds=number)):
                act()
            told = browser.get(url, headers={"If-None-Match": tag})
            assert told.status_code == 200, number
            tag = told["ETag"]
            assert browser.get(url, headers={"If-None-Match": tag}).status_code == 304, number
