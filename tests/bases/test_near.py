"""The nearest venues: the same minutes as everywhere else, the day they are open, from one's own unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base
from doorstep.bases.queries.belts import road
from doorstep.bases.queries.gaps import townships_with_functions
from doorstep.bases.queries.gaps_map import GapsSum
from doorstep.bases.queries.near import open_on, point_of, venues_near
from doorstep.bases.rules.belts import Spot
from doorstep.bases.rules.opening import OpenSpan
from doorstep.bases.services.venues import close_place, set_hours
from doorstep.core import clock
from doorstep.directory.models import Division, Unit
from doorstep.directory.rules.outlines import DOT, LINE, words_among
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base
from tests.factories.policies import set_policy

TODAY = date(2026, 11, 24)  # a Tuesday
POINTS = {"huotong": (26.85, 119.40), "hubei": (26.85, 119.55), "saiqi": (27.05, 119.66)}


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def schools(cast: Cast) -> dict[str, Base]:
    """Three schools with their coordinates; the branch of Kengtou lies in the township of Huotong."""
    town: dict[str, Any] = {"level": "township", "kind": "镇", "valid_from": date(2000, 1, 1)}
    lat, lng = POINTS["huotong"]
    division = Division.objects.create(code="350902105", name="霍童镇", short_name="霍童", lat=lat, lng=lng, **town)
    Unit.objects.filter(pk=cast.unit("huotong").pk).update(division=division)
    found = {name: make_base(cast.unit(name), name=f"{name}党校", seats=50 + n) for n, name in enumerate(POINTS)}
    for name, base in found.items():
        Base.objects.filter(pk=base.pk).update(lat=POINTS[name][0], lng=POINTS[name][1])
    return found


def test_minutes_are_those_of_the_road(cast: Cast, schools: dict[str, Base]) -> None:
    rows = venues_near(cast.actor("secretary"), point_of(cast.unit("kengtou"))).order_by("minutes")
    here, known = Spot("", "", *POINTS["huotong"]), road()
    expected = {name: known.minutes(here, Spot("", "", *point)) for name, point in POINTS.items()}
    assert {venue.base.name: venue.minutes for venue in rows} == {f"{n}党校": m for n, m in expected.items()}
    assert [venue.minutes for venue in rows] == [0, 39, 88]


def test_a_base_without_coordinates_lies_in_its_township(cast: Cast, schools: dict[str, Base]) -> None:
    where = Division.objects.get()
    Base.objects.filter(pk=schools["saiqi"].pk).update(lat=None, lng=None, division=where)
    Base.objects.filter(pk=schools["hubei"].pk).update(lat=None, lng=None)
    rows = venues_near(cast.actor("township"), point_of(cast.unit("huotong")))
    assert {venue.base.name: venue.minutes for venue in rows} == {"huotong党校": 0, "saiqi党校": 0}
    assert point_of(cast.unit("saiqi")) is None
    assert list(venues_near(cast.actor("city"), None)) == []


def test_only_what_is_open_that_day(cast: Cast, schools: dict[str, Base]) -> None:
    home = schools["huotong"]
    rows = venues_near(cast.actor("township"), point_of(cast.unit("huotong")))
    set_hours(base=home, spans=[OpenSpan(2, time(8), time(18))], actor=SYSTEM)

    def open_there(day: date) -> bool:
        return open_on(rows, day).filter(base=home).exists()

    assert open_there(TODAY)
    assert not open_there(date(2026, 11, 25))
    set_hours(base=home, venue=home.venues.get(), spans=[OpenSpan(3, time(8), time(18))], actor=SYSTEM)
    assert not open_there(TODAY)
    assert open_there(date(2026, 11, 25))
    span = {"starts_at": clock.at_local(date(2026, 11, 25), 0), "ends_at": clock.at_local(date(2026, 11, 26), 0)}
    close_place(base=home, kind="shut", **span, actor=SYSTEM)
    assert not open_there(date(2026, 11, 25))


def test_the_page_begins_at_ones_own_unit(cast: Cast, schools: dict[str, Base]) -> None:
    secretary, address = signed_in(cast.accounts["secretary"]), reverse("bases:near")
    shown = secretary.get(address).content.decode()
    assert shown.index("huotong党校") < shown.index("hubei党校") < shown.index("saiqi党校")
    assert "huotong党校" not in secretary.get(address, {"seats": "51"}).content.decode()
    assert "hubei党校" in secretary.get(address, {"day": "2026-12-01"}).content.decode()
    asked = {"unit": cast.unit("saiqi").pk}
    assert secretary.get(address, asked).status_code == 404
    told = signed_in(cast.accounts["city"]).get(address, asked).content.decode()
    assert "不知道您的单位在哪里" in told
    assert f'type="hidden" name="unit" value="{asked["unit"]}"' in told


def test_an_office_looks_from_any_of_its_units(cast: Cast, schools: dict[str, Base]) -> None:
    """The county opens a branch and asks what is near to it, not to the county."""
    county, branch = signed_in(cast.accounts["county"]), cast.unit("kengtou")
    address = f"{reverse('bases:near')}?unit={branch.pk}"
    assert f'href="{address}"' in county.get(reverse("directory:unit", args=[branch.pk])).content.decode()
    assert f"从{branch.short_name}出发" in county.get(address).content.decode()


def test_what_each_township_has_and_how_far_the_rest_is(cast: Cast, schools: dict[str, Base]) -> None:
    Base.objects.filter(pk=schools["hubei"].pk).update(kind="teaching_point", is_flagged=True)
    schools["saiqi"].venues.update(seats=100)
    found = {unit.short_name: unit for unit in townships_with_functions(cast.actor("city"))}
    here, there = found[cast.unit("huotong").short_name], found[cast.unit("hubei").short_name]
    assert (here.has_school, here.has_point, here.has_flagged, here.has_hall, here.has_mobile) == (1, 0, 0, 0, 0)
    assert (here.near_school, here.near_point, here.near_hall, here.near_mobile) == (0, 39, 88, None)
    assert (there.has_school, there.has_point, there.near_school) == (0, 1, None)
    assert {unit.short_name for unit in townships_with_functions(cast.actor("county"))} < found.keys()
    page = signed_in(cast.accounts["city"]).get(reverse("bases:gaps")).content.decode()
    assert "现场教学点（最近约 39 分钟）" in page
    lacking = signed_in(cast.accounts["city"]).get(reverse("bases:gaps"), {"lacks": "school"}).content.decode()
    assert f'?unit={cast.unit("hubei").pk}"' in lacking
    assert f'?unit={cast.unit("huotong").pk}"' not in lacking


def test_the_resource_map_shows_one_function(cast: Cast, schools: dict[str, Base]) -> None:
    """A circle with how many there are; a diamond with the minutes where there is none, told apart by its shape."""
    Base.objects.filter(pk=schools["hubei"].pk).update(kind="teaching_point")
    client = signed_in(cast.accounts["city"])
    page = client.get(reverse("bases:gaps"), {"county": "350902"})
    # Nobody has a demonstration base; the first of those that all lack is shown.
    assert page.context["what"] == "流动党校"
    asked = {"county": "350902", "function": "school"}
    page = client.get(reverse("bases:gaps"), asked)
    names = {name: unit for name, unit in cast.units.items() if unit.kind == "township" and unit.county == "350902"}
    assert page.context["sum"] == GapsSum(len(names), 1, None)
    text = page.content.decode()
    assert f"{len(names)} 个乡镇里 1 个有，{len(names) - 1} 个没有" in text
    picture = reverse("bases:gaps_map")
    assert f'{picture}?county=350902&amp;function=school"' in text
    drawn = client.get(picture, asked).content.decode()
    # Of the townships only that of Huotong lies somewhere known.
    assert drawn.count('fill="#ffffff">1<') == 1
    assert drawn.count(">霍童</text>") == 1
    there = client.get(picture, {**asked, "function": "point"}).content.decode()
    assert 'M0-10L10 0L0 10L-10 0Z" fill="#fcf1d9" stroke="#845200"/>' in there
    assert ">39</text>" in there
    set_policy("map.near_minutes", "39")
    assert (
        'M0-10L10 0L0 10L-10 0Z" fill="#ffffff" stroke="#845200"/>'
        in client.get(picture, {**asked, "function": "point"}).content.decode()
    )
    set_policy("map.far_minutes", "20")
    set_policy("map.near_minutes", "10")
    far = client.get(picture, {**asked, "function": "point"}).content.decode()
    number = '<text y="3" font-size="8.5" font-weight="600" fill='
    assert f'fill="#845200" stroke="#845200"/>{number}"#ffffff">39<' in far
    nowhere = client.get(picture, {**asked, "function": "mobile"}).content.decode()
    assert f'stroke-dasharray="2 2"/>{number}"#1a1d21">?<' in nowhere
    for odd in ({"function": "x"}, {"county": "nowhere"}, {"q": "zzz"}):
        assert client.get(picture, odd).status_code == 200
        assert client.get(reverse("bases:gaps"), odd).status_code == 200
    assert ">蕉城区</text>" not in drawn
    lat, lng = POINTS["saiqi"]
    town: dict[str, Any] = {"level": "township", "kind": "镇", "valid_from": date(2000, 1, 1)}
    other = Division.objects.create(code="350981103", name="赛岐镇", short_name="赛岐", lat=lat, lng=lng, **town)
    Unit.objects.filter(pk=cast.unit("saiqi").pk).update(division=other)
    whole = client.get(picture, {"function": "school"}).content.decode()
    assert (">蕉城区</text>" in whole, ">霍童</text>" in whole, whole.count('fill="#ffffff">1<')) == (True, False, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_the_map_asks_the_same_of_one_and_of_three(
    cast: Cast, schools: dict[str, Base], count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast.accounts["city"])
    Unit.objects.filter(kind="township").exclude(
        pk__in=Unit.objects.filter(kind="township").order_by("pk").values("pk")[:count]
    ).update(valid_to=TODAY)
    for name, number in (("gaps", 14), ("gaps_map", 8)):
        with django_assert_num_queries(number):
            assert client.get(reverse(f"bases:{name}"), {"function": "hall"}).status_code == 200


def test_names_of_counties_keep_clear_of_the_dots() -> None:
    dots = [(200.0, 200.0), (212.0, 195.0)]
    (spot,) = words_among([(200.0, 204.0)], [36], dots)
    assert spot != (200.0, 204.0)
    assert all(abs(spot[0] - x) >= 18 + DOT or not spot[1] - LINE - DOT < y < spot[1] + DOT for x, y in dots)
    assert words_among([(200.0, 204.0)], [36], []) == [(200.0, 204.0)]
    crowd = [(float(x), float(y)) for x in range(100, 300, 8) for y in range(100, 300, 8)]
    assert words_among([(200.0, 204.0)], [36], crowd) == [(200.0, 204.0)]


def test_a_trainee_finds_the_nearest_venue_from_the_own_page(cast: Cast, schools: dict[str, Base]) -> None:
    trainee = signed_in(cast.accounts["trainee"])
    near = reverse("bases:near")
    assert f'href="{near}"' in trainee.get(reverse("classes:me")).content.decode()
    shown = trainee.get(near)
    assert [venue.base.name for venue in shown.context["listing"].rows] == ["huotong党校", "hubei党校", "saiqi党校"]
    venue = shown.context["listing"].rows[0]
    assert "约这个场地" not in trainee.get(reverse("bases:venue", args=[venue.pk])).content.decode()
