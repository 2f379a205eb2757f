"""Pictures of texts for the public: taken in without what the camera wrote, thrown away when nothing shows them."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.core.pictures import opened_picture, put_picture, webp_of
from doorstep.notices.events import PictureAdded, PictureDropped
from doorstep.notices.models import Article, ArticlePicture, ArticleVersion
from doorstep.notices.queries.articles import pictures_by_number
from doorstep.notices.rules.markup import drawn
from doorstep.notices.services.articles import locked_article, tell
from doorstep.notices.services.refusals import PictureInUse

WIDTH = 1280  # pixels: a whole column on a desk, twice a phone
FOLDER = "articles"


@transaction.atomic
def add_picture(*, article: Article, content: bytes, name: str, actor: Actor) -> ArticlePicture:
    """Take in a picture under the next number. Raises PictureNotTaken, PictureTooLarge."""
    require(actor, "notices.write_article", at=article.place)
    with opened_picture(content, name=name) as picture:
        kept = webp_of(picture, width=WIDTH)
        width = min(picture.width, WIDTH)
        height = max(1, round(picture.height * width / picture.width))
    locked = locked_article(article)
    last = locked.pictures.aggregate(last=Max("number"))["last"] or 0
    made = ArticlePicture(article=locked, number=last + 1, width=width, height=height, added_at=clock.now())
    made.file, made.added_by_id = put_picture(kept, folder=FOLDER), actor.account_id
    made.save()
    tell(PictureAdded(locked.pk, made.pk), locked, actor)
    return made


@transaction.atomic
def drop_picture(*, picture: ArticlePicture, actor: Actor) -> None:
    """Throw a picture away that no version in the making and no published one shows. Raises PictureInUse."""
    require(actor, "notices.write_article", at=picture.article.place)
    locked = locked_article(picture.article)
    showing = [*ArticleVersion.MAKING, ArticleVersion.Status.PUBLISHED]
    if locked.versions.filter(status__in=showing, pictures__contains=[picture.pk]).exists():
        raise PictureInUse(number=picture.number)
    tell(PictureDropped(locked.pk, picture.pk), locked, actor)
    locked.pictures.filter(pk=picture.pk).delete()
    left = pictures_by_number(locked)
    for version in locked.versions.filter(pictures__contains=[picture.pk]):
        shown = drawn(version.text, left)
        version.html, version.pictures = shown.html, list(shown.pictures)
        version.save(update_fields=["html", "pictures"])
    transaction.on_commit(lambda: _forget(picture.file))


def _forget(name: str) -> None:
    with suppress(FileNotFoundError):
        (settings.MEDIA_ROOT / name).unlink()
