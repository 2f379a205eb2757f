"""What changes at the moment a class begins: pages, machines and services say the same, whoever asks first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.urls import reverse

from doorstep.attendance.services.arrivals import check_in
from doorstep.attendance.services.refusals import NobodyOnTheRoll
from doorstep.attendance.services.rolls import close_roll, mark_roll
from doorstep.classes.models import Enrolment, TrainingClass
from doorstep.classes.queries.classes import classes_coming, classes_open_for, quotas_unused
from doorstep.classes.queries.people import enrolment_of, nominees
from doorstep.classes.services import refusals
from doorstep.classes.services.leave import ask_leave
from doorstep.classes.services.opening import cancel_class
from doorstep.classes.services.people import nominate, withdraw_seat
from doorstep.classes.services.seats import hand_down_seats
from doorstep.classes.services.sessions import move_session
from doorstep.core.clock import at_local, frozen
from doorstep.core.models import Activity
from doorstep.directory.services.units import found_unit
from doorstep.web.queries.homes import tasks_for
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import half_day, make_class

DAY = date(2026, 12, 7)
BEFORE, AFTER = at_local(DAY, 8, 29), at_local(DAY, 8, 31)


@pytest.fixture(autouse=True)
def _two_weeks_before(db: None) -> Iterator[None]:
    with frozen(at_local(date(2026, 11, 23), 12)):
        yield


def page(cast: Cast, who: str, address: str) -> str:
    return signed_in(cast.accounts[who]).get(address).content.decode()


def put(cast: Cast, opened: TrainingClass, name: str, by: str, reason: str = "") -> Enrolment:
    people = nominees([cast.person(name).pk])
    return nominate(training_class=opened, people=people, reason=reason, actor=cast.actor(by))[0]


@pytest.mark.parametrize("moment", [BEFORE, AFTER])
def test_pages_and_services_agree_before_the_job_has_been_by(cast: Cast, moment: object) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    hand_down_seats(training_class=opened, table={cast.unit("kengtou").pk: 3}, actor=cast.actor("township"))
    has_begun = moment is AFTER
    with frozen(moment):  # type: ignore[arg-type]
        shown = page(cast, "secretary", f"/classes/{opened.pk}/")
        listed = page(cast, "secretary", "/classes/?status=running")
        assert ("进行中" in shown) == has_begun
        assert ("报名中" in shown) != has_begun
        assert (opened.title in listed) == has_begun
        assert ("开课前都可以提名" in shown) != has_begun
        assert (f"/classes/{opened.pk}/nominate/" in shown) != has_begun
        secretary, kengtou = cast.actor("secretary"), cast.unit("kengtou")
        assert bool(classes_open_for(kengtou, secretary)) != has_begun
        assert bool(quotas_unused(secretary)) != has_begun
        assert bool(classes_coming(cast.actor("township"), 14)) != has_begun
        if has_begun:
            with pytest.raises(refusals.BegunForBranches) as caught:
                put(cast, opened, "林秀珍", "secretary")
            assert caught.value.text.endswith("12月7日已经开课，支部不能再提名。要补人，请霍童镇党委补名额。")
        else:
            assert put(cast, opened, "林秀珍", "secretary").status == "nominated"


def test_the_form_for_names_says_so_at_once(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    address = reverse("classes:nominate", args=[opened.pk])
    assert 'name="person"' in page(cast, "secretary", address)
    with frozen(AFTER):
        shown = page(cast, "secretary", address)
    assert "已经开课，支部不能再提名" in shown
    assert 'name="person"' not in shown
    assert "补名额</h1>" not in shown


def test_the_form_of_a_full_class_puts_people_on_the_list(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=1)
    put(cast, opened, "林秀珍", "secretary")
    for who in ("secretary", "township"):
        shown = page(cast, who, reverse("classes:nominate", args=[opened.pk]))
        assert "名额已满，现在有 0 人候补。" in shown
        assert 'name="wait"' in shown


def test_the_form_of_a_unit_without_seats_says_whom_to_ask(cast: Cast) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY)
    hand_down_seats(training_class=opened, table={cast.unit("kengtou").pk: 1}, actor=cast.actor("county"))
    address = reverse("classes:nominate", args=[opened.pk])
    assert 'name="person"' in page(cast, "secretary", address)
    assert 'name="person"' in page(cast, "township", address), "a branch of the township has seats"
    put(cast, opened, "林秀珍", "secretary")
    shown = page(cast, "secretary", address)
    assert "要加名额，请找蕉城区委组织部。" in shown
    assert 'name="wait"' in shown
    shown = page(cast, "sibling_secretary", address)
    assert "要加的话，请找蕉城区委组织部" in shown
    assert 'name="person"' not in shown


def test_staff_add_people_to_a_running_class_with_a_reason(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    client = signed_in(cast.accounts["township"])
    address = reverse("classes:nominate", args=[opened.pk])
    person = cast.person("林秀珍").pk
    with frozen(AFTER):
        assert "补名额" in client.get(f"/classes/{opened.pk}/").content.decode()
        form = client.get(address).content.decode()
        assert 'name="reason"' in form
        assert "补名额</h1>" in form
        assert '这个班还有 <b class="font-semibold">40</b>' in form
        refused = client.post(address, {"person": person})
        assert refused.status_code == 422
        assert "补名额要写明原因" in refused.content.decode()
        assert client.post(address, {"person": person, "reason": "当天才接到通知"}).status_code == 302
    opened.refresh_from_db()
    assert (opened.status, opened.seats_taken) == ("running", 1)
    assert Enrolment.objects.get().status == "confirmed"
    told = Activity.objects.get(event="classes.member_nominated")
    assert told.detail["reason"] == "当天才接到通知"
    assert Activity.objects.filter(event="classes.class_started").count() == 1


def test_a_running_class_is_never_over_capacity(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=1)
    put(cast, opened, "林秀珍", "township")
    with frozen(AFTER), pytest.raises(refusals.ClassFull):
        put(cast, opened, "黄德旺", "township", "漏报")


def test_who_leaves_after_the_first_minute_counts_as_withdrawn(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    seat = put(cast, opened, "林秀珍", "township")
    with frozen(AFTER):
        assert "退出按退学处理" in page(cast, "township", f"/classes/{opened.pk}/people/{seat.person_id}/withdraw/")
        seat = enrolment_of(opened, seat.person_id, cast.actor("township"))
        assert withdraw_seat(enrolment=seat, reason="不来了", actor=cast.actor("township")).status == "withdrawn"


def test_a_past_class_without_anybody_is_cancelled_not_closed(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    township = cast.actor("township")
    with frozen(AFTER + timedelta(days=2)):
        (task,) = [t for t in tasks_for(township, DAY + timedelta(days=2)) if t.url == f"/classes/{opened.pk}/"]
        assert task.words == f"没有人报的班：{opened.title}"
        close = page(cast, "township", f"/classes/{opened.pk}/roll/close/")
        assert "结考勤并结班" not in close
        assert f"/classes/{opened.pk}/cancel/" in close
        with pytest.raises(NobodyOnTheRoll):
            close_roll(training_class=opened, accept_absent=True, actor=township)
        assert cancel_class(training_class=opened, reason="没有办成", actor=township).status == "cancelled"


def test_a_class_moved_to_another_year_goes_there_whole(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 12, 31)), half_day(date(2027, 1, 1))])
    put(cast, opened, "林秀珍", "township")
    first = opened.sessions.get(number=1)
    plan = half_day(date(2027, 1, 2))
    move_session(session=first, plan=plan, actor=cast.actor("township"))
    opened.refresh_from_db()
    assert (opened.starts_on, opened.ends_on, opened.year) == (date(2027, 1, 1), date(2027, 1, 2), 2027)
    assert Enrolment.objects.get().year == 2027
    assert "2027年1月1日　星期五 – 2027年1月2日　星期六" in page(cast, "township", f"/classes/{opened.pk}/")


def test_who_has_come_sees_it_and_asks_for_no_leave(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    seat = put(cast, opened, "林秀珍", "township")
    first, second = opened.sessions.order_by("number")
    trainee = cast.actor("trainee")
    with frozen(at_local(DAY, 8, 24)):
        check_in(session=first, person_id=seat.person_id, method="personal_code", actor=cast.actor("township"))
    with frozen(AFTER):
        mine = page(cast, "trainee", "/me/")
        assert mine.index("已签到") < mine.index("下一次课") < mine.index("14:30–17:30")
        assert "08:24" in mine
        form = page(cast, "trainee", f"/classes/{opened.pk}/people/{seat.person_id}/leave/")
        assert f'value="{first.pk}"' not in form
        assert f'value="{second.pk}"' in form
        with pytest.raises(refusals.LeaveAfterArrival) as caught:
            ask_leave(enrolment=seat, sessions=[first, second], kind="sick", reason="就医", actor=trainee)
        assert caught.value.text.startswith("林秀珍 12月7日 08:24已经到了“")
    with frozen(second.starts_at - timedelta(minutes=30)):
        mark_roll(session=second, marks={seat.person_id: "present"}, actor=cast.actor("township"))
        with pytest.raises(refusals.LeaveAfterArrival):
            ask_leave(enrolment=seat, sessions=[second], kind="sick", reason="就医", actor=trainee)


def test_where_somebody_sat_the_roll_is_closed_even_when_all_have_left(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    seat = put(cast, opened, "林秀珍", "township")
    township = cast.actor("township")
    with frozen(AFTER + timedelta(days=2)):
        withdraw_seat(enrolment=seat, reason="不来了", actor=township)
        with pytest.raises(refusals.ClassHasBegun):
            cancel_class(training_class=opened, reason="", actor=township)
        assert [t.action for t in tasks_for(township, DAY + timedelta(days=2))] == ["去结班"]
        assert close_roll(training_class=opened, actor=township).closed_at is not None


def test_a_base_keeps_no_roster_and_sends_on_to_the_unit_above_it(cast: Cast) -> None:
    names = {"name": "坑头村“学习小院”示范基地", "short_name": "学习小院", "code": "B-base"}
    county = cast.unit("jiaocheng")
    since = {"county": county.county, "valid_from": date(2020, 1, 1)}
    base = found_unit(parent=county, kind="work_unit", **names, **since, actor=cast.system)
    opened = make_class(base, day=DAY)
    hand_down_seats(training_class=opened, table={cast.unit("kengtou").pk: 3}, actor=cast.system)
    with frozen(AFTER):
        assert "要补人，请蕉城区委组织部补名额。" in page(cast, "secretary", f"/classes/{opened.pk}/")
        with pytest.raises(refusals.BegunForBranches, match="请蕉城区委组织部补名额"):
            put(cast, opened, "林秀珍", "secretary")
        assert put(cast, opened, "林秀珍", "county", "开班当天才接到通知").status == "confirmed"
