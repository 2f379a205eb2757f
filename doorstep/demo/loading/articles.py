"""Texts for the public of the planned city."""

from __future__ import annotations

from datetime import timedelta

from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.articles import PlannedArticle, plan_articles
from doorstep.demo.rules.city import City
from doorstep.notices.rules.markup import drawn

TABLES = ("notices_article", "notices_articleversion")


def load_articles(city: City) -> None:
    """Write the articles, each with its one version."""
    planned = plan_articles(city.tree.by_code)
    now = clock.at_local(city.as_of, 9)
    copy_rows(
        "notices_article",
        "id kind unit_id place title changed_at",
        ((one.id, one.kind, one.unit.id, one.unit.path, one.title, now - timedelta(days=one.age)) for one in planned),
    )
    copy_rows(
        "notices_articleversion",
        "id article_id number status revision title summary text html pictures written_at handed_in_at review_note "
        "published_at",
        (_version(one, city) for one in planned),
    )


def _version(one: PlannedArticle, city: City) -> tuple[object, ...]:
    moment = clock.at_local(city.as_of, 9) - timedelta(days=one.age)
    out = moment + timedelta(hours=5) if one.standing == "published" else None
    html = drawn(one.text, {}).html
    said = (one.title, one.summary, one.text, html, "{}")
    return (one.id, one.id, 1, one.standing, 1, *said, moment, moment + timedelta(hours=1), one.note, out)
