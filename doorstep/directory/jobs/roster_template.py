"""The workbook people fill in, and the one in which a roster leaves."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from doorstep.core import clock
from doorstep.core.crypto import unseal
from doorstep.core.exports import Column, write_workbook
from doorstep.directory.models import Membership, Post, Unit
from doorstep.directory.rules.person_columns import CATEGORIES, STATES
from doorstep.directory.rules.reference import RosterColumn, code_lists, roster_columns
from doorstep.directory.rules.regions import destination_name
from doorstep.directory.rules.roster_texts import HOW_TO_FILL

EXPORT_FOLDER = "exports"
EXPORT_CHUNK = 2000
# Made-up people with ID numbers of a region that was never given out.
EXAMPLES: tuple[dict[str, str], ...] = (
    {
        **{"name": "章昌明", "id_number": "350999196503120150", "sex": "男", "birth_date": "1965-03-12"},
        **{"ethnicity": "汉族", "education": "初中毕业", "person_category": "正式党员", "join_date": "1990-07-01"},
        **{"branch": "中共寿宁县下党乡下党村支部委员会", "formal_date": "1991-07-01", "post": "组织委员"},
        **{"occupation": "农牧渔民", "mobile": "13800000000", "membership_state": "正常"},
    },
    {
        **{"name": "雷水仙", "id_number": "350999198802290247", "sex": "女", "birth_date": "1988-02-29"},
        **{"ethnicity": "畲族", "education": "大学本科毕业", "person_category": "预备党员", "join_date": "2026-01-15"},
        **{"branch": "下党乡下党村党支部", "membership_state": "正常", "floating": "是", "flow_to": "浙江省杭州市"},
    },
)


def exported_columns() -> tuple[RosterColumn, ...]:
    """The columns of the template and of the export: all that are imported."""
    return tuple(column for column in roster_columns() if column.requirement not in ("不导入", "导出"))


def template_workbook() -> bytes:
    """An empty roster with its headings, and a sheet that says how to fill it, with made-up examples."""
    import xlsxwriter  # the worker's children start without it

    book_file = io.BytesIO()
    with xlsxwriter.Workbook(book_file, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 2, "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(_("党员名册"))
        columns = exported_columns()
        for index, column in enumerate(columns):
            sheet.set_column(index, index, 22 if column.key in ("id_number", "branch", "address") else 14, text)
            sheet.write_string(0, index, column.heading, bold)
        sheet.freeze_panes(1, 0)
        _write_notes(book.add_worksheet(_("填写说明")), columns, bold, book.add_format({"text_wrap": True}))
    return book_file.getvalue()


def _write_notes(sheet: Any, columns: Sequence[RosterColumn], bold: Any, wrap: Any) -> None:
    heads = (_("列"), _("是否必填"), _("也认得的表头"), _("怎么填"), _("例一（虚构）"), _("例二（虚构）"))
    for index, head in enumerate(heads):
        sheet.set_column(index, index, (18, 10, 40, 44, 26, 26)[index])
        sheet.write_string(0, index, head, bold)
    for row, column in enumerate(columns, 1):
        need = _("必填") if column.requirement == "必填" else _("可不填")
        cells = (column.heading, need, "、".join(column.aliases), _(HOW_TO_FILL[column.key]))
        for index, cell in enumerate((*cells, *(example.get(column.key, "") for example in EXAMPLES))):
            sheet.write_string(row, index, cell, wrap)


def write_roster(unit: Unit, path: Path, *, footer: str) -> int:
    """Write the members of `unit` and below as a roster that can be imported again unchanged; return their number."""
    columns = [Column(column.key, column.heading) for column in exported_columns()]
    return write_workbook(
        path, title=f"{unit.short_name} 党员名册", columns=columns, rows=_roster_rows(unit), footer=footer
    )


def export_path(task_id: str) -> Path:
    """Where the workbook of an export lies."""
    return Path(settings.MEDIA_ROOT) / EXPORT_FOLDER / f"{task_id}.xlsx"


def _roster_rows(unit: Unit) -> Iterator[list[object]]:
    keys = [column.key for column in exported_columns()]
    rows = (
        Membership.objects.filter(is_primary=True, valid_to__isnull=True, unit__path__startswith=unit.path)
        .select_related("person", "unit")
        .order_by("unit__path", "person__name", "person_id")
    )
    posts: dict[tuple[int, int], list[str]] = {}
    held = Post.objects.filter(valid_to__isnull=True, unit__path__startswith=unit.path).order_by("post")
    for post in held.iterator(chunk_size=EXPORT_CHUNK):
        posts.setdefault((post.person_id, post.unit_id), []).append(post.post)
    for row in rows.iterator(chunk_size=EXPORT_CHUNK):
        cells = _cells(row, posts.get((row.person_id, row.unit_id), []))
        yield [cells.get(key, "") for key in keys]


def _cells(row: Membership, posts: Sequence[str]) -> dict[str, object]:
    """One member as the national form has them, in words."""
    person, lists = row.person, code_lists()
    category = next((code for code, name in CATEGORIES.items() if name == person.category), "")
    state = next((code for code, name in STATES.items() if name == person.membership_state), "")
    return {
        "name": person.name,
        "id_number": unseal(person.id_number_sealed, field="id_number"),
        "sex": lists["sex"].get(person.sex, ""),
        "birth_date": _day(person.birth_date, months_only=person.birth_month_only),
        "ethnicity": lists["ethnicity"].get(person.ethnicity, ""),
        "education": lists["education"].get(person.education, ""),
        "degree": person.degree,
        "person_category": lists["person_category"].get(category, ""),
        "branch": row.unit.name,
        "join_date": _day(person.join_date),
        "formal_date": _day(person.formal_date),
        "post": "、".join(lists["party_post"][code] for code in posts if code in lists["party_post"]),
        "occupation": lists["member_occupation"].get(person.occupation, person.occupation),
        "work_unit": person.work_unit,
        "mobile": unseal(person.mobile_sealed, field="mobile"),
        "landline": unseal(person.landline_sealed, field="landline"),
        "address": unseal(person.address_sealed, field="address"),
        "membership_state": lists["membership_state"].get(state, ""),
        "lost_contact": _("是") if person.lost_contact else "",
        "lost_date": _day(person.lost_since, months_only=True),
        "floating": _("是") if person.floating else "",
        "flow_to": destination_name(person.flow_to),
        "migrant_worker": _("是") if person.migrant_worker else "",
        "new_stratum": person.new_stratum,
        "remark": person.remark,
    }


def _day(value: date | None, *, months_only: bool = False) -> str:
    if value is None:
        return ""
    return value.strftime("%Y-%m") if months_only else value.isoformat()


def stamp() -> str:
    """The moment in words, for the foot of an export."""
    return clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
