"""What a class plan has of the curriculum 1+X, how theory and skill stand in it, and how it is taught."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

GENERAL, SUB = "general", "sub"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one course takes of a sitting; without a course only `mode` may be known. Minutes of the sitting."""

    minutes: Fraction
    mode: str
    title: str = ""
    kind: str = ""
    theory: Fraction | None = None
    skill: Fraction | None = None


@dataclass(frozen=True, slots=True)
class CourseShape:
    """A course as the check looks at it."""

    title: str
    kind: str
    mode: str
    theory_minutes: int
    skill_minutes: int

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.theory_minutes + self.skill_minutes


@dataclass(frozen=True, slots=True)
class CurriculumLimits:
    """How many sub-courses a class should have, and the least share of on-site teaching and practice.

    Source: policies `curriculum.*`.
    """

    fewest_subs: int
    practice_share: Fraction


@dataclass(frozen=True, slots=True)
class CurriculumCheck:
    """What a class plan has; minutes are those of its sittings."""

    generals: tuple[str, ...]
    subs: tuple[str, ...]
    lacks_general: bool
    lacks_subs: int
    theory: Fraction
    skill: Fraction
    unstated: Fraction
    modes: Mapping[str, Fraction]
    practice: Fraction | None
    is_practice_main: bool

    @property
    def is_whole(self) -> bool:
        """True when it has the one general course and enough sub-courses."""
        return not self.lacks_general and not self.lacks_subs


def lessons_of(minutes: int, mode: str, courses: Sequence[CourseShape]) -> list[Lesson]:
    """What a sitting of so many minutes gives to its courses: a stack is its parts, each by its own length.

    Without a course the whole sitting is taught in `mode`, "" when nobody said how.
    """
    whole = sum(course.minutes for course in courses)
    if not whole:
        return [Lesson(Fraction(minutes), mode)]
    return [
        Lesson(
            Fraction(minutes * course.minutes, whole),
            course.mode,
            course.title,
            course.kind,
            Fraction(minutes * course.theory_minutes, whole),
            Fraction(minutes * course.skill_minutes, whole),
        )
        for course in courses
    ]


def practice_share(modes: Mapping[str, Fraction], practical: Iterable[str]) -> Fraction | None:
    """The share that `practical` ways of teaching have in the minutes of which one knows how; None without any."""
    known = sum((minutes for mode, minutes in modes.items() if mode), Fraction(0))
    return sum((modes.get(mode, Fraction(0)) for mode in practical), Fraction(0)) / known if known else None


def curriculum_check(lessons: Sequence[Lesson], limits: CurriculumLimits, practical: Sequence[str]) -> CurriculumCheck:
    """What a class plan made of these lessons has and lacks; each course is named once."""
    modes: dict[str, Fraction] = defaultdict(Fraction)
    for lesson in lessons:
        modes[lesson.mode] += lesson.minutes
    generals = tuple(dict.fromkeys(lesson.title for lesson in lessons if lesson.kind == GENERAL))
    subs = tuple(dict.fromkeys(lesson.title for lesson in lessons if lesson.kind == SUB))
    share = practice_share(modes, practical)
    return CurriculumCheck(
        generals=generals,
        subs=subs,
        lacks_general=not generals,
        lacks_subs=max(0, limits.fewest_subs - len(subs)),
        theory=sum((lesson.theory for lesson in lessons if lesson.theory), Fraction(0)),
        skill=sum((lesson.skill for lesson in lessons if lesson.skill), Fraction(0)),
        unstated=sum((lesson.minutes for lesson in lessons if lesson.theory is None), Fraction(0)),
        modes=dict(modes),
        practice=share,
        is_practice_main=share is not None and share >= limits.practice_share,
    )
