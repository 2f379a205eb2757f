"""What stands in the calendar of a unit, a base, a teacher or a person, as far as somebody may see it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.bases.queries.calendars import Block, blocks_of
from doorstep.classes.models import Enrolment, Session, TrainingClass
from doorstep.classes.queries.classes import classes_visible_to
from doorstep.classes.queries.people import HOLDING
from doorstep.classes.queries.public import where_for_all
from doorstep.classes.queries.teaching import SESSION as SESSION_KEY
from doorstep.classes.queries.teaching import key_of
from doorstep.classes.rules.calendars import AWAY, CLOSED, LESSON, SESSION, USE, Entry
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import may
from doorstep.faculty.queries.calendars import absences_between, engagements_between
from doorstep.faculty.queries.engagements import DECLINED

if TYPE_CHECKING:
    from doorstep.bases.models import Base
    from doorstep.directory.models import Unit
    from doorstep.faculty.models import Absence, Engagement, Teacher

MOST = 600  # entries that one page shows
LONGEST = timedelta(days=31)  # how long before a day a session may have begun that still goes on
_HELD = (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING, TrainingClass.Status.CLOSED)
_MOVING = (TrainingClass.Status.DRAFT, TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING)


@dataclass(frozen=True, slots=True)
class Span:
    """The time a calendar is asked for, half-open; with `is_feed` also what was cancelled, and no names."""

    starts_at: datetime
    ends_at: datetime
    is_feed: bool = False


def _sessions(span: Span) -> QuerySet[Session]:
    first, last = clock.local(span.starts_at - LONGEST).date(), clock.local(span.ends_at).date()
    rows = Session.objects.filter(held_on__range=(first, last))  # by the index of days, then by the moment
    rows = rows.filter(starts_at__lt=span.ends_at, ends_at__gt=span.starts_at)
    if not span.is_feed:
        rows = rows.filter(is_cancelled=False)
    rows = rows.select_related("training_class__unit", "venue", "base", "teacher", "township")
    return rows.order_by("starts_at", "pk")


def entries_of_unit(unit: Unit, span: Span, actor: Actor) -> list[Entry]:
    """The sessions of all classes that a unit and those below run, of those `actor` may see; the first of many."""
    rows = _sessions(span).filter(training_class__place__startswith=unit.path)
    seen = rows.filter(training_class__in=classes_visible_to(actor).order_by().values("pk"))
    return [_session_entry(one, actor, span) for one in seen[: MOST + 1]]


def entries_of_person(person_id: int, span: Span, actor: Actor) -> list[Entry]:
    """The sessions of the classes in which a person has a seat; in a feed also those that were called off."""
    seats = Enrolment.objects.filter(person=person_id, training_class=OuterRef("training_class"))
    called_off = Q(status=Enrolment.Status.CANCELLED, training_class__status=TrainingClass.Status.CANCELLED)
    held = Q(status__in=HOLDING)
    rows = _sessions(span).filter(Exists(seats.filter(held | called_off if span.is_feed else held)))
    rows = rows.exclude(training_class__status=TrainingClass.Status.DRAFT)
    return [_session_entry(one, actor, span) for one in rows[: MOST + 1]]


def entries_of_base(base: Base, span: Span, actor: Actor) -> list[Entry]:
    """Everything that goes on at a base: sessions, other uses of its venues, closures.

    Of a use that is not theirs to see, people learn only that the venue is taken; of a draft of others likewise.
    """
    rows = _sessions(span).filter(base=base)
    if not span.is_feed:
        rows = rows.exclude(training_class__status=TrainingClass.Status.CANCELLED)
    sessions = [_session_entry(one, actor, span, is_at_base=True) for one in rows[: MOST + 1]]
    return [*sessions, *(_block_entry(one, span) for one in blocks_of(base, span.starts_at, span.ends_at, actor))]


def entries_of_teacher(teacher: Teacher, span: Span, actor: Actor, *, knows: bool) -> list[Entry]:
    """What a teacher gives and is asked for, and the days they cannot come; who does not `know` learns only times."""
    return entries_of_teachers([teacher], span, actor, {teacher.pk} if knows else set())


def entries_of_teachers(teachers: Sequence[Teacher], span: Span, actor: Actor, known: Collection[int]) -> list[Entry]:
    """The same of several, each entry with its teacher; three questions. Of those not `known` one learns only times."""
    shown = (*_HELD, TrainingClass.Status.CANCELLED) if span.is_feed else _HELD
    rows = _sessions(span).filter(teacher__in=teachers, training_class__status__in=shown)
    asked = engagements_between(teachers, span.starts_at, span.ends_at)
    living = [one for one in asked if one.status != DECLINED]
    by_key = {(one.teacher_id, one.key): one for one in living}
    # A class may name somebody who declined until another one is found: it is no lesson of theirs.
    declined = {(one.teacher_id, one.key) for one in asked} - by_key.keys()
    lessons = [
        _lesson_entry(one, by_key.get(key), actor, span, knows=one.teacher_id in known)
        for one in rows[: MOST + 1]
        if (key := (one.teacher_id or 0, key_of(one.pk))) not in declined
    ]
    others = [
        _engaged_entry(one, knows=one.teacher_id in known) for one in living if not one.key.startswith(SESSION_KEY)
    ]
    absences = absences_between(teachers, span.starts_at, span.ends_at)
    return [
        *lessons,
        *others,
        *(_away_entry(one, says_why=one.teacher_id in known and not span.is_feed) for one in absences),
    ]


def _away_entry(absence: Absence, *, says_why: bool) -> Entry:
    return Entry(
        AWAY,
        _("不能来：%(why)s") % {"why": absence.reason} if says_why else _("不能来"),
        clock.at_local(absence.starts_on, 0),
        clock.at_local(absence.ends_on + timedelta(days=1), 0),
        f"absence-{absence.pk}",
        teacher_id=absence.teacher_id,
        is_all_day=True,
        changed_at=absence.entered_at,
    )


def entries_of_route(route_id: int, name: str, span: Span) -> list[Entry]:
    """When groups are on a route that was ordered: times and places alone, for everybody."""
    rows = _sessions(span).filter(training_class__order__package__route=route_id)
    rows = rows.exclude(training_class__status=TrainingClass.Status.DRAFT)
    title = _("%(name)s：已有安排") % {"name": name}
    return [
        Entry(
            SESSION,
            title,
            clock.local(one.starts_at),
            clock.local(one.ends_at),
            f"route-{one.pk}",
            where=where_for_all(one),
            state="cancelled" if one.is_cancelled else "",
            revision=one.revision,
            changed_at=_changed(one),
        )
        for one in rows[: MOST + 1]
    ]


def _changed(session: Session) -> datetime:
    return session.changed_at or session.training_class.created_at


def _state(session: Session) -> str:
    if session.is_cancelled:
        return "cancelled"
    return "draft" if session.training_class.status == TrainingClass.Status.DRAFT else ""


def _session_entry(session: Session, actor: Actor, span: Span, *, is_at_base: bool = False) -> Entry:
    held = session.training_class
    edits = may(actor, "classes.edit_class", at=held.place)
    is_hidden = is_at_base and held.status == TrainingClass.Status.DRAFT and not edits
    opens = not is_at_base or may(actor, "classes.view_class", at=held.place)
    title = _("已有人约") if is_hidden else f"{held.title}　{session.title}"
    names = [held.unit.short_name, session.teacher.name if session.teacher else ""]
    by = "" if span.is_feed or is_hidden else _named(*names)
    moves = edits and not session.is_cancelled and held.status in _MOVING and session.starts_at > clock.now()
    return Entry(
        SESSION,
        title,
        clock.local(session.starts_at),
        clock.local(session.ends_at),
        f"session-{session.pk}",
        where="" if is_hidden else session.where,
        by=by,
        state="" if is_hidden else _state(session),
        url=reverse("classes:class", args=[held.pk]) if opens and not is_hidden else "",
        venue_id=session.venue_id,
        class_id=held.pk,
        session_id=session.pk,
        revision=session.revision,
        may_move=moves,
        changed_at=_changed(session),
    )


def _named(*words: str) -> str:
    return "　".join(word for word in words if word)


def _lesson_entry(session: Session, asked: Engagement | None, actor: Actor, span: Span, *, knows: bool) -> Entry:
    held = session.training_class
    state = "cancelled" if session.is_cancelled else "invited" if asked and asked.status == "offered" else ""
    url = ""
    if knows and asked and state == "invited":
        url = reverse("faculty:engagement", args=[asked.pk])
    elif knows and may(actor, "classes.view_class", at=held.place):
        url = reverse("classes:class", args=[held.pk])
    return Entry(
        LESSON,
        f"{held.title}　{session.title}" if knows else _("已有安排"),
        clock.local(session.starts_at),
        clock.local(session.ends_at),
        f"session-{session.pk}",
        where=session.where if knows else "",
        by="" if span.is_feed or not knows else held.unit.short_name,
        state=state,
        url=url,
        teacher_id=session.teacher_id,
        class_id=held.pk,
        session_id=session.pk,
        revision=session.revision,
        changed_at=_changed(session),
    )


def _engaged_entry(asked: Engagement, *, knows: bool) -> Entry:
    """A stop of a tour, or whatever else a teacher is asked for."""
    return Entry(
        LESSON,
        asked.title if knows else _("已有安排"),
        clock.local(asked.starts_at),
        clock.local(asked.ends_at),
        f"engagement-{asked.pk}",
        where=asked.where if knows else "",
        state="invited" if asked.status == "offered" else "",
        url=reverse("faculty:engagement", args=[asked.pk]) if knows else "",
        teacher_id=asked.teacher_id,
        changed_at=asked.answered_at or asked.asked_at,
    )


def _block_entry(block: Block, span: Span) -> Entry:
    taken = _("已有人约")
    if block.is_closure:
        title = _("不开放：%(why)s") % {"why": block.kind_word if span.is_feed else block.purpose}
    elif not block.is_seen:
        title = taken
    else:
        title = _named(block.unit, block.kind_word if span.is_feed else block.purpose)
    return Entry(
        CLOSED if block.is_closure else USE,
        title,
        clock.local(block.starts_at),
        clock.local(block.ends_at),
        block.uid,
        where=block.venue,
        state="held" if block.is_held else "",
        url=reverse("bases:reservation", args=[block.id]) if block.is_seen and not block.is_closure else "",
        venue_id=block.venue_id,
        changed_at=block.changed_at,
    )
