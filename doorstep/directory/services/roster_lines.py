"""How judged rows are written down for COPY, a bundle at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any

from django.db import connection

from doorstep.core.crypto import blind_indexes, seal, seal_all
from doorstep.directory.jobs.roster_judging import ROW_FIELD, Judged, as_written
from doorstep.directory.models import RosterRow
from doorstep.directory.rules.headers import Layout
from doorstep.directory.rules.person_columns import PLAIN, column_value, key_of_column, normal_posts
from doorstep.directory.rules.roster_types import Level, Problem, Status

KEEP_POSTS = "="  # the sheet says nothing of posts
WRITING = ("new", "update", "move")
_REMEMBERED_VALUES = 50_000
_COPY_SIGNS = re.compile(r"[\t\n\r]")
_COLUMNS = (
    *("roster_import_id", "row", "status", "action", "person_id", "unit_id", "from_unit_id", "posts"),
    *("changed", "problems", "raw_sealed"),
    *PLAIN,
    *("id_number_sealed", "id_number_index", "mobile_sealed", "mobile_index", "landline_sealed", "address_sealed"),
)
COPY_ROWS = f"COPY {RosterRow._meta.db_table} ({', '.join(_COLUMNS)}) FROM STDIN"
_NULL, _NO_BYTES = "\\N", "\\\\x"
_EMPTY: dict[str, str] = {
    **dict.fromkeys(PLAIN, ""),
    **dict.fromkeys(("birth_date", "join_date", "formal_date", "lost_since"), _NULL),
    **dict.fromkeys(("birth_month_only", "lost_contact", "floating", "migrant_worker"), "f"),
    "sex": "0",
    "category": "full",
    "membership_state": "normal",
}


class RowLines:
    """Writes the rows of one import in the text form of COPY; few values are different, so their forms are kept."""

    def __init__(self, import_id: int, layout: Layout) -> None:
        self._import_id = import_id
        self._layout = layout
        self._forms = [_Forms(column) for column in PLAIN]

    def laid_out(self, rows: Sequence[Judged]) -> str:
        """The lines of `rows` for `COPY_ROWS`; new people get their ids here."""
        if not rows:
            return ""
        new_ids = _new_ids(sum(row.action == "new" for row in rows))
        people = [row.result.fields if row.action == "new" else _kept_values(row) for row in rows]
        filled = frozenset().union(*people)
        columns = [
            [self._head(row, new_ids) for row in rows],
            *(
                [*map(forms.__getitem__, [person.get(forms.key) for person in people])]
                if forms.key in filled
                else repeat(forms[None], len(rows))
                for forms in self._forms
            ),
            *_sealed(rows),
        ]
        return "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"

    def _head(self, row: Judged, new_ids: Iterator[int]) -> str:
        """All columns before the person's own."""
        result, known = row.result, row.known
        person_id = next(new_ids) if row.action == "new" else known.id if known else None
        moved_from = known.unit_id if known and row.action == "move" else None
        posts = normal_posts(result.fields["post"]) if "post" in result.fields else KEEP_POSTS
        told = [p for p in result.problems if p.level is not Level.NOTE or is_users_skip(row)]
        raw = self._raw_of(row, told) if told else b""
        action = row.action if row.action in WRITING else "none"
        ids = f"{_id(person_id)}\t{_id(result.unit_id)}\t{_id(moved_from)}"
        row_is = f"{self._import_id}\t{result.row}\t{result.status.value}\t{action}\t{ids}\t{posts}"
        return f"{row_is}\t{_json(row.changed)}\t{_json([*map(told_of, told)])}\t{_bytes(raw)}"

    def _raw_of(self, row: Judged, told: Sequence[Problem]) -> bytes:
        """What was written in a troubled row, with every proposal, sealed."""
        offers = [[[choice.value, choice.label] for choice in problem.choices] for problem in told]
        content = {"raw": as_written(self._layout, row.cells), "choices": offers}
        return seal(json.dumps(content, ensure_ascii=False), field=ROW_FIELD)


def _new_ids(count: int) -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('directory_person', 'id')) FROM generate_series(1, %s)", [count]
        )
        return iter([found[0] for found in cursor.fetchall()])


class _Forms(dict[Any, str]):
    """The forms of one column's values, each worked out once from what stands under `key` for a person."""

    def __init__(self, column: str) -> None:
        super().__init__()
        self.key = "birth_date" if column == "birth_month_only" else key_of_column(column)
        self._column, self._empty = column, _EMPTY[column]

    def __missing__(self, value: Any) -> str:
        if len(self) > _REMEMBERED_VALUES:
            self.clear()
        form = self[value] = self._empty if value is None else _text(column_value(self._column, value))
        return form


def is_users_skip(row: Judged) -> bool:
    """True for a row the user chose to leave out."""
    return row.result.status is Status.SKIP and row.result.problems[0].code == "row.skipped_by_user"


def told_of(problem: Problem) -> dict[str, Any]:
    """A finding as it is kept; its proposals are kept sealed beside it."""
    return {"field": problem.field, "code": problem.code, "level": problem.level.value, "params": dict(problem.params)}


def _kept_values(row: Judged) -> dict[str, Any]:
    """What is known of a person with what the row changes, under the keys of a roster; of others only the name."""
    if row.known is None:
        return {"name": row.result.fields.get("name")}
    # Only what differs is written, so that a coarser date never replaces a finer one.
    changes = {column: row.columns[column] for column in row.columns if column in row.changed}
    values = {key_of_column(column): value for column, value in {**row.known.columns, **changes}.items()}
    if values.pop("birth_month_only"):
        values["birth_date"] = f"{values['birth_date']:%Y-%m}"
    return values


def _sealed(rows: Sequence[Judged]) -> Iterator[Iterable[str]]:
    """ID number and mobile with their indexes, landline and address; sealed here and never written plain."""
    nobody: dict[str, Any] = {}
    people = [row.result.fields if row.action in WRITING else nobody for row in rows]
    yield _sealed_column(people, "id_number")
    yield [_index(row.id_index) if row.action in WRITING else _NULL for row in rows]
    yield _sealed_column(people, "mobile")
    yield map(_index, blind_indexes([fields.get("mobile", "") for fields in people], field="mobile"))
    yield _sealed_column(people, "landline")
    yield _sealed_column(people, "address")


def _sealed_column(people: Sequence[dict[str, Any]], field: str) -> Iterable[str]:
    texts = [fields.get(field, "") for fields in people]
    return map(_bytes, seal_all(texts, field=field)) if any(texts) else [_NO_BYTES] * len(texts)


def _text(value: Any) -> str:
    """A value in the text form of COPY."""
    if isinstance(value, str):
        if value.isprintable() and "\\" not in value:
            return value
        return _COPY_SIGNS.sub(" ", value).replace("\\", "\\\\")
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value)


def _id(value: int | None) -> str:
    return _NULL if value is None else str(value)


def _bytes(value: bytes) -> str:
    return _NO_BYTES + value.hex()


def _index(value: bytes) -> str:
    return _NO_BYTES + value.hex() if value else _NULL


def _json(value: Any) -> str:
    return _text(json.dumps(value, ensure_ascii=False)) if value else "[]"
