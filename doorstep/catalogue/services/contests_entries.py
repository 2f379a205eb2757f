"""Taking part in a contest of courses: entering, judging, voting, objecting, being answered."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from doorstep.catalogue.events import (
    ContestEntered,
    ContestEntryTakenBack,
    ContestJudged,
    ContestObjected,
    ContestObjectionAnswered,
    ContestVoted,
)
from doorstep.catalogue.models import (
    Contest,
    ContestEntry,
    ContestObjection,
    ContestScore,
    ContestVote,
    Course,
    CourseVersion,
)
from doorstep.catalogue.queries.contests import (
    criteria_of,
    days_of,
    editions_to_enter,
    entry_facts,
    figure_of,
    juror_facts,
    juror_of,
    publicity_ends,
)
from doorstep.catalogue.rules.contests import ENTERING, JUDGING, conflict_of, phase_on, points_faults, voter_key
from doorstep.catalogue.services.contests import CALLED, PUBLISHED, locked_contest, tell
from doorstep.catalogue.services.contests_refusals import (
    ContestNoteMissing,
    ContestStandsSo,
    CourseEnteredAlready,
    CourseNotForContest,
    EntriesUsedUp,
    NotAJuror,
    NoVotesHere,
    OwnEntry,
    PointsWrong,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.permissions import require


def _in_phase(contest: Contest, phase: str) -> Contest:
    """The contest, locked, in its days of entering or judging; raises ContestStandsSo."""
    locked = locked_contest(contest, CALLED)
    if phase_on(days_of(locked), clock.today()) != phase:
        raise ContestStandsSo(title=locked.title)
    return locked


@transaction.atomic
def enter_course(
    *, contest: Contest, course: Course, edition_id: int | None, statement: str, actor: Actor
) -> ContestEntry:
    """Enter a reviewed course as it stands, with what it is taught from.

    Raises ContestStandsSo, CourseNotForContest, CourseEnteredAlready, EntriesUsedUp, NotFound.
    Source: policy:contest.entries_of_unit.
    """
    require(actor, "catalogue.enter_contest", at=course.place)
    locked = _in_phase(contest, ENTERING)
    found = Course.objects.select_related("unit").get(pk=course.pk)
    if found.stage != Course.Stage.REVIEWED:
        raise CourseNotForContest(title=found.title)
    if edition_id is not None and not editions_to_enter(found).filter(pk=edition_id).exists():
        raise NotFound
    living = locked.entries.filter(taken_back_at=None, place=found.place)
    if living.filter(course=found).exists():
        raise CourseEnteredAlready(title=found.title)
    most = figure_of(locked, "entries_of_unit")
    if living.count() >= most:
        raise EntriesUsedUp(most=most, unit=found.unit.short_name)
    number = (locked.entries.aggregate(last=Max("number"))["last"] or 0) + 1
    entry = ContestEntry.objects.create(
        contest=locked,
        number=number,
        course=found,
        version=found.versions.filter(status=CourseVersion.Status.ACCEPTED).latest("number"),
        edition_id=edition_id,
        place=found.place,
        statement=statement.strip(),
        entered_at=clock.now(),
        entered_by_id=actor.account_id,
    )
    tell(ContestEntered(entry.pk), locked, actor, course=found.pk)
    return entry


@transaction.atomic
def take_back_entry(*, entry: ContestEntry, actor: Actor) -> ContestEntry:
    """Leave a course out of the contest again, while entries are taken. Raises ContestStandsSo."""
    require(actor, "catalogue.enter_contest", at=entry.place)
    locked = _in_phase(entry.contest, ENTERING)
    now = ContestEntry.objects.get(pk=entry.pk)
    if now.taken_back_at is not None:
        raise ContestStandsSo(title=locked.title)
    now.taken_back_at = clock.now()
    now.save(update_fields=["taken_back_at"])
    tell(ContestEntryTakenBack(now.pk), locked, actor, course=now.course_id)
    return now


def _living(contest: Contest, entry: ContestEntry) -> ContestEntry:
    found = contest.entries.filter(pk=entry.pk, taken_back_at=None).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def judge_entry(*, entry: ContestEntry, points: Mapping[str, int | None], actor: Actor) -> ContestEntry:
    """Give the points of a juror, or give them anew, while it is judged.

    Raises ContestStandsSo, NotFound, NotAJuror, OwnEntry, PointsWrong.
    """
    require(actor, "catalogue.judge_contest")
    locked = _in_phase(entry.contest, JUDGING)
    found = _living(locked, entry)
    juror = juror_of(locked, actor)
    if juror is None:
        raise NotAJuror
    if conflict_of(juror_facts(juror.account), entry_facts([found])[found.pk], top=locked.place):
        raise OwnEntry(number=found.number)
    criteria = criteria_of(locked)
    if lacking := points_faults(points, {one.key: one.most for one in criteria}):
        raise PointsWrong(lacking=_("、").join(str(one.word) for one in criteria if one.key in lacking))
    rows = [ContestScore(juror=juror, entry=found, criterion=one.key, points=points[one.key] or 0) for one in criteria]
    ContestScore.objects.bulk_create(
        rows, update_conflicts=True, update_fields=["points"], unique_fields=["juror", "entry", "criterion"]
    )
    tell(ContestJudged(found.pk), locked, actor)
    return found


@transaction.atomic
def vote_for(*, entry: ContestEntry, actor: Actor) -> ContestEntry:
    """Give one's one vote to an entry, or give it to this one instead, while it is judged.

    A person has one vote, whatever accounts or roles they hold. Raises ContestStandsSo, NoVotesHere, NotFound.
    """
    require(actor, "catalogue.vote_contest")
    if actor.account_id is None:
        raise NotPermitted(action="catalogue.vote_contest")
    locked = _in_phase(entry.contest, JUDGING)
    if not locked.has_votes:
        raise NoVotesHere(title=locked.title)
    voter = voter_key(actor.account_id, actor.person_id)
    vote = ContestVote(contest=locked, entry=_living(locked, entry), voter=voter, voted_at=clock.now())
    ContestVote.objects.bulk_create(
        [vote], update_conflicts=True, update_fields=["entry", "voted_at"], unique_fields=["contest", "voter"]
    )
    tell(ContestVoted(locked.pk), locked, actor)
    return vote.entry


@transaction.atomic
def object_to_entry(*, entry: ContestEntry, text: str, actor: Actor) -> ContestObjection:
    """Say something against a result while it is made public. Raises ContestStandsSo, NotFound, ContestNoteMissing."""
    require(actor, "catalogue.object_contest")
    locked = locked_contest(entry.contest, PUBLISHED)
    if clock.today() > publicity_ends(locked):
        raise ContestStandsSo(title=locked.title)
    if not text.strip():
        raise ContestNoteMissing
    objection = ContestObjection.objects.create(
        entry=_living(locked, entry), text=text.strip(), raised_at=clock.now(), raised_by_id=actor.account_id
    )
    tell(ContestObjected(objection.pk), locked, actor, entry=entry.pk)
    return objection


@transaction.atomic
def answer_objection(*, objection: ContestObjection, upheld: bool, answer: str, actor: Actor) -> ContestObjection:
    """Answer an objection; a course against which it is upheld wins nothing.

    Raises ContestStandsSo, ContestNoteMissing.
    """
    require(actor, "catalogue.call_contest", at=objection.entry.contest.place)
    locked = locked_contest(objection.entry.contest, PUBLISHED)
    now = ContestObjection.objects.select_related("entry").get(pk=objection.pk)
    if now.answered_at is not None:
        raise ContestStandsSo(title=locked.title)
    if not answer.strip():
        raise ContestNoteMissing
    now.answer, now.is_upheld = answer.strip(), upheld
    now.answered_at, now.answered_by_id = clock.now(), actor.account_id
    now.save(update_fields=["answer", "is_upheld", "answered_at", "answered_by"])
    if upheld:
        ContestEntry.objects.filter(pk=now.entry_id).update(is_winner=False)
    tell(ContestObjectionAnswered(now.pk), locked, actor, upheld=upheld)
    return now
