"""Routes: planned by a township, handed in, published by its county, flagged when something ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base, Venue
from doorstep.catalogue.models import Course, Route, RouteStop
from doorstep.catalogue.queries.routes import route_counts, routes_to_mend, routes_to_publish
from doorstep.catalogue.queries.routes_days import day_of
from doorstep.catalogue.services.routes import (
    RouteChangedMeanwhile,
    RouteNotDraft,
    RouteNoteMissing,
    RouteNotReady,
    RouteStandsSo,
    RouteTaken,
    RouteTwiceThere,
    bring_back_route,
    change_route,
    end_route,
    hand_in_route,
    plan_route,
    publish_route,
    return_route,
    withdraw_route,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.queries import units_where
from doorstep.faculty.models import Teacher
from doorstep.web.queries.search import found_for
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base
from tests.factories.homes import tasks_but_first_lessons
from tests.factories.routes import make_course, make_route, route_body, route_plan, stop_plan

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def lying(cast: Cast, unit: str, lng: float, seats: int = 90, name: str = "") -> Base:
    base = make_base(cast.unit(unit), name=name or f"{unit}党校", seats=seats)
    Base.objects.filter(pk=base.pk).update(lat=26.85, lng=lng)
    return Base.objects.get(pk=base.pk)


@pytest.fixture
def places(cast: Cast) -> list[Base]:
    """Three places from west to east, 14.9 km from each other; and a course one may teach there."""
    make_course(cast.unit("ningde"))
    return [lying(cast, "huotong", 119.40), lying(cast, "hubei", 119.55, 60), lying(cast, "huotong", 119.70, name="三")]


@pytest.fixture
def route(cast: Cast, places: list[Base]) -> Route:
    return make_route(cast.unit("huotong"), places)


def teacher(cast: Cast, unit: str, name: str = "钟阿婆", **changes: Any) -> Teacher:
    at = cast.unit(unit)
    values = {"name": name, "category": "local", "unit": at, "place": at.path, "county": at.county, **changes}
    return Teacher.objects.create(**values)


def test_the_times_are_worked_out_from_the_ways(cast: Cast, places: list[Base]) -> None:
    estimated = [stop_plan(base, way_minutes=None) for base in places[:2]]
    entered = stop_plan(places[2], way_minutes=25, dwell_minutes=90)
    route = make_route(cast.unit("huotong"), places, stops=(*estimated, entered), starts=time(9))
    day = day_of(route)
    assert [(line.arrives, line.leaves, line.way) for line in day.lines] == [
        ("9:00", "10:00", 0),
        ("10:39", "11:39", 39),
        ("12:04", "13:34", 25),
    ]
    assert (day.way, day.dwell, day.capacity, day.length) == (64, 210, 60, "4 小时 34 分钟")
    assert [fault.text[:9] for fault in day.faults] == [
        "还没有一站安排课程",
        "12:00到13:",
        "第 1 站“huo",
        "第 2 站“hub",
        "第 3 站“三”没",
    ]
    assert route.stops.get(number=1).way_minutes is None


def test_handed_in_by_the_township_published_by_its_county(cast: Cast, route: Route) -> None:
    township, county = cast.actor("township"), cast.actor("county")
    with pytest.raises(NotPermitted):
        publish_route(route=route, version=1, actor=township)
    assert hand_in_route(route=route, actor=township).status == "waiting"
    with pytest.raises(RouteStandsSo):
        hand_in_route(route=route, actor=township)
    assert [one.pk for one in routes_to_publish(county)] == [route.pk]
    assert [task.words for task in tasks_but_first_lessons(county, TODAY)] == ["发布路线：霍童溪一日行"]
    assert tasks_but_first_lessons(township, TODAY) == []
    published = publish_route(route=route, version=1, actor=county)
    assert (published.published_at, published.published_by_id) == (clock.now(), county.account_id)
    with pytest.raises(RouteStandsSo):
        publish_route(route=route, version=1, actor=county)
    assert route_counts() == {"route": 1}
    assert tasks_but_first_lessons(county, TODAY) == []
    told = Activity.objects.filter(subject_kind="route", subject_id=str(route.pk))
    assert {row.event.split("_")[-1] for row in told} == {"planned", "in", "published"}


def test_returned_with_the_reason(cast: Cast, route: Route) -> None:
    township, county = cast.actor("township"), cast.actor("county")
    with pytest.raises(RouteStandsSo):
        return_route(route=route, note="x", actor=county)
    hand_in_route(route=route, actor=township)
    with pytest.raises(RouteNoteMissing):
        return_route(route=route, note=" ", actor=county)
    assert return_route(route=route, note="午饭没有安排", actor=county).status == "draft"
    (task,) = tasks_but_first_lessons(township, TODAY)
    assert (task.words, task.note) == ("路线要改：霍童溪一日行", "午饭没有安排")
    hand_in_route(route=route, actor=township)
    assert list(routes_to_mend(township)) == []


def test_what_cannot_be_done_in_a_day_is_not_handed_in(cast: Cast, places: list[Base]) -> None:
    course = Course.objects.get()
    long = tuple(stop_plan(base, dwell_minutes=220, course_id=course.pk) for base in places)
    route = make_route(cast.unit("huotong"), places, stops=long, most_people=70)
    with pytest.raises(RouteNotReady) as refused:
        hand_in_route(route=route, actor=cast.actor("township"))
    assert "一天要 11 小时 20 分钟，最长 10 小时" in refused.value.text
    assert "到 19:50 才结束，最晚 18:00" in refused.value.text
    assert "第 2 站“hubei党校”只容得下 60 人，路线写的是 70 人" in refused.value.text
    with pytest.raises(RouteNotReady):
        publish_route(route=route, version=1, actor=cast.actor("county"))
    assert Route.objects.get().status == "draft"


def test_no_private_number_is_published_with_a_route(route: Route) -> None:
    """Neither of the route nor of a stop; the office's telephone is public."""
    route.stops.filter(number=2).update(note="找老林 139-0000-1111")
    with pytest.raises(RouteNotReady, match="139…"):
        publish_route(route=route, version=1, actor=SYSTEM)
    route.stops.update(note="接待室 0593-2812345")
    Route.objects.update(meeting_point="350902197002030017 处")
    with pytest.raises(RouteNotReady, match="单位座机"):
        publish_route(route=route, version=1, actor=SYSTEM)
    Route.objects.update(meeting_point="村口")
    publish_route(route=route, version=1, actor=SYSTEM)


def test_a_route_lapses_with_what_it_leads_to(cast: Cast, route: Route) -> None:
    venue, guide = Venue.objects.get(base__name="hubei党校"), teacher(cast, "huotong")
    route.stops.filter(number=2).update(venue=venue, guide=guide, needs_no_guide=False)
    publish_route(route=route, version=1, actor=SYSTEM)
    township = cast.actor("township")
    lapses = [
        (Base.objects.filter(name="hubei党校"), {"valid_to": TODAY}, {"valid_to": None}),
        (Venue.objects.filter(pk=venue.pk), {"is_active": False}, {"is_active": True}),
        (
            Course.objects.all(),
            {"stage": "disabled", "stage_before": "reviewed"},
            {"stage": "reviewed", "stage_before": ""},
        ),
        (Teacher.objects.all(), {"is_active": False}, {"is_active": True}),
    ]
    for rows, ended, back in lapses:
        assert list(routes_to_mend(township)) == []
        assert day_of(route).bars == []
        rows.update(**ended)
        assert [one.pk for one in routes_to_mend(township)] == [route.pk]
        assert len(day_of(route).bars) == 1
        page = enter(cast, "trainee").get(reverse("catalogue:routes"), {"status": "lapsed"}).content.decode()
        assert "已发布，有缺项" in page.split("<tbody")[1]
        rows.update(**back)
    Base.objects.filter(name="hubei党校").update(valid_to=date(2027, 1, 1))
    assert list(routes_to_mend(township)) == []


def test_only_a_draft_is_changed_and_only_as_it_was_seen(cast: Cast, places: list[Base], route: Route) -> None:
    township = cast.actor("township")
    changed = change_route(route=route, plan=route_plan(places[:2], name="短的"), version=1, actor=township)
    assert (changed.version, changed.stops.count()) == (2, 2)
    with pytest.raises(RouteChangedMeanwhile):
        change_route(route=route, plan=route_plan(places), version=1, actor=township)
    with pytest.raises(RouteChangedMeanwhile):
        publish_route(route=route, version=1, actor=cast.actor("county"))
    publish_route(route=route, version=2, actor=cast.actor("county"))
    with pytest.raises(RouteNotDraft):
        change_route(route=route, plan=route_plan(places), version=2, actor=township)
    assert withdraw_route(route=route, actor=township).published_at is None
    with pytest.raises(RouteStandsSo):
        withdraw_route(route=route, actor=township)
    assert change_route(route=route, plan=route_plan(places), version=2, actor=township).name == "霍童溪一日行"


def test_put_away_and_brought_back(cast: Cast, places: list[Base], route: Route) -> None:
    with pytest.raises(RouteStandsSo):
        bring_back_route(route=route, actor=SYSTEM)
    publish_route(route=route, version=1, actor=SYSTEM)
    assert end_route(route=route, actor=SYSTEM).status == "disabled"
    with pytest.raises(RouteStandsSo):
        end_route(route=route, actor=SYSTEM)
    other = make_route(cast.unit("huotong"), places)
    with pytest.raises(RouteTaken):
        bring_back_route(route=route, actor=SYSTEM)
    end_route(route=other, actor=SYSTEM)
    assert bring_back_route(route=route, actor=SYSTEM).status == "draft"


def test_what_does_not_exist_or_makes_no_sense_is_refused(cast: Cast, places: list[Base], route: Route) -> None:
    one, two, _three = places
    plan = partial(make_route, cast.unit("huotong"), places, name="新的")
    room = Venue.objects.get(base=two)
    for wrong in (
        {"base_id": 10**6}, {"venue_id": room.pk}, {"venue_id": 10**6}, {"course_id": 10**6}, {"guide_id": 10**6},
    ):  # fmt: skip
        with pytest.raises(NotFound):
            plan(stops=(stop_plan(one, **wrong),))
    belt = Base.objects.create(code="b", kind="belt", name="带", unit=cast.unit("huotong"), valid_from=TODAY)
    with pytest.raises(NotFound):
        plan(stops=(stop_plan(belt),))
    with pytest.raises(RouteTwiceThere, match="第 2 站“huotong党校”"):
        plan(stops=(stop_plan(one), stop_plan(one)))
    with pytest.raises(RouteTaken):
        make_route(cast.unit("huotong"), places)
    assert make_route(cast.unit("hubei"), places).name == route.name
    guide = teacher(cast, "huotong")
    made = plan(stops=(stop_plan(one, guide_id=guide.pk), stop_plan(two, venue_id=room.pk, note=" 坐船 ")))
    assert [(s.needs_no_guide, s.way_minutes, s.note) for s in made.stops.order_by("number")] == [
        (False, None, ""), (True, 10, "坐船"),
    ]  # fmt: skip


def test_the_database_refuses_too(route: Route) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Route.objects.update(status="published")
    with pytest.raises(IntegrityError), transaction.atomic():
        RouteStop.objects.filter(number=2).update(number=1)


def test_what_must_hold_is_checked(cast: Cast, places: list[Base], route: Route) -> None:
    def broken() -> set[str]:
        return {found.name for found in check_invariants() if not found.holds}

    assert broken() == set()
    route.stops.filter(number=2).update(number=4)
    assert broken() == {"route_stops_are_numbered"}
    route.stops.filter(number__gt=1).delete()
    Route.objects.update(status="waiting")
    assert broken() == {"route_published_has_stops"}
    RouteStop.objects.create(route=route, number=2, base=places[0], dwell_minutes=60)
    assert broken() == {"route_goes_somewhere_else"}
    route.stops.filter(number=2).update(base=places[1], venue=Venue.objects.get(base=places[0]))
    Route.objects.update(place="1/")
    assert broken() == {"route_stop_is_a_place", "route_place_is_unit_path"}


def test_who_plans_for_whom(cast: Cast) -> None:
    names = {
        who: [unit.short_name for unit in units_where(cast.actor(who), "catalogue.plan_route")]
        for who in ("city", "base", "trainee")
    }
    assert names == {"city": ["宁德市委组织部"], "base": ["霍童镇党委"], "trainee": []}


def test_the_search_box_finds_what_one_may_see(cast: Cast, route: Route) -> None:
    def hits(who: str, text: str) -> list[str]:
        (group,) = [one for one in found_for(text, cast.actor(who)) if one.title == "精品路线"]
        return [hit.title for hit in group.hits]

    assert hits("township", "htx") == hits("county", "童溪") == ["霍童溪一日行"]
    assert hits("secretary", "htx") == []
    publish_route(route=route, version=1, actor=SYSTEM)
    assert hits("secretary", "htx") == ["霍童溪一日行"]


def enter(cast: Cast, name: str) -> Client:
    return signed_in(cast.accounts[name])


def test_drafts_are_between_the_unit_and_the_levels_above(cast: Cast, route: Route) -> None:
    def status(who: str, page: str = "route") -> int:
        return enter(cast, who).get(reverse(f"catalogue:{page}", args=[route.pk])).status_code

    everybody = ["township", "base", "county", "city", "sibling_township", "other_county", "trainee", "auditor"]
    assert [status(who) for who in everybody] == [200] * 4 + [404] * 4
    publish_route(route=route, version=1, actor=SYSTEM)
    for page in ("route", "route_print", "route_map"):
        assert [status(who, page) for who in everybody] == [200] * 8
    assert [status(who, "route_edit") for who in everybody] == [409] * 4 + [404] * 4


def test_from_the_form_to_the_published_page(cast: Cast, places: list[Base]) -> None:
    township, new = enter(cast, "township"), reverse("catalogue:route_new")
    shown = township.get(new).content.decode()
    assert "huotong党校" in shown
    assert 'name="stop-1-base"' in shown
    body = route_body(places, most_people="40")
    grown = township.post(new, {**body, "act": "add"}).content.decode()
    assert 'name="stop-3-base"' in grown
    assert f'<option value="{places[1].pk}" selected>' in grown
    moved = township.post(new, {**body, "act": "up-2"}).content.decode()
    assert [moved.index(f'<option value="{places[n].pk}" selected>') for n in (0, 2, 1)] == sorted(
        moved.index(f'<option value="{places[n].pk}" selected>') for n in range(3)
    )
    assert "还没有一站安排课程" in moved
    assert Route.objects.count() == 0
    twice = township.post(new, {**body, "stop-1-base": places[0].pk})
    assert twice.status_code == 422
    assert "是同一处" in twice.content.decode()
    for bad in ({"stop-0-base": ""}, {"stop-0-dwell": "x"}, {"name": ""}, {"starts": "9 点"}, {"stop-0-guide": "9"}):
        answer = township.post(new, {**body, **bad})
        assert (answer.status_code, Route.objects.count()) == (422, 0)
        assert 'value="40"' in answer.content.decode()
    course = Course.objects.get()
    made = township.post(new, {**body, "stop-0-course": course.pk, "stop-1-meal": "on"})
    route = Route.objects.get()
    page = made.headers["Location"]
    assert page == reverse("catalogue:route", args=[route.pk])
    assert "摆脱贫困" in township.get(page).content.decode()
    edit = reverse("catalogue:route_edit", args=[route.pk])
    form = township.get(edit).content.decode()
    assert f'<option value="{course.pk}" selected>' in form
    assert township.post(edit, {**body, "stop-0-course": course.pk, "version": "7"}).status_code == 422
    assert township.post(edit, {**body, "stop-0-course": course.pk}).status_code == 422
    assert township.post(edit, {**body, "stop-0-course": course.pk, "version": "1"}).status_code == 302
    turn, publish = (reverse(f"catalogue:{name}", args=[route.pk]) for name in ("route_turn", "route_publish"))
    assert township.post(turn, {"answer": "x"}).status_code == 404
    for answer in ("hand_in", "withdraw", "end", "bring_back", "hand_in"):
        assert township.post(turn, {"answer": answer}).status_code == 302
    county = enter(cast, "county")
    assert county.post(publish, {"answer": "return"}).status_code == 422
    assert county.post(publish, {"answer": "return", "note": "换一站"}).status_code == 302
    assert "换一站" in township.get(page).content.decode()
    assert county.post(publish, {}).status_code == 422
    assert county.post(publish, {"version": "2"}).status_code == 302
    seen = enter(cast, "trainee").get(page).content.decode()
    assert "已发布" in seen
    assert "修改路线" not in seen


def test_the_form_offers_rooms_of_the_place_and_teachers_near_it(cast: Cast, places: list[Base], route: Route) -> None:
    for unit in ("huotong", "hubei", "jiaocheng", "saiqi", "ningde"):
        teacher(cast, unit, name=f"{unit}老师")
    room, old = Venue.objects.get(base=places[1]), Venue.objects.create(base=places[1], name="旧楼", seats=5)
    gone = teacher(cast, "saiqi", name="走了的", is_active=False)
    route.stops.filter(number=2).update(venue=room, guide=gone, needs_no_guide=False)
    Venue.objects.filter(pk=old.pk).update(is_active=False)
    Base.objects.filter(pk=places[2].pk).update(valid_to=TODAY)
    edit = reverse("catalogue:route_edit", args=[route.pk])
    township = enter(cast, "township")
    form = township.get(edit).content.decode()
    second = form.split('id="stop-2"')[1].split('id="stop-3"')[0]
    names = ("huotong老师", "hubei老师", "jiaocheng老师", "saiqi老师", "ningde老师", "走了的")
    assert [name for name in names if name not in second] == ["saiqi老师", "ningde老师"]
    assert "hubei老师" not in form.split('id="stop-1"')[1].split('id="stop-2"')[0]
    assert f'<option value="{room.pk}" selected>' in second
    assert "旧楼" not in second
    assert f'<option value="{places[2].pk}" selected>' in form  # out of use, but what stands is not lost
    body = route_body(places[:2], **{"stop-0-venue": room.pk, "version": 1})
    assert township.post(edit, body).status_code == 302  # the room of another place is not taken along
    assert not route.stops.exclude(venue=None).exists()


def test_places_of_another_county_can_be_listed(cast: Cast, places: list[Base]) -> None:
    lying(cast, "saiqi", 119.6)
    township, new = enter(cast, "township"), reverse("catalogue:route_new")
    assert "saiqi党校" not in township.get(new).content.decode()
    listed = township.post(new, {**route_body(places), "county": ["350902", "350981"], "act": "counties"})
    assert "saiqi党校" in listed.content.decode()
    own = enter(cast, "city").get(new, {"unit": "x"}).content.decode()
    assert "huotong党校" not in own


def test_the_day_is_checked_while_it_is_filled_in(cast: Cast, places: list[Base]) -> None:
    township, new = enter(cast, "township"), reverse("catalogue:route_new")
    answer = township.post(new, route_body(places), headers={"HX-Request": "true"})
    assert (answer.status_code, Route.objects.count()) == (200, 0)
    assert "8:30–11:50，3 站，共 3 小时 20 分钟" in answer.content.decode()
    assert "<form" not in answer.content.decode()
    for unfinished in ({"starts": ""}, {"stops": "0"}, {"stops": "x"}, {f"stop-{n}-base": "" for n in range(3)}):
        answer = township.post(new, {**route_body(places), **unfinished}, headers={"HX-Request": "true"})
        assert "填好几点开始" in answer.content.decode()


def test_a_place_nobody_offers_is_not_looked_up(cast: Cast, places: list[Base]) -> None:
    belt = Base.objects.create(code="b", kind="belt", name="带", unit=cast.unit("huotong"), county="350902",
                               place=cast.unit("huotong").path, valid_from=TODAY)  # fmt: skip
    body = route_body([belt])
    answer = enter(cast, "township").post(reverse("catalogue:route_new"), {**body, "act": "check"})
    assert "填好几点开始" in answer.content.decode()


def test_where_nobody_knows_the_way_it_is_asked_for(cast: Cast, places: list[Base]) -> None:
    Base.objects.filter(pk=places[1].pk).update(lat=None)
    route = make_route(cast.unit("huotong"), places, stops=tuple(stop_plan(b, way_minutes=None) for b in places[:2]))
    assert "不知道到第 2 站“hubei党校”要多久，请自己填路上的分钟数" in [f.text for f in day_of(route).bars]
    page = enter(cast, "township").get(reverse("catalogue:route", args=[route.pk])).content.decode()
    assert "路上多久还不知道" in page


def test_the_stops_are_drawn_on_their_county_or_the_whole_city(cast: Cast, places: list[Base], route: Route) -> None:
    address = reverse("catalogue:route_map", args=[route.pk])
    near = enter(cast, "county").get(address).content.decode()
    assert (near.count("<circle"), near.count("<polyline")) == (3, 1)
    RouteStop.objects.filter(number=3).update(base=lying(cast, "saiqi", 119.6))
    far = enter(cast, "county").get(address).content.decode()
    assert far.count("Z") > near.count("Z")
    assert far.count("<circle") == 3


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({}, True), ({"q": "htx"}, True), ({"q": "fd"}, False), ({"people": "60"}, True), ({"people": "61"}, False),
        ({"people": "x"}, False), ({"theme": "乡村振兴"}, True), ({"theme": "别的"}, False),
        ({"county": "350902"}, True), ({"county": "350981"}, False), ({"status": "draft"}, True),
        ({"status": "published"}, False), ({"status": "lapsed"}, False), ({"base": "0"}, False), ({"base": "x"}, False),
    ],
)  # fmt: skip
def test_the_list_by_what_one_looks_for(cast: Cast, route: Route, asked: dict[str, str], is_found: bool) -> None:
    page = enter(cast, "county").get(reverse("catalogue:routes"), asked)
    assert page.status_code == 200
    assert ("霍童溪一日行" in page.content.decode()) == is_found


def test_a_place_leads_to_the_routes_through_it(cast: Cast, places: list[Base], route: Route) -> None:
    county = enter(cast, "county")
    page = county.get(reverse("bases:base", args=[places[1].pk])).content.decode()
    assert f"/routes/?base={places[1].pk}" in page
    assert "霍童溪一日行" in county.get(f"/routes/?base={places[1].pk}").content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_number_of_queries(
    cast: Cast, places: list[Base], number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [make_route(cast.unit("huotong"), places, name=f"路线{n}") for n in range(number)]
    county = enter(cast, "county")
    counts = {"routes": 7, "route": 9, "route_print": 8, "route_map": 4, "route_new": 9, "route_edit": 19}
    for name in counts:
        args = [] if name in ("routes", "route_new") else [made[0].pk]
        with django_assert_num_queries(counts[name]):
            county.get(reverse(f"catalogue:{name}", args=args))


def test_two_editors_and_two_publishers_at_once(cast_committed: Cast) -> None:
    cast = cast_committed
    with clock.frozen(clock.at_local(TODAY, 12)):
        places = [lying(cast, "huotong", 119.40), lying(cast, "hubei", 119.55)]
        make_course(cast.unit("ningde"))
    route, plan = make_route(cast.unit("huotong"), places), route_plan(places)
    editors = cast.actor("township"), cast.actor("base")
    said = both(*(partial(change_route, route=route, plan=plan, version=1, actor=one) for one in editors))
    assert said == ["done", RouteChangedMeanwhile.code]
    publishers = cast.actor("county"), cast.actor("city")
    said = both(*(partial(publish_route, route=route, version=2, actor=one) for one in publishers))
    assert said == ["done", RouteStandsSo.code]
    twice = [partial(plan_route, unit=cast.unit("huotong"), plan=route_plan(places, name="双击"), actor=SYSTEM)] * 2
    assert both(*twice) == ["done", RouteTaken.code]
    assert RouteStop.objects.filter(route__name="双击").count() == 2
