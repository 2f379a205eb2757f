"""`doorstep import-roster`: rows on standard output, an exit code, and nothing brought down by a hostile file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command

from doorstep.directory.models import Person, RosterImport
from tests.cast import Cast, build_cast
from tests.directory.roster.books import member, write_xlsx
from tests.directory.roster.sample import HEADINGS

KENGTOU = "坑头村党支部"


def run(path: Path, *flags: str) -> int:
    """The exit code of the command."""
    with pytest.raises(SystemExit) as left:
        call_command("import_roster", str(path), "--unit", "B-kengtou", "--allow-demo-ids", *flags)
    return int(left.value.code or 0)


@pytest.fixture
def cast(child_database: None) -> Cast:
    return build_cast()


def test_rows_come_out_as_json_and_the_code_says_what_became_of_them(
    cast: Cast, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = Person.objects.count()
    good = write_xlsx(tmp_path / "good.xlsx", HEADINGS, member(1, KENGTOU), member(2, KENGTOU))
    assert run(good, "--dry-run", "--json") == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(row["row"], row["status"], row["action"]) for row in rows[1:]] == [(2, "ok", "new"), (3, "ok", "new")]
    assert Person.objects.count() == before
    assert run(good) == 0
    assert "新增 2" in capfd.readouterr().err
    assert Person.objects.count() == before + 2
    assert run(write_xlsx(tmp_path / "wrong.xlsx", HEADINGS, member(3, KENGTOU, 民族="余族"))) == 1
    (tmp_path / "no.xlsx").write_bytes(b"%PDF-1.7")
    assert run(tmp_path / "no.xlsx", "--json") == 2
    assert json.loads(capfd.readouterr().err.splitlines()[-1])["code"] == "file.pdf"


@pytest.mark.parametrize("count", [2, 700])
def test_the_import_goes_on_when_its_reader_has_gone(cast: Cast, tmp_path: Path, count: int) -> None:
    """As with `| head`: with the pipe closed, and whether or not its buffer was filled."""
    before = Person.objects.count()
    path = write_xlsx(tmp_path / "many.xlsx", HEADINGS, *(member(n, KENGTOU) for n in range(1, count + 1)))
    there, gone = os.pipe()
    os.close(there)
    command = [sys.executable, "-m", "doorstep", "import-roster", str(path), "--unit", "B-kengtou", "--json"]
    told = subprocess.run([*command, "--allow-demo-ids"], stdout=gone, stderr=subprocess.PIPE, text=True)
    os.close(gone)
    assert (told.returncode, "Traceback" in told.stderr) == (0, False), told.stderr
    assert f"新增 {count}，" in told.stderr
    assert Person.objects.count() == before + count


def test_sexes_that_look_the_wrong_way_round_are_told(
    cast: Cast, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    people = [member(number, KENGTOU) for number in range(1, 5)]
    sexes = HEADINGS.index("性别")
    for row in people:
        row[sexes] = "2" if row[sexes] == "男" else "1"
    path = write_xlsx(tmp_path / "swapped.xlsx", HEADINGS, *people)
    for flags in (["--dry-run"], []):
        assert run(path, *flags) == 1
        assert "性别的编号可能反了" in capfd.readouterr().err
    for flags in (["--dry-run", "--json"], ["--json"]):
        assert run(path, *flags) == 1
        (message,) = json.loads(capfd.readouterr().err.splitlines()[-1])["file"]
        assert (message["field"], message["code"], message["level"]) == ("sex", "sex.swapped", "warn")
        assert "性别的编号可能反了" in message["text"]


def test_what_is_found_about_the_sheet_is_told(cast: Cast, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = write_xlsx(tmp_path / "hidden.xlsx", HEADINGS, member(1, KENGTOU), member(2, KENGTOU))
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    page.row_dimensions[3].hidden = True
    page.column_dimensions["D"].hidden = True
    book.create_sheet("说明")
    book.save(path)
    for flags in (["--dry-run", "--json"], ["--json"]):
        assert run(path, *flags) == 0
        out, err = capfd.readouterr()
        assert [json.loads(line)["row"] for line in out.splitlines()] == [1, 2, 3]
        found = json.loads(err.splitlines()[-1])["file"]
        assert [(message["field"], message["code"]) for message in found] == [
            ("sheet", "sheet.hidden"),
            ("sheet", "sheet.others"),
        ]
        assert "隐藏 1 行、1 列，也都读了。" in found[0]["text"]
    assert run(path, "--dry-run") == 0
    assert "隐藏 1 行、1 列，也都读了。" in capfd.readouterr().err
    plain = write_xlsx(tmp_path / "plain.xlsx", HEADINGS, member(3, KENGTOU))
    assert run(plain, "--dry-run", "--json") == 0
    assert json.loads(capfd.readouterr().err.splitlines()[-1]) == {"file": []}


# Instead of a file that makes the parser abort: every version of the parser has others.
ABORTING_PARSER = """
import os
class CalamineError(Exception): pass
class PasswordError(CalamineError): pass
class CalamineSheet: pass
class CalamineWorkbook:
    from_filelike = staticmethod(lambda book: os.abort())
"""


def test_a_reader_that_aborts_is_a_refusal(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    good = write_xlsx(tmp_path / "good.xlsx", HEADINGS, member(1, KENGTOU))
    (tmp_path / "python_calamine.py").write_text(ABORTING_PARSER, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert run(good, "--json") == 2
    assert json.loads(capfd.readouterr().err.splitlines()[-1])["code"] == "file.too_heavy"
    found = RosterImport.objects.get()
    assert (found.status, found.refusal["code"]) == ("refused", "file.too_heavy")
    assert not (settings.DATA / "files" / found.file).exists()
