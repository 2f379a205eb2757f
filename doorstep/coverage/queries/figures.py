"""How many are covered, at a unit and each unit below it, now or on any day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may
from doorstep.coverage.models import Tally
from doorstep.coverage.queries.deriving import DERIVED, deriving, with_place
from doorstep.coverage.queries.kept import as_of
from doorstep.coverage.rules import last_day
from doorstep.directory.queries import children_of, has_root, unit_by_id

if TYPE_CHECKING:
    from doorstep.coverage.queries.days import DayFigures
    from doorstep.directory.models import Unit


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a unit with all below it: members each once, comings each time, hours."""

    members: int = 0
    leaders: int = 0
    trained: int = 0
    trained_leaders: int = 0
    met: int = 0
    met_leaders: int = 0
    person_times: int = 0
    hours: Decimal = Decimal(0)

    @property
    def left(self) -> int:
        """Members who have not been trained yet."""
        return self.members - self.trained

    @property
    def percent(self) -> Decimal | None:
        """Trained members of all members, in percent with one decimal; None without members."""
        return _percent(self.trained, self.members)

    @property
    def met_percent(self) -> Decimal | None:
        """Members who have their hours, of all members, in percent."""
        return _percent(self.met, self.members)

    @property
    def ordinary(self) -> int:
        """Trained members who held no leading post in the year."""
        return self.trained - self.trained_leaders

    @property
    def ordinary_percent(self) -> Decimal | None:
        """Ordinary members' share of all trained members, in percent."""
        return _percent(self.ordinary, self.trained)

    @property
    def hours_each(self) -> Decimal | None:
        """Hours a member on average, with one decimal."""
        return (self.hours / self.members).quantize(Decimal("0.1")) if self.members else None

    def plus(self, other: Figures) -> Figures:
        """Together with the figures of other people."""
        return Figures(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))

    def minus(self, others: list[Figures]) -> Figures:
        """What remains after taking others out: the unit's own, beside its children's."""
        return Figures(*(getattr(self, f.name) - sum(getattr(o, f.name) for o in others) for f in fields(self)))


def _percent(part: int, whole: int) -> Decimal | None:
    # Rounded down: 99.96 is not yet everybody.
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_DOWN) if whole else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """A unit's coverage in a year: the whole, each unit directly below, and what belongs to the unit itself.

    `on` is the day it is for; `as_of` the moment up to which what was recorded is counted in.
    """

    unit: Unit
    year: int
    on: date
    as_of: datetime
    is_current: bool
    whole: Figures
    children: list[tuple[Unit, Figures]]
    own: Figures

    @property
    def query(self) -> str:
        """How the same year and day is asked for elsewhere; the day a kept year ends on needs no saying."""
        return urlencode({"year": self.year, **({} if self.is_current else {"on": self.on.isoformat()})})

    @property
    def groups(self) -> list[tuple[Figures, bool]]:
        """The whole in two: members without a leading post in the year, and those with one (True)."""
        w = self.whole
        led = Figures(members=w.leaders, trained=w.trained_leaders, met=w.met_leaders)
        rest = Figures(members=w.members - led.members, trained=w.trained - led.trained, met=w.met - led.met)
        return [(rest, False), (led, True)]


def unit_in_reach(unit_id: int, actor: Actor) -> Unit:
    """A unit whose coverage `actor` may see; raises NotFound."""
    unit = unit_by_id(unit_id, actor)
    if not may(actor, "coverage.view_coverage", at=unit.path):
        raise NotFound
    return unit


def coverage_of(
    unit: Unit, year: int, *, on: date | None = None, known: DayFigures | None = None, actor: Actor
) -> Coverage:
    """The coverage of a unit and of the units directly below it, in a year, as it stood on `on`.

    Without `on`, or from the last day on, a kept year is read by primary key. Any other day or year is worked out
    from memberships, posts, the tree and the ledger of that day, unless it is `known` already. Raises NotFound
    outside the actor's reach.
    """
    if not may(actor, "coverage.view_coverage", at=unit.path):
        raise NotFound
    latest = last_day(year, clock.today())
    day = min(on, latest) if on else latest
    moment = as_of(year) if day == latest else None
    below = children_of(unit, on=day).select_related("division")
    # Counties and townships come first, the unit's own committees after them; each in the official order.
    children = sorted(below, key=lambda child: child.kind not in ("county", "township"))
    ids = [unit.pk, *(child.pk for child in children)]
    if known is not None:
        found = dict(known.figures)
    else:
        found = _tallies(ids, year) if moment else figures_as_of(ids, year, day)
    rows = [(child, found.get(child.pk, Figures())) for child in children]
    whole = found.get(unit.pk, Figures())
    return Coverage(
        unit=unit,
        year=year,
        on=day,
        as_of=known.as_of if known else moment or clock.now(),
        is_current=moment is not None,
        whole=whole,
        children=rows,
        own=whole.minus([figures for _, figures in rows]),
    )


_NAMES = [f.name for f in fields(Figures)]


def _tallies(unit_ids: list[int], year: int) -> dict[int, Figures]:
    rows = Tally.objects.filter(unit__in=unit_ids, year=year).values_list("unit_id", *_NAMES)
    return {row[0]: Figures(*row[1:]) for row in rows}


# Each unit's own figures are added up first, so that only units, not people, are looked up in the tree of the day.
_AS_OF = with_place(
    """
, own AS MATERIALIZED (
    SELECT unit_id, count(*) FILTER (WHERE is_home) AS members, count(*) FILTER (WHERE is_leader) AS leaders,
           count(*) FILTER (WHERE is_trained) AS trained,
           count(*) FILTER (WHERE is_trained AND is_leader) AS trained_leaders, count(*) FILTER (WHERE is_met) AS met,
           count(*) FILTER (WHERE is_met AND is_leader) AS met_leaders, sum(person_times) AS person_times,
           sum(hours) AS hours
    FROM fresh GROUP BY unit_id
), placed AS MATERIALIZED (
    SELECT own.unit_id, string_to_array(rtrim(place.path, '/'), '/')::bigint[] AS line
    FROM own CROSS JOIN LATERAL ({place}) place
)
SELECT w.unit_id, sum(members)::bigint, sum(leaders)::bigint, sum(trained)::bigint, sum(trained_leaders)::bigint,
       sum(met)::bigint, sum(met_leaders)::bigint, sum(person_times)::bigint, sum(hours)
FROM own JOIN placed USING (unit_id)
JOIN unnest(%(wanted)s::bigint[]) AS w(unit_id) ON w.unit_id = ANY(placed.line)
GROUP BY 1
""",
    unit="own.unit_id",
)

# The people to look at are those at home in the units' subtrees that day, or with hours from there.
_PEOPLE_BELOW = with_place(
    """
WITH placed AS (
    SELECT u.id AS unit_id FROM directory_unit u CROSS JOIN LATERAL ({place}) place
    WHERE string_to_array(rtrim(place.path, '/'), '/')::bigint[] && %(wanted)s::bigint[]
)
SELECT person_id FROM directory_membership JOIN placed USING (unit_id) WHERE is_primary AND valid_from <= %(on)s
UNION
SELECT person_id FROM records_posting JOIN placed USING (unit_id) WHERE year = %(year)s
""",
    unit="u.id",
)


# A city is hashed in memory; compiling a statement run once costs more than it saves.
_AT_EASE = "SET LOCAL work_mem = '128MB'; SET LOCAL jit = off"
# People in one step of those who are told how far it is: under a second, and the whole costs half as much again.
STEP = 40_000


def figures_as_of(unit_ids: list[int], year: int, on: date) -> dict[int, Figures]:
    """The figures of units with all below them as they stood on a day, worked out from the dated rows themselves.

    Hours earned up to that day count, whenever they were posted.
    """
    params = {**deriving(year, on=on), "wanted": unit_ids}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_AT_EASE)
        if not has_root(unit_ids):
            params["people"] = people_below(cursor, params)
        return _figures(cursor, params)


def figures_in_steps(
    unit_ids: list[int], year: int, on: date, *, tell: Callable[[int, int], None]
) -> dict[int, Figures]:
    """What `figures_as_of` gives, for so many people at a time; `tell` hears how many of how many are done.

    Nobody's figures hang on another's, so the steps add up; all of them see the database of one moment.
    """
    params = {**deriving(year, on=on), "wanted": unit_ids}
    found: dict[int, Figures] = {}
    with _one_moment() as cursor:
        if has_root(unit_ids):
            cursor.execute("SELECT count(*) FROM directory_person")
            total, steps = cursor.fetchone()[0], _everybody(cursor)
        else:
            below = people_below(cursor, params)
            total, steps = len(below), (below[start : start + STEP] for start in range(0, len(below), STEP))
        done = 0
        tell(done, total)
        for people in steps:
            for unit_id, figures in _figures(cursor, {**params, "people": people}).items():
                found[unit_id] = found.get(unit_id, Figures()).plus(figures)
            done += len(people)
            tell(done, total)
    return found


def _figures(cursor: Any, params: dict[str, Any]) -> dict[int, Figures]:
    cursor.execute("\n".join((DERIVED, _AS_OF)), params)
    return {row[0]: Figures(*row[1:]) for row in cursor.fetchall()}


def people_below(cursor: Any, params: dict[str, Any]) -> list[int]:
    """Whom the units `wanted` may count on the day of `params`."""
    cursor.execute(_PEOPLE_BELOW, params)
    return [row[0] for row in cursor.fetchall()]


def _everybody(cursor: Any) -> Iterator[list[int]]:
    """All people, in steps."""
    last = 0
    while True:
        cursor.execute("SELECT id FROM directory_person WHERE id > %s ORDER BY id LIMIT %s", [last, STEP])
        people = [row[0] for row in cursor.fetchall()]
        if not people:
            return
        yield people
        last = people[-1]


@contextmanager
def _one_moment() -> Iterator[Any]:
    """A cursor that sees the database as it is now however long it is used, beside what this thread writes."""
    beside = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        beside.set_autocommit(False)
        with beside.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(_AT_EASE)
            yield cursor
    finally:
        beside.rollback()
        beside.close()
