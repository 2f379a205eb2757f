"""How it is known that a person was there, and which of their half days are not on a closed roll yet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.attendance.models import CheckIn, Mark, Roll
from doorstep.attendance.rules.marks import CAME
from doorstep.classes.queries.people import begun_sessions_of
from doorstep.core import clock

if TYPE_CHECKING:
    from doorstep.classes.models import Session

# Where no arrival was witnessed, the roll itself says where its mark comes from.
_SOURCES = {
    "roll_call": gettext_lazy("点名"),
    "leave": gettext_lazy("请假单"),
    "correction": gettext_lazy("更正"),
}


class OpenSitting(NamedTuple):
    """A half day on a roll that is still open, with the mark it has now."""

    session: Session
    state: str


def evidence_of(person_id: int, session_ids: Collection[int]) -> dict[int, str]:
    """How the person's presence at each session is known, in words such as 扫会场码 14:25; by session id."""
    marks = Mark.objects.filter(person=person_id, session__in=list(session_ids))
    sources = dict(marks.values_list("session", "source"))
    words = {session_id: str(_SOURCES.get(source, _("考勤表"))) for session_id, source in sources.items()}
    for arrival in CheckIn.objects.filter(person=person_id, session__in=list(session_ids)):
        if sources.get(arrival.session_id) != "correction":
            at = f"{clock.local(arrival.arrived_at):%H:%M}"
            words[arrival.session_id] = _("%(how)s %(at)s") % {"how": arrival.get_method_display(), "at": at}
    return words


def seen_at(person_id: int, session_ids: Collection[int]) -> dict[int, datetime]:
    """At which of these sessions the person arrived, or is marked as having come; session id -> since when."""
    wanted = list(session_ids)
    marks = Mark.objects.filter(person=person_id, session__in=wanted, state__in=CAME)
    arrivals = CheckIn.objects.filter(person=person_id, session__in=wanted).values_list("session", "arrived_at")
    seen: dict[int, datetime] = {}
    for session_id, moment in marks.values_list("session", "marked_at").union(arrivals, all=True):
        seen[session_id] = min(moment, seen.get(session_id, moment))
    return seen


def open_sittings_of(person_id: int) -> list[OpenSitting]:
    """The half days a person has been to, or is marked for, in classes whose roll is not closed; newest first."""
    sessions = {session.pk: session for session in begun_sessions_of(person_id)}
    classes = {session.training_class_id for session in sessions.values()}
    over = Roll.objects.filter(training_class__in=classes, closed_at__isnull=False)
    closed = set(over.values_list("training_class", flat=True))
    arrivals = CheckIn.objects.filter(person=person_id, session__in=list(sessions)).values_list("session", flat=True)
    states = dict.fromkeys(arrivals, str(Mark.State.PRESENT))
    marks = Mark.objects.filter(person=person_id, session__in=list(sessions))
    states |= dict(marks.values_list("session", "state"))
    return [
        OpenSitting(session, states[pk])
        for pk, session in sessions.items()
        if pk in states and session.training_class_id not in closed
    ]
