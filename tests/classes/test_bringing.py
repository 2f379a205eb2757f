"""Coaches, boats and mobile schools go out with classes: held with the way, never in two places, told what is free."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.bases.models import Base, Reservation, Venue
from doorstep.bases.queries.vehicles import vehicles_for
from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.bases.services.claims import VenueHeld, hold_venues
from doorstep.bases.services.reservations import VenueNotFree, reserve_venue
from doorstep.bases.services.using import NotToShare, set_sharing
from doorstep.bases.services.venues import add_venue, close_place, retire_venue
from doorstep.classes.queries.venues import claims_of
from doorstep.classes.services import opening, sessions
from doorstep.classes.services.bringing import VehicleIsThePlace, VehicleTaken
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.reservations import booking, reserve

DAY = date(2026, 12, 7)
LIVE = Reservation.objects.filter(state="live")


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with clock.frozen(clock.at_local(date(2026, 11, 23), 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    base = make_base(cast.unit("huotong"))
    Base.objects.filter(pk=base.pk).update(lat=26.9, lng=119.4)
    return base


@pytest.fixture
def coach(school: Base) -> Venue:
    return add_venue(base=school, kind="coach", name="45 座客车", seats=45, actor=SYSTEM)


@pytest.fixture
def mobile(cast: Cast) -> Base:
    base = make_base(cast.unit("huotong"), name="海上渔排流动党校")
    Base.objects.filter(pk=base.pk).update(kind="mobile_school", lat=26.9, lng=119.4)
    base.refresh_from_db()
    return base


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def spans(venue: Venue) -> list[tuple[datetime, datetime]]:
    return list(LIVE.filter(venue=venue).order_by("starts_at").values_list("held_from", "free_at"))


def field(day: date = DAY, hour: int = 8, **changes: Any) -> Any:
    return half_day(day, hour, **changes)


def test_a_coach_is_held_with_the_way_and_given_back_with_the_session(cast: Cast, coach: Venue) -> None:
    far = make_base(cast.unit("hubei"), name="虎贝镇党校")
    Base.objects.filter(pk=far.pk).update(lat=26.9, lng=119.2)
    room = far.venues.get()
    set_booking_rule(base=far, terms=BookingTerms("network"), actor=SYSTEM)
    there: dict[str, Any] = {"base_id": far.pk, "venue_id": room.pk, "brings": (coach.pk,)}
    opened = make_class(cast.unit("huotong"), sessions=[field(**there), field(hour=14, **there)])
    way = timedelta(minutes=51)  # 20 km, half as far again on the road, 35 km an hour
    after = timedelta(minutes=15)
    at = clock.at_local
    assert spans(coach) == [
        (at(DAY, 8, 30) - way, at(DAY, 11, 30) + way + after),
        (at(DAY, 14, 30) - way, at(DAY, 17, 30) + way + after),
    ]
    holds()
    with pytest.raises(VehicleTaken) as refused:
        make_class(cast.unit("huotong"), sessions=[field(hour=18, brings=(coach.pk,))], title="夜校")
    assert refused.value.text == (
        "12月7日45 座客车派不出来：“农村党员冬训班（第三期）”14:30–17:30 在用。请改时间，或不带它去。"
    )
    other = add_venue(base=coach.base, kind="coach", name="30 座客车", seats=30, actor=SYSTEM)
    add_venue(base=coach.base, kind="boat", name="渡船", seats=30, actor=SYSTEM)
    with pytest.raises(VehicleTaken) as refused:
        make_class(cast.unit("huotong"), sessions=[field(hour=18, brings=(coach.pk,))], title="夜校")
    assert refused.value.text.endswith("请改时间，或换30 座客车（30 座，霍童镇党校），那时空着。")
    first, second = opened.sessions.order_by("number")
    sessions.move_session(session=second, plan=field(hour=14, brings=(other.pk,)), actor=SYSTEM)
    assert (len(spans(coach)), len(spans(other))) == (1, 1)
    sessions.cancel_session(session=first, reason="", actor=SYSTEM)
    assert spans(coach) == []
    opening.cancel_class(training_class=opened, reason="台风", actor=SYSTEM)
    assert not LIVE.exists()
    holds()


def test_between_two_sessions_of_a_class_a_coach_stays_with_it(cast: Cast, school: Base, coach: Venue) -> None:
    close = [field(brings=(coach.pk,)), half_day(DAY, 11, brings=(coach.pk,))]
    make_class(cast.unit("hubei"), sessions=close)
    first, second = spans(coach)
    assert first[1] == second[0] == clock.at_local(DAY, 11, 30)
    holds()


def test_a_mobile_school_is_at_one_place_at_a_time(cast: Cast, school: Base, mobile: Base) -> None:
    room = mobile.venues.get()
    second = add_venue(base=mobile, name="二号船舱", seats=90, actor=SYSTEM)
    unit = cast.unit("huotong")
    make_class(unit, sessions=[field(base_id=mobile.pk, venue_id=room.pk)])
    assert set(LIVE.values_list("lane", flat=True)) == {-mobile.pk}
    with pytest.raises(VehicleTaken):
        make_class(unit, sessions=[field(brings=(second.pk,))], title="田头课")
    with pytest.raises(VenueNotFree):
        reserve(unit, second, DAY, 9, 10)
    reserve(unit, second, DAY, 12, 13)
    with pytest.raises(VenueHeld):
        hold_venues(
            holder="class:0",
            claims=claims_of([field(hour=12, base_id=mobile.pk, venue_id=room.pk)], 10),
            unit_id=unit.pk,
            purpose="x",
            account_id=None,
        )
    with pytest.raises(VehicleIsThePlace):
        make_class(unit, sessions=[field(hour=18, base_id=mobile.pk, venue_id=room.pk, brings=(second.pk,))])
    twin = LIVE.get(kind="class")
    twin.pk, twin.venue, twin.part = None, second, 0
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    for one in (room, second):
        with pytest.raises(NotToShare):
            set_sharing(venue=one, is_shared=True, actor=SYSTEM)
    set_sharing(venue=room, is_shared=False, buffer_minutes=5, actor=SYSTEM)
    holds()


def test_what_is_no_vehicle_out_of_use_or_not_open_does_not_go_out(cast: Cast, school: Base, coach: Venue) -> None:
    unit = cast.unit("huotong")
    for wrong in (Venue.objects.rooms().get().pk, 999_999):
        with pytest.raises(NotFound):
            make_class(unit, sessions=[field(brings=(wrong,))])
    set_booking_rule(base=school, terms=BookingTerms("own"), actor=SYSTEM)
    assert list(vehicles_for(unit)) == [coach]
    assert list(vehicles_for(cast.unit("hubei"))) == []
    with pytest.raises(VehicleTaken):
        make_class(cast.unit("hubei"), sessions=[field(brings=(coach.pk,))])
    with pytest.raises(NotToShare):
        set_sharing(venue=coach, is_shared=True, actor=SYSTEM)
    close_place(
        base=school,
        venue=coach,
        kind="other",
        starts_at=clock.at_local(DAY, 0),
        ends_at=clock.at_local(DAY, 12),
        reason="年检",
        actor=SYSTEM,
    )
    with pytest.raises(VehicleTaken) as refused:
        make_class(unit, sessions=[field(brings=(coach.pk,))])
    assert "年检" in refused.value.text
    retire_venue(venue=coach, actor=SYSTEM)
    with pytest.raises(NotFound):
        make_class(unit, sessions=[field(hour=14, brings=(coach.pk,))])
    with pytest.raises(NotPermitted):
        add_venue(base=school, kind="boat", name="船", seats=9, actor=cast.actor("secretary"))


def test_a_vehicle_is_entered_listed_and_booked_on_its_pages(cast: Cast, school: Base, mobile: Base) -> None:
    keeper = signed_in(cast.accounts["base"])
    assert "加一辆车或一条船" in keeper.get(reverse("bases:base", args=[school.pk])).content.decode()
    sent = keeper.post(
        reverse("bases:vehicle_new", args=[school.pk]), {"kind": "coach", "name": "45 座客车", "seats": "45"}
    )
    assert sent.status_code == 302
    coach = Venue.objects.get(kind="coach")
    text = keeper.get(reverse("bases:vehicles")).content.decode()
    assert [name in text for name in ("45 座客车", "镇党校教室", "海上渔排流动党校")] == [True, True, True]
    text = keeper.get(reverse("bases:vehicles"), {"kind": "coach"}).content.decode()
    assert ("45 座客车" in text, "海上渔排流动党校" in text) == (True, False)
    assert "45 座客车" not in keeper.get(reverse("bases:venues")).content.decode()
    edit = reverse("bases:venue_edit", args=[coach.pk])
    assert "equipment" not in keeper.get(edit).content.decode()
    keeper.post(edit, {"name": "48 座客车", "seats": "48"})
    coach.refresh_from_db()
    assert (coach.name, coach.seats, coach.kind) == ("48 座客车", 48, "coach")
    page = reverse("bases:reserve", args=[coach.pk])
    assert "去哪里" in keeper.get(page).content.decode()
    assert (
        "去哪里"
        not in keeper.get(
            reverse("bases:reserve", args=[Venue.objects.get(base=school, kind="room").pk])
        ).content.decode()
    )
    far = make_base(cast.unit("huotong"), name="远处的教学点")
    Base.objects.filter(pk=far.pk).update(lat=26.9, lng=119.2)
    form = {
        "unit": cast.unit("huotong").pk, "first_on": "2026-12-07", "begins": "09:00", "ends": "11:00",
        "purpose": "去远处听课", "kind": "other", "heads": "30", "goes_to": far.pk, "answer": "book",
        "key": "5a0e6d6e-0000-4000-8000-000000000001",
    }  # fmt: skip
    assert keeper.post(page, form).status_code == 302
    assert spans(coach) == [(clock.at_local(DAY, 8, 9), clock.at_local(DAY, 12, 6))]
    later = {"key": "5a0e6d6e-0000-4000-8000-000000000002", "begins": "12:00", "ends": "13:00"}
    again = keeper.post(page, {**form, **later})
    assert "那时空着的" in again.content.decode()
    assert LIVE.count() == 1
    holds()


def test_sessions_say_what_goes_out_with_them(cast: Cast, school: Base, coach: Venue) -> None:
    opened = make_class(cast.unit("huotong"), sessions=[field()])
    browser = signed_in(cast.accounts["township"])
    page = reverse("classes:session", args=[opened.pk, opened.sessions.get().pk])
    assert "随班派出" in browser.get(page).content.decode()
    form = {
        "held_on": "2026-12-07", "starts": "08:30", "ends": "11:30", "title": "课", "credit_unit": "half_day",
        "location": "坑头村", "brings": [coach.pk],
    }  # fmt: skip
    assert browser.post(page, form).status_code == 302
    assert opened.sessions.get().brings == [coach.pk]
    assert "随班派出：45 座客车" in browser.get(reverse("classes:class", args=[opened.pk])).content.decode()
    other = make_class(cast.unit("huotong"), sessions=[field(hour=9)], title="另一个班")
    answer = browser.post(reverse("classes:session", args=[other.pk, other.sessions.get().pk]), form)
    assert answer.status_code == 422
    assert "派不出来" in answer.content.decode()
    retire_venue(venue=coach, actor=SYSTEM)
    assert "45 座客车" in browser.get(page).content.decode()
    holds()


def test_a_meeting_books_a_coach_over_the_way(cast: Cast, coach: Venue) -> None:
    unit = cast.unit("huotong")
    wanted = booking(DAY, 9, 11)
    made = reserve_venue(unit=unit, venue=coach, booking=wanted, actor=SYSTEM)
    assert (made[0].held_from, made[0].free_at) == (clock.at_local(DAY, 9), clock.at_local(DAY, 11, 15))
    with pytest.raises(VenueNotFree) as refused:
        reserve(unit, coach, DAY, 11, 12)
    assert "空着" in refused.value.text


def test_the_pages_of_vehicles_take_few_queries(cast: Cast, school: Base, mobile: Base) -> None:
    keeper = signed_in(cast.accounts["base"])

    def asked(name: str, *args: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert keeper.get(reverse(f"bases:{name}", args=args)).status_code == 200
        return len(queries)

    coach = add_venue(base=school, kind="coach", name="客车 0", seats=45, actor=SYSTEM)
    asked("vehicles")
    few = asked("vehicles"), asked("vehicle_new", school.pk), asked("reserve", coach.pk)
    for number in range(1, 4):
        add_venue(base=school, kind="coach", name=f"客车 {number}", seats=45, actor=SYSTEM)
    assert (asked("vehicles"), asked("vehicle_new", school.pk), asked("reserve", coach.pk)) == few == (5, 3, 9)


def test_a_class_page_takes_one_query_more_for_all_that_goes_along(cast: Cast, school: Base, coach: Venue) -> None:
    opened = make_class(cast.unit("huotong"), sessions=[field(), field(DAY + timedelta(1)), field(DAY + timedelta(2))])
    browser = signed_in(cast.accounts["township"])

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(reverse("classes:class", args=[opened.pk])).status_code == 200
        return len(queries)

    asked()
    before = asked()
    for session in opened.sessions.all():
        plan = half_day(session.held_on, brings=(coach.pk,))
        sessions.move_session(session=session, plan=plan, actor=SYSTEM)
    assert asked() == before + 1
