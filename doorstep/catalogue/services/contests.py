"""The life of a contest of courses: drafted, called, cancelled, published for objections, finished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.catalogue.events import (
    ContestCalled,
    ContestCancelled,
    ContestFinished,
    ContestJurorNamed,
    ContestJurorReleased,
    ContestPublished,
    ContestWritten,
)
from doorstep.catalogue.models import Contest, ContestEntry, ContestJuror, Course
from doorstep.catalogue.queries.contests import days_of, figures_of, judged_in, jurors_to_choose, publicity_ends
from doorstep.catalogue.rules.contests import OVER, ContestDays, judged_too_little, phase_on, placed
from doorstep.catalogue.services.contests_refusals import (
    ContestChangedMeanwhile,
    ContestDaysPast,
    ContestDaysWrong,
    ContestNoteMissing,
    ContestStandsSo,
    ContestTaken,
    JudgedTooLittle,
    JurorNamedAlready,
    ObjectionsOpen,
)
from doorstep.catalogue.services.courses_review import name_premium
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.events import record
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit

DRAFT, CALLED, PUBLISHED, FINISHED, CANCELLED = Contest.Status


@dataclass(frozen=True, slots=True)
class ContestFacts:
    """What a call says."""

    title: str
    about: str
    days: ContestDays
    has_votes: bool = False


def locked_contest(contest: Contest, *statuses: str) -> Contest:
    """The contest, locked, if it stands as one of these; raises ContestStandsSo."""
    locked = Contest.objects.select_for_update(of=("self",)).select_related("unit").get(pk=contest.pk)
    if locked.status not in statuses:
        raise ContestStandsSo(title=locked.title)
    return locked


def tell(happened: Event, contest: Contest, actor: Actor, **detail: object) -> None:
    """Say what happened in a contest."""
    subject = ("contest", contest.pk)
    record(happened, actor=actor, place=contest.place, county=contest.unit.county, subject=subject, detail=detail)


@transaction.atomic
def write_contest(*, unit: Unit, facts: ContestFacts, actor: Actor) -> Contest:
    """Draft a contest that `unit` will hold. Raises ContestDaysWrong, ContestTaken."""
    require(actor, "catalogue.call_contest", at=unit.path)
    contest = Contest(unit=unit, place=unit.path)
    _put(contest, facts)
    tell(ContestWritten(contest.pk), contest, actor, title=contest.title)
    return contest


@transaction.atomic
def change_contest(*, contest: Contest, facts: ContestFacts, version: int, actor: Actor) -> Contest:
    """Change a draft as its `version` was seen.

    Raises ContestStandsSo, ContestChangedMeanwhile, ContestDaysWrong, ContestTaken.
    """
    require(actor, "catalogue.call_contest", at=contest.place)
    locked = locked_contest(contest, DRAFT)
    if locked.version != version:
        raise ContestChangedMeanwhile(title=locked.title)
    locked.version = version + 1
    _put(locked, facts)
    tell(ContestWritten(locked.pk), locked, actor, title=locked.title)
    return locked


def _put(contest: Contest, facts: ContestFacts) -> None:
    if not facts.days.are_in_order:
        raise ContestDaysWrong
    contest.title, contest.about, contest.has_votes = facts.title.strip(), facts.about.strip(), facts.has_votes
    contest.enters_from, contest.enters_until = facts.days.enters_from, facts.days.enters_until
    contest.judged_until = facts.days.judged_until
    try:
        with transaction.atomic():
            contest.save()
    except IntegrityError:
        raise ContestTaken(title=contest.title) from None


@transaction.atomic
def call_contest(*, contest: Contest, actor: Actor) -> Contest:
    """Let courses be entered; the figures in force today hold to its end. Raises ContestStandsSo, ContestDaysPast."""
    require(actor, "catalogue.call_contest", at=contest.place)
    locked = locked_contest(contest, DRAFT)
    if locked.enters_until < clock.today():
        raise ContestDaysPast
    locked.status, locked.called_on, locked.called_by_id = CALLED, clock.today(), actor.account_id
    locked.save(update_fields=["status", "called_on", "called_by"])
    tell(ContestCalled(locked.pk), locked, actor)
    return locked


@transaction.atomic
def cancel_contest(*, contest: Contest, note: str, actor: Actor) -> Contest:
    """Let it not take place; what was entered and judged stays for the files.

    Raises ContestStandsSo, ContestNoteMissing.
    """
    require(actor, "catalogue.call_contest", at=contest.place)
    locked = locked_contest(contest, DRAFT, CALLED)
    if not note.strip():
        raise ContestNoteMissing
    locked.status, locked.note = CANCELLED, note.strip()
    locked.ended_on, locked.ended_by_id = clock.today(), actor.account_id
    locked.save(update_fields=["status", "note", "ended_on", "ended_by"])
    tell(ContestCancelled(locked.pk), locked, actor, note=locked.note)
    return locked


@transaction.atomic
def name_juror(*, contest: Contest, account_id: int, actor: Actor) -> ContestJuror:
    """Name somebody who is to judge, or name them again. Raises ContestStandsSo, NotFound, JurorNamedAlready."""
    require(actor, "catalogue.call_contest", at=contest.place)
    locked = locked_contest(contest, DRAFT, CALLED)
    account = jurors_to_choose().filter(pk=account_id).first()
    if account is None:
        raise NotFound
    juror = locked.jurors.filter(account=account).first() or ContestJuror(contest=locked, account=account)
    if juror.pk is not None and juror.released_at is None:
        raise JurorNamedAlready(name=account.display_name)
    juror.named_at, juror.released_at = clock.now(), None
    juror.save()
    tell(ContestJurorNamed(locked.pk), locked, actor, account=account.pk)
    return juror


@transaction.atomic
def release_juror(*, juror: ContestJuror, actor: Actor) -> ContestJuror:
    """Let a juror judge no more; what they gave counts no more, until they are named again. Raises ContestStandsSo."""
    require(actor, "catalogue.call_contest", at=juror.contest.place)
    locked = locked_contest(juror.contest, DRAFT, CALLED)
    now = ContestJuror.objects.get(pk=juror.pk)
    if now.released_at is not None:
        raise ContestStandsSo(title=locked.title)
    now.released_at = clock.now()
    now.save(update_fields=["released_at"])
    tell(ContestJurorReleased(locked.pk), locked, actor, account=now.account_id)
    return now


@transaction.atomic
def publish_contest(*, contest: Contest, actor: Actor) -> Contest:
    """Work out the result once the days of judging are over, and make it public for objections.

    Raises ContestStandsSo, JudgedTooLittle.
    """
    require(actor, "catalogue.call_contest", at=contest.place)
    locked = locked_contest(contest, CALLED)
    if phase_on(days_of(locked), clock.today()) != OVER:
        raise ContestStandsSo(title=locked.title)
    figures, judged = figures_of(locked), judged_in(locked)
    if numbers := judged_too_little(judged, figures.fewest_jurors):
        raise JudgedTooLittle(numbers=", ".join(str(number) for number in numbers), fewest=figures.fewest_jurors)
    entries = ContestEntry.objects.in_bulk([one.entry_id for one in judged])
    for result in placed(judged, figures):
        entry = entries[result.entry_id]
        entry.score, entry.rank, entry.is_winner = result.score, result.rank, result.is_winner
    ContestEntry.objects.bulk_update(entries.values(), ["score", "rank", "is_winner"])
    locked.status, locked.published_on, locked.published_by_id = PUBLISHED, clock.today(), actor.account_id
    locked.save(update_fields=["status", "published_on", "published_by"])
    tell(ContestPublished(locked.pk), locked, actor, entries=len(entries))
    return locked


@transaction.atomic
def finish_contest(*, contest: Contest, actor: Actor) -> Contest:
    """Name the winners premium once the days of publicity are over and every objection is answered.

    A winner that was retired or changed its stage meanwhile stays as it is. Raises ContestStandsSo, ObjectionsOpen.
    """
    require(actor, "catalogue.call_contest", at=contest.place)
    locked = locked_contest(contest, PUBLISHED)
    if clock.today() <= publicity_ends(locked):
        raise ContestStandsSo(title=locked.title)
    if count := locked.entries.filter(objections__answered_at=None, objections__isnull=False).count():
        raise ObjectionsOpen(count=count)
    winners = Course.objects.filter(contest_entries__contest=locked, contest_entries__is_winner=True)
    named = [
        name_premium(course=course, actor=actor).pk
        for course in winners.filter(stage=Course.Stage.REVIEWED).order_by("pk")
    ]
    locked.status, locked.ended_on, locked.ended_by_id = FINISHED, clock.today(), actor.account_id
    locked.save(update_fields=["status", "ended_on", "ended_by"])
    tell(ContestFinished(locked.pk), locked, actor, courses=named)
    return locked
