"""Opening, changing, cancelling and finishing classes on a real database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from doorstep.classes.jobs import start_due
from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.queries.leave import hours_planned
from doorstep.classes.queries.people import nominees
from doorstep.classes.queries.plans import plan_of
from doorstep.classes.services import opening, refusals, sessions
from doorstep.classes.services.people import nominate
from doorstep.core import clock
from doorstep.core.clock import at_local, frozen
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.queries import search_hits
from tests.cast import Cast
from tests.factories.classes import half_day, hours, make_base, make_class, make_people, plan
from tests.factories.courses import draft_course

DAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _noon(db: None):
    with frozen(at_local(date(2026, 11, 23), 12)):
        yield


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def test_a_class_of_evenings_and_a_weekend_at_two_places(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"))
    venue = base.venues.get()
    opened = make_class(
        cast.unit("huotong"),
        actor=cast.actor("township"),
        sessions=[
            half_day(date(2026, 12, 12), base_id=base.pk, venue_id=venue.pk),
            hours("夜谈", at_local(DAY, 19), Decimal("1.5")),
            half_day(date(2026, 12, 12), 14, location="坑头村葡萄园"),
        ],
        base_id=base.pk,
    )
    assert (opened.starts_on, opened.ends_on, opened.year) == (DAY, date(2026, 12, 12), 2026)
    assert opened.code == "350902102-2026-001"
    assert opened.level == "township"
    assert [s.part for s in opened.sessions.order_by("number")] == ["evening", "morning", "afternoon"]
    assert hours_planned(opened, list(opened.sessions.all())) == Decimal("9.5")
    activity = Activity.objects.get(event="classes.class_opened")
    assert activity.place == cast.unit("huotong").path
    assert activity.detail["sessions"] == 3
    assert search_hits("冬训班", cast.actor("township"), kind="class") == [opened.pk]
    assert make_class(cast.unit("huotong"), day=DAY).code == "350902102-2026-002"
    holds()


def test_a_class_over_new_year_belongs_to_the_year_it_begins(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), sessions=[half_day(date(2027, 1, 1)), half_day(date(2026, 12, 31), 14)])
    assert (opened.year, opened.starts_on, opened.ends_on) == (2026, date(2026, 12, 31), date(2027, 1, 1))
    assert [s.held_on.year for s in opened.sessions.order_by("number")] == [2026, 2027]
    assert hours_planned(opened, list(opened.sessions.all())) == Decimal(8)


def test_what_is_refused_at_opening(cast: Cast) -> None:
    unit, actor = cast.unit("huotong"), cast.actor("township")
    base = make_base(unit, seats=30)
    room = base.venues.get()

    def refused(problem: type[Exception], **changes: object) -> str:
        with pytest.raises(problem) as caught:
            opening.open_class(unit=unit, plan=plan(DAY, **changes), actor=actor)
        return str(caught.value)

    with pytest.raises(refusals.NoSessions):
        opening.open_class(unit=unit, plan=opening.ClassPlan("班", "small", 20, []), actor=actor)
    backwards = half_day(DAY, ends_at=at_local(DAY, 7))
    assert "12月7日" in refused(refusals.SessionTimesWrong, sessions=[backwards])
    refused(refusals.HoursMissing, sessions=[half_day(DAY, credit_unit="hour")])
    assert "第 1 课次和第 2 课次" in refused(refusals.SessionsClash, sessions=[half_day(DAY), half_day(DAY, 9)])
    assert "不超过 30 人" in refused(refusals.ClassTooLarge, form="small", capacity=31)
    assert "不超过 100 人" in refused(refusals.ClassTooLarge, capacity=101)
    assert "只有 30 座" in refused(refusals.VenueTooSmall, sessions=[half_day(DAY, venue_id=room.pk)])
    with pytest.raises(NotFound):
        opening.open_class(unit=unit, plan=plan(DAY, sessions=[half_day(DAY, venue_id=99)]), actor=actor)
    with pytest.raises(NotPermitted):
        opening.open_class(unit=unit, plan=plan(DAY), actor=cast.actor("sibling_township"))
    with pytest.raises(NotPermitted):
        opening.open_class(unit=unit, plan=plan(DAY), actor=cast.actor("secretary"))
    assert TrainingClass.objects.count() == 0


def test_a_venue_is_held_once(cast: Cast) -> None:
    room = make_base(cast.unit("huotong")).venues.get()
    first = make_class(cast.unit("huotong"), sessions=[half_day(DAY, venue_id=room.pk)])
    with pytest.raises(refusals.VenueTaken) as caught:
        make_class(cast.unit("hubei"), sessions=[half_day(DAY, 9, venue_id=room.pk)])
    assert caught.value.text == (
        "12月7日镇党校教室已被占用。“农村党员冬训班（第三期）”08:30–11:30 在用。请改时间，或换一个场地。"
    )
    make_class(cast.unit("hubei"), sessions=[half_day(DAY, 14, venue_id=room.pk)])
    opening.cancel_class(training_class=first, reason="台风", actor=cast.actor("township"))
    make_class(cast.unit("hubei"), sessions=[half_day(DAY, 9, venue_id=room.pk)])
    holds()


def test_editing_keeps_seats_and_sizes(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    actor = cast.actor("township")
    people = nominees([p.pk for p in make_people(cast.unit("kengtou"), 5)])
    nominate(training_class=opened, people=people, actor=actor)

    def edit(**changes: object) -> TrainingClass:
        values = {
            "title": "新名",
            "form": "lecture",
            "capacity": 20,
            "base_id": None,
            "head_id": actor.account_id,
            "nominate_by": None,
            "note": "",
            **changes,
        }
        return opening.edit_class(training_class=opened, actor=actor, **values)  # type: ignore[arg-type]

    with pytest.raises(refusals.SeatsExceedSource):
        edit(capacity=4)
    with pytest.raises(refusals.ClassTooLarge):
        edit(form="small", capacity=31)
    assert edit(capacity=5).capacity == 5
    assert search_hits("新名", actor, kind="class") == [opened.pk]


def test_drafts_are_published_once(cast: Cast) -> None:
    draft = make_class(cast.unit("huotong"), is_draft=True)
    actor = cast.actor("township")
    people = nominees([cast.person("黄德旺").pk])
    with pytest.raises(refusals.ClassNotOpen):
        nominate(training_class=draft, people=people, actor=cast.actor("secretary"))
    assert opening.publish_class(training_class=draft, actor=actor).status == "open"
    with pytest.raises(refusals.ClassNotDraft):
        opening.publish_class(training_class=draft, actor=actor)


def test_the_next_class_of_a_row(cast: Cast) -> None:
    first = make_class(cast.unit("huotong"), day=DAY, nominate_by=at_local(DAY - timedelta(days=2), 20))
    actor = cast.actor("township")
    clone = opening.clone_class(training_class=first, starts_on=date(2027, 1, 4), head_id=actor.account_id, actor=actor)
    assert (clone.title, clone.status, clone.year) == ("农村党员冬训班（第四期）", "draft", 2027)
    assert clone.nominate_by == at_local(date(2027, 1, 2), 20)
    assert [clock.local(s.starts_at).hour for s in clone.sessions.order_by("number")] == [8, 14]


def test_sessions_are_added_moved_and_cancelled(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    actor = cast.actor("township")
    added = sessions.add_session(training_class=opened, plan=half_day(date(2026, 12, 20)), actor=actor)
    assert added.number == 3
    opened.refresh_from_db()
    assert opened.ends_on == date(2026, 12, 20)
    with pytest.raises(refusals.SessionsClash) as clash:
        sessions.move_session(session=added, plan=half_day(DAY, 9), actor=actor)
    assert (clash.value.params["first"], clash.value.params["second"]) == (1, 2)  # by time, the added one second
    sessions.move_session(session=added, plan=half_day(date(2026, 12, 8), 19), actor=actor)
    added.refresh_from_db()
    assert (added.part, added.held_on) == ("evening", date(2026, 12, 8))
    for session in list(opened.sessions.order_by("number"))[:2]:
        sessions.cancel_session(session=session, reason="调整", actor=actor)
    opened.refresh_from_db()
    assert opened.starts_on == opened.ends_on == date(2026, 12, 8)
    with pytest.raises(refusals.LastSession):
        sessions.cancel_session(session=added, reason="", actor=actor)
    with pytest.raises(NotFound):
        sessions.cancel_session(session=opened.sessions.order_by("number")[0], reason="", actor=actor)
    with frozen(at_local(date(2026, 12, 8), 20)), pytest.raises(refusals.SessionHasBegun):
        sessions.move_session(session=added, plan=plan_of(added), actor=actor)
    holds()


def test_a_class_that_has_begun_with_people_on_it_is_not_cancelled(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    actor = cast.actor("township")
    nominate(training_class=opened, people=nominees([cast.person("林秀珍").pk]), actor=actor)
    with frozen(at_local(DAY, 9)), pytest.raises(refusals.ClassHasBegun):
        opening.cancel_class(training_class=opened, reason="", actor=actor)
    opening.start_class(training_class=opened, actor=actor)
    opening.start_class(training_class=opened, actor=actor)
    assert Activity.objects.filter(event="classes.class_started").count() == 1
    with pytest.raises(refusals.ClassHasBegun):
        opening.cancel_class(training_class=opened, reason="", actor=actor)


def test_a_class_runs_from_its_first_session_on(cast: Cast) -> None:
    begun, later = (make_class(cast.unit("huotong"), day=day) for day in (DAY, DAY + timedelta(days=1)))
    with frozen(at_local(DAY, 8)):
        start_due(0)
    assert not TrainingClass.objects.filter(status="running").exists()
    with frozen(at_local(DAY, 9)):
        start_due(0)
        start_due(0)
    assert [row.pk for row in TrainingClass.objects.filter(status="running")] == [begun.pk]
    assert [row.pk for row in TrainingClass.objects.filter(status="open")] == [later.pk]
    told = Activity.objects.get(event="classes.class_started")
    assert (told.actor_name, told.subject_id) == ("classes.start_due", str(begun.pk))


def test_cancelling_frees_everything(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    actor = cast.actor("township")
    people = nominees([p.pk for p in make_people(cast.unit("kengtou"), 3)])
    nominate(training_class=opened, people=people, actor=actor)
    cancelled = opening.cancel_class(training_class=opened, reason="台风", actor=actor)
    assert (cancelled.status, cancelled.seats_taken) == ("cancelled", 0)
    assert not Session.objects.filter(is_cancelled=False).exists()
    with pytest.raises(refusals.ClassIsOver):
        opening.start_class(training_class=opened, actor=actor)
    holds()


def test_finishing_lets_withdrawn_people_go(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    actor = cast.actor("township")
    members = make_people(cast.unit("kengtou"), 3)
    nominate(training_class=opened, people=nominees([p.pk for p in members]), actor=actor)
    done = opening.finish_class(training_class=opened, withdrawn={members[0].pk: "请假超过 1/7"}, actor=actor)
    assert (done.status, done.seats_taken) == ("closed", 2)
    assert Activity.objects.get(event="classes.class_finished").detail["withdrawn"] == {
        str(members[0].pk): "请假超过 1/7"
    }
    with pytest.raises(refusals.ClassIsOver):
        opening.finish_class(training_class=opened, withdrawn={}, actor=actor)
    holds()


def test_a_course_that_is_not_taught_is_not_put_on_a_timetable(cast: Cast) -> None:
    draft = draft_course(cast.unit("huotong"))
    with pytest.raises(refusals.CourseNotTaught) as refused:
        make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 12, 12), course_id=draft.pk)])
    assert draft.title in refused.value.text
    assert not TrainingClass.objects.exists()
