"""Travel times an operator loads: read row by row, dated, used before the estimate, and compared with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.models import Base, TravelPair
from doorstep.bases.queries.belts import far_places, road, spot_of, ways_between
from doorstep.bases.queries.gaps import townships_with_functions
from doorstep.bases.queries.near import codes_of, point_of, venues_near
from doorstep.bases.queries.travel import codes_at
from doorstep.bases.rules.belts import Road, Spot
from doorstep.bases.rules.travel import BadRow, TravelRow, estimate_error, read_travel
from doorstep.bases.services.belts import plan_belt
from doorstep.bases.services.travel import load_travel
from doorstep.catalogue.queries.routes_days import day_of
from doorstep.core import clock
from doorstep.core.models import Activity
from doorstep.directory.models import Division, Unit
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base
from tests.factories.routes import make_route, stop_plan

TODAY = date(2026, 11, 24)
HEAD = "from,to,minutes"
ROAD = Road(detour_percent=150, kmh=35)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.mark.parametrize(
    ("lines", "bad"),
    [
        ([], [BadRow(1, "head", "")]),
        (["a,b,5"], [BadRow(1, "head", "a,b,5")]),
        ([HEAD, "a,b"], [BadRow(2, "columns", "2")]),
        ([HEAD, "", "x,b,5"], [BadRow(3, "unknown", "x")]),
        ([HEAD, "a,y,5"], [BadRow(2, "unknown", "y")]),
        ([HEAD, "a,a,5"], [BadRow(2, "same", "a")]),
        ([HEAD, "a,b,0"], [BadRow(2, "minutes", "0")]),
        ([HEAD, "a,b,1441"], [BadRow(2, "minutes", "1441")]),
        ([HEAD, "a,b,５"], [BadRow(2, "minutes", "５")]),
        ([HEAD, "a,b,5.5"], [BadRow(2, "minutes", "5.5")]),
        ([HEAD, "a,b,999999"], [BadRow(2, "minutes", "999999")]),
        ([HEAD, "a,b,5", "b,a,6", "a,b,5"], [BadRow(4, "twice", "a,b")]),
    ],
)
def test_bad_rows_are_named_by_line(lines: list[str], bad: list[BadRow]) -> None:
    assert read_travel(lines, {"a", "b"})[1] == bad


def test_good_rows_as_programs_write_them() -> None:
    rows, bad = read_travel([" From , To,MINUTES", ' a ,"b", 5 ', "", "b,a,1440"], {"a", "b"})
    assert (rows, bad) == ([TravelRow("a", "b", 5), TravelRow("b", "a", 1440)], [])


def test_how_far_the_estimate_is() -> None:
    assert estimate_error([]) is None
    one = estimate_error([(30, 40)])
    assert one is not None
    assert (one.count, one.mean, one.middle, one.nine_tenths, one.bias) == (1, 10, 10, 10, -10)
    many = estimate_error([(n, 0) for n in range(11)])
    assert many is not None
    assert (many.mean, many.middle, many.nine_tenths, many.bias) == (5, 5, 9, 5)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), min_size=1))
def test_the_error_in_general(pairs: list[tuple[int, int]]) -> None:
    found = estimate_error(pairs)
    assert found is not None
    assert abs(found.bias) <= found.mean + 1e-9
    assert 0 <= found.middle <= max(abs(a - b) for a, b in pairs)
    assert found.middle <= found.nine_tenths + 1e-9


def test_the_most_exact_time_goes_first() -> None:
    here = Spot("甲", "a", None, None, codes=("JIA", "350902105200", "350902105"))
    there = Spot("乙", "b", None, None, codes=("YI", "350902200"))
    known: dict[tuple[str, str], int] = {("350902200", "350902105"): 50}

    def minutes(a: Spot = here, b: Spot = there) -> int | None:
        return Road(150, 35, known).minutes(a, b)

    assert (minutes(), minutes(there, here)) == (50, 50)
    known["350902105", "350902200"] = 40
    assert (minutes(), minutes(there, here)) == (40, 50)
    known["JIA", "YI"] = 30
    assert minutes() == 30
    assert ROAD.minutes(here, there) is None
    neighbour = Spot("丙", "a", None, None, codes=("BING", "350902105"))
    known["350902105", "BING"] = 7
    assert minutes(here, neighbour) is None


def test_codes_from_the_place_to_its_township() -> None:
    assert codes_at("JIA", "350902105200") == ("JIA", "350902105200", "350902105")
    assert codes_at("JIA", "350902105") == ("JIA", "350902105")
    assert codes_at("JIA", None) == ("JIA",)


@pytest.fixture
def places(cast: Cast) -> list[Base]:
    """Two schools, 39 estimated minutes from each other."""
    found = [make_base(cast.unit(name), name=f"{name}党校") for name in ("huotong", "hubei")]
    for base, lng in zip(found, (119.40, 119.55), strict=True):
        Base.objects.filter(pk=base.pk).update(lat=26.85, lng=lng)
    return list(Base.objects.order_by("pk"))


def load(a: Base, b: Base, minutes: int, source: str = "导航") -> Any:
    return load_travel(rows=[TravelRow(a.code, b.code, minutes)], source=source, actor=SYSTEM)


def test_dated_with_its_source_and_the_same_again_is_nothing(places: list[Base]) -> None:
    change = load(*places, 55)
    assert (len(change.new), len(change.changed), change.same) == (1, 0, 0)
    assert (load(*places, 55).same, TravelPair.objects.count()) == (1, 1)
    assert len(load(*places, 50, "路网").changed) == 1
    pair = TravelPair.objects.get()
    assert (pair.minutes, pair.source, pair.valid_from, pair.valid_to) == (50, "路网", TODAY, None)
    tomorrow = TODAY + timedelta(1)
    with clock.frozen(clock.at_local(tomorrow, 12)):
        load(*places, 45)
    old, new = TravelPair.objects.order_by("valid_from")
    assert (old.minutes, old.valid_to, new.minutes, new.valid_from) == (50, tomorrow, 45, tomorrow)
    told = Activity.objects.filter(event="bases.travel_loaded").order_by("at")
    assert [row.detail["source"] for row in told][-1] == "导航"
    assert {row.place for row in told} == {Unit.objects.get(kind="city").path}
    assert told.count() == 3


def test_the_database_refuses_too(places: list[Base]) -> None:
    load(*places, 55)
    one, other = (base.code for base in places)
    for origin, target, minutes in ((one, one, 5), (other, one, 0), (one, other, 9)):
        with pytest.raises(IntegrityError), transaction.atomic():
            TravelPair.objects.create(origin=origin, target=target, minutes=minutes, source="x", valid_from=TODAY)


def test_belts_go_by_it(cast: Cast, places: list[Base]) -> None:
    (estimated,) = ways_between(places)
    assert (estimated.minutes, estimated.is_known) == (39, False)
    load(places[1], places[0], 61)
    (known,) = ways_between(places)
    assert (known.minutes, known.is_known) == (61, True)
    assert [hop.minutes for hop in far_places(places)[1]] == [61]
    belt = plan_belt(
        unit=cast.unit("jiaocheng"), name="带", theme="x", places=places, argument="同一条溪", actor=SYSTEM
    )
    page = signed_in(cast.accounts["county"]).get(reverse("bases:base", args=[belt.pk])).content.decode()
    assert "61 分钟，按路网时间" in page


def test_routes_go_by_it_unless_somebody_entered_the_way(cast: Cast, places: list[Base]) -> None:
    stops = [stop_plan(base, way_minutes=None) for base in places]
    route = make_route(cast.unit("huotong"), places, stops=tuple(stops), starts=time(9))
    load(*places, 25)
    line = day_of(route).lines[1]
    assert (line.way, line.arrives, line.is_way_known) == (25, "10:25", True)
    url = reverse("catalogue:route", args=[route.pk])
    assert "路上 25 分钟，按路网时间" in signed_in(cast.accounts["township"]).get(url).content.decode()
    route.stops.filter(number=2).update(way_minutes=20)
    line = day_of(route).lines[1]
    assert (line.way, line.is_way_known) == (20, False)


def test_the_nearest_venues_go_by_it(cast: Cast, places: list[Base]) -> None:
    lies = Division.objects.create(code="350902105", name="霍童镇", short_name="霍童", level="township", kind="镇",
                                   lat=26.85, lng=119.40, valid_from=date(2000, 1, 1))  # fmt: skip
    there = Division.objects.create(code="350902200", name="虎𬇙镇", short_name="虎𬇙", level="township", kind="镇",
                                    valid_from=date(2000, 1, 1))  # fmt: skip
    unit = cast.unit("huotong")
    Unit.objects.filter(pk=unit.pk).update(division=lies)
    unit = Unit.objects.get(pk=unit.pk)
    Base.objects.filter(pk=places[1].pk).update(division=there)

    def found() -> list[tuple[str, int, bool]]:
        rows = venues_near(cast.actor("township"), point_of(unit), codes_of(unit)).order_by("minutes", "pk")
        return [(venue.base.name, venue.minutes, venue.is_known) for venue in rows]

    assert found() == [("huotong党校", 0, False), ("hubei党校", 39, False)]
    load_travel(rows=[TravelRow("350902200", "350902105", 70)], source="x", actor=SYSTEM)
    assert found()[1] == ("hubei党校", 70, True)
    load_travel(rows=[TravelRow("350902105", "350902200", 60)], source="x", actor=SYSTEM)
    assert found()[1] == ("hubei党校", 60, True)
    load_travel(rows=[TravelRow("350902105", places[1].code, 50)], source="x", actor=SYSTEM)
    assert found()[1] == ("hubei党校", 50, True)
    Base.objects.filter(pk=places[1].pk).update(lat=None, lng=None)
    assert found()[1] == ("hubei党校", 50, True)
    here = Spot("", "", *point_of(unit) or (0, 0), codes=codes_of(unit))
    target = spot_of(Base.objects.get(pk=places[1].pk))
    assert road([here, target]).minutes(here, target) == 50
    page = signed_in(cast.accounts["township"]).get(reverse("bases:near")).content.decode()
    assert "路网时间" in page.split("<tbody")[1]
    assert "估计" in page.split("<tbody")[1]
    assert codes_of(cast.unit("saiqi")) == ()


def test_the_gaps_of_townships_go_by_it(cast: Cast, places: list[Base]) -> None:
    """The nearer school of two is the one the road makes nearer; to a hall the way back stands for the way there."""
    for name, code, lng in (("huotong", "350902105", 119.40), ("saiqi", "350981101", 119.41)):
        lies = Division.objects.create(code=code, name=name, short_name=name, level="township", kind="镇", lat=26.85,
                                       lng=lng, valid_from=date(2000, 1, 1))  # fmt: skip
        Unit.objects.filter(pk=cast.unit(name).pk).update(division=lies)
    places[0].venues.update(seats=500)

    def near(name: str) -> tuple[int, int]:
        unit: Any = townships_with_functions(SYSTEM).get(pk=cast.unit(name).pk)
        return unit.near_school, unit.near_hall

    assert near("saiqi") == (3, 3)
    load_travel(rows=[TravelRow("350981101", places[0].code, 90)], source="x", actor=SYSTEM)
    assert near("saiqi") == (36, 90)
    load_travel(rows=[TravelRow(places[1].code, "350981101", 50)], source="x", actor=SYSTEM)
    assert near("saiqi") == (50, 90)
    assert near("huotong") == (0, 0)


def run(path: Path, *flags: str) -> tuple[int, str, str]:
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("load_travel", str(path), *flags, stdout=out, stderr=err)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue(), err.getvalue()


def test_the_command_writes_all_or_nothing(places: list[Base], tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    one, other = (base.code for base in places)
    path.write_text(f"\ufeff{HEAD}\n{one},{other},45\n{other},{one},44\n", "utf-8")
    code, out, _err = run(path, "--dry-run")
    assert (code, TravelPair.objects.count()) == (0, 0)
    assert "new 2" in out
    code, out, _err = run(path, "--source", "市路网 2026")
    assert (code, {pair.source for pair in TravelPair.objects.all()}) == (0, {"市路网 2026"})
    assert "mean 5.5 min" in out
    assert "bias -5.5 min" in out
    code, out, _err = run(path)
    assert (code, "same 2" in out, TravelPair.objects.count()) == (0, True, 2)
    bad = "\n".join(f"x{n},{one},5" for n in range(25))
    path.write_text(f"{HEAD}\n{one},{other},99\n{bad}\n", "utf-8")
    code, out, err = run(path)
    assert (code, out) == (2, "")
    assert "第 3 行 / line 3: 没有编码为“x0”" in err
    assert "5 more" in err
    assert "25 bad lines, nothing was written" in err
    assert sorted(TravelPair.objects.values_list("minutes", flat=True)) == [44, 45]


def test_the_command_refuses_what_is_no_list(places: list[Base], tmp_path: Path) -> None:
    assert run(tmp_path / "none.csv")[0] == 2
    path = tmp_path / "gbk.csv"
    path.write_bytes("从,到,分钟".encode("gbk"))
    code, _out, err = run(path)
    assert (code, "UTF-8" in err) == (2, True)
    Base.objects.update(lat=None)
    path.write_text(f"{HEAD}\n{places[0].code},{places[1].code},45\n", "utf-8")
    assert "nothing to compare" in run(path, "--dry-run")[1]


def test_two_lists_at_once(cast_committed: Cast) -> None:
    """One goes after the other; neither stumbles over the pairs of the other."""
    places = [make_base(cast_committed.unit(name), name=name) for name in ("huotong", "hubei")]
    works = [partial(load, places[0], places[1], minutes) for minutes in (40, 50, 60)]
    assert both(*works) == ["done"] * 3
    assert TravelPair.objects.filter(valid_to__isnull=True).count() == 1
