"""How departments write for everybody: the list, the editor with its preview, the city's word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.notices.models import Article
from doorstep.notices.queries.articles import articles_to_mend, articles_to_publish
from tests.cast import Cast
from tests.factories.articles import (
    article_body,
    draft_article,
    given_picture,
    picture_bytes,
    published_article,
    waiting_article,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def page(name: str, *args: object) -> str:
    return reverse(f"notices:{name}", args=args)


def test_written_looked_at_handed_in_published_taken_down(cast: Cast, sign_in: SignIn) -> None:
    county, city = sign_in("county"), sign_in("city")
    made = county.post(page("article_new"), article_body())
    article = Article.objects.get()
    assert made["Location"] == page("article", article.pk)
    assert "报送发布" in county.get(page("article", article.pk)).content.decode()
    county.post(page("article_turn", article.pk), {"answer": "hand_in"})
    assert "发布文章：冬训开课" in city.get("/").content.decode()
    shown = city.get(page("article", article.pk)).content.decode()
    assert 'value="publish"' in shown
    city.post(page("article_publish", article.pk), {"answer": "return", "note": "写明日期", "seen": "1"})
    assert "文章要改：冬训开课" in county.get("/").content.decode()
    assert "写明日期" in county.get(page("article_edit", article.pk)).content.decode()
    county.post(page("article_edit", article.pk), article_body(text="改好了", seen="1"))
    county.post(page("article_turn", article.pk), {"answer": "hand_in"})
    assert city.post(page("article_publish", article.pk), {"answer": "publish", "seen": "1"}).status_code == 422
    city.post(page("article_publish", article.pk), {"answer": "publish", "seen": "2"})
    assert "改好了" in Client().get(reverse("web:portal_article", args=[article.pk])).content.decode()
    county.post(page("article_turn", article.pk), {"answer": "take_down"})
    assert Client().get(reverse("web:portal_article", args=[article.pk])).status_code == 404
    assert county.post(page("article_turn", article.pk), {"answer": "nothing"}).status_code == 404


def test_a_refusal_stands_on_the_form_and_nothing_typed_is_lost(cast: Cast, sign_in: SignIn) -> None:
    county = sign_in("county")
    answer = county.post(page("article_new"), article_body(text="![图](3)"))
    assert answer.status_code == 422
    assert "没有这张图片" in answer.content.decode()
    assert "![图](3)" in answer.content.decode()
    article = draft_article(cast.unit("jiaocheng"))
    answer = county.post(page("article_edit", article.pk), article_body(title="乙", seen="7"))
    assert (answer.status_code, "刚才被别人改过" in answer.content.decode()) == (422, True)
    waiting = waiting_article(cast.unit("jiaocheng"))
    assert county.get(page("article_edit", waiting.pk)).status_code == 409


def test_only_the_city_chooses_a_kind(cast: Cast, sign_in: SignIn) -> None:
    assert 'name="kind"' in sign_in("city").get(page("article_new")).content.decode()
    assert 'name="kind"' not in sign_in("county").get(page("article_new")).content.decode()
    sign_in("city").post(page("article_new"), article_body(kind="contact"))
    assert Article.objects.get().kind == "contact"
    assert sign_in("township").get(page("article_new")).status_code == 404
    assert sign_in("township").post(page("article_preview"), {"text": "x"}).status_code == 404


def test_the_preview_keeps_nothing(cast: Cast, sign_in: SignIn) -> None:
    county = sign_in("county")
    article = draft_article(cast.unit("jiaocheng"))
    given_picture(article)
    said = {"text": "# 大\n\n![渔排](1)\n\n![谁](2)\n\n13912345678", "article": article.pk}
    shown = county.post(page("article_preview"), said).content.decode()
    assert "<h2>大</h2>" in shown
    assert 'alt="渔排"' in shown
    assert "没有图 2" in shown
    assert "139…" in shown
    assert article.versions.get().revision == 1
    elsewhere = draft_article(cast.unit("fuan"))
    assert county.post(page("article_preview"), {"text": "x", "article": elsewhere.pk}).status_code == 404
    assert "这里就是门户上的样子" in county.post(page("article_preview"), {"text": ""}).content.decode()


def test_pictures_come_and_go(cast: Cast, sign_in: SignIn) -> None:
    county = sign_in("county")
    county.post(page("article_new"), article_body(act="pictures"))
    article = Article.objects.get()
    upload = SimpleUploadedFile("渔排.jpg", picture_bytes(), "image/jpeg")
    answer = county.post(page("picture_new", article.pk), {"picture": upload}, follow=True)
    assert "已添加图 1" in answer.content.decode()
    picture = article.pictures.get()
    own = county.get(page("picture", picture.pk))
    assert (own["Content-Type"], own["Cache-Control"]) == ("image/webp", "private, no-store")
    assert Client().get(page("picture", picture.pk)).status_code == 404
    assert "还没有选图片" in county.post(page("picture_new", article.pk), follow=True).content.decode()
    bad = SimpleUploadedFile("x.jpg", b"no picture", "image/jpeg")
    assert county.post(page("picture_new", article.pk), {"picture": bad}).status_code == 422
    assert county.post(page("picture_drop", article.pk, 9)).status_code == 404
    county.post(page("picture_drop", article.pk, 1))
    assert article.pictures.count() == 0


def test_a_published_picture_is_kept_by_browsers(cast: Cast, sign_in: SignIn) -> None:
    article = draft_article(cast.unit("jiaocheng"))
    picture = given_picture(article)
    county, city = sign_in("county"), sign_in("city")
    county.post(page("article_edit", article.pk), article_body(text="![渔排](1)", seen="1"))
    county.post(page("article_turn", article.pk), {"answer": "hand_in"})
    city.post(page("article_publish", article.pk), {"answer": "publish", "seen": "2"})
    shown = Client().get(page("picture", picture.pk))
    assert shown["Cache-Control"] == "public, max-age=86400"
    assert shown["Content-Disposition"] == "inline"


def test_the_list_finds_by_words_standing_and_kind(cast: Cast, sign_in: SignIn) -> None:
    published_article(cast.unit("jiaocheng"), title="冬训开课")
    draft_article(cast.unit("jiaocheng"), title="春茶")
    draft_article(cast.unit("fuan"), title="别县")
    county = sign_in("county")
    assert {row.title for row in county.get(page("articles")).context["listing"].rows} == {"冬训开课", "春茶"}
    for asked, found in ({"q": "春"}, ["春茶"]), ({"status": "published"}, ["冬训开课"]), ({"kind": "contact"}, []):
        rows = county.get(page("articles"), asked).context["listing"].rows
        assert [row.title for row in rows] == found


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_a_fixed_number_of_questions(
    cast: Cast, sign_in: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    articles = [published_article(cast.unit("jiaocheng"), title=f"第 {n} 篇") for n in range(count)]
    county = sign_in("county")
    county.get(page("articles"))
    with django_assert_num_queries(5):
        county.get(page("articles"))
    with django_assert_num_queries(4):
        county.get(page("article", articles[0].pk))
    with django_assert_num_queries(7):
        county.get(page("article_edit", articles[0].pk))


def test_who_is_told(cast: Cast) -> None:
    waiting_article(cast.unit("jiaocheng"))
    returned = waiting_article(cast.unit("fuan"))
    returned.versions.update(status="declined", review_note="x")
    assert articles_to_publish(cast.actor("city")).count() == 1
    assert articles_to_publish(cast.actor("county")).count() == 0
    assert articles_to_publish(cast.system).count() == 1
    assert articles_to_mend(cast.actor("other_county")).count() == 1
    assert articles_to_mend(cast.actor("county")).count() == 0
