"""Seats and orders of one's own will against assigned ones: by unit, month, year and occupation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from doorstep.classes.queries.will_counting import counts_of
from doorstep.classes.rules.will import WillCount
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may
from doorstep.directory.queries import children_of, top_place, unit_by_id
from doorstep.directory.queries.members import occupation_names

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

YEARS_BACK = 2


@dataclass(frozen=True, slots=True)
class Will:
    """How a unit with everything below it learns of its own will in a year.

    `months` are the twelve, `years` this and the two before, `units` those directly below in their order with what
    belongs to the unit itself last as None, `trades` occupations by their words. `as_of` is up to when all is counted.
    """

    unit: Unit
    year: int
    whole: WillCount
    months: list[tuple[int, WillCount]]
    years: list[tuple[int, WillCount]]
    units: list[tuple[Unit | None, WillCount]]
    trades: list[tuple[str, WillCount]]
    as_of: datetime


def unit_with_will(unit_id: int, actor: Actor) -> Unit:
    """A unit whose figures `actor` may see; raises NotFound."""
    unit = unit_by_id(unit_id, actor)
    if not may(actor, "classes.view_will", at=unit.path):
        raise NotFound
    return unit


def will_of(unit: Unit, year: int) -> Will:
    """The figures of a unit in a year; a few questions, however many people."""
    years, below = range(year - YEARS_BACK, year + 1), children_of(unit)
    counted, as_of = counts_of(unit.pk, unit.path, below=[one.pk for one in below], year=year, years=years)

    def at(part: str, key: object = "", *, unit_id: int = unit.pk, of: int = year) -> WillCount:
        return counted.get((unit_id, of, part, str(key)), WillCount())

    lines: list[tuple[Unit | None, WillCount]] = [(one, at("year", unit_id=one.pk)) for one in below]
    names = occupation_names()
    trades = [(names.get(key, key), count) for (_, _, part, key), count in counted.items() if part == "trade"]
    return Will(
        unit=unit,
        year=year,
        whole=at("year"),
        months=[(month, at("month", month)) for month in range(1, 13)],
        years=[(one, at("year", of=one)) for one in years],
        units=[row for row in [*lines, (None, at("own"))] if row[1] != WillCount()],
        trades=sorted((row for row in trades if row[1] != WillCount()), key=lambda row: row[0]),
        as_of=as_of or clock.now(),
    )


def will_rows(found: Will) -> list[list[object]]:
    """The lines of a workbook: what they are of, which one, then the figures in the order of the page."""
    named = [
        (_("全年"), found.unit.short_name, found.whole),
        *((_("按月"), _("%(n)s月") % {"n": month}, count) for month, count in found.months),
        *((_("按年"), str(year), count) for year, count in found.years),
        *((_("按单位"), unit.short_name if unit else _("直属本级"), count) for unit, count in found.units),
        *((_("按职业"), word or _("没有填"), count) for word, count in found.trades),
    ]
    return [
        [part, word, c.chosen, c.assigned, c.chosen_share, c.choosers, c.persons]
        + [c.orders_own, c.orders_assigned, c.own_share]
        for part, word, c in named
    ]


def will_totals(year: int) -> dict[str, Any]:
    """What the whole network chose and was assigned in a year: person-times, persons and orders, by name."""
    place, _county = top_place()
    top = int(place.strip("/") or 0)  # nothing is counted where there is no unit yet
    counted, _as_of = counts_of(top, place, below=(), year=year, years=[year])
    whole = counted.get((top, year, "year", ""), WillCount())
    return {
        "self_chosen_person_times": whole.chosen,
        "assigned_person_times": whole.assigned,
        "self_choosing_persons": whole.choosers,
        "own_order": whole.orders_own,
        "assigned_order": whole.orders_assigned,
    }
