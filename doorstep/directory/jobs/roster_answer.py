"""The workbook that goes back: what was sent in, with every finding beside its row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
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


def write_answer(path: Path, target: Path, reading: Reading, told: Mapping[int, str]) -> None:
    """Write the workbook of `path` to `target` with the texts `told` (sheet row -> text) in a new last column.

    Row numbers stay. An .xlsx file keeps everything it has; .xls and .csv come back as .xlsx, all cells as text.
    """
    layout = reading.layout
    texts = {**told, layout.header_row + layout.header_rows - 1: heading()}
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if isinstance(reading.source, XlsxSource):
        sheet = reading.source.sheet(reading.facts.sheet)
        try:
            _amend(path, target, sheet, texts, len(layout.columns))
        except (zipfile.BadZipFile, ValueError, OSError, KeyError):
            _write_anew(target, reading, texts)
    else:
        _write_anew(target, reading, texts)
    target.chmod(0o600)


class _Taken(Exception):
    """A row that gets a text has a cell in the column meant for it."""


def _amend(path: Path, target: Path, sheet: Sheet, texts: Mapping[int, str], column: int) -> None:
    """Copy the package with the texts in `column`, right of the heading, or right of every row that reaches so far."""
    with zipfile.ZipFile(path) as source:
        try:
            _copy_with(source, target, sheet, texts, column)
        except _Taken:
            _copy_with(source, target, sheet, texts, _free_column(source, sheet, texts))


def _copy_with(source: zipfile.ZipFile, target: Path, sheet: Sheet, texts: Mapping[int, str], column: int) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as answer:
        for entry in source.infolist():
            with source.open(entry) as content, answer.open(entry.filename, "w", force_zip64=True) as out:
                if entry.filename == sheet.part:
                    _pack(_amended(content, texts, column), out)
                elif entry.filename == "xl/sharedStrings.xml":
                    out.write(_DANGEROUS.sub(rb"\1'", content.read()))
                else:
                    while block := content.read(BLOCK):
                        out.write(block)


def _pack(pieces: Iterable[bytes], out: IO[bytes]) -> None:
    """Write the pieces in their order, each being packed while the next is made."""
    with ThreadPoolExecutor(1) as packer:
        packed = packer.submit(out.write, b"")
        for piece in pieces:
            packed.result()
            packed = packer.submit(out.write, piece)
        packed.result()


def _free_column(source: zipfile.ZipFile, sheet: Sheet, texts: Mapping[int, str]) -> int:
    """The first column that is free in every row that gets a text."""
    last = 0
    with source.open(sheet.part) as content:
        for text, rows in _blocks(content, texts):
            last = max([last, *(_last_column(text, start, end) for _, start, end in rows)])
    return last + 1


def _blocks(content: IO[bytes], wanted: Container[int]) -> Iterator[tuple[bytes, list[tuple[int, int, int]]]]:
    """The sheet's text in blocks that end with a row, each with number, start and end of the wanted rows in it."""
    rest, number = b"", 0
    while block := content.read(BLOCK):
        text = rest + block
        cut = text.rfind(_END) + len(_END)
        if cut < len(_END):
            rest = text
            continue
        found = []
        for tag in _ROW.finditer(text, 0, cut):
            number = int(tag[1]) if tag[1] else number + 1
            # Rows without cells close themselves and are only counted.
            if number in wanted and not tag[0].endswith(b"/>"):
                found.append((number, tag.start(), text.index(_END, tag.end())))
        rest = text[cut:]
        yield text[:cut], found
    yield rest, []


def _amended(content: IO[bytes], texts: Mapping[int, str], column: int) -> Iterator[bytes]:
    """The sheet with the texts in `column`; raises _Taken when a row that gets one reaches so far."""
    letters = column_letters(column)
    for text, rows in _blocks(content, texts):
        done, pieces = 0, []
        for number, start, end in rows:
            if _last_column(text, start, end) >= column:
                raise _Taken
            tag_end = text.index(b">", start)
            pieces += [_harmless(text[done:start]), _SPANS.sub(b"", text[start:tag_end])]
            pieces += [_harmless(text[tag_end:end]), _cell(letters, number, texts[number])]
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
