"""Courses as they are read: which one may see, which may be taught where, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Case,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.models import Course, CourseContent, CourseVersion
from doorstep.catalogue.rules.courses import CourseFacts, CourseFault, CourseLimits, Part, course_faults
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import lines_of, visible_filter, visible_to
from doorstep.core.policies import policies_at, policy_at

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

IN_USE = (Course.Stage.TRIAL, Course.Stage.REVIEWED, Course.Stage.PREMIUM)
STACK = Course.Kind.STACK
# The general course first, then sub-courses, half days, local courses; within a kind the best known first.
KIND_ORDER = (Course.Kind.GENERAL, Course.Kind.SUB, STACK, Course.Kind.LOCAL)
_STAGE_ORDER = (Course.Stage.PREMIUM, Course.Stage.REVIEWED, Course.Stage.TRIAL)
_FAULTS = {
    "no_outline": _("还没有写提纲"),
    "personal": _("写着像身份证号或手机号的数字（%(number)s），公开的页面上不能有，请去掉，联系电话写单位座机"),
    "part_is_stack": _("第 %(number)s 节“%(title)s”本身是半天组合，不能再套进组合"),
    "part_not_short": _("第 %(number)s 节“%(title)s”有 %(found)s 分钟，短课最长 %(most)s 分钟，请换一门短课"),
    "part_not_in_use": _("第 %(number)s 节“%(title)s”还没有通过审核或已停用，请换一门"),
    "part_twice": _("第 %(number)s 节“%(title)s”前面已经有了，请换一门"),
    "too_few_parts": _("只有 %(found)s 节，至少要 %(least)s 节"),
    "half_day_too_short": _("加起来 %(found)s 分钟，半天至少 %(least)s 分钟，还差 %(lacking)s 分钟"),
    "half_day_too_long": _("加起来 %(found)s 分钟，半天至多 %(most)s 分钟，多了 %(over)s 分钟"),
}


def _known() -> Q:
    """Courses that were accepted once, in use or retired since."""
    return Q(stage__in=IN_USE) | Q(stage=Course.Stage.RETIRED, stage_before__in=IN_USE)


def courses_visible_to(actor: Actor) -> QuerySet[Course]:
    """The courses `actor` may see: those accepted once, and all of the units for which they may write."""
    rows = visible_to(actor, "catalogue.view_course", Course.objects.all())
    own = visible_filter(actor, "catalogue.write_course")
    return rows.filter(_known() if own is None else _known() | own)


def parts_in(column: str) -> QuerySet[Course]:
    """For sub-selects: the courses that the list of ids in the outer row's `column` names."""
    named_by = {"template": "(%(expressions)s))", "arg_joiner": " = ANY("}
    is_part = Func(F("pk"), OuterRef(column), output_field=BooleanField(), **named_by)
    return Course.objects.order_by().annotate(is_part=is_part).filter(is_part=True)


def with_standing(rows: QuerySet[Course]) -> QuerySet[Course]:
    """Courses with `open_status`, that of the version in the making, and `length`, own minutes or the parts'."""
    making = CourseVersion.objects.filter(course=OuterRef("pk")).exclude(status=CourseVersion.Status.ACCEPTED)
    parts = parts_in("parts").annotate(whole=OuterRef("pk"))
    total = parts.values("whole").annotate(sum=Sum(F("theory_minutes") + F("skill_minutes"))).values("sum")
    own = F("theory_minutes") + F("skill_minutes")
    length = Case(When(kind=STACK, then=Subquery(total)), default=own, output_field=IntegerField())
    return rows.annotate(open_status=Subquery(making.values("status")[:1]), length=length)


def standing_of(course: Course) -> str:
    """The word for a course read `with_standing`: of a draft, what became of it, else its stage."""
    making = course.open_status  # type: ignore[attr-defined]
    return str(making) if course.stage == Course.Stage.DRAFT and making else course.stage


def course_by_id(course_id: int, actor: Actor) -> Course:
    """One course that `actor` may see, with its unit; raises NotFound."""
    return _one(courses_visible_to(actor), course_id)


def course_to_write(course_id: int, actor: Actor) -> Course:
    """One course of a unit for which `actor` may write; raises NotFound."""
    return _one(visible_to(actor, "catalogue.write_course", Course.objects.all()), course_id)


def _one(rows: QuerySet[Course], course_id: int) -> Course:
    found = with_standing(rows).select_related("unit", "stage_by").filter(pk=course_id).first()
    if found is None:
        raise NotFound
    return found


def versions_of(course: Course) -> list[CourseVersion]:
    """What a course said and would say, the newest first, with who wrote and reviewed it."""
    rows = course.versions.select_related("written_by", "handed_in_by", "reviewed_by")
    return list(rows.order_by("-number"))


def facts_of(content: CourseContent) -> CourseFacts:
    """What a course or one of its versions says."""
    found: dict[str, Any] = {one.name: getattr(content, one.name) for one in fields(CourseFacts)}
    listed = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return CourseFacts(**{**found, **listed})


def kinds_of(unit: Unit) -> list[tuple[str, str]]:
    """The kinds of course a unit may write."""
    return [(value, str(word)) for value, word in Course.Kind.choices if may_belong(value, unit)]


def may_belong(kind: str, unit: Unit) -> bool:
    """The general course and its sub-courses belong to the city."""
    return unit.kind == "city" or kind in (Course.Kind.LOCAL, STACK)


def course_limits(place: str) -> CourseLimits:
    """What courses of a unit at `place` must keep to today. Source: policies `course.*`."""
    found = policies_at([f"course.{name}" for name in _LIMITS], on=clock.today(), place=place)
    return CourseLimits(*(found[f"course.{name}"].integer for name in _LIMITS))


_LIMITS = ("short_minutes", "half_day_least", "half_day_most", "stack_parts")


def parts_of(content: CourseContent) -> list[Part]:
    """The parts of a stack in their order; of any other course nothing."""
    courses = Course.objects.in_bulk(content.parts) if content.parts else {}
    return [
        Part(
            course_id=course.pk,
            title=course.title,
            minutes=course.theory_minutes + course.skill_minutes,
            is_in_use=course.stage in IN_USE,
            is_stack=course.kind == STACK,
        )
        for course in (courses[course_id] for course_id in content.parts)
    ]


def faults_said(content: CourseContent, place: str) -> list[str]:
    """What speaks against handing this in, each in a sentence, by the figures that hold at `place`."""
    return [_said(fault) for fault in course_faults(facts_of(content), parts_of(content), course_limits(place))]


def _said(fault: CourseFault) -> str:
    return str(_FAULTS[fault.code]) % fault.values


def courses_along(unit: Unit) -> QuerySet[Course]:
    """The courses of a unit and of those above it, whatever their stage."""
    return Course.objects.filter(place__in=lines_of(unit.path))


def courses_for(unit: Unit) -> QuerySet[Course]:
    """The courses a class of `unit` may put on its timetable: by kind, premium ones first, the nearest unit's first."""
    rows = courses_along(unit).filter(stage__in=IN_USE)
    return rows.order_by(_rank("kind", KIND_ORDER), _rank("stage", _STAGE_ORDER), "-place", "code")


def _rank(column: str, order: Sequence[str]) -> Case:
    return Case(*(When(**{column: value}, then=n) for n, value in enumerate(order)), output_field=IntegerField())


def short_courses_for(unit: Unit) -> QuerySet[Course]:
    """The courses a stack of `unit` may be made of."""
    return short_ones(courses_for(unit), unit.path)


def short_ones(rows: QuerySet[Course], place: str = "") -> QuerySet[Course]:
    """The short courses among these. Source: policy:course.short_minutes."""
    most = policy_at("course.short_minutes", on=clock.today(), place=place).integer
    return rows.exclude(kind=STACK).alias(own=F("theory_minutes") + F("skill_minutes")).filter(own__lte=most)


def course_choices(courses: Iterable[Course]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Courses as a form offers them, by kind, each with how it is taught and how well known it is."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for course in courses:
        groups.setdefault(str(course.get_kind_display()), []).append((course.pk, _offered(course)))
    return list(groups.items())


def _offered(course: Course) -> str:
    said = [str(_("%(n)s 节") % {"n": len(course.parts)}) if course.kind == STACK else str(course.get_mode_display())]
    if course.stage != Course.Stage.REVIEWED:
        said.append(str(course.get_stage_display()))
    words = str(_("，")).join(said)
    return str(_("%(course)s（%(words)s）") % {"course": course.title, "words": words})


def courses_not_in_use(ids: Iterable[int]) -> list[Course]:
    """Which of these courses may not be put on a timetable, drafts and retired ones."""
    return list(Course.objects.filter(pk__in=set(ids)).exclude(stage__in=IN_USE).order_by("pk"))


def courses_to_review(actor: Actor) -> QuerySet[CourseVersion]:
    """What waits for this actor's word, the oldest first; not what they wrote or handed in themselves."""
    rows = CourseVersion.objects.filter(status=CourseVersion.Status.HANDED_IN)
    if actor.account_id is not None:
        own = Q(written_by=actor.account_id) | Q(handed_in_by=actor.account_id)
        rows = rows.exclude(pk__in=CourseVersion.objects.filter(own).values("pk"))
    found = visible_to(actor, "catalogue.review_course", rows, place="course__place")
    return found.select_related("course__unit").order_by("handed_in_at", "pk")


def courses_to_mend(actor: Actor) -> QuerySet[CourseVersion]:
    """What was returned to this actor's own units and not handed in anew, the oldest first."""
    rows = CourseVersion.objects.filter(status=CourseVersion.Status.RETURNED)
    found = visible_to(actor, "catalogue.write_course", rows, place="course__place")
    living = found.exclude(course__stage=Course.Stage.RETIRED)
    return living.select_related("course__unit").order_by("reviewed_at", "pk")


def mode_name(mode: str) -> str:
    """The word for a way of teaching; "" without one."""
    return str(dict(Course.Mode.choices).get(mode, mode))


def mode_choices() -> list[tuple[str, Any]]:
    """The ways of teaching, each with its word in the language of whoever reads it."""
    return list(Course.Mode.choices)


def courses_of_teacher(teacher_id: int) -> QuerySet[Course]:
    """The courses in use that a teacher may give, by name."""
    return Course.objects.filter(teachers=teacher_id, stage__in=IN_USE).order_by("title", "pk")


def teachers_named(course_ids: Iterable[int]) -> dict[int, set[int]]:
    """course id -> the teachers that it names; courses that name nobody, which anybody may give, are left out."""
    found: dict[int, set[int]] = {}
    rows = Course.objects.filter(pk__in=set(course_ids), teachers__isnull=False)
    for course_id, teacher_id in rows.values_list("pk", "teachers").order_by():
        found.setdefault(course_id, set()).add(teacher_id)
    return found


def course_counts() -> dict[str, int]:
    """How many courses are in use."""
    return {"course": Course.objects.filter(stage__in=IN_USE).count()}
