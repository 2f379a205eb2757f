"""What a practice case has to say before it is handed in, and what a course made from it says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from doorstep.core.masking import personal_number

LONGEST_TITLE, LONGEST_OUTLINE = 120, 4000
_FIGURE = re.compile(r"[0-9０-９]|[一二三四五六七八九十百千万两半]+(?:个|名|户|人|次|倍|成|年|元|亩|公里|%|％)")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case says, as somebody writes it; `themes` are codes, `base_id` the place it is about."""

    title: str
    problem: str = ""
    action: str = ""
    result: str = ""
    themes: tuple[str, ...] = ()
    base_id: int | None = None


def case_faults(facts: CaseFacts) -> list[str]:
    """What has to be mended before a case is handed in, as codes in the order in which one reads it."""
    found = [
        code
        for code, is_lacking in (
            ("no_problem", not facts.problem.strip()),
            ("no_action", not facts.action.strip()),
            ("no_result", not facts.result.strip()),
        )
        if is_lacking
    ]
    if facts.result.strip() and not _FIGURE.search(facts.result):
        found.append("no_figures")
    if not facts.themes:
        found.append("no_theme")
    if personal_number("\n".join((facts.title, facts.problem, facts.action, facts.result))):
        found.append("personal")
    return found


def title_of_course(title: str) -> str:
    """What a course made from a case is called at first."""
    return f"案例课：{title}"[:LONGEST_TITLE]


def outline_of(problem: str, action: str, result: str) -> str:
    """The outline of a course made from a case: a heading and a paragraph for each of its three parts."""
    parts = (("一、遇到什么问题", problem), ("二、怎么做的", action), ("三、成效怎样", result))
    return "\n".join(f"{head}\n{text.strip()}" for head, text in parts)[:LONGEST_OUTLINE]
