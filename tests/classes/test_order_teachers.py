"""Who gives what was ordered: held with the room in one click, kept with another day, let go with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from doorstep.bases.models import Base
from doorstep.catalogue.queries.offers import offer_of_course
from doorstep.classes.models import Order, TrainingClass
from doorstep.classes.queries.order_rooms import days_offered, order_figures
from doorstep.classes.rules.orders import WHOLE_DAY, Wish
from doorstep.classes.services import order_refusals, orders
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from doorstep.directory.models import Division, Unit
from doorstep.faculty.models import Engagement, Teacher
from doorstep.faculty.services.engagements import answer_engagement
from doorstep.faculty.services.refusals import TeacherTaken
from tests.cast import FOUNDED, Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.courses import given_course
from tests.factories.orders import make_order, package_at
from tests.factories.teachers import given_teacher

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 7)
OTHER = DAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


@pytest.fixture
def package(school: Base) -> Any:
    return package_at(school)


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def naming(package: Any, *teachers: Teacher) -> None:
    """Let the course of a package name these."""
    package.lines.get().course.teachers.set(teachers)


def living() -> list[tuple[str, str]]:
    """Who is asked for what, the oldest first."""
    rows = Engagement.objects.filter(status__in=["offered", "accepted"]).order_by("pk")
    return [(row.teacher.name, row.key.split(":")[0]) for row in rows.select_related("teacher")]


def test_the_nearest_who_is_free_is_held_with_the_room(cast: Cast, school: Base, package: Any) -> None:
    here, far = cast.unit("huotong"), cast.unit("fuan")
    for unit, lat, lng in ((here, 26.75, 119.48), (far, 27.33, 120.20)):
        lies = Division.objects.create(
            code=f"{unit.code:0<12}", name=unit.name, short_name=unit.short_name, level="township", kind="镇", lat=lat,
            lng=lng, valid_from=FOUNDED,
        )  # fmt: skip
        Unit.objects.filter(pk=unit.pk).update(division=lies)
    near, other, third = (
        given_teacher(here, on=TODAY, name=name, home_id=home.pk)
        for name, home in (("近的", here), ("远的", far), ("没写明的", here))
    )
    naming(package, near, other)
    first, second = (make_order(cast.unit("kengtou"), package, DAY) for _ in range(2))
    held: Any = orders.accept_order(order=first, wish_number=1, actor=cast.actor("township")).training_class
    assert held.sessions.get().teacher == near
    assert living() == [("近的", "session")]
    make_class(here, sessions=[half_day(OTHER, teacher_id=near.pk)])
    later = make_order(cast.unit("kengtou"), package, OTHER)
    held = orders.accept_order(order=later, wish_number=1, actor=SYSTEM).training_class
    assert held.sessions.get().teacher == other
    # Another whom the clerk names comes instead.
    named = make_order(cast.unit("kengtou"), package, DAY + timedelta(days=3))
    held = orders.accept_order(order=named, wish_number=1, teacher_id=third.pk, actor=SYSTEM).training_class
    assert held.sessions.get().teacher == third
    # Nothing is held for who finds no room.
    with pytest.raises(order_refusals.OrderNoRoom):
        orders.accept_order(order=second, wish_number=1, actor=SYSTEM)
    assert len(living()) == 4
    holds()


def test_who_gives_one_lesson_is_not_asked_for_more_than_the_month_allows(cast: Cast, school: Base) -> None:
    once, also = (
        given_teacher(school.unit, on=TODAY, name=name, most_a_month=most) for name, most in (("一次", 1), ("两次", 2))
    )
    courses = tuple(given_course(school.unit, title=f"课 {n}").pk for n in range(2))
    two = package_at(school, half_days=2, course_ids=courses)
    for line in two.lines.all():
        line.course.teachers.set([once, also])
    order = make_order(cast.unit("kengtou"), two, DAY, part=WHOLE_DAY)
    held: Any = orders.accept_order(order=order, wish_number=1, actor=SYSTEM).training_class
    assert [one.teacher for one in held.sessions.order_by("number")] == [once, also]
    holds()


def test_a_room_without_a_teacher_is_said_and_a_lesson_without_one_is_refused(
    cast: Cast, school: Base, package: Any
) -> None:
    teacher = given_teacher(school.unit, on=TODAY)
    naming(package, teacher)
    make_class(school.unit, sessions=[half_day(DAY, teacher_id=teacher.pk)])
    clerk = signed_in(cast.accounts["township"])
    order = make_order(cast.unit("kengtou"), package, DAY)
    answer = reverse("classes:order_answer", args=[order.pk])
    said = clerk.post(answer, {"answer": "accept", "wish": "1"}, follow=True).content.decode()
    course = package.lines.get().course
    assert f"还没有教师：{course.title}。" in said
    lesson = make_order(cast.unit("kengtou"), None, DAY, course=course, location="坑头村文化礼堂")
    classes = TrainingClass.objects.count()
    answer = reverse("classes:order_answer", args=[lesson.pk])
    refused = clerk.post(answer, {"answer": "accept", "wish": "1"})
    assert (refused.status_code, "请换一个日子，或另指定一位教师" in refused.content.decode()) == (422, True)
    busy = DAY + timedelta(days=1)
    make_class(school.unit, sessions=[half_day(busy, teacher_id=teacher.pk)], title="第二天的班")
    classes += 1
    with pytest.raises(order_refusals.NoLecturerFree):
        orders.counter_order(order=lesson, wish=Wish(busy, "morning"), actor=SYSTEM)
    assert (Order.objects.get(pk=lesson.pk).status, TrainingClass.objects.count()) == ("placed", classes)
    free = make_order(cast.unit("kengtou"), None, OTHER, course=course, location="坑头村文化礼堂")
    answer = reverse("classes:order_answer", args=[free.pk])
    said = clerk.post(answer, {"answer": "accept", "wish": "1"}, follow=True).content.decode()
    assert f"讲课的是{teacher.name}。" in said


@pytest.mark.parametrize("how", ["agree", "refuse", "withdraw", "lapse"])
def test_another_day_keeps_a_teacher_until_it_is_answered(cast: Cast, school: Base, package: Any, how: str) -> None:
    teacher = given_teacher(school.unit, on=TODAY)
    naming(package, teacher)
    order = make_order(cast.unit("kengtou"), package, DAY)
    orders.counter_order(order=order, wish=Wish(OTHER, "morning"), actor=cast.actor("township"))
    assert living() == [(teacher.name, "order")]
    with pytest.raises(TeacherTaken):
        make_class(school.unit, sessions=[half_day(OTHER, teacher_id=teacher.pk)])
    if how == "agree":
        held: Any = orders.agree_order(order=order, actor=cast.actor("secretary")).training_class
        assert held.sessions.get().teacher == teacher
        assert living() == [(teacher.name, "session")]
    elif how == "lapse":
        with clock.frozen(clock.at_local(TODAY + timedelta(days=4), 1)):
            assert orders.lapse_order(order=order, actor=SYSTEM)
    elif how == "refuse":
        orders.refuse_order(order=order, actor=cast.actor("secretary"))
    else:
        orders.withdraw_order(order=order, reason="changed", actor=cast.actor("secretary"))
    assert (living() == []) == (how != "agree")
    holds()


def test_who_said_no_meanwhile_is_not_asked_again_and_the_promise_stands(
    cast: Cast, school: Base, package: Any
) -> None:
    first, second = (given_teacher(school.unit, on=TODAY, name=name) for name in ("甲老师", "乙老师"))
    for number, (names, at_last) in enumerate((([first, second], second), ([first], None))):
        naming(package, *names)
        order = make_order(cast.unit("kengtou"), package, DAY)
        orders.counter_order(order=order, wish=Wish(OTHER + timedelta(days=number), "morning"), actor=SYSTEM)
        asked = Engagement.objects.get(group=f"order:{order.pk}")
        assert (asked.teacher, asked.title) == (first, f"留给改期的点单 {order.code}")
        answer_engagement(engagement=asked, accept=False, reason="出差", actor=SYSTEM)
        held: Any = orders.agree_order(order=order, actor=SYSTEM).training_class
        assert held.sessions.get().teacher == at_last


def test_a_day_after_the_last_vetting_is_not_called_full(cast: Cast, school: Base) -> None:
    teacher = given_teacher(school.unit, on=TODAY)
    course = given_course(school.unit)
    course.teachers.add(teacher)
    make_class(school.unit, sessions=[half_day(DAY, teacher_id=teacher.pk)])
    make_class(school.unit, sessions=[half_day(DAY, 14, teacher_id=teacher.pk)], title="下午的班")
    until = teacher.vettings.get().valid_until
    offer, figures = offer_of_course(course, 90), order_figures(school.unit.path)

    def told(day: date) -> tuple[str, str]:
        days = days_offered(offer, unit=cast.unit("kengtou"), people=30, first=day, last=day, figures=figures)
        return days[0].word, days[0].why

    assert told(DAY) == ("full", "讲这门课的老师那半天都有安排")
    assert told(until) == ("shut", "讲这门课的老师到那天没有有效的审核或授课资格")
