"""How rows leave as an Excel workbook: constant memory, nothing in a cell that could run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from doorstep.core import clock

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_WIDTH = {"text": 18, "number": 11, "date": 12}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export; `kind` decides alignment and number format."""

    key: str
    title: str
    kind: Literal["text", "number", "date"] = "text"


def neutral(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula (a leading apostrophe when needed)."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook: its title, a header line, and rows that are gone through once."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]


def write_workbook(
    path: Path,
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    footer: str = "",
    beside: Sequence[Sheet] = (),
) -> int:
    """Write a sheet with a title, a header line and `rows`, and those `beside` it; return how many `rows` there were.

    `footer` (who exported, when) stands under each title. Memory stays constant whatever the row count.
    """
    import xlsxwriter  # a quarter of a second that a process without an export need not spend

    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bottom": 2}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        count = _write_sheet(book, Sheet(title, columns, rows), styles, footer)
        for sheet in beside:
            _write_sheet(book, sheet, styles, footer)
    return count


def _write_sheet(book: Any, given: Sheet, styles: Mapping[str, Any], footer: str) -> int:
    sheet = book.add_worksheet(given.title[:31].translate({ord(c): "-" for c in "[]:*?/\\'"}) or "Sheet1")
    for index, column in enumerate(given.columns):
        sheet.set_column(index, index, _WIDTH[column.kind])
    sheet.write_string(0, 0, neutral(given.title), styles["title"])
    sheet.write_string(1, 0, neutral(footer))
    for index, column in enumerate(given.columns):
        sheet.write_string(2, index, neutral(column.title), styles["head"])
    sheet.freeze_panes(3, 0)
    count = 0
    for values in given.rows:
        for index, value in enumerate(values):
            _write_cell(sheet, 3 + count, index, value, styles["day"])
        count += 1
    return count


def _write_cell(sheet: Any, row: int, index: int, value: object, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_string(row, index, clock.local(value).strftime("%Y-%m-%d %H:%M"))
    elif isinstance(value, date):
        sheet.write_datetime(row, index, datetime.combine(value, time()), day)
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        sheet.write_number(row, index, float(value))
    else:
        sheet.write_string(row, index, neutral(str(value)))
