"""Two contests of courses: last year's with its result, this year's while it is judged and voted in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from doorstep.catalogue.models import Contest, ContestEntry, Course
from doorstep.catalogue.queries.contests import criteria_of, publicity_ends
from doorstep.catalogue.rules.contests import ContestDays
from doorstep.catalogue.services.contests import (
    ContestFacts,
    call_contest,
    finish_contest,
    name_juror,
    publish_contest,
    write_contest,
)
from doorstep.catalogue.services.contests_entries import (
    answer_objection,
    enter_course,
    judge_entry,
    object_to_entry,
    vote_for,
)
from doorstep.catalogue.services.contests_refusals import OwnEntry
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.demo.rules.city import City
from doorstep.directory.models import Account, Unit
from doorstep.directory.queries import actor_of_account, grants_of

TABLES = (
    "catalogue_contest",
    "catalogue_contestentry",
    "catalogue_contestjuror",
    "catalogue_contestscore",
    "catalogue_contestvote",
    "catalogue_contestobjection",
)
# Who judges; the city, which looks at the tally, does not.
JURORS = ("county", "township", "base", "teacher")
COUNTED = 3  # points of each juror are this far apart, so that the ranks differ
LAST_YEAR, THIS_YEAR = 3, 5  # courses in each
ABOUT = (
    "评选讲得好、用得上、乡亲爱听的课。参评的要是已审核的课程，报的时候附上教材，写明讲过几场、听的人怎么说。"
    "评委看不到是谁的课。评上的定为精品，全市都能点。"
)


def load_contests(city: City, actor: Actor) -> None:
    """Hold last year's contest to its end, and this year's to where it is judged."""
    unit = Unit.objects.get(parent=None, kind="city")
    accounts = {one.username: one for one in Account.objects.filter(username__in=(*JURORS, "secretary", "trainee"))}
    courses = list(
        Course.objects.filter(stage=Course.Stage.REVIEWED, kind=Course.Kind.LOCAL).select_related("unit").order_by("pk")
    )
    jurors = [accounts[name] for name in JURORS if name in accounts]
    # All of last year's jurors could judge all of it; of this year's some is their own.
    own = {grant.unit.county for one in jurors for grant in grants_of(one)}
    judged = [course for course in courses if course.unit.county not in own][:LAST_YEAR]
    others = [course for course in courses if course not in judged][:THIS_YEAR]
    _hold(unit, city.as_of - timedelta(days=365), judged, jurors, accounts, actor)
    _run(unit, city.as_of, others, jurors, accounts, actor)


def _called(unit: Unit, last: date, courses: Sequence[Course], jurors: Sequence[Account], actor: Actor) -> Contest:
    """A contest that is judged until `last`, with what was entered in its first days."""
    days = ContestDays(last - timedelta(days=40), last - timedelta(days=20), last)
    with clock.frozen(clock.at_local(days.enters_from, 9)):
        title = f"{last.year} 年精品课程评选"
        contest = write_contest(unit=unit, facts=ContestFacts(title, ABOUT, days, has_votes=True), actor=actor)
        for account in jurors:
            name_juror(contest=contest, account_id=account.pk, actor=actor)
        call_contest(contest=contest, actor=actor)
        for course in courses:
            edition = course.editions.order_by("-year", "pk").first()
            enter_course(
                contest=contest,
                course=course,
                edition_id=edition.pk if edition else None,
                statement="讲过十几场，听的人说用得上，有人当场就照着做。",
                actor=actor,
            )
    return contest


def _judge(contest: Contest, entries: Sequence[ContestEntry], jurors: Sequence[Account], day: date) -> None:
    """Let every juror judge what is not their own; what was entered first gets the most."""
    criteria = criteria_of(contest)
    with clock.frozen(clock.at_local(day, 10)):
        for rank, entry in enumerate(entries):
            for number, account in enumerate(jurors):
                less = 1 + rank + number % COUNTED
                points: dict[str, int | None] = {one.key: one.most - less for one in criteria}
                try:
                    judge_entry(entry=entry, points=points, actor=actor_of_account(account))
                except OwnEntry:
                    continue


def _entries(contest: Contest) -> list[ContestEntry]:
    return list(contest.entries.select_related("contest__unit", "course__unit").order_by("number"))


def _hold(
    unit: Unit,
    last: date,
    courses: Sequence[Course],
    jurors: Sequence[Account],
    known: dict[str, Account],
    actor: Actor,
) -> None:
    """A contest to its end: published, objected to, answered, finished."""
    contest = _called(unit, last, courses, jurors, actor)
    entries = _entries(contest)
    _judge(contest, entries, jurors, last)
    with clock.frozen(clock.at_local(last + timedelta(days=1), 9)):
        contest = publish_contest(contest=contest, actor=actor)
        if entries and "secretary" in known:
            objection = object_to_entry(
                entry=entries[-1],
                text="这门课的例子和另一门很像，请核一下。",
                actor=actor_of_account(known["secretary"]),
            )
            answer_objection(
                objection=objection, upheld=False, answer="核过了，两门讲的是不同的村，不重复。", actor=actor
            )
    with clock.frozen(clock.at_local(publicity_ends(contest) + timedelta(days=1), 9)):
        finish_contest(contest=contest, actor=actor)


def _run(
    unit: Unit,
    today: date,
    courses: Sequence[Course],
    jurors: Sequence[Account],
    known: dict[str, Account],
    actor: Actor,
) -> None:
    """A contest while it is judged: some points are given, and one vote; most jurors still have some to judge."""
    contest = _called(unit, today + timedelta(days=9), courses, jurors, actor)
    entries = _entries(contest)
    _judge(contest, entries[:2], jurors[:2], today)
    if entries and "trainee" in known:
        vote_for(entry=entries[0], actor=actor_of_account(known["trainee"]))
