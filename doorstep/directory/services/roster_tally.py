"""What a check counted over all rows of a roster, and what it tells about the sheet."""

from __future__ import annotations

from collections import Counter
from typing import Any

from doorstep.directory.jobs.roster_judging import Judged, needs_answer
from doorstep.directory.jobs.roster_words import sentence
from doorstep.directory.rules.roster_types import Level, Problem, Status, warn
from doorstep.directory.services.roster_lines import WRITING, is_users_skip


class RosterTally:
    """Counts what a check found over all rows."""

    def __init__(self) -> None:
        self.rows = 0
        self._counts: Counter[str] = Counter()
        self._changed: Counter[str] = Counter()
        self._coded_sexes: Counter[bool] = Counter()
        self.texts: dict[int, str] = {}

    def add(self, row: Judged) -> None:
        """Count one row."""
        self.rows += 1
        self._counts[row.result.status.value] += 1
        if row.action != "none":
            self._counts[row.action] += 1
        if row.changed:
            self._changed.update(row.changed)
        if row.result.status not in (Status.OK, Status.SKIP) or is_users_skip(row):
            self.texts[row.result.row] = "\n".join(
                sentence(p.field, p.code, p.params)
                for p in row.result.problems
                if p.level is not Level.NOTE or row.result.status is Status.SKIP
            )
        codes = {p.code for p in row.result.problems if p.field == "sex"} if row.result.problems else ()
        if "code.by_number" in codes:
            self._coded_sexes["sex.mismatch" in codes] += 1

    def take(self, other: RosterTally) -> None:
        """Count what `other` counted of the rows that follow."""
        self.rows += other.rows
        self._counts.update(other._counts)
        self._changed.update(other._changed)
        self._coded_sexes.update(other._coded_sexes)
        self.texts.update(other.texts)

    def counts(self) -> dict[str, Any]:
        """The counts, with how often each column changes."""
        return {**self._counts, "rows": self.rows, "changed": dict(self._changed)}

    def findings(self) -> list[Problem]:
        """What only all rows together show: numbers of sexes that are the wrong way round."""
        wrong, right = self._coded_sexes[True], self._coded_sexes[False]
        if wrong > right:
            return [warn("sex", "sex.swapped", count=wrong + right, wrong=wrong)]
        return []


def is_kept(row: Judged) -> bool:
    """True for a row that is laid down: it would be written, needs an answer, or was skipped by the user."""
    return row.action in WRITING or needs_answer(row.result) or is_users_skip(row)
