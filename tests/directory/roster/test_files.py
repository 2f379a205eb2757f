"""What is no roster is refused at once with what to do, and no file whatever brings the reader down."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from doorstep.directory.rules.headers import find_layout
from doorstep.directory.rules.roster_source import first_rows, open_source
from doorstep.directory.rules.roster_texts import TEXTS
from doorstep.directory.rules.upload_guard import FileRefused
from tests.directory.roster.books import write_csv, write_xls, write_xlsx
from tests.directory.roster.sample import GOOD, HEADINGS, KEYS, checker
from tests.factories.effort import cpu_seconds, second_of_work

FUZZED = 500
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROW = [GOOD.get(key, "") for key in KEYS]


def good_book(path: Path) -> Path:
    return write_xlsx(path, ["花名册"], HEADINGS, ROW)


def refusal(path: Path, name: str | None = None) -> str:
    """Open and read a file as the check does; the code of the refusal, which must come within a second."""
    limit, started = second_of_work(), cpu_seconds()
    with pytest.raises(FileRefused) as refused:
        read_all(path, name or path.name)
    assert cpu_seconds() - started < limit
    assert refused.value.code in TEXTS
    what, why = TEXTS[refused.value.code]
    assert what % refused.value.params
    assert why % refused.value.params
    return refused.value.code


def zip_of(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def changed_sheet(path: Path, change: Callable[[bytes], bytes]) -> Path:
    parts = parts_of(good_book(path))
    name = "xl/worksheets/sheet1.xml"
    return zip_of(path, {**parts, name: change(parts[name])})


def test_a_bomb(tmp_path: Path) -> None:
    parts = parts_of(good_book(tmp_path / "good.xlsx"))
    bomb = zip_of(tmp_path / "bomb.xlsx", {**parts, "xl/worksheets/sheet1.xml": b" " * (200 * 1024 * 1024)})
    assert refusal(bomb) == "file.bomb"


def test_a_bomb_beside_the_sheet(tmp_path: Path) -> None:
    parts = parts_of(good_book(tmp_path / "good.xlsx"))
    assert (
        refusal(zip_of(tmp_path / "bomb.xlsx", {**parts, "xl/media/x.png": b"0" * (30 * 1024 * 1024)})) == "file.bomb"
    )


def test_overlapping_entries(tmp_path: Path) -> None:
    path = good_book(tmp_path / "good.xlsx")
    content = bytearray(path.read_bytes())
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    path.write_bytes(content)
    assert refusal(path) in ("file.bomb", "file.damaged")


def test_a_lying_directory(tmp_path: Path) -> None:
    path = good_book(tmp_path / "good.xlsx")
    content = bytearray(path.read_bytes())
    start = 0
    while (start := content.find(b"PK\x01\x02", start)) >= 0:
        content[start + 24 : start + 28] = struct.pack("<I", 12)
        start += 4
    path.write_bytes(content)
    assert refusal(path) == "file.damaged"


def test_a_million_rows(tmp_path: Path) -> None:
    path = tmp_path / "million.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, 310_000):
            sheet.write_blank(row, 0, None, book.add_format() if row == 1 else None)
            sheet.set_row(row, 15)
    assert refusal(path) in ("file.too_many_rows", "file.bomb")


@pytest.mark.parametrize(
    "corner", [b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', b'<row r="9"><c r="XFD9"><v>1</v></c></row>']
)
def test_a_far_cell(tmp_path: Path, corner: bytes) -> None:
    path = changed_sheet(tmp_path / "far.xlsx", lambda text: text.replace(b"</sheetData>", corner + b"</sheetData>"))
    assert refusal(path) in ("file.too_many_rows", "file.too_many_columns")


def test_a_dimension_too_far(tmp_path: Path) -> None:
    def far(text: bytes) -> bytes:
        start, end = text.index(b"<dimension"), text.index(b"/>", text.index(b"<dimension"))
        return text[:start] + b'<dimension ref="A1:Z1048576"' + text[end:]

    assert refusal(changed_sheet(tmp_path / "far.xlsx", far)) == "file.too_many_rows"


@pytest.mark.parametrize("formula", ["=1+1", '=HYPERLINK("http://x")', "=A1"])
def test_formulas(tmp_path: Path, formula: str) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(HEADINGS)
    page.append([*ROW[:5], formula])
    book.save(tmp_path / "f.xlsx")
    with pytest.raises(FileRefused) as refused:
        open_source(tmp_path / "f.xlsx", "f.xlsx").facts("Sheet")
    assert (refused.value.code, refused.value.params) == ("file.formula", {"cell": "F2"})


def test_external_entities(tmp_path: Path) -> None:
    parts = parts_of(good_book(tmp_path / "good.xlsx"))
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]>' + parts["xl/workbook.xml"].split(b"?>", 1)[-1]
    assert refusal(zip_of(tmp_path / "x.xlsx", {**parts, "xl/workbook.xml": laughs})) == "file.bomb"


def test_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    path.write_bytes(OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512)
    assert refusal(path) == "file.encrypted"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "file.empty"),
        ("a.et", OLE + b"\0" * 600, "file.et"),
        ("a.xlsx", b"%PDF-1.7 ...", "file.pdf"),
        ("a.xlsx", b"\x89PNG\r\n", "file.picture"),
        ("a.csv", b"\x1f\x8b\x08", "file.archive"),
        ("a.xls", b"<html><table><tr><td>x</td></tr></table></html>", "file.web_page"),
        ("a.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "file.web_page"),
        ("a.xlsx", b"name,id\n1,2\n", "file.wrong_extension"),
        ("a.txt", b"name,id\n1,2\n", "file.wrong_extension"),
        ("a.csv", b"\x00\x01\x02\x03" * 40, "file.unknown"),
        ("a.csv", b"\xff" * 40, "file.encoding"),
        ("a.xls", OLE + b"\0" * 600, "file.damaged"),
        ("a.xls", OLE + b"\0" * 500 + "Workbook".encode("utf-16-le") + b"\0" * 500, "file.damaged"),
        ("a.doc", OLE + b"\0" * 500 + "WordDocument".encode("utf-16-le"), "file.document"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "file.damaged"),
        ("a.xlsx", b"x" * (21 * 1024 * 1024), "file.too_large"),
    ],
)
def test_what_is_no_roster(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert refusal(path, name) == code


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"word/document.xml": b"x"}, "file.document"),
        ({"mimetype": b"x", "content.xml": b"x"}, "file.other_sheet"),
        ({"xl/workbook.bin": b"x"}, "file.other_sheet"),
        ({"xl/workbook.xml": b"<x/>", "xl/vbaProject.bin": b"x"}, "file.macros"),
        ({"a/b.txt": b"x"}, "file.archive"),
        ({"xl/workbook.xml": b"<not xml"}, "file.damaged"),
        ({f"x{n}": b"" for n in range(2001)}, "file.bomb"),
    ],
)
def test_packages_that_are_no_workbook(tmp_path: Path, parts: dict[str, bytes], code: str) -> None:
    assert refusal(zip_of(tmp_path / "a.xlsx", parts)) == code


def test_a_workbook_named_csv_and_the_other_way(tmp_path: Path) -> None:
    assert refusal(good_book(tmp_path / "a.xlsx"), "a.csv") == "file.wrong_extension"
    assert refusal(good_book(tmp_path / "a.xlsx"), "a.xls") == "file.wrong_extension"


def test_unbalanced_quotes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,身份证号\n" + '"' + "张三,1\n" * 40_000, "utf-8")
    assert refusal(path) == "file.quotes"


def read_all(path: Path, name: str) -> None:
    """Read and check a file to its end."""
    source = open_source(path, name)
    for sheet in source.sheets():
        source.facts(sheet)
        rows = first_rows(source, sheet)
        layout = find_layout(rows)
        if layout is None:
            continue
        check = checker(layout)
        for number, cells in source.rows(sheet):
            check.check(number, cells)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content with some accident: bytes changed, cut off, doubled, swapped."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(changed))
        accident = chance.randrange(5)
        if accident == 0:
            changed[at] = chance.randrange(256)
        elif accident == 1:
            del changed[at : at + chance.randint(1, 200)]
        elif accident == 2:
            changed[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 60)))
        elif accident == 3:
            changed[at:at] = changed[max(0, at - 80) : at]
        else:
            changed = changed[: max(at, 20)]
        if not changed:
            return b"x"
    return bytes(changed)


def test_damaged_files_never_bring_the_reader_down(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    book, table = good_book(tmp_path / "good.xlsx"), write_csv(tmp_path / "good.csv", HEADINGS, ROW, ROW)
    parts = parts_of(book)
    xml = [name for name in parts if name.endswith(".xml")]
    read, refusals = 0, set()
    for number in range(FUZZED):
        kind = number % 3
        path = tmp_path / ("fuzz.csv" if kind == 2 else "fuzz.xlsx")
        if kind == 0:
            path.write_bytes(damaged(book.read_bytes(), chance))
        elif kind == 1:
            name = chance.choice(xml)
            zip_of(path, {**parts, name: damaged(parts[name], chance)})
        else:
            path.write_bytes(damaged(table.read_bytes(), chance))
        try:
            read_all(path, path.name)
            read += 1
        except FileRefused as refused:
            refusals.add(refused.code)
    assert refusals <= TEXTS.keys()
    assert read > FUZZED // 10


def test_an_old_workbook(tmp_path: Path) -> None:
    cells = [list(HEADINGS), [str(cell) for cell in ROW]]
    path = write_xls(tmp_path / "old.xls", cells)
    assert [row for _, row in open_source(path, "old.xls").rows("党员")] == cells
    read_all(path, "old.xls")


def test_an_old_workbook_with_a_formula_or_a_password(tmp_path: Path) -> None:
    formula = struct.pack("<HHHHH", 0x0006, 6, 4, 2, 0)
    assert refusal(write_xls(tmp_path / "f.xls", [["a"]], extra=formula)) == "file.formula"
    assert refusal(write_xls(tmp_path / "p.xls", [["a"]], extra=struct.pack("<HHH", 0x002F, 2, 0))) == "file.encrypted"


def test_damaged_old_workbooks(tmp_path: Path) -> None:
    chance = random.Random(7)
    content = write_xls(tmp_path / "old.xls", [list(HEADINGS), [str(cell) for cell in ROW]]).read_bytes()
    path = tmp_path / "fuzz.xls"
    for _ in range(200):
        path.write_bytes(damaged(content, chance))
        with contextlib.suppress(FileRefused):
            read_all(path, path.name)


def test_every_shape_of_a_good_file_reads_the_same(tmp_path: Path) -> None:
    rows = [HEADINGS, [str(cell) for cell in ROW]]
    expected = [row for _, row in open_source(write_xlsx(tmp_path / "a.xlsx", *rows), "a.xlsx").rows("党员")]
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        path = write_csv(tmp_path / "a.csv", *rows, encoding=encoding)
        assert [row for _, row in open_source(path, "A.CSV").rows("")] == expected
    streamed = io.BytesIO()
    with xlsxwriter.Workbook(streamed, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("党员")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    (tmp_path / "b.xlsx").write_bytes(streamed.getvalue())
    cells = [row for _, row in open_source(tmp_path / "b.xlsx", "b.xlsx").rows("党员")]
    assert [row[: len(expected[0])] for row in cells] == [row[: len(row)] for row in expected]
