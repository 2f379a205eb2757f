"""How rows leave as an Excel workbook: constant memory, nothing in a cell that could run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Literal

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


def write_workbook(
    path: Path, *, title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]], footer: str = ""
) -> int:
    """Write one sheet with a title, a header line and `rows`; return how many rows were written.

    `footer` (who exported, when) stands under the title. Memory stays constant whatever the row count.
    """
    import xlsxwriter  # a quarter of a second that a process without an export need not spend

    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(title[:31].translate({ord(c): "-" for c in "[]:*?/\\'"}) or "Sheet1")
        bold, head = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True, "bottom": 2})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for index, column in enumerate(columns):
            sheet.set_column(index, index, _WIDTH[column.kind])
        sheet.write_string(0, 0, neutral(title), bold)
        sheet.write_string(1, 0, neutral(footer))
        for index, column in enumerate(columns):
            sheet.write_string(2, index, neutral(column.title), head)
        sheet.freeze_panes(3, 0)
        for values in rows:
            for index, value in enumerate(values):
                if value is None or value == "":
                    continue
                if isinstance(value, datetime):
                    sheet.write_string(3 + count, index, clock.local(value).strftime("%Y-%m-%d %H:%M"))
                elif isinstance(value, date):
                    sheet.write_datetime(3 + count, index, datetime.combine(value, time()), day)
                elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
                    sheet.write_number(3 + count, index, float(value))
                else:
                    sheet.write_string(3 + count, index, neutral(str(value)))
            count += 1
    return count
