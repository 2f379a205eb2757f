"""Who is asked for when: what a teacher has to answer, what holds their time, what was declined."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policy_at
from doorstep.faculty.models import Absence, Engagement, Teacher, Vetting
from doorstep.faculty.queries.rights import rights_held
from doorstep.faculty.queries.teachers import category_figures, with_standing
from doorstep.faculty.rules import vetting
from doorstep.faculty.rules.engaging import Booked, Span

LIVING = (Engagement.Status.OFFERED, Engagement.Status.ACCEPTED)
DECLINED, UNVETTED, SILENT = "declined", "not_vetted", "silent"


def living_engagements() -> QuerySet[Engagement]:
    """Those that hold a teacher."""
    return Engagement.objects.filter(status__in=LIVING)


def engagements_of(teacher: Teacher) -> QuerySet[Engagement]:
    """What a teacher is asked for from now on, the nearest first."""
    return living_engagements().filter(teacher=teacher, ends_at__gte=clock.now()).order_by("starts_at", "pk")


def latest_of(teacher: Teacher) -> dict[str, Engagement]:
    """key -> the latest engagement of a teacher for it, of those to come and going on."""
    rows = Engagement.objects.filter(teacher=teacher, ends_at__gte=clock.now()).order_by("pk")
    return {row.key: row for row in rows}


def engagement_by_id(engagement_id: int, actor: Actor) -> Engagement:
    """One that `actor` may answer, the teacher or who keeps them; raises NotFound."""
    rows = Engagement.objects.select_related("teacher__unit")
    seen = visible_to(actor, "faculty.answer_engagement", rows, place="teacher__place", owner="teacher__person")
    found = seen.filter(pk=engagement_id).first()
    if found is None:
        raise NotFound
    return found


def engagement_told(engagement_id: int) -> Engagement:
    """One with its teacher, for telling those concerned."""
    return Engagement.objects.select_related("teacher").get(pk=engagement_id)


def words_of(engagement: Engagement) -> dict[str, object]:
    """What messages say of one: what, where, when, who, and why not; with its teacher."""
    return {
        "title": engagement.title,
        "where": engagement.where,
        "starts": f"{clock.local(engagement.starts_at):%Y-%m-%d %H:%M}",
        "name": engagement.teacher.name,
        "reason": engagement.reason,
    }


def is_asked_again(engagement: Engagement) -> bool:
    """True when the same teacher holds, or has to answer, a later one for the same sitting."""
    later = living_engagements().filter(key=engagement.key, teacher=engagement.teacher_id, pk__gt=engagement.pk)
    return later.exists()


def engagements_waiting(actor: Actor) -> QuerySet[Engagement]:
    """What waits for this actor's own word as a teacher, the nearest first."""
    if actor.person_id is None:
        return Engagement.objects.none()
    rows = Engagement.objects.filter(status=Engagement.Status.OFFERED, starts_at__gt=clock.now())
    return rows.filter(teacher__person=actor.person_id).order_by("starts_at", "pk")


def keys_in_doubt(actor: Actor, kind: str) -> dict[str, str]:
    """key -> why the teacher of a sitting to come may not be there, of this actor's asking, the nearest first.

    `kind` is how the keys of the asker begin, such as "session:". DECLINED: said no, and nobody was asked instead;
    UNVETTED: did not pass the latest vetting; SILENT: was asked before today, did not answer, and it begins soon.
    Source: policy:teacher.answer_notice_days.
    """
    rows = Engagement.objects.filter(starts_at__gt=clock.now(), key__startswith=kind)
    seen = visible_to(actor, "faculty.engage_teacher", rows)
    if seen.query.is_empty():  # this actor asks nobody: nothing to look up
        return {}
    living = living_engagements().filter(key=OuterRef("key"))
    latest = Vetting.objects.filter(teacher=OuterRef("teacher")).order_by("-vetted_on", "-pk")
    why = Case(
        When(~Exists(living), status=Engagement.Status.DECLINED, then=Value(DECLINED)),
        When(passed=False, status__in=LIVING, then=Value(UNVETTED)),
        When(_waits(), then=Value(SILENT)),
        output_field=CharField(),
    )
    told = seen.annotate(passed=Subquery(latest.values("is_passed")[:1])).annotate(why=why).exclude(why=None)
    found = list(told.order_by("starts_at", "pk").values_list("key", "why", "starts_at"))
    soon = _soon() if any(reason == SILENT for _key, reason, _at in found) else clock.now()
    return {key: reason for key, reason, starts_at in found if reason != SILENT or starts_at < soon}


def _waits() -> Q:
    """Asked before today, and no word yet."""
    return Q(status=Engagement.Status.OFFERED, asked_at__lt=clock.at_local(clock.today(), 0))


def _soon() -> datetime:
    """Until when what begins is so near that an answer is needed. Source: policy:teacher.answer_notice_days."""
    today = clock.today()
    days = policy_at("teacher.answer_notice_days", on=today).integer
    return clock.at_local(today + timedelta(days=days + 1), 0)


def engagements_unanswered() -> QuerySet[Engagement]:
    """Those that begin soon, wait for a word since before today, and of which nobody was reminded yet."""
    rows = Engagement.objects.filter(_waits(), starts_at__gt=clock.now(), starts_at__lt=_soon(), reminded_on=None)
    return rows.order_by("pk")


def engagements_ahead(teacher_id: int, taught: str | None = None) -> list[Engagement]:
    """What holds a teacher in times to come, of what `taught` names or of anything, the nearest first."""
    rows = living_engagements().filter(teacher=teacher_id, starts_at__gt=clock.now()).select_related("teacher")
    return list((rows if taught is None else rows.filter(taught=taught)).order_by("starts_at", "pk"))


def statuses_of(group: str) -> dict[str, Engagement]:
    """key -> the latest engagement for it, of those that were asked together."""
    rows = Engagement.objects.filter(group=group).select_related("teacher").order_by("pk")
    return {row.key: row for row in rows}


def booked(
    teachers: Sequence[Teacher], first: date, last: date, taught: Iterable[str] = (), *, besides: Sequence[int] = ()
) -> dict[int, Booked]:
    """teacher id -> what is known of their time in the months from one day to another; their places decide figures.

    `taught` are the keys of what they are wanted for: of those that take a right, it is told who has it. The
    engagements `besides` do not count.
    """
    ids = [teacher.pk for teacher in teachers]
    begins, ends = _months(first, last)
    held: dict[int, list[Span]] = defaultdict(list)
    counts: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    rows = living_engagements().filter(teacher__in=ids, held_until__gt=begins, held_from__lt=ends)
    rows = rows.exclude(pk__in=besides) if besides else rows
    for teacher_id, starts_at, held_from, held_until in rows.values_list(
        "teacher", "starts_at", "held_from", "held_until"
    ):
        held[teacher_id].append(Span(held_from, held_until))
        day = clock.local(starts_at).date()
        counts[teacher_id][day.year, day.month] += 1
    away: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for absence in Absence.objects.filter(teacher__in=ids, ends_on__gte=first, starts_on__lte=last):
        away[absence.teacher_id].append((absence.starts_on, absence.ends_on))
    known = with_standing(Teacher.objects.filter(pk__in=ids))
    most = _most_a_month(teachers)
    rights = rights_held(ids, taught)
    return {
        one.pk: Booked(
            is_active=one.is_active,
            vetted_until=None if one.standing in (vetting.UNVETTED, vetting.NOT_PASSED) else one.valid_until,
            most_a_month=most[one.pk],
            absences=away[one.pk],
            held=held[one.pk],
            counts=counts[one.pk],
            rights=rights[one.pk],
        )
        for one in known
    }


def _months(first: date, last: date) -> tuple[datetime, datetime]:
    """The whole months from one day to another."""
    after = (last.replace(day=28) + timedelta(days=4)).replace(day=1)
    return clock.at_local(first.replace(day=1), 0), clock.at_local(after, 0)


def _most_a_month(teachers: Iterable[Teacher]) -> dict[int, int]:
    """teacher id -> lessons a month: their own figure, else that of their category. Source: policy:teacher.load.*."""
    found, figures = {}, {}
    for one in teachers:
        kind = (one.category, one.place)
        if one.most_a_month is None and kind not in figures:
            figures[kind] = category_figures(*kind)["load"].integer
        found[one.pk] = one.most_a_month if one.most_a_month is not None else figures[kind]
    return found
