"""What is no roster is refused within a second of the upload, before anything else is started for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from doorstep.directory.jobs import roster_glance
from doorstep.directory.jobs.roster_glance import glance, refusal_of
from doorstep.directory.rules.roster_source import open_source
from doorstep.directory.rules.upload_guard import FileRefused
from tests.directory.roster.books import write_csv, write_xlsx
from tests.directory.roster.sample import GOOD, HEADINGS, KEYS
from tests.directory.roster.test_files import changed_sheet, parts_of, zip_of
from tests.factories.effort import cpu_seconds, second_of_work

ROW = [str(GOOD.get(key, "")) for key in KEYS]
LONG = 100_000


def far_row(path: Path) -> Path:
    cell = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    return changed_sheet(path / "far.xlsx", lambda text: text.replace(b"</sheetData>", cell))


def too_wide(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path / "wide.xlsx")) as book:
        book.add_worksheet().write_row(0, 0, [*HEADINGS, *["x"] * 16_000])
    return path / "wide.xlsx"


def no_heading(path: Path) -> Path:
    return write_xlsx(path / "plain.xlsx", ["一", "二"], ["三", "四"])


def open_quote(path: Path) -> Path:
    found = write_csv(path / "quote.csv", HEADINGS, *[ROW] * LONG)
    with found.open("a", encoding="utf-8") as file:
        file.write('"李四,1\n张三,2\n')
    return found


def bomb(path: Path) -> Path:
    parts = parts_of(write_xlsx(path / "good.xlsx", HEADINGS, ROW))
    return zip_of(path / "bomb.xlsx", {**parts, "xl/media/x.png": b"0" * (30 * 1024 * 1024)})


REFUSALS = [
    (far_row, "file.too_many_rows"),
    (too_wide, "file.too_many_columns"),
    (no_heading, "file.no_heading"),
    (open_quote, "file.quotes"),
    (bomb, "file.bomb"),
]


@pytest.mark.parametrize(("made", "code"), REFUSALS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_first_look_is_enough_and_takes_less_than_a_second(
    made: Callable[[Path], Path], code: str, tmp_path: Path
) -> None:
    path = made(tmp_path)
    limit, before = second_of_work(), cpu_seconds()
    refused = glance(path, path.name)
    assert cpu_seconds() - before < limit
    assert refused is not None
    assert refused.code == code


def test_a_roster_passes_whatever_sheet_it_stands_on(tmp_path: Path) -> None:
    assert glance(write_xlsx(tmp_path / "good.xlsx", HEADINGS, ROW), "名册.xlsx") is None
    inch = write_csv(tmp_path / "inch.csv", HEADINGS, [*ROW[:-1], "正常"])
    inch.write_text(inch.read_text("utf-8-sig") + '2,张三,,,,,,正式党员,5"坑头村,,,,,正常\n', "utf-8")
    assert glance(inch, "名册.csv") is None
    with xlsxwriter.Workbook(str(tmp_path / "two.xlsx")) as book:
        book.add_worksheet("说明").write_string(0, 0, "填表说明")
        book.add_worksheet("花名册").write_row(0, 0, HEADINGS)
    assert glance(tmp_path / "two.xlsx", "两张.xlsx") is None


def test_a_quote_left_open_swallows_nobody(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('姓名,公民身份证号码\n张三,5"1\n"李四,2\n王五,3', "utf-8")
    with pytest.raises(FileRefused) as refused:
        list(open_source(path, "a.csv").rows(""))
    assert refused.value.code == "file.quotes"


def test_a_reader_that_aborts_or_hangs_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(tmp_path / "good.xlsx", HEADINGS, ROW)
    reader = tmp_path / "python_calamine.py"
    names = "CalamineError = PasswordError = ValueError\nCalamineSheet = CalamineWorkbook = object\n"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    reader.write_text(f"import os\n{names}os.abort()\n", "utf-8")
    refused = glance(path, path.name)
    assert refused is not None
    assert refused.code == "file.too_heavy"
    reader.write_text(f"import time\n{names}time.sleep(60)\n", "utf-8")
    monkeypatch.setattr(roster_glance, "LOOK_LIMIT", 0.5)
    assert glance(path, path.name) is None


def test_the_command_says_so_before_it_starts_anything(tmp_path: Path) -> None:
    path = bomb(tmp_path)
    nowhere = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    command = [sys.executable, "-m", "doorstep", "import-roster", "--json", str(path), "--unit", "350900"]
    limit, before = second_of_work(), cpu_seconds()
    told = subprocess.run(command, capture_output=True, env=nowhere, text=True, check=False)
    assert cpu_seconds() - before < limit
    assert told.returncode == 2
    assert json.loads(told.stderr)["code"] == "file.bomb"


def test_a_file_that_is_not_there_is_told_before_anything_is_started(tmp_path: Path) -> None:
    gone = str(tmp_path / "none.xlsx")
    assert refusal_of([gone, "--unit", "350900"]) == f"没有找到文件 {gone}。请检查路径。"
    nowhere = {**os.environ, "DATABASE_URL": "postgresql://x:y@127.0.0.1:1/none"}
    command = [sys.executable, "-m", "doorstep", "import-roster", gone, "--unit", "350900", "--json"]
    told = subprocess.run(command, env=nowhere, capture_output=True, text=True)
    assert (told.returncode, told.stdout, json.loads(told.stderr)["code"]) == (2, "", "file.missing")
    helped = subprocess.run([*command, "--help"], env=nowhere, capture_output=True, text=True)
    assert (helped.returncode, helped.stdout.startswith("usage: doorstep import-roster ")) == (0, True)


def test_the_command_leaves_the_rest_to_the_check(tmp_path: Path) -> None:
    good = write_xlsx(tmp_path / "good.xlsx", HEADINGS, ROW)
    assert refusal_of([str(good), "--unit", "350900", "--dry-run"]) is None
    assert refusal_of(["--unit", "350900"]) is None
    said = refusal_of(["--unit", "350900", str(no_heading(tmp_path))])
    assert said is not None
    assert said.startswith("没有找到表头。")
