"""Entries of a contest as those who judge and vote get to read them: without what tells whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from doorstep.catalogue.models import Contest, ContestEntry, ContestScore, ContestVote
from doorstep.catalogue.queries.contests import (
    contests_visible_to,
    entries_of_own,
    entry_facts,
    juror_facts,
    juror_of,
    phase_of,
)
from doorstep.catalogue.rules.contests import JUDGING, blinded, conflict_of, telling_names, voter_key
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import lines_of, may
from doorstep.directory.queries.holders import units_at


@dataclass(frozen=True, slots=True)
class BlindEntry:
    """An entry without names: its number, what the course says, what it is taught from, the points already given."""

    pk: int
    number: int
    title: str
    mode: str
    theory_minutes: int
    skill_minutes: int
    outline: str
    statement: str
    material: str
    has_file: bool
    points: dict[str, int] = field(default_factory=dict)


def _read(rows: QuerySet[ContestEntry]) -> list[ContestEntry]:
    related = ("version", "edition__material__unit", "entered_by", "version__written_by", "version__handed_in_by")
    return list(rows.select_related(*related).prefetch_related("course__teachers").order_by("number"))


def _without_names(entries: Sequence[ContestEntry]) -> list[BlindEntry]:
    """The entries with every name that gives them away hidden: units above, places, teachers, who wrote them."""
    paths = {path for entry in entries for path in lines_of(entry.place)}
    paths |= {entry.edition.material.place for entry in entries if entry.edition}
    units = {unit.path: (unit.name, unit.short_name) for unit in units_at(paths)}
    found = []
    for entry in entries:
        own = lines_of(entry.place)[1:] or lines_of(entry.place)  # what stands at the top is everybody's
        own += [entry.edition.material.place] if entry.edition else []
        accounts = (entry.entered_by, entry.version.written_by, entry.version.handed_in_by)
        people = [teacher.name for teacher in entry.course.teachers.all()]
        people += [account.display_name for account in accounts if account is not None]
        names = telling_names((name for path in own for name in units.get(path, ())), people)
        found.append(_blind(entry, names))
    return found


def _blind(entry: ContestEntry, names: Sequence[str]) -> BlindEntry:
    said, edition = entry.version, entry.edition
    return BlindEntry(
        pk=entry.pk,
        number=entry.number,
        title=blinded(said.title, names),
        mode=str(said.get_mode_display()),
        theory_minutes=said.theory_minutes,
        skill_minutes=said.skill_minutes,
        outline=blinded(said.outline, names),
        statement=blinded(entry.statement, names),
        material=blinded(edition.material.title, names) if edition else "",
        has_file=bool(edition and edition.file),
    )


def entries_to_judge(contest: Contest, actor: Actor) -> tuple[list[BlindEntry], int]:
    """The entries a juror judges, with the points they gave, and of how many they keep out because they are their own.

    Nothing for whoever is no juror, or when it is not the time.
    """
    juror = juror_of(contest, actor)
    if juror is None or phase_of(contest) != JUDGING:
        return [], 0
    every = _read(contest.entries.filter(taken_back_at=None))
    facts, who = entry_facts(every), juror_facts(juror.account)
    judged = [entry for entry in every if not conflict_of(who, facts[entry.pk], top=contest.place)]
    given: dict[int, dict[str, int]] = {}
    for score in ContestScore.objects.filter(juror=juror):
        given.setdefault(score.entry_id, {})[score.criterion] = score.points
    shown = _without_names(judged)
    for one in shown:
        one.points.update(given.get(one.pk, {}))
    return shown, len(every) - len(judged)


def own_entries(contest: Contest, actor: Actor) -> list[ContestEntry]:
    """The entries of one's own units by name; of somebody who judges only those they keep out of, while it is judged.

    Whose the others are they learn with everybody else.
    """
    found, juror = list(entries_of_own(contest, actor)), juror_of(contest, actor)
    if juror is None or contest.status != Contest.Status.CALLED:
        return found
    facts, who = entry_facts(found), juror_facts(juror.account)
    return [entry for entry in found if conflict_of(who, facts[entry.pk], top=contest.place)]


def edition_file_of(entry_id: int) -> tuple[str, str]:
    """The file a course is taught from, and its ending; empty words when there is none."""
    entry = ContestEntry.objects.select_related("edition").get(pk=entry_id)
    if entry.edition is None or not entry.edition.file:
        return "", ""
    name = entry.edition.file_name
    return entry.edition.file, name[name.rfind(".") :] if "." in name else ""


def entries_to_vote(contest: Contest, actor: Actor) -> tuple[list[BlindEntry], int | None]:
    """The entries one may vote for, and the one that has one's vote; nothing when it is not the time, or not theirs."""
    is_time = contest.has_votes and phase_of(contest) == JUDGING
    if not is_time or actor.account_id is None or not may(actor, "catalogue.vote_contest"):
        return [], None
    vote = ContestVote.objects.filter(contest=contest, voter=voter_key(actor.account_id, actor.person_id)).first()
    return _without_names(_read(contest.entries.filter(taken_back_at=None))), vote.entry_id if vote else None


def contests_to_vote(actor: Actor) -> QuerySet[Contest]:
    """The contests in which one has a vote and has not given it yet, those that end first before the others."""
    rows = contests_visible_to(actor)
    if actor.account_id is None or not may(actor, "catalogue.vote_contest"):
        return rows.none()
    today, voter = clock.today(), voter_key(actor.account_id, actor.person_id)
    open_now = rows.filter(
        status=Contest.Status.CALLED, has_votes=True, enters_until__lt=today, judged_until__gte=today
    )
    voted = ContestVote.objects.filter(voter=voter).values("contest")
    return open_now.exclude(pk__in=voted).order_by("judged_until", "pk")


def contests_to_judge(actor: Actor) -> list[tuple[Contest, int]]:
    """The contests in which a juror still has entries to judge, each with how many."""
    if actor.account_id is None or not may(actor, "catalogue.judge_contest"):
        return []
    today = clock.today()
    rows = contests_visible_to(actor).filter(
        status=Contest.Status.CALLED,
        enters_until__lt=today,
        judged_until__gte=today,
        jurors__account=actor.account_id,
        jurors__released_at=None,
    )
    found: list[tuple[Contest, int]] = []
    for contest in rows.order_by("judged_until", "pk")[:5]:
        waiting = sum(not one.points for one in entries_to_judge(contest, actor)[0])
        if waiting:
            found.append((contest, waiting))
    return found
