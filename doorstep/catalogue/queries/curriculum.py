"""What a class plan has of the curriculum 1+X, read for the sittings it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Case, F, FloatField, Q, Subquery, Sum, Value, When
from django.utils.translation import gettext as _

from doorstep.catalogue.models import Course
from doorstep.catalogue.queries.courses import IN_USE, mode_name, parts_in
from doorstep.catalogue.rules.curriculum import (
    CourseShape,
    CurriculumCheck,
    CurriculumLimits,
    curriculum_check,
    lessons_of,
)
from doorstep.core import clock
from doorstep.core.policies import policies_at, policy_at

# What counts as being there and doing: policy:curriculum.practice_share asks for their share.
PRACTICAL = (Course.Mode.ON_SITE.value, Course.Mode.PRACTICE.value)
_MINUTES_OF_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Sitting:
    """A planned or held sitting: its minutes, the way it is taught, and its course."""

    minutes: int
    mode: str
    course_id: int | None


@dataclass(frozen=True, slots=True)
class ModeLine:
    """How long is taught in one way: the word, hours, share of what is known in whole percents."""

    word: str
    hours: Decimal
    percent: int | None


@dataclass(frozen=True, slots=True)
class CurriculumShown:
    """What a class page says about the curriculum; `gone` names courses that may not be taught any more."""

    check: CurriculumCheck
    words: list[str]
    modes: list[ModeLine]
    gone: list[str]
    practice_words: str

    @property
    def theory(self) -> Decimal:
        """Hours of theory."""
        return _hours(self.check.theory)

    @property
    def skill(self) -> Decimal:
        """Hours of skill."""
        return _hours(self.check.skill)

    @property
    def unstated(self) -> Decimal:
        """Hours of sittings without a course, of which one does not know."""
        return _hours(self.check.unstated)


def _hours(minutes: Fraction) -> Decimal:
    return round(Decimal(minutes.numerator) / Decimal(minutes.denominator) / _MINUTES_OF_AN_HOUR, 1)


def practice_percent(place: str = "") -> int:
    """From which share of on-site teaching and practice on these are the main part. In percent."""
    return policy_at("curriculum.practice_share", on=clock.today(), place=place).integer


def _limits(place: str) -> CurriculumLimits:
    subs, share = "curriculum.fewest_subs", "curriculum.practice_share"
    found = policies_at((subs, share), on=clock.today(), place=place)
    return CurriculumLimits(found[subs].integer, Fraction(found[share].integer, 100))


def curriculum_shown(sittings: Sequence[Sitting], place: str) -> CurriculumShown:
    """How a class of these sittings stands to the curriculum, by the figures that hold at `place`."""
    courses = _with_parts(sitting.course_id for sitting in sittings)
    lessons = []
    for sitting in sittings:
        course = courses.get(sitting.course_id or 0)
        shapes = [_shape(courses[pk]) for pk in (course.parts or [course.pk])] if course else []
        lessons += lessons_of(sitting.minutes, sitting.mode, shapes)
    limits = _limits(place)
    check = curriculum_check(lessons, limits, PRACTICAL)
    return CurriculumShown(
        check=check,
        words=_words(check),
        modes=_mode_lines(check),
        gone=[course.title for course in courses.values() if course.stage not in IN_USE],
        practice_words=_practice_words(check, limits),
    )


def _with_parts(ids: Iterable[int | None]) -> dict[int, Course]:
    courses = Course.objects.in_bulk({pk for pk in ids if pk})
    inside = {pk for course in courses.values() for pk in course.parts} - courses.keys()
    return courses | (Course.objects.in_bulk(inside) if inside else {})


def _shape(course: Course) -> CourseShape:
    return CourseShape(course.title, course.kind, course.mode, course.theory_minutes, course.skill_minutes)


def _words(check: CurriculumCheck) -> list[str]:
    """What the plan has and what it lacks, in sentences."""
    said = []
    if check.generals:
        said.append(_("总论有了：%(titles)s。") % {"titles": _("、").join(check.generals)})
    else:
        said.append(_("还没有总论，请加一个课次讲总论。"))
    if check.subs:
        titles = _("、").join(check.subs)
        said.append(_("分论有 %(n)s 门：%(titles)s。") % {"n": len(check.subs), "titles": titles})
    if check.lacks_subs:
        said.append(_("还差 %(n)s 门分论，请从课程库的分论里选。") % {"n": check.lacks_subs})
    return said


def _mode_lines(check: CurriculumCheck) -> list[ModeLine]:
    """The ways of teaching in their order, the unknown one last."""
    known = sum((minutes for mode, minutes in check.modes.items() if mode), Fraction(0))
    lines = [
        ModeLine(mode_name(mode), _hours(check.modes[mode]), int(100 * check.modes[mode] / known))
        for mode in Course.Mode.values
        if mode in check.modes
    ]
    if "" in check.modes:
        lines.append(ModeLine(_("没写怎么上"), _hours(check.modes[""]), None))
    return lines


def _practice_words(check: CurriculumCheck, limits: CurriculumLimits) -> str:
    if check.practice is None:
        return _("课次都没写怎么上，算不出现场和体验占多少。")
    values = {"found": int(100 * check.practice), "least": int(100 * limits.practice_share)}
    if check.is_practice_main:
        return _("现场和体验占 %(found)s%%，达到 %(least)s%%，是主要部分。") % values
    return _("现场和体验只占 %(found)s%%，不到 %(least)s%%。请把一些课改到现场上，或让学员动手做。") % values


def part_of_mode(mode: str) -> Case:
    """For rows with `mode` and `course`: which part, 0 to 1, is taught in `mode`; of a stack that of its parts."""
    minutes = F("theory_minutes") + F("skill_minutes")
    parts = parts_in("course__parts").annotate(all=Value(1)).values("all")
    share = parts.annotate(share=Sum(minutes, filter=Q(mode=mode), default=0) * 1.0 / Sum(minutes)).values("share")
    return Case(
        When(course__kind=Course.Kind.STACK, then=Subquery(share)),
        When(mode=mode, then=1.0),
        default=0.0,
        output_field=FloatField(),
    )
