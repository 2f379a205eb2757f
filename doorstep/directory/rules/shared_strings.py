"""Which text does a cell of an .xlsx sheet point to?"""

from __future__ import annotations

import re
from array import array
from html import unescape
from typing import Any

MARK = "\ue000"  # no roster holds this character: names with private-use signs are refused
_MARK = MARK.encode()

_ENTRY = re.compile(rb"<(?:\w{1,8}:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:\w{1,8}:)?si>)", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w{1,8}:)?t(?:\s[^>]*)?>([^<]*)</(?:\w{1,8}:)?t>")
_PHONETIC = re.compile(rb"<(?:\w{1,8}:)?rPh\b.*?</(?:\w{1,8}:)?rPh>", re.DOTALL)
_USUAL = b' t="s"><v>'
# As text, so that somebody is told: the reader would leave the cell empty.
_ERROR_VALUE = b' t="e"'
_UNUSUAL = re.compile(rb"(<(?:\w{1,8}:)?c [^>]*?)\bt=\"s\"([^>]*>\s*<(?:\w{1,8}:)?v>)")


class SharedStrings:
    """The texts of a workbook, kept as they lie in the file and decoded one by one."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._starts, self._ends = array("L"), array("L")
        for entry in _ENTRY.finditer(content):
            start, end = entry.span(1)
            self._starts.append(max(start, 0))
            self._ends.append(max(end, 0))

    @property
    def is_any(self) -> bool:
        """True when the workbook has shared texts."""
        return bool(self._starts)

    def fill(self, cells: list[Any]) -> None:
        """Put the texts in place of the marked numbers of a row."""
        for column, cell in enumerate(cells):
            if cell.__class__ is str and cell[:1] == MARK:
                cells[column] = self.text(cell)

    def text(self, cell: str) -> str:
        """The text a marked cell points to; empty when it points nowhere."""
        try:
            index = int(cell[1:])
        except ValueError:
            return ""
        if not 0 <= index < len(self._starts):
            return ""
        entry = self._content[self._starts[index] : self._ends[index]]
        if entry.startswith(b"<t>") and entry.count(b"<") == 2:
            text = entry[3:-4].decode("utf-8", "replace")
        else:
            text = b"".join(_TEXT.findall(_PHONETIC.sub(b"", entry))).decode("utf-8", "replace")
        return unescape(text) if "&" in text else text


def marked(rows: bytes) -> bytes:
    """The rows with every cell that points to a shared text carrying a marked number instead."""
    rows = rows.replace(_ERROR_VALUE, b' t="str"').replace(_USUAL, b' t="str"><v>' + _MARK)
    if b' t="s"' in rows:
        rows = _UNUSUAL.sub(rb'\1t="str"\2' + _MARK, rows)
    return rows
