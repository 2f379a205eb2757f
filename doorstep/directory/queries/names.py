"""What is found by its name: in characters, by pinyin initials, or by pinyin written out."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from doorstep.core.actors import Actor
from doorstep.core.permissions import visible_to
from doorstep.directory.models import SearchKey
from doorstep.directory.rules.search_keys import ways_of_query

M = TypeVar("M", bound=Model)


def search_hits(text: str, actor: Actor, *, kind: str, limit: int = 20) -> list[int]:
    """Ids of the objects of `kind` whose name matches `text`, within the places `actor` may see.

    Names are keyed by every pair of characters and by pinyin initials; pinyin may be written out, too
    (see `rules.search_keys`).
    """
    action = {"person": "directory.view_person"}.get(kind, "directory.view_unit")
    keys = visible_to(actor, action, SearchKey.objects.filter(kind=kind))
    found: dict[int, None] = {}
    for first, *others in ways_of_query(text):
        rows = keys.filter(key__in=sorted(first)).order_by("object_id")
        for more in others:
            same = SearchKey.objects.filter(kind=kind, key__in=sorted(more), object_id=OuterRef("object_id"))
            rows = rows.filter(Exists(same))
        ids = rows.values_list("object_id", flat=True)
        found.update(dict.fromkeys((ids.distinct() if len(first) > 1 else ids)[:limit]))
    return list(found)[:limit]


def named(rows: QuerySet[M], text: str, *, kind: str) -> QuerySet[M]:
    """The rows whose name matches `text` in Chinese or pinyin; their primary key is what the keys name."""
    keys = SearchKey.objects.filter(kind=kind, object_id=OuterRef("pk"))
    wanted = Q()
    for way in ways_of_query(text):
        has_all = Q()
        for some in way:
            has_all &= Q(Exists(keys.filter(key__in=sorted(some))))
        wanted |= has_all
    return rows.filter(wanted) if wanted else rows.none()
