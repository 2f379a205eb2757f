"""Views one keeps of a list: filters and sort under a name, one's own alone, never what was searched for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from doorstep.core.errors import DoorstepError, NotFound, NotPermitted
from doorstep.core.listing import MOST_VIEWS, ListSpec, all_lists, kept_params, listing_of
from doorstep.core.models import SavedView
from doorstep.core.services import AlreadyKept, NothingToKeep, NoViewName, TooManyViews, drop_view, keep_view
from doorstep.directory.pages.lists import PEOPLE, UNITS
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.messages import given_circular

pytestmark = pytest.mark.django_db
FLOATING = {"floating": "1", "sort": "-name"}


def keep(cast: Cast, title: str = "流动", params: dict[str, str] = FLOATING, who: str = "township") -> SavedView:
    return keep_view(list_name=PEOPLE.name, title=title, params=params, actor=cast.actor(who))


def test_a_view_keeps_choices_days_numbers_and_the_sort(cast: Cast) -> None:
    actor = cast.actor("township")
    asked = {"floating": "1", "category": "full", "unit": "12", "sort": "-name", "cursor": "x", "page": "2"}
    assert kept_params(PEOPLE, actor, asked) == {
        "category": "full", "floating": "1", "unit": "12", "sort": "-name",
    }  # fmt: skip
    activity = next(spec for spec in all_lists() if spec.name == "directory.activity")
    assert kept_params(activity, actor, {"day": "2026-11-24", "event": "x"}) == {"day": "2026-11-24"}


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "林秀珍"},
        {"unit": "350902197002030017"},
        {"unit": "²x"},
        {"floating": "7"},
        {"category": "full' OR 1=1"},
        {"sort": "sex"},
        {"sort": "--name"},
        {"nothing": "1"},
    ],
)
def test_words_one_typed_and_values_there_are_not_stay_out(cast: Cast, asked: dict[str, str]) -> None:
    assert kept_params(PEOPLE, cast.actor("township"), asked) == {}
    with pytest.raises(NothingToKeep) as refused:
        keep(cast, params=asked)
    assert "搜索的文字不存进视图" in refused.value.text
    keep(cast, params={**FLOATING, **asked, "floating": "1", "sort": "-name"})
    assert SavedView.objects.get().query == "floating=1&sort=-name"


@pytest.mark.parametrize("title", ["", "  ", "一" * 21, "流\u200b动", "a\x00b"])
def test_a_view_needs_a_short_plain_name(cast: Cast, title: str) -> None:
    with pytest.raises(NoViewName) as refused:
        keep(cast, title)
    assert refused.value.text == "视图要有名字，1 到 20 个字。"
    assert not SavedView.objects.exists()


def test_a_name_of_twenty_letters_is_kept_without_spare_spaces(cast: Cast) -> None:
    assert keep(cast, f" 外出  {'一' * 17} ").title == f"外出 {'一' * 17}"


@pytest.mark.parametrize(("title", "params"), [("流动", {"floating": "0"}), ("别的", FLOATING)])
def test_the_same_name_or_the_same_filters_are_kept_once(cast: Cast, title: str, params: dict[str, str]) -> None:
    keep(cast)
    with pytest.raises(AlreadyKept) as refused:
        keep(cast, title, params)
    assert "“流动”" in refused.value.text
    keep(cast, who="city")
    keep_view(list_name=UNITS.name, title="流动", params={"kind": "branch"}, actor=cast.actor("township"))
    assert SavedView.objects.count() == 3


def test_there_are_twelve_views_of_a_list_at_most(cast: Cast) -> None:
    for number in range(MOST_VIEWS):
        keep(cast, f"支部{number}", {"unit": str(number)})
    with pytest.raises(TooManyViews) as refused:
        keep(cast)
    assert refused.value.text == "这张表已有 12 个视图，到上限了。先删掉一个不用的，再存。"
    page = listing_of(PEOPLE, cast.actor("township"), FLOATING)
    assert (page.is_full, page.may_keep, page.open_view) == (True, True, None)
    drop_view(view_id=page.views[0].pk, actor=cast.actor("township"))
    assert not listing_of(PEOPLE, cast.actor("township"), FLOATING).is_full
    assert keep(cast).title == "流动"


def test_only_a_person_keeps_views_and_drops_only_their_own(cast: Cast) -> None:
    view = keep(cast)
    with pytest.raises(NotFound):
        drop_view(view_id=view.pk, actor=cast.actor("city"))
    with pytest.raises(NotPermitted):
        keep_view(list_name=PEOPLE.name, title="流动", params=FLOATING, actor=cast.system)
    with pytest.raises(NotFound):
        keep_view(list_name="no.such.list", title="流动", params=FLOATING, actor=cast.actor("city"))
    assert drop_view(view_id=view.pk, actor=cast.actor("township")) == "流动"
    assert not SavedView.objects.exists()


def test_the_open_view_is_known_and_what_the_list_lost_falls_out(cast: Cast) -> None:
    actor = cast.actor("township")
    view = keep(cast)
    gone = SavedView.objects.create(
        account_id=actor.account_id or 0,
        list_name=PEOPLE.name,
        title="旧的",
        query="floating=9&gone=1&category=full",
        created_at=view.created_at,
    )
    page = listing_of(PEOPLE, actor, {**FLOATING, "q": "林", "year": "2025"})
    assert [(tab.title, tab.link) for tab in page.views] == [
        ("流动", "?year=2025&floating=1&sort=-name"),
        ("旧的", "?year=2025&category=full"),
    ]
    assert [tab.pk for tab in page.views if tab == page.open_view] == [view.pk]
    assert (page.may_keep, page.all_link, page.kept_query) == (False, "?year=2025", "floating=1&sort=-name")
    page = listing_of(PEOPLE, actor, {"category": "full"})
    assert [tab.pk for tab in page.views if tab == page.open_view] == [gone.pk]
    assert listing_of(PEOPLE, actor, {}).open_view is None
    assert listing_of(PEOPLE, cast.system, FLOATING).views == []
    assert listing_of(PEOPLE, cast.actor("city"), FLOATING).views == []


@pytest.mark.parametrize("spec", [s for s in all_lists() if not s.name.startswith("tests.")], ids=lambda s: s.name)
def test_every_list_may_be_kept_as_a_view(spec: ListSpec, cast: Cast) -> None:
    actor = cast.actor("auditor" if spec.name == "directory.activity" else "city")
    unit = {"unit": str(cast.unit("ningde").pk)} if spec.name.startswith("coverage.") else {}
    if spec.name == "notices.receipts":
        unit = {"circular": str(given_circular(cast.unit("ningde")).pk)}
    sorts = [column.key for column in spec.columns if column.sort]
    if not sorts and not spec.filters:
        return
    days = [one.key for one in spec.filters if one.kind == "date"]
    chosen = {days[0]: "2026-11-23"} if days else {"status": "confirmed"}
    params = {"sort": sorts[0]} if sorts else chosen
    keep_view(list_name=spec.name, title="甲", params=params, actor=actor)
    page = listing_of(spec, actor, {**unit, **params})
    assert [tab.title for tab in page.views if tab == page.open_view] == ["甲"]


def _page(client: Client, path: str = "/people/", **params: str) -> str:
    return client.get(path, params).content.decode()


def test_a_view_is_kept_opened_and_dropped_on_the_page(cast: Cast) -> None:
    client = signed_in(cast.accounts["township"])
    assert 'aria-label="视图"' not in _page(client)
    asked = _page(client, q="林", **FLOATING)
    assert 'action="/lists/directory.people/views/?floating=1&amp;sort=-name"' in asked
    back = "/people/?" + urlencode({"q": "林", **FLOATING})
    kept = client.post(
        "/lists/directory.people/views/?" + urlencode(FLOATING), {"title": "流动", "back": back}, follow=True
    )
    assert kept.redirect_chain == [(back, 302)]
    said = kept.content.decode()
    assert "已存为视图“流动”。" in said
    assert '<a href="/people/?floating=1&amp;sort=-name" aria-current="page">流动</a>' in said
    assert '<a href="/people/" aria-current="page">全部</a>' in _page(client)
    view = SavedView.objects.get()
    gone = client.post(f"/views/{view.pk}/drop/", {"back": "/people/"}, follow=True).content.decode()
    assert "视图“流动”已删除。" in gone
    assert 'aria-label="视图"' not in gone


def test_a_refusal_is_said_on_the_list(cast: Cast) -> None:
    client, path = signed_in(cast.accounts["township"]), "/lists/directory.people/views/?floating=1"
    client.post(path, {"title": "流动"})
    said = client.post(path, {"title": "别的", "back": "/people/?floating=1"}, follow=True).content.decode()
    assert "已有视图“流动”" in said
    assert SavedView.objects.count() == 1
    assert client.post(path, {"title": "", "back": "https://evil.example/"})["Location"] == "/"


@pytest.mark.django_db(transaction=True)
def test_two_windows_of_one_person_keep_one_view(cast_committed: Cast) -> None:
    start = Barrier(4)

    def press() -> str:
        try:
            start.wait()
            return keep(cast_committed).title
        except DoorstepError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = [pressed.result(timeout=30) for pressed in [pool.submit(press) for _ in range(4)]]
    assert sorted(answers) == [*["view_kept"] * 3, "流动"]
