"""A round that is proposed and taken: the shortest by the loaded ways, with members and places that are free."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base, Closure
from doorstep.bases.rules.travel import TravelRow
from doorstep.bases.services.travel import load_travel
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.directory.models import Division, Unit
from doorstep.faculty.models import Engagement, LectureGroup, Teacher, Tour, TourStop
from doorstep.faculty.queries.spots import Spot
from doorstep.faculty.queries.touring import Proposal, Wish, round_proposed
from doorstep.faculty.services import refusals, tours
from doorstep.faculty.services.absences import note_absence
from doorstep.faculty.services.tours import add_stops
from tests.cast import FOUNDED, Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.groups import given_group, given_tour, stop_facts
from tests.factories.teachers import given_teacher

TODAY = date(2026, 11, 24)
MONDAY = date(2026, 12, 7)
TIMES = [(time(9), time(10, 30)), (time(15), time(16, 30))]
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def teacher(cast: Cast) -> Teacher:
    return given_teacher(cast.unit("huotong"), on=TODAY)


@pytest.fixture
def tour(cast: Cast, teacher: Teacher) -> Tour:
    """Of a group at Huotong; Hubei lies east of it and a village school further on."""
    for number, (name, lng) in enumerate((("huotong", 119.40), ("hubei", 119.49))):
        unit = cast.unit(name)
        lies = Division.objects.create(
            code=f"35090291{number}", name=unit.name, short_name=unit.short_name, level="township", kind="镇",
            lat=26.85, lng=lng, valid_from=FOUNDED,
        )  # fmt: skip
        Unit.objects.filter(pk=unit.pk).update(division=lies)
    return given_tour(given_group(cast.unit("huotong"), teacher))


@pytest.fixture
def school(cast: Cast, tour: Tour) -> Base:
    base = make_base(cast.unit("hubei"), name="虎贝党校")
    Base.objects.filter(pk=base.pk).update(lat=26.85, lng=119.55)
    return base


def wish(*spots: Spot, days: int = 2) -> Wish:
    return Wish(spots, [MONDAY + timedelta(days=number) for number in range(days)], TIMES)


def shown(proposal: Proposal) -> list[tuple[str, date, list[tuple[Spot, int, int | None]], int | None]]:
    """Who, which day, where at which hour after how many minutes, how long back."""
    return [
        (one.teacher.name, one.day, [(leg.spot, leg.starts_at.hour, leg.minutes) for leg in one.legs], one.back)
        for one in proposal.days
    ]


def test_by_the_loaded_ways_what_lies_together_is_one_day(cast: Cast, tour: Tour, school: Base) -> None:
    here, town, far = Spot(cast.unit("huotong").pk), Spot(cast.unit("hubei").pk), Spot(school.unit_id, school.pk)
    name = tour.group.members.get().teacher.name
    found = round_proposed(tour.group, wish(here, far, town))
    second = MONDAY + timedelta(days=1)
    assert shown(found) == [(name, MONDAY, [(here, 9, 0)], 0), (name, second, [(far, 9, 39), (town, 15, 16)], 23)]
    load_travel(rows=[TravelRow("350902910", "350902911", 80)], source="市路网 2026", actor=SYSTEM)
    known = round_proposed(tour.group, wish(here, far, town))
    assert shown(known) == [(name, MONDAY, [(here, 9, 0)], 0), (name, second, [(far, 9, 80), (town, 15, 16)], 80)]
    assert (found.minutes, known.minutes) == (78, 176)
    assert known.left == found.left == []
    lost = round_proposed(tour.group, wish(here, far, town, days=1))
    assert [len(lost.days), len(lost.days[0].legs), len(lost.left)] == [1, 2, 1]


def test_members_and_places_that_are_not_free_are_passed_over(
    cast: Cast, tour: Tour, teacher: Teacher, school: Base
) -> None:
    far = Spot(school.unit_id, school.pk)
    note_absence(teacher=teacher, starts_on=MONDAY, ends_on=MONDAY, reason="开会", actor=SYSTEM)
    assert [one.day for one in round_proposed(tour.group, wish(far)).days] == [MONDAY + timedelta(days=1)]
    Closure.objects.create(
        base=school, starts_at=clock.at_local(MONDAY + timedelta(days=1), 0), reason="维修", entered_at=clock.now(),
        ends_at=clock.at_local(MONDAY + timedelta(days=2), 0),
    )  # fmt: skip
    found = round_proposed(tour.group, wish(far))
    assert (found.days, found.left, found.shut) == ([], [far], [(far, MONDAY + timedelta(days=1))])
    # A member with one lesson left that month is not sent twice.
    Teacher.objects.filter(pk=teacher.pk).update(most_a_month=1)
    units = [Spot(cast.unit(name).pk) for name in ("huotong", "hubei", "kengtou")]
    once = round_proposed(tour.group, wish(*units, days=3))
    assert (sum(len(one.legs) for one in once.days), len(once.left)) == (1, 2)
    add_stops(
        tour=tour, actor=SYSTEM,
        planned=[stop_facts(tour.group, once.days[0].day, spot=once.days[0].legs[0].spot)],
    )  # fmt: skip


def test_all_or_none_and_said_twice_is_once(cast: Cast, tour: Tour) -> None:
    planned = [stop_facts(tour.group, MONDAY), stop_facts(tour.group, MONDAY + timedelta(days=1))]
    assert add_stops(tour=tour, planned=planned, actor=SYSTEM) == add_stops(tour=tour, planned=planned, actor=SYSTEM)
    assert (TourStop.objects.count(), Engagement.objects.count()) == (2, 2)
    late = [
        stop_facts(tour.group, MONDAY + timedelta(days=2)),
        stop_facts(tour.group, MONDAY, spot=Spot(cast.unit("hubei").pk)),
    ]
    with pytest.raises(refusals.TeacherTaken):
        add_stops(tour=tour, planned=late, actor=SYSTEM)
    assert TourStop.objects.count() == 2
    with pytest.raises(NotPermitted):
        add_stops(tour=tour, planned=planned, actor=cast.actor("sibling_township"))
    assert [one.name for one in check_invariants() if not one.holds] == []


def _race(tour: Tour, day: date) -> list[Any]:
    """Two take the same round at one moment: how many sittings each is given, or what was refused."""
    start = Barrier(2)

    def take(_number: int) -> Any:
        try:
            with clock.frozen(clock.at_local(TODAY, 12)):
                start.wait(10)
                return len(add_stops(tour=tour, planned=[stop_facts(tour.group, day)], actor=SYSTEM))
        except DoorstepError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(take, range(2)))


def test_two_who_take_the_same_round_make_it_once_and_without_the_lock_one_is_refused(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = given_teacher(cast_committed.unit("huotong"), on=TODAY)
    tour = given_tour(given_group(cast_committed.unit("huotong"), teacher))
    assert _race(tour, MONDAY) == [1, 1]
    assert (TourStop.objects.count(), Engagement.objects.count()) == (1, 1)
    meet = Barrier(2)

    def unlocked(group_id: int) -> LectureGroup:
        meet.wait(10)
        return LectureGroup.objects.get(pk=group_id)

    monkeypatch.setattr(tours, "lock_living", unlocked)
    Teacher.objects.filter(pk=teacher.pk).update(most_a_month=60)
    assert any(_race(tour, MONDAY + timedelta(days=1 + turn)) != [1, 1] for turn in range(12))


def address(tour: Tour) -> str:
    return reverse("faculty:round_new", args=[tour.pk])


def asked(*spots: str, **changes: str) -> dict[str, Any]:
    return {
        "spots": spots, "first_on": "2026-12-07", "last_on": "2026-12-11", "morning": "09:00", "afternoon": "15:00",
        "minutes": "90", **changes,
    }  # fmt: skip


def test_proposed_taken_tapped_twice_and_too_late(cast: Cast, tour: Tour, school: Base, sign_in: SignIn) -> None:
    township = sign_in("township")
    assert address(tour) in township.get(reverse("faculty:tour", args=[tour.pk])).content.decode()
    assert "排排看" in township.get(address(tour)).content.decode()
    data = asked(f"unit-{cast.unit('huotong').pk}", f"base-{school.pk}")
    page = township.get(address(tour), data)
    said = page.content.decode()
    assert "1 天去 2 处" in said
    assert "路上约" in said
    stops = page.context["stops"]
    for _tapped in range(2):
        done = township.post(address(tour), {**data, "stop": stops})
        assert (done.status_code, done["Location"]) == (302, reverse("faculty:tour", args=[tour.pk]))
    assert TourStop.objects.count() == 2
    late = township.post(address(tour), {**data, "stop": [stops[0].replace("09:00", "09:10")]})
    assert (late.status_code, "排出来的一轮" in late.content.decode()) == (422, True)
    for forged in (
        [],
        ["x"],
        ["1 unit-999999 2026-12-07T09:00 2026-12-07T10:00"],
        [stops[0][:-5] + "nonsense"],
        ["999999" + stops[0][stops[0].index(" ") :]],
        [stops[0].replace("+08:00", "")],
    ):
        assert township.post(address(tour), {**data, "stop": forged}).status_code == 404
    assert sign_in("sibling_township").get(address(tour)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"morning": "", "afternoon": ""}, "至少写一个开始时间"),
        ({"afternoon": "10:00"}, "下午这一场要在上午讲完以后开始"),
        ({"morning": "", "afternoon": "23:30"}, "当天讲完"),
        ({"last_on": "2026-12-21"}, "一次最多排 14 天"),
        ({"last_on": "2026-12-06"}, "没有可以排的日子"),
        ({"first_on": "2026-12-12", "last_on": "2026-12-13"}, "勾上“周末也去”"),
        ({"minutes": "0"}, "15"),
    ],
)
def test_what_cannot_be_worked_out_is_said(
    cast: Cast, tour: Tour, sign_in: SignIn, changes: dict[str, str], said: str
) -> None:
    found = sign_in("township").get(address(tour), asked(f"unit-{cast.unit('huotong').pk}", **changes))
    assert (found.status_code, said in found.content.decode()) == (422, True)


def test_too_many_places_are_said(cast: Cast, tour: Tour, sign_in: SignIn) -> None:
    bases = [make_base(cast.unit("huotong"), name=f"党校 {number}") for number in range(9)]
    found = sign_in("township").get(address(tour), asked(*(f"base-{one.pk}" for one in bases)))
    assert (found.status_code, "一次最多排 8 处" in found.content.decode()) == (422, True)


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_for_many_places_as_for_one(
    cast: Cast, tour: Tour, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    bases = [make_base(cast.unit("huotong"), name=f"党校 {number}") for number in range(3)]
    township, data = sign_in("township"), asked(*(f"base-{one.pk}" for one in bases[:count]), last_on="2026-12-08")
    township.get(address(tour), data)
    with django_assert_num_queries(23):
        township.get(address(tour), data)
