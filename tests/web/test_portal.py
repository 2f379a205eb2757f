"""The public portal: what it shows and what it leaves out, how it is found, shared, kept and read by programs."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base, Belt, Venue
from doorstep.catalogue.models import Course, Route
from doorstep.classes.models import TrainingClass
from doorstep.classes.services.campaigns import CampaignFacts, join_campaign, plan_campaign, turn_campaign
from doorstep.core import clock
from doorstep.core.clock import frozen
from tests.cast import Cast
from tests.factories.articles import draft_article, published_article
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.courses import draft_course, given_course
from tests.factories.routes import make_course, make_route

pytestmark = pytest.mark.django_db
MOMENT = clock.at_local(date(2026, 11, 24), 9)


@pytest.fixture(autouse=True)
def _held() -> Iterator[None]:
    with frozen(MOMENT):
        yield


@pytest.fixture
def places(cast: Cast) -> list[Base]:
    """Two schools that lie somewhere."""
    for unit, lng in (("huotong", 119.40), ("hubei", 119.55)):
        base = make_base(cast.unit(unit), name=f"{cast.unit(unit).short_name[:2]}党校")
        Base.objects.filter(pk=base.pk).update(lat=26.85, lng=lng)
    return list(Base.objects.order_by("pk"))


@pytest.fixture
def route(cast: Cast, places: list[Base]) -> Route:
    """A published route over both."""
    make_course(cast.unit("ningde"))
    made = make_route(cast.unit("huotong"), places)
    Route.objects.filter(pk=made.pk).update(status="published", published_at=clock.now())
    return made


def get(name: str, *args: object, client: Client | None = None, **asked: str) -> Any:
    return (client or Client()).get(reverse(f"web:{name}", args=args), asked)


def text(name: str, *args: object, **asked: str) -> str:
    answer = get(name, *args, **asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_front_page_shows_routes_classes_news_and_the_network(cast: Cast, route: Route) -> None:
    make_class(cast.unit("huotong"))
    published_article(cast.unit("jiaocheng"))
    published_article(cast.unit("ningde"), "welcome", text="欢迎**来**")
    shown = text("portal")
    for words in (
        "霍童溪一日行",
        "农村党员冬训班（第三期）",
        "冬训开课",
        "欢迎<strong>来</strong>",
        "2 所乡镇党校",
        "全部 1 条",
    ):
        assert words in shown


def test_an_empty_network_has_a_front_page_too(db: None) -> None:
    assert "路线正在准备" in text("portal")
    assert "眼下没有正在报名的班" in text("portal")


def test_only_published_and_sound_routes_are_shown(cast: Cast, route: Route, places: list[Base]) -> None:
    draft = make_route(cast.unit("huotong"), places, name="草稿")
    assert "霍童溪一日行" in text("portal_routes")
    assert "草稿" not in text("portal_routes")
    assert get("portal_route", draft.pk).status_code == 404
    shown = text("portal_route", route.pk)
    for words in ("8:30", "霍童党校", "路上 10 分钟", "摆脱贫困", "打印行程单"):
        assert words in shown
    assert text("portal_route_map", route.pk).startswith("<svg")
    assert "霍童党校" in text("portal_route_print", route.pk)
    Base.objects.filter(pk=places[1].pk).update(valid_to=clock.today())
    for name in ("portal_route", "portal_route_print", "portal_route_map"):
        assert get(name, route.pk).status_code == 404
    assert "霍童溪一日行" not in text("portal_routes") + text("portal") + text("portal_search", q="hty")


def test_routes_are_found_by_county_theme_and_initials(cast: Cast, route: Route) -> None:
    for asked in ({"county": "350902"}, {"theme": "乡村振兴"}, {"q": "htx"}, {"q": "霍童"}):
        assert "霍童溪一日行" in text("portal_routes", **asked)
    for asked in ({"county": "350981"}, {"theme": "x"}, {"q": "zzz"}):
        assert "没有符合的" in text("portal_routes", **asked)


def test_a_home_is_on_no_public_page(cast: Cast, places: list[Base], route: Route) -> None:
    Base.objects.filter(pk=places[1].pk).update(kind="micro_site", name="缪家院落")
    opened = make_class(
        cast.unit("hubei"), sessions=[half_day(date(2026, 12, 7), base_id=places[1].pk)], base_id=places[1].pk
    )
    assert get("portal_base", places[1].pk).status_code == 404
    pages = [
        text(name) for name in ("portal_bases", "portal_map", "portal_cells", "sitemap", "portal", "portal_calendar")
    ]
    pages += [text("portal_route", route.pk), text("portal_class", opened.pk), text("portal_search", q="缪家")]
    assert [page for page in pages if '<b class="font-semibold">缪家' in page or "缪家院落" in page] == []
    assert "一处微课堂" in text("portal_route", route.pk)
    assert "地点报名后通知" in text("portal_class", opened.pk)


def test_a_base_has_rooms_hours_routes_and_classes_but_no_contact(cast: Cast, places: list[Base], route: Route) -> None:
    base = places[0]
    Venue.objects.create(base=base, name="旧教室", seats=9, is_active=False)
    make_class(cast.unit("huotong"), base_id=base.pk)
    shown = text("portal_base", base.pk)
    for words in ("镇党校教室", "霍童溪一日行", "农村党员冬训班（第三期）", "没有固定的开放时间"):
        assert words in shown
    assert "旧教室" not in shown
    assert text("portal_base_map", base.pk).startswith("<svg")
    assert get("portal_base", 99999).status_code == 404


def test_bases_page_by_key_and_filter(cast: Cast, places: list[Base]) -> None:
    for number in range(45):
        make_base(cast.unit("saiqi"), name=f"赛岐 {number:02d} 号")
    first = get("portal_bases", kind="township_school").context["page"]
    assert (len(first.rows), first.previous) == (40, "")
    second = Client().get(reverse("web:portal_bases") + first.next).context["page"]
    assert len(second.rows) == 7
    assert {row.id for row in first.rows} & {row.id for row in second.rows} == set()
    assert len(get("portal_bases", county="350902").context["page"].rows) == 2
    assert get("portal_bases", flagged="1").context["page"].rows == ()


def test_only_published_belts_are_shown(cast: Cast, places: list[Base]) -> None:
    unit = cast.unit("jiaocheng")
    given = {"unit": unit, "place": unit.path, "county": "350902", "valid_from": date(2020, 1, 1)}
    base = Base.objects.create(code="d", kind="belt", name="霍童溪示范带", theme="乡村振兴", **given)
    belt = Belt.objects.create(base=base)
    belt.places.set(places)
    assert "霍童溪示范带" not in text("portal_belts")
    assert get("portal_belt", base.pk).status_code == 404
    Belt.objects.update(published_at=clock.now())
    assert "2 处阵地" in text("portal_belts")
    assert "虎𬇙党校" in text("portal_belt", base.pk)
    assert "霍童溪示范带" in text("portal_base", places[0].pk)
    assert text("portal_belt_map", base.pk).startswith("<svg")
    assert get("portal_base", base.pk).status_code == 404


def test_only_accepted_courses_are_shown(cast: Cast) -> None:
    course = given_course(cast.unit("jiaocheng"))
    draft = draft_course(cast.unit("jiaocheng"), title="草稿的课")
    trial = given_course(cast.unit("jiaocheng"), title="试讲的课")
    Course.objects.filter(pk=trial.pk).update(stage="trial")
    shown = text("portal_courses", audience="farmers", mode="practice", kind="local")
    assert "葡萄冬季管护" in shown
    assert "草稿的课" not in shown
    assert "试讲的课" not in shown
    assert "剪枝" in text("portal_course", course.pk)
    assert "90 分钟" in text("portal_course", course.pk)
    assert [get("portal_course", one.pk).status_code for one in (draft, trial)] == [404, 404]
    assert "没有符合的" in text("portal_courses", q="zzz")


def test_courses_are_found_by_language_and_length_and_the_general_one_comes_first(cast: Cast) -> None:
    long = given_course(cast.unit("jiaocheng"), title="长的课", languages=("mandarin",))
    given_course(cast.unit("jiaocheng"), title="短的畲话课", theory_minutes=20, skill_minutes=10, languages=("she",))
    general = given_course(cast.unit("ningde"), title="总论在前", kind="general", languages=("mandarin",))
    Course.objects.filter(pk__in=[long.pk, general.pk]).update(stage="premium")
    shown = text("portal_courses")
    assert shown.index("总论在前") < shown.index("长的课") < shown.index("短的畲话课")
    for asked in ({"language": "she"}, {"length": "short"}):
        found = text("portal_courses", **asked)
        assert ("短的畲话课" in found, "长的课" in found) == (True, False), asked


def test_only_classes_that_still_take_names_are_shown(cast: Cast) -> None:
    here = cast.unit("huotong")
    shown = make_class(here, title="看得到的班")
    hidden = {
        "草稿": make_class(here, title="草稿", is_draft=True),
        "支部": make_class(cast.unit("kengtou"), title="支部"),
        "截止": make_class(here, title="截止", nominate_by=MOMENT - timedelta(hours=1)),
        "取消": make_class(here, title="取消"),
        "开过": make_class(here, title="开过"),
    }
    TrainingClass.objects.filter(title="取消").update(status="cancelled")
    TrainingClass.objects.filter(title="开过").update(starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 23))
    listed = get("portal_classes").context["page"].rows
    assert [one.title for one in listed] == ["看得到的班"]
    assert [get("portal_class", one.pk).status_code for one in hidden.values()] == [404] * 5
    assert "还有 40 个座位" in text("portal_class", shown.pk)
    TrainingClass.objects.filter(pk=shown.pk).update(seats_taken=40)
    assert "座位已满" in text("portal_class", shown.pk)
    assert "没有符合的" in text("portal_classes", free="1")
    assert len(get("portal_classes", county="350902", form="lecture", q="kdd").context["page"].rows) == 1


def test_campaigns_say_what_comes_next(cast: Cast) -> None:
    facts = CampaignFacts("campaign", "千堂党课", date(2026, 1, 1), date(2026, 12, 31), target=10, about="x")
    campaign = plan_campaign(unit=cast.unit("ningde"), facts=facts, actor=SYSTEM)
    over = CampaignFacts("series", "过去的", date(2026, 1, 1), date(2026, 2, 1))
    plan_campaign(unit=cast.unit("ningde"), facts=over, actor=SYSTEM)
    join_campaign(training_class=make_class(cast.unit("huotong")), campaign=campaign, actor=SYSTEM)
    shown = text("portal_campaigns")
    for words in ("千堂党课", "已讲 0 堂", "要讲 10 堂", "还排了 2 堂", "“四下基层”与群众路线"):
        assert words in shown
    assert "过去的" not in shown


def test_a_series_has_its_page_its_feed_and_its_calendar(cast: Cast) -> None:
    facts = CampaignFacts("series", "向基层学习大讲坛", date(2026, 1, 1), date(2026, 12, 31), about="每月一讲")
    series = plan_campaign(unit=cast.unit("ningde"), facts=facts, actor=SYSTEM)
    held = make_class(cast.unit("huotong"))
    shown = text("portal_campaign", series.pk)
    assert "每月一讲" in shown
    assert "下一堂还没有排好" in shown
    join_campaign(training_class=held, campaign=series, actor=SYSTEM)
    shown = text("portal_campaign", series.pk)
    assert reverse("web:portal_class", args=[held.pk]) in shown
    assert reverse("web:portal_campaign_feed", args=[series.pk]) in shown
    assert reverse("web:portal_campaign", args=[series.pk]) in text("portal_campaigns")
    assert reverse("web:portal_campaign", args=[series.pk]) in text("sitemap")
    told = text("portal_campaign_feed", series.pk)
    assert (told.count("<item>"), "向基层学习大讲坛　宁德市委组织部" in told) == (2, True)
    assert text("portal_campaign_calendar", series.pk).count("BEGIN:VEVENT") == 2
    with frozen(clock.at_local(date(2027, 1, 1), 9)):
        assert "已经结束" in text("portal_campaign", series.pk)
    turn_campaign(campaign=series, put_away=True, actor=SYSTEM)
    assert get("portal_campaign", series.pk).status_code == 404


def test_news_are_paged_and_articles_are_shown(cast: Cast) -> None:
    for number in range(22):
        with frozen(MOMENT + timedelta(minutes=number)):
            published_article(cast.unit("jiaocheng"), title=f"第 {number:02d} 篇")
    draft = draft_article(cast.unit("jiaocheng"), title="草稿")
    first = get("portal_news")
    assert (first.context["news"][0].title, len(first.context["news"])) == ("第 21 篇", 20)
    second = Client().get(reverse("web:portal_news") + first.context["older"])
    assert [one.title for one in second.context["news"]] == ["第 01 篇", "第 00 篇"]
    assert get("portal_article", draft.pk).status_code == 404
    assert get("portal_news", before="99999").status_code == 404
    assert get("portal_news", before="x").status_code == 200


def test_how_to_order_is_a_text_of_the_city(cast: Cast) -> None:
    assert "办公电话还没有公布" in text("portal_how_to")
    published_article(cast.unit("ningde"), "how_to", text="1. 先打电话")
    published_article(cast.unit("ningde"), "contact", text="[0593-0000000](tel:0593-0000000)")
    shown = text("portal_how_to")
    assert "<li>先打电话</li>" in shown
    assert 'href="tel:0593-0000000"' in shown


def test_the_search_finds_things_and_never_people(cast: Cast, route: Route) -> None:
    make_class(cast.unit("huotong"))
    given_course(cast.unit("jiaocheng"))
    found = {word: text("portal_search", q=word) for word in ("htx", "葡萄", "dydx", "林秀珍", "lxz", " ")}
    assert "霍童溪一日行" in found["htx"]
    assert "葡萄冬季管护" in found["葡萄"]
    for word in ("林秀珍", "lxz"):
        assert f"没有找到“{word}”" in found[word]
    assert "没有找到" not in found[" "]


@pytest.mark.parametrize("word", ["huotongxi", "huotong", "Huo Tong Xi"])
def test_pinyin_may_be_written_out(cast: Cast, route: Route, word: str) -> None:
    assert "霍童溪一日行" in text("portal_search", q=word)
    assert "霍童溪一日行" in text("portal_routes", q=word)
    assert "没有找到" in text("portal_search", q="linxiuzhen")
    assert "没有找到" in text("portal_search", q=word.lower().replace("t", "d"))


def test_words_with_spaces_between_them_need_not_follow_each_other(cast: Cast, route: Route) -> None:
    for asked in ("霍童 日行", "日行　霍童", "ht yrx", "霍 童 溪"):
        assert "霍童溪一日行" in text("portal_search", q=asked), asked
    assert "没有找到" in text("portal_search", q="霍童 两日")


def test_links_are_looked_after_without_their_pages(cast: Cast, route: Route) -> None:
    """Programs that watch whether a page is there, or draw its card, ask for its head alone."""
    asked = Client().head(reverse("web:portal_route", args=[route.pk]))
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked["Cache-Control"] == "public, max-age=300"
    assert Client().head(reverse("web:portal_route", args=[0])).status_code == 404
    assert Client().post(reverse("web:portal_route", args=[route.pk])).status_code == 405


def test_a_page_can_be_kept_and_is_sent_again_only_changed(cast: Cast, route: Route) -> None:
    first = get("portal_route", route.pk)
    assert first["Cache-Control"] == "public, max-age=300"
    assert {"Cookie", "Accept-Language"} <= {part.strip() for part in first["Vary"].split(",")}
    assert first.cookies == {}
    again = Client().get(reverse("web:portal_route", args=[route.pk]), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    squeezed = Client().get(reverse("web:portal_route", args=[route.pk]), headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(squeezed.content) == first.content
    kept = {"Accept-Encoding": "gzip", "If-None-Match": squeezed["ETag"]}
    assert Client().get(reverse("web:portal_route", args=[route.pk]), headers=kept).status_code == 304
    Route.objects.filter(pk=route.pk).update(meeting_point="古镇停车场")
    changed = Client().get(reverse("web:portal_route", args=[route.pk]), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_what_somebody_who_is_signed_in_gets_is_theirs_alone(cast: Cast, sign_in: Any) -> None:
    answer = get("portal", client=sign_in("township"))
    assert answer["Cache-Control"] == "no-store"
    assert "回到工作" in answer.content.decode()
    assert 'href="/login/"' in text("portal")
    assert 'href="/portal/"' in Client().get("/login/").content.decode()
    assert Client().get("/")["Location"].startswith("/login/")


def test_type_size_and_language_are_links_and_lead_back(db: None) -> None:
    visitor = Client()
    answer = get("portal_look", client=visitor, type_size="large", next="/portal/routes/?county=350902")
    assert answer["Location"] == "/portal/routes/?county=350902"
    assert '<html lang="zh-Hans" data-theme="doorstep" class="large"' in get("portal", client=visitor).content.decode()
    answer = get("portal_look", client=visitor, language="en", next="https://evil.example/")
    assert answer["Location"] == "/portal/"
    assert '<html lang="en"' in get("portal", client=visitor).content.decode()
    assert Client().get("/portal/", headers={"Accept-Language": "zh-TW"}).content.decode().count('lang="zh-Hant"') == 1
    assert get("portal_look", type_size="huge", language="xx").cookies == {}


def test_a_page_says_what_it_is_where_it_is_shared(cast: Cast, route: Route) -> None:
    shown = text("portal_route", route.pk)
    address = f"http://testserver/portal/routes/{route.pk}/"
    assert f'<link rel="canonical" href="{address}">' in shown
    assert f'<meta property="og:url" content="{address}">' in shown
    assert '<meta property="og:title" content="霍童溪一日行">' in shown
    assert '<meta property="og:image" content="http://testserver/static/web/portal/share.png">' in shown
    picture = Client().get("/static/web/portal/share.png")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")


def test_the_feed_has_news_and_openings(cast: Cast) -> None:
    make_class(cast.unit("huotong"), title="看得到的班")
    published_article(cast.unit("jiaocheng"))
    answer = get("portal_feed")
    assert answer["Content-Type"].startswith("application/rss+xml")
    titles = [item.findtext("title") for item in ElementTree.fromstring(answer.content).iter("item")]
    assert sorted(filter(None, titles)) == ["冬训开课", "看得到的班"]


def test_the_calendar_has_every_session_once(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"))
    answer = get("portal_calendar")
    assert answer["Content-Type"].startswith("text/calendar")
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert [str(one["uid"]) for one in events] == [f"class-{opened.pk}-{n}@testserver" for n in (1, 2)]
    assert events[0].decoded("dtstart") == clock.at_local(clock.today() + timedelta(days=10), 8, 30)
    assert get("portal_calendar").content == answer.content


def test_every_address_of_the_sitemap_is_there(cast: Cast, route: Route) -> None:
    make_class(cast.unit("huotong"))
    published_article(cast.unit("jiaocheng"))
    addresses = re.findall(r"<loc>http://testserver([^<]+)</loc>", text("sitemap"))
    assert len(addresses) == 12 + 1 + 2 + 1 + 1 + 1  # lists, route, bases, course, class, article
    assert [path for path in addresses if Client().get(path).status_code != 200] == []
    rules = text("robots")
    assert "Disallow: /\n" in rules
    assert "Sitemap: http://testserver/sitemap.xml" in rules


def made_up(*values: object) -> str:
    """A cursor as nobody was given one."""
    return base64.urlsafe_b64encode(json.dumps(["n", list(values)]).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "name", ["portal_bases", "portal_routes", "portal_courses", "portal_classes", "portal_packages", "portal_cases"]
)
@pytest.mark.parametrize(
    "asked",
    [
        {"county": "\0", "audience": "\0", "q": "\0", "theme": "\0", "kind": "x", "mode": "x", "form": "x"},
        {"cursor": "abc"},
        {"cursor": made_up("x", "y")},
        {"cursor": made_up([1], {})},
        {"cursor": made_up(None, 10**30)},
        {"cursor": made_up(1, 2, 3, 4)},
        {"cursor": made_up("a", "b", "c", "d")},
        {"cursor": made_up([], [], [])},
    ],
    ids=str,
)
def test_an_address_somebody_made_up_is_no_fault(cast: Cast, route: Route, name: str, asked: dict[str, str]) -> None:
    assert get(name, **asked).status_code == 200


QUESTIONS = {
    "portal": 5, "portal_routes": 5, "portal_route": 9, "portal_route_print": 6, "portal_route_map": 2,
    "portal_bases": 2, "portal_base": 8, "portal_base_map": 5, "portal_base_print": 6, "portal_belts": 1,
    "portal_courses": 1, "portal_course": 1, "portal_course_print": 1, "portal_classes": 2, "portal_class": 2,
    "portal_campaigns": 2, "portal_campaign": 2,
    "portal_news": 1, "portal_article": 1, "portal_how_to": 1, "portal_map": 1, "portal_map_picture": 0,
    "portal_cells": 0,
    "portal_outlines": 0, "portal_search": 0, "portal_feed": 3, "portal_calendar": 2,
    "portal_campaign_feed": 2, "portal_campaign_calendar": 2, "sitemap": 11, "robots": 0,
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_a_fixed_number_of_questions(
    cast: Cast, route: Route, name: str, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        opened = make_class(cast.unit("huotong"), title=f"班 {number}")
        article = published_article(cast.unit("jiaocheng"), title=f"第 {number} 篇")
        if number:
            make_base(cast.unit("saiqi"), name=f"赛岐 {number} 号")
    facts = CampaignFacts("series", "大讲坛", date(2026, 1, 1), date(2026, 12, 31))
    series = plan_campaign(unit=cast.unit("ningde"), facts=facts, actor=SYSTEM)
    for held in TrainingClass.objects.all():
        join_campaign(training_class=held, campaign=series, actor=SYSTEM)
    course = Course.objects.order_by("pk")[0]
    args: dict[str, object] = {
        "portal_route": route.pk, "portal_route_print": route.pk, "portal_route_map": route.pk,
        "portal_base": route.stops.all()[0].base_id, "portal_base_map": route.stops.all()[0].base_id,
        "portal_base_print": route.stops.all()[0].base_id, "portal_course_print": course.pk,
        "portal_course": course.pk, "portal_class": opened.pk, "portal_article": article.pk,
        "portal_campaign": series.pk, "portal_campaign_feed": series.pk, "portal_campaign_calendar": series.pk,
    }  # fmt: skip
    given = [args[name]] if name in args else []
    get(name, *given)
    with django_assert_num_queries(QUESTIONS[name]):
        assert get(name, *given).status_code == 200
