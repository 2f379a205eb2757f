"""The map of the network: however many places there are, few dots; every place is counted; nothing of another host."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base
from doorstep.bases.queries.public_map import ACROSS, Window, cells_in, whole_ground
from doorstep.bases.rules.datum import to_gcj02
from doorstep.config.tiles import tiles_source
from doorstep.directory.models import Unit
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MANY = 4000


TILES = "https://t{s}.tiles.example/{z}/{x}/{y}.png"


def put(unit: Unit, count: int, **changes: Any) -> list[Base]:
    """So many points somewhere on the ground."""
    lots, ground = random.Random(7), whole_ground()
    given = {
        "kind": "teaching_point",
        "unit": unit,
        "place": unit.path,
        "county": "350902",
        "valid_from": date(2020, 1, 1),
    }
    rows = [
        {"lat": lots.uniform(ground.south, ground.north), "lng": lots.uniform(ground.west, ground.east), **given}
        for _ in range(count)
    ]
    return Base.objects.bulk_create(
        Base(code=f"p{n}", name=f"教学点 {n}", **{**row, **changes}) for n, row in enumerate(rows)
    )


def cells(**asked: str) -> list[list[Any]]:
    return list(Client().get(reverse("web:portal_cells"), asked).json()["cells"])


def test_every_place_is_in_one_cell_and_there_are_few_cells(cast: Cast) -> None:
    put(cast.unit("jiaocheng"), MANY)
    found = cells_in(whole_ground())
    assert sum(cell.count for cell in found) == MANY
    assert len(found) <= (ACROSS + 1) ** 2
    assert all((cell.id is None) == (cell.count > 1) for cell in found)
    answer = Client().get(reverse("web:portal_map_picture"))
    assert len(answer.content) < 80_000
    assert "共 4,000 处" in Client().get(reverse("web:portal_map")).content.decode()


def test_a_place_alone_has_its_name_and_address(cast: Cast) -> None:
    (base,) = put(cast.unit("jiaocheng"), 1, lat=26.75, lng=119.5)
    assert cells() == [[26.75, 119.5, 1, 0, "教学点 0", "现场教学点", f"/portal/bases/{base.pk}/"]]
    Base.objects.update(kind="demonstration_base")
    assert cells(kind="demonstration_base")[0][3] == 1
    assert cells(kind="teaching_point") == []
    assert len(cells(kind="micro_site")) == 1  # no public kind: all are shown


def test_only_what_is_in_use_and_no_home_is_shown(cast: Cast) -> None:
    put(cast.unit("jiaocheng"), 1, lat=26.75, lng=119.5)
    for change in ({"kind": "micro_site"}, {"kind": "belt"}, {"kind": "lecture_hall", "valid_to": date(2021, 1, 1)}):
        Base.objects.update(**change)
        cache.clear()
        assert cells() == []
        assert "教学点" not in Client().get(reverse("web:portal_map")).content.decode().split("</thead>")[1]


def test_a_window_shows_what_lies_in_it(cast: Cast) -> None:
    put(cast.unit("jiaocheng"), 1, lat=26.75, lng=119.5)
    assert len(cells(window="119.4,26.7,119.6,26.8")) == 1
    assert cells(window="119.6,26.7,119.8,26.8") == []
    for unreadable in ("", "x", "1,2,3", "119.6,26.8,119.4,26.7", "1,2,3,nan", "-999,0,999,1"):
        assert len(cells(window=unreadable)) == 1, unreadable


def test_the_whole_network_is_counted_once_in_a_while(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    put(cast.unit("jiaocheng"), 1, lat=26.75, lng=119.5)
    first = cells()
    with django_assert_num_queries(0):
        assert cells(window="100,20,130,40") == first
    with django_assert_num_queries(2):
        assert cells(window="119.4,26.7,119.6,26.8") == first


def test_a_window_is_sound_only_on_the_globe() -> None:
    assert Window(119, 26, 120, 27).is_sound
    assert not Window(120, 26, 119, 27).is_sound
    assert not Window(119, 26, 190, 27).is_sound
    assert not Window(119, 26, 120, float("nan")).is_sound


def test_tiles_of_the_operator_may_be_on_another_datum(cast: Cast, settings: Any) -> None:
    put(cast.unit("jiaocheng"), 1, lat=26.75, lng=119.5)
    plain = Client().get(reverse("web:portal_outlines")).json()["features"][0]["geometry"]["coordinates"][0][0][0]
    settings.DOORSTEP_TILES, settings.DOORSTEP_TILES_DATUM, settings.DOORSTEP_TILES_SOURCE = TILES, "gcj02", "天上的图"
    lat, lng = to_gcj02(26.75, 119.5)
    assert cells()[0][:2] == [round(lat, 5), round(lng, 5)]
    window = f"{lng - 0.001},{lat - 0.001},{lng + 0.001},{lat + 0.001}"
    assert len(cells(window=window)) == 1
    moved = Client().get(reverse("web:portal_outlines")).json()["features"][0]["geometry"]["coordinates"][0][0][0]
    assert 0.003 < abs(moved[0] - plain[0]) < 0.01
    shown = Client().get(reverse("web:portal_map")).content.decode()
    assert f'data-tiles="{TILES}"' in shown
    assert "天上的图" in shown


def test_without_tiles_no_other_host_is_named(cast: Cast) -> None:
    answer = Client().get(reverse("web:portal_map"))
    assert 'data-tiles=""' in answer.content.decode()
    assert "img-src 'self' data: blob:;" in answer["Content-Security-Policy"] + ";"


@pytest.mark.parametrize(
    ("template", "source"),
    [
        (TILES, "https://*.tiles.example"),
        ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"),
        ("http://10.0.0.7:8080/{z}/{x}/{y}.png", "http://10.0.0.7:8080"),
        ("https://{s}.a.tiles.example/x={x}&y={y}&z={z}", "https://*.a.tiles.example"),
    ],
)
def test_the_policy_lets_the_tiles_through_and_nothing_else(template: str, source: str) -> None:
    assert tiles_source(template) == source


@pytest.mark.parametrize(
    "template",
    ["x", "https://tiles.example/", "javascript:{x}{y}{z}", "https://tiles{s}/{z}/{x}/{y}.png", "//t/{z}/{x}/{y}"],
)
def test_what_is_no_address_of_tiles_is_refused_at_once(template: str) -> None:
    with pytest.raises(ValueError, match="DOORSTEP_TILES"):
        tiles_source(template)
