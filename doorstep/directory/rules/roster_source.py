"""Which rows does an uploaded roster hold, whatever kind of file it is?"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from doorstep.directory.rules.sheet_parts import Package
from doorstep.directory.rules.upload_guard import (
    FILE_LIMIT,
    SHEET_COLUMN_LIMIT,
    SHEET_ROW_LIMIT,
    FileRefused,
    Kind,
    Sheet,
    inspect_upload,
)
from doorstep.directory.rules.xls_parts import inspect_records

Row = tuple[int, list[Any]]
Box = tuple[int, int, int, int]
FIRST_ROWS = 60
_LAST_LINE = "\ue000"  # put behind a text: where quotes are in order it is a row of its own


@dataclass(slots=True)
class SourceFacts:
    """What the user should know about a sheet besides its rows."""

    kind: Kind
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    rows: int = 0
    merged: list[Box] = field(default_factory=list)
    hidden_columns: int = 0
    hidden_rows: int = 0
    encoding: str = ""


class Source(Protocol):
    """A readable roster file."""

    kind: Kind

    def sheets(self) -> list[str]:
        """The names of its visible sheets."""

    def facts(self, sheet: str) -> SourceFacts:
        """What is known of a sheet before reading it."""

    def rows(self, sheet: str) -> Iterator[Row]:
        """Row number as Excel shows it, and the cells from column A on."""


def open_source(path: Path, filename: str) -> Source:
    """Open an upload after inspecting it; raises FileRefused."""
    kind = inspect_upload(path, filename)
    if kind == "xlsx":
        return XlsxSource(path)
    return XlsSource(path) if kind == "xls" else CsvSource(path)


def first_rows(source: Source, sheet: str) -> list[Row]:
    """The rows in which a heading is looked for."""
    found = []
    for row in source.rows(sheet):
        found.append(row)
        if len(found) >= FIRST_ROWS:
            break
    return found


def _table(book: Any) -> CalamineSheet:
    """The first sheet of a workbook, whatever the parser makes of it; raises FileRefused."""
    try:
        return CalamineWorkbook.from_filelike(book).get_sheet_by_index(0)
    except (CalamineError, ValueError, OSError, IndexError):
        raise FileRefused("file.damaged") from None
    except BaseException as fault:  # the parser's own panics are no Exception
        if type(fault).__name__ != "PanicException":
            raise
        raise FileRefused("file.damaged") from None


class XlsxSource:
    """An .xlsx workbook, read piece by piece."""

    kind: Kind = "xlsx"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._package = Package(path)

    def reopened(self) -> XlsxSource:
        """The same workbook over a file of its own, for a process that reads beside this one; its texts are shared."""
        again = XlsxSource(self._path)
        again._package.share_strings(self._package.strings())
        return again

    def sheets(self) -> list[str]:
        """The names of its visible sheets."""
        return [sheet.name for sheet in self._package.sheets]

    def sheet(self, name: str) -> Sheet:
        """The sheet of this name, or the first one."""
        return next((sheet for sheet in self._package.sheets if sheet.name == name), self._package.sheets[0])

    def facts(self, sheet: str) -> SourceFacts:
        """Row count, merged and hidden cells; raises FileRefused for formulas and endless sheets."""
        seen = self._package.look_over(self.sheet(sheet))
        return SourceFacts("xlsx", sheet, self.sheets(), seen.rows, seen.merged, seen.hidden_columns, seen.hidden_rows)

    def rows(self, sheet: str) -> Iterator[Row]:
        """Row number as Excel shows it, and the cells from column A on."""
        for part in self.parts(sheet):
            yield from part

    def parts(self, sheet: str, first: int = 0, step: int = 1) -> Iterator[Iterator[Row]]:
        """The rows of every `step`-th piece of the sheet from piece `first` on."""
        for book, before in self._package.pieces(self.sheet(sheet), first, step):
            yield self._rows_of(book, before)

    def _rows_of(self, book: io.BytesIO, before: int) -> Iterator[Row]:
        strings, table = self._package.strings(), _table(book)
        if table.start is None:
            return
        top, left = table.start
        # A row without a number of its own is counted from the start of its piece.
        number = top + 1 if top >= before else before + top + 1
        padding = [""] * left
        for cells in table.to_python():
            if strings.is_any:
                strings.fill(cells)
            yield number, padding + cells if left else cells
            number += 1


class XlsSource:
    """An old .xls workbook (BIFF)."""

    kind: Kind = "xls"

    def __init__(self, path: Path) -> None:
        inspect_records(path.read_bytes())
        content = io.BytesIO(path.read_bytes())
        _table(content)
        content.seek(0)
        self._book = CalamineWorkbook.from_filelike(content)

    def sheets(self) -> list[str]:
        """The names of its visible sheets."""
        seen = [meta.name for meta in self._book.sheets_metadata if str(meta.visible).endswith("Visible")]
        if not seen:
            raise FileRefused("file.no_sheet")
        return seen

    def facts(self, sheet: str) -> SourceFacts:
        """The size of the sheet."""
        end = self._book.get_sheet_by_name(sheet).end
        return SourceFacts("xls", sheet, self.sheets(), end[0] + 1 if end else 0)

    def rows(self, sheet: str) -> Iterator[Row]:
        """Row number as Excel shows it, and the cells from column A on."""
        try:
            table = self._book.get_sheet_by_name(sheet)
        except CalamineError:
            raise FileRefused("file.damaged") from None
        if table.start is None:
            return
        top, left = table.start
        if left + table.width > SHEET_COLUMN_LIMIT:
            raise FileRefused("file.too_many_columns", limit=SHEET_COLUMN_LIMIT)
        for number, cells in enumerate(table.to_python(), top + 1):
            yield number, [""] * left + cells


class CsvSource:
    """A comma, semicolon or tab separated file in UTF-8, UTF-16 or GB18030."""

    kind: Kind = "csv"

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()[: FILE_LIMIT + 1]
        self._text, self._encoding = decoded(content)
        self._delimiter = _delimiter_of(self._text)

    def sheets(self) -> list[str]:
        """A file of this kind has one nameless sheet."""
        return [""]

    def facts(self, sheet: str) -> SourceFacts:
        """The encoding and the number of lines; raises FileRefused."""
        lines = self._text.count("\n") + 1
        if lines > SHEET_ROW_LIMIT:
            raise FileRefused("file.too_many_rows", limit=SHEET_ROW_LIMIT)
        if self._text.count('"') % 2:  # an inch, or a quote nobody closed: only reading to the end tells
            deque(self.rows(sheet), maxlen=0)
        return SourceFacts("csv", "", [], lines, encoding=self._encoding)

    def rows(self, sheet: str) -> Iterator[Row]:
        """Row number as Excel shows it, and the cells; raises FileRefused, at the end for a quote still open."""
        lines = chain(io.StringIO(self._text, newline=""), [_LAST_LINE])
        number, cells = 0, list[str]()
        try:
            for following in csv.reader(lines, delimiter=self._delimiter):
                if len(following) > SHEET_COLUMN_LIMIT:
                    raise FileRefused("file.too_many_columns", limit=SHEET_COLUMN_LIMIT)
                if number:
                    yield number, cells
                number, cells = number + 1, following
        except csv.Error:
            raise FileRefused("file.quotes") from None
        if cells != [_LAST_LINE]:
            raise FileRefused("file.quotes")


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding; raises FileRefused when it is in none we know."""
    text, encoding = _as_text(content)
    if "\x00" in text:
        raise FileRefused("file.unknown")
    return text, encoding


def _as_text(content: bytes) -> tuple[str, str]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _strictly(content, encoding), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strictly(content, "gb18030"), "gb18030"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise FileRefused("file.encoding") from None


def _delimiter_of(text: str) -> str:
    lines = [line for line in text[:20000].splitlines() if line.strip()][:20]
    return max(",\t;，|", key=lambda mark: (sum(line.count(mark) for line in lines), mark == ","))


def spread_merged(rows: Iterator[Row], boxes: Sequence[Box]) -> Iterator[Row]:
    """The rows with every cell of a merged block carrying the block's value.

    Blocks that lie side by side in one row (titles, joined headings) are left as they are.
    """
    tall = sorted(box for box in boxes if box[1] > box[0])
    values: dict[int, Any] = {}
    open_boxes: list[Box] = []
    position = 0
    for number, cells in rows:
        while position < len(tall) and tall[position][0] <= number:
            top, _, left, right = tall[position]
            if top == number:
                open_boxes.append(tall[position])
                for column in range(left, right + 1):
                    values[column] = cells[left] if left < len(cells) else ""
            position += 1
        open_boxes = [box for box in open_boxes if box[1] >= number]
        for top, _, left, right in open_boxes:
            if top < number:
                cells = cells + [""] * (right + 1 - len(cells))
                for column in range(left, right + 1):
                    cells[column] = values[column] if cells[column] == "" else cells[column]
        yield number, cells
