"""Workbooks for the tests, as people make them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from tests.directory.roster.sample import HEADINGS, id_number

Rows = Sequence[Sequence[Any]]


def write_xlsx(path: Path, *rows: Sequence[Any], sheet: str = "党员") -> Path:
    """A workbook with these rows; texts that begin with = stay texts."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = page.cell(number, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)
    return path


def write_csv(path: Path, *rows: Sequence[Any], encoding: str = "utf-8-sig") -> Path:
    """A comma separated file."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read_xlsx(path: Path) -> list[list[Any]]:
    """The cells of the first sheet, empty ones as empty texts."""
    page = openpyxl.load_workbook(path).active
    assert page is not None
    return [["" if cell is None else cell for cell in row] for row in page.iter_rows(values_only=True)]


def member(number: int, branch: str, **values: Any) -> list[Any]:
    """A good row for person `number`, under HEADINGS."""
    birth = date(1950 + number % 50, 1 + number % 12, 1 + number % 28)
    whole = id_number("350999", birth.strftime("%Y%m%d"), f"{100 + number % 900:03d}")
    row = {
        "序号": number,
        "姓名": f"林{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{'春夏秋冬东西南北'[number // 10 % 8]}",
        "公民身份证号码": whole,
        "性别": "男" if int(whole[16]) % 2 else "女",
        "出生日期": birth.isoformat(),
        "民族": "汉族",
        "学历": "初中",
        "人员类别": "正式党员",
        "所在党支部": branch,
        "加入党组织日期": f"{birth.year + 25}-07-01",
        "转为正式党员日期": f"{birth.year + 26}-07-01",
        "联系电话": f"1390000{number:04d}",
        "党籍状态": "正常",
        **values,
    }
    return [row.get(heading, "") for heading in HEADINGS]
