"""Guidance stations: who works there, which schools they serve, what was coached, and which school was not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.faculty.models import Coaching, Station, StationSchool, StationStaff, Teacher
from doorstep.faculty.queries.invariants_guiding import STATED
from doorstep.faculty.queries.stations import (
    coaching_by_id,
    schools_served,
    staff_of,
    station_by_id,
    station_counts,
    stations_told,
    units_to_serve,
)
from doorstep.faculty.services import station_refusals as refusals
from doorstep.faculty.services.refusals import TeacherNotActive
from doorstep.faculty.services.stations import (
    end_school,
    end_staff,
    found_station,
    note_coaching,
    serve_school,
    staff_station,
    withdraw_coaching,
)
from doorstep.faculty.services.teachers import find_on_roster, turn_teacher
from tests.cast import Cast
from tests.factories.classes import SYSTEM
from tests.factories.guiding import FOUNDED, given_coaching, given_school, given_staff, given_station
from tests.factories.teachers import given_teacher

TODAY = date(2026, 11, 24)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def station(cast: Cast) -> Station:
    """The county's station."""
    return given_station(cast.unit("jiaocheng"))


@pytest.fixture
def teacher(cast: Cast) -> Teacher:
    """A teacher of the county."""
    return given_teacher(cast.unit("jiaocheng"), on=TODAY, name="甘老师")


def broken() -> list[str]:
    own = {stated.name for stated in STATED}
    return [finding.name for finding in check_invariants() if finding.name in own and not finding.holds]


def test_founded_once_by_the_office(cast: Cast) -> None:
    county: dict[str, Any] = {"unit": cast.unit("jiaocheng"), "name": "指导站", "actor": cast.actor("county")}
    station = found_station(on=TODAY, **county)
    assert (station.place, station.county) == (county["unit"].path, "350902")
    with pytest.raises(refusals.StationTaken, match="指导站"):
        found_station(on=TODAY, **county)
    with pytest.raises(refusals.StationDayAhead):
        found_station(on=TODAY + timedelta(1), **{**county, "name": "另一个"})
    for name in ("other_county", "township", "base", "auditor"):
        with pytest.raises(NotPermitted):
            found_station(on=TODAY, **{**county, "actor": cast.actor(name)})
    assert station_counts() == {"guidance_station": 1}


def test_teachers_come_and_go(cast: Cast, station: Station, teacher: Teacher) -> None:
    given: dict[str, Any] = {"station": station, "teacher": teacher, "actor": cast.actor("county")}
    with pytest.raises(refusals.BeforeStation, match="2026-01-05"):
        staff_station(since=date(2026, 1, 4), **given)
    with pytest.raises(refusals.StationDayAhead):
        staff_station(since=TODAY + timedelta(1), **given)
    held = staff_station(since=FOUNDED, **given)
    with pytest.raises(refusals.StaffTaken, match="甘老师"):
        staff_station(since=TODAY, **given)
    for on in (FOUNDED, FOUNDED - timedelta(1)):
        with pytest.raises(refusals.SpanTooEarly):
            end_staff(staff=held, on=on, actor=SYSTEM)
    with pytest.raises(refusals.StationDayAhead):
        end_staff(staff=held, on=TODAY + timedelta(1), actor=SYSTEM)
    with pytest.raises(NotPermitted):
        end_staff(staff=held, on=TODAY, actor=cast.actor("other_county"))
    end_staff(staff=held, on=date(2026, 6, 1), actor=cast.actor("county"))
    with pytest.raises(refusals.SpanOver, match="2026-06-01"):
        end_staff(staff=held, on=TODAY, actor=SYSTEM)
    with pytest.raises(refusals.StaffTaken):
        staff_station(since=date(2026, 5, 31), **given)
    again = staff_station(since=date(2026, 6, 1), **given)
    assert [one.pk for one in staff_of(station)] == [again.pk, held.pk]
    with pytest.raises(IntegrityError, match="station_staff_once"), transaction.atomic():
        StationStaff.objects.create(station=station, teacher=teacher, since=TODAY)
    turn_teacher(teacher=teacher, end=True, reason="调离", actor=SYSTEM)
    with pytest.raises(TeacherNotActive):
        staff_station(since=TODAY, **given)


def test_schools_of_the_own_county_alone(cast: Cast, station: Station) -> None:
    given: dict[str, Any] = {"station": station, "actor": cast.actor("county")}
    with pytest.raises(refusals.SchoolNotBelow, match="赛岐"):
        serve_school(unit=cast.unit("saiqi"), since=FOUNDED, **given)
    with pytest.raises(refusals.BeforeStation):
        serve_school(unit=cast.unit("huotong"), since=date(2025, 1, 1), **given)
    served = serve_school(unit=cast.unit("huotong"), since=FOUNDED, **given)
    with pytest.raises(refusals.SchoolTaken, match="霍童"):
        serve_school(unit=cast.unit("huotong"), since=TODAY, **given)
    with pytest.raises(NotPermitted):
        serve_school(unit=cast.unit("huotong"), since=TODAY, **{**given, "actor": cast.actor("township")})
    assert [unit.short_name for unit in units_to_serve(station)] == [cast.unit("hubei").short_name]
    with pytest.raises(NotPermitted):
        end_school(school=served, on=TODAY, actor=cast.actor("township"))
    end_school(school=served, on=TODAY, actor=cast.actor("county"))
    with pytest.raises(IntegrityError, match="station_school_once"), transaction.atomic():
        StationSchool.objects.create(station=station, unit=served.unit, since=TODAY - timedelta(1))
    assert broken() == []


def test_coaching_is_counted_once_where_and_when_it_was(cast: Cast, station: Station, teacher: Teacher) -> None:
    held, school = given_staff(station, teacher, date(2026, 2, 1)), given_school(station, cast.unit("huotong"))
    said: dict[str, Any] = {"school": school, "teacher": teacher, "subject": "备课", "findings": "案例太少"}
    given: dict[str, Any] = {**said, "actor": cast.actor("county")}
    for name in ("other_county", "sibling_township", "teacher", "base"):
        with pytest.raises(NotPermitted):
            note_coaching(on=TODAY, **{**given, "actor": cast.actor(name)})
    for empty in ({"subject": " "}, {"findings": ""}):
        with pytest.raises(refusals.CoachingUnsaid):
            note_coaching(on=TODAY, **{**given, **empty})
    with pytest.raises(refusals.StationDayAhead):
        note_coaching(on=TODAY + timedelta(1), **given)
    with pytest.raises(refusals.NotServedThen, match="霍童"):
        note_coaching(on=date(2026, 1, 4), **given)
    with pytest.raises(refusals.NotOfStationThen, match="甘老师"):
        note_coaching(on=date(2026, 1, 31), **given)
    coaching = note_coaching(on=date(2026, 3, 1), **given)
    with pytest.raises(refusals.CoachingTaken, match="备课"):
        note_coaching(on=date(2026, 3, 1), **given)
    for end, span in ((end_school, {"school": school}), (end_staff, {"staff": held})):
        with pytest.raises(refusals.SpanTooEarly, match="2026-03-01"):
            end(on=date(2026, 3, 1), actor=SYSTEM, **span)
    with pytest.raises(refusals.WithdrawalReasonMissing):
        withdraw_coaching(coaching=coaching, reason=" ", actor=SYSTEM)
    withdraw_coaching(coaching=coaching, reason="记错了", actor=cast.actor("county"))
    with pytest.raises(refusals.CoachingWithdrawn):
        withdraw_coaching(coaching=coaching, reason="x", actor=SYSTEM)
    note_coaching(on=date(2026, 3, 1), **given)
    end_school(school=school, on=date(2026, 3, 2), actor=SYSTEM)
    with pytest.raises(refusals.NotServedThen):
        note_coaching(on=date(2026, 3, 2), **given)
    end_staff(staff=held, on=date(2026, 3, 2), actor=SYSTEM)
    assert broken() == []


def test_a_teacher_tells_of_their_own_coaching(cast: Cast, station: Station, teacher: Teacher) -> None:
    given_staff(station, teacher)
    teacher = find_on_roster(teacher=teacher, person=cast.person("陈国梁"), actor=SYSTEM)
    school, own = given_school(station, cast.unit("huotong")), cast.actor("secretary")
    given: dict[str, Any] = {"school": school, "on": TODAY, "subject": "试讲", "findings": "节奏快"}
    coaching = note_coaching(teacher=teacher, **given, actor=own)
    other = given_teacher(cast.unit("jiaocheng"))
    given_staff(station, other)
    with pytest.raises(NotPermitted):
        note_coaching(teacher=other, **given, actor=own)
    assert coaching_by_id(coaching.pk, own) == coaching
    with pytest.raises(NotFound):
        coaching_by_id(coaching.pk, cast.actor("sibling_township"))
    with pytest.raises(NotPermitted):
        withdraw_coaching(coaching=coaching, reason="x", actor=cast.actor("trainee"))


def test_which_school_was_not_coached_this_year(cast: Cast, station: Station, teacher: Teacher) -> None:
    given_staff(station, teacher, FOUNDED)
    first, second = (given_school(station, cast.unit(name)) for name in ("huotong", "hubei"))
    given_coaching(first, teacher)
    given_coaching(first, teacher, subject="说课")
    withdraw_coaching(coaching=given_coaching(second, teacher), reason="记错了", actor=SYSTEM)
    told = {one.unit_id: (one.coached, one.last_on) for one in schools_served(cast.actor("county"))}
    assert told == {first.unit_id: (2, FOUNDED), second.unit_id: (0, None)}
    (row,) = stations_told(cast.actor("county"))
    assert (row.size, row.served, row.coached, row.waiting) == (1, 2, 2, 1)
    with clock.frozen(clock.at_local(date(2027, 1, 2), 9)):
        (row,) = stations_told(cast.actor("township"))
        assert (row.size, row.served, row.coached, row.waiting) == (1, 2, 0, 2)
    for name in ("other_county", "trainee"):
        with pytest.raises(NotFound):
            station_by_id(station.pk, cast.actor(name))


class TestPages:
    def test_from_founding_to_coaching(self, cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
        county, new = sign_in("county"), reverse("faculty:station_new")
        assert county.post(new, {"name": "指导站", "on": "2026-11-25"}).status_code == 422
        assert county.post(new, {"name": "指导站", "on": "2026-01-05"}).status_code == 302
        station = Station.objects.get()
        page, staff, school, coach = (
            reverse(f"faculty:{name}", args=[station.pk])
            for name in ("station", "station_staff", "station_school", "coaching_new")
        )
        assert "没有可以选的" in county.get(coach).content.decode()
        assert county.post(staff, {"who": teacher.pk, "since": "2026-01-04"}).status_code == 422
        assert county.post(staff, {"who": teacher.pk, "since": "2026-01-05"}).status_code == 302
        unit = cast.unit("huotong")
        assert county.post(school, {"who": unit.pk, "since": "2026-01-04"}).status_code == 422
        assert county.post(school, {"who": unit.pk, "since": "2026-01-05"}).status_code == 302
        assert "还有 1 所党校今年没有去指导过" in county.get(page).content.decode()
        assert len(county.get(reverse("faculty:station_schools"), {"year": "none"}).context["listing"].rows) == 1
        served, held = StationSchool.objects.get(), StationStaff.objects.get()
        said: dict[str, Any] = {
            "school": served.pk,
            "teacher": teacher.pk,
            "on": "2026-11-24",
            "subject": "备课",
            "findings": "少",
        }
        assert county.post(coach, {**said, "on": "2026-11-25"}).status_code == 422
        assert county.post(coach, said).status_code == 302
        assert len(county.get(reverse("faculty:station_schools"), {"year": "some"}).context["listing"].rows) == 1
        assert county.post(coach, said).status_code == 422
        take_back = reverse("faculty:coaching_withdraw", args=[Coaching.objects.get().pk])
        assert county.post(take_back, {"reason": ""}).status_code == 422
        assert county.post(take_back, {"reason": "记错了"})["Location"] == page
        assert "撤回的原因：记错了" in county.get(page).content.decode()
        leave = reverse("faculty:station_staff_end", args=[station.pk, held.pk])
        end = reverse("faculty:station_school_end", args=[station.pk, served.pk])
        for address in (leave, end):
            assert county.get(address).status_code == 200
            assert county.post(address, {"on": "2026-01-05"}).status_code == 422
            assert county.post(address, {"on": "2026-11-24"})["Location"] == page
        for address in (leave, end):
            assert county.get(address.replace(f"/{held.pk}/", "/0/")).status_code in (200, 404)
        township = sign_in("township")
        assert "记一次指导" not in township.get(page).content.decode()
        assert [township.get(one).status_code for one in (staff, school, coach, leave, end)] == [404] * 5
        for name in ("station_staff_end", "station_school_end"):
            assert county.get(reverse(f"faculty:{name}", args=[station.pk, 999_999])).status_code == 404

    def test_who_keeps_none_founds_none(self, cast: Cast, sign_in: SignIn) -> None:
        assert sign_in("secretary").get(reverse("faculty:station_new")).status_code == 404

    @pytest.mark.parametrize("number", [1, 3])
    def test_pages_ask_few_questions(
        self, cast: Cast, station: Station, teacher: Teacher, sign_in: SignIn, number: int
    ) -> None:
        given_staff(station, teacher)
        for name in ("huotong", "hubei", "jiaocheng")[:number]:
            given_coaching(given_school(station, cast.unit(name)), teacher)
        for _n in range(number):
            given_teacher(cast.unit("jiaocheng"))
        county, asked = sign_in("county"), {}
        county.get("/")
        held = station.staff.get()
        for name, args in (
            ("stations", []), ("station_schools", []), ("station_new", []), ("station", [station.pk]),
            ("station_staff", [station.pk]), ("station_school", [station.pk]), ("coaching_new", [station.pk]),
            ("station_staff_end", [station.pk, held.pk]),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                assert county.get(reverse(f"faculty:{name}", args=args)).status_code == 200, name
            asked[name] = len(queries)
        assert asked == {
            "stations": 5, "station_schools": 4, "station_new": 3, "station": 7, "station_staff": 4,
            "station_school": 5, "coaching_new": 5, "station_staff_end": 4,
        }  # fmt: skip


def _race(cast: Cast, station: Station, teacher: Teacher) -> list[str]:
    """Two put one teacher into one station at one moment; what became of each."""
    start = Barrier(2)

    def put(_n: int) -> str:
        with clock.frozen(clock.at_local(TODAY, 12)):
            start.wait()
            try:
                staff_station(station=station, teacher=teacher, since=TODAY, actor=SYSTEM)
            except refusals.StaffTaken as problem:
                return problem.code
            finally:
                connections.close_all()
            return "there"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(put, range(2)))


def test_two_at_one_moment_put_a_teacher_there_once(cast_committed: Cast) -> None:
    station = given_station(cast_committed.unit("jiaocheng"))
    teacher = given_teacher(cast_committed.unit("jiaocheng"))
    assert _race(cast_committed, station, teacher) == ["station_staff_taken", "there"]
    assert StationStaff.objects.count() == 1
