"""Packages, cases, photographs and scenes on the public portal: what is shown, found and shared, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base, Belt, Photo
from doorstep.catalogue.models import Case, Package, Panorama, Route
from doorstep.catalogue.rules.packages import PriceRule
from doorstep.classes.services.campaigns import CampaignFacts, plan_campaign, turn_campaign
from doorstep.core import clock
from doorstep.core.clock import frozen
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.courses import draft_course
from tests.factories.materials import accepted_case, draft_case, make_photo
from tests.factories.packages import make_package
from tests.factories.panoramas import given_panorama, show_again
from tests.factories.routes import make_course, make_route

pytestmark = pytest.mark.django_db
MOMENT = clock.at_local(date(2026, 11, 24), 9)


@pytest.fixture(autouse=True)
def _held() -> Iterator[None]:
    with frozen(MOMENT):
        yield


@pytest.fixture
def route(cast: Cast) -> Route:
    """A published route over two schools of a county."""
    for unit, lng in (("huotong", 119.40), ("hubei", 119.55)):
        base = make_base(cast.unit(unit), name=f"{cast.unit(unit).short_name[:2]}党校")
        Base.objects.filter(pk=base.pk).update(lat=26.85, lng=lng)
    make_course(cast.unit("ningde"))
    made = make_route(cast.unit("huotong"), list(Base.objects.order_by("pk")))
    Route.objects.filter(pk=made.pk).update(status="published", published_at=clock.now())
    return made


def offered(cast: Cast, **changes: Any) -> Package:
    """A published package of the township."""
    made = make_package(cast.unit("huotong"), **changes)
    Package.objects.filter(pk=made.pk).update(status="published", published_at=clock.now())
    return made


def shown_photo(base: Base) -> Photo:
    """A published photograph of a place."""
    made = make_photo(base)
    Photo.objects.filter(pk=made.pk).update(status="published", reviewed_at=clock.now())
    return made


def get(name: str, *args: object, **asked: str) -> Any:
    where = name if ":" in name else f"web:{name}"
    return Client().get(reverse(where, args=args), asked)


def text(name: str, *args: object, **asked: str) -> str:
    answer = get(name, *args, **asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_only_packages_one_can_order_are_shown(cast: Cast, route: Route) -> None:
    package = offered(cast, name="霍童党课套餐")
    draft = make_package(cast.unit("huotong"), name="草稿的套餐")
    listed = text("portal_packages")
    for words in ("霍童党课套餐", "1 个半天", "20 到 50 人", "每人 30 元起"):
        assert words in listed
    assert "草稿的套餐" not in listed + text("portal") + text("sitemap")
    assert "霍童党课套餐" in text("portal")
    assert "全部 1 个" in text("portal")
    assert get("portal_package", draft.pk).status_code == 404
    assert get("portal_package", 99999).status_code == 404
    Package.objects.filter(pk=package.pk).update(route=route)
    assert "霍童党课套餐" in text("portal_route", route.pk)
    Base.objects.filter(pk=route.stops.all()[0].base_id).update(valid_to=clock.today())
    cache.clear()  # a minute later
    assert get("portal_package", package.pk).status_code == 404  # its route has a stop that is closed
    assert "霍童党课套餐" not in text("portal_packages") + text("portal") + text("portal_search", q="hdk")


def test_a_route_shows_as_many_packages_as_a_page_of_the_list(cast: Cast, route: Route) -> None:
    first = offered(cast, name="套餐 00")
    Package.objects.filter(pk=first.pk).update(route=route)

    def add(number: int) -> None:
        package = Package.objects.get(pk=first.pk)
        package.pk, package.name = None, f"套餐 {number:02}"
        package.save(force_insert=True)
        cache.clear()

    def shown() -> list[tuple[int, bool]]:
        pages = [text("portal_route", route.pk), text("classes:outside_route", route.pk)]
        return [(page.count("套餐 "), "看全部" in page) for page in pages]

    for number in range(1, 8):
        add(number)
    assert shown() == [(8, False), (8, False)]
    for number in range(8, 24):
        add(number)
    assert shown() == [(8, True), (24, False)]
    add(24)
    assert shown() == [(8, True), (24, True)]


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ({"q": "htd"}, True),
        ({"people": "30"}, True),
        ({"half_days": "1"}, True),
        ({"county": "350902"}, True),
        ({"theme": "乡村振兴"}, True),
        ({"people": "51"}, False),
        ({"people": "x"}, False),
        ({"half_days": "0"}, False),
        ({"county": "350981"}, False),
        ({"theme": "y"}, False),
        ({"cursor": "abc"}, True),
        ({"people": "\0", "half_days": "9" * 30}, False),
    ],
    ids=str,
)
def test_packages_are_found_by_people_length_county_and_theme(
    cast: Cast, route: Route, asked: dict[str, str], is_found: bool
) -> None:
    offered(cast, name="霍童党课套餐")
    shown = text("portal_packages", **asked)
    assert ("霍童党课套餐" in shown, "没有符合的" in shown) == (is_found, not is_found)


def test_a_package_says_what_it_costs_so_many(cast: Cast, route: Route) -> None:
    price = PriceRule("person", 3000, own_is_free=True)
    package = offered(cast, name="霍童党课套餐", price=price, teacher_categories=("school",), terms="提前三天约")
    first = text("portal_package", package.pk)
    for words in (
        "每人 30 元，本单位党员不收",
        "20 人，每人 30 元，一共 600 元。",
        "怎么点这个套餐",
        "提前三天约",
        "党校教师",
    ):
        assert words in first
    assert "版本" not in first
    asked = text("portal_package", package.pk, people="40", own="10")
    assert "30 人每人 30 元，一共 900 元。" in asked
    assert "51 人请分批" in text("portal_package", package.pk, people="51")
    for odd in ("x", "0", "-1", "9" * 20):
        assert "一共 600 元" in text("portal_package", package.pk, people=odd)


def test_what_one_can_order_or_visit_prints_like_a_route(
    cast: Cast, route: Route, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    price = PriceRule("person", 3000, own_is_free=True)
    package, base = offered(cast, name="霍童党课套餐", price=price), Base.objects.order_by("pk")[0]
    belt = Belt.objects.create(
        base=Base.objects.create(
            code="SFD-1", kind="belt", name="霍童溪示范带", theme="乡村振兴", unit=cast.unit("jiaocheng"),
            place=cast.unit("jiaocheng").path, county="350902", valid_from=date(2026, 1, 1),
        ),
        published_at=clock.now(),
    )  # fmt: skip
    belt.places.set(Base.objects.filter(kind="township_school"))
    course = package.lines.all()[0].course_id
    kept = f"{reverse('web:portal_package_print', args=[package.pk])}?people=40&amp;own=10"
    assert kept in text("portal_package", package.pk, people="40", own="10")
    for name, pk, words in (
        ("package", package.pk, ("霍童党课套餐", "20 到 50 人", "送课上门，或另约地点")),
        ("course", course, ("摆脱贫困", "时长", "讲什么")),
        (
            "base",
            base.pk,
            (base.name, "霍童溪示范带", "霍童溪一日行", reverse("web:portal_base_map", args=[base.pk])),
        ),
        ("belt", belt.pk, ("乡村振兴", "霍童党校", "虎𬇙党校", reverse("web:portal_belt_map", args=[belt.pk]))),
    ):
        page = text(f"portal_{name}_print", pk)
        for word in (*words, 'content="noindex"', f"http://testserver{reverse(f'web:portal_{name}', args=[pk])}<"):
            assert word in page, (name, word)
        assert reverse(f"web:portal_{name}_print", args=[pk]) in text(f"portal_{name}", pk)
        assert get(f"portal_{name}_print", 99999).status_code == 404
    assert text("portal_package_print", package.pk, people="40", own="10") != text("portal_package_print", package.pk)
    with django_assert_num_queries(2):
        get("portal_belt_print", belt.pk)
    Base.objects.filter(pk__in=[base.pk, belt.pk]).update(valid_to=clock.today())
    Package.objects.update(status="draft", published_at=None)
    for name, pk in (("package", package.pk), ("base", base.pk), ("belt", belt.pk)):
        assert get(f"portal_{name}_print", pk).status_code == 404


def test_a_course_without_a_page_is_named_and_not_linked(cast: Cast, route: Route) -> None:
    package = offered(cast)
    (line,) = package.lines.all()
    assert reverse("web:portal_course", args=[line.course_id]) in text("portal_package", package.pk)
    trial = draft_course(cast.unit("huotong"), title="试讲的课")
    type(trial).objects.filter(pk=trial.pk).update(stage="trial")
    package.lines.update(course=trial)
    shown = text("portal_package", package.pk)
    assert "试讲的课" in shown
    assert reverse("web:portal_course", args=[trial.pk]) not in shown


def test_a_home_has_no_name_in_packages_cases_and_scenes(cast: Cast, route: Route) -> None:
    home = route.stops.order_by("number")[1].base
    given_panorama(route.stops.order_by("number")[0].base)
    inside, photo = given_panorama(home, title="堂屋"), shown_photo(home)
    along = offered(cast, name="走路线", route_id=route.pk, course_ids=())
    there = offered(cast, name="在院子里", base_id=home.pk)
    case = accepted_case(cast.unit("hubei"), base_id=home.pk)
    picture = reverse("catalogue:public_picture", args=[inside.folder, "base.webp"])
    kept = reverse("bases:photo_public", args=[photo.key, 480])
    assert [Client().get(path).status_code for path in (picture, kept)] == [200, 200]
    Base.objects.filter(pk=home.pk).update(kind="micro_site", name="缪家院落")
    assert [Client().get(path).status_code for path in (picture, kept)] == [404, 404]
    pages = [
        text("portal_package", along.pk), text("portal_package", there.pk), text("portal_case", case.pk),
        text("portal_packages"), text("portal_cases"), text("catalogue:public_route_view", route.pk),
        text("portal_route", route.pk), text("portal"), text("sitemap"),
    ]  # fmt: skip
    assert [page for page in pages if "缪家院落" in page or "堂屋" in page or str(photo.key) in page] == []
    assert [page.count("一处微课堂") > 0 for page in pages[:2]] == [True, True]
    assert "一处微课堂" in pages[5]


def test_only_accepted_cases_are_shown_and_nobody_wrote_them(cast: Cast, route: Route) -> None:
    case = accepted_case(cast.unit("huotong"), title="雨棚的账", base_id=route.stops.all()[0].base_id)
    Case.objects.filter(pk=case.pk).update(author_kind="person", author="林秀珍", has_consent=True)
    draft = draft_case(cast.unit("huotong"), title="没交的案例")
    listed = text("portal_cases", theme="revival", county="350902", q="ypdz")
    assert "雨棚的账" in listed
    assert "没交的案例" not in text("portal_cases")
    assert "没有符合的" in text("portal_cases", theme="red")
    page = text("portal_case", case.pk)
    for words in ("连下二十天雨", "分片包户", "少烂三成", "振兴乡村", "霍童党校", cast.unit("huotong").name):
        assert words in page
    assert "林秀珍" not in listed + page + text("portal")
    assert [get("portal_case", pk).status_code for pk in (draft.pk, 99999)] == [404, 404]
    assert "雨棚的账" in text("portal")


def test_the_search_finds_packages_and_cases(cast: Cast, route: Route) -> None:
    offered(cast, name="霍童党课套餐")
    accepted_case(cast.unit("huotong"), title="雨棚的账")
    make_package(cast.unit("huotong"), name="霍童草稿套餐")
    draft_case(cast.unit("huotong"), title="雨棚的草稿")
    assert "霍童党课套餐" in text("portal_search", q="htdk")
    assert "霍童草稿套餐" not in text("portal_search", q="霍童")
    assert "雨棚的账" in text("portal_search", q="雨棚")
    assert "雨棚的草稿" not in text("portal_search", q="雨棚")


def test_the_search_finds_campaigns_and_series_that_are_not_put_away(cast: Cast, route: Route) -> None:
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    for kind, title in (("campaign", "千堂党课下基层"), ("series", "向基层学习大讲坛")):
        plan_campaign(unit=cast.unit("ningde"), facts=CampaignFacts(kind, title, **days), actor=SYSTEM)
    away = plan_campaign(unit=cast.unit("ningde"), facts=CampaignFacts("series", "千堂旧讲坛", **days), actor=SYSTEM)
    turn_campaign(campaign=away, put_away=True, actor=SYSTEM)
    found = text("portal_search", q="qtdk")
    assert ("千堂党课下基层" in found, "千堂旧讲坛" in found, "大讲坛" in found) == (True, False, False)
    assert "向基层学习大讲坛" in text("portal_search", q="讲坛")
    assert "千堂旧讲坛" not in text("portal_search", q="千堂")
    assert "千堂" not in text("portal_search", q="　")


def test_published_photographs_stand_on_pages_of_places(cast: Cast, route: Route) -> None:
    base = route.stops.order_by("number")[0].base
    waiting = make_photo(base)
    belt = Base.objects.create(
        code="d", kind="belt", name="霍童溪示范带", theme="x", unit=cast.unit("jiaocheng"), county="350902",
        place=cast.unit("jiaocheng").path, valid_from=date(2020, 1, 1),
    )  # fmt: skip
    Belt.objects.create(base=belt, published_at=clock.now()).places.add(base)
    package = offered(cast, route_id=route.pk, course_ids=())
    where: list[tuple[str, tuple[int, ...]]] = [
        ("portal_base", (base.pk,)), ("portal_bases", ()), ("portal_belt", (belt.pk,)), ("portal_belts", ()),
        ("portal", ()), ("portal_routes", ()), ("portal_route", (route.pk,)), ("portal_packages", ()),
        ("portal_package", (package.pk,)),
    ]  # fmt: skip
    assert [name for name, args in where if "/photos/" in text(name, *args)] == []
    shown = shown_photo(base)
    cache.clear()  # a minute later
    assert [name for name, args in where if f"/photos/{shown.key}/" not in text(name, *args)] == []
    assert [name for name, args in where if str(waiting.key) in text(name, *args)] == []
    page = text("portal_base", base.pk)
    assert "廊桥边的课，霍童镇党委" in page
    assert "三十来人坐着听讲" in page
    address = f"http://testserver/photos/{shown.key}/1280.webp"
    for name, args in (("portal_base", base.pk), ("portal_belt", belt.pk), ("portal_package", package.pk)):
        assert f'<meta property="og:image" content="{address}">' in text(name, args)
    assert f'<meta property="og:image:width" content="{shown.width}">' in page


def test_a_route_with_scenes_leads_to_them(cast: Cast, route: Route) -> None:
    view, first = reverse("catalogue:public_route_view", args=[route.pk]), route.stops.order_by("number")[0].base
    draft = given_panorama(first, status="draft")
    assert view not in text("portal_route", route.pk) + text("sitemap")
    assert "霍童溪一日行" not in text("portal_routes", scenes="1")
    assert "能看实景" not in text("portal_routes")
    show_again(draft)
    page = text("portal_route", route.pk)
    poster = f"/portal/panoramas/{draft.folder}/base.webp"
    assert f'href="{view}"' in page
    assert f'src="{poster}"' in page
    assert f'<meta property="og:image" content="http://testserver{poster}">' in page
    assert '<meta property="og:image:width" content="2048">' in page
    assert view in text("sitemap")
    assert "霍童溪一日行" in text("portal_routes", scenes="1")
    assert "霍童溪一日行" in text("portal_routes", scenes="2")
    assert "能看实景" in text("portal_routes")
    card = reverse("catalogue:public_picture", args=[Panorama.objects.all()[0].folder, "card.webp"])
    assert card in text("portal_routes")
    answer = Client().get(card)
    assert (answer.status_code, "Vary" in answer.headers) == (200, False)


def test_looking_around_is_a_page_of_the_portal(cast: Cast, route: Route) -> None:
    given_panorama(route.stops.order_by("number")[0].base)
    answer = get("catalogue:public_route_view", route.pk)
    shown = answer.content.decode()
    assert answer["Cache-Control"] == "public, max-age=300"
    for words in ("霍童溪一日行　实景", "看行程", "点这条路线", "繁體中文", 'class="pubtop"', "type_size=large"):
        assert words in shown
    assert f'href="{reverse("web:portal_route", args=[route.pk])}"' in shown
    assert '<meta property="og:image" content="http://testserver/portal/panoramas/' in shown
    visitor = Client()
    visitor.get(reverse("web:portal_look"), {"type_size": "large", "language": "en"})
    large = visitor.get(reverse("catalogue:public_route_view", args=[route.pk])).content.decode()
    assert '<html lang="en" data-theme="doorstep" class="large"' in large
    Base.objects.filter(pk=route.stops.order_by("number")[1].base_id).update(valid_to=clock.today())
    assert get("catalogue:public_route_view", route.pk).status_code == 404  # as its page is


QUESTIONS = {"portal_packages": 4, "portal_package": 13, "portal_package_print": 11, "portal_cases": 1,
             "portal_case": 1, "portal": 4,
             "portal_routes": 5, "portal_route": 9, "portal_bases": 2, "portal_base": 8, "portal_belts": 1}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_a_fixed_number_of_questions(
    cast: Cast, route: Route, name: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bases = [stop.base for stop in route.stops.all()]
    for number in range(count):
        package = offered(cast, name=f"套餐 {number}", route_id=route.pk, course_ids=())
        case = accepted_case(cast.unit("huotong"), title=f"案例 {number}")
        for base in bases:
            shown_photo(base)
            given_panorama(base)
    args = {
        "portal_package": package.pk,
        "portal_package_print": package.pk,
        "portal_case": case.pk,
        "portal_route": route.pk,
        "portal_base": bases[0].pk,
    }
    given = [args[name]] if name in args else []
    if name == "portal":  # what it offers and how much there is, once in a minute and in five
        with django_assert_num_queries(15):
            get(name)
    get(name, *given)
    with django_assert_num_queries(QUESTIONS[name]):
        assert get(name, *given).status_code == 200
