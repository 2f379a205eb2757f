"""Moving a session from a calendar: what is in the way is said first; a stale page and two at once change nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base, Reservation
from doorstep.bases.rules.opening import OpenSpan
from doorstep.bases.services.venues import set_hours
from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.queries.people import nominees
from doorstep.classes.queries.plans import plan_of
from doorstep.classes.rules.timetable import moved_to
from doorstep.classes.services import sessions
from doorstep.classes.services.people import nominate
from doorstep.classes.services.refusals import SessionChangedMeanwhile
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotPermitted
from doorstep.core.models import Activity
from doorstep.directory.models import Division, Unit
from doorstep.faculty.models import Absence, Engagement
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.courses import given_course
from tests.factories.teachers import given_teacher

TODAY = date(2026, 12, 24)
DAY = date(2026, 12, 30)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def base(cast: Cast) -> Any:
    return make_base(cast.unit("huotong"))


def held(cast: Cast, base: Any, day: date = DAY, hour: int = 8, **more: Any) -> Session:
    room = base.venues.order_by("pk").first()
    plan = half_day(day, hour, base_id=base.pk, venue_id=room.pk, **more)
    return make_class(cast.unit("huotong"), sessions=[plan]).sessions.select_related("training_class").get()


def check(
    client: Client, session: Session, day: date, starts: str = "08:30", **more: Any
) -> tuple[int, dict[str, Any]]:
    address = reverse("classes:session_check", args=[session.training_class_id, session.pk])
    answer = client.get(address, {"day": f"{day}", "starts": starts, **more}, headers={"Accept": "application/json"})
    return answer.status_code, answer.json()


def move(client: Client, session: Session, day: date, starts: str = "08:30", **more: Any) -> Any:
    address = reverse("classes:session_move", args=[session.training_class_id, session.pk])
    body = {"day": f"{day}", "starts": starts, "revision": session.revision, **more}
    return client.post(address, {key: value for key, value in body.items() if value is not None})


def where_is(session: Session) -> tuple[datetime, int | None, int]:
    now = Session.objects.get(pk=session.pk)
    return clock.local(now.starts_at), now.venue_id, now.revision


def test_what_fits_is_said_and_nothing_is_changed(cast: Cast, base: Any, sign_in: SignIn) -> None:
    session = held(cast, base)
    before, known = where_is(session), Activity.objects.count()
    status, said = check(sign_in("township"), session, date(2027, 1, 1), "14:00")
    assert (status, said["ok"], said["text"], said["doubts"]) == (200, True, "", [])
    assert said["when"] == "1月1日　星期五 14:00–17:00"
    assert (where_is(session), Activity.objects.count()) == (before, known)
    assert Reservation.objects.get(state="live").starts_at == session.starts_at


def test_each_thing_in_the_way_is_said_in_words(cast: Cast, base: Any, sign_in: SignIn) -> None:
    teacher = given_teacher(cast.unit("huotong"), on=TODAY)
    Absence.objects.create(
        teacher=teacher, starts_on=date(2027, 1, 2), ends_on=date(2027, 1, 2), reason="体检", entered_at=clock.now()
    )
    session = held(cast, base, teacher_id=teacher.pk)
    other = held(cast, base, date(2027, 1, 1))
    set_hours(base=base, spans=[OpenSpan(n, time(8), time(18)) for n in range(1, 7)], actor=SYSTEM)
    client = sign_in("township")
    found = [check(client, session, date(2027, 1, n))[1] for n in (1, 2, 3)]
    assert [one["code"] for one in found] == ["venue_taken", "teacher_away", "venue_shut"]
    assert f"“{other.training_class.title}”08:30–11:30 在用" in found[0]["text"]
    small = type(base.venues.get()).objects.create(base=base, name="小间", seats=5)
    assert check(client, session, DAY, venue=small.pk)[1]["code"] == "venue_too_small"
    assert check(client, session, DAY, revision=7)[1]["code"] == "session_changed"
    assert where_is(session)[2] == 0
    assert Engagement.objects.filter(teacher=teacher).count() == 1


def test_what_cannot_be_read_is_told(cast: Cast, base: Any, sign_in: SignIn) -> None:
    session, client = held(cast, base), sign_in("township")
    assert check(client, session, DAY, "25:00")[0] == 422
    assert check(client, session, DAY, venue=99_999_999)[0] == 404
    assert check(client, session, DAY, venue="9" * 30)[0] == 422
    assert check(sign_in("secretary"), session, DAY)[0] == 404


def test_one_is_asked_once_and_then_it_is_moved(cast: Cast, base: Any, sign_in: SignIn) -> None:
    session, client = held(cast, base), sign_in("township")
    second = type(base.venues.get()).objects.create(base=base, name="礼堂", seats=200)
    page = client.get(reverse("classes:session_move", args=[session.training_class_id, session.pk]))
    assert "看放不放得下" in page.content.decode()
    asked = move(client, session, date(2027, 1, 1), "14:00", venue=second.pk)
    assert (asked.status_code, where_is(session)[2]) == (200, 0)
    assert "搬到 1月1日　星期五 14:00–17:00" in asked.content.decode()
    back = reverse("classes:calendar_base", args=[base.pk])
    done = move(client, session, date(2027, 1, 1), "14:00", venue=second.pk, sure="on", back=back)
    assert (done.status_code, done["Location"]) == (302, back)
    assert where_is(session) == (clock.at_local(date(2027, 1, 1), 14), second.pk, 1)
    assert TrainingClass.objects.get().year == 2027
    assert Reservation.objects.get(state="live").venue_id == second.pk


def test_one_is_never_sent_elsewhere(cast: Cast, base: Any, sign_in: SignIn) -> None:
    session, client = held(cast, base), sign_in("township")
    done = move(client, session, DAY, "14:00", sure="on", back="//elsewhere.example/")
    assert done["Location"] == reverse("classes:class", args=[session.training_class_id])


def test_a_stale_page_is_refused_in_words(cast: Cast, base: Any, sign_in: SignIn) -> None:
    session, client = held(cast, base), sign_in("township")
    assert move(client, session, DAY, "14:00", sure="on").status_code == 302
    late = move(client, session, date(2027, 1, 1), sure="on")
    assert late.status_code == 422
    assert "刚刚被别人改过，现在是12月30日 14:00" in late.content.decode()
    assert where_is(session) == (clock.at_local(DAY, 14), session.venue_id, 1)
    assert move(client, session, date(2027, 1, 1), revision=1, sure="on").status_code == 302


def test_what_has_begun_or_was_called_off_is_not_moved(cast: Cast, base: Any, sign_in: SignIn) -> None:
    session, client = held(cast, base), sign_in("township")
    with clock.frozen(clock.at_local(DAY, 9)):
        assert move(client, session, date(2027, 1, 1), sure="on").status_code == 404
        assert check(client, session, date(2027, 1, 1))[1]["code"] == "session_has_begun"
    Session.objects.filter(pk=session.pk).update(is_cancelled=True)
    assert move(client, session, date(2027, 1, 1), sure="on").status_code == 404


def test_doubts_about_people_teachers_and_years_are_told(cast: Cast, base: Any, sign_in: SignIn) -> None:
    teacher = given_teacher(cast.unit("huotong"), on=TODAY)
    session = held(cast, base)
    nominate(training_class=session.training_class, people=nominees([cast.person("林秀珍").pk]), actor=SYSTEM)
    elsewhere = make_class(cast.unit("huotong"), sessions=[half_day(date(2027, 1, 1), 14, teacher_id=teacher.pk)])
    nominate(training_class=elsewhere, people=nominees([cast.person("林秀珍").pk]), actor=SYSTEM)
    client = sign_in("township")
    said = check(client, session, date(2027, 1, 1), "14:00")[1]
    assert (said["ok"], len(said["doubts"])) == (True, 2)
    assert "不在同一年" in said["doubts"][0]
    assert said["doubts"][1] == "名单上有 1 人那时在别的班有课。"
    draft = make_class(
        cast.unit("huotong"), is_draft=True, sessions=[half_day(date(2027, 1, 5), 14, teacher_id=teacher.pk)]
    ).sessions.get()
    doubts = check(client, draft, date(2027, 1, 1), "14:30")[1]["doubts"]
    assert doubts == [f"{teacher.name}老师那时在“{elsewhere.title}”有课。"]


def test_what_goes_on_for_days_keeps_its_length(cast: Cast) -> None:
    first = half_day(DAY, 19)
    camp = moved_to(first, clock.at_local(DAY, 19))
    longer = type(first)(title="营", starts_at=camp.starts_at, ends_at=camp.starts_at + timedelta(days=2, hours=3))
    later = moved_to(longer, clock.at_local(date(2028, 2, 28), 20), (1, 2))
    assert later.ends_at == clock.at_local(date(2028, 3, 1), 23)
    assert (later.base_id, later.venue_id, later.location) == (1, 2, "")


def test_rights_are_needed(cast: Cast, base: Any) -> None:
    session = held(cast, base)
    plan = moved_to(plan_of(session), clock.at_local(DAY, 14))
    for service in (sessions.move_session, sessions.check_move):
        with pytest.raises(NotPermitted):
            service(session=session, plan=plan, actor=cast.actor("secretary"))


@pytest.mark.parametrize("others", [0, 3])
def test_a_place_is_asked_about_as_often_however_much_goes_on(
    cast: Cast, base: Any, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, others: int
) -> None:
    teacher = given_teacher(cast.unit("huotong"), on=TODAY).pk
    session, client = held(cast, base, teacher_id=teacher), sign_in("township")
    for number in range(others):
        held(cast, base, date(2027, 1, 3 + number), teacher_id=teacher)
    check(client, session, date(2027, 1, 1))
    with django_assert_num_queries(39):
        assert check(client, session, date(2027, 1, 2), venue=session.venue_id)[1]["ok"]


def test_a_check_writes_nothing_and_says_what_the_move_would(cast: Cast, base: Any) -> None:
    """The teacher of another class is then somewhere else: the check refuses as the move does, and asks nobody."""
    teacher = given_teacher(cast.unit("huotong"), on=TODAY).pk
    session = held(cast, base, teacher_id=teacher)
    held(cast, make_base(cast.unit("huotong"), name="分校"), date(2027, 1, 3), teacher_id=teacher)
    before = list(Engagement.objects.order_by("pk").values()), list(Activity.objects.order_by("pk").values("pk"))
    for day in (date(2027, 1, 3), date(2027, 1, 4)):
        said: list[str] = []
        plan = moved_to(plan_of(session), clock.at_local(day, 8, 30))
        for service in (sessions.check_move, sessions.move_session):
            try:
                with transaction.atomic():
                    service(session=session, plan=plan, actor=cast.actor("township"))
                    transaction.set_rollback(True)
                said.append("")
            except DoorstepError as refusal:
                said.append(refusal.text)
        assert said[0] == said[1]
        assert bool(said[0]) == (day == date(2027, 1, 3))
        after = list(Engagement.objects.order_by("pk").values()), list(Activity.objects.order_by("pk").values("pk"))
        assert after == before


def test_a_check_knows_the_way_to_another_place_at_the_same_time(cast: Cast, base: Any) -> None:
    """Who stays on for a session that is held farther away may not be back for the next one: said before the move."""
    lies: dict[str, Any] = {"level": "township", "kind": "镇", "valid_from": TODAY, "lat": 26.66, "lng": 119.53}
    home = Division.objects.create(code="350902105", name="霍童镇", short_name="霍童", **lies)
    Unit.objects.filter(pk=cast.unit("huotong").pk).update(division=home)
    course = given_course(cast.unit("huotong"))
    teacher = given_teacher(cast.unit("huotong"), on=TODAY).pk
    session = held(cast, base, teacher_id=teacher)
    held(cast, base, DAY, 14, teacher_id=teacher)
    near, far = (make_base(cast.unit("huotong"), name=name) for name in ("分校", "远校"))
    Base.objects.filter(pk=base.pk).update(lat=26.66, lng=119.53)
    Base.objects.filter(pk=near.pk).update(lat=26.67, lng=119.53)
    Base.objects.filter(pk=far.pk).update(lat=27.6, lng=120.5)
    for other, is_refused in ((near, False), (far, True)):
        moved = moved_to(plan_of(session), clock.local(session.starts_at), (other.pk, other.venues.get().pk))
        plan = replace(moved, course_id=course.pk)
        said = []
        for service in (sessions.check_move, sessions.move_session):
            try:
                with transaction.atomic():
                    service(session=session, plan=plan, actor=SYSTEM)
                    transaction.set_rollback(True)
                said.append("")
            except DoorstepError as refusal:
                said.append(refusal.text)
        assert said[0] == said[1]
        assert ("14:30–17:30" in said[0]) == is_refused


def _two_moves(cast: Cast) -> list[str]:
    """Two people move one session from the same page at the same moment."""
    made = make_base(cast.unit("huotong"))
    session = held(cast, made, datetime.now(clock.LOCAL_ZONE).date() + timedelta(days=60))
    starts = [session.starts_at + timedelta(days=n) for n in (1, 2)]
    moves = [
        partial(
            sessions.move_session, session=session, plan=moved_to(plan_of(session), clock.local(at)), revision=0,
            actor=cast.actor(name),
        )
        for at, name in zip(starts, ("township", "county"), strict=True)
    ]  # fmt: skip
    return both(*moves)


def test_of_two_who_move_at_once_one_is_told(cast_committed: Cast) -> None:
    for _ in range(3):
        assert _two_moves(cast_committed) == ["done", SessionChangedMeanwhile.code]
    assert Session.objects.filter(revision=1).count() == 3


def test_without_the_lock_both_would_have_moved(cast_committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(class_id: int) -> TrainingClass:
        found = TrainingClass.objects.select_related("unit").get(pk=class_id)
        gate.wait(10)
        return found

    gate = threading.Barrier(2)
    monkeypatch.setattr(sessions, "lock_living_class", unlocked)
    read = sessions._locked_session

    def both_have_read(training_class: TrainingClass, session: Session) -> Session:
        found = read(training_class, session)
        gate.wait(10)
        return found

    monkeypatch.setattr(sessions, "_locked_session", both_have_read)
    monkeypatch.setattr(sessions, "keep_rooms", lambda *_: None)
    monkeypatch.setattr(sessions, "_check_place", lambda *_: None)
    assert _two_moves(cast_committed) == ["done", "done"]
