"""Workbooks as programs write them, piece by piece: long sheets, odd packages, old workbooks with long tables."""

from __future__ import annotations

import random
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from doorstep.directory.rules import sheet_parts
from doorstep.directory.rules.roster_source import open_source
from doorstep.directory.rules.upload_guard import MEBI, SHEET_COLUMN_LIMIT, SHEET_ROW_LIMIT, FileRefused, inspect_upload
from doorstep.directory.rules.xls_parts import inspect_records
from tests.directory.roster.books import write_xls

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>%s</sheets></workbook>'
SHEET = '<sheet name="%s" sheetId="%d" r:id="r%d"%s/>'
FREE, END = 0xFFFFFFFF, 0xFFFFFFFE


def package(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


def parts_with(*sheets: bytes, hidden: int = 0, comment: bytes = b"") -> dict[str, bytes]:
    """A package of these sheets and nothing it can do without; the last `hidden` of them are hidden."""
    states = [' state="hidden"' if len(sheets) - n < hidden else "" for n in range(1, len(sheets) + 1)]
    listed = "".join(SHEET % (f"表{n}", n, n, state) for n, state in enumerate(states, 1))
    links = "".join(f'<Relationship Id="r{n}" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1))
    found = {
        "xl/workbook.xml": (BOOK % listed).encode() + comment,
        "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>".encode(),
    }
    return {**found, **{f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets, 1)}}


def sheet_of(*rows: bytes, before: bytes = b"") -> bytes:
    data = b"".join(rows)
    head = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">'.encode()
    return head + before + b"<sheetData>" + data + b"</sheetData></worksheet>"


def text_row(number: int, *texts: str) -> bytes:
    cells = (f'<c r="{chr(65 + n)}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for n, text in enumerate(texts))
    return f'<row r="{number}">{"".join(cells)}</row>'.encode()


def rows_of(path: Path, sheet: str = "表1") -> Iterator[tuple[int, list[Any]]]:
    return open_source(path, path.name).rows(sheet)


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size // 2).hex().encode()


def read(path: Path) -> list[tuple[int, list[Any]]]:
    source = open_source(path, path.name)
    source.facts("表1")
    return list(source.rows("表1"))


def refused(path: Path) -> str:
    with pytest.raises(FileRefused) as found:
        read(path)
    return found.value.code


def test_hidden_sheets_are_not_offered(tmp_path: Path) -> None:
    sheets = [sheet_of(text_row(1, text)) for text in ("甲", "乙", "丙")]
    path = package(tmp_path / "a.xlsx", parts_with(*sheets, hidden=1))
    assert open_source(path, "a.xlsx").sheets() == ["表1", "表2"]
    assert list(rows_of(path, "表2")) == [(1, ["乙"])]
    assert refused(package(tmp_path / "b.xlsx", parts_with(*sheets, hidden=3))) == "file.no_sheet"


def test_a_directory_of_sheets_beyond_all_measure(tmp_path: Path) -> None:
    comment = b"<!--" + noise(9 * MEBI) + b"-->"
    assert refused(package(tmp_path / "a.xlsx", parts_with(sheet_of(), comment=comment))) == "file.too_many_rows"


def test_a_long_sheet_is_read_in_pieces_without_a_gap(tmp_path: Path) -> None:
    count, lot = 100_000, random.Random(1)
    numbers = [str(lot.randrange(10**17, 10**18)) for _ in range(count)]
    rows = [text_row(n, f"党员{n}", number, "x" * 40) for n, number in enumerate(numbers, 1)]
    path = package(tmp_path / "long.xlsx", parts_with(sheet_of(*rows)))
    source = open_source(path, "long.xlsx")
    facts = source.facts("表1")
    assert (facts.kind, facts.sheets) == ("xlsx", ["表1"])
    assert 0 < facts.rows <= count
    found = [(number, cells[0], cells[1]) for number, cells in source.rows("表1")]
    assert found == [(n, f"党员{n}", number) for n, number in enumerate(numbers, 1)]


def test_a_row_longer_than_a_piece_is_read_whole_and_an_endless_one_refused(tmp_path: Path) -> None:
    text = noise(4 * MEBI).decode()
    path = package(tmp_path / "a.xlsx", parts_with(sheet_of(text_row(1, "甲", text), text_row(2, "乙"))))
    assert [cells[:2] for _, cells in rows_of(path)][0] == ["甲", text]
    endless = package(tmp_path / "b.xlsx", parts_with(sheet_of(text_row(1, noise(14 * MEBI).decode()))))
    assert refused(endless) == "file.damaged"


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        (sheet_of(*(b'<row r="%d"/>' % n for n in range(1, SHEET_ROW_LIMIT + 2))), "file.too_many_rows"),
        (sheet_of(*(b"<row><c><v>%d</v></c></row>" % n for n in range(SHEET_ROW_LIMIT + 1))), "file.too_many_rows"),
        (
            sheet_of(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="290000"><c r="CV290000"><v>1</v></c></row>'),
            "file.too_many_rows",
        ),
        (sheet_of().replace(b"<sheetData></sheetData>", b"<sheetData/>"), "file.no_rows"),
        (sheet_of(before=b"<!--" + noise(9 * MEBI) + b"-->"), "file.damaged"),
    ],
    ids=["numbered", "unnumbered", "far apart", "none", "never begins"],
)
def test_sheets_that_are_not_read(tmp_path: Path, sheet: bytes, code: str) -> None:
    assert refused(package(tmp_path / "a.xlsx", parts_with(sheet))) == code


def _entry_changed(path: Path, at: int, kind: str, *values: int) -> Path:
    """The package with some fields of its first directory entry changed."""
    content = bytearray(path.read_bytes())
    struct.pack_into(kind, content, content.find(b"PK\x01\x02") + at, *values)
    path.write_bytes(content)
    return path


def test_packages_whose_directory_tells_enough(tmp_path: Path) -> None:
    parts = parts_with(sheet_of(text_row(1, "甲")))
    locked = _entry_changed(package(tmp_path / "a.xlsx", parts), 8, "<H", 1)
    huge = _entry_changed(package(tmp_path / "b.xlsx", parts), 20, "<II", 10 * MEBI, 330 * MEBI)
    sealed = package(tmp_path / "c.xlsx", {**parts, "EncryptedPackage": b"x"})
    assert [refused(path) for path in (locked, huge, sealed)] == [
        "file.encrypted",
        "file.too_many_rows",
        "file.encrypted",
    ]
    assert inspect_upload(package(tmp_path / "d.xlsx", parts), "d.xlsx") == "xlsx"


def test_an_old_workbook_with_a_table_of_its_own_for_its_sectors(tmp_path: Path) -> None:
    formula = struct.pack("<HHHHH", 0x0006, 6, 4, 2, 0)
    content = bytearray(write_xls(tmp_path / "f.xls", [["a"]], extra=formula).read_bytes())
    number = len(content) // 512 - 1
    struct.pack_into("<II", content, 68, number, 1)
    struct.pack_into("<I", content, 76, FREE)
    with pytest.raises(FileRefused, match="file.formula") as found:
        inspect_records(bytes(content) + struct.pack("<128I", 0, *[FREE] * 126, END))
    assert found.value.params == {"cell": "C5"}
    with pytest.raises(FileRefused, match="file.damaged"):
        inspect_records(bytes(content) + struct.pack("<128I", *[FREE] * 127, END))


def test_rows_without_cells_and_texts_shared_by_cells(tmp_path: Path) -> None:
    assert read(package(tmp_path / "a.xlsx", parts_with(sheet_of(b'<row r="1"></row>')))) == []
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as book:
        sheet = book.add_worksheet("表1")
        sheet.write_row(0, 1, ["姓名", "周&P", "姓名"])
    assert read(tmp_path / "b.xlsx") == [(1, ["", "姓名", "周&P", "姓名"])]


def test_old_workbooks_with_hidden_empty_and_unknown_sheets(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", [["姓名"], ["周P"]])
    source = open_source(path, "a.xls")
    facts = source.facts("党员")
    assert (facts.kind, facts.sheets, facts.rows) == ("xls", ["党员"], 2)
    with pytest.raises(FileRefused, match="file.damaged"):
        list(source.rows("没有"))
    assert list(open_source(write_xls(tmp_path / "b.xls", []), "b.xls").rows("党员")) == []
    content = bytearray(path.read_bytes())
    struct.pack_into("<H", content, content.find("党员".encode("utf-16-le")) - 4, 1)
    path.write_bytes(content)
    with pytest.raises(FileRefused, match="file.no_sheet"):
        open_source(path, "a.xls").sheets()


def test_an_old_workbook_that_is_too_wide(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", [["x"] * (SHEET_COLUMN_LIMIT + 1)])
    with pytest.raises(FileRefused, match="file.too_many_columns"):
        list(open_source(path, "a.xls").rows("党员"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("甲\n".encode() * (SHEET_ROW_LIMIT + 1), "file.too_many_rows"),
        (b"x," * SHEET_COLUMN_LIMIT + b"x\n", "file.too_many_columns"),
        ("姓名,电话\n".encode("gb18030") * 2000 + b"\0", "file.unknown"),
        ("姓名,电话\n".encode() * 2000 + b"\0", "file.unknown"),
    ],
    ids=["long", "wide", "no text", "no text either"],
)
def test_tables_that_are_not_read(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert refused(path) == code


def test_rows_are_counted_where_they_tell_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        re.sub(rb' r="[^"]*"', b"", text_row(n, "甲")).replace(b"<row>", b'<row spans="1:1">') for n in range(1, 40)
    ]
    path = package(tmp_path / "a.xlsx", parts_with(sheet_of(*rows)))
    assert open_source(path, path.name).facts("表1").rows == 39
    monkeypatch.setattr(sheet_parts, "SHEET_ROW_LIMIT", 38)
    with pytest.raises(FileRefused) as refusal:
        open_source(path, path.name).facts("表1")
    assert refusal.value.code == "file.too_many_rows"


def test_two_cells_that_span_a_huge_table_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = package(tmp_path / "a.xlsx", parts_with(sheet_of(text_row(1, "甲"), text_row(400, "乙"))))
    assert len(list(rows_of(path))) == 400
    monkeypatch.setattr(sheet_parts, "PIECE_CELL_LIMIT", 27 * 399 - 1)
    assert refused(path) == "file.too_many_rows"
