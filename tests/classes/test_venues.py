"""Classes only where and when a place can be used, and not more people than it receives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.urls import reverse

from doorstep.bases.models import Base, Venue
from doorstep.bases.rules.opening import OpenSpan
from doorstep.bases.services.venues import (
    add_venue,
    close_place,
    lend_venue,
    lift_closure,
    retire_venue,
    set_hours,
    set_reception,
)
from doorstep.classes.models import TrainingClass
from doorstep.classes.queries.plans import plan_of
from doorstep.classes.queries.venues import sessions_shut
from doorstep.classes.services import opening, refusals, sessions
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class

DAY = date(2026, 12, 7)  # a Monday


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with clock.frozen(clock.at_local(date(2026, 11, 23), 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


@pytest.fixture
def room(school: Base) -> Venue:
    return school.venues.get()


def in_room(room: Venue, day: date = DAY, hour: int = 8, **changes: Any) -> Any:
    return half_day(day, hour, base_id=room.base_id, venue_id=room.pk, **changes)


def test_a_closed_room_is_refused_and_the_free_ones_are_named(cast: Cast, school: Base, room: Venue) -> None:
    day = {"starts_at": clock.at_local(DAY, 0), "ends_at": clock.at_local(DAY, 20)}
    closed = close_place(base=school, venue=room, kind="shut", reason="屋顶维修", **day, actor=SYSTEM)
    with pytest.raises(refusals.VenueShut) as refused:
        make_class(cast.unit("huotong"), sessions=[in_room(room)])
    assert refused.value.text == (
        "12月7日镇党校教室不能用：12月7日 00:00 到 12月7日 20:00 不开放：屋顶维修。请改时间，或换一个场地。"
    )
    add_venue(base=school, name="多功能厅", seats=120, actor=SYSTEM)
    add_venue(base=school, name="研讨室", seats=20, actor=SYSTEM)
    elsewhere = make_base(cast.unit("hubei"), name="虎𬇙党校")
    with pytest.raises(refusals.VenueShut) as refused:
        make_class(cast.unit("huotong"), sessions=[in_room(room)])
    assert refused.value.text.endswith("请改时间，或换多功能厅（120 座）、虎𬇙党校镇党校教室（90 座），那时空着。")
    make_class(cast.unit("hubei"), sessions=[in_room(elsewhere.venues.get())])
    with pytest.raises(refusals.VenueShut) as refused:
        make_class(cast.unit("huotong"), sessions=[in_room(room)])
    assert "虎𬇙党校" not in refused.value.text
    lift_closure(closure=closed, actor=SYSTEM)
    assert make_class(cast.unit("huotong"), sessions=[in_room(room)]).sessions.count() == 1


def test_hours_and_loans_hold_for_new_sessions_and_leave_old_ones_alone(cast: Cast, school: Base, room: Venue) -> None:
    held = make_class(cast.unit("huotong"), sessions=[in_room(room)])
    session = held.sessions.get()
    set_hours(base=school, spans=[OpenSpan(2, time(8), time(18))], actor=SYSTEM)
    with pytest.raises(refusals.VenueShut, match="venue_shut: 12月7日镇党校教室不能用：星期一不开放"):
        sessions.add_session(training_class=held, plan=in_room(room, hour=14), actor=SYSTEM)
    with pytest.raises(refusals.VenueShut):
        sessions.move_session(session=session, plan=in_room(room, hour=13), actor=SYSTEM)
    # What stays where it is may change otherwise, and so may the figures of the class.
    sessions.move_session(session=session, plan=in_room(room, title="换了一课"), actor=SYSTEM)
    figures: dict[str, Any] = {"form": "lecture", "base_id": None, "head_id": None, "nominate_by": None, "note": ""}
    opening.edit_class(training_class=held, title="改名", capacity=41, **figures, actor=SYSTEM)
    retire_venue(venue=room, actor=SYSTEM)
    opening.edit_class(training_class=held, title="再改名", capacity=40, **figures, actor=SYSTEM)
    assert plan_of(held.sessions.get()).title == "换了一课"
    other = add_venue(base=school, name="文化站礼堂", seats=100, actor=SYSTEM)
    terms: dict[str, Any] = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31), "notice_days": 30}
    lend_venue(venue=other, owner="镇文化站", **terms, actor=SYSTEM)
    with pytest.raises(refusals.VenueShut, match="镇文化站要求提前 30 天约"):
        sessions.add_session(training_class=held, plan=in_room(other, date(2026, 12, 8)), actor=SYSTEM)
    assert sessions.add_session(training_class=held, plan=in_room(other, date(2026, 12, 29)), actor=SYSTEM).pk


def test_what_was_planned_in_a_place_that_closes_is_shown(cast: Cast, school: Base, room: Venue) -> None:
    held = make_class(cast.unit("huotong"), sessions=[in_room(room), in_room(room, hour=14), half_day(DAY, 19)])
    page = reverse("classes:class", args=[held.pk])
    organiser, county = signed_in(cast.accounts["township"]), signed_in(cast.accounts["county"])
    assert "那时不能用" not in organiser.get(page).content.decode()
    assert sessions_shut(cast.actor("township")) == []
    day = {"starts_at": clock.at_local(DAY, 12), "ends_at": clock.at_local(DAY, 20)}
    close_place(base=school, kind="owner", **day, actor=SYSTEM)
    shown = organiser.get(page).content.decode()
    assert shown.count("那时不能用：12月7日 12:00 到 12月7日 20:00 不开放：产权单位自用") == 1
    assert [session.number for session, _why in sessions_shut(cast.actor("township"))] == [2]
    for who in (organiser, county):
        assert f"1 个课次的场地不能用：{held.title}" in who.get("/").content.decode()
    assert sessions_shut(cast.actor("sibling_township")) == []
    opening.cancel_class(training_class=held, reason="改期", actor=SYSTEM)
    assert sessions_shut(cast.actor("township")) == []
    assert "那时不能用" not in organiser.get(page).content.decode()


def test_a_base_receives_no_more_people_a_day_than_it_can(cast: Cast, school: Base, room: Venue) -> None:
    hall = add_venue(base=school, name="多功能厅", seats=120, actor=SYSTEM)
    set_reception(base=school, people=100, actor=SYSTEM)
    unit = cast.unit("huotong")
    first = make_class(unit, sessions=[in_room(room), in_room(room, hour=14)], capacity=60)
    with pytest.raises(refusals.ReceptionFull) as refused:
        make_class(unit, sessions=[in_room(hall)], capacity=41)
    assert refused.value.text == (
        "12月7日霍童镇党校最多接待 100 人，已经排了 60 人，再来 41 人接待不下。请改日期，或减少名额。"
    )
    second = make_class(unit, sessions=[in_room(hall, DAY + timedelta(1))], capacity=41)
    with pytest.raises(refusals.ReceptionFull):
        sessions.move_session(session=second.sessions.get(), plan=in_room(hall), actor=SYSTEM)
    third = make_class(unit, sessions=[in_room(hall)], capacity=40)
    figures: dict[str, Any] = {"form": "lecture", "base_id": None, "head_id": None, "nominate_by": None, "note": ""}
    with pytest.raises(refusals.ReceptionFull):
        opening.edit_class(training_class=third, title="班", capacity=41, **figures, actor=SYSTEM)
    opening.cancel_class(training_class=first, reason="改期", actor=SYSTEM)
    opening.edit_class(training_class=third, title="班", capacity=90, **figures, actor=SYSTEM)
    set_reception(base=school, people=10, actor=SYSTEM)
    opening.edit_class(training_class=third, title="少几个人", capacity=80, **figures, actor=SYSTEM)
    assert TrainingClass.objects.get(pk=third.pk).capacity == 80
