"""Contests of courses in every phase, for tests; the days are those around 24 November 2026."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from doorstep.catalogue.models import Contest, ContestEntry, Course
from doorstep.catalogue.queries.contests import criteria_of
from doorstep.catalogue.rules.contests import ContestDays
from doorstep.catalogue.services.contests import ContestFacts, call_contest, name_juror, write_contest
from doorstep.catalogue.services.contests_entries import enter_course
from doorstep.core import clock
from doorstep.directory.models import Account, Unit
from tests.factories.classes import SYSTEM

FIRST = date(2026, 11, 2)
ENTERED = date(2026, 11, 13)
JUDGED = date(2026, 11, 27)
AFTER = date(2026, 11, 30)


def contest_facts(**changes: Any) -> ContestFacts:
    """Entered until the middle of November, judged until its end."""
    days = ContestDays(FIRST, ENTERED, JUDGED)
    values: dict[str, Any] = {"title": "2026 年精品课程评选", "about": "评选讲得好、用得上的课。", "days": days}
    return ContestFacts(**{**values, **changes})


def contest_body(**changes: Any) -> dict[str, Any]:
    """The same as the form sends it."""
    facts = contest_facts()
    days = {name: getattr(facts.days, name) for name in ("enters_from", "enters_until", "judged_until")}
    return {"title": facts.title, "about": facts.about, **days, **changes}


def at(day: date) -> Any:
    """Noon of a day."""
    return clock.frozen(clock.at_local(day, 12))


def draft_contest(unit: Unit, **changes: Any) -> Contest:
    """A contest nobody has been told of."""
    return write_contest(unit=unit, facts=contest_facts(**changes), actor=SYSTEM)


def called_contest(
    unit: Unit, courses: Sequence[Course] = (), jurors: Sequence[Account] = (), **changes: Any
) -> Contest:
    """A contest that was called, with its jurors, in which these courses were entered on the first day."""
    with at(FIRST):
        contest = draft_contest(unit, **changes)
        for account in jurors:
            name_juror(contest=contest, account_id=account.pk, actor=SYSTEM)
        call_contest(contest=contest, actor=SYSTEM)
        for course in courses:
            enter_course(contest=contest, course=course, edition_id=None, statement="讲了十场", actor=SYSTEM)
    return Contest.objects.select_related("unit").get(pk=contest.pk)


def entry_of(contest: Contest, number: int = 1) -> ContestEntry:
    """An entry by its number, as pages load it."""
    return ContestEntry.objects.select_related("contest__unit", "course__unit", "version").get(
        contest=contest, number=number
    )


def full_points(contest: Contest, less: int = 0) -> dict[str, int | None]:
    """All points by every criterion, or `less` than that by the first."""
    criteria = criteria_of(contest)
    return {one.key: one.most - (less if one is criteria[0] else 0) for one in criteria}


def later(day: date, days: int) -> date:
    """So many days after one."""
    return day + timedelta(days=days)
