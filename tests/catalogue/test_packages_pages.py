"""The pages of packages: list with filters, one package with its calculator, versions, the form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.catalogue.models import Course, Package
from doorstep.catalogue.rules.packages import PriceRule, PriceStep
from doorstep.catalogue.services.courses_review import retire_course
from doorstep.catalogue.services.packages import change_package
from doorstep.catalogue.services.packages_life import publish_package, withdraw_package
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base
from tests.factories.packages import make_package, package_body, package_plan
from tests.factories.routes import make_course, make_route

TODAY = date(2026, 11, 24)
LIST = "/packages/"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def course(cast: Cast) -> Course:
    return make_course(cast.unit("ningde"))


@pytest.fixture
def package(cast: Cast, course: Course) -> Package:
    steps = (PriceStep(10, 20, 80_000, "group"), PriceStep(21, 50, 3_000, "person"))
    rule = PriceRule("steps", 0, steps, own_is_free=True)
    made = make_package(cast.unit("huotong"), least_people=10, price=rule, segments=("cadres",), teacher_count=2)
    return publish_package(package=made, revision=1, actor=SYSTEM)


@pytest.fixture
def township(cast: Cast) -> Client:
    return signed_in(cast.accounts["township"])


def found(client: Client, **asked: object) -> bool:
    page = client.get(LIST, asked).content.decode()
    return "一堂党课" in page.split("<table")[-1] if "<table" in page else False


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({}, True),
        ({"people": 10}, True),
        ({"people": 50}, True),
        ({"people": 51}, False),
        ({"people": 9}, False),
        ({"people": "x"}, False),
        ({"budget": 30}, True),
        ({"budget": 29}, False),
        ({"budget": "x"}, False),
        ({"theme": "乡村振兴"}, True),
        ({"theme": "红色教育"}, False),
        ({"county": "350902"}, True),
        ({"county": "350981"}, False),
        ({"half_days": 1}, True),
        ({"half_days": "x"}, False),
        ({"segment": "cadres"}, True),
        ({"segment": "farmers"}, False),
        ({"status": "published"}, True),
        ({"status": "lapsed"}, False),
        ({"q": "一堂"}, True),
        ({"q": "ytdk"}, True),
        ({"q": "二堂"}, False),
    ],
)
def test_the_list_narrows(package: Package, township: Client, asked: dict[str, object], is_found: bool) -> None:
    assert found(township, **asked) is is_found


def test_the_list_asks_the_same_of_one_and_of_three(
    cast: Cast, package: Package, township: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 3):
        while Package.objects.count() < count:
            make_package(cast.unit("huotong"), name=f"第 {Package.objects.count()} 个")
        with django_assert_num_queries(7):
            page = township.get(LIST).content.decode()
    assert "10–50 人" in page
    assert "30 元起" in page


@pytest.mark.parametrize(
    ("people", "own", "sentence"),
    [
        ("15", "", "15 人，每批 800 元，一共 800 元。"),
        ("15", "5", "15 人，其中 5 人是本单位党员，每批 800 元按批收，不减，一共 800 元。"),
        ("15", "15", "15 人都是本单位党员，不收费。"),
        ("40", "0", "40 人，每人 30 元，一共 1,200 元。"),
        ("40", "10", "40 人，其中 10 人是本单位党员不收，30 人每人 30 元，一共 900 元。"),
        ("51", "", "这个套餐一批接 10 到 50 人，51 人请分批，或换一个套餐。"),
        ("", "", "10 人，每批 800 元，一共 800 元。"),
        ("x", "x", "10 人，每批 800 元，一共 800 元。"),
    ],
)
def test_the_calculator_says_it_in_a_sentence(
    package: Package, township: Client, people: str, own: str, sentence: str
) -> None:
    page = township.get(reverse("catalogue:package", args=[package.pk]), {"people": people, "own": own})
    assert f">{sentence}</p>" in page.content.decode()


def test_the_calculator_where_nothing_is_said_or_asked(cast: Cast, township: Client, course: Course) -> None:
    silent = make_package(cast.unit("huotong"), name="a", price=PriceRule("steps"))
    free = make_package(cast.unit("huotong"), name="b", price=PriceRule())
    odd = make_package(cast.unit("huotong"), name="c", price=PriceRule("group", 80_050))
    said = {
        silent: "20 人没有写价格，请问办它的单位。",
        free: "20 人，不收费。",
        odd: "20 人，每批 800.50 元，一共 800.50 元。",
    }
    for one, sentence in said.items():
        assert sentence in township.get(reverse("catalogue:package", args=[one.pk])).content.decode()


def test_what_the_page_asks(
    cast: Cast, package: Package, township: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(8):
        page = township.get(reverse("catalogue:package", args=[package.pk])).content.decode()
    for words in (
        "摆脱贫困",
        "送课上门，或另约地点",
        "2 位",
        "村（社区）干部",
        "看 1 个版本",
        "不包餐",
        "区委组织部〔2026〕12 号",
    ):
        assert words in page
    paper = township.get(reverse("catalogue:package_print", args=[package.pk])).content.decode()
    assert "10–20 人每批 800 元；21–50 人每人 30 元，本单位党员不收" in paper


def test_a_package_with_a_route_shows_the_way(cast: Cast, township: Client, course: Course) -> None:
    unit = cast.unit("huotong")
    route = make_route(unit, [make_base(unit, name="甲"), make_base(unit, name="乙")])
    made = make_package(unit, course_ids=(), route_id=route.pk)
    for name in ("package", "package_print"):
        page = township.get(reverse(f"catalogue:{name}", args=[made.pk])).content.decode()
        assert "霍童溪一日行" in page
        assert "8:30–9:30" in page
    assert "没有发布，或有一站已停用" in township.get(reverse("catalogue:package", args=[made.pk])).content.decode()
    form = township.get(reverse("catalogue:package_edit", args=[made.pk])).content.decode()
    assert f'<option value="{route.pk}" selected>霍童溪一日行　草稿</option>' in form


def test_others_are_told_that_something_of_it_is_gone(cast: Cast, package: Package, course: Course) -> None:
    retire_course(course=course, reason="x", actor=SYSTEM)
    url = reverse("catalogue:package", args=[package.pk])
    assert "现在约不到" in signed_in(cast.accounts["trainee"]).get(url).content.decode()
    assert "课程“摆脱贫困”已不开" in signed_in(cast.accounts["township"]).get(url).content.decode()


def test_a_draft_is_nobody_elses_business(cast: Cast, package: Package) -> None:
    withdraw_package(package=package, actor=SYSTEM)
    trainee = signed_in(cast.accounts["trainee"])
    for name in ("package", "package_print", "package_versions", "package_edit"):
        assert trainee.get(reverse(f"catalogue:{name}", args=[package.pk])).status_code == 404


def test_versions_stand_side_by_side(package: Package, township: Client, cast: Cast) -> None:
    url = reverse("catalogue:package_versions", args=[package.pk])
    assert "改了" not in township.get(url).content.decode()
    for revision, terms in ((1, "提前三天约"), (2, "提前五天约")):
        withdraw_package(package=package, actor=SYSTEM)
        change_package(package=package, plan=package_plan(terms=terms), revision=revision, actor=SYSTEM)
        publish_package(package=package, revision=revision + 1, actor=SYSTEM)
    page = township.get(url).content.decode()
    assert (page.count("改了"), "提前三天约" in page, "提前五天约" in page) == (1, True, True)
    page = township.get(url, {"old": "1", "new": "2"}).content.decode()
    assert page.count("改了") > 1
    assert "提前五天约" not in page
    assert township.get(url, {"old": "99", "new": "x"}).status_code == 200
    fresh = make_package(cast.unit("huotong"), name="还没发布")
    assert "还没有版本" in township.get(reverse("catalogue:package_versions", args=[fresh.pk])).content.decode()


def test_planned_checked_and_changed_on_the_form(township: Client, course: Course, cast: Cast) -> None:
    new = reverse("catalogue:package_new")
    assert "填好人数、时长、内容和价格" in township.get(new).content.decode()
    live = township.post(new, package_body(price_source=""), headers={"HX-Request": "true"}).content.decode()
    assert "收费的套餐要写明价格由谁、哪份文件定的" in live
    assert "20 人，每人 30 元，一共 600 元。" in live
    assert "<html" not in live
    live = township.post(new, package_body(name=""), headers={"HX-Request": "true"}).content.decode()
    assert "还要填好：套餐名称" in live
    assert "都齐了" in township.post(new, package_body(act="check")).content.decode()
    assert not Package.objects.exists()
    for wrong, words in (
        ({"yuan": ""}, "请填每人或每批多少元"),
        ({"price_kind": "steps", "step_1_first": "1"}, "这一段要填全"),
        ({"least_people": "60"}, "最少 60 人比最多 50 人还多"),
        ({"price_kind": "steps", "step_1_first": "9", "step_1_last": "5", "step_1_yuan": "1"}, "前后颠倒"),
        ({"yuan": "-1"}, "0"),
    ):
        answer = township.post(new, package_body(**wrong))
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    made = township.post(new, package_body(yuan="30.50", segments=["cadres", "young"]), follow=True)
    assert "已存成草稿" in made.content.decode()
    package = Package.objects.get()
    assert (package.price_fen, package.segments, package.unit) == (3_050, ["cadres", "young"], cast.unit("huotong"))
    edit = reverse("catalogue:package_edit", args=[package.pk])
    assert 'value="30.5' in township.get(edit).content.decode()
    steps = {f"step_{n}_{name}": value for n, row in enumerate([(20, 30, 900, "group"), (31, 50, 25, "person")], 1)
             for name, value in zip(("first", "last", "yuan", "per"), row, strict=True)}  # fmt: skip
    body = package_body(price_kind="steps", version=1, meals=1, course_8=course.pk, course_1="", **steps)
    assert "已保存" in township.post(edit, body, follow=True).content.decode()
    assert [(s.first, s.fen, s.per) for s in package.steps.order_by("first")] == [
        (20, 90_000, "group"),
        (31, 2_500, "person"),
    ]
    form = township.get(edit).content.decode()
    assert form.count('<details class="mt-2" open>') == 1
    answer = township.post(edit, package_body(version="x"))
    assert (answer.status_code, "刚才被别人改过" in answer.content.decode()) == (422, True)


def test_a_retired_course_stays_on_the_form_until_it_is_replaced(
    cast: Cast, package: Package, township: Client, course: Course
) -> None:
    withdraw_package(package=package, actor=SYSTEM)
    retire_course(course=course, reason="x", actor=SYSTEM)
    form = township.get(reverse("catalogue:package_edit", args=[package.pk])).content.decode()
    assert '<optgroup label="已不开的课">' in form
    base = make_base(cast.unit("saiqi"), name="别县的")
    Package.objects.filter(pk=package.pk).update(base=base)
    assert "别县的" in township.get(reverse("catalogue:package_edit", args=[package.pk])).content.decode()


def test_the_buttons(cast: Cast, township: Client, course: Course) -> None:
    package = make_package(cast.unit("huotong"))
    county = signed_in(cast.accounts["county"])
    turn, publish = (reverse(f"catalogue:package_{name}", args=[package.pk]) for name in ("turn", "publish"))
    assert township.post(turn, {"answer": "x"}).status_code == 404
    assert "已报送" in township.post(turn, {"answer": "hand_in"}, follow=True).content.decode()
    assert "已退回" in county.post(publish, {"answer": "return", "note": "价格"}, follow=True).content.decode()
    assert "被退回，要改：" in township.get(reverse("catalogue:package", args=[package.pk])).content.decode()
    assert "刚才被别人改过" in county.post(publish, {"answer": "publish"}, follow=True).content.decode()
    assert "已发布" in county.post(publish, {"answer": "publish", "version": 1}, follow=True).content.decode()
    assert "已撤下" in township.post(turn, {"answer": "withdraw"}, follow=True).content.decode()
    assert "已停用" in township.post(turn, {"answer": "end"}, follow=True).content.decode()
    assert "已恢复成草稿" in township.post(turn, {"answer": "bring_back"}, follow=True).content.decode()
    Package.objects.filter(pk=package.pk).update(status="waiting")
    edit = township.get(reverse("catalogue:package_edit", args=[package.pk]))
    assert (edit.status_code, "不是草稿" in edit.content.decode()) == (409, True)


def test_who_may_plan_nowhere_gets_no_form(cast: Cast) -> None:
    assert signed_in(cast.accounts["trainee"]).get(reverse("catalogue:package_new")).status_code in (403, 404)
