"""Teachers: entered, put into pools from day to day, vetted for a while, away on days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.directory.queries import actor_of_account
from doorstep.faculty.models import Absence, Pool, PoolPlace, Teacher, Vetting
from doorstep.faculty.queries import invariants
from doorstep.faculty.queries.pools import pool_sizes, pools_told
from doorstep.faculty.queries.teachers import teacher_by_id, teachers_to_vet
from doorstep.faculty.services import refusals
from doorstep.faculty.services.absences import drop_absence, note_absence
from doorstep.faculty.services.pools import found_pool, join_pool, leave_pool
from doorstep.faculty.services.teachers import change_teacher, enter_teacher, find_on_roster, turn_teacher
from doorstep.faculty.services.vetting import vet_teacher
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_class
from tests.factories.teachers import given_teacher, teacher_body, teacher_facts

TODAY = date(2026, 11, 24)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def pool(cast: Cast) -> Pool:
    return found_pool(unit=cast.unit("huotong"), name="霍童镇党校师资库", actor=cast.actor("township"))


def broken() -> list[str]:
    own = {stated.name for stated in invariants()}
    return [finding.name for finding in check_invariants() if finding.name in own and not finding.holds]


def standing(teacher: Teacher) -> str:
    found: Any = teacher_by_id(teacher.pk, SYSTEM)
    return str(found.standing)


def test_in_many_pools_from_day_to_day(cast: Cast, pool: Pool) -> None:
    teacher = given_teacher(cast.unit("huotong"))
    county = found_pool(unit=cast.unit("jiaocheng"), name="专题库", actor=cast.actor("county"))
    place = join_pool(pool=pool, teacher=teacher, on=date(2026, 1, 5), actor=cast.actor("township"))
    join_pool(pool=county, teacher=teacher, on=TODAY, actor=cast.actor("county"))
    with pytest.raises(refusals.PoolPlaceHeld):
        join_pool(pool=pool, teacher=teacher, on=TODAY, actor=SYSTEM)
    with pytest.raises(refusals.LeavingReasonMissing):
        leave_pool(place=place, on=TODAY, reason=" ", actor=SYSTEM)
    leave_pool(place=place, on=date(2026, 6, 1), reason="调离", actor=cast.actor("township"))
    with pytest.raises(refusals.PoolPlaceLeft):
        leave_pool(place=place, on=TODAY, reason="x", actor=SYSTEM)
    with pytest.raises(refusals.PoolPlaceHeld):
        join_pool(pool=pool, teacher=teacher, on=date(2026, 5, 31), actor=SYSTEM)
    join_pool(pool=pool, teacher=teacher, on=date(2026, 6, 1), actor=SYSTEM)
    units = [cast.unit("huotong").pk, cast.unit("jiaocheng").pk]
    assert pool_sizes(units, date(2026, 1, 4)) == {}
    assert pool_sizes(units, date(2026, 5, 31)) == {units[0]: 1}
    assert pool_sizes(units, TODAY) == {units[0]: 1, units[1]: 1}
    assert broken() == []


def test_the_database_keeps_places_apart_too(cast: Cast, pool: Pool) -> None:
    teacher = given_teacher(cast.unit("huotong"))
    PoolPlace.objects.create(teacher=teacher, pool=pool, joined_on=date(2026, 1, 1), left_on=date(2026, 3, 1))
    PoolPlace.objects.create(teacher=teacher, pool=pool, joined_on=date(2026, 3, 1))
    with pytest.raises(IntegrityError, match="pool_place_held_once"), transaction.atomic():
        PoolPlace.objects.create(teacher=teacher, pool=pool, joined_on=date(2026, 2, 28), left_on=date(2026, 3, 1))


def test_one_keeps_ones_own_pools_alone(cast: Cast, pool: Pool) -> None:
    teacher = given_teacher(cast.unit("jiaocheng"))
    join_pool(pool=pool, teacher=teacher, on=TODAY, actor=cast.actor("township"))  # the county's teacher is lent
    for name in ("sibling_township", "other_county", "teacher", "auditor"):
        with pytest.raises(NotPermitted):
            join_pool(pool=pool, teacher=teacher, on=TODAY, actor=cast.actor(name))
    with pytest.raises(NotPermitted):
        change_teacher(teacher=teacher, facts=teacher_facts(), actor=cast.actor("township"))
    with pytest.raises(refusals.PoolTaken, match="霍童镇"):
        found_pool(unit=pool.unit, name=pool.name, actor=SYSTEM)


def test_vetted_for_as_long_as_the_category_says(cast: Cast) -> None:
    teacher = given_teacher(cast.unit("huotong"))
    assert standing(teacher) == "unvetted"
    with pytest.raises(refusals.VettingReasonMissing):
        vet_teacher(teacher=teacher, on=TODAY, passed=False, actor=SYSTEM)
    with pytest.raises(refusals.DayInFuture):
        vet_teacher(teacher=teacher, on=TODAY + timedelta(1), passed=True, actor=SYSTEM)
    with pytest.raises(NotPermitted):
        vet_teacher(teacher=teacher, on=TODAY, passed=True, actor=cast.actor("base"))
    vet_teacher(teacher=teacher, on=TODAY, passed=False, note="补教案", actor=cast.actor("township"))
    assert standing(teacher) == "not_passed"
    vetting = vet_teacher(teacher=teacher, on=TODAY, passed=True, actor=cast.actor("county"))
    assert (vetting.valid_until, vetting.rule) == (date(2027, 11, 24), "teacher.vetting_months.local@1")
    for day, word in ((date(2027, 10, 24), "valid"), (date(2027, 10, 25), "expiring"), (date(2027, 11, 24), "expired")):
        with clock.frozen(clock.at_local(day, 9)):
            assert standing(teacher) == word
            assert teachers_to_vet(cast.actor("township")).exists() is (word != "valid")
            assert not teachers_to_vet(cast.actor("county")).exists()  # not the county's own
    assert broken() == []


def test_nobody_vets_themselves(cast: Cast) -> None:
    person = cast.person("黄德旺")
    teacher = given_teacher(cast.unit("huotong"), name=person.name)
    find_on_roster(teacher=teacher, person=person, actor=cast.actor("township"))
    cast.accounts["township"].person = person
    cast.accounts["township"].save()
    with pytest.raises(refusals.OwnVetting):
        vet_teacher(teacher=teacher, on=TODAY, passed=True, actor=actor_of_account(cast.accounts["township"]))
    with pytest.raises(refusals.TeacherPersonTaken):
        find_on_roster(teacher=given_teacher(cast.unit("huotong")), person=person, actor=SYSTEM)


def test_a_teacher_of_a_school_names_it(cast: Cast) -> None:
    unit = cast.unit("huotong")
    with pytest.raises(refusals.SchoolMissing, match="党校教师"):
        enter_teacher(unit=unit, facts=teacher_facts(category="school"), actor=SYSTEM)
    teacher = enter_teacher(unit=unit, facts=teacher_facts(category="school", school_id=unit.pk), actor=SYSTEM)
    changed = change_teacher(teacher=teacher, facts=teacher_facts(languages=("she",)), actor=cast.actor("base"))
    assert (changed.category, changed.school, changed.languages) == ("local", None, ["she"])


def test_out_of_use_and_out_of_every_pool(cast: Cast, pool: Pool) -> None:
    teacher = given_teacher(cast.unit("huotong"))
    join_pool(pool=pool, teacher=teacher, on=date(2026, 1, 1), actor=SYSTEM)
    county = found_pool(unit=cast.unit("jiaocheng"), name="专题库", actor=SYSTEM)
    join_pool(pool=county, teacher=teacher, on=TODAY, actor=SYSTEM)
    with pytest.raises(refusals.LeavingReasonMissing):
        turn_teacher(teacher=teacher, end=True, actor=SYSTEM)
    turn_teacher(teacher=teacher, end=True, reason="年龄到限", actor=cast.actor("township"))
    assert [(p.left_on, p.left_for) for p in PoolPlace.objects.all()] == [(TODAY, "年龄到限")]
    for refused in (
        lambda: turn_teacher(teacher=teacher, end=True, reason="x", actor=SYSTEM),
        lambda: join_pool(pool=pool, teacher=teacher, on=TODAY, actor=SYSTEM),
        lambda: vet_teacher(teacher=teacher, on=TODAY, passed=True, actor=SYSTEM),
    ):
        with pytest.raises((refusals.TeacherStandsSo, refusals.TeacherNotActive)):
            refused()
    turn_teacher(teacher=teacher, end=False, actor=cast.actor("township"))
    assert Teacher.objects.get(pk=teacher.pk).is_active
    assert broken() == []


def test_who_left_may_not_come_back_twice_over(cast: Cast) -> None:
    person = cast.person("陈国梁")
    old = given_teacher(cast.unit("huotong"))
    find_on_roster(teacher=old, person=person, actor=SYSTEM)
    turn_teacher(teacher=old, end=True, reason="x", actor=SYSTEM)
    find_on_roster(teacher=given_teacher(cast.unit("huotong")), person=person, actor=SYSTEM)
    with pytest.raises(refusals.TeacherPersonTaken):
        turn_teacher(teacher=old, end=False, actor=SYSTEM)


def test_days_away(cast: Cast) -> None:
    teacher = given_teacher(cast.unit("huotong"))
    given: dict[str, Any] = {"teacher": teacher, "reason": "出差", "actor": cast.actor("township")}
    with pytest.raises(refusals.AbsenceDaysWrong):
        note_absence(starts_on=TODAY, ends_on=TODAY - timedelta(1), **given)
    with pytest.raises(refusals.AbsenceDaysWrong):
        note_absence(starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 2), **given)
    with pytest.raises(refusals.AbsenceReasonMissing):
        note_absence(starts_on=TODAY, ends_on=TODAY, **{**given, "reason": " "})
    with pytest.raises(NotPermitted):
        note_absence(starts_on=TODAY, ends_on=TODAY, **{**given, "actor": cast.actor("secretary")})
    first = note_absence(starts_on=TODAY, ends_on=TODAY, **given)
    assert note_absence(starts_on=TODAY, ends_on=TODAY, **given) == first  # tapped twice
    drop_absence(absence=first, actor=cast.actor("township"))
    gone = Absence(pk=first.pk or 1, teacher=teacher, starts_on=TODAY, ends_on=TODAY)
    drop_absence(absence=gone, actor=cast.actor("township"))
    assert not Absence.objects.exists()


class TestPages:
    def test_from_entering_to_teaching(self, cast: Cast, pool: Pool, sign_in: SignIn) -> None:
        township, county = sign_in("township"), sign_in("county")
        new = reverse("faculty:teacher_new")
        assert township.post(new, teacher_body(category="school")).status_code == 422
        assert township.post(new, teacher_body(name="陈国梁")).status_code == 302
        teacher = Teacher.objects.get()
        one = reverse("faculty:teacher", args=[teacher.pk])
        assert "审核通过以后才能排课" in township.get(one).content.decode()
        assert "教师要审核：陈国梁" in township.get("/").content.decode()
        vet, join, person, away, edit, turn = (
            reverse(f"faculty:{name}", args=[teacher.pk])
            for name in ("vetting_new", "pool_join", "teacher_person", "absence_new", "teacher_edit", "teacher_turn")
        )
        assert township.post(vet, {"answer": "fail", "on": "2026-11-24"}).status_code == 422
        assert township.post(vet, {"answer": "pass", "on": "2026-11-25"}).status_code == 422
        assert township.post(vet, {"answer": "pass", "on": "2026-11-24"}).status_code == 302
        assert township.post(join, {"pool": pool.pk, "on": "2026-11-25"}).status_code == 422
        assert township.post(join, {"pool": pool.pk, "on": "2026-11-20"}).status_code == 302
        assert "都已经有这位老师" in township.get(join).content.decode()
        leave = reverse("faculty:pool_leave", args=[teacher.pk, PoolPlace.objects.get().pk])
        assert township.post(leave, {"on": "2026-11-20", "reason": "x"}).status_code == 422
        assert township.post(leave, {"on": "2026-11-24", "reason": "调离"}).status_code == 302
        assert "2026-11-24 出库：调离" in county.get(one).content.decode()
        assert township.post(edit, teacher_body(name="陈国梁", category="school")).status_code == 422
        assert township.post(edit, teacher_body(name="陈国梁", most_a_month="2")).status_code == 302
        assert "个人另有约定" in township.get(one).content.decode()
        assert township.post(person, {"person": "999999"}).status_code == 404
        assert township.post(person, {"person": cast.person("陈国梁").pk}).status_code == 302
        assert (
            township.post(away, {"starts_on": "2026-12-02", "ends_on": "2026-12-01", "reason": "x"}).status_code == 422
        )
        assert (
            township.post(away, {"starts_on": "2026-12-01", "ends_on": "2026-12-02", "reason": "农忙"}).status_code
            == 302
        )
        assert township.post(turn, {"answer": "end"}).status_code == 422
        assert township.post(turn, {"answer": "end", "reason": "年龄到限"}).status_code == 302
        assert township.post(turn, {"answer": "bring_back"}).status_code == 302
        assert Vetting.objects.count() == 1

    def test_pools(self, cast: Cast, sign_in: SignIn) -> None:
        township = sign_in("township")
        new = reverse("faculty:pool_new")
        assert township.post(new, {"name": "镇师资库"}).status_code == 302
        assert "已有师资库" in township.post(new, {"name": "镇师资库"}).content.decode()
        pool = Pool.objects.get()
        for on in (None, date(2026, 11, 1)):
            join_pool(pool=pool, teacher=given_teacher(cast.unit("huotong"), on=on), on=TODAY, actor=SYSTEM)
        (told,) = pools_told(SYSTEM)
        assert (told.size, told.vetted) == (2, 1)  # type: ignore[attr-defined]
        rows = reverse("faculty:teachers")
        for query, count in (
            ({"pool": pool.pk}, 2), ({"pool": "x"}, 0), ({"standing": "valid"}, 1), ({"topic": "farming"}, 2),
            ({"topic": "law"}, 0), ({"language": "mindong_ningde"}, 2), ({"active": "0"}, 0), ({"q": "钟"}, 2),
        ):  # fmt: skip
            assert len(township.get(rows, query).context["listing"].rows) == count, query

    def test_ones_own_page(self, cast: Cast, sign_in: SignIn) -> None:
        secretary, page = sign_in("secretary"), reverse("classes:teaching")
        assert "还没有把您和师资库对上" in secretary.get(page).content.decode()
        away = reverse("faculty:own_absence")
        assert secretary.get(away).status_code == 404
        teacher = given_teacher(cast.unit("huotong"), on=date(2026, 11, 1))
        find_on_roster(teacher=teacher, person=cast.person("陈国梁"), actor=SYSTEM)
        assert "还没有排上您的课" in secretary.get(page).content.decode()
        make_class(cast.unit("huotong"), day=date(2026, 12, 7)).sessions.update(teacher=teacher)
        assert len(secretary.get(page).context["later"]) == 2
        days = {"starts_on": "2026-12-20", "ends_on": "2026-12-21", "reason": "农忙"}
        assert secretary.post(away, {**days, "ends_on": "2026-12-01"}).status_code == 422
        assert secretary.post(away, days).status_code == 302
        assert "农忙" in secretary.get(page).content.decode()
        drop = reverse("faculty:absence_drop", args=[Absence.objects.get().pk])
        assert sign_in("sibling_secretary").post(drop).status_code == 404
        assert secretary.post(drop, {"back": "own"})["Location"] == page

    @pytest.mark.parametrize("number", [1, 3])
    def test_pages_ask_few_questions(self, cast: Cast, pool: Pool, sign_in: SignIn, number: int) -> None:
        for _n in range(number):
            teacher = given_teacher(cast.unit("huotong"), on=date(2026, 11, 1))
            join_pool(pool=pool, teacher=teacher, on=TODAY, actor=SYSTEM)
            note_absence(teacher=teacher, starts_on=TODAY, ends_on=TODAY, reason="x", actor=SYSTEM)
        township = sign_in("township")
        township.get("/")
        counts = {"teachers": 7, "pools": 6, "pool_new": 3}
        own = {
            "teacher": 16, "teacher_edit": 5, "teacher_person": 5, "vetting_new": 5, "absence_new": 4, "pool_join": 6,
        }  # fmt: skip
        addresses = {name: reverse(f"faculty:{name}") for name in counts}
        addresses |= {name: reverse(f"faculty:{name}", args=[teacher.pk]) for name in own}
        asked = {}
        for name, address in addresses.items():
            with CaptureQueriesContext(connection) as queries:
                assert township.get(address).status_code == 200, name
            asked[name] = len(queries)
        assert asked == {**counts, **own}
