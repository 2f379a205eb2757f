"""Whether a day on the road can be done: times add up, and each reason is given exactly when it holds."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import time
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.rules.opening import OpenSpan
from doorstep.catalogue.pages.routes_forms import FIELDS, acted
from doorstep.catalogue.queries.routes_days import clock_words, length_words
from doorstep.catalogue.rules.routes import (
    RouteLimits,
    RouteStopState,
    route_day,
    route_faults,
    same_place_twice,
    weekdays_of,
)
from doorstep.directory.rules.outlines import (
    APART,
    MARGIN,
    WIDTH,
    Frame,
    beside,
    labels_beside,
    outlines,
    rings,
    sketched,
)

LIMITS = RouteLimits(
    longest_minutes=600,
    latest_end=18 * 60,
    fewest_stops=2,
    most_stops=12,
    dwell_least=15,
    dwell_most=240,
    lunch_from=12 * 60,
    lunch_until=13 * 60 + 30,
    lunch_minutes=60,
)
MORNING = 8 * 60 + 30


def stop(**changes: Any) -> RouteStopState:
    return replace(RouteStopState("霍童党校", base_id=1, dwell=60, way=10, capacity=50), **changes)


stops = st.lists(
    st.builds(
        RouteStopState,
        name=st.just("x"),
        base_id=st.integers(1, 4),
        dwell=st.integers(1, 300),
        way=st.none() | st.integers(0, 120),
        capacity=st.integers(0, 90),
        has_course=st.booleans(),
        has_guide=st.booleans(),
        is_meal=st.booleans(),
        gone=st.lists(st.sampled_from(["base", "venue", "course", "guide"]), unique=True, max_size=2).map(tuple),
    ),
    max_size=14,
)


def codes(*found: RouteStopState, starts: int = MORNING, most_people: int | None = None) -> list[tuple[str, int, bool]]:
    return [(f.code, f.number, f.bars) for f in route_faults(route_day(starts, found, most_people), LIMITS)]


def test_a_stop_must_be_open_while_one_is_there() -> None:
    """From 8:30 to 9:30 at the first, from 9:40 to 10:40 at the second."""

    def days(*weekdays: int, until: int = 18) -> tuple[OpenSpan, ...]:
        return tuple(OpenSpan(day, time(8), time(until)) for day in weekdays)

    def said(first: tuple[OpenSpan, ...], second: tuple[OpenSpan, ...]) -> list[tuple[str, int, bool]]:
        return codes(stop(way=0, hours=first), stop(hours=second))

    assert said((), ()) == []
    assert said(days(*range(1, 8)), days(*range(1, 8))) == []
    assert said(days(1, 2), ()) == [("some_days", 0, False)]
    assert said(days(1, 2), days(3)) == [("no_common_day", 0, True)]
    assert said((), days(1, until=10)) == [("never_open", 2, True)]
    assert said(days(1), days(1, 2, until=10)) == [("never_open", 2, True)]
    day = route_day(MORNING, [stop(way=0, hours=days(1, 2, 3)), stop(hours=days(2, 3, 4))], None)
    assert weekdays_of(day) == {2, 3}


@given(st.integers(0, 1439), stops, st.none() | st.integers(1, 100))
def test_times_add_up(starts: int, found: list[RouteStopState], most: int | None) -> None:
    day = route_day(starts, found, most)
    assert day.ends - day.starts == day.way + day.dwell
    assert [visit.number for visit in day.visits] == list(range(1, len(found) + 1))
    at = starts
    for visit in day.visits:
        assert visit.arrives == at + (visit.stop.way or 0)
        assert visit.leaves == visit.arrives + visit.stop.dwell
        at = visit.leaves
    known = [one.capacity for one in found if one.capacity] + ([most] if most else [])
    assert day.capacity == (min(known) if known else None)


@given(st.integers(0, 1439), stops, st.none() | st.integers(1, 100))
def test_each_reason_is_given_exactly_when_it_holds(starts: int, found: list[RouteStopState], most: int | None) -> None:
    day = route_day(starts, found, most)
    said = {(fault.code, fault.number) for fault in route_faults(day, LIMITS)}
    held = {("too_few", 0)} if len(found) < 2 else set()
    held |= {("too_many", 0)} if len(found) > 12 else set()
    held |= {("too_long", 0)} if sum(s.dwell + (s.way or 0) for s in found) > 600 else set()
    held |= {("too_late", 0)} if day.ends > 18 * 60 else set()
    held |= {("no_course", 0)} if found and not any(s.has_course for s in found) else set()
    for number, one in enumerate(found, start=1):
        held |= {(f"{what}_gone", number) for what in one.gone}
        held |= {("too_short_there", number)} if one.dwell < 15 else set()
        held |= {("too_long_there", number)} if one.dwell > 240 else set()
        held |= {("way_unknown", number)} if one.way is None else set()
        held |= {("too_small", number)} if most and one.capacity and one.capacity < most else set()
        held |= {("no_guide", number)} if not (one.has_guide or one.is_meal) else set()
        held |= {("no_course_there", number)} if not (one.has_course or one.is_meal) else set()
    busy = {at for v in day.visits for at in range(v.arrives - (v.stop.way or 0), v.leaves)}
    eats = any(v.stop.is_meal and set(range(720, 810)) & set(range(v.arrives, v.leaves)) for v in day.visits)
    longest = run = 0
    for at in range(720, 810):
        run = 0 if at in busy else run + 1
        longest = max(longest, run)
    held |= {("no_lunch", 0)} if found and not eats and longest < 60 else set()
    assert said == held


def test_what_bars_comes_first_and_the_rest_is_only_said() -> None:
    assert codes(stop(way=0), stop()) == []
    assert codes(stop(way=0, has_course=False), stop(has_guide=False)) == [
        ("no_guide", 2, True),
        ("no_course_there", 1, False),
    ]
    assert codes(stop(way=0, has_guide=False, has_course=False, is_meal=True), stop()) == []
    assert codes(stop(way=0, capacity=0), stop(), most_people=50) == []
    assert codes(stop(way=0), stop(), most_people=51) == [("too_small", 1, True), ("too_small", 2, True)]


@pytest.mark.parametrize(
    ("starts", "is_meal", "is_warned"),
    [(MORNING, False, True), (MORNING, True, False), (13 * 60, False, False), (13 * 60 - 1, False, True)],
)
def test_somebody_has_to_eat(starts: int, is_meal: bool, is_warned: bool) -> None:
    found = codes(stop(way=0, dwell=200), stop(way=0, dwell=70, is_meal=is_meal, has_course=True), starts=starts)
    assert found == ([("no_lunch", 0, False)] if is_warned else [])


def test_the_same_place_twice_in_a_row_is_found() -> None:
    assert same_place_twice([1, 2, 1]) == 0
    assert same_place_twice([1, 2, 2, 2]) == 3
    assert same_place_twice([]) == 0


@given(st.integers(0, 6), st.sampled_from(["add", "up", "down", "drop", "check", "x"]), st.integers(0, 8))
def test_no_stop_is_lost_but_the_one_left_out(count: int, word: str, place: int) -> None:
    rows = [dict.fromkeys(FIELDS, "") | {"note": str(n)} for n in range(count)]
    after = [row["note"] for row in acted(rows, f"{word}-{place}")]
    before = [str(n) for n in range(count)]
    if word == "add":
        assert after == [*before, ""]
    elif word == "drop" and place < count:
        assert after == [note for note in before if note != str(place)]
    else:
        assert sorted(after) == before
        moved = {"up": place > 0, "down": place < count - 1}.get(word, False) and place < count
        assert (after != before) == moved
    assert acted(rows, "") == rows
    assert acted(rows, "up-x") == rows


def test_no_more_stops_than_anybody_needs() -> None:
    rows = [dict.fromkeys(FIELDS, "")] * 30
    assert acted(rows, "add") == rows


def test_times_in_words() -> None:
    assert [clock_words(510), clock_words(725)] == ["8:30", "12:05"]
    assert [length_words(40), length_words(120), length_words(605)] == ["40 分钟", "2 小时", "10 小时 5 分钟"]


@pytest.mark.parametrize("county", sorted(outlines()))
def test_no_name_of_a_township_covers_another_or_a_dot(county: str) -> None:
    """The townships as they are shipped, also where four of them make up a town."""
    feature = outlines()[county]
    frame = Frame(point for ring in rings(feature) for point in ring)
    dots: list[tuple[float, float]] = []
    widths: list[float] = []
    source = files("doorstep.directory").joinpath("reference", "divisions.csv").read_text("utf-8")
    for row in csv.DictReader(io.StringIO(source)):
        if row["level"] == "township" and row["parent_code"] == county and row["lat"]:
            dots.append(beside(dots, *frame.at(float(row["lng"]), float(row["lat"])), frame.height))
            widths.append(10.5 * len(row["short_name"]))
    labels = labels_beside(dots, widths)
    assert labels
    for n, ((x, y), width) in enumerate(zip(labels, widths, strict=True)):
        assert width / 2 <= x <= WIDTH - width / 2
        assert all(abs(x - a) >= width / 2 or not y - 11 < b < y for a, b in dots)
        others = [(*labels[k], widths[k]) for k in range(n)]
        assert all(abs(x - a) >= (width + w) / 2 - 0.1 or abs(y - b) >= 10.9 for a, b, w in others)


def test_a_name_as_wide_as_the_picture_stands_below_and_a_corner_has_room_inside() -> None:
    assert labels_beside([(100.0, 100.0)], [2 * WIDTH]) == [(100.0, 118.0)]
    assert beside([], 2.0, 2.0, 300.0) != (2.0, 2.0)
    assert beside([(4.0 * x, 4.0 * y) for x in range(90) for y in range(90)], 20.0, 20.0, 300.0) == (20.0, 20.0)


def test_where_everything_is_taken_the_name_stands_below() -> None:
    dots = [(100.0 + 12 * a, 100.0 + 12 * b) for a in range(-4, 5) for b in range(-4, 5)]
    assert labels_beside([(100.0, 100.0), *dots], [21.0] * (len(dots) + 1))[0] == (100.0, 118.0)


@given(st.lists(st.tuples(st.floats(118.9, 120.2), st.floats(26.6, 27.4)), max_size=6), st.booleans())
def test_no_dot_of_a_sketch_lies_on_another(spots: list[tuple[float, float]], is_one_place: bool) -> None:
    places = [(n, *(spots[0] if is_one_place else spot)) for n, spot in enumerate(spots, start=1)]
    sketch = sketched(outlines(), [*places, (9, None, 27.0)])
    assert sketch is not None
    assert [number for number, _x, _y in sketch.points] == [number for number, _lng, _lat in places]
    for n, (_number, x, y) in enumerate(sketch.points):
        assert MARGIN <= x <= WIDTH - MARGIN
        assert MARGIN <= y <= sketch.height - MARGIN
        for _other, far, high in sketch.points[:n]:
            assert abs(x - far) >= APART - 0.2 or abs(y - high) >= APART - 0.2
    assert sketched(["110101"], []) is None
