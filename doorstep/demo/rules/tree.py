"""Which organisations the demo city has: the real divisions, and on them committees, branches and work units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

FOUNDED = date(2012, 1, 1)


@dataclass(slots=True, eq=False)
class PlannedUnit:
    """A unit to be: `setting` says what kind of members it gathers, `size` how many of its own."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    parent: PlannedUnit | None
    path: str
    depth: int
    division: str | None
    county: str
    sector: str
    order: int
    setting: str = ""
    size: int = 0
    valid_from: date = FOUNDED
    valid_to: date | None = None
    group: PlannedUnit | None = None
    moved: tuple[PlannedUnit, date] | None = None


@dataclass(slots=True)
class Tree:
    """The units in the order in which they were planned: parents before children."""

    units: list[PlannedUnit] = field(default_factory=list)
    by_code: dict[str, PlannedUnit] = field(default_factory=dict)

    def add(
        self,
        parent: PlannedUnit | None,
        kind: str,
        code: str,
        name: str,
        short_name: str,
        *,
        division: str | None = None,
        county: str = "",
        sector: str = "",
        setting: str = "",
    ) -> PlannedUnit:
        """One more unit below `parent`; county, sector and organiser of its training come from above unless given."""
        number = len(self.units) + 1
        unit = PlannedUnit(
            number,
            code,
            name,
            short_name,
            kind,
            parent,
            f"{parent.path if parent else ''}{number}/",
            parent.depth + 1 if parent else 0,
            division,
            county or (parent.county if parent else ""),
            sector or (parent.sector if parent else ""),
            number,
            setting,
        )
        # Who trains its members: the township school where there is one, else the county, else the city.
        unit.group = unit if kind in ("city", "county", "township") else parent.group if parent else None
        self.units.append(unit)
        self.by_code[code] = unit
        return unit

    def branches(self) -> list[PlannedUnit]:
        """The units that have members of their own."""
        return [unit for unit in self.units if unit.kind == "branch"]
