"""Does every list leave as a harmless workbook, through the page, the real job and back from the file?"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from django.conf import settings

from doorstep.core.clock import frozen
from doorstep.core.listing import ListSpec, filtered_rows
from doorstep.core.models import LongTask
from doorstep.directory.models import Person
from doorstep.web.status_words import STATUS_WORDS
from tests.factories.browsers import signed_in
from tests.factories.jobs import run_queued_jobs
from tests.house.matrix.world import NOON, World, build_world
from tests.web.every_list import LISTS, asked_with, reader

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.django_db(transaction=True)
def test_every_list_leaves_as_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    with frozen(NOON):
        world = build_world()
        run_queued_jobs()  # what follows from how it came about is in the log before the log is asked for
        Person.objects.filter(pk=world.people["P"].pk).update(name="=1+1|周P")
        asked = {spec.name: _ask_for(spec, world) for spec in LISTS}
        run_queued_jobs()
        for spec in LISTS:
            _check_workbook(spec, LongTask.objects.get(pk=asked[spec.name]), world)


def _ask_for(spec: ListSpec, world: World) -> str:
    given = asked_with(world, spec)
    actor = reader(world, spec, given)
    client = signed_in(next(a for a in world.accounts.values() if a.pk == actor.account_id))
    query = "&".join(f"{key}={value}" for key, value in given.items())
    answer = client.post(f"/lists/{spec.name}/export/?{query}", {"back": "/"})
    assert answer.status_code == 302, spec.name
    return answer.headers["Location"].strip("/").split("/")[-1]


def _check_workbook(spec: ListSpec, task: LongTask, world: World) -> None:
    assert task.status == "done", f"{spec.name}: {task.error}"
    given = asked_with(world, spec)
    rows, _order, _is_filtered = filtered_rows(spec, reader(world, spec, given), given)
    sheet = openpyxl.load_workbook(settings.MEDIA_ROOT / task.result_file).active
    assert [cell.value for cell in sheet[3]][: len(spec.columns)] == [str(column.title) for column in spec.columns]
    body = list(sheet.iter_rows(min_row=4))
    assert len(body) == rows.count()
    for row in body:
        for cell in row:
            assert cell.data_type != "f"
            harmless = not isinstance(cell.value, str) or not cell.value.startswith(FORMULA_SIGNS)
            assert harmless, f"{spec.name}: {cell.value}"
    words = {str(word) for _shape, word in STATUS_WORDS.values()}
    for index, column in enumerate(spec.columns):
        if column.kind == "status":
            assert {row[index].value for row in body if row[index].value} <= words, f"{spec.name}: {column.key}"
