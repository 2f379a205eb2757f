"""What the check page shows of a troubled row, and what its answers mean."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from doorstep.core.crypto import unseal
from doorstep.core.masking import mask_id_number, mask_phone
from doorstep.directory.jobs.roster_judging import CONFIRM, ROW_FIELD
from doorstep.directory.jobs.roster_words import choice_word, column_name, what_and_why
from doorstep.directory.models import RosterRow
from doorstep.directory.rules.text_forms import packed

SENSITIVE_PHONES = frozenset(("mobile", "landline"))
TYPED = frozenset(
    ("name", "id_number", "birth_date", "join_date", "formal_date", "lost_date", "mobile", "branch", "flow_to")
) | {"degree", "work_unit", "address", "new_stratum", "remark", "education", "ethnicity", "person_category", "post"}
ID_SHOWN = 6
ID_TAIL = 4
LONG_ID = 12


@dataclass(slots=True)
class Finding:
    """One finding of a row as the page shows it."""

    field: str
    code: str
    level: str
    what: str
    why: str
    written: str
    choices: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    typed: bool = False

    @property
    def column(self) -> str:
        """The name of the column it is about."""
        return column_name(self.field)

    @property
    def only(self) -> tuple[str, str] | None:
        """The only proposal."""
        return self.choices[0] if len(self.choices) == 1 else None


@dataclass(slots=True)
class TroubledRow:
    """One sheet row on the check page."""

    number: int
    name: str
    status: str
    findings: list[Finding]

    @property
    def is_open(self) -> bool:
        """True when the row keeps the import from being written."""
        return self.status in ("error", "ambiguous", "conflict")


def mask_written(key: str, text: str) -> str:
    """What was written in a cell, with most of a good number hidden but every stray character shown."""
    if key == "id_number" and len(text) >= LONG_ID and "E+" not in text.upper():
        middle = text[ID_SHOWN:-ID_TAIL]
        return text[:ID_SHOWN] + "".join("*" if c.isdigit() else c for c in middle) + text[-ID_TAIL:]
    return mask_phone(text) if key in SENSITIVE_PHONES else text


def _label(key: str, value: str, label: str) -> str:
    if value == CONFIRM:
        return _(label)
    shown = mask_id_number(label) if key == "id_number" else mask_phone(label) if key in SENSITIVE_PHONES else label
    if key == "branch":
        return shown
    return _("改成 %(value)s") % {"value": choice_word(shown)}


def troubled_row(row: RosterRow) -> TroubledRow:
    """The row with its findings, what was written and what is proposed."""
    sealed = unseal(row.raw_sealed, field=ROW_FIELD)
    content = json.loads(sealed) if sealed else {"raw": {}, "choices": []}
    findings = []
    for told, offers in zip(row.problems, content["choices"] or [[]] * len(row.problems), strict=False):
        key = told["field"]
        what, why = what_and_why(key, told["code"], told["params"])
        written = mask_written(key, content["raw"].get(key, ""))
        choices = [(value, _label(key, value, label)) for value, label in offers]
        findings.append(Finding(key, told["code"], told["level"], what, why, written, choices, key in TYPED))
    return TroubledRow(row.row, row.name or content["raw"].get("name", ""), row.status, findings)


def raw_branch(row: RosterRow) -> str:
    """The unit as it is written in the row."""
    sealed = unseal(row.raw_sealed, field=ROW_FIELD)
    return packed(json.loads(sealed)["raw"].get("branch", "")) if sealed else ""


def offers_of(row: RosterRow) -> Iterable[tuple[str, str, str]]:
    """Field, code and value of every finding of a row with exactly one proposal."""
    sealed = unseal(row.raw_sealed, field=ROW_FIELD)
    if not sealed:
        return
    for told, offers in zip(row.problems, json.loads(sealed)["choices"], strict=False):
        if len(offers) == 1 and offers[0][0] != CONFIRM:
            yield told["field"], told["code"], offers[0][0]


class Given:
    """The answers of one form, in the shape the service takes them."""

    def __init__(self) -> None:
        self.corrections: dict[str, dict[str, str]] = {}
        self.confirmed: dict[str, list[str]] = {}
        self.branches: dict[str, str] = {}
        self.skipped: list[int] = []

    def take(self, row: int, key: str, code: str, value: str, written_branch: str) -> None:
        """Note one answer: a confirmation, a unit for all rows that write it so, a move to another column, a value."""
        if value == CONFIRM:
            self.confirmed.setdefault(str(row), []).append(code)
        elif value.startswith("landline="):
            self.corrections.setdefault(str(row), {}).update(landline=value.removeprefix("landline="), mobile="")
        elif key == "branch" and written_branch:
            self.branches[written_branch] = value
        else:
            self.corrections.setdefault(str(row), {})[key] = value

    def as_dict(self) -> dict[str, Any]:
        """For the service."""
        return {
            "corrections": self.corrections,
            "confirmed": self.confirmed,
            "branches": self.branches,
            "skipped": self.skipped,
        }

    @property
    def is_empty(self) -> bool:
        """True when nothing was answered."""
        return not any(self.as_dict().values())


def given_in(posted: QueryDict, rows: Mapping[int, RosterRow]) -> Given:
    """The answers of the posted form; names are `fix|row|field|code` and `cell|row|field`."""
    given = Given()
    for name, value in posted.items():
        kind, *parts = name.split("|")
        text = str(value).strip()
        if kind not in ("fix", "cell") or len(parts) < 2 or not parts[0].isdigit() or not text:
            continue
        row = rows.get(int(parts[0]))
        if row is None:
            continue
        code = parts[2] if len(parts) > 2 else ""
        given.take(row.row, parts[1], code, text, raw_branch(row) if kind == "fix" and parts[1] == "branch" else "")
    given.skipped = [int(n) for n in posted.getlist("skip") if n.isdigit() and int(n) in rows]
    return given
