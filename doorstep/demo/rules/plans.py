"""The yearly plans of the demo city, of schools, academy and counties: made after the classes they held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from doorstep.demo.rules.classes import PlannedClass
from doorstep.demo.rules.network import Network, PlannedBase
from doorstep.demo.rules.tree import PlannedUnit

# Of each 24 schools four have no approved plan for this year, the first not even one that was begun.
STANDINGS = {0: "", 1: "draft", 2: "waiting", 3: "declined"}
OF = 24
MOST_LINES = 12
NOTE = "少了给流动党员办的一期，请补上再报。"
AUDIENCES = ("全镇农村党员", "村（社区）党支部书记和委员", "入党积极分子和新党员", "村集体经济合作社成员")
OF_OFFICES = ("村（社区）党组织书记", "新任党务干部", "“两新”组织党务工作者", "乡镇（街道）组织委员")
LEADS = ("组织委员", "党校常务副校长", "组织干事")
REASONS = ("镇里农忙推迟，人数按各村报上来的改。", "市里新增了要求，名额加了一些。", "场地小，分成两期办。")


@dataclass(slots=True)
class PlannedLine:
    """A line, with the class that became of it where one did."""

    id: int
    month_from: int
    month_to: int
    title: str
    audience: str
    sessions: int
    heads: int
    lead: str
    held: PlannedClass | None = None
    is_dropped: bool = False
    change: str = ""  # the reason, where it was changed after approval

    @property
    def form(self) -> str:
        """As classes have it."""
        return self.held.form if self.held else "lecture"


@dataclass(slots=True)
class PlannedYear:
    """The plan of a school or the academy, or without a base of a county, for a year."""

    id: int
    base: PlannedBase | None
    unit: PlannedUnit
    year: int
    status: str
    lines: list[PlannedLine] = field(default_factory=list)


def plan_years(
    network: Network, units: Iterable[PlannedUnit], classes: Iterable[PlannedClass], as_of: date
) -> list[PlannedYear]:
    """A plan for nearly every school, the academy and the counties, for last year and this one.

    Lines link only where the plan is approved.
    """
    held: dict[tuple[int, int], list[PlannedClass]] = {}
    for one in classes:
        if one.status not in ("draft", "cancelled"):
            for year in {session.held_on.year for session in one.sessions}:
                held.setdefault((one.unit.id, year), []).append(one)
    plans: list[PlannedYear] = []
    lines = 0
    for number, (base, unit) in enumerate(_planners(network, units)):
        for year in (as_of.year - 1, as_of.year):
            status = STANDINGS.get(number % OF, "approved") if year == as_of.year else "approved"
            if not status or unit.parent is None:
                continue
            plan = PlannedYear(len(plans) + 1, base, unit, year, status)
            plan.lines = list(_lines(lines, number, plan, _held_by(plan, held)))
            lines += len(plan.lines)
            plans.append(plan)
    return plans


def _planners(network: Network, units: Iterable[PlannedUnit]) -> list[tuple[PlannedBase | None, PlannedUnit]]:
    """Schools, then the academy and the counties."""
    schools = [(base, base.unit) for kind in ("township_school", "academy") for base in network.of_kind(kind)]
    return [*schools, *((None, unit) for unit in units if unit.kind == "county")]


def _held_by(plan: PlannedYear, held: dict[tuple[int, int], list[PlannedClass]]) -> list[PlannedClass]:
    """The classes of a plan's unit; of the academy those that the office above held in it."""
    own = held.get((plan.unit.id, plan.year), [])
    if plan.base is None:
        return own
    if plan.base.kind == "academy" and plan.unit.parent:
        return [*own, *(one for one in held.get((plan.unit.parent.id, plan.year), []) if one.base is plan.base)]
    return own[:MOST_LINES]


def _lines(before: int, number: int, plan: PlannedYear, classes: Sequence[PlannedClass]) -> Iterator[PlannedLine]:
    """A line for each class that was held, one for which nothing was opened, now and then one that was dropped."""
    count = 0
    holds = plan.status == "approved"
    audiences = AUDIENCES if plan.base and plan.base.kind == "township_school" else OF_OFFICES
    for one in sorted(classes, key=lambda c: c.starts_on):
        count += 1
        month = one.starts_on.month if one.starts_on.year == plan.year else 1
        line = PlannedLine(
            before + count, month, min(12, month + count % 2), one.title.split("（")[0],
            audiences[(number + count) % len(audiences)], max(1, len(one.sessions)), one.capacity,
            LEADS[number % len(LEADS)], one if holds else None,
        )  # fmt: skip
        if holds and count == 1 and number % 9 == 0:
            line.change = REASONS[number % len(REASONS)]
        yield line
    more = [(12, "冬训补训班", False)] + ([(5, "流动党员返乡培训", False)] if number % 7 == 0 else [])
    for month, title, is_dropped in [*more, *([(9, "现场观摩班", True)] if holds and number % 11 == 0 else [])]:
        count += 1
        yield PlannedLine(
            before + count, month, month, title, audiences[0], 2, 30, LEADS[number % len(LEADS)], is_dropped=is_dropped
        )
