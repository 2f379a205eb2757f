"""What is kept of a roster, for how long, and what of an answer counts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction

from doorstep.core import clock
from doorstep.directory.jobs.roster_judging import answers_of
from doorstep.directory.jobs.roster_words import what_and_why
from doorstep.directory.models import Person, RosterImport, SearchKey
from doorstep.directory.queries import search_hits
from doorstep.directory.rules.roster_source import SourceFacts
from doorstep.directory.rules.sheet_findings import sheet_findings
from doorstep.directory.services.roster_commit import RosterAlreadyDone, commit_roster
from doorstep.directory.services.roster_files import (
    ABANDONED_DAYS,
    UNNAMED_DAYS,
    answer_roster,
    forget_old_rosters,
    start_roster_import,
)
from doorstep.directory.services.roster_undo import UNDO_DAYS, undo_roster
from tests.cast import Cast
from tests.directory.roster.books import member, write_xlsx
from tests.directory.roster.sample import HEADINGS
from tests.directory.roster.test_import import KENGTOU, check_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def taken(cast: Cast, folder: Path, *rows: Any, **answers: Any) -> RosterImport:
    return check_file(cast, write_xlsx(folder / "roster.xlsx", HEADINGS, *rows), **answers)


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("rosters/**/*") if path.is_file())


def test_what_lies_about_is_forgotten_in_its_time_and_once(cast: Cast, tmp_path: Path, files: Path) -> None:
    left, written = taken(cast, tmp_path, member(1, KENGTOU)), taken(cast, tmp_path, member(2, KENGTOU))
    commit_roster(roster_import=written, actor=cast.system)
    since = clock.now()
    with clock.frozen(since + timedelta(days=min(ABANDONED_DAYS, UNDO_DAYS) - 1)):
        assert forget_old_rosters(actor=cast.system) == 0
    assert left.rows.exists()
    with clock.frozen(since + timedelta(days=max(ABANDONED_DAYS, UNDO_DAYS) + 1)):
        forget_old_rosters(actor=cast.system)
        assert forget_old_rosters(actor=cast.system) == 0
    assert kept(files) == []
    assert not left.rows.exists()
    assert list(RosterImport.objects.values_list("file", flat=True).distinct()) == [""]


def test_the_file_of_an_upload_that_was_cut_off_goes_after_a_day(cast: Cast, tmp_path: Path, files: Path) -> None:
    book = write_xlsx(tmp_path / "roster.xlsx", HEADINGS, member(1, KENGTOU))
    with transaction.atomic():
        start_roster_import(unit=cast.units["ningde"], upload=book, filename="名册.xlsx", actor=cast.system)
        transaction.set_rollback(True)
    (cut_off,) = kept(files)
    assert not RosterImport.objects.exists()
    answer = cut_off.with_name(cut_off.name + ".answer.xlsx")
    answer.write_bytes(cut_off.read_bytes()[:100])
    named = taken(cast, tmp_path, member(1, KENGTOU, 姓名=""))
    its_files = set(kept(files)) - {cut_off, answer}
    assert len(its_files) == 2
    forget_old_rosters(actor=cast.system)
    assert {cut_off, answer} < set(kept(files))
    with clock.frozen(clock.now() + timedelta(days=UNNAMED_DAYS, minutes=1)):
        forget_old_rosters(actor=cast.system)
    assert set(kept(files)) == its_files
    assert named.rows.exists()


def test_a_written_roster_takes_no_answers(cast: Cast, tmp_path: Path) -> None:
    written = taken(cast, tmp_path, member(1, KENGTOU))
    commit_roster(roster_import=written, actor=cast.system)
    before = answers_of(RosterImport.objects.get(pk=written.pk))
    with pytest.raises(RosterAlreadyDone):
        answer_roster(roster_import=written, given={"skipped": [2]}, actor=cast.system)
    assert answers_of(RosterImport.objects.get(pk=written.pk)) == before


def test_the_sheet_asked_for_is_kept(cast: Cast, tmp_path: Path) -> None:
    found = taken(cast, tmp_path, member(1, KENGTOU))
    answer_roster(roster_import=found, given={"sheet": "党" * 90}, actor=cast.system)
    assert RosterImport.objects.get(pk=found.pk).sheet == "党" * 80


def test_a_name_put_back_is_found_again_and_the_other_no_more(cast: Cast, tmp_path: Path) -> None:
    commit_roster(roster_import=taken(cast, tmp_path, member(1, KENGTOU)), actor=cast.system)
    keys = sorted(SearchKey.objects.values_list("kind", "object_id", "place", "key"))
    person = Person.objects.get(name="林乙春")
    renamed = taken(cast, tmp_path, member(1, KENGTOU, 姓名="欧阳锋"), confirmed={"2": ["person.other_name"]})
    commit_roster(roster_import=renamed, actor=cast.system)
    assert search_hits("欧阳", cast.system, kind="person") == [person.pk]
    undo_roster(roster_import=renamed, actor=cast.system)
    assert search_hits("欧阳", cast.system, kind="person") == []
    assert search_hits("林乙", cast.system, kind="person") == [person.pk]
    assert sorted(SearchKey.objects.values_list("kind", "object_id", "place", "key")) == keys


def test_what_only_the_whole_sheet_shows_is_told(cast: Cast, tmp_path: Path) -> None:
    rows = [member(n, KENGTOU) for n in range(1, 4)]
    column = HEADINGS.index("性别")
    for row in rows:
        row[column] = "2" if row[column] == "男" else "1"
    book = openpyxl.Workbook()
    page, other = book.active, book.create_sheet("说明")
    assert page is not None
    for row in (HEADINGS, *rows):
        page.append(row)
    other.append(["填表说明"])
    page.row_dimensions[3].hidden = True
    book.save(tmp_path / "roster.xlsx")
    found = check_file(cast, tmp_path / "roster.xlsx")
    told = {finding["code"]: finding["params"] for finding in found.findings}
    assert told == {
        "sheet.hidden_rows": {"rows": 1, "columns": 0},
        "sheet.others": {"count": 1, "names": "说明"},
        "sex.swapped": {"count": 3, "wrong": 3},
    }


def test_signs_the_database_reads_as_its_own_arrive_as_written(cast: Cast, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "roster.xlsx", [*HEADINGS, "备注"], [*member(1, KENGTOU), "C:\\新 \\N \\t"])
    commit_roster(roster_import=check_file(cast, path), actor=cast.system)
    assert Person.objects.get(name="林乙春").remark == "C:\\新 \\N \\t"


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        (3, 2, ["隐藏 3 行、2 列，也都读了。"]),
        (3, 0, ["隐藏 3 行，也都读了。"]),
        (0, 1, ["隐藏 1 列，也都读了。"]),
        (0, 0, []),
    ],
)
def test_hidden_parts_are_told_without_zeros(rows: int, columns: int, said: list[str]) -> None:
    found = sheet_findings(SourceFacts("xlsx", hidden_rows=rows, hidden_columns=columns))
    assert [what_and_why(f.field, f.code, f.params)[1] for f in found] == said
