"""Does every list filter, sort and page: asked of all that are registered?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import transaction

from doorstep.core.actors import Actor
from doorstep.core.clock import frozen
from doorstep.core.listing import Listing, ListSpec, filtered_rows, listing_of
from tests.house.matrix.world import NOON, World, build_world
from tests.web.every_list import LISTS, asked_with, reader

SMALL_PAGE, NO_DAY = 2, "not a day"
TRIED = {
    "text": ["周", "zhou", "3509", "%", "'"],
    "date": ["2026-11-23", NO_DAY],
    "number": ["1", "3509", "x"],
}
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all lists that are only read."""
    with django_db_blocker.unblock(), frozen(NOON), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


def _pages(spec: ListSpec, actor: Actor, params: Mapping[str, str]) -> list[Listing]:
    pages = [listing_of(spec, actor, params)]
    while pages[-1].next:
        pages.append(listing_of(spec, actor, dict(parse_qsl(pages[-1].next[1:]))))
    return pages


def _keys(page: Listing) -> list[Any]:
    return [row.pk for row in page.rows]


def test_there_are_lists() -> None:
    assert len(LISTS) >= 10


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.name)
def test_every_sort_pages_through_all_rows_and_back(spec: ListSpec, world: World) -> None:
    given = asked_with(world, spec)
    actor = reader(world, spec, given)
    short = replace(spec, page_size=SMALL_PAGE)
    everybody = sorted(map(str, (row.pk for row in filtered_rows(spec, actor, given)[0])))
    columns = [column.key for column in spec.columns if column.sort]
    for sort in ("", *columns, *(f"-{key}" for key in columns)):
        pages = _pages(short, actor, {**given, "sort": sort})
        assert sorted(str(key) for page in pages for key in _keys(page)) == everybody, f"sort {sort!r}"
        back = [pages[-1]]
        while back[-1].previous:
            back.append(listing_of(short, actor, dict(parse_qsl(back[-1].previous[1:]))))
        assert [_keys(page) for page in back[::-1]] == [_keys(page) for page in pages], f"back under {sort!r}"


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.name)
def test_every_filter_narrows_and_none_adds(spec: ListSpec, world: World) -> None:
    given = asked_with(world, spec)
    actor = reader(world, spec, given)
    everybody = {row.pk for row in filtered_rows(spec, actor, given)[0]}
    page = listing_of(spec, actor, given)
    for item, state in zip(spec.filters, page.filters, strict=True):
        for value in TRIED.get(item.kind) or [str(choice) for choice, _word in state["choices"]]:
            found, _order, is_filtered = filtered_rows(spec, actor, {**given, item.key: value})
            assert {row.pk for row in found} <= everybody, f"{item.key}={value}"
            assert is_filtered == (value != NO_DAY)


@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.name)
def test_an_empty_list_says_what_to_do(spec: ListSpec, world: World) -> None:
    assert str(spec.empty_text).strip(), f"{spec.name} says nothing when it is empty"
    assert bool(spec.empty_url) == bool(str(spec.empty_action))
