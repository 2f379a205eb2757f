"""The teachers of a class are asked for its sittings, and let go when these change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from doorstep.catalogue.queries.rights import course_key
from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.queries.teaching import group_of, key_of, ways_from_home
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.faculty.rules.engaging import Ask
from doorstep.faculty.services.engagements import check_engagements, keep_engagements

# A draft asks nobody; who taught in a closed class has taught.
_ASKING = (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING)


def ask_teachers(training_class: TrainingClass, actor: Actor, *, asked_as: str = "") -> None:
    """Ask the teachers of a locked class for its sittings as they stand now, and let all others go.

    Who was asked for the same times before it was a class, under the name of `asked_as`, is not asked again.
    Raises TeacherNotActive, TeacherUnvetted, TeacherHasNoRight, TeacherAway, TeacherTaken, TeacherOverloaded.
    """
    place, county = training_class.place, training_class.county
    asks = _asks(training_class, _taught(training_class))
    group = group_of(training_class.pk)
    keep_engagements(group=group, asks=asks, place=place, county=county, asked_as=asked_as, actor=actor)


def check_teachers(training_class: TrainingClass, session_id: int, fields: Mapping[str, Any], actor: Actor) -> None:
    """Raise what `ask_teachers` would if a session had these `fields`, which are not written; nobody is asked."""
    if training_class.status not in _ASKING:
        return
    living = _taught(training_class)
    for name, value in fields.items():
        for one in living:
            if one.pk == session_id:
                setattr(one, name, value)
    asks = _asks(training_class, sorted(living, key=lambda one: one.starts_at))
    check_engagements(group=group_of(training_class.pk), asks=asks, place=training_class.place, actor=actor)


def _taught(training_class: TrainingClass) -> list[Session]:
    """The sittings that are asked for, the earliest first; of a draft or a closed class none."""
    if training_class.status not in _ASKING:
        return []
    rows = training_class.sessions.filter(is_cancelled=False, teacher__isnull=False)
    return list(rows.select_related("base__unit", "venue").order_by("starts_at"))


def _asks(training_class: TrainingClass, sessions: Sequence[Session]) -> list[Ask]:
    ways = ways_from_home(training_class, sessions)
    stays = {(a.pk, b.pk) for a, b in pairwise(sessions) if _stays(a, b)}
    before, after = {b for _a, b in stays}, {a for a, _b in stays}
    return [
        Ask(
            teacher_id=session.teacher_id or 0,
            key=key_of(session.pk),
            title=f"{training_class.title}　{session.title}",
            where=session.where,
            starts_at=clock.local(session.starts_at),
            ends_at=clock.local(session.ends_at),
            way_minutes=ways.get(session.pk, 0),
            stays_before=session.pk in before,
            stays_after=session.pk in after,
            taught=course_key(session.course_id),
        )
        for session in sessions
    ]


def _stays(first: Session, then: Session) -> bool:
    """Whether a teacher stays where they are from one sitting to the next of a class."""
    where = [(one.teacher_id, one.held_on, one.base_id, one.lat, one.lng, one.location) for one in (first, then)]
    return where[0] == where[1]
