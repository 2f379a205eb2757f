"""What a roster's sheet tells about itself before any of its rows is read."""

from __future__ import annotations

from doorstep.directory.rules.roster_source import SourceFacts
from doorstep.directory.rules.roster_types import Problem, warn

MOST_SHEETS = 6


def sheet_findings(facts: SourceFacts) -> list[Problem]:
    """What is told about the sheet itself: hidden cells, other sheets, merged cells too far down."""
    found = []
    if facts.hidden_rows or facts.hidden_columns:
        alone = "_rows" if not facts.hidden_columns else "_columns" if not facts.hidden_rows else ""
        found.append(warn("sheet", f"sheet.hidden{alone}", rows=facts.hidden_rows, columns=facts.hidden_columns))
    others = [name for name in facts.sheets if name != facts.sheet]
    if others:
        found.append(warn("sheet", "sheet.others", count=len(others), names="、".join(others[:MOST_SHEETS])))
    return found
