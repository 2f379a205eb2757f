"""The workbook that goes back: what was sent in, with every finding beside its row."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

import xlsxwriter
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
WIDTH = 60

_ROW = re.compile(rb"<row\b[^>]*>")
_NUMBER = re.compile(rb"\br=\"(\d+)\"")
_LAST = re.compile(rb" r=\"([A-Z]{1,3})\d+\"")
_SPANS = re.compile(rb" spans=\"[^\"]*\"")
_DANGEROUS = re.compile(rb"(<t(?: [^>]*)?>)(?=[=+\-@\t\r])")
_END = b"</row>"


def answer_path(roster_import: RosterImport) -> Path:
    """Where the workbook with the findings lies."""
    return Path(settings.MEDIA_ROOT) / f"{roster_import.file}.answer.xlsx"


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
            _amend(path, target, sheet, texts)
        except (zipfile.BadZipFile, ValueError, OSError, KeyError):
            _write_anew(target, reading, texts)
    else:
        _write_anew(target, reading, texts)
    target.chmod(0o600)


def _amend(path: Path, target: Path, sheet: Sheet, texts: Mapping[int, str]) -> None:
    with zipfile.ZipFile(path) as source:
        column = _free_column(source, sheet, texts)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as answer:
            for entry in source.infolist():
                with source.open(entry) as content, answer.open(entry.filename, "w", force_zip64=True) as out:
                    if entry.filename == sheet.part:
                        for piece in _amended(content, texts, column):
                            out.write(piece)
                    elif entry.filename == "xl/sharedStrings.xml":
                        out.write(_DANGEROUS.sub(rb"\1'", content.read()))
                    else:
                        while block := content.read(BLOCK):
                            out.write(block)


def _free_column(source: zipfile.ZipFile, sheet: Sheet, texts: Mapping[int, str]) -> str:
    """The first column that is free in every row that gets a text."""
    last = 0
    with source.open(sheet.part) as content:
        for number, row in _rows(content):
            if number in texts:
                cells = _LAST.findall(row, max(0, len(row) - 4000))
                last = max([last, *(column_index(letters.decode()) for letters in cells)])
    return column_letters(last + 1)


def _rows(content: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Row number and text of each row that has cells; number 0 with what stands between and around rows."""
    rest, number = b"", 0
    while block := content.read(BLOCK):
        *complete, rest = (rest + block).split(_END)
        for text in complete:
            starts = list(_ROW.finditer(text))
            if not starts:
                yield 0, text + _END
                continue
            start = starts[-1]
            # Rows without cells close themselves and are only counted.
            for tag in starts:
                found = _NUMBER.search(tag[0])
                number = int(found[1]) if found else number + 1
            yield 0, text[: start.start()]
            yield number, text[start.start() :] + _END
    yield 0, rest


def _amended(content: IO[bytes], texts: Mapping[int, str], column: str) -> Iterator[bytes]:
    for number, row in _rows(content):
        if b"<is>" in row:
            row = _DANGEROUS.sub(rb"\1'", row)
        if number and number in texts:
            cell = (
                f'<c r="{column}{number}" t="inlineStr"><is><t xml:space="preserve">{_safe(texts[number])}</t></is></c>'
            )
            tag_end = row.index(b">") + 1
            row = _SPANS.sub(b"", row[:tag_end]) + row[tag_end : -len(_END)] + cell.encode() + _END
        yield row


def _safe(text: str) -> str:
    clean = "".join(c for c in neutral(text[:LONGEST_CELL]) if c >= " " or c in "\n\t")
    return escape(clean)


def _write_anew(target: Path, reading: Reading, texts: Mapping[int, str]) -> None:
    """A new workbook with the same cells in the same rows."""
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
