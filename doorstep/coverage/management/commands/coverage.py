"""`doorstep coverage UNIT YEAR [--on DAY] [--left] [--json]`: the figures of a unit and of each unit below it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doorstep.core.actors import Actor, system_actor
from doorstep.core.errors import DoorstepError
from doorstep.coverage.queries.days import coverage_in_steps
from doorstep.coverage.queries.figures import Coverage, Figures
from doorstep.coverage.queries.people import hours_asked, left_of, left_on
from doorstep.directory.queries import unit_by_code


class Command(BaseCommand):
    """Says how many are covered, and on the way how many people of a large unit are looked at."""

    help = "参训覆盖：某单位及其下级在某年的应训、参训、人次、学时。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The unit by its own or its division's code, the year, a day in it."""
        parser.add_argument("unit", help="单位编码或行政区划代码")
        parser.add_argument("year", type=int)
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="截至哪一天")
        parser.add_argument("--left", action="store_true", help="也列出还没参训的人，按支部")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures as a table or as one JSON object."""
        try:
            unit = unit_by_code(options["unit"])
        except DoorstepError as error:
            raise CommandError(f"{options['unit']}: {error.text}") from None
        actor = system_actor("doorstep coverage")
        found = coverage_in_steps(unit, options["year"], options["on"], actor=actor, tell=self._tell)
        rows = _left(found, actor) if options["left"] else None
        if options["as_json"]:
            told = {**_said(found), **({} if rows is None else {"left_by_branch": rows})}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(_table(found) + ("" if rows is None else _left_table(rows)))

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"{done} / {total}")


def _figures(figures: Figures) -> dict[str, Any]:
    said = asdict(figures)
    said["hours"] = float(figures.hours)
    said["left"] = figures.left
    said["percent"] = float(figures.percent) if figures.percent is not None else None
    return said


def _required(found: Coverage) -> dict[str, Any]:
    """The hours the year asks for, as the page shows them: of those with a leading post, and of the others."""
    asked = hours_asked(found.unit, found.on)
    return {
        "member": float(asked.member),
        "leader": float(asked.leader),
        "leader_concentrated": asked.concentrated,
        "by_days": asked.is_by_days,
        "same_below": asked.is_same_below,
    }


def _left(found: Coverage, actor: Actor) -> list[dict[str, Any]]:
    """Who is left, by branch; of each no more than the page shows."""
    if found.is_current:
        rows: Any = left_of(found.unit, found.year, actor).order_by("unit__path", "person__name", "person_id")
    else:
        rows = left_on(found.unit, found.year, found.on, actor).select_related("person", "unit")
        rows = rows.order_by("unit__path", "person__name", "person_id")
    branches: list[dict[str, Any]] = []
    for unit, members in groupby(rows, key=attrgetter("unit")):
        people = [_person(row, is_current=found.is_current) for row in members]
        branches.append({"unit": unit.code, "name": unit.short_name, "people": people})
    return branches


def _person(row: Any, *, is_current: bool) -> dict[str, Any]:
    said = {"person": row.person_id, "name": row.person.name, "occupation": str(row.person.occupation_name)}
    if not is_current:
        return {**said, "later": row.is_later}
    return {**said, "age": row.person.age, "floating": row.person.floating, "required": float(row.required)}


def _left_table(branches: list[dict[str, Any]]) -> str:
    return "".join(f"\n{b['name']}\t{'、'.join(p['name'] for p in b['people'])}" for b in branches)


def _said(found: Coverage) -> dict[str, Any]:
    return {
        "unit": found.unit.code,
        "name": found.unit.name,
        "year": found.year,
        "on": found.on.isoformat(),
        "as_of": found.as_of.isoformat(),
        **_figures(found.whole),
        "persons": found.whole.trained,
        "required": _required(found),
        "own": _figures(found.own),
        "children": [
            {"unit": unit.code, "name": unit.short_name, **_figures(figures)} for unit, figures in found.children
        ],
    }


def _table(found: Coverage) -> str:
    lines = [f"{found.unit.short_name} {found.year}（截至 {found.on}）"]
    for name, figures in [(unit.short_name, f) for unit, f in found.children] + [("合计", found.whole)]:
        lines.append(
            f"{name}\t应训 {figures.members} 人\t参训 {figures.trained} 人\t还没参训 {figures.left} 人"
            f"\t{figures.person_times} 人次\t{figures.hours} 学时"
        )
    return "\n".join(lines)
