"""A long roster judged by two processes comes out as if one had judged it, also when one of them dies."""

from __future__ import annotations

import multiprocessing
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from doorstep.core.crypto import unseal
from doorstep.directory.jobs.roster_answer import answer_path
from doorstep.directory.jobs.roster_judging import ROW_FIELD
from doorstep.directory.models import RosterImport, RosterRow
from doorstep.directory.rules import sheet_parts
from doorstep.directory.services import roster_check, roster_lines, roster_shares
from doorstep.directory.services.roster_check import check_roster
from doorstep.directory.services.roster_commit import commit_roster
from doorstep.directory.services.roster_files import answer_roster, take_in_roster
from tests.cast import Cast
from tests.directory.roster.books import member, read_xlsx, write_xlsx
from tests.directory.roster.sample import HEADINGS

KENGTOU, SHIQIAO = "坑头村党支部", "石桥村党支部"
PEOPLE = 400


@pytest.fixture(autouse=True)
def small_pieces(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some ten pieces for a sheet that is quickly written."""
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(sheet_parts, "PIECE", 16 * 1024)
    monkeypatch.setattr(roster_shares, "LONG", 100)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def messy(path: Path) -> Path:
    """Good people, and everything that looks beyond its own row or its own piece."""
    chance, rows = random.Random(5), []
    wrong: list[dict[str, Any]] = [{"民族": "余族"}, {"出生日期": "1999-13-01"}, {"所在党支部": ""}]
    wrong += [{"公民身份证号码": "35O999196503120150"}, {"所在党支部": "没有的支部"}, {"联系电话": "138"}]
    wrong += [{"性别": "1"}, {"姓名": "=林 甲"}, {"加入党组织日期": "1990"}, {"人员类别": "预备党员"}]
    for number in range(PEOPLE):
        branch = (KENGTOU, SHIQIAO)[number % 2]
        rows.append(member(number, branch, **(chance.choice(wrong) if number % 3 == 0 else {})))
        if number % 97 == 0:
            rows.append([branch])
        if number % 60 == 59:
            rows += [member(chance.randrange(number), branch), ["合计", 60], []]
            rows.append(member(number - 50, branch, 姓名="另一人"))
    return write_xlsx(path, ["霍童镇党员花名册"], HEADINGS, *rows)


def check(cast: Cast, path: Path, **given: Any) -> RosterImport:
    taken = take_in_roster(
        unit=cast.unit("huotong"), upload=path, filename="r.xlsx", allow_demo=True, actor=cast.system
    )
    if given:
        taken = answer_roster(roster_import=taken, given=given, actor=cast.system)
    return check_roster(roster_import=taken, report=lambda done, total: None, actor=cast.system)


def laid_down(found: RosterImport) -> dict[str, Any]:
    """All a check leaves behind; what is sealed opened, numbers drawn from a sequence left out."""
    rows: list[dict[str, Any]] = []
    for kept in RosterRow.objects.filter(roster_import=found).order_by("row").values():
        row: dict[str, Any] = {**kept}
        for name in ("id_number", "mobile", "landline", "address"):
            row[name] = unseal(row.pop(f"{name}_sealed"), field=name)
        row["raw"] = unseal(row.pop("raw_sealed"), field=ROW_FIELD)
        row["person_id"] = row["person_id"] if row["action"] != "new" else row["person_id"] is not None
        rows.append({key: value for key, value in row.items() if key != "roster_import_id"})
    told = (found.status, found.counts, found.findings, found.layout)
    return {"rows": rows, "told": told, "answer": read_xlsx(answer_path(found))}


def test_two_processes_find_what_one_finds(
    cast_committed: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, path = cast_committed, messy(tmp_path / "messy.xlsx")
    skipped = {"skipped": [20, 21, 22], "confirmed": {"5": ["member.elsewhere"]}}
    known = [member(n, SHIQIAO, 学历="大专") for n in range(1, 60)]
    commit_roster(roster_import=check(cast, write_xlsx(tmp_path / "k.xlsx", HEADINGS, *known)), actor=cast.system)
    two = laid_down(check(cast, path, **skipped))
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    monkeypatch.setattr(roster_check, "BUNDLE", 50)
    monkeypatch.setattr(roster_lines, "_REMEMBERED_VALUES", 3)
    one = laid_down(check(cast, path, **skipped))
    assert two["told"] == one["told"]
    assert two["rows"] == one["rows"]
    assert two["answer"] == one["answer"]
    codes = {problem["code"] for row in one["rows"] for problem in row["problems"]}
    assert {"row.twice", "row.twice_other_name", "branch.missing", "member.elsewhere", "row.skipped_by_user"} <= codes
    assert {"new", "update", "none"} <= {row["action"] for row in one["rows"]}


def test_pieces_without_a_change_leave_no_rows(cast_committed: Cast, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "good.xlsx", HEADINGS, *[member(n, KENGTOU) for n in range(300)])
    first = check(cast_committed, path)
    commit_roster(roster_import=first, actor=cast_committed.system)
    again = check(cast_committed, path)
    assert (again.status, again.counts["same"]) == ("checked", 300)
    assert not RosterRow.objects.filter(roster_import=again).exists()
    over = check_roster(roster_import=first, report=lambda done, total: None, actor=cast_committed.system)
    assert over.status == "committed", "a job that runs again finds nothing to do"


def test_what_stands_beyond_the_heading_is_not_written_over(cast_committed: Cast, tmp_path: Path) -> None:
    wrong, width = {"民族": "余族"}, len(HEADINGS)
    rows = [member(n, KENGTOU, **(wrong if n in (3, 250) else {})) for n in range(300)]
    rows[250] = [*rows[250], *[""] * (width + 2 - len(rows[250])), "自己记的"]
    found = check(cast_committed, write_xlsx(tmp_path / "wide.xlsx", HEADINGS, *rows))
    answer = read_xlsx(answer_path(found))
    assert [answer[0][column] for column in range(width, width + 4)] == ["", "", "", "核对结果"]
    assert answer[251][width + 2] == "自己记的"
    assert [bool(row[width + 3]) for row in answer[1:]] == [n in (3, 250) for n in range(300)]


def test_a_dead_worker_leaves_the_import_clean(cast_committed: Cast, tmp_path: Path) -> None:
    cast, before = cast_committed, {child.pid for child in multiprocessing.active_children()}
    path = messy(tmp_path / "messy.xlsx")
    taken = take_in_roster(
        unit=cast.unit("huotong"), upload=path, filename="r.xlsx", allow_demo=True, actor=cast.system
    )

    def kill_one(done: int, total: int) -> None:
        if workers := [child for child in multiprocessing.active_children() if child.pid not in before]:
            workers[-1].kill()
            workers[-1].join()

    found = check_roster(roster_import=taken, report=kill_one, actor=cast.system)
    found.refresh_from_db()
    assert (found.status, found.refusal["code"]) == ("refused", "file.too_heavy")
    assert not RosterRow.objects.filter(roster_import=found).exists()
    assert not answer_path(found).exists()
    assert {child.pid for child in multiprocessing.active_children()} <= before


def test_a_far_off_fault_is_refused_by_whoever_reads_it(cast_committed: Cast, tmp_path: Path) -> None:
    source, path = messy(tmp_path / "good.xlsx"), tmp_path / "far.xlsx"
    with zipfile.ZipFile(source) as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            content = good.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", b'<row r="2"><c r="A2"/></row></sheetData>')
            bad.writestr(name, content)
    found = check(cast_committed, path)
    assert (found.status, found.refusal["code"]) == ("refused", "file.too_many_rows")
