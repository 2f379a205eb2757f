"""What keeps a half day from being handed in, and what a class plan has of 1+X: tried on any numbers."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from doorstep.catalogue.rules.courses import CourseFacts, CourseLimits, Part, course_faults
from doorstep.catalogue.rules.curriculum import (
    CourseShape,
    CurriculumLimits,
    curriculum_check,
    lessons_of,
    practice_share,
)

LIMITS = CourseLimits(short_minutes=45, half_day_least=150, half_day_most=240, fewest_parts=2)
STACK = CourseFacts("半天", "stack", outline="x")
PLAN = CurriculumLimits(fewest_subs=1, practice_share=Fraction(1, 2))
PRACTICAL = ("on_site", "practice")
MODES = ("theory", "scenario", "case", "on_site", "practice")

parts = st.lists(
    st.builds(
        Part,
        course_id=st.integers(1, 12),
        title=st.just("课"),
        minutes=st.integers(1, 90),
        is_in_use=st.booleans(),
        is_stack=st.booleans(),
    ),
    max_size=9,
)
shapes = st.builds(
    CourseShape,
    title=st.sampled_from("甲乙丙丁"),
    kind=st.sampled_from(("general", "sub", "local")),
    mode=st.sampled_from(MODES),
    theory_minutes=st.integers(0, 300),
    skill_minutes=st.integers(0, 300),
)
sittings = st.lists(
    st.tuples(st.integers(1, 600), st.sampled_from(("", *MODES)), st.lists(shapes, max_size=4)), max_size=6
)


def codes(facts: CourseFacts, *found: Part, limits: CourseLimits = LIMITS) -> list[str]:
    return [fault.code for fault in course_faults(facts, found, limits)]


def test_a_private_number_stands_in_no_course() -> None:
    (fault,) = course_faults(CourseFacts("果园课", "local", outline="找 13900001234 报名"), [], LIMITS)
    assert (fault.code, fault.values) == ("personal", {"number": "139…"})


@given(parts)
def test_a_half_day_is_ready_exactly_when_its_parts_fill_it(found: list[Part]) -> None:
    length = sum(part.minutes for part in found)
    is_ready = (
        len(found) >= 2
        and 150 <= length <= 240
        and all(part.is_in_use and not part.is_stack and part.minutes <= 45 for part in found)
        and len({part.course_id for part in found}) == len(found)
    )
    assert (codes(STACK, *found) == []) is is_ready


def test_each_fault_of_a_half_day_is_named_where_it_is() -> None:
    good = [Part(n, f"课 {n}", 45) for n in range(1, 5)]
    assert codes(STACK, *good) == []
    assert codes(STACK, *good, Part(5, "长", 60)) == ["part_not_short"]
    assert codes(STACK, *good, Part(6, "再来", 45), Part(7, "还有", 45)) == ["half_day_too_long"]
    assert codes(STACK, *good, Part(1, "课 1", 10)) == ["part_twice"]
    assert codes(STACK, *good[:3], Part(5, "停", 45, is_in_use=False)) == ["part_not_in_use"]
    assert codes(STACK, *good[:3], Part(5, "套", 200, is_stack=True)) == ["part_is_stack", "half_day_too_long"]
    (short,) = course_faults(STACK, good[:3], LIMITS)
    assert (short.code, short.values["lacking"]) == ("half_day_too_short", 15)
    assert codes(STACK) == ["too_few_parts", "half_day_too_short"]
    (long,) = course_faults(STACK, [*good, Part(8, "加", 45), Part(9, "再加", 45)], LIMITS)
    assert long.values["over"] == 30
    twice = course_faults(STACK, [*good, Part(4, "课 4", 30)], LIMITS)
    assert [fault.values["number"] for fault in twice] == [5]


def test_other_courses_only_need_an_outline() -> None:
    assert codes(CourseFacts("课", "local", outline=" ")) == ["no_outline"]
    assert codes(CourseFacts("课", "local", outline="讲三点")) == []


@given(sittings)
def test_no_minute_is_lost_or_counted_twice(plan: list[tuple[int, str, list[CourseShape]]]) -> None:
    lessons = [lesson for minutes, mode, courses in plan for lesson in lessons_of(minutes, mode, courses)]
    check = curriculum_check(lessons, PLAN, PRACTICAL)
    whole = sum(minutes for minutes, _mode, _courses in plan)
    assert sum(check.modes.values(), Fraction(0)) == whole
    assert check.theory + check.skill + check.unstated == whole
    assert check.lacks_general is (check.generals == ())
    assert check.is_whole is bool(check.generals and check.subs)
    known = whole - check.modes.get("", Fraction(0))
    if not known:
        assert (check.practice, check.is_practice_main) == (None, False)
    else:
        assert check.practice == sum((check.modes.get(m, Fraction(0)) for m in PRACTICAL), Fraction(0)) / known
        assert check.is_practice_main is (check.practice >= Fraction(1, 2))


def test_a_stack_counts_as_its_parts_by_their_length() -> None:
    short = CourseShape("理论短课", "sub", "theory", 20, 0)
    long = CourseShape("现场短课", "general", "on_site", 10, 30)
    first, second = lessons_of(180, "", [short, long])
    assert (first.minutes, first.theory, first.skill, first.mode) == (60, 60, 0, "theory")
    assert (second.minutes, second.theory, second.skill, second.mode) == (120, 30, 90, "on_site")
    check = curriculum_check([first, second], PLAN, PRACTICAL)
    assert (check.generals, check.subs, check.lacks_subs) == (("现场短课",), ("理论短课",), 0)
    assert (check.theory, check.skill, check.practice) == (90, 90, Fraction(2, 3))


def test_what_is_missing_is_counted() -> None:
    check = curriculum_check(lessons_of(90, "case", []), CurriculumLimits(3, Fraction(1, 2)), PRACTICAL)
    assert (check.lacks_general, check.lacks_subs, check.unstated, check.is_whole) == (True, 3, 90, False)
    twice = lessons_of(90, "", [CourseShape("同一门", "sub", "case", 90, 0)]) * 2
    assert curriculum_check(twice, CurriculumLimits(2, Fraction(1, 2)), PRACTICAL).lacks_subs == 1


def test_without_known_ways_of_teaching_there_is_no_share() -> None:
    assert practice_share({"": Fraction(60)}, PRACTICAL) is None
    assert practice_share({"": Fraction(60), "practice": Fraction(30), "case": Fraction(30)}, PRACTICAL) == Fraction(
        1, 2
    )
