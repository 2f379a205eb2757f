"""Articles as departments see them: the list, one with its versions, and what can be done with it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.actors import ANONYMOUS
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import Turn, press, press_one_of
from doorstep.core.views import kept_file, view_rule
from doorstep.directory.queries import units_where
from doorstep.notices.models import Article, ArticleVersion
from doorstep.notices.queries.articles import article_by_id, articles_visible_to, picture_shown, versions_of
from doorstep.notices.services.articles import (
    hand_in_article,
    publish_article,
    return_article,
    take_back_article,
    take_down_article,
)

PUBLIC_SECONDS = 86_400  # a picture never changes under its address


def _titled(rows: QuerySet[Article], text: str) -> QuerySet[Article]:
    return rows.filter(title__icontains=text)


def _changed_on(row: Article) -> date:
    return clock.local(row.changed_at).date()


ARTICLES = register_list(
    ListSpec(
        name="notices.articles",
        action="notices.view_article",
        title=gettext_lazy("门户文章"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("标题"),
                lambda r: r.title,
                "link",
                url=lambda r: reverse("notices:article", args=[r.pk]),
                sort=("title",),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda r: r.standing, "status"),
            ListColumn("out", gettext_lazy("门户上"), lambda r: _("看得到") if r.is_out else _("看不到")),
            ListColumn("kind", gettext_lazy("类别"), lambda r: r.get_kind_display(), sort=("kind",)),
            ListColumn("unit", gettext_lazy("所属单位"), lambda r: r.unit.short_name, sort=("place",)),
            ListColumn("changed", gettext_lazy("最近修改"), _changed_on, "date", sort=("changed_at",)),
        ),
        source=lambda actor, params: articles_visible_to(actor),
        default_sort=("-changed_at",),
        filters=(
            ListFilter("q", gettext_lazy("标题里的字"), _titled, "text"),
            ListFilter(
                "status",
                gettext_lazy("状态"),
                lambda rows, v: rows.filter(standing=v),
                choices=ArticleVersion.Status.choices,
            ),
            ListFilter("kind", gettext_lazy("类别"), lambda rows, v: rows.filter(kind=v), choices=Article.Kind.choices),
        ),
        empty_text=gettext_lazy("还没有文章。写好报送，市里发布以后，门户上谁都能看。"),
        row_line2=lambda r: f"{r.unit.short_name}　{r.get_kind_display()}",
    )
)


@view_rule("notices.view_article", kind="list")
@require_GET
def articles(request: DoorstepRequest) -> HttpResponse:
    """The articles of one's own departments and of those below."""
    listing = listing_of(ARTICLES, request.actor, request.GET.dict())
    may_write = bool(units_where(request.actor, "notices.write_article"))
    return render(request, "notices/articles.html", {"listing": listing, "may_write": may_write})


@view_rule("notices.view_article", kind="article")
@require_GET
def article(request: DoorstepRequest, article_id: int) -> HttpResponse:
    """One article: how it stands, what it says and will say."""
    return _page(request, article_id)


def _page(request: DoorstepRequest, article_id: int, problem: str = "") -> HttpResponse:
    """The page of an article, with what was refused just now."""
    found = article_by_id(article_id, request.actor)
    versions = versions_of(found)
    making = next((one for one in versions if one.status in ArticleVersion.MAKING), None)
    may_publish = may(request.actor, "notices.publish_article", at=found.place)
    shown: dict[str, Any] = {
        "article": found,
        "versions": versions,
        "making": making,
        "out": next((one for one in versions if one.status == ArticleVersion.Status.PUBLISHED), None),
        "may_write": may(request.actor, "notices.write_article", at=found.place),
        "may_publish": may_publish,
        "is_own": making is not None and request.actor.account_id in (making.written_by_id, making.handed_in_by_id),
    }
    return render(request, "notices/article.html", {**shown, "problem": problem}, status=422 if problem else 200)


@view_rule("notices.write_article", kind="article")
@require_POST
def article_turn(request: DoorstepRequest, article_id: int) -> HttpResponse:
    """Hand an article in, take it back, take it down."""
    found = article_by_id(article_id, request.actor)
    turns: dict[str, Turn] = {
        "hand_in": (hand_in_article, _("已报送，等市里发布。")),
        "take_back": (take_back_article, _("已撤回，又是草稿了。")),
        "take_down": (take_down_article, _("已撤下，门户上看不到了。")),
    }
    to, page = reverse("notices:article", args=[found.pk]), partial(_page, request, found.pk)
    return press_one_of(request, turns, to=to, page=page, article=found)


@view_rule("notices.publish_article", kind="article")
@require_POST
def article_publish(request: DoorstepRequest, article_id: int) -> HttpResponse:
    """Publish an article as it was looked at, or send it back with the reason."""
    found = article_by_id(article_id, request.actor)
    seen, page = whole(request.POST.get("seen", "")) or 0, partial(_page, request, found.pk)
    to = reverse("notices:article", args=[found.pk])
    if request.POST.get("answer") == "return":
        said, note = _("已退回，原因已写给报送单位。"), request.POST.get("note", "")[:200]
        return press(request, said, return_article, to=to, page=page, article=found, note=note, seen=seen)
    return press(request, _("已发布。"), publish_article, to=to, page=page, article=found, seen=seen)


@view_rule("", kind="article_picture", public=True)
@require_GET
def picture(request: HttpRequest, picture_id: int) -> FileResponse:
    """A picture of a published article; of one that is not out yet only for those who may see it."""
    name, is_public = picture_shown(picture_id, getattr(request, "actor", ANONYMOUS))
    answer = kept_file(name, called="")
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}" if is_public else "private, no-store"
    return answer
