"""The pages of courses: writing one, a half day, reviewing, the list, and how few questions they ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.catalogue.models import Course
from doorstep.catalogue.services.courses import hand_in_course
from doorstep.catalogue.services.courses_review import name_premium, retire_course
from doorstep.core import clock
from doorstep.faculty.models import Teacher
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM
from tests.factories.courses import course_body, draft_course, given_course, short_courses

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def enter(cast: Cast, name: str) -> Client:
    return signed_in(cast.accounts[name])


def at(name: str, course: Course) -> str:
    return reverse(f"catalogue:{name}", args=[course.pk])


def text_of(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def test_from_the_form_to_premium(cast: Cast) -> None:
    township, county, city = (enter(cast, who) for who in ("township", "county", "city"))
    new = reverse("catalogue:course_new")
    shown = text_of(township.get(new))
    assert "本地课" in shown
    assert '<option value="general"' not in shown
    for bad in ({"title": ""}, {"theory_minutes": "0", "skill_minutes": "0"}, {"languages": []}, {"kind": "general"}):
        answer = township.post(new, course_body(**bad))
        assert (answer.status_code, Course.objects.count()) == (422, 0)
    made = township.post(new, course_body())
    course = Course.objects.get()
    assert made.headers["Location"] == at("course", course)
    assert (course.languages, course.audiences) == (["mandarin", "mindong_ningde"], ["farmers"])
    assert township.post(new, course_body()).status_code == 422
    assert township.post(at("course_turn", course), {"answer": "hand_in"}).status_code == 302
    assert "撤回报送" in text_of(township.get(at("course", course)))
    assert township.get(at("course_edit", course)).status_code == 409
    county.post(at("course_review", course), {"answer": "return", "note": "缺安全提示", "seen": "1"})
    page = text_of(township.get(at("course_edit", course)))
    assert "缺安全提示" in page
    assert "剪枝" in page
    edited = course_body(outline="剪枝\n安全", seen="1")
    assert township.post(at("course_edit", course), edited).status_code == 302
    assert township.post(at("course_edit", course), edited).status_code == 422
    township.post(at("course_turn", course), {"answer": "hand_in"})
    assert county.post(at("course_review", course), {"answer": "accept", "seen": "x"}).status_code == 422
    county.post(at("course_review", course), {"answer": "trial", "seen": "2"})
    county.post(at("course_review", course), {"answer": "pass"})
    city.post(at("course_premium", course), {"answer": "name"})
    assert Course.objects.get().stage == "premium"
    page = text_of(enter(cast, "trainee").get(at("course", course)))
    assert all(word in page for word in ("精品", "安全", "普通话、闽东语蕉城话", "农民和渔民", "90 分钟", "第 1 版"))
    assert "停用这门课" not in page
    city.post(at("course_premium", course), {"answer": "drop"})
    township.post(at("course_turn", course), {"answer": "retire", "note": "没人听"})
    assert "没人听" in text_of(township.get(at("course", course)))
    assert township.get(at("course_edit", course)).status_code == 409
    township.post(at("course_turn", course), {"answer": "bring_back"})
    assert Course.objects.get().stage == "reviewed"
    for name in ("course_turn", "course_review"):
        assert county.post(at(name, course), {"answer": "x"}).status_code == 404


def test_a_version_in_the_making_is_shown_to_its_unit_alone(cast: Cast) -> None:
    course = given_course(cast.unit("huotong"))
    township = enter(cast, "township")
    assert "改出新版" in text_of(township.get(at("course", course)))
    township.post(at("course_edit", course), course_body(title="葡萄四季管护", seen="0"))
    page = text_of(township.get(at("course", course)))
    assert "葡萄四季管护" in page
    assert "修改稿" in page
    assert "葡萄四季管护" not in text_of(enter(cast, "trainee").get(at("course", course)))
    township.post(at("course_turn", course), {"answer": "hand_in"})
    township.post(at("course_turn", course), {"answer": "take_back"})
    assert course.versions.get(number=2).status == "draft"


def test_who_handed_it_in_is_told_that_another_reviews(cast: Cast) -> None:
    county = enter(cast, "county")
    county.post(reverse("catalogue:course_new"), course_body())
    course = Course.objects.get()
    county.post(at("course_turn", course), {"answer": "hand_in"})
    page = text_of(county.get(at("course", course)))
    assert "另一位同事审核" in page
    assert "通过审核" not in page


def test_a_half_day_is_put_together(cast: Cast) -> None:
    parts, township = short_courses(cast.unit("jiaocheng"), 4), enter(cast, "township")
    given_course(cast.unit("jiaocheng"), title="长课")
    new = f"{reverse('catalogue:course_new')}?kind=stack"
    shown = text_of(township.get(new))
    assert "加起来 150 到 240 分钟" in shown
    assert "短课 1（理论阐述，40 分钟）" in shown
    assert "长课" not in shown
    body = {"title": "半天", "outline": "四节", "languages": ["mandarin"]}
    chosen = {f"part_{n}": part.pk for n, part in enumerate(parts, start=1)}
    township.post(new, {**body, **chosen})
    stack = Course.objects.get(kind="stack")
    assert stack.parts == [part.pk for part in parts]
    page = text_of(township.get(at("course", stack)))
    assert "160 分钟" in page
    assert "短课 3" in page
    retire_course(course=parts[0], reason="x", actor=SYSTEM)
    assert "请换一门" in text_of(township.get(at("course", stack)))
    edit = text_of(township.get(at("course_edit", stack)))
    assert f'<option value="{parts[0].pk}" selected>短课 0</option>' in edit
    swapped = {"part_1": parts[2].pk, "part_3": parts[1].pk, "seen": "1"}
    township.post(at("course_edit", stack), {**body, **swapped})
    assert Course.objects.get(kind="stack").parts == [parts[2].pk, parts[1].pk]


def test_teachers_are_chosen_on_a_page_of_their_own(cast: Cast) -> None:
    course, unit = draft_course(cast.unit("huotong")), cast.unit("huotong")
    teacher = Teacher.objects.create(name="钟阿婆", category="local", unit=unit, place=unit.path, county=unit.county)
    township = enter(cast, "township")
    assert "钟阿婆" in text_of(township.get(at("course_teachers", course)))
    assert township.post(at("course_teachers", course), {"teachers": ["x"]}).status_code == 422
    assert township.post(at("course_teachers", course), {"teachers": [teacher.pk]}).status_code == 302
    assert "钟阿婆" in text_of(township.get(at("course", course)))
    assert "checked" in text_of(township.get(at("course_teachers", course)))


def test_several_units_and_none(cast: Cast) -> None:
    assert enter(cast, "trainee").get(reverse("catalogue:course_new")).status_code == 404
    assert '<option value="general"' in text_of(enter(cast, "city").get(reverse("catalogue:course_new")))


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({}, True), ({"q": "ptdj"}, True), ({"q": "葡萄"}, True), ({"q": "海带"}, False), ({"stage": "premium"}, True),
        ({"stage": "draft"}, False), ({"stage": "waiting"}, False), ({"kind": "local"}, True), ({"kind": "sub"}, False),
        ({"mode": "practice"}, True), ({"mode": "case"}, False), ({"language": "mindong_ningde"}, True),
        ({"language": "she"}, False), ({"art": "kuaiban"}, False), ({"audience": "farmers"}, True),
        ({"audience": "young"}, False), ({"length": "short"}, False), ({"length": "x"}, False),
        ({"county": "350902"}, True), ({"county": "350981"}, False),
    ],
)  # fmt: skip
def test_the_list_by_what_one_looks_for(cast: Cast, asked: dict[str, str], is_found: bool) -> None:
    name_premium(course=given_course(cast.unit("huotong")), actor=SYSTEM)
    page = text_of(enter(cast, "trainee").get(reverse("catalogue:courses"), asked))
    assert ("葡萄冬季管护" in page) is is_found


def test_what_waits_and_what_was_returned_are_found(cast: Cast) -> None:
    hand_in_course(course=draft_course(cast.unit("huotong")), actor=SYSTEM)
    county, listed = enter(cast, "county"), reverse("catalogue:courses")
    assert "葡萄冬季管护" in text_of(county.get(listed, {"stage": "waiting"}))
    assert "葡萄冬季管护" not in text_of(county.get(listed, {"stage": "declined"}))


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_few_questions(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, number: int) -> None:
    unit = cast.unit("huotong")
    made = [draft_course(unit, title=f"课 {n}") for n in range(number)]
    for n in range(number):
        made[0].teachers.add(
            Teacher.objects.create(name=f"教师 {n}", category="local", unit=unit, place=unit.path, county="350902")
        )
        given_course(unit, title=f"能上的课 {n}")
    township = enter(cast, "township")
    township.get("/")
    counts = {"courses": 6, "course": 6, "course_new": 3, "course_edit": 4, "course_teachers": 5}
    for name, count in counts.items():
        address = reverse(f"catalogue:{name}", args=[made[0].pk] if name not in ("courses", "course_new") else [])
        with django_assert_num_queries(count):
            assert township.get(address).status_code == 200, name
