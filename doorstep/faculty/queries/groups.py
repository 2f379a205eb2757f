"""Lecture groups: who sees them, who is in them on a day, their topics, and the sittings of their tours."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.faculty.models import Engagement, GroupMember, GroupTopic, Lecture, LectureGroup, Teacher, Tour, TourStop
from doorstep.faculty.queries.engagements import keys_in_doubt, statuses_of
from doorstep.faculty.queries.teachers import teachers_visible_to

STOP = "stop:"  # how the keys begin under which teachers are asked for sittings of tours
_TOUR = "tour:"


def tour_key(tour_id: int) -> str:
    """Under which name the teachers of a tour are asked."""
    return f"{_TOUR}{tour_id}"


def stop_key(stop_id: int) -> str:
    """Under which name a teacher is asked for a sitting of a tour."""
    return f"{STOP}{stop_id}"


def groups_visible_to(actor: Actor) -> QuerySet[LectureGroup]:
    """The groups `actor` may see."""
    return visible_to(actor, "faculty.view_teacher", LectureGroup.objects.all())


def groups_told(actor: Actor) -> QuerySet[Any]:
    """The same, with who is in them today and what they gave this year: `size`, `given`, `heads` (person-times)."""
    today = clock.today()
    own = {"group": OuterRef("pk")}
    members = GroupMember.objects.filter(Q(left_on=None) | Q(left_on__gt=today), joined_on__lte=today, **own)
    lectures = Lecture.objects.filter(voided_at=None, given_on__year=today.year, **own)
    return groups_visible_to(actor).annotate(
        size=_one(members, Count("pk")), given=_one(lectures, Count("pk")), heads=_one(lectures, Sum("heads"))
    )


def _one(rows: QuerySet[Any], figure: Any) -> Coalesce:
    """A figure of the rows of one group, 0 where there are none."""
    summed = rows.order_by().values("group").annotate(figure=figure).values("figure")
    return Coalesce(Subquery(summed, output_field=IntegerField()), Value(0))


def group_by_id(group_id: int, actor: Actor) -> LectureGroup:
    """One group that `actor` may see, with its unit and leader; raises NotFound."""
    found = groups_visible_to(actor).select_related("unit", "leader").filter(pk=group_id).first()
    if found is None:
        raise NotFound
    return found


def members_on(group: LectureGroup, day: date) -> QuerySet[GroupMember]:
    """Who is in a group on a day."""
    return group.members.filter(Q(left_on=None) | Q(left_on__gt=day), joined_on__lte=day)


def members_within(group: LectureGroup, first: date, last: date) -> QuerySet[GroupMember]:
    """Who is in a group on one of some days at least, the last day included."""
    return group.members.filter(Q(left_on=None) | Q(left_on__gt=first), joined_on__lte=last)


def members_of(group: LectureGroup) -> list[GroupMember]:
    """Who is in a group today, by name."""
    return list(members_on(group, clock.today()).select_related("teacher__unit").order_by("teacher__name", "pk"))


def groups_of_teacher(teacher: Teacher) -> list[GroupMember]:
    """In which groups a teacher is today, the longest first."""
    today = clock.today()
    rows = teacher.memberships.filter(Q(left_on=None) | Q(left_on__gt=today), joined_on__lte=today)
    return list(rows.filter(group__ended_on=None).select_related("group").order_by("joined_on", "pk"))


def member_by_id(member_id: int, group: LectureGroup) -> GroupMember:
    """Somebody's place in a group; raises NotFound."""
    found = group.members.select_related("teacher", "group").filter(pk=member_id).first()
    if found is None:
        raise NotFound
    return found


def member_told(group_id: int, teacher_id: int) -> GroupMember:
    """The latest place of a teacher in a group, for telling those concerned."""
    rows = GroupMember.objects.filter(group=group_id, teacher=teacher_id).select_related("group", "teacher")
    return rows.latest("joined_on", "pk")


def teachers_to_join(actor: Actor, group: LectureGroup) -> QuerySet[Teacher]:
    """Who of the teachers `actor` may see teaches and is not in a group yet, the nearest first."""
    held = members_on(group, clock.today()).values("teacher")
    rows = teachers_visible_to(actor).filter(is_active=True).exclude(pk__in=held)
    return rows.select_related("unit").order_by("-place", "name", "pk")


def topics_of(group: LectureGroup, year: int | None = None) -> list[GroupTopic]:
    """The topics of a group, of a year or of all, the latest year's first."""
    rows = group.topics.filter(**({} if year is None else {"year": year}))
    return list(rows.order_by("-year", "title", "pk"))


def topic_by_id(topic_id: int, actor: Actor) -> GroupTopic:
    """A topic of a group that `actor` may see; raises NotFound."""
    rows = visible_to(actor, "faculty.view_teacher", GroupTopic.objects.all(), place="group__place")
    found = rows.select_related("group__unit").filter(pk=topic_id).first()
    if found is None:
        raise NotFound
    return found


def tours_of(group: LectureGroup) -> QuerySet[Any]:
    """The tours of a group, the latest first, with how many sittings they have and had (`size`, `given`)."""
    living = Q(stops__cancelled_at=None)
    given = Q(stops__lectures__voided_at=None, stops__lectures__isnull=False)
    rows = group.tours.annotate(
        size=Count("stops", filter=living, distinct=True), given=Count("stops", filter=given, distinct=True)
    )
    return rows.select_related("topic").order_by("-planned_at", "-pk")


def tour_by_id(tour_id: int, actor: Actor) -> Tour:
    """A tour of a group that `actor` may see; raises NotFound."""
    rows = visible_to(actor, "faculty.view_teacher", Tour.objects.all(), place="group__place")
    found = rows.select_related("group__unit", "topic").filter(pk=tour_id).first()
    if found is None:
        raise NotFound
    return found


def stops_of(tour: Tour) -> list[tuple[TourStop, Engagement | None, Lecture | None]]:
    """The sittings of a tour in the order of their times, each with how its teacher was asked and what was counted."""
    stops = tour.stops.select_related("teacher", "unit", "base").order_by("starts_at", "pk")
    asked = statuses_of(tour_key(tour.pk))
    given = {one.stop_id: one for one in Lecture.objects.filter(stop__tour=tour, voided_at=None)}
    return [(stop, asked.get(stop_key(stop.pk)), given.get(stop.pk)) for stop in stops]


def stop_by_id(stop_id: int, actor: Actor) -> TourStop:
    """A sitting of a tour of a group that `actor` may see; raises NotFound."""
    rows = visible_to(actor, "faculty.view_teacher", TourStop.objects.all(), place="tour__group__place")
    found = (
        rows.select_related("tour__group__unit", "tour__topic", "teacher", "unit", "base").filter(pk=stop_id).first()
    )
    if found is None:
        raise NotFound
    return found


def stops_ahead(group: LectureGroup) -> QuerySet[TourStop]:
    """The sittings a group still has before it."""
    return TourStop.objects.filter(tour__group=group, cancelled_at=None, starts_at__gt=clock.now())


def stops_in_doubt(actor: Actor) -> list[tuple[TourStop, str]]:
    """The sittings to come of this actor's tours whose teacher may not be there, each with why, the nearest first."""
    found = {int(key.removeprefix(STOP)): why for key, why in keys_in_doubt(actor, STOP).items()}
    rows = TourStop.objects.filter(pk__in=found, cancelled_at=None).select_related("tour__group", "teacher")
    return [(one, found[one.pk]) for one in rows.order_by("starts_at", "pk")]


def tour_of_group_key(group: str) -> Tour | None:
    """The tour for which teachers were asked under a name, with its group; None where others ask."""
    if not group.startswith(_TOUR):
        return None
    return Tour.objects.select_related("group").get(pk=int(group.removeprefix(_TOUR)))


def group_counts() -> dict[str, int]:
    """How many lecture groups go round."""
    return {"lecture_group": LectureGroup.objects.filter(ended_on=None).count()}
