"""Texts as everybody reads them: only what is published, and nothing of who wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from doorstep.core.errors import NotFound
from doorstep.notices.models import Article, ArticleVersion


@dataclass(frozen=True, slots=True)
class PublicArticle:
    """A published text; `html` is safe."""

    id: int
    kind: str
    title: str
    summary: str
    html: str
    unit: str
    published_at: datetime


_FIELDS = ("title", "summary", "html", "published_at")
_OUT = ArticleVersion.Status.PUBLISHED


def _public(version: ArticleVersion) -> PublicArticle:
    article = version.article
    said = {name: getattr(version, name) for name in _FIELDS}
    return PublicArticle(id=article.pk, kind=article.kind, unit=article.unit.short_name, **said)


def public_news(*, most: int, before: int = 0) -> list[PublicArticle]:
    """The latest published news, at most so many; `before` is the id of the article after which to go on."""
    rows = ArticleVersion.objects.filter(status=_OUT, article__kind=Article.Kind.NEWS).select_related("article__unit")
    if before:
        last = ArticleVersion.objects.filter(status=_OUT, article=before).values_list("published_at", "pk").first()
        if last is None:
            raise NotFound
        rows = rows.filter(published_at__lte=last[0]).exclude(published_at=last[0], pk__gte=last[1])
    return [_public(version) for version in rows.order_by(F("published_at").desc(), F("pk").desc())[:most]]


def public_article(article_id: int) -> PublicArticle:
    """One published piece of news; raises NotFound."""
    rows = ArticleVersion.objects.filter(status=_OUT, article=article_id, article__kind=Article.Kind.NEWS)
    found = rows.select_related("article__unit").first()
    if found is None:
        raise NotFound
    return _public(found)


def fixed_texts() -> dict[str, PublicArticle]:
    """The published texts of which the portal has one each, by kind."""
    rows = ArticleVersion.objects.filter(status=_OUT).exclude(article__kind=Article.Kind.NEWS)
    return {version.article.kind: _public(version) for version in rows.select_related("article__unit")}
