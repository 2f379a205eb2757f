"""Which classes of the demo city several units hold, which bases are open to whom, which sessions are in the field."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from doorstep.demo.rules.classes import PlannedClass
from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.network import PlannedBase, PlannedVenue
from doorstep.demo.rules.tree import PlannedUnit

SHARE = 0.05  # of the classes of counties and townships
FIELD = 0.06  # of the smaller classes of townships: their last session
FIELD_PEOPLE = 60
_SPOTS = ("茶园路口", "葡萄大棚", "渔排码头", "菌菇车间", "村口榕树下", "蔬菜基地")
_NEAR = 0.02  # degrees: some two kilometres


@dataclass(frozen=True, slots=True)
class PlannedHost:
    """A unit that holds a class with its organiser."""

    planned: PlannedClass
    unit: PlannedUnit
    seats: int
    percent: int
    fen: int
    words: str
    status: str = "accepted"


def plan_hosts(classes: Sequence[PlannedClass], units: Sequence[PlannedUnit], *, seed: int) -> list[PlannedHost]:
    """The co-hosts of all classes: a township called up by its county, or the township beside.

    One class that is still open waits for the answer of the township beside its own.
    """
    rng = stream(seed, "joint")
    beside = _townships_by_county(units)
    found, waiting = [], False
    for planned in classes:
        if planned.status == "cancelled" or planned.unit.kind not in ("county", "township"):
            continue
        is_asked = planned.status == "open" and planned.unit.kind == "township" and not waiting
        if rng.random() >= SHARE and not is_asked:
            continue
        host = _host(planned, beside, rng)
        if host and is_asked:
            waiting = True
            host = PlannedHost(planned, host.unit, 0, host.percent, host.fen, host.words, "invited")
        found += [host] if host else []
    return found


def _townships_by_county(units: Sequence[PlannedUnit]) -> dict[str, list[PlannedUnit]]:
    found: dict[str, list[PlannedUnit]] = {}
    for unit in units:
        if unit.kind == "township" and unit.valid_to is None:
            found.setdefault(unit.county, []).append(unit)
    return found


def _host(planned: PlannedClass, beside: dict[str, list[PlannedUnit]], rng: random.Random) -> PlannedHost | None:
    percent, fen = rng.choice(((30, 0), (40, 0), (50, 0), (0, 300_000)))
    if planned.unit.kind == "county":
        words = "出场地和现场教学点"
        asked = [(unit, seats) for unit, seats in planned.quotas.values() if unit.kind == "township"]
    else:
        words = "负责师资和现场教学"
        asked = [(unit, 0) for unit in beside[planned.unit.county] if unit is not planned.unit]
    if not asked:
        return None
    unit, seats = rng.choice(asked)
    return PlannedHost(planned, unit, seats, percent, fen, words)


@dataclass(frozen=True, slots=True)
class FieldSpot:
    """A place that is no base, in WGS 84 degrees."""

    lat: float
    lng: float
    words: str


def plan_fields(classes: Sequence[PlannedClass], *, seed: int) -> dict[tuple[int, int], FieldSpot]:
    """(class, number of its session) -> where in the field it is held."""
    rng = stream(seed, "field")
    found = {}
    for planned in classes:
        base = planned.base
        if planned.unit.kind != "township" or planned.capacity > FIELD_PEOPLE or base is None:
            continue
        if rng.random() < FIELD and base.lat is not None and base.lng is not None:
            lat, lng = (round(at + rng.uniform(-_NEAR, _NEAR), 5) for at in (base.lat, base.lng))
            found[planned.id, len(planned.sessions)] = FieldSpot(lat, lng, rng.choice(_SPOTS))
    return found


def plan_bookings(bases: Sequence[PlannedBase]) -> Iterator[tuple[PlannedBase, str, int, list[int], str]]:
    """What keepers ask of guests: (base, reach, days of notice, quiet weekdays, terms); the others say nothing."""
    for base in bases:
        if base.kind in ("academy", "demonstration_base"):
            yield base, "network", 7, [], "请提前联系接待室，午餐可以代订"
        elif base.kind == "teaching_point" and base.is_flagged:
            yield base, "network", 3, [6, 7], "讲解员周末休息"
        elif base.kind == "township_school" and base.id % 9 == 0:
            yield base, "network", 3, [], "用完打扫，桌椅归位"
        elif base.kind == "mobile_school" and base.id % 5 == 0:
            yield base, "township", 0, [], ""


def plan_room_rules(venues: Sequence[PlannedVenue]) -> Iterator[tuple[PlannedVenue, str, int, str]]:
    """The rooms that do not go by the rule of their base: (venue, reach, days of notice, terms)."""
    for venue in venues:
        if venue.name == "研讨室":
            yield venue, "own", 0, "备课和开会用，不外借"
        elif venue.base.kind == "academy" and venue.name == "报告厅":
            yield venue, "network", 15, "大会要提前半个月约，方便调音响"
