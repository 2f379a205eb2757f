"""Which sessions somebody gives, how far they have to go, and which have lost their teacher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from doorstep.bases.queries.ways import Place, at_base, minutes_between
from doorstep.catalogue.queries.courses import teachers_named
from doorstep.catalogue.queries.rights import course_key
from doorstep.classes.models import Session, TrainingClass
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.policies import policy_at
from doorstep.faculty.queries.engagements import booked, keys_in_doubt, statuses_of
from doorstep.faculty.queries.substitutes import Substitute, ranked
from doorstep.faculty.queries.teachers import homes_of, teachers_for
from doorstep.faculty.rules.engaging import Ask, Candidate, Wanted, obstacle

if TYPE_CHECKING:
    from doorstep.faculty.models import Engagement

SESSION = "session:"  # how the keys begin under which teachers are asked for sessions
_CLASS = "class:"


def group_of(class_id: int) -> str:
    """Under which name the teachers of a class are asked."""
    return f"{_CLASS}{class_id}"


def class_of_group(group: str) -> int | None:
    """The class whose teachers are asked under a name; None where others ask, such as for a tour."""
    return int(group.removeprefix(_CLASS)) if group.startswith(_CLASS) else None


def key_of(session_id: int) -> str:
    """Under which name a teacher is asked for a session."""
    return f"{SESSION}{session_id}"


def sessions_taught(teacher_id: int) -> QuerySet[Session]:
    """The sessions a teacher gives from now on, those going on included, with class and place; drafts are not told."""
    living = (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING)
    rows = Session.objects.filter(
        teacher=teacher_id, is_cancelled=False, ends_at__gte=clock.now(), training_class__status__in=living
    )
    return rows.select_related("training_class__unit", "venue", "base", "township", "course").order_by(
        "starts_at", "pk"
    )


def sessions_given(teacher_id: int) -> QuerySet[Session]:
    """The sessions a teacher has given, the latest first, with class and place."""
    held = (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING, TrainingClass.Status.CLOSED)
    rows = Session.objects.filter(
        teacher=teacher_id, is_cancelled=False, ends_at__lt=clock.now(), training_class__status__in=held
    )
    return rows.select_related("training_class__unit", "venue", "base", "township").order_by("-starts_at", "-pk")


def sessions_in_doubt(actor: Actor) -> list[tuple[Session, str]]:
    """The sessions to come of this actor's classes whose teacher may not be there, each with why, the nearest first.

    Why is what `faculty.queries.engagements.keys_in_doubt` says.
    """
    found = {int(key.removeprefix(SESSION)): why for key, why in keys_in_doubt(actor, SESSION).items()}
    rows = Session.objects.filter(pk__in=found, is_cancelled=False, teacher__isnull=False).select_related(
        "training_class", "teacher"
    )
    return [(one, found[one.pk]) for one in rows.order_by("starts_at", "pk")]


@dataclass(frozen=True, slots=True)
class Asked:
    """How the present teacher of a session was asked, if at all, and whether the course names them or anybody."""

    engagement: Engagement | None
    is_named: bool


def asked_for(training_class: TrainingClass, sessions: Sequence[Session]) -> dict[int, Asked]:
    """session id -> how its present teacher stands to it; sessions without a teacher are left out."""
    taught = [session for session in sessions if session.teacher_id]
    if not taught:
        return {}
    rows = statuses_of(group_of(training_class.pk))
    named = teachers_named(session.course_id for session in taught if session.course_id)
    found = {}
    for session in taught:
        row = rows.get(key_of(session.pk))
        own = row if row and row.teacher_id == session.teacher_id else None
        allowed = named.get(session.course_id or 0)
        found[session.pk] = Asked(own, allowed is None or session.teacher_id in allowed)
    return found


def substitutes_for(session: Session) -> list[Substitute]:
    """Who of the teachers within reach could give a session to come instead, the best first, with the reasons.

    Left out are those who are not vetted that day, have no right to teach the course, are away, elsewhere or on the
    way, or asked often enough that month.
    """
    held = session.training_class
    offered = {one.pk: one for one in teachers_for(held.unit).select_related("home") if one.pk != session.teacher_id}
    day = session.held_on
    taught = course_key(session.course_id)
    times = booked(list(offered.values()), day, day, [taught])
    least = policy_at("teacher.buffer_minutes", on=day, place=held.place).integer
    there = _lies(session, held)
    ways = minutes_between([(Place(teacher.home or teacher.unit), there) for teacher in offered.values()])
    found: dict[int, Candidate] = {}
    for (pk, teacher), minutes in zip(offered.items(), ways, strict=True):
        ask = Ask(
            pk, "", "", "", clock.local(session.starts_at), clock.local(session.ends_at), minutes or 0, taught=taught
        )
        if not obstacle(ask, times[pk], least):
            lessons, most = times[pk].counts.get((day.year, day.month), 0), times[pk].most_a_month
            found[pk] = Candidate(pk, frozenset(teacher.topics), frozenset(teacher.languages), minutes, lessons, most)
    return ranked(_wanted(session), found.values(), offered)


def _wanted(session: Session) -> Wanted:
    """The topics of the teacher who cannot come, and the languages of the course, else those of the teacher."""
    teacher, course = session.teacher, session.course
    spoken = course.languages if course and course.languages else teacher.languages if teacher else []
    return Wanted(frozenset(teacher.topics if teacher else ()), frozenset(spoken))


def ways_from_home(training_class: TrainingClass, sessions: Sequence[Session]) -> dict[int, int]:
    """session id -> minutes from the teacher's home, loaded or estimated; without those of whom it is not known."""
    homes = homes_of({session.teacher_id for session in sessions if session.teacher_id})
    given = [session for session in sessions if session.teacher_id in homes]
    ways = minutes_between([(Place(homes[one.teacher_id or 0]), _lies(one, training_class)) for one in given])
    return {session.pk: way for session, way in zip(given, ways, strict=True) if way is not None}


def _lies(session: Session, training_class: TrainingClass) -> Place:
    """Where a session is held: at its pin, at its base, else where the unit of the class lies."""
    if session.lat is not None and session.lng is not None:
        return Place(training_class.unit, pin=(session.lat, session.lng))
    return at_base(session.base) if session.base else Place(training_class.unit)
