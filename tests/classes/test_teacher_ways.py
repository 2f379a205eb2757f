"""How far teachers have to go: by the loaded ways where there are some, asked for at once however many they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base
from doorstep.bases.queries.ways import Place, at_base, minutes_between
from doorstep.bases.rules.travel import TravelRow
from doorstep.bases.services.travel import load_travel
from doorstep.classes.queries.teaching import substitutes_for, ways_from_home
from doorstep.classes.services import orders
from doorstep.core import clock
from doorstep.directory.models import Division, Unit
from doorstep.faculty.models import Engagement
from tests.cast import FOUNDED, Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.orders import make_order, package_at
from tests.factories.teachers import given_teacher

TODAY, DAY = date(2026, 11, 24), date(2026, 12, 7)
HOME, AWAY = "350902910", "350902911"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    """A school at Huotong of which only its township is known; Hubei lies 23 estimated minutes away."""
    for name, code, lng in (("huotong", HOME, 119.40), ("hubei", AWAY, 119.49)):
        unit = cast.unit(name)
        division = Division.objects.create(
            code=code, name=unit.name, short_name=unit.short_name, level="township", kind="镇", lat=26.85, lng=lng,
            valid_from=FOUNDED,
        )  # fmt: skip
        Unit.objects.filter(pk=unit.pk).update(division=division)
    return make_base(Unit.objects.get(pk=cast.unit("huotong").pk))


def load(minutes: int) -> None:
    load_travel(rows=[TravelRow(AWAY, HOME, minutes)], source="市路网 2026", actor=SYSTEM)


def held(cast: Cast, teacher: Any) -> Any:
    return make_class(cast.unit("huotong"), sessions=[half_day(DAY, teacher_id=teacher.pk)])


def test_who_comes_from_far_is_held_for_the_loaded_way(cast: Cast, school: Base) -> None:
    far = given_teacher(cast.unit("hubei"), on=TODAY)
    held(cast, far)
    guessed = Engagement.objects.get()
    assert guessed.starts_at - guessed.held_from == timedelta(minutes=23)
    load(95)
    made = make_class(cast.unit("huotong"), sessions=[half_day(DAY + timedelta(days=1), teacher_id=far.pk)])
    known = Engagement.objects.latest("pk")
    assert (known.starts_at - known.held_from, known.held_until - known.ends_at) == (timedelta(minutes=95),) * 2
    session = made.sessions.select_related("base__unit").get()
    assert ways_from_home(made, [session]) == {session.pk: 95}


def test_substitutes_and_orders_go_by_it(cast: Cast, school: Base) -> None:
    here = given_teacher(cast.unit("huotong"), on=TODAY, name="近的")
    far = given_teacher(cast.unit("huotong"), on=TODAY, name="远的", home_id=cast.unit("hubei").pk)
    session = held(cast, here).sessions.select_related("training_class__unit", "base", "course", "teacher").get()
    said = [one.why.split("，")[2] for one in substitutes_for(session)]
    load(95)
    assert (said, [one.why.split("，")[2] for one in substitutes_for(session)]) == (
        ["路上约 23 分钟"], ["路上约 95 分钟"],
    )  # fmt: skip
    package: Any = package_at(school)
    package.lines.get().course.teachers.set([far])
    order = make_order(cast.unit("kengtou"), package, DAY + timedelta(days=2))
    orders.accept_order(order=order, wish_number=1, actor=SYSTEM)
    asked = Engagement.objects.get(teacher=far)
    assert asked.starts_at - asked.held_from == timedelta(minutes=95)


def test_many_ways_take_as_many_queries_as_one(
    cast: Cast, school: Base, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    far, near = (Place(cast.unit(name)) for name in ("hubei", "huotong"))
    there = at_base(Base.objects.select_related("unit").get(pk=school.pk))
    minutes_between([(far, near)])
    for ways in ([(far, there)], [(far, there), (near, there), (far, Place(cast.unit("kengtou"))), (near, near)] * 9):
        with django_assert_num_queries(3):
            minutes_between(ways)
    with django_assert_num_queries(0):
        assert minutes_between([]) == []
    saiqi = Place(cast.unit("saiqi"))
    assert minutes_between([(saiqi, saiqi), (saiqi, near), (far, near)]) == [0, None, 23]
    load(95)
    pin = Place(cast.unit("huotong"), pin=(26.85, 119.40))
    assert minutes_between([(far, near), (near, far), (far, pin)]) == [95, 95, 23]
