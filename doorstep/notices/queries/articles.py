"""Articles as departments read them: which one may see, what it says and will say, what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.notices.models import Article, ArticlePicture, ArticleVersion

Status = ArticleVersion.Status


def articles_visible_to(actor: Actor) -> QuerySet[Article]:
    """The articles `actor` may see before they are out, each with `standing` and `is_out`."""
    return _with_standing(visible_to(actor, "notices.view_article", Article.objects.all()))


def _with_standing(rows: QuerySet[Article]) -> QuerySet[Article]:
    """Articles with `standing`, the status of the newest version, and `is_out`, True when everybody can read one."""
    versions = ArticleVersion.objects.filter(article=OuterRef("pk"))
    newest = versions.order_by("-number").values("status")[:1]
    is_out = Exists(versions.filter(status=Status.PUBLISHED))
    return rows.annotate(standing=Subquery(newest), is_out=is_out).select_related("unit")


def article_by_id(article_id: int, actor: Actor) -> Article:
    """One article that `actor` may see, with its unit; raises NotFound."""
    return _one(articles_visible_to(actor), article_id)


def article_to_write(article_id: int, actor: Actor) -> Article:
    """One article of a unit for which `actor` may write; raises NotFound."""
    return _one(_with_standing(visible_to(actor, "notices.write_article", Article.objects.all())), article_id)


def _one(rows: QuerySet[Article], article_id: int) -> Article:
    found = rows.filter(pk=article_id).first()
    if found is None:
        raise NotFound
    return found


def versions_of(article: Article) -> list[ArticleVersion]:
    """What an article said and would say, the newest first, with who wrote and reviewed it."""
    return list(article.versions.select_related("written_by", "handed_in_by", "reviewed_by").order_by("-number"))


def making_of(article: Article) -> ArticleVersion | None:
    """The version in the making; None when there is none."""
    return article.versions.filter(status__in=ArticleVersion.MAKING).first()


def pictures_of(article: Article) -> list[ArticlePicture]:
    """The pictures an article may show, by number."""
    return list(article.pictures.order_by("number"))


def pictures_by_number(article: Article | None) -> Mapping[int, tuple[int, int, int]]:
    """number -> (id, width, height) of the pictures of an article."""
    if article is None:
        return {}
    return {one.number: (one.pk, one.width, one.height) for one in pictures_of(article)}


def picture_shown(picture_id: int, actor: Actor) -> tuple[str, bool]:
    """The file of a picture and whether a published text shows it; what does not is seen by those who may see it.

    Raises NotFound.
    """
    rows = ArticlePicture.objects.filter(pk=picture_id)
    shown = ArticleVersion.objects.filter(
        article=OuterRef("article"), status=Status.PUBLISHED, pictures__contains=[picture_id]
    )
    found = rows.filter(Exists(shown)).first()
    if found is not None:
        return found.file, True
    own = visible_to(actor, "notices.view_article", rows, place="article__place").first()
    if own is None:
        raise NotFound
    return own.file, False


def articles_to_publish(actor: Actor) -> QuerySet[ArticleVersion]:
    """What waits for this actor's word, the oldest first; not what they wrote or handed in themselves."""
    rows = ArticleVersion.objects.filter(status=Status.HANDED_IN)
    if actor.account_id is not None:
        own = Q(written_by=actor.account_id) | Q(handed_in_by=actor.account_id)
        rows = rows.exclude(pk__in=ArticleVersion.objects.filter(own).values("pk"))
    found = visible_to(actor, "notices.publish_article", rows, place="article__place")
    return found.select_related("article__unit").order_by("handed_in_at", "pk")


def articles_to_mend(actor: Actor) -> QuerySet[ArticleVersion]:
    """What was returned to this actor's own units and not handed in anew."""
    rows = ArticleVersion.objects.filter(status=Status.RETURNED)
    found = visible_to(actor, "notices.write_article", rows, place="article__place")
    return found.select_related("article__unit").order_by("written_at", "pk")
