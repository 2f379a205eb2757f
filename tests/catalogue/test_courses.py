"""Courses: written by a township, reviewed by its county, named premium by the city, retired and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from doorstep.catalogue.models import Course, CourseVersion
from doorstep.catalogue.queries.courses import (
    course_counts,
    courses_for,
    courses_to_mend,
    courses_to_review,
    courses_visible_to,
)
from doorstep.catalogue.services.courses import (
    change_course,
    choose_teachers,
    hand_in_course,
    take_back_course,
    write_course,
)
from doorstep.catalogue.services.courses_refusals import (
    CourseChangedMeanwhile,
    CourseIncomplete,
    CourseIsOwn,
    CourseIsRetired,
    CourseKindNotHere,
    CourseNoteMissing,
    CourseNotReady,
    CourseStandsSo,
    CourseTaken,
    CourseWaits,
)
from doorstep.catalogue.services.courses_review import (
    accept_course,
    bring_back_course,
    drop_premium,
    name_premium,
    pass_trial,
    retire_course,
    return_course,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.queries import units_where
from doorstep.faculty.models import Teacher
from doorstep.web.queries.search import found_for
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.classes import SYSTEM
from tests.factories.courses import course_facts, draft_course, given_course, short_courses
from tests.factories.homes import tasks_but_first_lessons

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def draft(cast: Cast) -> Course:
    return write_course(unit=cast.unit("huotong"), facts=course_facts(), actor=cast.actor("township"))


def fresh(course: Course) -> Course:
    return Course.objects.get(pk=course.pk)


def accept(course: Course, actor: Any = SYSTEM, *, on_trial: bool = False, note: str = "", seen: int = 1) -> None:
    accept_course(course=course, on_trial=on_trial, note=note, seen=seen, actor=actor)


def test_written_handed_in_returned_amended_and_accepted(cast: Cast, draft: Course) -> None:
    township, county = cast.actor("township"), cast.actor("county")
    assert (draft.stage, draft.stage_by_id, draft.versions.get().number) == ("draft", township.account_id, 1)
    assert fresh(draft).code == f"KC-{draft.pk:04d}"
    assert list(courses_for(cast.unit("huotong"))) == []
    version = hand_in_course(course=draft, actor=township)
    assert (version.handed_in_at, version.handed_in_by_id) == (clock.now(), township.account_id)
    with pytest.raises(CourseStandsSo):
        hand_in_course(course=draft, actor=township)
    with pytest.raises(CourseWaits):
        change_course(course=draft, facts=course_facts(), seen=1, actor=township)
    assert [task.words for task in tasks_but_first_lessons(county, TODAY)] == ["审核课程：葡萄冬季管护"]
    assert tasks_but_first_lessons(township, TODAY) == []
    with pytest.raises(NotPermitted):
        return_course(course=draft, note="x", seen=1, actor=township)
    with pytest.raises(CourseNoteMissing):
        return_course(course=draft, note=" ", seen=1, actor=county)
    assert return_course(course=draft, note=" 缺安全提示 ", seen=1, actor=county).review_note == "缺安全提示"
    (task,) = tasks_but_first_lessons(township, TODAY)
    assert (task.words, task.note) == ("课程要改：葡萄冬季管护", "缺安全提示")
    amended = change_course(course=draft, facts=course_facts(outline="剪枝\n安全"), seen=1, actor=township)
    assert (amended.number, amended.revision, amended.status) == (1, 2, "declined")
    assert fresh(draft).outline == "剪枝\n安全"
    assert hand_in_course(course=draft, actor=township).review_note == ""
    assert list(courses_to_mend(township)) == []
    accept(draft, county, note="可以", seen=2)
    found = fresh(draft)
    assert (found.stage, found.stage_by_id, found.stage_at) == ("reviewed", county.account_id, clock.now())
    assert list(courses_for(cast.unit("huotong"))) == [found]
    kept = found.versions.get()
    assert (kept.status, kept.reviewed_by_id, kept.review_note) == ("passed", county.account_id, "可以")
    told = Activity.objects.filter(subject_kind="course", subject_id=str(draft.pk))
    assert told.count() == 6


def test_a_new_version_is_made_beside_the_one_in_force(cast: Cast) -> None:
    course, township = given_course(cast.unit("huotong")), cast.actor("township")
    changed = change_course(course=course, facts=course_facts(title="葡萄四季管护"), seen=0, actor=township)
    assert (changed.number, changed.status, fresh(course).title) == (2, "draft", "葡萄冬季管护")
    with pytest.raises(CourseChangedMeanwhile):
        change_course(course=course, facts=course_facts(), seen=0, actor=township)
    hand_in_course(course=course, actor=township)
    accept(course, cast.actor("county"))
    assert fresh(course).title == "葡萄四季管护"
    assert [one.title for one in course.versions.order_by("number")] == ["葡萄冬季管护", "葡萄四季管护"]
    (group,) = [one for one in found_for("ptsj", cast.actor("trainee")) if one.title == "课程"]
    assert [hit.title for hit in group.hits] == ["葡萄四季管护"]


def test_nobody_accepts_their_own(cast: Cast) -> None:
    county, city = cast.actor("county"), cast.actor("city")
    course = write_course(unit=cast.unit("jiaocheng"), facts=course_facts(), actor=county)
    hand_in_course(course=course, actor=county)
    assert list(courses_to_review(county)) == []
    assert [one.course_id for one in courses_to_review(city)] == [course.pk]
    with pytest.raises(CourseIsOwn):
        accept(course, county)
    with pytest.raises(CourseIsOwn):
        return_course(course=course, note="x", seen=1, actor=county)
    accept(course, city, on_trial=True)
    with pytest.raises(CourseIsOwn):
        pass_trial(course=course, actor=county)
    # Who only handed in what another wrote is no judge of it either.
    other = draft_course(cast.unit("jiaocheng"), title="另一门")
    hand_in_course(course=other, actor=county)
    assert list(courses_to_review(county)) == []
    with pytest.raises(CourseIsOwn):
        accept(other, county)


def test_on_trial_for_good_and_premium(cast: Cast, draft: Course) -> None:
    county, city = cast.actor("county"), cast.actor("city")
    with pytest.raises(CourseStandsSo):
        accept(draft, county)
    hand_in_course(course=draft, actor=cast.actor("township"))
    accept(draft, county, on_trial=True)
    assert (fresh(draft).stage, course_counts()) == ("trial", {"course": 1})
    with pytest.raises(CourseStandsSo):
        name_premium(course=draft, actor=city)
    assert pass_trial(course=draft, actor=county).stage == "reviewed"
    with pytest.raises(CourseStandsSo):
        pass_trial(course=draft, actor=county)
    with pytest.raises(NotPermitted):
        name_premium(course=draft, actor=county)
    with pytest.raises(CourseStandsSo):
        drop_premium(course=draft, actor=city)
    assert name_premium(course=draft, actor=city).stage == "premium"
    change_course(course=draft, facts=course_facts(outline="新"), seen=0, actor=SYSTEM)
    hand_in_course(course=draft, actor=SYSTEM)
    accept(draft, county)
    assert (fresh(draft).stage, fresh(draft).outline) == ("premium", "新")
    change_course(course=draft, facts=course_facts(outline="再试"), seen=0, actor=SYSTEM)
    hand_in_course(course=draft, actor=SYSTEM)
    accept(draft, county, on_trial=True)
    assert fresh(draft).stage == "trial"
    pass_trial(course=draft, actor=county)
    name_premium(course=draft, actor=city)
    assert drop_premium(course=draft, actor=city).stage == "reviewed"


def test_retired_and_brought_back_as_it_was(cast: Cast, draft: Course) -> None:
    township = cast.actor("township")
    with pytest.raises(CourseStandsSo):
        bring_back_course(course=draft, actor=township)
    hand_in_course(course=draft, actor=township)
    with pytest.raises(CourseNoteMissing):
        retire_course(course=draft, reason=" ", actor=township)
    gone = retire_course(course=draft, reason=" 没人听 ", actor=township)
    assert (gone.stage, gone.stage_before, gone.stage_note) == ("disabled", "draft", "没人听")
    assert draft.versions.get().status == "draft"
    with pytest.raises(CourseStandsSo):
        retire_course(course=draft, reason="x", actor=township)
    for refused in (
        partial(change_course, course=draft, facts=course_facts(), seen=1, actor=township),
        partial(hand_in_course, course=draft, actor=township),
    ):
        with pytest.raises(CourseIsRetired):
            refused()
    back = bring_back_course(course=draft, actor=township)
    assert (back.stage, back.stage_before, back.stage_note) == ("draft", "", "")
    premium = given_course(cast.unit("huotong"), title="精品课")
    name_premium(course=premium, actor=SYSTEM)
    retire_course(course=premium, reason="x", actor=township)
    another = given_course(cast.unit("huotong"), title="精品课")
    with pytest.raises(CourseTaken):
        bring_back_course(course=premium, actor=township)
    retire_course(course=another, reason="x", actor=township)
    assert bring_back_course(course=premium, actor=township).stage == "premium"


def test_what_was_returned_is_no_task_once_it_is_retired(cast: Cast, draft: Course) -> None:
    hand_in_course(course=draft, actor=SYSTEM)
    return_course(course=draft, note="x", seen=1, actor=SYSTEM)
    assert courses_to_mend(cast.actor("township")).count() == 1
    retire_course(course=draft, reason="x", actor=SYSTEM)
    assert list(courses_to_mend(cast.actor("township"))) == []


def test_taken_back_to_be_changed(cast: Cast, draft: Course) -> None:
    township = cast.actor("township")
    with pytest.raises(CourseStandsSo):
        take_back_course(course=draft, actor=township)
    hand_in_course(course=draft, actor=township)
    assert take_back_course(course=draft, actor=township).status == "draft"
    change_course(course=draft, facts=course_facts(title="改过"), seen=1, actor=township)
    hand_in_course(course=draft, actor=township)
    # The reviewer still looks at what it was before.
    with pytest.raises(CourseChangedMeanwhile):
        accept(draft, cast.actor("county"), seen=1)
    accept(draft, cast.actor("county"), seen=2)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"kind": "general"}, CourseKindNotHere), ({"kind": "sub"}, CourseKindNotHere),
        ({"theory_minutes": 0, "skill_minutes": 0}, CourseIncomplete), ({"mode": ""}, CourseIncomplete),
        ({"kind": "stack", "parts": (10**6,)}, NotFound), ({}, CourseTaken),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    cast: Cast, draft: Course, wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        draft_course(cast.unit("huotong"), **wrong)
    assert Course.objects.count() == 1


def test_only_the_city_writes_the_general_course(cast: Cast) -> None:
    assert draft_course(cast.unit("ningde"), kind="general").kind == "general"
    with pytest.raises(CourseKindNotHere, match="蕉城区委组织部请选"):
        draft_course(cast.unit("jiaocheng"), kind="sub")


def test_the_kind_stays_what_it_is(cast: Cast, draft: Course) -> None:
    change_course(course=draft, facts=course_facts(kind="stack"), seen=1, actor=SYSTEM)
    assert (fresh(draft).kind, fresh(draft).mode, fresh(draft).parts) == ("local", "practice", [])


def test_without_an_outline_it_is_not_handed_in(cast: Cast) -> None:
    course = draft_course(cast.unit("huotong"), outline=" ")
    with pytest.raises(CourseNotReady, match="还没有写提纲"):
        hand_in_course(course=course, actor=cast.actor("township"))


def stack_of(cast: Cast, parts: list[Course], **changes: Any) -> Course:
    values = {"kind": "stack", "title": "半天乡村课", "parts": tuple(part.pk for part in parts), **changes}
    return draft_course(cast.unit("huotong"), **values)


def test_short_courses_fill_a_half_day(cast: Cast) -> None:
    parts = short_courses(cast.unit("jiaocheng"), 4)
    stack = stack_of(cast, parts)
    assert (stack.mode, stack.theory_minutes, stack.skill_minutes) == ("", 0, 0)
    hand_in_course(course=stack, actor=SYSTEM)
    accept(stack)
    assert [course.pk for course in courses_for(cast.unit("huotong"))][:1] == [stack.pk]
    with pytest.raises(CourseNotReady, match="只有 1 节，至少要 2 节；加起来 40 分钟"):
        hand_in_course(course=stack_of(cast, parts[:1], title="短"), actor=SYSTEM)
    with pytest.raises(CourseNotReady, match="多了 40 分钟"):
        hand_in_course(
            course=stack_of(cast, [*parts, *short_courses_more(cast)], title="长"), actor=SYSTEM
        )  # fmt: skip
    with pytest.raises(CourseNotReady, match="本身是半天组合"):
        hand_in_course(course=stack_of(cast, [*parts, stack], title="套"), actor=SYSTEM)
    with pytest.raises(CourseNotReady, match="第 5 节“短课 0”前面已经有了"):
        hand_in_course(course=stack_of(cast, [*parts, parts[0]], title="重"), actor=SYSTEM)
    with pytest.raises(CourseNotReady, match="有 90 分钟，短课最长 45 分钟"):
        hand_in_course(course=stack_of(cast, [*parts, given_course(cast.unit("ningde"))], title="大"), actor=SYSTEM)


def short_courses_more(cast: Cast) -> list[Course]:
    return short_courses(cast.unit("ningde"), 3)


def test_a_part_retired_meanwhile_bars_the_stack(cast: Cast) -> None:
    parts = short_courses(cast.unit("jiaocheng"), 4)
    stack = stack_of(cast, parts)
    hand_in_course(course=stack, actor=SYSTEM)
    retire_course(course=parts[2], reason="x", actor=SYSTEM)
    with pytest.raises(CourseNotReady, match="第 3 节“短课 2”还没有通过审核或已停用"):
        accept(stack)
    with pytest.raises(NotFound):
        stack_of(cast, [given_course(cast.unit("saiqi"))], title="别处的")


def teacher(cast: Cast, unit: str, **changes: Any) -> Teacher:
    at = cast.unit(unit)
    values = {"name": "钟阿婆", "category": "local", "unit": at, "place": at.path, "county": at.county, **changes}
    return Teacher.objects.create(**values)


def test_teachers_come_from_the_pools_along_the_line(cast: Cast, draft: Course) -> None:
    own, county, other = teacher(cast, "huotong"), teacher(cast, "jiaocheng"), teacher(cast, "saiqi")
    choose = partial(choose_teachers, course=draft, actor=cast.actor("township"))
    choose(teacher_ids=[own.pk, county.pk])
    assert set(draft.teachers.all()) == {own, county}
    with pytest.raises(NotFound):
        choose(teacher_ids=[own.pk, other.pk])
    Teacher.objects.filter(pk=county.pk).update(is_active=False)
    choose(teacher_ids=[county.pk])
    assert list(draft.teachers.values_list("pk", flat=True)) == [county.pk]
    choose(teacher_ids=[])
    with pytest.raises(NotFound):
        choose(teacher_ids=[county.pk])


def test_drafts_are_between_the_unit_and_the_levels_above(cast: Cast, draft: Course) -> None:
    def sees(who: str) -> bool:
        return courses_visible_to(cast.actor(who)).filter(pk=draft.pk).exists()

    near, others = ("township", "base", "county", "city"), ("sibling_township", "other_county", "trainee", "auditor")
    assert [sees(who) for who in (*near, *others)] == [True] * 4 + [False] * 4
    retire_course(course=draft, reason="x", actor=SYSTEM)
    assert not sees("trainee")
    bring_back_course(course=draft, actor=SYSTEM)
    hand_in_course(course=draft, actor=SYSTEM)
    accept(draft)
    assert all(sees(who) for who in (*near, *others))
    retire_course(course=draft, reason="x", actor=SYSTEM)
    assert sees("trainee")
    assert list(courses_for(cast.unit("huotong"))) == []


def test_who_writes_for_whom(cast: Cast) -> None:
    names = {
        who: [unit.short_name for unit in units_where(cast.actor(who), "catalogue.write_course")]
        for who in ("city", "base", "trainee")
    }
    assert names == {"city": ["宁德市委组织部"], "base": ["霍童镇党委"], "trainee": []}


def test_the_database_refuses_too(draft: Course) -> None:
    for broken in (
        {"theory_minutes": 0, "skill_minutes": 0}, {"mode": ""}, {"stage": "disabled"}, {"stage_before": "draft"},
        {"kind": "stack"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Course.objects.update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseVersion.objects.create(course=draft, number=2, title="x", kind="local", written_at=clock.now())


def test_what_must_hold_is_checked(cast: Cast) -> None:
    def broken() -> set[str]:
        return {found.name for found in check_invariants() if not found.holds}

    parts = short_courses(cast.unit("huotong"), 4)
    stack = stack_of(cast, parts)
    hand_in_course(course=stack, actor=SYSTEM)
    accept(stack)
    assert broken() == set()
    Course.objects.filter(pk=parts[0].pk).update(title="别的")
    assert broken() == {"course_in_use_was_accepted"}
    Course.objects.filter(pk=parts[0].pk).update(title="短课 0")
    CourseVersion.objects.filter(course=parts[0]).update(status="draft")
    assert broken() == {"course_in_use_was_accepted"}
    CourseVersion.objects.filter(course=parts[0]).update(status="passed", number=2)
    assert broken() == {"course_versions_are_numbered"}
    CourseVersion.objects.filter(course=parts[0]).update(number=1, theory_minutes=0, skill_minutes=0)
    assert broken() == {"course_takes_time", "course_in_use_was_accepted"}
    CourseVersion.objects.filter(course=parts[0]).update(skill_minutes=40)
    for wrong in ([stack.pk], [10**6]):
        Course.objects.filter(pk=stack.pk).update(parts=wrong)
        CourseVersion.objects.filter(course=stack).update(parts=wrong)
        assert broken() == {"course_parts_are_courses"}
    CourseVersion.objects.filter(course=stack).update(parts=[parts[1].pk])
    Course.objects.filter(pk=stack.pk).update(parts=[parts[1].pk], place="1/")
    assert broken() == {"course_place_is_unit_path"}


def test_two_writers_and_two_reviewers_at_once(cast_committed: Cast) -> None:
    cast = cast_committed
    with clock.frozen(clock.at_local(TODAY, 12)):
        course = draft_course(cast.unit("huotong"))
    writers = cast.actor("township"), cast.actor("base")
    facts = course_facts(outline="改")
    said = both(*(partial(change_course, course=course, facts=facts, seen=1, actor=one) for one in writers))
    assert said == [CourseChangedMeanwhile.code, "done"]
    said = both(*(partial(hand_in_course, course=course, actor=one) for one in writers))
    assert said == [CourseStandsSo.code, "done"]
    reviewers = cast.actor("county"), cast.actor("city")
    said = both(*(partial(accept, course, one, seen=2) for one in reviewers))
    assert said == [CourseStandsSo.code, "done"]
    twice = [partial(write_course, unit=cast.unit("huotong"), facts=course_facts(title="双击"), actor=SYSTEM)] * 2
    assert both(*twice) == [CourseTaken.code, "done"]
