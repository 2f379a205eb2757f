"""Lists: keyset paging loses nobody, sorting and filters hold, exports are harmless."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.core.actors import Actor
from doorstep.core.exports import Column, neutral, write_workbook
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of
from doorstep.core.models import LongTask
from doorstep.core.services import start_list_export
from doorstep.core.tasks import StoppedByOwner, progress, stop_task, task_of
from doorstep.directory.models import Person
from tests.cast import Cast
from tests.factories.jobs import run_queued_jobs

SPEC = ListSpec(
    name="tests.people",
    title="人",
    columns=(
        ListColumn("name", "姓名", lambda p: p.name, sort=("name",)),
        ListColumn("birth", "生日", lambda p: p.birth_date, "date", sort=("birth_date",)),
    ),
    source=lambda actor, params: Person.objects.all(),
    default_sort=("-birth_date",),
    filters=(ListFilter("sex", "性别", lambda rows, v: rows.filter(sex=v), choices=(("1", "男"), ("2", "女"))),),
    page_size=3,
)


def walk(actor: Actor, params: dict[str, str]) -> list[str]:
    names, page = [], listing_of(SPEC, actor, params)
    while True:
        names += [p.name for p in page.rows]
        if not page.next:
            return names
        page = listing_of(SPEC, actor, dict(parse_qsl(page.next[1:])))


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["", "name", "-name", "birth", "-birth"])
def test_pages_hold_everybody_once_in_order(cast: Cast, sort: str) -> None:
    field = {"": "-birth_date", "name": "name", "-name": "-name", "birth": "birth_date", "-birth": "-birth_date"}[sort]
    expected = list(Person.objects.order_by(field, "pk").values_list("name", flat=True))
    assert walk(cast.actor("city"), {"sort": sort} if sort else {}) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["birth", "-birth"])
def test_empty_values_are_paged_too(cast: Cast, sort: str) -> None:
    Person.objects.filter(name__in=["林秀珍", "黄德旺", "陈国梁", "雷金妹", "林建华"]).update(birth_date=None)
    field = "-birth_date" if sort.startswith("-") else "birth_date"
    expected = list(Person.objects.order_by(field, "pk").values_list("name", flat=True))
    actor = cast.actor("city")
    assert walk(actor, {"sort": sort}) == expected
    page = listing_of(SPEC, actor, {"sort": sort})
    pages = [page]
    while page.next:
        page = listing_of(SPEC, actor, dict(parse_qsl(page.next[1:])))
        pages.append(page)
    while page.previous:
        page = listing_of(SPEC, actor, dict(parse_qsl(page.previous[1:])))
        pages.append(page)
    there, back = pages[:3], pages[3:]
    assert [[p.pk for p in one.rows] for one in back] == [[p.pk for p in one.rows] for one in there[1::-1]]


@pytest.mark.django_db
def test_going_back_gives_the_same_page(cast: Cast) -> None:
    actor = cast.actor("city")
    first = listing_of(SPEC, actor, {})
    second = listing_of(SPEC, actor, dict(parse_qsl(first.next[1:])))
    back = listing_of(SPEC, actor, dict(parse_qsl(second.previous[1:])))
    assert [p.pk for p in back.rows] == [p.pk for p in first.rows]
    assert (back.previous, first.previous) == ("", "")


@pytest.mark.django_db
def test_filters_and_broken_cursors(cast: Cast) -> None:
    actor = cast.actor("city")
    assert set(walk(actor, {"sex": "2"})) == {"林秀珍", "雷金妹", "缪阿妹"}
    for cursor in ("x", "e30", "WyJuIiwgWzFdXQ", "中"):
        assert len(listing_of(SPEC, actor, {"cursor": cursor}).rows) == 3


@given(st.text(max_size=30))
def test_no_cell_can_run(text: str) -> None:
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutral(text).removeprefix("'") == text.removeprefix("'")


def test_dangerous_cells_are_text_in_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    rows = [["=1+1", "+cmd|' /C calc'!A0"], ["-2", "@SUM(A1)"], ["虎𬇙镇", None]]
    assert write_workbook(path, title="=x", columns=[Column("a", "甲"), Column("b", "乙")], rows=rows) == 3
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    values = [[c.value for c in row] for row in sheet.iter_rows(min_row=4)]
    assert values == [["'=1+1", "'+cmd|' /C calc'!A0"], ["'-2", "'@SUM(A1)"], ["虎𬇙镇", None]]
    assert {c.data_type for row in sheet.iter_rows(min_row=4) for c in row if c.value} == {"s"}


@pytest.mark.django_db(transaction=True)
def test_a_list_is_exported_by_the_worker_with_the_rights_of_who_asked(cast_committed: Cast) -> None:
    actor = cast_committed.actor("sibling_township")
    place = actor.grants[0].place
    task = start_list_export(list_name="directory.people", params={}, place=place, back="/people/", actor=actor)
    run_queued_jobs()
    done = task_of(task.pk, actor)
    assert (done.status, done.result) == ("done", {"rows": 1})
    from django.conf import settings

    sheet = openpyxl.load_workbook(settings.MEDIA_ROOT / done.result_file).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows(min_row=4)] == ["彭有顺"]


@pytest.mark.django_db
def test_stopped_work_stops(cast: Cast) -> None:
    actor = cast.actor("township")
    task = start_list_export(list_name="directory.people", params={}, place=actor.grants[0].place, back="", actor=actor)
    stop_task(task.pk, actor=actor)
    with pytest.raises(StoppedByOwner):
        progress(task.pk, 1, 2)
    assert LongTask.objects.get(pk=task.pk).status == "stopped"
