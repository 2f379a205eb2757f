"""The workbook that goes back: what was sent in, with every finding beside its row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Condition, Thread
from typing import IO
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils.translation import gettext as _

from doorstep.core.exports import neutral
from doorstep.directory.jobs.roster_judging import Reading
from doorstep.directory.models import RosterImport
from doorstep.directory.rules.roster_source import XlsxSource
from doorstep.directory.rules.sheet_parts import column_index, column_letters
from doorstep.directory.rules.text_forms import text_of
from doorstep.directory.rules.upload_guard import FileRefused, Sheet

LONGEST_CELL = 32_000
BLOCK = 2 * 1024 * 1024
LONGEST_TAIL = 4000
WIDTH = 60

_ROW = re.compile(rb"<row\b(?:[^>]*?\br=\"(\d+)\")?[^>]*>")
_CELL = re.compile(rb" r=\"([A-Z]{1,3})\d+\"")
_SPANS = re.compile(rb" spans=\"[^\"]*\"")
_DANGEROUS = re.compile(rb"(<t(?: [^>]*)?>)(?=[=+\-@\t\r])")
_END = b"</row>"
_UNREADABLE = (zipfile.BadZipFile, ValueError, OSError, KeyError)
END = 1 << 62  # beyond the last row of any sheet


def answer_path(roster_import: RosterImport) -> Path:
    """Where the workbook with the findings lies."""
    return Path(settings.MEDIA_ROOT) / f"{roster_import.file}.answer.xlsx"


def forget_files(roster_import: RosterImport, *, keep_answer: bool = False) -> None:
    """Remove what was uploaded, once nothing is read from it any more, and the workbook with the findings."""
    if roster_import.file:
        (Path(settings.MEDIA_ROOT) / roster_import.file).unlink(missing_ok=True)
        if not keep_answer:
            answer_path(roster_import).unlink(missing_ok=True)


def heading() -> str:
    """The heading of the added column; the reader does not know it and leaves it alone."""
    return _("核对结果")


class AnswerBook:
    """The workbook with the texts told of rows in a new last column; written beside the check, as far as that has come.

    Row numbers stay. An .xlsx file keeps everything it has; .xls and .csv come back as .xlsx, all cells as text.
    Nothing is written for a sheet without texts.
    """

    _sheet: Sheet

    def __init__(self, path: Path, target: Path, reading: Reading) -> None:
        self._path, self._target, self._reading = path, target, reading
        layout = reading.layout
        heading_row = layout.header_row + layout.header_rows - 1
        self._told = _Told({heading_row: heading()})
        self._writer: Thread | None = None
        self._failed: Exception | None = None

    def take(self, texts: Mapping[int, str], upto: int) -> None:
        """The texts of the rows after those taken before, as far as row `upto`."""
        self._told.update(texts)
        self._told.go_on(upto)
        if texts and self._writer is None and isinstance(self._reading.source, XlsxSource):
            self._sheet = self._reading.source.sheet(self._reading.facts.sheet)
            self._writer = Thread(target=self._write_beside, name="answer")
            self._writer.start()

    def finish(self) -> None:
        """All rows are judged: what is left is written. Without a text the workbook of an earlier check goes."""
        self._told.go_on(END)
        if self._writer is not None:
            self._writer.join()
        if len(self._told) == 1:
            self._target.unlink(missing_ok=True)
            return
        if self._writer is None or isinstance(self._failed, _UNREADABLE):
            _write_anew(self._target, self._reading, self._told)
        elif self._failed is not None:
            raise self._failed
        self._target.chmod(0o600)

    def drop(self) -> None:
        """Stop writing; nothing stays."""
        self._told.break_off()
        if self._writer is not None:
            self._writer.join()
        self._target.unlink(missing_ok=True)

    def _write_beside(self) -> None:
        try:
            try:
                self._amend(len(self._reading.layout.columns))
            except _Taken:
                self._amend(self._free_column())
        except Exception as fault:  # told to whoever finishes
            self._failed = fault

    def _free_column(self) -> int:
        """The first column that is free in every row that is told something."""
        self._told.wait_for(END)
        last = 0
        with zipfile.ZipFile(self._path) as source, source.open(self._sheet.part) as content:
            for text, rows in _blocks(content, self._told):
                last = max([last, *(_last_column(text, start, end) for _, start, end in rows)])
        return last + 1

    def _amend(self, column: int) -> None:
        """Copy the package with the texts in `column`; raises _Taken when a row to be told something reaches it."""
        self._target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (
            zipfile.ZipFile(self._path) as source,
            zipfile.ZipFile(self._target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as answer,
        ):
            for entry in source.infolist():
                with source.open(entry) as content, answer.open(entry.filename, "w", force_zip64=True) as out:
                    if entry.filename == self._sheet.part:
                        _pack(_amended(content, self._told, column), out)
                    elif entry.filename == "xl/sharedStrings.xml":
                        out.write(_DANGEROUS.sub(rb"\1'", content.read()))
                    else:
                        while block := content.read(BLOCK):
                            out.write(block)


class _Told(dict[int, str]):
    """Texts by sheet row, growing; who needs those of a row waits until it has been judged."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        super().__init__(texts)
        self._upto, self._is_broken_off = 0, False
        self._changed = Condition()

    def go_on(self, upto: int) -> None:
        """All rows as far as `upto` are judged."""
        with self._changed:
            self._upto = max(self._upto, upto)
            self._changed.notify_all()

    def break_off(self) -> None:
        """No more rows will be judged: who waits gives up."""
        with self._changed:
            self._is_broken_off = True
            self._changed.notify_all()

    def wait_for(self, row: int) -> None:
        """Return when `row` has been judged; raises _BrokenOff."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_broken_off or self._upto >= row)
            if self._is_broken_off:
                raise _BrokenOff


class _BrokenOff(Exception):
    """The check ended before its last row."""


class _Taken(Exception):
    """A row that is told something has a cell in the column meant for it."""


def _pack(pieces: Iterable[bytes], out: IO[bytes]) -> None:
    """Write the pieces in their order, each being packed while the next is made."""
    with ThreadPoolExecutor(1) as packer:
        packed = packer.submit(out.write, b"")
        for piece in pieces:
            packed.result()
            packed = packer.submit(out.write, piece)
        packed.result()


def _blocks(content: IO[bytes], told: _Told) -> Iterator[tuple[bytes, list[tuple[int, int, int]]]]:
    """The sheet's text in blocks that end with a row, each with number, start and end of the rows told something."""
    rest, number = b"", 0
    while block := content.read(BLOCK):
        text = rest + block
        cut = text.rfind(_END) + len(_END)
        if cut < len(_END):
            rest = text
            continue
        rows = []
        for tag in _ROW.finditer(text, 0, cut):
            number = int(tag[1]) if tag[1] else number + 1
            rows.append((number, tag))
        told.wait_for(number)
        # Rows without cells close themselves and are only counted.
        found = [
            (row, tag.start(), text.index(_END, tag.end()))
            for row, tag in rows
            if row in told and not tag[0].endswith(b"/>")
        ]
        rest = text[cut:]
        yield text[:cut], found
    yield rest, []


def _amended(content: IO[bytes], told: _Told, column: int) -> Iterator[bytes]:
    letters = column_letters(column)
    for text, rows in _blocks(content, told):
        done, pieces = 0, []
        for number, start, end in rows:
            if _last_column(text, start, end) >= column:
                raise _Taken
            tag_end = text.index(b">", start)
            pieces += [_harmless(text[done:start]), _SPANS.sub(b"", text[start:tag_end])]
            pieces += [_harmless(text[tag_end:end]), _cell(letters, number, told[number])]
            done = end
        yield b"".join([*pieces, _harmless(text[done:])])


def _last_column(text: bytes, start: int, end: int) -> int:
    """The rightmost column a row has a cell in."""
    cells = _CELL.findall(text, max(start, end - LONGEST_TAIL), end)
    return max((column_index(letters.decode()) for letters in cells), default=0)


def _harmless(text: bytes) -> bytes:
    """The text of rows with no written-out cell that a spreadsheet would take for a formula."""
    return _DANGEROUS.sub(rb"\1'", text) if b"<is>" in text else text


def _cell(column: str, number: int, text: str) -> bytes:
    return (f'<c r="{column}{number}" t="inlineStr"><is><t xml:space="preserve">{_safe(text)}</t></is></c>').encode()


def _safe(text: str) -> str:
    clean = "".join(c for c in neutral(text[:LONGEST_CELL]) if c >= " " or c in "\n\t")
    return escape(clean)


def _write_anew(target: Path, reading: Reading, texts: Mapping[int, str]) -> None:
    """A new workbook with the same cells in the same rows."""
    import xlsxwriter  # only here: a child that checks a roster starts without it

    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    width = len(reading.layout.columns)
    with xlsxwriter.Workbook(str(target), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        wrapped = book.add_format({"text_wrap": True, "font_color": "#a93a0a"})
        sheet.set_column(width, width, WIDTH)
        try:
            for number, cells in reading.source.rows(reading.facts.sheet):
                for column, cell in enumerate(cells[:width]):
                    if isinstance(cell, float):
                        sheet.write_number(number - 1, column, cell)
                    elif cell != "":
                        sheet.write_string(number - 1, column, neutral(text_of(cell))[:LONGEST_CELL])
                if number in texts:
                    sheet.write_string(number - 1, width, neutral(texts[number])[:LONGEST_CELL], wrapped)
        except FileRefused:
            return
