"""The pages of classes as people use them, with the number of queries each takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doorstep.classes.models import Enrolment, Leave, Quota, TrainingClass
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.opening import cancel_class, start_class
from doorstep.classes.services.people import nominate
from doorstep.classes.services.seats import hand_down_seats
from doorstep.core.clock import at_local, frozen
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class, make_people
from tests.factories.courses import given_course
from tests.factories.teachers import given_teacher

DAY = date(2026, 12, 7)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with frozen(at_local(date(2026, 11, 23), 12)):
        yield


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def put(cast: Cast, opened: TrainingClass, *names: str, by: str = "secretary") -> list[Enrolment]:
    people = nominees([cast.person(name).pk for name in names])
    return nominate(training_class=opened, people=people, actor=cast.actor(by))


def new_form(**changes: Any) -> dict[str, Any]:
    return {
        "title": "农村党员冬训班（第一期）",
        "starts_on": "2026-12-07",
        "form": "lecture",
        "capacity": "40",
        "location": "坑头村党群服务中心",
        "nominate_by": "",
        "is_concentrated": "on",
        "rows-TOTAL_FORMS": "2",
        "rows-INITIAL_FORMS": "0",
        "rows-0-day": "1",
        "rows-0-starts": "08:30",
        "rows-0-ends": "11:30",
        "rows-0-title": "开班动员",
        "rows-0-credit_unit": "half_day",
        "rows-1-day": "6",
        "rows-1-starts": "19:00",
        "rows-1-ends": "20:30",
        "rows-1-title": "夜谈",
        "rows-1-credit_unit": "hour",
        "rows-1-hours": "1.5",
        **changes,
    }


def test_a_class_is_opened_on_one_page(cast: Cast, sign_in: SignIn) -> None:
    client, unit = sign_in("township"), cast.unit("huotong")
    assert "填好日期和课次就能开班" in text_of(client.get(reverse("classes:new")))
    answer = client.post(reverse("classes:new"), new_form(unit=unit.pk))
    opened = TrainingClass.objects.get()
    assert answer["Location"] == reverse("classes:class", args=[opened.pk])
    assert (opened.status, opened.head_id) == ("open", cast.accounts["township"].pk)
    assert [s.held_on for s in opened.sessions.order_by("number")] == [DAY, date(2026, 12, 12)]
    assert {s.location for s in opened.sessions.all()} == {"坑头村党群服务中心"}


def test_the_next_one_needs_only_its_date(cast: Cast, sign_in: SignIn) -> None:
    unit, client = cast.unit("huotong"), sign_in("township")
    base = make_base(unit)
    room = base.venues.get()
    first = client.post(reverse("classes:new"), new_form(unit=unit.pk, venue=room.pk, location=""))
    opened = TrainingClass.objects.get()
    assert first.status_code == 302
    hand_down_seats(training_class=opened, table={cast.unit("kengtou").pk: 5}, actor=SYSTEM)
    page = client.get(reverse("classes:new"))
    form, rows = page.context["form"], page.context["rows"]
    assert form.initial["title"] == "农村党员冬训班（第二期）"
    assert form.initial["starts_on"] == DAY
    assert [row.initial["day"] for row in rows] == [1, 6]
    assert "坑头村党支部 5" in text_of(page)
    taken = client.post(reverse("classes:new"), new_form(unit=unit.pk, venue=room.pk))
    assert taken.status_code == 422
    assert "镇党校教室已被占用" in taken.context["form"].errors["venue"][0]
    own = new_form(unit=unit.pk, venue="", location="村部", **{"rows-0-venue": room.pk})
    told = client.post(reverse("classes:new"), own)
    assert [list(row.errors) for row in told.context["rows"]] == [["venue"], []]
    assert (told.status_code, told.context["form"].errors) == (422, {})
    fewer = new_form(unit=unit.pk, venue=room.pk, starts_on="2026-12-14", same_seats="on", capacity="4")
    refused = client.post(reverse("classes:new"), fewer)
    assert refused.status_code == 422
    assert "请去掉“名额照上一期分”" in text_of(refused)
    again = new_form(unit=unit.pk, venue=room.pk, starts_on="2026-12-14", same_seats="on")
    assert client.post(reverse("classes:new"), again).status_code == 302
    assert Quota.objects.filter(training_class__starts_on=date(2026, 12, 14)).get().seats == 5


def test_one_more_session_and_what_is_wrong(cast: Cast, sign_in: SignIn) -> None:
    client, unit = sign_in("township"), cast.unit("huotong")
    more = client.post(reverse("classes:new"), new_form(unit=unit.pk, more="1"))
    assert more.status_code == 200
    assert len(more.context["rows"].forms) == 3
    assert "开班动员" in text_of(more)
    wrong = client.post(reverse("classes:new"), new_form(unit=unit.pk, **{"rows-0-ends": "08:00"}))
    assert wrong.status_code == 422
    assert wrong.context["rows"].forms[0].errors.keys() == {"ends"}
    assert "下课时间不晚于上课时间" in text_of(wrong)
    for row, field in (({"rows-1-hours": ""}, "hours"), ({"rows-1-day": "1", "rows-1-starts": "09:00"}, "starts")):
        wrong = client.post(reverse("classes:new"), new_form(unit=unit.pk, **row))
        assert wrong.status_code == 422
        assert wrong.context["rows"].forms[1].errors.keys() == {field}
        assert not wrong.context["form"].errors
    large = client.post(reverse("classes:new"), new_form(unit=unit.pk, capacity="5000"))
    assert large.context["form"].errors.keys() == {"capacity"}
    none = client.post(reverse("classes:new"), new_form(unit=unit.pk, **{"rows-0-DELETE": "on", "rows-1-DELETE": "on"}))
    assert "还没有安排课次" in text_of(none)
    draft = client.post(reverse("classes:new"), new_form(unit=unit.pk, draft="1"))
    opened = TrainingClass.objects.get()
    assert (draft.status_code, opened.status) == (302, "draft")
    assert sign_in("secretary").get(reverse("classes:class", args=[opened.pk])).status_code == 404
    assert client.post(reverse("classes:publish", args=[opened.pk])).status_code == 302
    assert sign_in("secretary").get(reverse("classes:class", args=[opened.pk])).status_code == 200
    assert sign_in("secretary").get(reverse("classes:new")).status_code == 404


def test_a_course_of_the_catalogue_fills_a_session(cast: Cast, sign_in: SignIn) -> None:
    client, unit = sign_in("township"), cast.unit("huotong")
    course, elsewhere = (
        given_course(cast.unit(at), title=title, mode="case")
        for title, at in (("一片叶子富一方百姓", "jiaocheng"), ("赛岐往事", "saiqi"))
    )
    page = client.get(reverse("classes:new"))
    assert "一片叶子富一方百姓（案例）" in text_of(page)
    assert "赛岐往事" not in text_of(page)
    form = new_form(unit=unit.pk, **{"rows-0-course": course.pk, "rows-0-title": "", "rows-1-course": course.pk})
    assert client.post(reverse("classes:new"), form).status_code == 302
    opened = TrainingClass.objects.get()
    first, second = opened.sessions.order_by("number")
    assert (first.title, first.mode, first.course) == ("一片叶子富一方百姓", "case", course)
    assert (second.title, second.mode, second.course) == ("夜谈", "case", course)
    rows = client.get(reverse("classes:new")).context["rows"]
    assert [(row.initial["course"], row.initial["title"]) for row in rows] == [(course.pk, ""), (course.pk, "夜谈")]
    edit = reverse("classes:session", args=[opened.pk, first.pk])
    initial = client.get(edit).context["form"].initial
    assert (initial["course"], initial["title"]) == (course.pk, "")
    data = {"held_on": "2026-12-08", "starts": "19:00", "ends": "21:00", "credit_unit": "half_day"}
    assert "请从课程库选一门课程" in text_of(client.post(edit, data))
    assert client.post(edit, {**data, "course": elsewhere.pk}).status_code == 422
    assert client.post(edit, {**data, "title": "自修", "mode": initial["mode"]}).status_code == 302
    first.refresh_from_db()
    assert (first.title, first.mode, first.course) == ("自修", "case", None)
    modes = [row.initial["mode"] for row in client.get(reverse("classes:new")).context["rows"]]
    assert modes == ["case", "case"]
    assert client.post(edit, {**data, "title": "自修", "mode": "asleep"}).status_code == 422


@pytest.mark.parametrize("number", [1, 3])
def test_pages_of_a_class_take_few_queries(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: Any, number: int
) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    ids = [p.pk for p in make_people(cast.unit("kengtou"), number)]
    nominate(training_class=opened, people=nominees(ids), actor=cast.actor("secretary"))
    for _ in range(number - 1):
        make_class(cast.unit("huotong"), day=DAY)
    client = sign_in("township")
    for name, count in (("class", 12), ("people", 8), ("seats", 6), ("leaves", 5), ("nominate", 9), ("edit", 7)):
        with django_assert_num_queries(count):
            assert client.get(reverse(f"classes:{name}", args=[opened.pk])).status_code == 200, name
    with django_assert_num_queries(4):
        client.get(reverse("classes:classes"))


def test_a_secretary_nominates_on_the_phone(cast: Cast, sign_in: SignIn) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=2)
    client, address = sign_in("secretary"), reverse("classes:nominate", args=[opened.pk])
    page = text_of(client.get(address))
    assert "林秀珍" in page
    assert "雷金妹" not in page
    assert client.post(address, {}).status_code == 422
    ids = [cast.person(n).pk for n in ("林秀珍", "黄德旺")]
    answer = client.post(address, {"person": ids}, follow=True)
    assert "已提名 2 人" in text_of(answer)
    assert answer.context["undo"] == ids
    undone = client.post(reverse("classes:take_back", args=[opened.pk]), {"person": ids}, follow=True)
    assert "已撤销 2 人的提名" in text_of(undone)
    assert client.post(reverse("classes:take_back", args=[opened.pk]), {"person": ids}).status_code == 404
    back = client.post(address, {"person": ids, "back": "/people/"})
    assert back["Location"] == "/people/"
    full = client.post(address, {"person": [cast.person("陈国梁").pk]})
    assert full.status_code == 422
    assert "还剩 0 个，这次要 1 个" in text_of(full)
    assert client.post(address, {"person": [cast.person("雷金妹").pk]}).status_code == 404
    assert "名额已满，现在有 0 人候补" in text_of(client.get(address, {"q": "雷金妹"}))
    assert sign_in("trainee").get(address).status_code == 404


def test_an_overlap_is_shown_and_may_be_accepted(cast: Cast, sign_in: SignIn) -> None:
    put(cast, make_class(cast.unit("jiaocheng"), day=DAY, title="书记班"), "林秀珍", by="county")
    opened = make_class(cast.unit("huotong"), day=DAY)
    client, address = sign_in("secretary"), reverse("classes:nominate", args=[opened.pk])
    warned = client.post(address, {"person": [cast.person("林秀珍").pk]})
    assert warned.status_code == 422
    assert "仍然提名" in text_of(warned)
    assert client.post(address, {"person": [cast.person("林秀珍").pk], "accept_overlap": "1"}).status_code == 302


def test_confirming_replacing_and_withdrawing_on_pages(cast: Cast, sign_in: SignIn) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    seat, other = put(cast, opened, "林秀珍", "黄德旺")
    township, secretary = sign_in("township"), sign_in("secretary")
    confirm = reverse("classes:confirm", args=[opened.pk])
    assert secretary.post(confirm, {"person": [seat.person_id]}).status_code == 404
    assert township.post(confirm, {"person": [seat.person_id]}).status_code == 302
    assert Enrolment.objects.get(person=seat.person_id).status == "confirmed"
    replace = reverse("classes:replace", args=[opened.pk, seat.person_id])
    assert "陈国梁" in text_of(secretary.get(replace))
    assert secretary.post(replace, {}).status_code == 422
    assert secretary.post(replace, {"person": [cast.person("陈国梁").pk]}).status_code == 302
    assert "顶替林秀珍" in text_of(secretary.get(reverse("classes:people", args=[opened.pk])))
    withdraw = reverse("classes:withdraw", args=[opened.pk, other.person_id])
    assert secretary.get(withdraw).status_code == 200
    assert secretary.post(withdraw, {"reason": ""}).status_code == 422
    assert secretary.post(withdraw, {"reason": "外出"}).status_code == 302
    assert secretary.post(withdraw, {"reason": "外出"}).status_code == 422
    assert sign_in("sibling_secretary").get(withdraw).status_code == 404


def test_seats_are_handed_down_on_a_page(cast: Cast, sign_in: SignIn) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY)
    huotong, kengtou = cast.unit("huotong"), cast.unit("kengtou")
    county, township = sign_in("county"), sign_in("township")
    address = reverse("classes:seats", args=[opened.pk])
    assert county.post(address, {f"unit-{huotong.pk}": "很多"}).status_code == 422
    assert county.post(address, {f"unit-{huotong.pk}": "99"}).status_code == 422
    assert township.post(address, {f"unit-{huotong.pk}": "9"}).status_code == 404
    extra = {"code": cast.unit("saiqi").code, "code_seats": "2"}
    assert county.post(address, {f"unit-{huotong.pk}": "9", **extra}).status_code == 302
    assert "赛岐镇党委" in text_of(county.get(address))
    quota = Quota.objects.get(unit=huotong)
    pass_on = reverse("classes:seats_pass_on", args=[opened.pk, quota.pk])
    assert pass_on in text_of(township.get(address))
    assert township.post(pass_on, {f"unit-{kengtou.pk}": "12"}).status_code == 422
    assert township.post(pass_on, {f"unit-{kengtou.pk}": "4"}).status_code == 302
    assert township.post(pass_on, {"return": "1", "return_seats": "x"}).status_code == 422
    assert township.post(pass_on, {"return": "1", "return_seats": "2"}).status_code == 302
    assert sign_in("sibling_township").get(pass_on).status_code == 404
    branch = Quota.objects.get(unit=kengtou)
    page = text_of(sign_in("secretary").get(reverse("classes:seats_pass_on", args=[opened.pk, branch.pk])))
    assert "没有下级单位了" in page
    assert county.post(reverse("classes:seats_call_in", args=[opened.pk])).status_code == 302
    assert sum(q.seats for q in Quota.objects.all()) == 0


def test_leave_is_asked_and_decided_on_pages(cast: Cast, sign_in: SignIn) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    seat = put(cast, opened, "林秀珍", by="township")[0]
    trainee, township = sign_in("trainee"), sign_in("township")
    address = reverse("classes:leave_new", args=[opened.pk, seat.person_id])
    assert "本班共 8 学时" in text_of(trainee.get(address))
    assert trainee.post(address, {"kind": "sick", "reason": "就医"}).status_code == 422
    session = opened.sessions.order_by("number")[0]
    wanted = {"kind": "sick", "reason": "就医", "sessions": [session.pk]}
    summed = text_of(trainee.get(address, wanted, headers={"HX-Request": "true"}))
    assert "<main" not in summed
    assert "共请 1 课，4 学时；本班 8 学时" in summed
    assert "超过本班学时的 1/7，批准后按退学处理" in summed
    assert "按退学处理，这个班不记" not in text_of(
        trainee.get(address, {**wanted, "kind": "official"}, headers={"HX-Request": "true"})
    )
    unconfirmed = trainee.post(address, wanted)
    assert unconfirmed.status_code == 422
    assert 'name="accept_withdrawal"' in text_of(unconfirmed)
    assert not Leave.objects.exists()
    answer = trainee.post(address, {**wanted, "accept_withdrawal": "on"}, follow=True)
    asked = Leave.objects.get()
    page = text_of(answer)
    assert "撤回请假" in page
    assert "超过 1/7，按退学处理" in page
    one = reverse("classes:leave", args=[asked.pk])
    assert trainee.post(one, {"answer": "approve"}).status_code == 404
    assert sign_in("sibling_township").get(one).status_code == 404
    assert "林秀珍" in text_of(township.get(reverse("classes:leave_list")))
    assert "待审批" in text_of(township.get(reverse("classes:leaves", args=[opened.pk])))
    assert township.post(one, {"answer": "approve", "note": "早日康复"}).status_code == 302
    assert "早日康复" in text_of(trainee.get(one))
    assert township.post(one, {"answer": "approve"}).status_code == 422
    assert trainee.post(reverse("classes:leave_take_back", args=[asked.pk])).status_code == 409
    assert sign_in("sibling_secretary").get(address).status_code == 404


def test_my_classes(cast: Cast, sign_in: SignIn, django_assert_num_queries: Any) -> None:
    trainee = sign_in("trainee")
    assert "近期没有要上的课" in text_of(trainee.get(reverse("classes:me")))
    opened = make_class(cast.unit("huotong"), day=DAY)
    put(cast, opened, "林秀珍")
    with django_assert_num_queries(7):
        page = text_of(trainee.get(reverse("classes:me")))
    assert "12月7日" in page
    assert "08:30–11:30" in page
    assert trainee.get(reverse("classes:class", args=[opened.pk])).status_code == 200
    assert "没有要上的课" in text_of(sign_in("auditor").get(reverse("classes:me")))


def test_sessions_change_on_pages(cast: Cast, sign_in: SignIn) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    client = sign_in("township")
    first, second = opened.sessions.order_by("number")
    data = {
        "held_on": "2026-12-08",
        "starts": "19:00",
        "ends": "21:00",
        "title": "夜谈",
        "credit_unit": "hour",
        "hours": "2",
    }
    assert client.post(reverse("classes:session_new", args=[opened.pk]), data).status_code == 302
    clash = client.post(reverse("classes:session_new", args=[opened.pk]), data)
    assert clash.status_code == 422
    edit = reverse("classes:session", args=[opened.pk, first.pk])
    assert client.get(edit).context["form"].initial["starts"].hour == 8
    assert client.post(edit, {**data, "held_on": "2026-12-09"}).status_code == 302
    put(cast, opened, "林秀珍")
    for day, words in (("2026-11-20", "已经过去"), ("2027-01-02", "不在同一年")):
        doubted = client.post(edit, {**data, "held_on": day})
        assert doubted.status_code == 422
        assert words in text_of(doubted)
    assert client.post(edit, {**data, "held_on": "2027-01-02", "accept_day": "on"}).status_code == 302
    shown = text_of(client.get(reverse("classes:class", args=[opened.pk])))
    assert "2026年12月7日　星期一 – 2027年1月2日　星期六" in shown
    assert client.post(edit, {**data, "held_on": "2026-12-09", "accept_day": "on"}).status_code == 302
    assert client.post(reverse("classes:session_cancel", args=[opened.pk, second.pk])).status_code == 302
    opened.refresh_from_db()
    assert (opened.starts_on, opened.ends_on) == (date(2026, 12, 8), date(2026, 12, 9))
    other = make_class(cast.unit("huotong"), day=DAY)
    assert client.get(reverse("classes:session", args=[other.pk, first.pk])).status_code == 404
    assert sign_in("sibling_township").post(edit, data).status_code == 404


def test_a_teacher_at_two_places_at_once_is_refused_and_of_a_draft_warned_about(cast: Cast, sign_in: SignIn) -> None:
    unit, client = cast.unit("huotong"), sign_in("township")
    teacher = given_teacher(unit, on=date(2026, 11, 23))
    other = make_class(unit, title="妇女干部班", sessions=[half_day(DAY, teacher_id=teacher.pk)])
    opened = make_class(unit, day=DAY)
    first = opened.sessions.get(number=1)
    edit = reverse("classes:session", args=[opened.pk, first.pk])
    data = {"held_on": "2026-12-07", "starts": "10:00", "ends": "12:00", "title": "山歌", "credit_unit": "half_day"}
    assert client.post(edit, data).status_code == 302
    refused = client.post(edit, {**data, "teacher": teacher.pk})
    assert refused.status_code == 422
    assert "钟景芳老师12月7日 08:30–11:30 已排了“妇女干部班" in text_of(refused)
    new = new_form(unit=unit.pk, **{"rows-0-teacher": teacher.pk})
    assert "已排了“妇女干部班" in text_of(client.post(reverse("classes:new"), new))
    draft = {**new, "draft": "1"}
    assert "在“妇女干部班”上课" in text_of(client.post(reverse("classes:new"), draft))
    assert client.post(reverse("classes:new"), {**draft, "accept_taken": "on"}).status_code == 302
    made = TrainingClass.objects.latest("pk")
    planned = reverse("classes:session", args=[made.pk, made.sessions.get(number=1).pk])
    assert "妇女干部班" in text_of(client.get(planned))
    assert client.post(reverse("classes:publish", args=[made.pk])).status_code == 409
    cancel_class(training_class=other, reason="台风", actor=SYSTEM)
    assert "妇女干部班" not in text_of(client.get(planned))
    assert client.post(reverse("classes:publish", args=[made.pk])).status_code == 302


def test_leave_ends_on_a_page(cast: Cast, sign_in: SignIn) -> None:
    opened = make_class(cast.unit("huotong"), sessions=[half_day(DAY), half_day(DAY, 14)])
    put(cast, opened, "林秀珍")
    client, sessions = sign_in("trainee"), list(opened.sessions.order_by("number"))
    new = reverse("classes:leave_new", args=[opened.pk, cast.person("林秀珍").pk])
    asked = {"sessions": [s.pk for s in sessions], "kind": "sick", "reason": "就医", "accept_withdrawal": "on"}
    page = client.post(new, asked)["Location"]
    assert "从哪一课起回来上课" not in text_of(client.get(page))
    assert sign_in("township").post(page, {"answer": "approve"}).status_code == 302
    with frozen(sessions[0].starts_at):
        assert page in text_of(client.get(reverse("classes:me")))
    assert "从哪一课起回来上课" in text_of(client.get(page))
    assert sign_in("sibling_township").post(f"{page}back/", {"from": ""}).status_code == 404
    told = text_of(client.post(f"{page}back/", {"from": sessions[1].pk}, follow=True))
    assert "已提前回来，不算请假" in told
    assert "从 12月7日 14:30 的课起回来上课" in told
    assert client.post(f"{page}back/", {"from": ""}).status_code == 409
    leave = Leave.objects.get()
    assert (leave.returned_by, leave.back_from) == (cast.accounts["trainee"], sessions[1].starts_at)


def test_a_class_is_edited_and_cancelled_on_pages(cast: Cast, sign_in: SignIn) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    client = sign_in("township")
    edit, cancel = reverse("classes:edit", args=[opened.pk]), reverse("classes:cancel", args=[opened.pk])
    data = {"title": "新名", "form": "small", "capacity": "30", "nominate_by": "2026-12-01T20:00", "note": ""}
    assert client.post(edit, {**data, "capacity": "31"}).status_code == 422
    base = make_base(cast.unit("huotong"))
    head = cast.accounts["teacher"]
    page = client.get(edit).context["form"]
    assert (base.pk, "霍童镇党校") in page.fields["base"].choices
    assert head.pk in dict(page.fields["head"].choices)
    assert cast.accounts["sibling_township"].pk not in dict(page.fields["head"].choices)
    assert client.post(edit, {**data, "head": cast.accounts["sibling_township"].pk}).status_code == 422
    assert client.post(edit, {**data, "base": base.pk, "head": head.pk}).status_code == 302
    opened.refresh_from_db()
    assert opened.nominate_by == at_local(date(2026, 12, 1), 20)
    assert (opened.base, opened.head) == (base, head)
    assert client.get(edit).context["form"].initial["head"] == head.pk
    assert client.post(edit, data).status_code == 302
    opened.refresh_from_db()
    assert (opened.base, opened.head) == (None, None)
    assert client.post(cancel, {}).status_code == 422
    begun = make_class(cast.unit("huotong"), day=DAY)
    put(cast, begun, "林秀珍")
    start_class(training_class=begun, actor=SYSTEM)
    refused = client.post(reverse("classes:cancel", args=[begun.pk]), {"reason": "台风"})
    assert refused.status_code == 422
    assert "已经开课" in text_of(refused)
    assert client.post(cancel, {"reason": "台风"}, follow=True).status_code == 200
    opened.refresh_from_db()
    assert opened.status == "cancelled"


def test_the_list_of_classes_by_place_and_filter(cast: Cast, sign_in: SignIn) -> None:
    base = make_base(cast.unit("huotong"))
    make_class(cast.unit("huotong"), day=DAY, title="霍童冬训班", base_id=base.pk)
    make_class(cast.unit("hubei"), day=DAY, title="虎𬇙冬训班")
    make_class(cast.unit("jiaocheng"), day=DAY, title="区里书记班")
    address = reverse("classes:classes")
    seen = {
        name: {t for t in ("霍童冬训班", "虎𬇙冬训班", "区里书记班") if t in text_of(sign_in(name).get(address))}
        for name in ("city", "county", "township", "secretary", "trainee", "other_county")
    }
    assert seen["city"] == seen["county"] == {"霍童冬训班", "虎𬇙冬训班", "区里书记班"}
    assert seen["township"] == seen["secretary"] == seen["trainee"] == {"霍童冬训班", "区里书记班"}
    assert seen["other_county"] == set()
    client = sign_in("county")
    for query, count in (
        ({"q": "hx"}, 0),
        ({"q": "霍童"}, 1),
        ({"base": str(base.pk)}, 1),
        ({"base": "x"}, 0),
        ({"base": "9" * 30}, 0),
        ({"status": "open", "year": "2026", "form": "lecture"}, 3),
    ):
        assert len(client.get(address, query).context["listing"].rows) == count, query
    assert "镇党校教室" in text_of(client.get(reverse("bases:base", args=[base.pk])))
    assert client.get(reverse("bases:bases"), {"kind": "township_school", "use": "1"}).status_code == 200
    assert client.get(reverse("faculty:teachers")).status_code == 200
    assert client.get(reverse("faculty:teacher", args=[1])).status_code == 404
