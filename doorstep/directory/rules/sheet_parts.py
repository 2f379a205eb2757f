"""What does an .xlsx package hold: its sheets, and each sheet's rows in pieces small enough to parse."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from doorstep.directory.rules.shared_strings import SharedStrings, marked
from doorstep.directory.rules.upload_guard import (
    MEBI,
    SHEET_COLUMN_LIMIT,
    SHEET_ROW_LIMIT,
    XML_PART_LIMIT,
    FileRefused,
    Sheet,
    check_corner,
)

PIECE = 1 * MEBI
LONGEST_ROW = 12 * MEBI
STRINGS_LIMIT = 80 * MEBI
SCAN_LIMIT = 16 * MEBI
PIECE_CELL_LIMIT = 8_000_000

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_DATA = re.compile(rb"<(?:\w{1,8}:)?sheetData[^>]*>")
_ROW_NUMBER = re.compile(rb"row [^>]*?\br=\"(\d{1,9})\"")
_FORMULA = re.compile(rb"<(?:\w{1,8}:)?f(?:[ />])")
_LAST_CELL = re.compile(rb"<(?:\w{1,8}:)?c [^>]*?\br=\"([A-Z]{1,4})(\d{1,9})\"")
_WIDE = re.compile(rb" r=\"([A-Z]{2,4})\d")
_MERGED = re.compile(rb"<(?:\w{1,8}:)?mergeCell ref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_HIDDEN_COLUMN = re.compile(rb"<col [^>]*?>")
_HIDDEN_ROW = re.compile(rb"<(?:\w{1,8}:)?row [^>]*?\bhidden=\"(?:1|true)\"")
_END = b"</row>"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    KeyError,
    NotImplementedError,
    ElementTree.ParseError,
    ValueError,
)


@dataclass(slots=True)
class SheetFacts:
    """What a first look over a sheet's text tells."""

    rows: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, last row, first and last column
    hidden_columns: int = 0
    hidden_rows: int = 0
    complete: bool = True


def column_index(letters: str) -> int:
    """0 for A, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """A for 0, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Package:
    """An inspected .xlsx file, opened for reading; every fault in it becomes FileRefused."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        self._base: bytes | None = None
        self._strings: SharedStrings | None = None
        self.sheets = self._visible_sheets()

    def _part(self, name: str, limit: int = XML_PART_LIMIT) -> bytes:
        try:
            entry = self._zip.getinfo(name)
            if entry.file_size > limit:
                raise FileRefused("file.too_many_rows", limit=SHEET_ROW_LIMIT)
            content = self._zip.read(entry)
        except _BROKEN:
            raise FileRefused("file.damaged") from None
        if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]:
            raise FileRefused("file.bomb")
        return content

    def _visible_sheets(self) -> list[Sheet]:
        try:
            book = ElementTree.fromstring(self._part("xl/workbook.xml"))
            links = ElementTree.fromstring(self._part("xl/_rels/workbook.xml.rels"))
        except ElementTree.ParseError:
            raise FileRefused("file.damaged") from None
        targets = {link.get("Id"): link.get("Target", "") for link in links}
        found = []
        for sheet in [*book.iter(f"{_MAIN}sheet"), *book.iter(f"{_STRICT}sheet")]:
            link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            target = (targets.get(link) or "").lstrip("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            if sheet.get("state", "visible") == "visible" and part in self._zip.namelist() and "worksheets/" in part:
                found.append(Sheet(sheet.get("name", ""), part, self._zip.getinfo(part).file_size))
        if not found:
            raise FileRefused("file.no_sheet")
        return found

    def open_sheet(self, sheet: Sheet) -> IO[bytes]:
        """The sheet's text as a stream."""
        try:
            return self._zip.open(sheet.part)
        except _BROKEN:
            raise FileRefused("file.damaged") from None

    def look_over(self, sheet: Sheet) -> SheetFacts:
        """Count rows, find merged and hidden cells; refuse formulas, far cells and sheets that are too long.

        Sheets beyond 16 MiB of text are looked over only that far; `pieces` checks the rest.
        """
        facts = SheetFacts()
        tail, read = b"", 0
        with self.open_sheet(sheet) as stream:
            while block := _read(stream, 4 * MEBI):
                if not read:
                    check_corner(block[:65536])
                    facts.hidden_columns = _hidden_columns(block)
                read += len(block)
                text = tail + block
                _refuse_formula(text)
                _reach(text)
                facts.rows += block.count(b"<row ")
                if b"hidden=" in block:
                    facts.hidden_rows += len(_HIDDEN_ROW.findall(block))
                if b"mergeCell" in text:
                    facts.merged += [_merged_box(*found) for found in _MERGED.findall(text)]
                if facts.rows > SHEET_ROW_LIMIT:
                    raise FileRefused("file.too_many_rows", limit=SHEET_ROW_LIMIT)
                tail = text[-200:]
                if read > SCAN_LIMIT:
                    facts.complete = False
                    break
        return facts

    def strings(self) -> SharedStrings:
        """The texts the cells of this workbook point to."""
        if self._strings is None:
            has_any = "xl/sharedStrings.xml" in self._zip.namelist()
            self._strings = SharedStrings(self._part("xl/sharedStrings.xml", STRINGS_LIMIT) if has_any else b"")
        return self._strings

    def share_strings(self, strings: SharedStrings) -> None:
        """Take the texts another reader of the same file has already taken apart."""
        self._strings = strings

    def piece(self, rows: bytes, head: bytes) -> io.BytesIO:
        """A small workbook with only these rows, made from the package's own parts."""
        if self._base is None:
            self._base = self._frame()
        book = io.BytesIO(self._base)
        with zipfile.ZipFile(book, "a", zipfile.ZIP_STORED) as package:
            package.writestr("xl/worksheets/sheet1.xml", b"".join((head, marked(rows), _closing(head))))
        book.seek(0)
        return book

    def _frame(self) -> bytes:
        frame = io.BytesIO()
        with zipfile.ZipFile(frame, "w", zipfile.ZIP_STORED) as package:
            package.writestr("[Content_Types].xml", _CONTENT_TYPES)
            package.writestr("_rels/.rels", _RELS)
            package.writestr("xl/workbook.xml", self._workbook())
            package.writestr("xl/_rels/workbook.xml.rels", _WORKBOOK_RELS)
            if "xl/styles.xml" in self._zip.namelist():
                package.writestr("xl/styles.xml", self._part("xl/styles.xml"))
        return frame.getvalue()

    def _workbook(self) -> bytes:
        counts_from_1904 = b'date1904="1"' in self._part("xl/workbook.xml")
        return _WORKBOOK.replace(
            b"<sheets>", b'<workbookPr date1904="1"/><sheets>' if counts_from_1904 else b"<sheets>"
        )

    def pieces(self, sheet: Sheet, first: int = 0, step: int = 1) -> Iterator[tuple[io.BytesIO, int]]:
        """The sheet as small workbooks with how many rows came before each; raises FileRefused.

        With `step` only every so many pieces from `first` on: the others are counted and left to somebody else.
        """
        before = turn = 0
        with self.open_sheet(sheet) as stream:
            head, rest = _head_of(stream)
            while True:
                block = _read(stream, PIECE)
                text = rest + block
                end = text.rfind(_END) + len(_END) if block else len(text)
                if block and end < len(_END):
                    if len(text) > LONGEST_ROW:
                        raise FileRefused("file.damaged")
                    rest = text
                    continue
                rows, rest = text[:end], text[end:]
                if not block:
                    rows = rows.split(b"</sheetData>")[0].split(b":sheetData>")[0]
                if not block and not rows.strip():
                    return
                if turn % step == first:
                    _check_piece(rows)
                    yield self.piece(rows, head), before
                turn += 1
                before += rows.count(b"<row")
                if before > SHEET_ROW_LIMIT:
                    raise FileRefused("file.too_many_rows", limit=SHEET_ROW_LIMIT)
                if not block:
                    return


def _read(stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except _BROKEN:
        raise FileRefused("file.damaged") from None


def _head_of(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """The sheet's text up to its first row, without column settings, and what was read beyond."""
    text = b""
    while block := _read(stream, PIECE):
        text += block
        if found := _DATA.search(text):
            if found[0].endswith(b"/>"):
                raise FileRefused("file.no_rows")
            root = re.search(rb"<(?:\w{1,8}:)?worksheet[^>]*>", text[: found.end()])
            if root is None:
                raise FileRefused("file.damaged")
            return b'<?xml version="1.0" encoding="UTF-8"?>' + root[0] + found[0], text[found.end() :]
        if len(text) > 8 * MEBI:
            break
    raise FileRefused("file.damaged")


def _closing(head: bytes) -> bytes:
    """The end tags that fit `head`, with its namespace prefix if it has one."""
    prefix = re.search(rb"<(\w{1,8}:)?sheetData", head)
    name = (prefix[1] or b"") if prefix else b""
    return b"</" + name + b"sheetData></" + name + b"worksheet>"


def _check_piece(rows: bytes) -> None:
    """Refuse what would make a huge table out of a small text: far rows, far columns, both together."""
    _refuse_formula(rows)
    numbers, width = _reach(rows)
    if numbers != sorted(numbers):
        raise FileRefused("file.too_many_rows", limit=SHEET_ROW_LIMIT)
    if numbers and (numbers[-1] - numbers[0]) * width > PIECE_CELL_LIMIT:
        raise FileRefused("file.too_many_rows", limit=SHEET_ROW_LIMIT)


def _reach(text: bytes) -> tuple[list[int], int]:
    """The numbers of the rows and how many columns they may span; raises FileRefused for a cell too far out."""
    numbers = [int(n) for n in _ROW_NUMBER.findall(text)]
    if numbers and max(numbers) > SHEET_ROW_LIMIT:
        raise FileRefused("file.too_many_rows", limit=SHEET_ROW_LIMIT)
    width = max((column_index(letters.decode()) for letters in set(_WIDE.findall(text))), default=26) + 1
    if width > SHEET_COLUMN_LIMIT:
        raise FileRefused("file.too_many_columns", limit=SHEET_COLUMN_LIMIT)
    return numbers, width


def _first_formula(text: bytes) -> re.Match[bytes] | None:
    """The first formula; the letter f is rare in a sheet, so it is what is looked for."""
    at = text.find(b"f")
    while at > 0:
        if text[at - 1] in b"<:" and (found := _FORMULA.search(text, max(0, at - 10), at + 2)):
            return found
        at = text.find(b"f", at + 1)
    return None


def _refuse_formula(text: bytes) -> None:
    found = _first_formula(text)
    if found is None:
        return
    cells = _LAST_CELL.findall(text, max(0, found.start() - 300), found.start())
    where = (cells[-1][0] + cells[-1][1]).decode() if cells else ""
    raise FileRefused("file.formula", cell=where)


def _hidden_columns(head: bytes) -> int:
    hidden = 0
    for column in _HIDDEN_COLUMN.findall(head.split(b"sheetData", 1)[0]):
        if re.search(rb"\bhidden=\"(?:1|true)\"", column):
            low, high = (re.search(rb"\b%s=\"(\d+)\"" % name, column) for name in (b"min", b"max"))
            hidden += min(int(high[1]), SHEET_COLUMN_LIMIT) - int(low[1]) + 1 if low and high else 1
    return max(hidden, 0)


def _merged_box(first: bytes, top: bytes, last: bytes, bottom: bytes) -> tuple[int, int, int, int]:
    return int(top), int(bottom), column_index(first.decode()), column_index(last.decode())


_CONTENT_TYPES = (
    b'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Default Extension="xml" ContentType="application/xml"/>'
    b'<Override PartName="/xl/workbook.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="' + _OFFICE + b'/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_WORKBOOK = (
    b'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="'
    + _OFFICE
    + b'"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>'
)
_WORKBOOK_RELS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="' + _OFFICE + b'/worksheet" Target="worksheets/sheet1.xml"/>'
    b'<Relationship Id="r2" Type="' + _OFFICE + b'/styles" Target="styles.xml"/>'
    b"</Relationships>"
)
