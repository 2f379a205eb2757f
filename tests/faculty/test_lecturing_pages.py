"""Pages of lecture groups, liaison points, links and first lessons: what they take, refuse and ask of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.core import clock
from doorstep.faculty.models import (
    Engagement,
    FirstLesson,
    GroupMember,
    GroupTopic,
    Lecture,
    LectureGroup,
    LiaisonPoint,
    LinkVisit,
    StandingLink,
    Teacher,
    Tour,
    TourStop,
)
from doorstep.faculty.pages import fields
from doorstep.faculty.services.leaders import enter_first_lesson, link_leader
from doorstep.faculty.services.teachers import find_on_roster
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.groups import (
    BEGUN,
    given_group,
    given_lecture,
    given_link,
    given_point,
    given_stop,
    given_tour,
    given_visit,
    topic_of,
)
from tests.factories.teachers import given_teacher

TODAY, DAY = date(2026, 11, 24), date(2026, 12, 7)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def teacher(cast: Cast) -> Teacher:
    return given_teacher(cast.unit("huotong"), on=TODAY)


def page(name: str, *args: Any) -> str:
    return reverse(f"faculty:{name}", args=args)


def said(client: Client, address: str, body: dict[str, Any]) -> tuple[int, str]:
    answer = client.post(address, body)
    return answer.status_code, answer.content.decode()


def test_a_group_from_founding_to_its_end(cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
    township = sign_in("township")
    assert "还没有宣讲团" in township.get(page("groups")).content.decode()
    new = {"name": "霍童镇理论宣讲团", "founded_on": "2026-01-05", "unit": cast.unit("huotong").pk}
    assert "还没有到" in said(township, page("group_new"), {**new, "founded_on": "2027-01-05"})[1]
    assert said(township, page("group_new"), new)[0] == 302
    group = LectureGroup.objects.get()
    one = page("group", group.pk)
    assert said(township, page("group_join", group.pk), {"teacher": teacher.pk, "on": "2026-12-24"})[0] == 422
    assert said(township, page("group_join", group.pk), {"teacher": teacher.pk, "on": "2026-01-05"})[0] == 302
    topic = {"year": "2026", "title": "全会精神", "outline": "讲三件事"}
    for status in (302, 422):
        assert said(township, page("topic_new", group.pk), topic)[0] == status
    written = page("topic", GroupTopic.objects.get().pk)
    assert said(township, written, {**topic, "title": "改名"})[0] == 302
    GroupTopic.objects.create(group=group, year=2026, title="重名")
    assert said(township, written, {**topic, "title": "重名"})[0] == 422
    edit = page("group_edit", group.pk)
    assert said(township, edit, {"name": "改名", "leader": teacher.pk})[0] == 302
    given_group(cast.unit("huotong"), name="重名")
    assert said(township, edit, {"name": "重名", "leader": ""})[0] == 422
    assert "团长" in township.get(one).content.decode()
    turn = page("group_turn", group.pk)
    assert said(township, turn, {"answer": "end"})[0] == 422
    for answer in ("end", "bring_back"):
        assert said(township, turn, {"answer": answer, "reason": "合并"})[0] == 302
    leave = page("group_leave", group.pk, GroupMember.objects.get().pk)
    assert said(township, leave, {"on": "2026-01-05", "reason": "x"})[0] == 422
    assert said(township, leave, {"on": "2026-11-24", "reason": "调离"})[0] == 302
    assert township.get(page("group_leave", group.pk, 99_999)).status_code == 404
    assert sign_in("auditor").get(one).status_code == 200
    for address in (edit, written, page("group_join", group.pk)):
        assert sign_in("secretary").get(address).status_code == 404
    assert sign_in("secretary").get(page("group_new")).status_code == 404


def test_a_tour_planned_answered_and_counted(cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
    township, own = sign_in("township"), sign_in("secretary")
    find_on_roster(teacher=teacher, person=cast.person("陈国梁"), actor=SYSTEM)
    group = given_group(cast.unit("huotong"), teacher)
    tour = {"title": "进村巡讲", "topic": topic_of(group).pk}
    assert said(township, page("tour_new", group.pk), tour)[0] == 302
    planned = Tour.objects.get()
    assert "还没有排一场" in township.get(page("tour", planned.pk)).content.decode()
    stop = {
        "teacher": teacher.pk, "spot": f"unit-{cast.unit('huotong').pk}", "where": "文化礼堂", "on": "2026-12-07",
        "begins": "09:00", "ends": "10:00",
    }  # fmt: skip
    new = page("stop_new", planned.pk)
    assert said(township, new, {**stop, "ends": "08:00"})[0] == 422
    assert said(township, new, {**stop, "spot": "unit-0"})[0] == 422
    assert said(township, new, stop)[0] == 302
    asked = Engagement.objects.get()
    answer = page("engagement", asked.pk)
    assert answer in own.get("/").content.decode()
    teaching = own.get(reverse("classes:teaching")).content.decode()
    assert "霍童镇党委 文化礼堂" in teaching
    assert f'action="{answer}"' in teaching  # one tap, like a session
    assert own.post(answer, {"answer": "decline", "reason": "住院"}).status_code == 302
    shown = township.get(page("tour", planned.pk)).content.decode()
    assert "住院" in shown
    for name in ("secretary", "trainee"):  # that they cannot come, not why
        below = sign_in(name).get(page("tour", planned.pk))
        assert "住院" not in below.content.decode(), name
    assert "来不了" in shown
    cancel = page("stop_cancel", TourStop.objects.get().pk)
    assert said(township, cancel, {"reason": ""})[0] == 422
    assert said(township, cancel, {"reason": "换一天"})[0] == 302
    assert said(township, new, {**stop, "begins": "14:00", "ends": "15:00"})[0] == 302
    second = TourStop.objects.latest("pk")
    with clock.frozen(clock.at_local(DAY, 20)):
        enter = page("lecture_new", group.pk) + f"?stop={second.pk}"
        form = township.get(enter).context["form"]
        body = {name: form[name].value() or "" for name in form.fields} | {"begins": "14:00", "ends": "15:00"}
        assert (body["spot"], body["on"]) == (stop["spot"], DAY)
        assert said(township, enter, {**body, "on": "2026-12-07", "heads": "99999"})[0] == 422
        assert said(township, enter, {**body, "on": "2026-12-07", "heads": "35"})[0] == 302
        assert "35 人次" in township.get(page("tour", planned.pk)).content.decode()
    other = given_group(cast.unit("huotong"), name="另一个")
    assert township.get(page("lecture_new", other.pk) + f"?stop={second.pk}").status_code == 404
    assert township.get(page("lecture_new", other.pk) + "?stop=x").status_code == 404
    given_group(cast.unit("huotong"), name="第三个").topics.all().delete()
    ended = LectureGroup.objects.latest("pk")
    LectureGroup.objects.filter(pk=ended.pk).update(ended_on=TODAY)
    assert said(township, page("tour_new", group.pk), {**tour, "topic": "0"})[0] == 422


def test_a_tour_of_a_group_that_has_ended_is_refused(cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
    group = given_group(cast.unit("huotong"), teacher)
    LectureGroup.objects.update(ended_on=TODAY)
    body = {"title": "x", "topic": topic_of(group).pk}
    assert "已撤销" in said(sign_in("township"), page("tour_new", group.pk), body)[1]
    topic = {"year": "2026", "title": "x"}
    assert "已撤销" in said(sign_in("township"), page("topic_new", group.pk), topic)[1]


def test_a_lecture_entered_and_corrected(cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
    township, group = sign_in("township"), given_group(cast.unit("huotong"), teacher)
    base = make_base(cast.unit("huotong"))
    body = {
        "topic": topic_of(group).pk, "teacher": teacher.pk, "spot": f"base-{base.pk}", "on": "2026-11-20",
        "begins": "09:00", "ends": "10:00", "heads": "40",
    }  # fmt: skip
    assert township.get(page("lecture_new", group.pk)).status_code == 200
    for status in (302, 422):  # the second time it is the same lecture
        assert said(township, page("lecture_new", group.pk), body)[0] == status
    lecture = Lecture.objects.get()
    assert (lecture.unit, lecture.base) == (cast.unit("huotong"), base)
    one = page("lecture", lecture.pk)
    change = {"topic": topic_of(group).pk, "heads": "30", "version": "1"}
    assert "请写明原因" in said(township, one, change)[1]
    assert said(township, one, {**change, "reason": "数错了"})[0] == 302
    rows = township.get(page("lectures"), {"group": group.pk}).content.decode()
    assert "一共 1 场，30 人次" in rows
    assert township.get(page("lectures"), {"group": "x"}).status_code == 404
    for asked, count in (
        ({"q": "霍童"}, 1), ({"from": "2026-11-21"}, 0), ({"until": "2026-11-21"}, 1), ({"level": "city"}, 0),
    ):  # fmt: skip
        assert len(township.get(page("lectures"), asked).context["listing"].rows) == count, asked
    gone = {**change, "version": "2", "reason": "重了", "answer": "take_back"}
    assert said(township, one, gone)[0] == 302
    assert township.get(one).status_code == 409
    assert "一共 0 场，0 人次" in township.get(page("lectures")).content.decode()
    for asked, count in (({"silent": "1"}, 1), ({"silent": "0"}, 0), ({"active": "1"}, 1), ({"level": "city"}, 0)):
        assert len(township.get(page("groups"), asked).context["listing"].rows) == count, asked


def test_a_liaison_point(cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
    city, base = sign_in("city"), make_base(cast.unit("huotong"))
    assert "建联系点" in city.get(page("points")).content.decode()
    new = {"name": "霍童联系点", "spot": f"base-{base.pk}", "founded_on": "2026-01-05"}
    for status in (302, 422):
        assert said(city, page("point_new"), new)[0] == status
    point = LiaisonPoint.objects.get()
    one, link = page("point", point.pk), page("point_link", point.pk)
    assert "设立以来还没有走访，超过 90 天了" in city.get(one).content.decode()
    for status in (302, 422):
        assert said(city, link, {"teacher": teacher.pk, "since": "2026-01-05"})[0] == status
    given_visit(StandingLink.objects.get(), follow_up="补发教材", due_on=DAY, visited_on=date(2026, 5, 1))
    shown = city.get(one).content.decode()
    assert "上次走访是 2026-05-01" in shown
    assert "补发教材，到 2026-12-07" in shown
    township = sign_in("township").get(one).content.decode()
    assert "补发教材" not in township  # what was found is told to who keeps the point
    assert "最近走访 2026-05-01" in township
    assert sign_in("township").get(link).status_code == 404
    assert sign_in("township").get(page("point_new")).status_code == 404
    turn = page("point_turn", point.pk)
    assert said(city, turn, {"answer": "end"})[0] == 422
    assert len(city.get(page("points"), {"quiet": "1", "active": "1"}).context["listing"].rows) == 1
    for answer in ("end", "bring_back"):
        assert said(city, turn, {"answer": answer, "reason": "合并"})[0] == 302
        assert city.get(page("points")).status_code == 200
        assert city.get(one).status_code == 200


def test_a_link_and_its_visits(cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
    township, base = sign_in("township"), make_base(cast.unit("huotong"))
    new = {"teacher": teacher.pk, "spot": f"base-{base.pk}", "since": "2026-01-05"}
    assert said(township, page("link_new"), {**new, "spot": f"unit-{base.unit_id}"})[0] == 422  # a place, no office
    for status in (302, 422):
        assert said(township, page("link_new"), new)[0] == status
    link = StandingLink.objects.get()
    one, visit = page("link", link.pk), page("visit_new", link.pk)
    assert "还差 2 次" in township.get(one).content.decode()
    body = {"kind": "visit", "visited_on": "2026-11-20", "findings": "坐得满", "follow_up": "换音响"}
    assert said(township, visit, body)[0] == 422
    assert said(township, visit, {**body, "due_on": "2026-12-07"})[0] == 302
    assert "坐得满" in township.get(one).content.decode()
    assert "坐得满" not in sign_in("secretary").get(one).content.decode()
    assert "跟进走访：换音响" in township.get("/").content.decode()
    act = page("link_visit", LinkVisit.objects.get().pk)
    assert said(township, act, {"answer": "settle", "said": ""})[0] == 422
    assert said(township, act, {"answer": "settle", "said": "换好了"})[0] == 302
    assert said(township, act, {"answer": "take_back", "said": "登错"})[0] == 302
    assert sign_in("sibling_township").post(act).status_code == 404
    assert sign_in("secretary").get(visit).status_code == 404
    for asked, count in (
        ({"base": base.pk}, 1), ({"unit": cast.unit("hubei").pk}, 0), ({"short": "1"}, 1), ({"short": "0"}, 0),
        ({"kind": "base"}, 1), ({"kind": "point"}, 0), ({"active": "1"}, 1), ({"q": "钟"}, 1),
    ):  # fmt: skip
        assert len(township.get(page("links"), asked).context["listing"].rows) == count, asked
    shown = township.get(reverse("bases:base", args=[base.pk])).content.decode()
    assert "有 1 位骨干教师联系" in shown
    assert "联系哪里" in township.get(page("teacher", teacher.pk)).content.decode()
    end = page("link_end", link.pk)
    assert said(township, end, {"on": "2026-01-05", "reason": "x"})[0] == 422
    assert said(township, end, {"on": "2026-11-24", "reason": "调整分工"})[0] == 302
    assert "调整分工" in township.get(one).content.decode()
    assert sign_in("secretary").get(end).status_code == 404
    assert sign_in("secretary").get(page("link_new")).status_code == 404
    point = given_link(teacher, given_point(cast.unit("ningde"), cast.unit("huotong")))
    assert "今年任务" not in sign_in("city").get(page("link", point.pk)).content.decode()
    assert township.get(page("links")).status_code == 200


def test_many_teachers_are_found_by_name(
    cast: Cast, teacher: Teacher, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "MOST_OFFERED", 1)
    given_teacher(cast.unit("huotong"), name="蓝玉兰")
    address = page("group_join", given_group(cast.unit("huotong")).pk)
    assert "只列出一部分" in sign_in("township").get(address).content.decode()
    offered = sign_in("township").get(address, {"q": "蓝"})
    assert [words for _pk, words in offered.context["offer"].words] == ["蓝玉兰　霍童镇党委"]
    assert "只列出一部分" not in offered.content.decode()


def test_a_leader_and_the_first_lesson(cast: Cast, sign_in: SignIn) -> None:
    base = make_base(cast.unit("huotong"))
    county, township = sign_in("county"), sign_in("township")
    one, leader = page("school", base.unit_id), page("leader_new", base.unit_id)
    lesson = page("first_lesson_new", base.unit_id)
    assert "还没有挂钩" in said(township, lesson, {"given_on": "2026-02-02", "title": "x"})[1]
    body = {"name": "郑远帆", "post": "副区长", "since": "2026-01-05", "teacher_id": ""}
    for status in (302, 422):
        assert said(county, leader, body)[0] == status
    assert said(county, leader, {**body, "name": "蔡明珠", "since": "2026-11-20"})[0] == 302
    assert "第一课还没上" in county.get("/").content.decode()
    assert said(township, lesson, {"given_on": "2026-02-02", "title": "从下党之路讲起"})[0] == 302
    shown = township.get(one).content.decode()
    assert "从下党之路讲起" in shown
    assert "2026-01-05 – 2026-11-20" in shown
    assert township.get(leader).status_code == 404
    assert sign_in("secretary").get(lesson).status_code == 404
    assert sign_in("other_county").get(one).status_code == 404
    assert sign_in("trainee").get(one).status_code == 404
    rows = reverse("classes:first_lessons")
    for asked, count in (
        ({"standing": "done"}, 1), ({"standing": "missing"}, 0), ({"county": "350981"}, 0), ({"q": "霍童"}, 1),
        ({"year": "2025", "standing": "done"}, 0), ({"year": "2099", "standing": "done"}, 1),
    ):  # fmt: skip
        assert len(county.get(rows, asked).context["listing"].rows) == count, asked
    back = page("first_lesson_take_back", FirstLesson.objects.get().pk)
    assert sign_in("sibling_township").post(back).status_code == 404
    assert said(township, back, {"reason": ""})[0] == 422
    assert said(township, back, {"reason": "日子错了"})[0] == 302
    assert not FirstLesson.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_few_questions(cast: Cast, sign_in: SignIn, number: int) -> None:
    unit, city = cast.unit("huotong"), cast.unit("ningde")
    for n in range(number):
        teacher = given_teacher(unit, on=TODAY, name=f"老师{n}")
        group = given_group(unit, teacher, name=f"团{n}")
        tour = given_tour(group)
        stop = given_stop(tour, DAY + timedelta(n))
        lecture = given_lecture(group)
        base = make_base(unit, name=f"党校{n}")
        point = given_point(city, unit, name=f"点{n}")
        link = given_link(teacher, base)
        given_visit(link)
        given_visit(given_link(teacher, point))
    link_leader(unit=unit, name="郑远帆", post="副区长", since=BEGUN, actor=SYSTEM)
    enter_first_lesson(unit=unit, given_on=TODAY, title="x", actor=SYSTEM)
    assert stop.tour_id == tour.pk
    addresses = {
        "groups": [], "group": [group.pk], "group_edit": [group.pk], "group_join": [group.pk], "tour": [tour.pk],
        "stop_new": [tour.pk], "lectures": [], "lecture": [lecture.pk], "lecture_new": [group.pk], "points": [],
        "point": [point.pk], "links": [], "link": [link.pk], "link_new": [], "school": [unit.pk],
        "classes:first_lessons": [],
    }  # fmt: skip
    office, asked = sign_in("city"), {}
    office.get("/")
    for name, args in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            full = name if ":" in name else f"faculty:{name}"
            assert office.get(reverse(full, args=args)).status_code == 200, name
        asked[name] = len(queries)
    assert asked == {
        "groups": 5, "group": 8, "group_edit": 4, "group_join": 4, "tour": 6, "stop_new": 7, "lectures": 5,
        "lecture": 4, "lecture_new": 7, "points": 6, "point": 7, "links": 7, "link": 6, "link_new": 6, "school": 5,
        "classes:first_lessons": 6,
    }  # fmt: skip
