"""The pages of scenes: keeping them, looking around along a route, signed in or not, and how few questions they ask."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base
from doorstep.bases.services.places import end_base
from doorstep.catalogue.models import Panorama, PanoramaMark, Route
from doorstep.catalogue.queries.panoramas_shown import tour_of_route
from doorstep.catalogue.rules.panoramas import apart
from doorstep.catalogue.services.panoramas import end_panorama
from doorstep.catalogue.services.panoramas_review import withdraw_panorama
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base
from tests.factories.courses import given_course
from tests.factories.panoramas import SEEN, given_mark, given_panorama, jpeg, upload
from tests.factories.routes import make_course, make_route


def enter(cast: Cast, name: str) -> Client:
    return signed_in(cast.accounts[name])


def text_of(answer: Any) -> str:
    if answer.streaming:
        return b"".join(answer.streaming_content).decode("latin1")
    found: str = answer.content.decode()
    return found


def data_of(answer: Any) -> list[dict[str, Any]]:
    """What the script is given."""
    found = re.search(r'<script id="vr-scenes" type="application/json">(.*?)</script>', text_of(answer), re.S)
    assert found
    data: list[dict[str, Any]] = json.loads(found[1])
    return data


@pytest.fixture
def places(cast: Cast) -> list[Base]:
    for unit, lng in (("huotong", 119.40), ("hubei", 119.55)):
        make_base(cast.unit(unit), name=f"{unit}党校")
        Base.objects.filter(unit=cast.unit(unit)).update(lat=26.85, lng=lng)
    make_course(cast.unit("ningde"))
    return list(Base.objects.order_by("pk"))


@pytest.fixture
def route(cast: Cast, places: list[Base]) -> Route:
    made = make_route(cast.unit("huotong"), places)
    Route.objects.filter(pk=made.pk).update(status="published", published_at=clock.now())
    made.refresh_from_db()
    return made


def test_a_keeper_adds_a_scene_and_shows_it(cast: Cast, places: list[Base]) -> None:
    township, base = enter(cast, "township"), places[0]
    listed = reverse("catalogue:panoramas", args=[base.pk])
    assert listed in text_of(township.get(reverse("bases:base", args=[base.pk])))
    assert "这处阵地还没有实景" in text_of(township.get(listed))
    new = reverse("catalogue:panorama_new", args=[base.pk])
    assert "宽 2048 到 12288 像素，最大 40 MB" in text_of(township.get(new))
    assert township.post(new, {"title": "村口"}).status_code == 422
    refused = township.post(new, {"picture": upload(jpeg(2048, 1536))})
    assert refused.status_code == 422
    assert "不是 2:1 的全景照片" in text_of(refused)
    made = township.post(new, {"title": "村口", "picture": upload()})
    scene = Panorama.objects.get()
    assert made.headers["Location"] == reverse("core:task", args=[scene.task_id])
    assert "处理中" in text_of(township.get(listed))
    page = reverse("catalogue:panorama", args=[scene.pk])
    assert "画面正在处理" in text_of(township.get(page))
    Panorama.objects.filter(pk=scene.pk).update(incoming="", folder="e" * 32, width=2048)
    body = {"title": "村口", "seen": SEEN, "north": "30", "plan_x": "40", "plan_y": "60", "version": "1"}
    assert township.post(page, {**body, "north": "181"}).status_code == 422
    assert township.post(page, {**body, "version": "x"}).status_code == 422
    assert township.post(page, body).status_code == 302
    turn = reverse("catalogue:panorama_turn", args=[scene.pk])
    assert township.post(turn, {"answer": "hand_in"}).status_code == 302
    assert "待审核" in text_of(township.get(page))
    assert township.post(turn, {"answer": "nothing"}).status_code == 404
    twice = township.post(turn, {"answer": "hand_in"})  # pressed on a page somebody left open
    assert (twice.status_code, twice.templates[0].name) == (422, "catalogue/panorama.html")
    assert "“村口”已经不是那个状态了" in text_of(twice)
    again = township.post(reverse("catalogue:panorama_replace", args=[scene.pk]), {"picture": upload(b"x")})
    assert (again.status_code, "只收 JPG" in text_of(again)) == (422, True)
    replaced = township.post(reverse("catalogue:panorama_replace", args=[scene.pk]), {"picture": upload()})
    assert replaced.headers["Location"].startswith("/tasks/")
    assert "新画面正在处理" in text_of(township.get(listed))


def test_scenes_are_put_in_order_put_away_and_brought_back(cast: Cast, places: list[Base]) -> None:
    township = enter(cast, "township")
    one, two = given_panorama(places[0]), given_panorama(places[0])

    def turn(scene: Panorama, answer: str) -> Any:
        return township.post(reverse("catalogue:panorama_turn", args=[scene.pk]), {"answer": answer})

    listed = reverse("catalogue:panoramas", args=[places[0].pk])
    assert turn(two, "up").headers["Location"] == listed
    text = text_of(township.get(listed))
    assert text.index("场景2") < text.index("场景1")
    turn(two, "down")
    turn(two, "entrance")
    two.refresh_from_db()
    assert two.is_entrance
    answer = turn(two, "end")
    assert answer.headers["Location"] == f"{listed}?ended={two.pk}"
    assert "已停用“场景2”" in text_of(township.get(answer.headers["Location"]))
    assert turn(two, "end").status_code == 422
    gone = turn(two, "up")
    assert (gone.status_code, gone.templates[0].name) == (422, "catalogue/panoramas.html")
    assert "“场景2”已经不是那个状态了" in text_of(gone)
    # The one that is left can go nowhere.
    assert text_of(township.get(listed)).count("disabled>") == 2
    assert "已停用，恢复后才能修改" in text_of(township.get(reverse("catalogue:panorama", args=[two.pk])))
    assert turn(two, "bring_back").status_code == 302
    assert turn(one, "withdraw").status_code == 302


def test_signs_are_set_by_degrees_changed_taken_out_and_brought_back(cast: Cast, places: list[Base]) -> None:
    township = enter(cast, "township")
    one, two = given_panorama(places[0]), given_panorama(places[0])
    course = given_course(cast.unit("huotong"), title="绿水青山的账本")
    new = reverse("catalogue:mark_new", args=[one.pk])
    body = {"title": "大樟树", "text": "三百年", "course": course.pk, "yaw": "-36.5", "pitch": "4"}
    for bad in ({"title": ""}, {"yaw": "200"}, {"pitch": "x"}, {"course": "0"}, {"title": "  "}):
        assert township.post(new, {**body, **bad}).status_code == 422
    assert township.post(new, body).status_code == 302
    page = reverse("catalogue:panorama", args=[one.pk])
    assert "绿水青山的账本" in text_of(township.get(page))
    way = f"{new}?kind=way"
    assert "场景2" in text_of(township.get(way))
    assert township.post(way, {"target": two.pk, "yaw": "90", "pitch": "0"}).status_code == 302
    assert township.post(way, {"target": two.pk, "yaw": "80", "pitch": "0"}).status_code == 422
    said, leads = PanoramaMark.objects.order_by("pk")
    type(course).objects.filter(pk=course.pk).update(stage="disabled", stage_before="reviewed")
    at = reverse("catalogue:mark", args=[said.pk])
    assert "绿水青山的账本" in text_of(township.get(at))
    assert township.post(at, {**body, "title": "老樟树"}).status_code == 302
    assert township.post(at, {**body, "title": ""}).status_code == 422
    Panorama.objects.filter(pk=two.pk).update(status="disabled", is_entrance=False)
    answer = township.post(reverse("catalogue:mark", args=[leads.pk]), {"target": two.pk, "yaw": "70", "pitch": "0"})
    assert answer.status_code == 422
    turn = reverse("catalogue:mark_turn", args=[said.pk])
    undo = township.post(turn, {"answer": "end"}).headers["Location"]
    assert "已去掉“老樟树”" in text_of(township.get(undo))
    twice = township.post(turn, {"answer": "end"})
    assert (twice.status_code, twice.templates[0].name) == (422, "catalogue/panorama.html")
    assert "“场景1”已经不是那个状态了" in text_of(twice)
    assert "去掉的 1 个" in text_of(township.get(page))
    assert township.post(turn, {"answer": "x"}).status_code == 404
    assert township.post(turn, {"answer": "restore"}).status_code == 302
    gone = end_panorama(panorama=one, actor=SYSTEM)
    assert township.post(reverse("catalogue:mark_new", args=[gone.pk]), body).status_code == 422


def test_along_a_route_each_stop_leads_to_the_next(cast: Cast, places: list[Base], route: Route) -> None:
    first, inside = given_panorama(places[0], north=-90.0), given_panorama(places[0])
    given_mark(first, target=inside, yaw=0.0)
    draft = given_panorama(places[0], status="draft")
    given_mark(first, target=draft, yaw=50.0)
    given_mark(first, yaw=70.0, ended_at=clock.now())
    course = given_course(cast.unit("huotong"), title="账本")
    given_mark(first, course=course, yaw=90.0)
    second = given_panorama(places[1])
    tour = tour_of_route(route)
    assert [scene.title for scene in tour.scenes] == ["场景1", "场景2", "场景1"]
    signs = {mark.kind: mark for mark in tour.scenes[0].marks}
    assert list(signs) == ["way", "spot", "next"]
    assert signs["spot"].course == "账本"
    assert signs["next"].title == "去第 2 站　hubei党校"
    assert signs["next"].target == f"2-{second.pk}"
    # The next stop lies in the east: a quarter to the right of north, where a sign stands already.
    assert apart(signs["next"].yaw, 0.0) == pytest.approx(18, abs=0.2)
    (back,) = tour.scenes[2].marks
    assert (back.kind, back.target) == ("back", f"1-{first.pk}")
    assert apart(back.yaw, 270) < 1
    type(course).objects.filter(pk=course.pk).update(stage="disabled", stage_before="reviewed")
    assert [mark.course for mark in tour_of_route(route).scenes[0].spots] == [""]
    # Where nobody knows where the places lie, the way leads straight on, and back behind.
    Base.objects.update(lat=None, lng=None)
    bare = tour_of_route(route)
    assert apart(bare.scenes[2].marks[0].yaw, 180) < 1
    withdraw_panorama(panorama=second, actor=SYSTEM)
    alone = tour_of_route(route)
    assert [mark.kind for mark in alone.scenes[0].ways] == ["way"]
    assert alone.without == ["hubei党校"]
    end_base(base=places[0], actor=SYSTEM)
    assert tour_of_route(route).first is None


def test_the_page_shows_the_same_with_and_without_pictures(cast: Cast, places: list[Base], route: Route) -> None:
    trainee = enter(cast, "trainee")
    address = reverse("catalogue:route_view", args=[route.pk])
    assert "这条路线还没有实景" in text_of(trainee.get(address))
    assert address not in text_of(trainee.get(reverse("catalogue:route", args=[route.pk])))
    scene = given_panorama(places[0], width=8192)
    given_mark(scene, text="三百年", title="<大樟树>")
    assert address in text_of(trainee.get(reverse("catalogue:route", args=[route.pk])))
    answer = trainee.get(address)
    (data,) = data_of(answer)
    assert data["levels"] == [[4096, 8, 4], [8192, 16, 8]]
    assert data["marks"][0]["title"] == "<大樟树>"
    text = text_of(answer)
    assert SEEN in text
    assert "&lt;大樟树&gt;" in text
    assert "这一站的课：摆脱贫困" in text
    assert "这一站还没有实景" in text
    assert "县融媒体中心" in text


def test_everybody_may_look_around_on_a_published_route(cast: Cast, places: list[Base], route: Route) -> None:
    visitor, address = Client(), reverse("catalogue:public_route_view", args=[route.pk])
    way_there, link = reverse("web:portal_route", args=[route.pk]), f'href="{address}"'
    assert link not in visitor.get(way_there).content.decode(), "there is nothing to see yet"
    scene = given_panorama(places[0])
    assert link in visitor.get(way_there).content.decode()
    (data,) = data_of(visitor.get(address))
    assert data["first"] == f"/portal/panoramas/{scene.folder}/base.webp"
    picture = visitor.get(data["first"])
    assert picture.headers["Content-Type"] == "image/webp"
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert not picture.cookies
    assert text_of(picture)[:4] == "RIFF"
    for part in ("base.jpg", "../base.webp", "0-0-0.webp", "..", "base.webp.part"):
        assert visitor.get(f"/portal/panoramas/{scene.folder}/{part}").status_code == 404
    for folder in ("f" * 32, "..", scene.folder.upper() + "A", scene.folder[:-1]):
        assert visitor.get(f"/portal/panoramas/{folder}/base.webp").status_code == 404
    other = given_panorama(make_base(cast.unit("kengtou"), name="没有路线经过"))
    assert visitor.get(f"/portal/panoramas/{other.folder}/base.webp").status_code == 404
    # What guides a group is nobody's name.
    assert "讲解员" not in text_of(visitor.get(address))
    Base.objects.filter(pk=places[0].pk).update(valid_to=clock.today())
    assert visitor.get(data["first"]).status_code == 404
    Base.objects.update(valid_to=None)
    Route.objects.update(status="draft", published_at=None)
    assert visitor.get(address).status_code == 404
    assert visitor.get(data["first"]).status_code == 404
    assert visitor.get(f"/panoramas/{scene.pk}/pictures/{scene.folder}/base.webp").status_code == 302


def test_pictures_that_are_not_shown_are_for_keepers(cast: Cast, places: list[Base], route: Route) -> None:
    draft = given_panorama(places[0], status="draft")
    address = f"/panoramas/{draft.pk}/pictures/{draft.folder}/base.webp"
    assert enter(cast, "trainee").get(address).status_code == 404
    kept = enter(cast, "township").get(address)
    assert kept.headers["Cache-Control"].startswith("private")
    assert Client().get(f"/portal/panoramas/{draft.folder}/base.webp").status_code == 404
    assert data_of(enter(cast, "township").get(reverse("catalogue:panorama", args=[draft.pk])))[0]["first"] == address


COUNTS = {"panoramas": 4, "panorama": 9, "mark_new": 7, "route_view": 6, "public_route_view": 6}


@pytest.mark.parametrize("number", [1, 3])
def test_number_of_queries(
    cast: Cast, places: list[Base], route: Route, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    course = given_course(cast.unit("huotong"), title="账本")
    for base in places:
        scenes = [given_panorama(base) for _n in range(number)]
        for scene in scenes:
            given_mark(scene, course=course)
    township, first = enter(cast, "township"), Panorama.objects.filter(base=places[0]).order_by("pk")[0]
    keys = {"panorama": first.pk, "mark_new": first.pk, "panoramas": places[0].pk}
    for name, count in COUNTS.items():
        address = reverse(f"catalogue:{name}", args=[keys.get(name, route.pk)])
        with django_assert_num_queries(count, info=name):
            assert township.get(address).status_code == 200
