"""Workbooks for the tests, as people make them."""

from __future__ import annotations

import csv
import struct
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


def write_xls(path: Path, rows: Rows, *, extra: bytes = b"") -> Path:
    """An old BIFF8 workbook of texts in a compound file; `extra` records stand before the cells."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    start = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    name = "党员".encode("utf-16-le")
    size = len(record(0x0809, start)) + len(record(0x0085, b"\0" * (8 + len(name)))) + 4
    sheet = struct.pack("<IHBB", size, 0, 2, 1) + name
    book = record(0x0809, start) + record(0x0085, sheet) + record(0x000A, b"")
    page = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)) + extra
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if text:
                head = struct.pack("<HHHHB", number, column, 0, len(text), 1)
                page += record(0x0204, head + text.encode("utf-16-le"))
    stream = (book + page + record(0x000A, b"")).ljust(4608, b"\0")
    path.write_bytes(_compound(stream))
    return path


def _compound(stream: bytes) -> bytes:
    """A compound file whose only stream is the workbook: header, table, directory, sectors."""
    stream = stream.ljust(-(-len(stream) // 512) * 512, b"\0")
    count = len(stream) // 512
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    chain = [table, end, *range(3, count + 2), end]
    fat = struct.pack("<128I", *(chain + [free] * (128 - len(chain))))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        known = text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text), kind, 1, free, free, child)
        return known + b"\0" * 36 + struct.pack("<III", start, size, 0)

    directory = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + b"\0" * 256
    return header + fat + directory + stream


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
