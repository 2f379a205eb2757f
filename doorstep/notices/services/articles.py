"""Texts for the public: written by a department, handed in, published by somebody else, taken down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.masking import personal_number
from doorstep.core.permissions import require
from doorstep.notices.events import (
    ArticleChanged,
    ArticleHandedIn,
    ArticlePublished,
    ArticleReturned,
    ArticleTakenBack,
    ArticleTakenDown,
    ArticleWritten,
)
from doorstep.notices.models import Article, ArticleVersion
from doorstep.notices.queries.articles import making_of, pictures_by_number
from doorstep.notices.rules.markup import drawn
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
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit

DRAFT, HANDED_IN, RETURNED, PUBLISHED, REPLACED, TAKEN_DOWN = ArticleVersion.Status


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What a version says, as it is written."""

    title: str
    text: str
    summary: str = ""


@transaction.atomic
def write_article(*, unit: Unit, kind: str, facts: ArticleFacts, actor: Actor) -> Article:
    """Begin a text of `unit`; it is a draft until somebody else publishes it.

    Raises ArticleKindNotHere, ArticleThereAlready, ArticleEmpty, ArticlePictureUnknown.
    """
    require(actor, "notices.write_article", at=unit.path)
    if kind != Article.Kind.NEWS and unit.kind != "city":
        raise ArticleKindNotHere(unit=unit.short_name)
    article = Article(unit=unit, place=unit.path, kind=kind, title=facts.title.strip(), changed_at=clock.now())
    try:
        with transaction.atomic():
            article.save()
    except IntegrityError:
        raise ArticleThereAlready from None
    _say(ArticleVersion(article=article, number=1), facts, actor)
    tell(ArticleWritten(article.pk), article, actor)
    return article


def _say(version: ArticleVersion, facts: ArticleFacts, actor: Actor) -> None:
    """Let a version in the making say something, and write it with its article's title."""
    if not facts.title.strip() or not facts.text.strip():
        raise ArticleEmpty
    shown = drawn(facts.text, pictures_by_number(version.article))
    if shown.missing:
        raise ArticlePictureUnknown(number=shown.missing[0])
    version.title, version.summary, version.text = facts.title.strip(), facts.summary.strip(), facts.text.strip()
    version.html, version.pictures, version.status = shown.html, list(shown.pictures), DRAFT
    version.written_at, version.written_by_id = clock.now(), actor.account_id
    version.save()
    version.article.title, version.article.changed_at = version.title, clock.now()
    version.article.save(update_fields=["title", "changed_at"])


def tell(happened: Event, article: Article, actor: Actor, **detail: object) -> None:
    """Record what happened to an article."""
    subject = ("article", article.pk)
    record(happened, actor=actor, place=article.place, county=article.unit.county, subject=subject, detail=detail)


def locked_article(article: Article) -> Article:
    """The row of an article, locked: whoever changes one of its versions holds it."""
    return Article.objects.select_for_update(of=("self",)).select_related("unit").get(pk=article.pk)


@transaction.atomic
def change_article(*, article: Article, facts: ArticleFacts, seen: int, actor: Actor) -> ArticleVersion:
    """Change what a text will say; beside a published version a new one begins, and that one stays as it is.

    `seen` is the revision one began from, 0 where there was none in the making.
    Raises ArticleWaits, ArticleChangedMeanwhile, ArticleEmpty, ArticlePictureUnknown.
    """
    require(actor, "notices.write_article", at=article.place)
    locked = locked_article(article)
    version = making_of(locked)
    if version is not None and version.status == HANDED_IN:
        raise ArticleWaits(title=locked.title)
    if (version.revision if version else 0) != seen:
        raise ArticleChangedMeanwhile(title=locked.title)
    if version is None:
        version = ArticleVersion(number=locked.versions.count() + 1)
    else:
        version.revision += 1
    version.article = locked
    _say(version, facts, actor)
    tell(ArticleChanged(locked.pk), locked, actor, version=version.number)
    return version


def _version(article: Article, *statuses: str) -> ArticleVersion:
    """The version that stands as one of these; raises ArticleStandsSo."""
    version = article.versions.filter(status__in=statuses).first()
    if version is None:
        raise ArticleStandsSo(title=article.title)
    return version


def _must_hold_no_numbers(version: ArticleVersion) -> None:
    if number := personal_number(f"{version.title}\n{version.summary}\n{version.text}"):
        raise ArticleHoldsNumbers(number=number)


@transaction.atomic
def hand_in_article(*, article: Article, actor: Actor) -> ArticleVersion:
    """Ask the city to publish what was written. Raises ArticleStandsSo, ArticleHoldsNumbers."""
    require(actor, "notices.write_article", at=article.place)
    locked = locked_article(article)
    version = _version(locked, DRAFT, RETURNED)
    _must_hold_no_numbers(version)
    version.status, version.review_note = HANDED_IN, ""
    version.handed_in_at, version.handed_in_by_id = clock.now(), actor.account_id
    version.save(update_fields=["status", "review_note", "handed_in_at", "handed_in_by"])
    tell(ArticleHandedIn(locked.pk), locked, actor, version=version.number)
    return version


@transaction.atomic
def take_back_article(*, article: Article, actor: Actor) -> ArticleVersion:
    """Make what was handed in a draft again. Raises ArticleStandsSo."""
    require(actor, "notices.write_article", at=article.place)
    locked = locked_article(article)
    version = _version(locked, HANDED_IN)
    version.status = DRAFT
    version.save(update_fields=["status"])
    tell(ArticleTakenBack(locked.pk), locked, actor, version=version.number)
    return version


def _looked_at(article: Article, seen: int, actor: Actor) -> ArticleVersion:
    """What waits, as its revision was seen by somebody else than who wrote it."""
    version = _version(article, HANDED_IN)
    if version.revision != seen:
        raise ArticleChangedMeanwhile(title=article.title)
    if actor.account_id is not None and actor.account_id in (version.written_by_id, version.handed_in_by_id):
        raise ArticleIsOwn(title=article.title)
    return version


@transaction.atomic
def return_article(*, article: Article, note: str, seen: int, actor: Actor) -> ArticleVersion:
    """Send what was handed in back with the reason.

    Raises ArticleStandsSo, ArticleChangedMeanwhile, ArticleIsOwn, ArticleNoteMissing.
    """
    require(actor, "notices.publish_article", at=article.place)
    locked = locked_article(article)
    version = _looked_at(locked, seen, actor)
    if not note.strip():
        raise ArticleNoteMissing
    version.status, version.review_note, version.reviewed_by_id = RETURNED, note.strip(), actor.account_id
    version.save(update_fields=["status", "review_note", "reviewed_by"])
    tell(ArticleReturned(locked.pk), locked, actor, version=version.number, note=version.review_note)
    return version


@transaction.atomic
def publish_article(*, article: Article, seen: int, actor: Actor) -> ArticleVersion:
    """Let everybody read what was handed in, as revision `seen`; it replaces the version that was out.

    Raises ArticleStandsSo, ArticleChangedMeanwhile, ArticleIsOwn, ArticleHoldsNumbers.
    """
    require(actor, "notices.publish_article", at=article.place)
    locked = locked_article(article)
    version = _looked_at(locked, seen, actor)
    _must_hold_no_numbers(version)
    locked.versions.filter(status=PUBLISHED).update(status=REPLACED)
    version.status, version.published_at, version.reviewed_by_id = PUBLISHED, clock.now(), actor.account_id
    version.save(update_fields=["status", "published_at", "reviewed_by"])
    tell(ArticlePublished(locked.pk), locked, actor, version=version.number)
    return version


@transaction.atomic
def take_down_article(*, article: Article, actor: Actor) -> ArticleVersion:
    """Let nobody read a published text any more; it can be written anew. Raises ArticleStandsSo."""
    require(actor, "notices.write_article", at=article.place)
    locked = locked_article(article)
    version = _version(locked, PUBLISHED)
    version.status, version.taken_down_at = TAKEN_DOWN, clock.now()
    version.save(update_fields=["status", "taken_down_at"])
    tell(ArticleTakenDown(locked.pk), locked, actor, version=version.number)
    return version
