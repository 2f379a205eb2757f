"""Mentor pairs: who may see which, their lessons, who could be a mentor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import lines_of, visible_filter, visible_to
from doorstep.faculty.models import GuideCheck, Mentorship, Observation, Teacher
from doorstep.faculty.queries.teachers import teachers_visible_to
from doorstep.faculty.rules.mentoring import latest_marks


def mentorships_visible_to(actor: Actor) -> QuerySet[Any]:
    """The pairs `actor` may see: of teachers in reach, and one's own; `lessons` counts those observed."""
    action, places = "faculty.view_mentorship", ("apprentice__place", "mentor__place")
    limits = [visible_filter(actor, action, place=places, owner=f"{side}__person") for side in ("mentor", "apprentice")]
    known = [limit for limit in limits if limit is not None]
    rows = Mentorship.objects.filter(reduce(or_, known)) if known else Mentorship.objects.none()
    counted = Count("observations", filter=Q(observations__withdrawn_for=""))
    return rows.annotate(lessons=counted).select_related("mentor__unit", "apprentice__unit")


def mentorship_by_id(mentorship_id: int, actor: Actor) -> Mentorship:
    """One pair that `actor` may see; raises NotFound."""
    found: Mentorship | None = mentorships_visible_to(actor).filter(pk=mentorship_id).first()
    if found is None:
        raise NotFound
    return found


def mentorship_told(mentorship_id: int) -> Mentorship:
    """A pair with both, for telling those concerned."""
    return Mentorship.objects.select_related("mentor", "apprentice").get(pk=mentorship_id)


def mentorships_of(teacher: Teacher) -> list[Mentorship]:
    """The pairs a teacher is or was in, the open ones first, then the latest."""
    rows = Mentorship.objects.filter(Q(mentor=teacher) | Q(apprentice=teacher)).select_related("mentor", "apprentice")
    return sorted(rows.order_by("-begun_on", "-pk"), key=lambda pair: pair.status != Mentorship.Status.OPEN)


def observations_of(pair: Mentorship) -> list[Observation]:
    """The lessons observed in a pair, the latest first, those taken back included."""
    return list(pair.observations.order_by("-observed_on", "-pk"))


def observation_by_id(observation_id: int, actor: Actor) -> Observation:
    """An observed lesson that `actor` may take back; raises NotFound."""
    rows = Observation.objects.select_related("mentorship__mentor", "mentorship__apprentice")
    place, owner = "mentorship__apprentice__place", "mentorship__mentor__person"
    seen = visible_to(actor, "faculty.observe_lesson", rows, place=place, owner=owner)
    found = seen.filter(pk=observation_id).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class GoalStanding:
    """A goal and the last mark it got."""

    goal: str
    mark: int

    @property
    def word(self) -> str:
        """The mark in words."""
        return str(Observation.Mark(self.mark).label)


def goal_standings(pair: Mentorship, observations: list[Observation]) -> list[GoalStanding]:
    """How each goal of a pair stands after its observed lessons, given the latest first."""
    counted = [one.marks for one in reversed(observations) if not one.withdrawn_for]
    return [GoalStanding(*each) for each in zip(pair.goals, latest_marks(len(pair.goals), counted), strict=True)]


def mentors_for(apprentice: Teacher, actor: Actor) -> list[Teacher]:
    """Who could be the mentor of somebody: other teachers of their unit and of those above, as `actor` sees them."""
    rows = teachers_visible_to(actor).filter(place__in=lines_of(apprentice.place), is_active=True)
    return list(rows.exclude(pk=apprentice.pk).select_related("unit").order_by("-place", "name", "pk"))


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody said who heard a teacher: of which lesson, on which day."""

    on: date
    lesson: str
    words: str


def heard_of(teacher: Teacher) -> list[Heard]:
    """What a teacher was told by who heard them: their mentor, and who checked them as a guide; the latest first."""
    lessons = Observation.objects.filter(mentorship__apprentice=teacher, withdrawn_for="")
    checks = GuideCheck.objects.filter(pair__guide=teacher)
    found = [Heard(one.observed_on, one.lesson, one.remarks) for one in lessons]
    found += [Heard(one.checked_on, _("现场讲解"), one.note) for one in checks]
    return sorted(found, key=lambda one: one.on, reverse=True)


def mentorship_counts() -> dict[str, int]:
    """How many mentor pairs there are, going on and over."""
    return {"mentorship": Mentorship.objects.count()}
