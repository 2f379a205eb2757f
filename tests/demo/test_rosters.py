"""A roster that leaves the demo city and comes back as it left changes nothing and raises no doubt."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from doorstep.core import clock
from doorstep.demo.rules.city import City
from doorstep.directory.jobs.roster_judging import Answers, RosterTask, judge, open_roster, worth_telling
from doorstep.directory.jobs.roster_template import write_roster
from doorstep.directory.models import Membership, Unit
from doorstep.directory.rules.regions import destination_name

TOWNSHIPS = 3


def came_back(unit: Unit, path: Path) -> tuple[Counter[str], Counter[str]]:
    """What the roster of a unit would do when it is imported again, and what is told of its rows."""
    write_roster(unit, path, footer="")
    today = clock.today()
    task = RosterTask(path, path.name, unit, today, today, True, Answers(), may_move=True)
    actions: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for row in judge(task, open_roster(task)):
        actions.update([row.action])
        told.update(problem.code for problem in row.result.problems if worth_telling(problem))
    del actions["none"]
    return actions, told


def members_of(unit: Unit) -> int:
    return Membership.objects.filter(is_primary=True, valid_to=None, unit__path__startswith=unit.path).count()


@pytest.mark.django_db
def test_a_roster_that_comes_back_changes_nothing(city: City, tmp_path: Path) -> None:
    townships = [unit for unit in Unit.objects.filter(kind="township").order_by("id") if members_of(unit)]
    for unit in [Unit.objects.get(kind="city"), *townships[:TOWNSHIPS]]:
        actions, told = came_back(unit, tmp_path / f"{unit.pk}.xlsx")
        assert actions == {"same": members_of(unit)}
        assert not told


def test_where_members_went_is_held_by_name(city: City) -> None:
    places = {person.flow_to for person in city.people if person.floating}
    assert len(places) > TOWNSHIPS
    assert {destination_name(place) for place in places} == places
