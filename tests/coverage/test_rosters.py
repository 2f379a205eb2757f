"""A roster that is written or taken back changes the standings of its own people, and of nobody else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from doorstep.core import clock
from doorstep.coverage.handlers import follow_roster, follow_roster_undone
from doorstep.coverage.models import Standing
from doorstep.coverage.queries import coverage_of
from doorstep.coverage.services import fold_deltas, rebuild_year
from doorstep.directory.events import RosterCommitted, RosterUndone
from doorstep.directory.models import Person
from doorstep.directory.queries import people_of_import
from doorstep.directory.services.roster_check import check_roster
from doorstep.directory.services.roster_commit import commit_roster
from doorstep.directory.services.roster_files import take_in_roster
from doorstep.directory.services.roster_undo import undo_roster
from tests.cast import Cast
from tests.coverage.test_standings import check
from tests.directory.roster.books import member, write_xlsx
from tests.directory.roster.sample import HEADINGS

TODAY = date(2026, 11, 26)
KENGTOU = "中共蕉城区霍童镇坑头村支部委员会"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def members(cast: Cast) -> int:
    fold_deltas(actor=cast.system)
    return coverage_of(cast.unit("ningde"), 2026, actor=cast.actor("city")).whole.members


def test_a_roster_in_and_out(cast: Cast, tmp_path: Path) -> None:
    with clock.frozen(clock.at_local(TODAY, 10)):
        rebuild_year(year=2026, actor=cast.system)
        before = members(cast)
        path = write_xlsx(
            tmp_path / "roster.xlsx", ["霍童镇党员花名册"], HEADINGS, member(1, KENGTOU), member(2, KENGTOU)
        )
        taken = take_in_roster(
            unit=cast.unit("huotong"), upload=path, filename=path.name, allow_demo=True, actor=cast.system
        )
        taken = check_roster(roster_import=taken, report=lambda done, total: None, actor=cast.system)
        commit_roster(roster_import=taken, actor=cast.system)
        come = people_of_import(taken.pk)
        assert len(come) == 2
        assert people_of_import(taken.pk + 1) == []
        other = Person.objects.get(name="缪阿妹")
        Standing.objects.filter(person=other).update(is_leader=True)  # a sign that nobody looked at this one
        for _ in range(2):
            follow_roster(RosterCommitted(taken.pk))
        assert Standing.objects.get(person=other).is_leader
        Standing.objects.filter(person=other).update(is_leader=False)
        assert members(cast) == before + 2
        check()
        undo_roster(roster_import=taken, actor=cast.system)
        assert people_of_import(taken.pk) == come
        follow_roster_undone(RosterUndone(taken.pk))
        assert members(cast) == before
        assert not Standing.objects.filter(person__in=come).exists()
        check()
