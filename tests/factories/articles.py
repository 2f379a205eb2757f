"""Texts for the public in every standing, for tests."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from doorstep.directory.models import Unit
from doorstep.notices.models import Article, ArticlePicture
from doorstep.notices.services.articles import ArticleFacts, hand_in_article, publish_article, write_article
from doorstep.notices.services.pictures import add_picture
from tests.factories.classes import SYSTEM


def article_facts(**changes: Any) -> ArticleFacts:
    """A few lines about winter lessons."""
    values = {"title": "冬训开课", "summary": "农闲时节，半天一堂。", "text": "# 课开在村口\n\n**半天一堂**，讲方言。"}
    return ArticleFacts(**{**values, **changes})


def article_body(**changes: Any) -> dict[str, Any]:
    """The same as the form sends it."""
    facts = article_facts()
    return {"title": facts.title, "summary": facts.summary, "text": facts.text, **changes}


def draft_article(unit: Unit, kind: str = "news", **changes: Any) -> Article:
    """A text that nobody has handed in."""
    return write_article(unit=unit, kind=kind, facts=article_facts(**changes), actor=SYSTEM)


def waiting_article(unit: Unit, kind: str = "news", **changes: Any) -> Article:
    """A text that waits for the city."""
    article = draft_article(unit, kind, **changes)
    hand_in_article(article=article, actor=SYSTEM)
    return article


def published_article(unit: Unit, kind: str = "news", **changes: Any) -> Article:
    """A text that everybody can read."""
    article = waiting_article(unit, kind, **changes)
    publish_article(article=article, seen=1, actor=SYSTEM)
    return article


def picture_bytes(width: int = 40, height: int = 30, kind: str = "JPEG") -> bytes:
    """A small picture as a camera writes it, with a place in its head."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a camera that tells"
    Image.new("RGB", (width, height), "#336655").save(out, kind, exif=exif)
    return out.getvalue()


def given_picture(article: Article, **size: int) -> ArticlePicture:
    """A picture of an article."""
    return add_picture(article=article, content=picture_bytes(**size), name="x.jpg", actor=SYSTEM)
