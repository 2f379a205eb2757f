"""Venues are booked once: by classes and by meetings, held, shared, repeated, given back, released."""

from __future__ import annotations

import time as ticking
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.bases.jobs import expire_holds_due
from doorstep.bases.models import Base, Reservation, ReservationSeries, Venue
from doorstep.bases.queries.reservations import holds_to_confirm, reservation_counts, series_released
from doorstep.bases.rules.opening import OpenSpan
from doorstep.bases.services import using
from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.bases.services.claims import VenueHeld, hold_venues
from doorstep.bases.services.reservations import (
    ReservationOfClass,
    ReservationOver,
    ReservationWrong,
    SeriesNotFree,
    VenueNotFree,
    cancel_reservation,
    confirm_hold,
    reserve_venue,
)
from doorstep.bases.services.using import StillShared, mark_unused, set_sharing
from doorstep.bases.services.venues import add_venue, close_place, set_hours
from doorstep.classes.queries.venues import claims_of
from doorstep.classes.services import opening, refusals, sessions
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.reservations import booking, reserve

DAY = date(2026, 12, 7)  # a Monday
LIVE = Reservation.objects.filter(state="live")


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


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def in_room(room: Venue, hour: int = 8, day: date = DAY, **changes: Any) -> Any:
    return half_day(day, hour, base_id=room.base_id, venue_id=room.pk, **changes)


def test_a_class_holds_exactly_the_venues_of_its_sessions(cast: Cast, school: Base, room: Venue) -> None:
    hall = add_venue(base=school, name="多功能厅", seats=120, actor=SYSTEM)
    opened = make_class(cast.unit("huotong"), sessions=[in_room(room), in_room(room, 14), half_day(DAY, 19)])
    assert set(LIVE.values_list("venue", "purpose", "heads", "kind")) == {(room.pk, opened.title, 40, "class")}
    first, second, _evening = opened.sessions.order_by("number")
    sessions.move_session(session=second, plan=in_room(hall, 14), actor=SYSTEM)
    assert sorted(LIVE.values_list("venue", "part")) == sorted([(room.pk, first.pk), (hall.pk, second.pk)])
    added = sessions.add_session(training_class=opened, plan=in_room(room, 14, DAY + timedelta(1)), actor=SYSTEM)
    sessions.cancel_session(session=first, reason="台风", actor=SYSTEM)
    assert set(LIVE.values_list("part", flat=True)) == {second.pk, added.pk}
    figures: dict[str, Any] = {"form": "lecture", "base_id": None, "head_id": None, "nominate_by": None, "note": ""}
    opening.edit_class(training_class=opened, title="改名", capacity=30, **figures, actor=SYSTEM)
    assert set(LIVE.values_list("purpose", "heads")) == {("改名", 30)}
    holds()
    assert reserve(cast.unit("kengtou"), room, DAY, 8, 11)
    small = add_venue(base=school, name="小间", seats=20, actor=SYSTEM)
    reserve(cast.unit("kengtou"), small, DAY, 14, 16)
    with pytest.raises(refusals.VenueTaken, match="12月7日小间已被占用。14:00–16:00 已经有人约了。请改时间，或换"):
        make_class(cast.unit("hubei"), sessions=[in_room(small, 14)], capacity=10)
    opening.cancel_class(training_class=opened, reason="改期", actor=SYSTEM)
    assert not LIVE.filter(kind="class").exists()
    holds()


def test_who_comes_second_is_told_what_is_free(cast: Cast, school: Base, room: Venue) -> None:
    add_venue(base=school, name="多功能厅", seats=120, actor=SYSTEM)
    add_venue(base=school, name="谈心室", seats=4, actor=SYSTEM)
    set_hours(base=school, spans=[OpenSpan(n, time(8), time(18)) for n in range(1, 6)], actor=SYSTEM)
    make_class(cast.unit("huotong"), sessions=[in_room(room)])
    with pytest.raises(VenueNotFree) as refused:
        reserve(cast.unit("kengtou"), room, DAY, 9, 11)
    assert refused.value.text == (
        "12月7日 09:00–11:00镇党校教室约不到：“农村党员冬训班（第三期）”08:30–11:30 在用。"
        "这个场地 12月7日 11:30–13:30、12月8日 09:00–11:00、12月9日 09:00–11:00 空着；"
        "同一时间多功能厅（120 座）也空着。"
    )
    with pytest.raises(VenueNotFree, match="星期六不开放"):
        reserve(cast.unit("kengtou"), room, date(2026, 12, 12))
    set_booking_rule(base=school, terms=BookingTerms("own"), actor=SYSTEM)
    with pytest.raises(VenueNotFree, match="这处阵地只开放给本单位。请改时间，或换一处阵地。"):
        reserve(cast.unit("huangjia"), room, DAY, 14, 16)
    for wrong, why in (
        ({"day": date(2026, 11, 23)}, "开始的时间已经过了"),
        ({"day": date(2028, 12, 7)}, "最多提前 400 天约"),
        ({"heads": 91}, "只有 90 座，坐不下 91 人"),
        ({"ends": 8}, "一次最多用 14 个小时"),
        ({"repeat": "weekly", "until": date(2026, 12, 1)}, "最后一天不能早于第一天"),
        ({"repeat": "weekly", "until": date(2099, 12, 1)}, "一次最多排 60 次"),
    ):
        with pytest.raises(ReservationWrong, match=why):
            reserve_venue(unit=cast.unit("kengtou"), venue=room, booking=booking(**{"day": DAY, **wrong}), actor=SYSTEM)
    with pytest.raises(NotPermitted):
        reserve(cast.unit("shiqiao"), room, DAY, 14, 16, actor=cast.actor("secretary"))


def test_sent_twice_is_booked_once(cast: Cast, room: Venue) -> None:
    given: dict[str, Any] = {"unit": cast.unit("kengtou"), "venue": room, "key": uuid4(), "actor": SYSTEM}
    plan = booking(DAY, repeat="weekly", until=date(2026, 12, 21))
    first, again = reserve_venue(booking=plan, **given), reserve_venue(booking=plan, **given)
    assert [row.pk for row in first] == [row.pk for row in again]
    assert (LIVE.count(), reservation_counts()) == (3, {"reservation": 3})
    with pytest.raises(NotFound):
        reserve_venue(booking=plan, **{**given, "unit": cast.unit("shiqiao")})
    assert Activity.objects.get(event="bases.venue_reserved").detail["times"] == 3


def test_a_row_of_bookings_leaves_out_what_is_taken(cast: Cast, school: Base, room: Venue) -> None:
    row: dict[str, Any] = {"repeat": "fortnightly", "until": date(2027, 1, 18)}
    reserve(cast.unit("shiqiao"), room, date(2026, 12, 21), 10, 12)
    shut = {"starts_at": clock.at_local(date(2027, 1, 4), 0), "ends_at": clock.at_local(date(2027, 1, 5), 0)}
    close_place(base=school, kind="shut", reason="检修", **shut, actor=SYSTEM)
    with pytest.raises(
        SeriesNotFree, match="4 次里有 2 次约不到：12月21日 09:00–11:00 10:00–12:00 已经有人约了；1月4日"
    ):
        reserve(cast.unit("kengtou"), room, DAY, **row)
    assert LIVE.count() == 1
    made = reserve(cast.unit("kengtou"), room, DAY, **row, skips=True)
    assert [clock.local(one.starts_at).date() for one in made] == [DAY, date(2027, 1, 18)]
    cancel_reservation(reservation=made[0], reason="改期", with_rest=True, actor=cast.actor("secretary"))
    assert (LIVE.count(), ReservationSeries.objects.get().ended_for) == (1, "cancelled")
    with pytest.raises(ReservationOver):
        cancel_reservation(reservation=made[1], actor=SYSTEM)
    with pytest.raises(NotPermitted):
        cancel_reservation(reservation=LIVE.get(), actor=cast.actor("secretary"))
    assert cancel_reservation(reservation=LIVE.get(), actor=cast.actor("base")).state == "cancelled"
    holds()


def test_a_hold_that_ran_out_never_blocks(cast: Cast, room: Venue) -> None:
    kept, lost = (reserve(cast.unit("kengtou"), room, DAY, at, at + 2, is_hold=True)[0] for at in (9, 14))
    assert kept.expires_at == clock.now() + timedelta(hours=48)
    assert [row.pk for row in holds_to_confirm(cast.actor("secretary"))] == [kept.pk, lost.pk]
    assert not holds_to_confirm(cast.actor("sibling_secretary"))
    with pytest.raises(VenueNotFree):
        reserve(cast.unit("shiqiao"), room, DAY)
    assert confirm_hold(reservation=kept, actor=cast.actor("secretary")).expires_at is None
    with clock.frozen(clock.now() + timedelta(hours=48)):
        assert make_class(cast.unit("hubei"), sessions=[in_room(room, 14)])
        lost.refresh_from_db()
        assert (lost.state, lost.ended_at) == ("released", clock.now())
        with pytest.raises(ReservationOver):
            confirm_hold(reservation=lost, actor=SYSTEM)
        third = reserve(cast.unit("kengtou"), room, DAY, 18, 20, is_hold=True)[0]
    with clock.frozen(clock.now() + timedelta(hours=97)):
        expire_holds_due(0)
        third.refresh_from_db()
        assert (third.state, LIVE.count()) == ("released", 2)
        told = Activity.objects.filter(event="bases.holds_expired")
        assert [one.detail["count"] for one in told] == [1]
        expire_holds_due(0)
        assert told.count() == 1
    holds()


def test_minutes_lie_between_two_uses_but_not_between_ones_own(cast: Cast, room: Venue) -> None:
    set_sharing(venue=room, is_shared=False, buffer_minutes=30, actor=cast.actor("base"))
    opened = make_class(cast.unit("huotong"), sessions=[in_room(room, 8), in_room(room, 11)])
    with pytest.raises(VenueNotFree):
        reserve(cast.unit("kengtou"), room, DAY, 14, 16)  # cleaned until 15:00
    reserve(cast.unit("kengtou"), room, DAY, 15, 17)
    with pytest.raises(VenueNotFree):
        reserve(cast.unit("shiqiao"), room, DAY, 17, 18)
    make_class(cast.unit("hubei"), sessions=[in_room(room, 17)])
    set_sharing(venue=room, is_shared=False, actor=SYSTEM)
    last = opened.sessions.get(number=2)
    sessions.cancel_session(session=last, reason="台风", actor=SYSTEM)
    first = LIVE.get(holder=f"class:{opened.pk}")
    assert (first.free_at - first.ends_at, first.buffer_minutes) == (timedelta(minutes=30), 30)
    holds()


def test_a_shared_venue_seats_all_who_come(cast: Cast, room: Venue) -> None:
    set_sharing(venue=room, is_shared=True, actor=SYSTEM)
    make_class(cast.unit("huotong"), sessions=[in_room(room)], capacity=50)
    reserve(cast.unit("kengtou"), room, DAY, heads=30)
    with pytest.raises(VenueNotFree):
        reserve(cast.unit("shiqiao"), room, DAY, heads=11)
    with pytest.raises(refusals.VenueTaken):
        make_class(cast.unit("hubei"), sessions=[in_room(room, 10)], capacity=20)
    with pytest.raises(StillShared):
        set_sharing(venue=room, is_shared=False, actor=SYSTEM)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(using, "HELD_ONCE", "what another constraint says is no matter of sharing")
        with pytest.raises(IntegrityError), transaction.atomic():
            set_sharing(venue=room, is_shared=False, actor=SYSTEM)
    reserve(cast.unit("shiqiao"), room, DAY, heads=10)
    opened = make_class(cast.unit("hubei"), sessions=[in_room(room, 14)], capacity=20)
    figures: dict[str, Any] = {"form": "lecture", "base_id": None, "head_id": None, "nominate_by": None, "note": ""}
    reserve(cast.unit("shiqiao"), room, DAY, 15, 16, heads=60)
    with pytest.raises(refusals.VenueTaken):
        opening.edit_class(training_class=opened, title="班", capacity=31, **figures, actor=SYSTEM)
    opening.edit_class(training_class=opened, title="班", capacity=30, **figures, actor=SYSTEM)
    holds()


def test_a_row_that_nobody_comes_to_is_released(cast: Cast, room: Venue) -> None:
    made = reserve(cast.unit("kengtou"), room, DAY, repeat="weekly", until=date(2027, 1, 25))
    keeper = cast.actor("base")
    with pytest.raises(ReservationOver):
        mark_unused(reservation=made[0], actor=keeper)
    for number, row in enumerate(made[:4]):
        with clock.frozen(row.ends_at):
            if number:  # somebody came to the first one
                mark_unused(reservation=row, actor=keeper)
    series = ReservationSeries.objects.get()
    assert (series.ended_for, LIVE.count()) == ("misses", 1)
    assert Activity.objects.get(event="bases.series_released").detail["times"] == 4
    with clock.frozen(made[4].starts_at - timedelta(days=1)):
        assert [one.pk for one in series_released(cast.actor("secretary"))] == [series.pk]
        assert not series_released(cast.actor("sibling_secretary"))
        assert "重复预约放开了" in signed_in(cast.accounts["secretary"]).get("/").content.decode()
        assert reserve(cast.unit("shiqiao"), room, clock.local(made[4].starts_at).date())
    held = make_class(cast.unit("huotong"), sessions=[in_room(room, 14)])
    claim = LIVE.get(holder=f"class:{held.pk}")
    for refused in (
        lambda: mark_unused(reservation=claim, actor=keeper),
        lambda: cancel_reservation(reservation=claim, actor=keeper),
    ):
        with pytest.raises(ReservationOfClass):
            refused()
    holds()


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_days_wrap_and_years_turn_wherever_the_server_stands(
    cast: Cast, room: Venue, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    ticking.tzset()
    with transaction.atomic():
        night = reserve(cast.unit("kengtou"), room, date(2026, 12, 31), 22, 2)[0]
        assert (night.starts_at, night.ends_at) == (
            datetime(2026, 12, 31, 14, tzinfo=UTC), datetime(2026, 12, 31, 18, tzinfo=UTC),
        )  # fmt: skip
        with pytest.raises(VenueNotFree, match="12月31日|22:00–次日 02:00"):
            reserve(cast.unit("shiqiao"), room, date(2027, 1, 1), 1, 3)
        reserve(cast.unit("shiqiao"), room, date(2027, 1, 1), 2, 3)
        with clock.frozen(clock.at_local(date(2028, 1, 31), 9)):
            leap = reserve(cast.unit("kengtou"), room, date(2028, 2, 29), 23, 1)[0]
            assert clock.local(leap.ends_at) == clock.at_local(date(2028, 3, 1), 1)
            with pytest.raises(VenueNotFree):
                reserve(cast.unit("shiqiao"), room, date(2028, 3, 1), 0, 1)
    monkeypatch.undo()
    ticking.tzset()


def test_what_is_gone_is_not_found_and_one_alone_is_no_series(cast: Cast, room: Venue) -> None:
    gone, kept = (reserve(cast.unit("kengtou"), room, DAY, *times)[0] for times in ((9, 11), (14, 16)))
    Reservation.objects.filter(pk=gone.pk).delete()
    with pytest.raises(NotFound):
        cancel_reservation(reservation=gone, actor=SYSTEM)
    with clock.frozen(kept.ends_at):
        assert mark_unused(reservation=kept, actor=SYSTEM).state == "unused"


def test_the_table_itself_refuses_two(cast: Cast, room: Venue) -> None:
    row = reserve(cast.unit("kengtou"), room, DAY)[0]
    row.pk = None
    with pytest.raises(IntegrityError, match="reservation_venue_held_once"), transaction.atomic():
        row.save(force_insert=True)
    claims = claims_of([in_room(room, 8)], 40)
    with pytest.raises(VenueHeld, match="已经有人约了"):
        hold_venues(holder="class:1", claims=claims, unit_id=1, purpose="x", account_id=None)


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    return client.get(reverse(f"bases:{name}", args=args), query).content.decode()


def test_a_secretary_books_on_the_page(cast: Cast, school: Base, room: Venue) -> None:
    client = signed_in(cast.accounts["secretary"])
    hall = add_venue(base=school, name="多功能厅", seats=120, actor=SYSTEM)
    assert "约这个场地" in page(client, "venue", room.pk)
    sent = {"unit": cast.unit("kengtou").pk, "first_on": "2026-12-07", "begins": "09:00", "ends": "11:00"}
    sent |= {"purpose": "党员大会", "heads": "25", "kind": "meeting", "repeat": "", "until": "", "key": str(uuid4())}
    address = reverse("bases:reserve", args=[room.pk])
    looked = client.post(address, {**sent, "answer": "look", "repeat": "weekly", "until": "2026-12-21"})
    assert looked.status_code == 200
    assert "3 次，约得到 3 次，约不到 0 次" in looked.content.decode()
    assert "那时空着" in client.post(address, {**sent, "answer": "look"}).content.decode()
    made = client.post(address, {**sent, "answer": "book"}, follow=True)
    assert "约好了，一共 1 次" in made.content.decode()
    again = client.post(address, {**sent, "answer": "book"}, follow=True)
    assert (again.redirect_chain, LIVE.count()) == (made.redirect_chain, 1)
    assert "那时约不到" in client.post(address, {**sent, "answer": "look"}).content.decode()
    taken = client.post(address, {**sent, "key": str(uuid4()), "answer": "book"})
    text = taken.content.decode()
    assert taken.status_code == 422
    assert f"/bases/venues/{hall.pk}/reserve/?purpose=" in text
    assert "begins=11%3A00&amp;ends=13%3A00&amp;unit=" in text
    row = client.post(
        address, {**sent, "key": str(uuid4()), "answer": "book", "repeat": "weekly", "until": "2026-12-21"}
    )
    assert "约得到的先约上，2 次" in row.content.decode()
    client.post(address, {**sent, "key": str(uuid4()), "answer": "skip", "repeat": "weekly", "until": "2026-12-21"})
    assert LIVE.count() == 3
    wrong = client.post(address, {**sent, "answer": "book", "repeat": "weekly"})
    assert "请填重复到哪一天" in wrong.content.decode()
    held = client.post(
        address, {**sent, "key": str(uuid4()), "begins": "15:00", "ends": "16:00", "answer": "hold"}, follow=True
    )
    assert "确认要用" in held.content.decode()
    assert "先留的场地要确认：党员大会" in client.get("/").content.decode()
    hold = LIVE.get(expires_at__isnull=False)
    assert "已约好" in client.post(reverse("bases:reservation_confirm", args=[hold.pk]), follow=True).content.decode()
    answer = client.post(reverse("bases:reservation_cancel", args=[hold.pk]), {"reason": "不开了"}, follow=True)
    assert "不开了" in answer.content.decode()
    other = signed_in(cast.accounts["sibling_secretary"])
    assert other.get(reverse("bases:reservation", args=[hold.pk])).status_code == 404
    week = page(other, "week", school.pk, day="2026-12-09")
    assert "已有人约" in week
    assert "党员大会" not in week
    assert "党员大会" in page(signed_in(cast.accounts["base"]), "week", school.pk, day="2026-12-09")
    assert page(other, "week", school.pk, day="什么")


def test_a_keeper_sees_marks_and_shares(cast: Cast, school: Base, room: Venue) -> None:
    made = reserve(cast.unit("kengtou"), room, DAY, repeat="weekly", until=date(2026, 12, 21))
    keeper = signed_in(cast.accounts["base"])
    keeper.get("/")

    def asked(name: str, *args: Any, **query: Any) -> int:
        with CaptureQueriesContext(connection) as context:
            assert page(keeper, name, *args, **query)
        return len(context)

    asked_for = {"reservations": 5, "week": 6, "reservation": 4, "reserve": 8}
    named: dict[str, tuple[int, ...]] = {"week": (school.pk,), "reservation": (made[0].pk,), "reserve": (room.pk,)}
    assert {name: asked(name, *named.get(name, ()), day="2026-12-07") for name in asked_for} == asked_for
    for state, count in (("held", 0), ("released", 0), ("booked", 3)):
        assert len(keeper.get(reverse("bases:reservations"), {"state": state}).context["listing"].rows) == count
    with clock.frozen(made[0].ends_at):
        answer = keeper.post(reverse("bases:reservation_unused", args=[made[0].pk]), follow=True)
        assert "已登记没有来用" in answer.content.decode()
        again = keeper.post(reverse("bases:reservation_unused", args=[made[0].pk]), follow=True)
        assert again.redirect_chain == [(reverse("bases:reservation", args=[made[0].pk]), 302)]
        assert "已登记没有来用" not in again.content.decode()
    answer = keeper.post(
        reverse("bases:sharing", args=[room.pk]), {"is_shared": "on", "buffer_minutes": ""}, follow=True
    )
    assert "几家可以同时用" in answer.content.decode()
    reserve(cast.unit("shiqiao"), room, date(2026, 12, 14))
    answer = keeper.post(reverse("bases:sharing", args=[room.pk]), {"buffer_minutes": "15"})
    assert (answer.status_code, "不能改成一次一家" in answer.content.decode()) == (422, True)
