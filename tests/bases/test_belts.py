"""Belts: planned from neighbouring places of one county, published with their five ones, flagged when one lapses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import AspectState, Base, Belt, Evidence
from doorstep.bases.queries.belts import belt_units, belt_use, builders_of, lacking_aspects, places_by_ids, places_of
from doorstep.bases.queries.places import base_counts
from doorstep.bases.rules.belts import Road, Spot, hops, straight_km, too_far
from doorstep.bases.services.belts import (
    BeltAcrossCounties,
    BeltNotReady,
    BeltPlaceNowhere,
    BeltStandsSo,
    BeltTaken,
    BeltTooFar,
    BeltTooSmall,
    change_belt,
    plan_belt,
    publish_belt,
    withdraw_belt,
)
from doorstep.bases.services.standards import file_evidence, judge_standards, take_back_evidence
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.models import Division, Unit
from tests.cast import Cast
from tests.factories.bases import file_link
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base
from tests.factories.reservations import reserve
from tests.factories.visits import make_visit

TODAY = date(2026, 11, 24)
FILED = ("theme.brief", "route.line", "guides.guides")
ROAD = Road(detour_percent=150, kmh=35)


@pytest.fixture(autouse=True)
def _noon(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def place(cast: Cast, unit: str, lat: float | None, lng: float | None, **changes: Any) -> Base:
    base = make_base(cast.unit(unit), name=f"{unit}党校")
    Base.objects.filter(pk=base.pk).update(lat=lat, lng=lng, **changes)
    return Base.objects.get(pk=base.pk)


@pytest.fixture
def places(cast: Cast) -> list[Base]:
    """Two places, 14.9 km from each other in a straight line; one of them a flagged point."""
    return [place(cast, "huotong", 26.85, 119.40, is_flagged=True), place(cast, "hubei", 26.85, 119.55)]


@pytest.fixture
def belt(cast: Cast, places: list[Base]) -> Belt:
    return planned(cast, places)


def planned(cast: Cast, places: list[Base], **changes: Any) -> Belt:
    values: dict[str, Any] = {
        "unit": cast.unit("jiaocheng"),
        "name": "霍童溪示范带",
        "theme": "乡村振兴",
        "actor": cast.actor("county"),
        **changes,
    }
    return plan_belt(places=places, **values)


def lacks(belt: Belt) -> list[str]:
    """The ones it lacks, by their names alone."""
    return [words.split("（")[0] for words in lacking_aspects(belt.base)]


def show_all(belt: Belt, days_ago: int = 3) -> None:
    """Everything the belt has to file, accepted."""
    for item in FILED:
        issued = TODAY - timedelta(days=days_ago)
        file_link(belt.base, item=f"standard.belt.{item}", issued_on=issued)
    belt.base.evidence.update(status="passed", reviewed_at=clock.now())
    judge_standards(actor=SYSTEM)


def test_the_way_is_estimated_from_the_straight_line() -> None:
    one, other = Spot("甲", "a", 26.85, 119.40), Spot("乙", "b", 26.85, 119.55)
    assert round(straight_km(26.85, 119.40, 26.85, 119.55), 2) == 14.88
    assert ROAD.minutes(one, other) == 39  # 14.88 km x 1.5 at 35 km/h = 38.3 minutes
    assert ROAD.minutes(one, one) == 0
    assert ROAD.minutes(one, Spot("丙", "c", None, None)) is None


def test_places_are_a_chain_of_the_nearest() -> None:
    spots = [Spot("甲", "a", 26.85, 119.40), Spot("丙", "c", 26.85, 119.70), Spot("乙", "b", 26.85, 119.55),
             Spot("邻", "a", 25.0, 110.0), Spot("丁", "d", None, None)]  # fmt: skip
    assert [(hop.spot.name, hop.minutes) for hop in hops(spots, ROAD)] == [
        ("邻", 0),
        ("乙", 39),
        ("丙", 39),
        ("丁", None),
    ]
    assert [hop.spot.name for hop in too_far(spots, ROAD, 39)] == ["丁"]
    assert [hop.spot.name for hop in too_far(spots, ROAD, 38)] == ["乙", "丙", "丁"]
    assert hops([], ROAD) == []


def test_the_chain_begins_where_somebody_knows_the_way() -> None:
    spots = [Spot("丁", "d", None, None), Spot("甲", "a", 26.85, 119.40), Spot("乙", "b", 26.85, 119.55)]
    assert [(hop.spot.name, hop.minutes) for hop in hops(spots, ROAD)] == [("乙", 39), ("丁", None)]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.floats(26, 28), st.floats(118, 121)), min_size=1, max_size=8),
    st.randoms(use_true_random=False),
)
def test_it_does_not_matter_in_which_order_places_are_named(rows: list[tuple[str, float, float]], rng: Any) -> None:
    """Whether all are neighbours depends on where they lie, not on who was named first; every place is asked once."""
    spots = [Spot(str(n), town, lat, lng) for n, (town, lat, lng) in enumerate(rows)]
    mixed = rng.sample(spots, len(spots))
    longest = [max([hop.minutes or 0 for hop in hops(some, ROAD)], default=0) for some in (spots, mixed)]
    assert longest[0] == longest[1]
    assert {hop.spot for hop in hops(spots, ROAD)} == set(spots[1:])


def test_a_belt_is_published_with_its_five_ones_and_flagged_when_one_runs_out(cast: Cast, belt: Belt) -> None:
    county = cast.actor("county")
    with pytest.raises(BeltNotReady) as refused:
        publish_belt(belt=belt, actor=county)
    # The place is premium, 180 people fit in.
    assert (
        "还差：主题（主题和建设方案：还没有报送）、路线（线路图和行程说明：还没有报送）、讲解员（" in refused.value.text
    )
    show_all(belt)
    assert lacking_aspects(belt.base) == []
    published = publish_belt(belt=belt, actor=county)
    assert (published.published_at, published.published_by_id) == (clock.now(), county.account_id)
    with pytest.raises(BeltStandsSo):
        publish_belt(belt=belt, actor=county)
    with clock.frozen(clock.at_local(date(2027, 11, 21), 0, 20)):
        judge_standards(actor=SYSTEM)
    assert lacks(belt) == ["讲解员"]
    lapsed = Activity.objects.get(event="bases.standard_lapsed", subject_id=str(belt.pk))
    assert lapsed.detail["lacking"][0]["code"] == "expired"
    rows = signed_in(cast.accounts["trainee"]).get(reverse("bases:belts"), {"status": "lapsed"}).content.decode()
    assert "霍童溪示范带" in rows
    assert "已发布，有缺项" in rows


def test_what_a_place_loses_its_belt_loses_at_once(cast: Cast, places: list[Base], belt: Belt) -> None:
    show_all(belt)
    Base.objects.filter(pk=places[0].pk).update(is_flagged=False, capacity=5)
    judge_standards(actor=SYSTEM)
    assert lacks(belt) == ["阵地", "接待能力"]
    for state in AspectState.objects.filter(base=places[1]):
        state.is_had, state.lacking = True, []
        state.save()
    # Evidence of the place that changes how it stands is felt by the belt in the same transaction.
    evidence = file_link(places[1])
    assert AspectState.objects.filter(base=places[1], is_had=False).exists()
    assert lacks(belt) == ["阵地", "接待能力"]
    Evidence.objects.filter(pk=evidence.pk).delete()


def test_school_with_everything_is_a_premium_place(cast: Cast, places: list[Base], belt: Belt) -> None:
    Base.objects.update(is_flagged=False)
    judge_standards(actor=SYSTEM)
    assert "阵地" in lacks(belt)
    AspectState.objects.filter(base=places[1]).update(is_had=True, lacking=[])
    change_belt(belt=belt, name="霍童溪示范带", theme="x", places=places, actor=SYSTEM)
    assert "阵地" not in lacks(belt)


def test_what_does_not_hang_together_is_refused(cast: Cast, places: list[Base]) -> None:
    far = place(cast, "hubei", 27.4, 119.4)
    with pytest.raises(BeltTooSmall, match="只在 1 个乡镇"):
        planned(cast, places[:1])
    with pytest.raises(BeltTooSmall, match="只在 0 个乡镇"):
        planned(cast, [])
    with pytest.raises(BeltAcrossCounties, match="saiqi党校"):
        planned(cast, [*places, place(cast, "saiqi", 26.9, 119.6)])
    with pytest.raises(BeltTooFar, match="超过 60 分钟车程：hubei党校"):
        planned(cast, [places[0], far])
    assert planned(cast, [places[0], far], argument="同一条溪").argument == "同一条溪"
    with pytest.raises(BeltTaken):
        planned(cast, places)
    belt = planned(cast, places, name="第二条")
    with pytest.raises(NotFound):
        planned(cast, [*places, belt.base], name="带中带")
    with pytest.raises(BeltTaken):
        change_belt(belt=belt, name="霍童溪示范带", theme="x", places=places, actor=SYSTEM)
    assert planned(cast, [place(cast, "saiqi", 26.9, 119.6), place(cast, "xiangyang", 26.9, 119.6)],
                   unit=cast.unit("fuan"), actor=SYSTEM).base.county == "350981"  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Base.objects.filter(pk=belt.pk).update(name="霍童溪示范带")
    assert base_counts()["belt"] == 3


def test_withdrawn_it_is_a_draft_again(cast: Cast, belt: Belt) -> None:
    with pytest.raises(BeltStandsSo):
        withdraw_belt(belt=belt, actor=SYSTEM)
    show_all(belt)
    publish_belt(belt=belt, actor=SYSTEM)
    assert withdraw_belt(belt=belt, actor=SYSTEM).published_at is None
    assert publish_belt(belt=belt, actor=SYSTEM).published_at == clock.now()


def test_a_belt_without_its_row_and_a_belt_in_a_belt_are_found(belt: Belt) -> None:
    def offenders() -> list[Any]:
        (found,) = [one for one in check_invariants() if one.name == "belt_has_its_row"]
        return [one["id"] for one in found.offenders]

    assert offenders() == []
    belt.places.add(belt.base)
    assert offenders() == [belt.pk]
    belt.places.clear()
    Base.objects.filter(pk=belt.pk).update(kind="lecture_hall")
    assert offenders() == [belt.pk]


def test_who_plans_for_which_county(cast: Cast) -> None:
    assert [unit.short_name for unit in belt_units(cast.actor("county"))] == ["蕉城区委组织部"]
    assert [unit.short_name for unit in belt_units(cast.actor("city"))] == ["蕉城区委组织部", "福安市委组织部"]
    assert belt_units(cast.actor("township")) == []


def test_a_place_without_a_point_lies_where_its_village_or_township_does(cast: Cast) -> None:
    """Two places of one township are neighbours and one township, whatever is known of them; the unknown is said so."""
    town = Division.objects.create(
        code="350902105", level="township", kind="镇", name="霍童镇", short_name="霍童", lat=26.85, lng=119.40,
        valid_from=date(2000, 1, 1),
    )  # fmt: skip
    Unit.objects.filter(pk=cast.unit("huotong").pk).update(division=town)
    pin = make_base(cast.unit("huotong"), name="有坐标的点")
    bare = make_base(cast.unit("huotong"), name="没填坐标的院落")
    Base.objects.filter(pk=pin.pk).update(lat=26.86, lng=119.41, division=town)
    both = list(Base.objects.filter(pk__in=[pin.pk, bare.pk]))
    with pytest.raises(BeltTooSmall) as refused:
        planned(cast, both)
    assert "只在 1 个乡镇" in refused.value.text
    other = place(cast, "hubei", 26.85, 119.55)
    assert planned(cast, places_by_ids([bare.pk, other.pk])).places.count() == 2
    nowhere = place(cast, "hubei", None, None)
    Base.objects.filter(pk=other.pk).update(valid_to=TODAY)
    with pytest.raises(BeltPlaceNowhere) as unknown:
        planned(cast, places_by_ids([bare.pk, nowhere.pk]), name="另一条带")
    assert "算不出离带里其他阵地多远：hubei党校" in unknown.value.text
    argued = planned(cast, places_by_ids([bare.pk, nowhere.pk]), name="另一条带", argument="隔一座山")
    assert argued.argument == "隔一座山"


def enter(cast: Cast, name: str) -> Client:
    return signed_in(cast.accounts[name])


def test_from_the_form_to_the_published_page(cast: Cast, places: list[Base]) -> None:
    county, new = enter(cast, "county"), reverse("bases:belt_new")
    shown = county.get(new).content.decode()
    assert "huotong党校" in shown
    assert "saiqi" not in shown
    body = {"unit": cast.unit("jiaocheng").pk, "name": "霍童溪示范带", "theme": "乡村振兴", "argument": ""}
    refused = county.post(new, {**body, "places": [places[0].pk]})
    assert (refused.status_code, Belt.objects.count()) == (422, 0)
    assert f'value="{places[0].pk}" checked' in refused.content.decode()
    for bad in ("x", "999999"):
        assert county.post(new, {**body, "places": [bad]}).status_code == 422
    assert county.post(new, {**body, "name": "", "places": [p.pk for p in places]}).status_code == 422
    made = county.post(new, {**body, "places": [p.pk for p in places]})
    belt = Belt.objects.get()
    assert made.headers["Location"] == reverse("bases:base", args=[belt.pk])
    page = county.get(made.headers["Location"]).content.decode()
    assert "约 39 分钟" in page
    assert "有 2 / 5，每晚重新核对" in page
    publish = reverse("bases:belt_publish", args=[belt.pk])
    said = county.post(publish, {"answer": "publish"}, follow=True).content.decode()
    assert "还不能发布，还差：" in said
    assert "带里的阵地" in said  # on the page it was pressed on
    show_all(belt)
    assert county.post(publish, {"answer": "publish"}).status_code == 302
    seen = enter(cast, "trainee").get(reverse("bases:base", args=[belt.pk])).content.decode()
    assert "已发布" in seen
    assert "修改示范带" not in seen
    edit = reverse("bases:belt_edit", args=[belt.pk])
    assert f'value="{places[1].pk}" checked' in county.get(edit).content.decode()
    changed = {"name": "霍童溪带", "theme": "生态文明", "argument": "", "places": [p.pk for p in places]}
    assert county.post(edit, {**changed, "places": []}).status_code == 422
    assert county.post(edit, changed).status_code == 302
    assert Base.objects.get(pk=belt.pk).name == "霍童溪带"
    assert county.post(publish, {"answer": "withdraw"}).status_code == 302
    assert "已经是这样了" in county.post(publish, {"answer": "withdraw"}, follow=True).content.decode()


def test_who_builds_a_belt_and_how_it_is_used(cast: Cast, places: list[Base], belt: Belt) -> None:
    here, there = places
    belt.places.add(make_base(cast.unit("huotong"), name="霍童第二处"))
    make_visit(here)
    make_visit(there, local_count=1, outside_count=0)
    make_visit(there, visited_on=date(2026, 11, 23), local_count=0, outside_count=7)
    make_visit(make_base(cast.unit("saiqi"), name="带外"))
    reserve(cast.unit("huotong"), here.venues.get(), date(2026, 12, 1), is_hold=True)
    reserve(cast.unit("huotong"), here.venues.get(), date(2026, 12, 2))
    reserve(cast.unit("huotong"), here.venues.get(), date(2027, 1, 1))
    found = belt_use(places_of(belt), 2026)
    assert (found.bookings, found.visits.local, found.visits.outside) == (1, 13, 37)
    names = [cast.unit("huotong").short_name, cast.unit("hubei").short_name]
    assert sorted(builders_of(places_of(belt))) == sorted([(names[0], 2), (names[1], 1)])
    page = enter(cast, "trainee").get(reverse("bases:base", args=[belt.pk])).content.decode()
    assert "50 人次，本地 13，外地 37" in page
    assert f'{names[0]}<span class="meta">（2 处）' in page


def test_who_builds_a_belt_files_for_it_too(cast: Cast, places: list[Base], belt: Belt) -> None:
    """The unit that leads it reviews, and sees which of the builders it came from."""
    key = "standard.belt.theme.brief"
    address = reverse("bases:evidence_new", args=[belt.pk])
    builder, other, county = (enter(cast, name) for name in ("township", "sibling_township", "county"))
    page = builder.get(reverse("bases:base", args=[belt.pk])).content.decode()
    assert f"{address}?item={key}" in page
    sent = {"item": key, "title": "建设方案", "issued_on": "2026-11-20", "note": "霍委〔2026〕9号"}
    shown = builder.post(address, sent, follow=True)
    evidence = Evidence.objects.get()
    assert (evidence.filed_for, evidence.filing_unit, evidence.place) == (
        cast.unit("huotong"), cast.unit("huotong"), cast.unit("jiaocheng").path,
    )  # fmt: skip
    assert "撤回这份证明" in shown.content.decode()
    own = reverse("bases:evidence", args=[evidence.pk])
    for client, may_review in ((county, True), (other, False)):
        page = client.get(own).content.decode()
        assert "霍童镇党委，township" in page
        assert ('value="accept"' in page, "撤回这份证明" in page) == (may_review, may_review)
    with pytest.raises(NotPermitted):
        take_back_evidence(evidence=evidence, actor=cast.actor("sibling_township"))
    assert builder.post(reverse("bases:evidence_take_back", args=[evidence.pk])).status_code == 302
    file_evidence(base=belt.base, item=key, title="方案", note="x", issued_on=TODAY, actor=cast.actor("county"))
    led = Evidence.objects.latest("pk")
    assert (led.filed_for, led.filing_unit) == (None, cast.unit("jiaocheng"))
    with pytest.raises(NotPermitted):
        take_back_evidence(evidence=led, actor=cast.actor("township"))
    listed = builder.get(reverse("bases:evidence_list")).content.decode()
    assert listed.count("霍童溪示范带") == 4
    lacking = reverse("bases:lacking")
    assert "霍童溪示范带" in builder.get(lacking, {"kind": "belt"}).content.decode()


@pytest.mark.parametrize("who", ["other_county", "secretary", "trainee", "teacher"])
def test_who_builds_nothing_of_a_belt_files_nothing_for_it(cast: Cast, belt: Belt, who: str) -> None:
    file_link(belt.base, item="standard.belt.theme.brief")
    assert enter(cast, who).get(reverse("bases:evidence_new", args=[belt.pk])).status_code == 404
    assert enter(cast, who).get(reverse("bases:evidence", args=[Evidence.objects.get().pk])).status_code == 404
    with pytest.raises(NotPermitted):
        file_evidence(
            base=belt.base, item="standard.belt.route.line", title="x", note="x", issued_on=TODAY, actor=cast.actor(who)
        )


def test_a_township_builds_no_more_once_its_places_are_out_of_the_belt(
    cast: Cast, places: list[Base], belt: Belt
) -> None:
    belt.places.remove(places[0])
    assert enter(cast, "township").get(reverse("bases:evidence_new", args=[belt.pk])).status_code == 404
    assert enter(cast, "sibling_township").get(reverse("bases:evidence_new", args=[belt.pk])).status_code == 200


def test_its_places_are_drawn_on_the_outline_of_the_county(cast: Cast, places: list[Base], belt: Belt) -> None:
    Base.objects.filter(pk=places[0].pk).update(lat=None)
    drawn = enter(cast, "trainee").get(reverse("bases:belt_map", args=[belt.pk]))
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    picture = drawn.content.decode()
    assert (picture.count("<circle"), ">1</text>" in picture, ">2</text>" in picture) == (1, True, False)
    Base.objects.filter(pk=belt.pk).update(county="110101")
    assert enter(cast, "trainee").get(reverse("bases:belt_map", args=[belt.pk])).status_code == 404
    page = enter(cast, "trainee").get(reverse("bases:base", args=[belt.pk])).content.decode()
    assert "map.svg" not in page


def test_the_city_chooses_the_county(cast: Cast, places: list[Base]) -> None:
    place(cast, "saiqi", 26.9, 119.6)
    city = enter(cast, "city")
    shown = city.get(reverse("bases:belt_new"), {"unit": cast.unit("fuan").pk}).content.decode()
    assert "saiqi党校" in shown
    assert "huotong党校" not in shown


def test_only_belts_have_the_pages_of_belts(cast: Cast, places: list[Base]) -> None:
    assert enter(cast, "county").get(reverse("bases:belt_edit", args=[places[0].pk])).status_code == 404


@pytest.mark.parametrize("status", ["", "draft", "published", "lapsed"])
def test_the_list_by_status(cast: Cast, belt: Belt, status: str) -> None:
    page = enter(cast, "county").get(reverse("bases:belts"), {"status": status})
    assert page.status_code == 200
    assert ("霍童溪示范带" in page.content.decode()) == (status in ("", "draft"))


def test_number_of_queries(cast: Cast, belt: Belt, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    county = enter(cast, "county")
    counts = {"belts": 6, "base": 20, "belt_new": 4, "belt_edit": 5}
    for name, count in counts.items():
        args = [belt.pk] if name in ("base", "belt_edit") else []
        with django_assert_num_queries(count):
            county.get(reverse(f"bases:{name}", args=args))
