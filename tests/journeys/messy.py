"""A roster as a township really keeps it: titles, two header rows, own words, totals, mistakes."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.directory.roster.books import member
from tests.directory.roster.sample import HEADINGS

HEADS = {"公民身份证号码": "身份证号", "所在党支部": "所属支部", "联系电话": "打得通的号", "人员类别": "类别"}
BRANCHES = ("石桥村党支部", "中共蕉城区霍童镇石桥村支部委员会", "石桥村支部")
WRONG = ({"民族": "余族"}, {"公民身份证号码": "35099919650312015"}, {"所在党支部": "没有这个村党支部"})


def write_messy_roster(path: Path, rows: int, names: dict[int, str], at: str) -> Path:
    """So many rows, the last three of them wrong; rows in `names` bear that name and belong to the branch `at`."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "2026年"
    sheet.append(["霍童镇党员花名册（2026年11月）"])
    sheet.append(["填报单位：霍童镇党委", *[""] * 8, "单位：人"])
    sheet.append(["", "基本情况", *[""] * 6, "党内情况"])
    sheet.append([HEADS.get(heading, heading) for heading in HEADINGS])
    for n in range(1, rows + 1):
        values = {"姓名": names[n], "所在党支部": at} if n in names else {"所在党支部": BRANCHES[n % len(BRANCHES)]}
        wrong = WRONG[rows - n] if rows - n < len(WRONG) else {}
        birth = str(member(n, "")[HEADINGS.index("出生日期")])
        sheet.append(member(n, "", **{**values, "出生日期": birth.replace("-", ".") if n % 7 else birth, **wrong}))
    sheet.append(["合计", f"{rows} 人"])
    sheet.column_dimensions["F"].hidden = True
    book.save(path)
    return path
