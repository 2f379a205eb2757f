"""Rights to teach and trainer courses: who may teach what, what ends soon, how many hours teachers trained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Sum, Value, When

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import lines_of, may, visible_to
from doorstep.core.policies import policy_at
from doorstep.faculty.models import RightRule, Teacher, TeachingRight, Trainee, TrainerCourse
from doorstep.faculty.queries.teachers import teachers_visible_to

Rights = dict[int, dict[str, list[tuple[date, date]]]]


def is_right_needed(key: str) -> bool:
    """Whether something is taught by those alone who have the right to."""
    return RightRule.objects.filter(key=key).exists()


def rights_held(teacher_ids: Sequence[int], keys: Iterable[str]) -> Rights:
    """teacher id -> for each of `keys` that takes a right, the spans in which they have it; no query without keys."""
    wanted = {key for key in keys if key}
    bound = list(RightRule.objects.filter(key__in=wanted).values_list("key", flat=True)) if wanted else []
    found: Rights = {pk: {key: [] for key in bound} for pk in teacher_ids}
    if bound:
        rows = TeachingRight.objects.filter(teacher__in=teacher_ids, key__in=bound, withdrawn_for="")
        for teacher_id, key, first, until in rows.values_list("teacher", "key", "given_on", "valid_until"):
            found[teacher_id][key].append((first, until))
    return found


def rights_for(key: str, actor: Actor) -> list[Any]:
    """The rights to teach something, of teachers `actor` may see, as `rights_told` has them, the last to end first."""
    return list(rights_told(actor).filter(key=key).order_by("-valid_until", "pk"))


def rights_of(teacher: Teacher) -> list[TeachingRight]:
    """What a teacher may teach by right today, the soonest to end first."""
    rows = TeachingRight.objects.filter(teacher=teacher, withdrawn_for="", valid_until__gt=clock.today())
    return list(rows.order_by("valid_until", "pk"))


def right_by_id(right_id: int, actor: Actor) -> TeachingRight:
    """A right that `actor` may withdraw; raises NotFound."""
    rows = TeachingRight.objects.select_related("teacher__unit")
    found = visible_to(actor, "faculty.train_teacher", rows, place="teacher__place").filter(pk=right_id).first()
    if found is None:
        raise NotFound
    return found


def right_told(right_id: int) -> TeachingRight:
    """A right with its teacher, for telling those concerned."""
    return TeachingRight.objects.select_related("teacher").get(pk=right_id)


def rights_ending(actor: Actor) -> QuerySet[TeachingRight]:
    """What ends soon and is not yet given for longer, of the teachers whose rights this actor's offices give.

    A county's office cares for its county's teachers, the city's for its own.
    Source: policy:training.right_notice_days.
    """
    places = {grant.place for grant in actor.grants if may(actor, "faculty.train_teacher", at=grant.place)}
    if not places:
        return TeachingRight.objects.none()
    top = {place for place in places if len(lines_of(place)) == 1}
    cared = reduce(or_, (Q(teacher__place__startswith=place) for place in places - top), Q(teacher__place__in=top))
    today = clock.today()
    soon = today + timedelta(days=policy_at("training.right_notice_days", on=today).integer)
    longer = TeachingRight.objects.filter(
        teacher=OuterRef("teacher"), key=OuterRef("key"), withdrawn_for="", valid_until__gt=soon
    )
    rows = TeachingRight.objects.filter(
        ~Exists(longer), withdrawn_for="", valid_until__gt=today, valid_until__lte=soon, teacher__is_active=True
    ).filter(cared)
    return rows.select_related("teacher").order_by("valid_until", "pk")


def trainer_courses_visible_to(actor: Actor) -> QuerySet[TrainerCourse]:
    """The trainer courses of the units whose teachers `actor` may see, with how many took part and passed."""
    rows = visible_to(actor, "faculty.view_teacher", TrainerCourse.objects.all())
    return rows.annotate(
        trained=Count("trainees"), passed=Count("trainees", filter=Q(trainees__is_passed=True))
    ).select_related("unit")


def trainer_course_by_id(course_id: int, actor: Actor) -> TrainerCourse:
    """One trainer course that `actor` may see; raises NotFound."""
    found = trainer_courses_visible_to(actor).filter(pk=course_id).first()
    if found is None:
        raise NotFound
    return found


def trainees_of(course: TrainerCourse, actor: Actor) -> list[Trainee]:
    """Who took part, of the teachers `actor` may see, by name; who did not pass, where their pairs are seen too."""
    rows = course.trainees.filter(teacher__in=teachers_visible_to(actor).values("pk"))
    found = rows.select_related("teacher__unit").order_by("teacher__name", "pk")
    return [one for one in found if one.is_passed or sees_findings(one.teacher, actor)]


def sees_findings(teacher: Teacher, actor: Actor) -> bool:
    """Whether `actor` may know what was found of a teacher: the teacher, and the offices and bases above them."""
    return may(actor, "faculty.view_mentorship", at=teacher.place, owner=teacher.person_id)


def teachers_named(name: str, place: str) -> list[Teacher]:
    """The teachers at a place and below it whose name begins so, at most 20; nobody for no name."""
    if not name.strip():
        return []
    rows = Teacher.objects.filter(place__startswith=place, name__startswith=name.strip(), is_active=True)
    return list(rows.select_related("unit").order_by("name", "place", "pk")[:20])


def training_hours(teacher_id: int, year: int) -> Decimal:
    """How many hours a teacher was in trainer courses that ended in a year."""
    rows = Trainee.objects.filter(teacher=teacher_id, course__ends_on__year=year)
    return rows.aggregate(sum=Sum("hours"))["sum"] or Decimal(0)


def rights_told(actor: Actor) -> QuerySet[Any]:
    """Every right of the teachers `actor` may see, each with its `standing`: valid, expiring, expired, taken_back."""
    today = clock.today()
    soon = today + timedelta(days=policy_at("training.right_notice_days", on=today).integer)
    rows = visible_to(actor, "faculty.view_teacher", TeachingRight.objects.all(), place="teacher__place")
    standing = Case(
        When(~Q(withdrawn_for=""), then=Value("taken_back")),
        When(valid_until__lte=today, then=Value("expired")),
        When(valid_until__lte=soon, then=Value("expiring")),
        default=Value("valid"),
        output_field=CharField(),
    )
    return rows.annotate(standing=standing).select_related("teacher__unit")
