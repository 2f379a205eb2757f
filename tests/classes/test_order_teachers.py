"""Who gives what was ordered: held with the room in one click, kept with another day, let go with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from doorstep.bases.models import Base
from doorstep.catalogue.queries.offers import offer_of_course, offer_of_package
from doorstep.classes.models import Order, TrainingClass
from doorstep.classes.queries.order_rooms import days_offered, order_figures
from doorstep.classes.rules.orders import ANY_HALF, WHOLE_DAY, Wish
from doorstep.classes.services import opening, order_refusals, orders
from doorstep.classes.services.order_waiting import offer_days, take_offer
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.models import Division, Unit
from doorstep.faculty.models import Engagement, Teacher
from doorstep.faculty.services.absences import note_absence
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
        given: Any = {"unit": cast.unit("kengtou"), "provider": school.unit, "people": 30, "figures": figures}
        days = days_offered(offer, **given, first=day, last=day)
        return days[0].word, days[0].why

    assert told(DAY) == ("untaught", "讲这门课的老师那半天都有安排")
    assert told(until) == ("untaught", "讲这门课的老师到那天没有有效的审核或授课资格")


def test_a_day_of_a_package_without_any_of_its_teachers_is_not_free(cast: Cast, school: Base, package: Any) -> None:
    first, second = (given_teacher(school.unit, on=TODAY, name=name) for name in ("甲老师", "乙老师"))
    naming(package, first, second)

    def told(day: date) -> tuple[str, tuple[str, ...], str]:
        given: Any = {"unit": cast.unit("kengtou"), "provider": school.unit, "people": 30}
        given |= {"first": day, "last": day, "figures": order_figures(school.unit.path)}
        found = days_offered(offer_of_package(package), **given)[0]
        return found.word, found.starts, found.why

    free = ("free", ("morning", "afternoon"), "")
    assert told(DAY) == free
    make_class(school.unit, sessions=[half_day(DAY, teacher_id=first.pk)])
    note_absence(teacher=second, starts_on=DAY - timedelta(1), ends_on=DAY, reason="出差", actor=SYSTEM)
    assert told(DAY) == ("free", ("afternoon",), "")
    make_class(school.unit, sessions=[half_day(DAY, 14, teacher_id=first.pk)], title="下午的班")
    assert told(DAY) == ("untaught", (), "讲这门课的老师那半天都有安排")
    assert told(DAY + timedelta(1)) == free
    # Who is taken by a lesson of the day before that reaches over midnight is not there in the morning either.
    late = Engagement.objects.filter(teacher=first).order_by("-starts_at").first()
    assert late is not None
    Engagement.objects.filter(pk=late.pk).update(held_until=clock.at_local(DAY + timedelta(1), 9))
    note_absence(teacher=second, starts_on=DAY + timedelta(1), ends_on=DAY + timedelta(1), reason="病", actor=SYSTEM)
    assert told(DAY + timedelta(1)) == ("free", ("afternoon",), "")
    page = signed_in(cast.accounts["secretary"]).get(reverse("classes:order_package", args=[package.pk]))
    assert f'<span><s class="n">{DAY.day}</s><em>没老师</em></span>' in page.content.decode()
    # It is no reason to refuse one who waits for such a day.
    waits = make_order(cast.unit("kengtou"), package, DAY, waits=True)
    assert (waits.status, offer_days(actor=SYSTEM)) == ("waiting", 0)


def test_of_two_halves_the_one_with_a_teacher_is_taken(cast: Cast, school: Base, package: Any) -> None:
    teacher = given_teacher(school.unit, on=TODAY)
    naming(package, teacher)
    elsewhere = make_base(cast.unit("huotong"), name="坑头村教学点")
    make_class(school.unit, sessions=[half_day(DAY, base_id=elsewhere.pk, teacher_id=teacher.pk)])
    order = make_order(cast.unit("kengtou"), package, DAY, part=ANY_HALF)
    held: Any = orders.accept_order(order=order, wish_number=1, actor=SYSTEM).training_class
    session = held.sessions.get()
    assert (session.part, session.teacher) == ("afternoon", teacher)
    # Where neither has one it is the morning, and who holds it looks for somebody.
    make_class(school.unit, sessions=[half_day(OTHER, teacher_id=teacher.pk)], title="全天的班上午")
    make_class(school.unit, sessions=[half_day(OTHER, 14, teacher_id=teacher.pk)], title="全天的班下午")
    second = make_order(cast.unit("kengtou"), package, OTHER, part=ANY_HALF)
    held = orders.accept_order(order=second, wish_number=1, actor=SYSTEM).training_class
    session = held.sessions.get()
    assert (session.part, session.teacher) == ("morning", None)
    holds()


def test_another_day_says_which_half_is_kept(cast: Cast, school: Base, package: Any) -> None:
    teacher = given_teacher(school.unit, on=TODAY)
    naming(package, teacher)
    blocking = make_class(school.unit, sessions=[half_day(OTHER, teacher_id=teacher.pk)])
    order = make_order(cast.unit("kengtou"), package, DAY, part=ANY_HALF)
    told = orders.counter_order(order=order, wish=Wish(OTHER, ANY_HALF), actor=SYSTEM)
    assert told.counter_part == "afternoon"
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    held: Any = orders.agree_order(order=order, actor=cast.actor("secretary")).training_class
    session = held.sessions.get()
    assert (session.part, session.teacher) == ("afternoon", teacher)


@pytest.mark.parametrize("how", ["agree", "take"])
def test_who_is_kept_is_asked_once(cast: Cast, school: Base, package: Any, how: str) -> None:
    teacher = given_teacher(school.unit, on=TODAY)
    naming(package, teacher)
    if how == "agree":
        order = make_order(cast.unit("kengtou"), package, DAY)
        orders.counter_order(order=order, wish=Wish(OTHER, "morning"), actor=SYSTEM)
    else:
        busy = [half_day(OTHER, teacher_id=teacher.pk), half_day(OTHER, 14, teacher_id=teacher.pk)]
        blocking = make_class(school.unit, sessions=busy)
        order = make_order(cast.unit("kengtou"), package, OTHER, waits=True)
        opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
        assert offer_days(actor=SYSTEM) == 1
    asked = Engagement.objects.get(group=f"order:{order.pk}")
    answer_engagement(engagement=asked, accept=True, actor=SYSTEM)
    before = Counter(Activity.objects.values_list("event", flat=True))
    act = orders.agree_order if how == "agree" else take_offer
    held: Any = act(order=order, actor=cast.actor("secretary")).training_class
    session = held.sessions.get()
    # The same row with the word that was given: nobody is let go, nobody is asked; of the name it has now one is told.
    asked.refresh_from_db()
    assert (asked.group, asked.key) == (f"class:{held.pk}", f"session:{session.pk}")
    assert (asked.status, asked.title) == ("accepted", f"{held.title}　{session.title}")
    assert Engagement.objects.filter(group=f"order:{order.pk}").count() == 0
    told = Counter(Activity.objects.values_list("event", flat=True)) - before
    assert {name: n for name, n in told.items() if name.startswith("faculty.")} == {"faculty.engagement_changed": 1}
    holds()
