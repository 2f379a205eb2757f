"""What was changed of an approved plan, in words: which field, from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from doorstep.planning.models import Plan, PlanChange, PlanLine
from doorstep.planning.queries.lines import names_of
from doorstep.planning.queries.plans import changes_of

_WORDS: dict[str, Any] = {
    "month_from": _("几月开始"),
    "month_to": _("最迟几月办完"),
    "title": _("培训内容"),
    "course_id": _("课程库里的课"),
    "form": _("班型"),
    "audience": _("培训对象"),
    "sessions": _("课次（半天算一次）"),
    "heads": _("这一期多少人"),
    "hours": _("每人多少学时"),
    "lead": _("负责人"),
    "teacher_id": _("谁讲"),
    "note": _("备注"),
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change with its fields in words: (name, before, after)."""

    row: PlanChange
    fields: list[tuple[Any, str, str]]


def changes_shown(plan: Plan) -> list[ShownChange]:
    """Every change of a plan, the newest first; of what was added or dropped the line alone is named."""
    rows = list(changes_of(plan))
    ids = {key: {value for row in rows for side in (row.before, row.after) if (value := side.get(key))}
           for key in ("course_id", "teacher_id")}  # fmt: skip
    names = names_of(ids["course_id"], ids["teacher_id"])
    return [ShownChange(row, _fields(row, names) if row.kind == PlanChange.Kind.CHANGED else []) for row in rows]


def _fields(row: PlanChange, names: dict[tuple[str, int], str]) -> list[tuple[Any, str, str]]:
    return [
        (_WORDS.get(key, key), _said(key, row.before.get(key), names), _said(key, value, names))
        for key, value in row.after.items()
    ]


def _said(key: str, value: Any, names: dict[tuple[str, int], str]) -> str:
    """A kept value in words; empty where there was none."""
    if value in (None, ""):
        return ""
    if key in ("course_id", "teacher_id"):
        return names.get((key, value), "")
    return str(PlanLine.Form(value).label) if key == "form" else str(value)
