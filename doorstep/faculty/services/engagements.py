"""Asking teachers, letting them go, and their answers; a teacher is never asked for two places at one time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at
from doorstep.directory.queries import line_of
from doorstep.faculty.events import (
    EngagementAnswered,
    EngagementChanged,
    EngagementReminded,
    TeacherEngaged,
    TeacherReleased,
)
from doorstep.faculty.models import Engagement, Teacher
from doorstep.faculty.queries.engagements import LIVING, booked, engagements_unanswered, living_engagements
from doorstep.faculty.queries.rights import rights_held
from doorstep.faculty.queries.teachers import category_figures
from doorstep.faculty.rules.engaging import (
    AWAY,
    NO_RIGHT,
    NOT_TEACHING,
    NOT_VETTED,
    TAKEN,
    Ask,
    Booked,
    Span,
    obstacle,
    with_ask,
)
from doorstep.faculty.rules.rights import is_right_held
from doorstep.faculty.services import refusals
from doorstep.faculty.services.telling import lock_teacher, tell
from doorstep.faculty.services.training_refusals import TeacherHasNoRight

OFFERED, ACCEPTED, DECLINED, SUBSTITUTED, CANCELLED = Engagement.Status


@transaction.atomic
def keep_engagements(
    *, group: str, asks: Sequence[Ask], place: str, county: str, asked_as: str = "", actor: Actor
) -> None:
    """Let the teachers asked for under `group` be those of `asks`, and no others; what stays as it was is not touched.

    Those who were asked under `asked_as` before go over to `group` with their answer, or are let go too.
    Who said no is not asked again for the same sitting; what has begun is not asked for any more. `place` and `county`
    are those of the unit that asks. Raises TeacherNotActive, TeacherUnvetted, TeacherHasNoRight, TeacherAway,
    TeacherTaken, TeacherOverloaded, NotFound.
    """
    require(actor, "faculty.engage_teacher", at=place)
    rows = Engagement.objects.filter(group__in={group, asked_as or group}).select_related("teacher").order_by("pk")
    teachers = _lock({*(ask.teacher_id for ask in asks), *rows.values_list("teacher", flat=True)})
    if not teachers and not asks:
        return
    least = policy_at("teacher.buffer_minutes", on=clock.today(), place=place).integer
    known = list(rows)  # read under the locks: an answer given meanwhile is not written over
    for row in known:
        if row.group != group:
            _bring_over(row, asks, group, place, county)
    change = _change(known, asks)
    for row, ask in change.gone:
        _end(row, ask, actor)
    for row, kept in change.kept:
        _keep(row, kept, least, actor)
    _engage(change.new, teachers, least, group, place, county, actor)


def check_engagements(*, group: str, asks: Sequence[Ask], place: str, actor: Actor) -> None:
    """Raise what `keep_engagements` would, by the same rules; nothing is locked or written."""
    require(actor, "faculty.engage_teacher", at=place)
    rows = list(Engagement.objects.filter(group=group).select_related("teacher__unit").order_by("pk"))
    if not rows and not asks:
        return
    least = policy_at("teacher.buffer_minutes", on=clock.today(), place=place).integer
    change = _change(rows, asks)
    gone = [row.pk for row, _ask in change.gone]
    for row, ask in change.kept:
        held = ask.held(least)
        if row.taught not in (None, ask.taught):
            _must_have_right(row.teacher, ask)
        if (row.held_from, row.held_until) != (held.starts_at, held.ends_at):
            _must_be_free(row, ask, held, gone)
    ids = {ask.teacher_id for ask in change.new}
    teachers = {one.pk: one for one in Teacher.objects.select_related("unit").filter(pk__in=ids)} if ids else {}
    list(_checked(change.new, teachers, least, besides=gone))


def _bring_over(row: Engagement, asks: Sequence[Ask], group: str, place: str, county: str) -> None:
    """What was asked under another name is asked for the same sitting under `group` from now on."""
    same = next((ask for ask in asks if (row.teacher_id, row.starts_at, row.ends_at) == _sitting(ask)), None)
    if same is not None and row.status in LIVING:
        row.group, row.key, row.place, row.county = group, same.key, place, county
        row.save(update_fields=["group", "key", "place", "county"])


def _sitting(ask: Ask) -> tuple[object, ...]:
    return ask.teacher_id, ask.starts_at, ask.ends_at


@dataclass(frozen=True, slots=True)
class _Change:
    """What asking anew comes to: who is let go, with what is asked instead; who stays; who is asked."""

    gone: list[tuple[Engagement, Ask | None]]
    kept: list[tuple[Engagement, Ask]]
    new: list[Ask]


def _change(known: Sequence[Engagement], asks: Sequence[Ask]) -> _Change:
    wanted = {ask.key: ask for ask in asks}
    living = [row for row in known if row.status in LIVING]
    settled = {row.key for row in known if row.status in (*LIVING, DECLINED) and _is_same(row, wanted.get(row.key))}
    return _Change(
        gone=[(row, wanted.get(row.key)) for row in living if not _is_same(row, wanted.get(row.key))],
        kept=[(row, wanted[row.key]) for row in living if _is_same(row, wanted.get(row.key))],
        new=[ask for ask in asks if ask.key not in settled and ask.starts_at > clock.now()],
    )


def _must_be_free(row: Engagement, ask: Ask, held: Span, gone: Sequence[int]) -> None:
    """Raise TeacherTaken, as the table would."""
    rows = living_engagements().filter(teacher=row.teacher_id).exclude(pk__in=[row.pk, *gone])
    if rows.filter(held_from__lt=held.ends_at, held_until__gt=held.starts_at).exists():
        raise _taken(ask, row.teacher, held)


def _lock(ids: Iterable[int]) -> dict[int, Teacher]:
    """These teachers, locked in the order of their ids, so that two askers wait for each other."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = Teacher.objects.select_for_update(of=("self",)).select_related("unit").filter(pk__in=wanted)
    return {teacher.pk: teacher for teacher in rows.order_by("pk")}


def _is_same(row: Engagement, ask: Ask | None) -> bool:
    return ask is not None and (row.teacher_id, row.starts_at, row.ends_at) == _sitting(ask)


def _keep(row: Engagement, ask: Ask, least: int, actor: Actor) -> None:
    """What stays may have another name, place or way there; nobody is asked again for that, but told of it.

    Another course takes the right to teach it; what was assigned before that was written down stays.
    Raises TeacherTaken, TeacherHasNoRight.
    """
    if row.taught not in (None, ask.taught):
        _must_have_right(row.teacher, ask)
    held, now, said = ask.held(least), _told(row), (row.title, row.where)
    row.title, row.where, row.taught = ask.title[:250], ask.where[:250], ask.taught
    row.held_from, row.held_until = held.starts_at, held.ends_at
    if _told(row) != now:
        _save(row, ask)
    if (row.title, row.where) != said:
        tell(EngagementChanged(row.teacher_id, row.pk), row.teacher, actor, key=row.key, where=row.where)


def _told(row: Engagement) -> tuple[object, ...]:
    return row.title, row.where, row.taught, row.held_from, row.held_until


def _must_have_right(teacher: Teacher, ask: Ask) -> None:
    """Raise TeacherHasNoRight."""
    rights = rights_held([teacher.pk], [ask.taught])[teacher.pk]
    if ask.taught in rights and not is_right_held(rights[ask.taught], ask.starts_at.date()):
        raise _no_right(teacher, ask)


def _no_right(teacher: Teacher, ask: Ask) -> TeacherHasNoRight:
    """Who has no right, and the office that could give one: the county's, or the city's for its own teachers."""
    office = [unit for unit in line_of(teacher.unit) if unit.kind in ("city", "county")][-1]
    return TeacherHasNoRight(name=teacher.name, day=_day(ask), title=ask.title, office=office.short_name)


def _end(row: Engagement, ask: Ask | None, actor: Actor) -> None:
    """Let a teacher go: another one teaches, or nobody does then."""
    row.status = SUBSTITUTED if ask and ask.teacher_id != row.teacher_id else CANCELLED
    row.save(update_fields=["status"])
    tell(TeacherReleased(row.teacher_id, row.pk), row.teacher, actor, status=row.status, key=row.key)


def _engage(
    asks: Sequence[Ask], teachers: dict[int, Teacher], least: int, group: str, place: str, county: str, actor: Actor
) -> None:
    for ask, teacher, held in _checked(asks, teachers, least):
        row = Engagement(
            teacher=teacher, group=group, key=ask.key, title=ask.title[:250], where=ask.where[:250], taught=ask.taught,
            status=_first_status(teacher), starts_at=ask.starts_at, ends_at=ask.ends_at, held_from=held.starts_at,
            held_until=held.ends_at, place=place, county=county, asked_at=clock.now(), asked_by_id=actor.account_id,
        )  # fmt: skip
        _save(row, ask)
        tell(TeacherEngaged(teacher.pk, row.pk), teacher, actor, key=ask.key, starts_at=ask.starts_at.isoformat())


def _checked(
    asks: Sequence[Ask], teachers: Mapping[int, Teacher], least: int, *, besides: Sequence[int] = ()
) -> Iterator[tuple[Ask, Teacher, Span]]:
    """Each ask that nothing speaks against, those before it counted; the engagements `besides` are as good as gone.

    Raises NotFound and what `_check` raises.
    """
    if not asks:
        return
    if any(ask.teacher_id not in teachers for ask in asks):
        raise NotFound
    days = [ask.starts_at.date() for ask in asks]
    times = booked(list(teachers.values()), min(days), max(days), {ask.taught for ask in asks}, besides=besides)
    for ask in asks:
        teacher, held = teachers[ask.teacher_id], ask.held(least)
        _check(ask, teacher, times[teacher.pk], least)
        yield ask, teacher, held
        times[teacher.pk] = with_ask(times[teacher.pk], ask, least)


def _first_status(teacher: Teacher) -> str:
    """Asked, or accepted at once where the category does not answer. Source: policy:teacher.answers.<category>."""
    return OFFERED if category_figures(teacher.category, teacher.place)["answers"].integer else ACCEPTED


def _save(row: Engagement, ask: Ask) -> None:
    """Write it; the database lets no teacher be held twice at a time. Raises TeacherTaken."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise _taken(ask, row.teacher, Span(row.held_from, row.held_until)) from None


def _taken(ask: Ask, teacher: Teacher, held: Span) -> refusals.TeacherTaken:
    rows = living_engagements().filter(teacher=teacher, held_from__lt=held.ends_at, held_until__gt=held.starts_at)
    other = rows.exclude(key=ask.key).order_by("starts_at").first()
    starts, ends = (clock.local(at) for at in ((other or ask).starts_at, (other or ask).ends_at))
    times = f"{starts:%H:%M}–{ends:%H:%M}"
    return refusals.TeacherTaken(name=teacher.name, day=_day(ask), times=times, title=(other or ask).title)


def _day(ask: Ask) -> str:
    return _day_words(ask.starts_at.date())


def _day_words(day: date) -> str:
    return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}


def _check(ask: Ask, teacher: Teacher, times: Booked, least: int) -> None:
    """Raise what speaks against asking a teacher."""
    why = obstacle(ask, times, least)
    if not why:
        return
    if why == NOT_TEACHING:
        raise refusals.TeacherNotActive(name=teacher.name)
    if why == NOT_VETTED:
        raise refusals.TeacherUnvetted(name=teacher.name, day=_day(ask))
    if why == NO_RIGHT:
        raise _no_right(teacher, ask)
    if why == AWAY:
        day = ask.starts_at.date()
        absence = teacher.absences.filter(starts_on__lte=day, ends_on__gte=day).first()
        raise refusals.TeacherAway(name=teacher.name, day=_day(ask), reason=absence.reason if absence else "")
    if why == TAKEN:
        raise _taken(ask, teacher, ask.held(least))
    month = _("%(month)s月") % {"month": ask.starts_at.month}
    raise refusals.TeacherOverloaded(name=teacher.name, month=month, most=times.most_a_month)


@transaction.atomic
def answer_engagement(*, engagement: Engagement, accept: bool, reason: str = "", actor: Actor) -> Engagement:
    """Say whether one comes; the same answer twice is one answer. Who has agreed may still say that they cannot come.

    Raises EngagementAnswered, ComingReasonMissing, TeacherUnvetted.
    """
    require(actor, "faculty.answer_engagement", at=engagement.teacher.place, owner=engagement.teacher.person_id)
    teacher = lock_teacher(engagement.teacher)
    found = Engagement.objects.select_related("teacher__unit").get(pk=engagement.pk)
    status = ACCEPTED if accept else DECLINED
    if found.status == status:
        return found
    if found.status not in LIVING or found.starts_at <= clock.now():
        raise refusals.EngagementAnswered(title=found.title, status=found.get_status_display())
    if not accept and not reason.strip():
        raise refusals.ComingReasonMissing
    if accept:
        _must_be_vetted(found)
    found.status, found.reason = status, "" if accept else reason.strip()[:200]
    found.answered_at, found.answered_by_id = clock.now(), actor.account_id
    found.save(update_fields=["status", "reason", "answered_at", "answered_by"])
    tell(EngagementAnswered(teacher.pk, found.pk), found.teacher, actor, accepted=accept, reason=found.reason)
    return found


def _must_be_vetted(engagement: Engagement) -> None:
    """Who was vetted when asked may not be any more. Raises TeacherUnvetted."""
    teacher, day = engagement.teacher, clock.local(engagement.starts_at).date()
    until = booked([teacher], day, day)[teacher.pk].vetted_until
    if until is None or until <= day:
        raise refusals.TeacherUnvetted(name=teacher.name, day=_day_words(day))


def remind_engagements_due(*, actor: Actor) -> int:
    """Remind the teachers who have not answered and are awaited soon, once each; returns how many.

    Source: policy:teacher.answer_notice_days.
    """
    require(actor, "faculty.remind_teachers")
    return sum(_remind(pk, actor) for pk in engagements_unanswered().values_list("pk", flat=True))


@transaction.atomic
def _remind(engagement_id: int, actor: Actor) -> bool:
    rows = engagements_unanswered().select_for_update(of=("self",)).select_related("teacher")
    found = rows.filter(pk=engagement_id).first()
    if found is None:  # answered meanwhile
        return False
    found.reminded_on = clock.today()
    found.save(update_fields=["reminded_on"])
    tell(EngagementReminded(found.teacher_id, found.pk), found.teacher, actor)
    return True
