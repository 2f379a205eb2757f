"""Venues: entered and run by their keeper, open and closed, borrowed on terms, in a base that receives so many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base, Closure, Loan, OpenHours, Reception, Venue
from doorstep.bases.pages.venue_forms import groups_of
from doorstep.bases.queries.venues import Use, hours_of, obstacles, venues_named, week_words
from doorstep.bases.rules.opening import OpenSpan, is_open, spans_of_day, wrong_spans
from doorstep.bases.services.venues import (
    ClosureLifted,
    ClosureOverlaps,
    ClosureTimesWrong,
    HoursWrong,
    LoanDaysWrong,
    LoanOver,
    LoanOverlaps,
    VenueNamed,
    VenueStandsSo,
    add_venue,
    change_venue,
    close_place,
    end_loan,
    lend_venue,
    lift_closure,
    restore_venue,
    retire_venue,
    set_hours,
    set_reception,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.services.units import write_search_keys
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base

TODAY = date(2026, 11, 24)  # a Tuesday
EVERY_DAY = [OpenSpan(day, time(8), time(18)) for day in range(1, 8)]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


@pytest.fixture
def room(school: Base) -> Venue:
    return Venue.objects.select_related("base").get(base=school)


def use_of(room: Venue, day: date, hour: int = 9, length: int = 2) -> Use:
    starts = clock.at_local(day, hour)
    return Use(room.base_id, room.pk, starts, starts + timedelta(hours=length))


def why_not(room: Venue, day: date, hour: int = 9, length: int = 2, booked_on: date | None = TODAY) -> str:
    return obstacles([use_of(room, day, hour, length)], booked_on=booked_on).get(0, "")


def test_a_time_is_open_when_one_stretch_of_its_day_holds_it() -> None:
    spans = [OpenSpan(2, time(8), time(11, 30)), OpenSpan(2, time(14), time(17)), OpenSpan(3, time(8), time(9))]

    def at(hour: int, minute: int, until: int, day: int = 24) -> bool:
        begins = clock.at_local(date(2026, 11, day), hour, minute)
        return is_open(spans, begins, begins.replace(hour=until, minute=0))

    assert at(8, 0, 11)
    assert not at(8, 0, 12)
    assert not at(11, 0, 15)  # the break at noon
    assert not at(8, 0, 10, day=25)
    assert not at(8, 0, 9, day=26)
    tomorrow = TODAY + timedelta(1)
    assert is_open([], clock.at_local(TODAY, 23), clock.at_local(tomorrow, 3))
    assert not is_open(EVERY_DAY, clock.at_local(TODAY, 17), clock.at_local(tomorrow, 9))
    assert [span.opens_at for span in spans_of_day(reversed(spans), TODAY)] == [time(8), time(14)]


MOMENTS = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(st.lists(st.builds(OpenSpan, st.integers(1, 7), MOMENTS, MOMENTS), max_size=6))
def test_stretches_are_wrong_exactly_when_a_minute_lies_in_two_or_none(spans: list[OpenSpan]) -> None:
    def minutes(span: OpenSpan) -> set[int]:
        return set(
            range(span.opens_at.hour * 60 + span.opens_at.minute, span.closes_at.hour * 60 + span.closes_at.minute)
        )

    wrong = []
    for day in range(1, 8):
        rows = [minutes(span) for span in spans if span.weekday == day]
        if len(rows) > 2 or not all(rows) or len(set().union(*rows)) < sum(map(len, rows)):
            wrong.append(day)
    assert wrong_spans(spans) == wrong


@given(st.lists(st.integers(0, 2), min_size=7, max_size=7))
def test_what_the_form_shows_of_a_week_is_the_week(kinds: list[int]) -> None:
    """Days with the same times are one group, and the groups mean what was kept."""
    times = {0: [], 1: [(time(8), time(18))], 2: [(time(8), time(11)), (time(14), time(17))]}
    spans = [OpenSpan(day, *pair) for day, kind in enumerate(kinds, start=1) for pair in times[kind]]
    groups = groups_of(spans)
    assert len(groups) == len(set(kinds) - {0})
    meant = {
        OpenSpan(day, group[opens], group[closes])
        for group in groups
        for day in group["days"]
        for opens, closes in (("opens", "closes"), ("opens_again", "closes_again"))
        if opens in group
    }
    assert meant == set(spans)
    lines = week_words(spans)
    assert bool(lines) == any(kinds)


def test_a_room_is_entered_changed_retired_and_restored(cast: Cast, school: Base) -> None:
    keeper = cast.actor("township")
    room = add_venue(base=school, name=" 研讨室 ", seats=30, equipment=["sound", "projector"], actor=keeper)
    assert (room.name, room.seats, room.equipment) == ("研讨室", 30, ["projector", "sound"])
    with pytest.raises(VenueNamed) as refused:
        add_venue(base=school, name="研讨室", seats=10, actor=keeper)
    assert "已经有一个叫“研讨室”的场地" in refused.value.text
    change_venue(venue=room, name="大研讨室", seats=35, actor=keeper)
    with pytest.raises(VenueNamed):
        change_venue(venue=room, name="镇党校教室", seats=35, actor=keeper)
    retire_venue(venue=room, actor=keeper)
    with pytest.raises(VenueStandsSo):
        retire_venue(venue=room, actor=keeper)
    other = add_venue(base=school, name="大研讨室", seats=20, actor=keeper)
    with pytest.raises(VenueNamed):
        restore_venue(venue=room, actor=keeper)
    change_venue(venue=other, name="小研讨室", seats=20, actor=keeper)
    restore_venue(venue=room, actor=keeper)
    told = Activity.objects.filter(event__startswith="bases.venue_", subject_id=str(school.pk)).order_by("at", "pk")
    assert sorted(told.values_list("event", flat=True)) == [
        "bases.venue_added", "bases.venue_added", "bases.venue_changed", "bases.venue_changed", "bases.venue_restored",
        "bases.venue_retired",
    ]  # fmt: skip
    changed = told.filter(event="bases.venue_changed").order_by("at").first()
    assert changed is not None
    assert changed.detail["before"]["seats"] == 30
    with pytest.raises(NotFound):
        venues_named([room.pk, 0])
    assert [found for found in check_invariants() if not found.holds] == []


def test_hours_of_the_base_hold_for_rooms_without_their_own(cast: Cast, school: Base, room: Venue) -> None:
    keeper = cast.actor("township")
    assert why_not(room, TODAY + timedelta(3), 21) == ""
    set_hours(base=school, spans=EVERY_DAY[:5], actor=keeper)
    assert why_not(room, TODAY + timedelta(3)) == ""  # Friday
    assert why_not(room, TODAY + timedelta(4)) == "星期六不开放"
    assert why_not(room, TODAY + timedelta(3), 17) == "星期五只开放 08:00–18:00"
    set_hours(
        base=school, venue=room, spans=[OpenSpan(6, time(8), time(11)), OpenSpan(6, time(14), time(17))], actor=keeper
    )
    assert why_not(room, TODAY + timedelta(4)) == ""
    assert why_not(room, TODAY + timedelta(4), 10) == "星期六只开放 08:00–11:00、14:00–17:00"
    assert why_not(room, TODAY + timedelta(3)) == "星期五不开放"
    assert week_words(hours_of(school)) == [("星期一至星期五", "08:00–18:00"), ("星期六至星期日", "不开放")]
    set_hours(base=school, venue=room, spans=[], actor=keeper)
    assert why_not(room, TODAY + timedelta(3)) == ""
    with pytest.raises(HoursWrong) as refused:
        set_hours(base=school, spans=[OpenSpan(1, time(9), time(8))], actor=keeper)
    assert refused.value.text.startswith("星期一的开放时间不对")
    assert OpenHours.objects.count() == 5
    stranger = make_base(cast.unit("hubei"), name="虎贝党校")
    with pytest.raises(NotFound):
        set_hours(base=stranger, venue=room, spans=[], actor=SYSTEM)


def test_a_closed_place_cannot_be_used_until_it_is_reopened(cast: Cast, school: Base, room: Venue) -> None:
    keeper = cast.actor("township")
    day = TODAY + timedelta(10)
    span = {"starts_at": clock.at_local(day, 10), "ends_at": clock.at_local(day + timedelta(2), 10)}
    closed = close_place(base=school, venue=room, kind="shut", reason="屋顶维修", **span, actor=keeper)
    assert why_not(room, day, 8) == ""  # half-open: it ends when the closure begins
    assert why_not(room, day, 9) == "12月4日 10:00 到 12月6日 10:00 不开放：屋顶维修"
    assert why_not(room, day + timedelta(2), 10) == ""
    with pytest.raises(ClosureOverlaps) as refused:
        close_place(base=school, venue=room, kind="other", **span, actor=keeper)
    assert "屋顶维修" in refused.value.text
    later = {"starts_at": span["ends_at"], "ends_at": span["ends_at"] + timedelta(days=1)}
    whole = close_place(base=school, kind="owner", **later, actor=keeper)
    assert why_not(room, day + timedelta(2), 10) == "12月6日 10:00 到 12月7日 10:00 不开放：产权单位自用"
    with pytest.raises(ClosureOverlaps):
        close_place(base=school, venue=room, kind="other", **later, actor=keeper)
    lift_closure(closure=closed, actor=keeper)
    with pytest.raises(ClosureLifted):
        lift_closure(closure=closed, actor=keeper)
    assert why_not(room, day, 10) == ""
    for wrong in (
        {"starts_at": span["ends_at"], "ends_at": span["starts_at"]},
        {"starts_at": clock.now() - timedelta(days=2), "ends_at": clock.now()},
    ):
        with pytest.raises(ClosureTimesWrong):
            close_place(base=school, kind="other", **wrong, actor=keeper)
    with pytest.raises(IntegrityError), transaction.atomic():
        Closure.objects.create(base=school, kind="other", entered_at=clock.now(), **later)
    assert Closure.objects.get(pk=whole.pk).entered_by_id == keeper.account_id


def test_a_borrowed_room_is_used_on_its_owners_terms(cast: Cast, room: Venue) -> None:
    keeper = cast.actor("township")
    last = date(2026, 12, 31)
    lent: dict[str, Any] = {"owner": "镇文化站", "valid_from": TODAY, "valid_to": last, "notice_days": 3}
    loan = lend_venue(venue=room, **lent, terms="用完打扫", actor=keeper)
    assert why_not(room, TODAY + timedelta(2)) == "镇文化站要求提前 3 天约"
    assert why_not(room, TODAY + timedelta(2), booked_on=None) == ""
    assert why_not(room, TODAY + timedelta(3)) == ""
    assert why_not(room, TODAY - timedelta(1)) == "镇文化站只借到 2026-11-24 至 2026-12-31"
    assert why_not(room, last) == ""
    assert why_not(room, last + timedelta(1)) == "镇文化站只借到 2026-11-24 至 2026-12-31"
    with pytest.raises(LoanOverlaps):
        lend_venue(venue=room, **{**lent, "valid_from": last, "valid_to": last}, actor=keeper)
    with pytest.raises(LoanDaysWrong):
        lend_venue(venue=room, **{**lent, "valid_from": last, "valid_to": TODAY}, actor=keeper)
    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.create(venue=room, owner="x", valid_from=last, valid_to=last)
    nexts = lend_venue(
        venue=room, **{**lent, "valid_from": date(2027, 1, 1), "valid_to": last.replace(2027)}, actor=keeper
    )
    assert why_not(room, date(2027, 6, 1)) == ""
    end_loan(loan=nexts, actor=keeper)
    with pytest.raises(LoanOver):
        end_loan(loan=nexts, actor=keeper)
    end_loan(loan=loan, actor=keeper)
    assert Loan.objects.get().valid_to == TODAY
    assert why_not(room, TODAY + timedelta(9)) == "镇文化站只借到 2026-11-24 至 2026-11-24"
    with pytest.raises(LoanOver):
        end_loan(loan=loan, actor=keeper)


def test_a_room_out_of_use_is_named_as_such(room: Venue) -> None:
    retire_venue(venue=room, actor=SYSTEM)
    assert why_not(room, TODAY + timedelta(3)) == "已停用"
    assert obstacles([], booked_on=TODAY) == {}


def test_whom_a_base_receives_is_said_once_and_changed(cast: Cast, school: Base) -> None:
    keeper = cast.actor("township")
    set_reception(base=school, people=120, beds=40, contact=" 办公室 ", phone="0593-1234567", actor=keeper)
    set_reception(base=school, people=150, meals=80, actor=keeper)
    reception = Reception.objects.get()
    assert (reception.people, reception.meals, reception.beds, reception.contact) == (150, 80, 0, "")


@pytest.mark.django_db(transaction=True)
def test_pages_of_a_keeper(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    school = make_base(cast.unit("huotong"))
    keeper = signed_in(cast.accounts["township"])
    address = reverse("bases:base", args=[school.pk])
    new = reverse("bases:venue_new", args=[school.pk])
    assert keeper.post(new, {"name": "", "seats": "0"}).status_code == 422
    sent = {"name": "二号教室", "seats": "40", "equipment": ["projector", "step_free"]}
    assert keeper.post(new, sent).status_code == 302
    again = keeper.post(new, sent)
    assert again.status_code == 422
    assert "已经有一个叫" in again.content.decode()
    room = Venue.objects.get(name="二号教室")
    assert "投影、无障碍通道" in keeper.get(address).content.decode()
    hours = reverse("bases:hours", args=[school.pk])
    week = {"group-TOTAL_FORMS": "2", "group-INITIAL_FORMS": "0", "group-0-days": ["1", "2", "3", "4", "5"],
            "group-0-opens": "08:00", "group-0-closes": "11:30", "group-0-opens_again": "14:00",
            "group-0-closes_again": "17:30"}  # fmt: skip
    for wrong, said in (
        ({"group-0-closes": ""}, "请填开门和关门时间"),
        ({"group-0-closes_again": ""}, "要一起填"),
        ({"group-0-days": []}, "请勾选是哪几天"),
        ({"group-0-closes": "07:00"}, "开放时间不对"),
    ):
        answer = keeper.post(hours, {**week, **wrong})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert keeper.post(hours, week).status_code == 302
    shown = keeper.get(address).content.decode()
    assert "08:00–11:30、14:00–17:30" in shown
    assert "星期六至星期日" in shown
    assert 'value="08:00"' in keeper.get(hours).content.decode()
    assert keeper.post(f"{hours}?venue={room.pk}", {"always": "1"}).headers["Location"] == reverse(
        "bases:venue", args=[room.pk]
    )
    closure = reverse("bases:closure_new", args=[school.pk])
    closing = {"venue": room.pk, "kind": "shut", "starts_at": "2026-12-05T08:00", "ends_at": "2026-12-06T18:00"}
    assert keeper.post(closure, {**closing, "ends_at": "2026-12-01T18:00"}).status_code == 422
    assert keeper.post(closure, closing).status_code == 302
    assert "2026年12月5日 08:00 到 2026年12月6日 18:00 不开放" in keeper.get(address).content.decode()
    kept = Closure.objects.get()
    assert clock.local(kept.starts_at).hour == 8
    lift = reverse("bases:closure_lift", args=[kept.pk])
    assert keeper.post(lift).status_code == 302
    assert "这次登记已经取消了" in keeper.post(lift, follow=True).content.decode()
    loan = {"owner": "镇文化站", "valid_from": "2026-01-01", "valid_to": "2026-12-31", "notice_days": "5"}
    assert keeper.post(reverse("bases:loan_new", args=[room.pk]), loan).status_code == 302
    page = reverse("bases:venue", args=[room.pk])
    with django_assert_num_queries(10):
        assert "要提前 5 天约" in keeper.get(page).content.decode()
    ending = reverse("bases:loan_end", args=[Loan.objects.get().pk])
    assert "已结束借用" in keeper.post(ending, follow=True).content.decode()
    assert "这次借用已经结束了" in keeper.post(ending, follow=True).content.decode()
    receiving = {"people": "120", "meals": "80", "beds": "0", "parking": "2", "guides": "1", "phone": "13900001234 x"}
    reception = reverse("bases:reception", args=[school.pk])
    assert "电话只能有数字" in keeper.post(reception, receiving).content.decode()
    assert keeper.post(reception, {**receiving, "phone": "0593-1234567"}).status_code == 302
    assert "0593-1234567" in keeper.get(address).content.decode()
    use = reverse("bases:venue_use", args=[room.pk])
    assert "已停用" in keeper.post(use, {"answer": "retire"}, follow=True).content.decode()
    again = keeper.post(use, {"answer": "retire"}, follow=True)
    assert (again.redirect_chain, "已经是这样了，不用再改" in again.content.decode()) == ([(page, 302)], True)
    assert keeper.post(use, {"answer": "x"}).status_code == 404
    assert keeper.post(reverse("bases:venue_edit", args=[room.pk]), {**sent, "name": "三号教室"}).status_code == 302
    assert "又能用了" in keeper.post(use, {"answer": "restore"}, follow=True).content.decode()
    trainee = signed_in(cast.accounts["trainee"])
    assert "停用" not in trainee.get(page).content.decode()
    assert trainee.get(hours).status_code == 404


def test_the_list_of_venues_finds_a_room_for_so_many(cast: Cast, school: Base, room: Venue) -> None:
    add_venue(base=school, name="研讨室", seats=30, equipment=["projector"], actor=SYSTEM)
    lend_venue(venue=room, owner="镇文化站", valid_from=TODAY, valid_to=TODAY, actor=SYSTEM)
    write_search_keys(kind="base", object_id=school.pk, place=school.place, names=[school.name])
    visitor = signed_in(cast.accounts["trainee"])

    def found(**asked: str) -> str:
        return visitor.get(reverse("bases:venues"), asked).content.decode()

    assert "研讨室" in found()
    assert "研讨室" not in found(seats="60")
    assert "镇党校教室" in found(seats="60")
    assert "镇党校教室" not in found(equipment="projector")
    assert "研讨室" in found(q="htz")
    assert "研讨室" in found(q="研讨")
    with translation.override("zh-hans"):
        assert "借用" in found(seats="60")
