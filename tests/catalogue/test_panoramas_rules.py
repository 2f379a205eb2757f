"""Panoramas: which picture is one, how it is cut, in which direction signs stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.catalogue.rules.panoramas import (
    BESIDE,
    PanoramaLimits,
    apart,
    free_yaw,
    heading,
    picture_fault,
    placed,
    reordered,
    tile_levels,
    turned,
)

LIMITS = PanoramaLimits(2048, 12288, 40, 10, 30, 20)
degrees = st.floats(-100_000, 100_000)
latitudes, longitudes = st.floats(-80, 80), st.floats(-179, 179)


@pytest.mark.parametrize(
    ("width", "height", "fault"),
    [
        (2048, 1024, ""),
        (12288, 6144, ""),
        (8000, 4000, ""),
        (2047, 1024, "narrow"),
        (12290, 6145, "wide"),
        (4000, 3000, "shape"),
        (4000, 2020, ""),  # one in a hundred off
        (4000, 2021, "shape"),
        (4000, 1980, ""),
        (4000, 1979, "shape"),
        (4000, 1, "shape"),
    ],
)
def test_a_panorama_is_two_to_one_and_neither_small_nor_huge(width: int, height: int, fault: str) -> None:
    assert picture_fault(width, height, LIMITS) == fault


@given(st.integers(2048, 12288))
def test_tiles_are_whole_squares_of_powers_of_two_and_none_is_enlarged(width: int) -> None:
    levels = tile_levels(width)
    for level in levels:
        assert level.width <= width
        assert level.tile * level.cols == level.width
        assert level.tile * level.rows * 2 == level.width
        assert level.cols & (level.cols - 1) == 0
        assert level.rows & (level.rows - 1) == 0
        assert 350 <= level.tile <= 768
    assert all(one.width < other.width and one.cols < other.cols for one, other in pairwise(levels))
    assert bool(levels) == (width >= 3072)
    if width >= 6144:
        assert width - levels[-1].width < 16


@given(degrees)
def test_a_direction_is_between_left_and_right(yaw: float) -> None:
    assert -180 <= turned(yaw) < 180
    assert apart(turned(yaw), yaw) < 1e-6
    assert turned(turned(yaw)) == turned(yaw)


@given(degrees, degrees)
def test_directions_are_as_far_apart_both_ways(one: float, other: float) -> None:
    assert 0 <= apart(one, other) <= 180
    assert apart(one, other) == pytest.approx(apart(other, one), abs=1e-6)
    assert apart(one + 360, other) == pytest.approx(apart(one, other), abs=1e-6)


@pytest.mark.parametrize(
    ("there", "direction"), [((1, 0), 0), ((0, 1), 90), ((-1, 0), 180), ((0, -1), 270), ((0.001, 0.001), 45)]
)
def test_the_compass_says_where_a_place_lies(there: tuple[float, float], direction: float) -> None:
    assert heading((0, 0), there) == pytest.approx(direction, abs=0.01)


@given(st.tuples(latitudes, longitudes), st.tuples(latitudes, longitudes))
def test_a_heading_is_a_direction_of_the_compass(here: tuple[float, float], there: tuple[float, float]) -> None:
    assert 0 <= heading(here, there) < 360


@given(degrees, st.lists(st.floats(-180, 179), max_size=8))
def test_a_sign_of_the_way_covers_no_other(wanted: float, taken: list[float]) -> None:
    found = free_yaw(wanted, taken)
    assert -180 <= found < 180
    # Eight signs leave room: each bars less than a ninth of the circle.
    assert all(apart(found, one) >= BESIDE - 1e-6 for one in taken)
    if all(apart(wanted, one) >= BESIDE for one in taken):
        assert apart(found, wanted) < 1e-6


def test_where_all_is_full_a_sign_stands_where_it_was_wanted() -> None:
    assert free_yaw(370, range(-180, 180, 5)) == 10


def test_stops_lie_where_they_are_or_side_by_side() -> None:
    assert placed([(1, 2), (3, 4)], 100, 50) == [(1, 2), (3, 4)]
    assert placed([(1, 2), None, (3, 4)], 100, 50) == [(25, 25), (50, 25), (75, 25)]
    assert placed([], 100, 50) == []


@given(st.lists(st.integers(), min_size=1, max_size=9, unique=True), st.data())
def test_moving_one_changes_places_with_its_neighbour_alone(ids: list[int], data: st.DataObject) -> None:
    moved, step = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from([1, -1]))
    found = reordered(ids, moved, step)
    assert sorted(found) == sorted(ids)
    to = min(max(ids.index(moved) + step, 0), len(ids) - 1)
    assert found[to] == moved
    assert [one for one in found if one not in (moved, ids[to])] == [one for one in ids if one not in (moved, ids[to])]
