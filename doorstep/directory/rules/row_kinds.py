"""Is a sheet row a person, or a title, a total, a footnote, a blank?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from doorstep.directory.rules.headers import Layout, is_repeated_heading
from doorstep.directory.rules.roster_types import Problem, note
from doorstep.directory.rules.text_forms import packed, simplified

_TOTAL = re.compile(
    r"^其中|^(?:[一二三四五六七八九十]+、)?(?:本页|本支部|全镇|全乡|全村|全县)?(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|总人数|总数|党员总数|人数合计)"
)
_FOOTNOTE = re.compile(
    r"^(?:\*|※|注|备注|说明|附注|填表|填报|制表|审核|审批|复核|负责人|单位负责人|支部书记签字|书记签字|联系人|经办|盖章|签字|日期|年\s*月\s*日|以上|以下|第\d+页|共\d+页)"
)
_SECTION = re.compile(r"支部|总支|党委|党组|党工委|村|社区|机关|学校|小组")
_MOST_FILLED_IN_NOTE = 2


def skip_reason(number: int, cells: Sequence[Any], layout: Layout, used: Sequence[int]) -> Problem | None:
    """Why a row is no person, as a finding to show; None when it is one.

    `used` are the columns the layout reads.
    """
    if number < layout.header_row:
        return note("row", "row.title")
    if number < layout.header_row + layout.header_rows:
        return note("row", "row.heading")
    filled = [column for column in used if column < len(cells) and cells[column] not in ("", None)]
    if len(filled) > _MOST_FILLED_IN_NOTE:
        return _among_people(cells, layout, filled)
    return _sparse(cells, layout, filled)


def _among_people(cells: Sequence[Any], layout: Layout, filled: Sequence[int]) -> Problem | None:
    """A full row may still be a heading printed again, a total, or one text merged over the whole width."""
    first = cells[filled[0]]
    lead = next((c for c in cells if c not in ("", None)), "")
    if any(isinstance(cell, str) and _is_total(packed(cell)) for cell in (lead, first)):
        return note("row", "row.total")
    if isinstance(first, str):
        if is_repeated_heading(cells, layout):
            return note("row", "row.heading_again")
        if all(cells[column] == first for column in filled):
            return _single_text(packed(first))
    return None


def _sparse(cells: Sequence[Any], layout: Layout, filled: Sequence[int]) -> Problem | None:
    texts = list(dict.fromkeys(packed(cell) for cell in cells if cell not in ("", None)))
    texts = [text for text in texts if text]
    if not texts:
        return note("row", "row.blank")
    if any(_is_total(text) for text in texts[:3]):
        return note("row", "row.total")
    if not filled and all(text.replace(".", "").isdigit() for text in texts):
        return note("row", "row.only_number")
    if _is_footnote(texts[0]):
        return note("row", "row.footnote")
    if len(texts) == 1:
        return _single_text(texts[0])
    if is_repeated_heading(cells, layout):
        return note("row", "row.heading_again")
    return note("row", "row.footnote") if not filled else None


def _is_total(text: str) -> bool:
    return bool(_TOTAL.match(simplified(text)))


def _is_footnote(text: str) -> bool:
    return bool(_FOOTNOTE.match(simplified(text)))


def _single_text(text: str) -> Problem | None:
    if _is_footnote(text) or len(text) > 40:
        return note("row", "row.footnote")
    if _SECTION.search(simplified(text)):
        return note("row", "row.section", text=text)
    return None if len(text) <= 4 else note("row", "row.footnote")
