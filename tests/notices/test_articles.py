"""Texts for the public come a way: written, handed in, published by somebody else, replaced, taken down."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection

from doorstep.core.errors import DoorstepError, NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.core.pictures import PictureNotTaken
from doorstep.notices.models import Article, ArticlePicture, ArticleVersion
from doorstep.notices.queries.articles import picture_shown
from doorstep.notices.queries.public import fixed_texts, public_article, public_news
from doorstep.notices.services.articles import (
    change_article,
    hand_in_article,
    publish_article,
    return_article,
    take_back_article,
    take_down_article,
    write_article,
)
from doorstep.notices.services.pictures import add_picture, drop_picture
from doorstep.notices.services.refusals import (
    ArticleChangedMeanwhile,
    ArticleEmpty,
    ArticleHoldsNumbers,
    ArticleIsOwn,
    ArticleKindNotHere,
    ArticleNoteMissing,
    ArticlePictureUnknown,
    ArticleStandsSo,
    ArticleThereAlready,
    ArticleWaits,
    PictureInUse,
)
from tests.cast import Cast
from tests.factories.articles import (
    article_facts,
    draft_article,
    given_picture,
    picture_bytes,
    published_article,
    waiting_article,
)
from tests.factories.classes import SYSTEM

pytestmark = pytest.mark.django_db


def statuses(article: Article) -> list[str]:
    return list(article.versions.order_by("number").values_list("status", flat=True))


def sound() -> list[str]:
    return [one.name for one in check_invariants() if one.name.startswith("article") and not one.holds]


def test_a_county_writes_and_the_city_publishes(cast: Cast) -> None:
    county, city = cast.actor("county"), cast.actor("city")
    article = write_article(unit=cast.unit("jiaocheng"), kind="news", facts=article_facts(), actor=county)
    assert public_news(most=5) == []
    hand_in_article(article=article, actor=county)
    with pytest.raises(NotPermitted):
        publish_article(article=article, seen=1, actor=county)
    publish_article(article=article, seen=1, actor=city)
    (shown,) = public_news(most=5)
    assert (shown.title, shown.unit) == ("冬训开课", "蕉城区委组织部")
    assert shown.html == "<h2>课开在村口</h2>\n<p><strong>半天一堂</strong>，讲方言。</p>"
    assert statuses(article) == ["published"]
    told = Activity.objects.filter(subject_kind="article").order_by("at").values_list("event", flat=True)
    assert list(told) == ["notices.article_written", "notices.article_handed_in", "notices.article_published"]
    assert sound() == []


def test_a_new_version_is_not_out_until_it_is_published(cast: Cast) -> None:
    article = published_article(cast.unit("jiaocheng"))
    change_article(article=article, facts=article_facts(title="改了"), seen=0, actor=SYSTEM)
    article.refresh_from_db()
    assert article.title == "改了"
    assert public_article(article.pk).title == "冬训开课"
    hand_in_article(article=article, actor=SYSTEM)
    publish_article(article=article, seen=1, actor=SYSTEM)
    assert public_article(article.pk).title == "改了"
    assert statuses(article) == ["replaced", "published"]
    take_down_article(article=article, actor=SYSTEM)
    with pytest.raises(NotFound):
        public_article(article.pk)
    change_article(article=article, facts=article_facts(title="再来"), seen=0, actor=SYSTEM)
    assert statuses(article) == ["replaced", "taken_down", "draft"]
    assert sound() == []


def test_what_is_returned_says_why_and_comes_again(cast: Cast) -> None:
    article = waiting_article(cast.unit("jiaocheng"))
    with pytest.raises(ArticleNoteMissing):
        return_article(article=article, note=" ", seen=1, actor=SYSTEM)
    version = return_article(article=article, note="写明日期", seen=1, actor=SYSTEM)
    assert (version.status, version.review_note) == ("declined", "写明日期")
    changed = change_article(article=article, facts=article_facts(text="12 月 1 日"), seen=1, actor=SYSTEM)
    assert (changed.number, changed.revision, changed.status) == (1, 2, "draft")
    hand_in_article(article=article, actor=SYSTEM)
    assert article.versions.get().review_note == ""


def test_what_waits_is_not_changed_but_can_be_taken_back(cast: Cast) -> None:
    article = waiting_article(cast.unit("jiaocheng"))
    with pytest.raises(ArticleWaits):
        change_article(article=article, facts=article_facts(), seen=1, actor=SYSTEM)
    with pytest.raises(ArticleStandsSo):
        hand_in_article(article=article, actor=SYSTEM)
    take_back_article(article=article, actor=SYSTEM)
    assert statuses(article) == ["draft"]
    with pytest.raises(ArticleStandsSo):
        publish_article(article=article, seen=1, actor=SYSTEM)


def test_nobody_publishes_their_own(cast: Cast) -> None:
    city = cast.actor("city")
    own = write_article(unit=cast.unit("ningde"), kind="news", facts=article_facts(), actor=city)
    hand_in_article(article=own, actor=SYSTEM)
    with pytest.raises(ArticleIsOwn) as refused:
        publish_article(article=own, seen=1, actor=city)
    assert "另一个人来发布" in refused.value.text
    handed_in = draft_article(cast.unit("ningde"))
    hand_in_article(article=handed_in, actor=city)
    with pytest.raises(ArticleIsOwn):
        return_article(article=handed_in, note="x", seen=1, actor=city)
    publish_article(article=own, seen=1, actor=SYSTEM)


def test_one_publishes_what_one_has_looked_at(cast: Cast) -> None:
    article = waiting_article(cast.unit("jiaocheng"))
    with pytest.raises(ArticleChangedMeanwhile):
        publish_article(article=article, seen=2, actor=SYSTEM)
    take_back_article(article=article, actor=SYSTEM)
    with pytest.raises(ArticleChangedMeanwhile):
        change_article(article=article, facts=article_facts(), seen=0, actor=SYSTEM)


def test_fixed_texts_are_the_city_s_and_there_once(cast: Cast) -> None:
    with pytest.raises(ArticleKindNotHere):
        draft_article(cast.unit("jiaocheng"), "contact")
    published_article(cast.unit("ningde"), "contact", text="办公电话 0593-0000000")
    with pytest.raises(ArticleThereAlready):
        draft_article(cast.unit("ningde"), "contact")
    assert fixed_texts()["contact"].html == "<p>办公电话 0593-0000000</p>"
    assert public_news(most=5) == []
    with pytest.raises(NotFound):
        public_article(Article.objects.get().pk)


@pytest.mark.parametrize("facts", [article_facts(title=" "), article_facts(text="\n ")])
def test_an_empty_text_is_none(cast: Cast, facts: object) -> None:
    with pytest.raises(ArticleEmpty):
        write_article(unit=cast.unit("jiaocheng"), kind="news", facts=facts, actor=SYSTEM)  # type: ignore[arg-type]
    assert Article.objects.count() == 0


@pytest.mark.parametrize("where", ["title", "summary", "text"])
def test_numbers_of_private_persons_do_not_get_out(cast: Cast, where: str) -> None:
    article = draft_article(cast.unit("jiaocheng"), **{where: "请打 13912345678"})
    with pytest.raises(ArticleHoldsNumbers) as refused:
        hand_in_article(article=article, actor=SYSTEM)
    assert "139…" in refused.value.text
    assert "13912345678" not in refused.value.text
    ArticleVersion.objects.update(status="waiting")
    with pytest.raises(ArticleHoldsNumbers):
        publish_article(article=article, seen=1, actor=SYSTEM)


def test_news_goes_on_after_the_last_one_read(cast: Cast) -> None:
    ids = [published_article(cast.unit("jiaocheng"), title=f"第 {n} 篇").pk for n in range(3)]
    first = public_news(most=2)
    assert [one.id for one in first] == [ids[2], ids[1]]
    assert [one.id for one in public_news(most=2, before=first[-1].id)] == [ids[0]]
    with pytest.raises(NotFound):
        public_news(most=2, before=0x7FFF)


def test_a_picture_is_seen_by_all_only_while_a_published_text_shows_it(cast: Cast) -> None:
    article = draft_article(cast.unit("jiaocheng"))
    picture = given_picture(article, width=3000, height=1500)
    assert (picture.number, picture.width, picture.height) == (1, 1280, 640)
    kept = (settings.MEDIA_ROOT / picture.file).read_bytes()
    assert kept[8:12] == b"WEBP"
    assert b"camera" not in kept
    trainee, county, other = (cast.actor(name) for name in ("trainee", "county", "other_county"))
    assert picture_shown(picture.pk, county) == (picture.file, False)
    for actor in (trainee, other):
        with pytest.raises(NotFound):
            picture_shown(picture.pk, actor)
    with pytest.raises(ArticlePictureUnknown):
        change_article(article=article, facts=article_facts(text="![x](2)"), seen=1, actor=SYSTEM)
    change_article(article=article, facts=article_facts(text="![渔排](1)"), seen=1, actor=SYSTEM)
    hand_in_article(article=article, actor=SYSTEM)
    publish_article(article=article, seen=2, actor=SYSTEM)
    assert picture_shown(picture.pk, trainee) == (picture.file, True)
    with pytest.raises(PictureInUse):
        drop_picture(picture=picture, actor=SYSTEM)
    take_down_article(article=article, actor=SYSTEM)
    with pytest.raises(NotFound):
        picture_shown(picture.pk, trainee)
    assert sound() == []


def test_a_picture_that_nothing_shows_is_thrown_away(
    cast: Cast,
    django_capture_on_commit_callbacks,  # noqa: ANN001
) -> None:
    article = draft_article(cast.unit("jiaocheng"))
    picture = given_picture(article)
    change_article(article=article, facts=article_facts(text="![渔排](1)"), seen=1, actor=SYSTEM)
    hand_in_article(article=article, actor=SYSTEM)
    publish_article(article=article, seen=2, actor=SYSTEM)
    take_down_article(article=article, actor=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        drop_picture(picture=picture, actor=SYSTEM)
    assert not (settings.MEDIA_ROOT / picture.file).exists()
    assert ArticlePicture.objects.count() == 0
    old = article.versions.get()
    assert (old.html, old.pictures) == ("<p>渔排</p>", [])
    assert sound() == []


def test_a_file_already_gone_does_not_matter(cast: Cast, django_capture_on_commit_callbacks) -> None:  # noqa: ANN001
    picture = given_picture(draft_article(cast.unit("jiaocheng")))
    (settings.MEDIA_ROOT / picture.file).unlink()
    with django_capture_on_commit_callbacks(execute=True):
        drop_picture(picture=picture, actor=SYSTEM)
    assert ArticlePicture.objects.count() == 0


def test_what_is_no_picture_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    article = draft_article(cast.unit("jiaocheng"))
    for content in (b"<svg onload='x'/>", b"GIF89a", picture_bytes()[:200]):
        with pytest.raises(PictureNotTaken):
            add_picture(article=article, content=content, name="x.jpg", actor=SYSTEM)
    assert ArticlePicture.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_change_at_once_do_not_lose_each_others_words(cast_committed: Cast) -> None:
    article = draft_article(cast_committed.unit("jiaocheng"))
    gate = Barrier(2)

    def change(title: str) -> str:
        gate.wait(timeout=20)
        try:
            change_article(article=article, facts=article_facts(title=title), seen=1, actor=SYSTEM)
        except DoorstepError as problem:
            return problem.code
        finally:
            connection.close()
        return "changed"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(change, ["甲", "乙"]))
    assert said == ["article_changed", "changed"]
    assert article.versions.get().revision == 2
