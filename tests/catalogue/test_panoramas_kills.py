"""kill -9 of the worker in the middle of a picture, and when it is cut but not told: it is there once, and whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from doorstep.catalogue.models import Panorama
from doorstep.catalogue.services.panoramas_pictures import add_panorama
from doorstep.core.models import Activity, LongTask
from tests.cast import Cast
from tests.factories.classes import make_base
from tests.factories.panoramas import jpeg, upload
from tests.factories.programs import Program, gate, running, wait_for_jobs, wait_until

OF_THE_TASK = "SELECT 1 FROM core_longtask WHERE id = %s FOR UPDATE"
OF_THE_SCENE = "SELECT 1 FROM catalogue_panorama WHERE id = %s FOR UPDATE"


@pytest.fixture
def programs(
    cast_committed: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Program]]:
    """Starts programs on a data folder of their own, in which this process keeps its files too."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "data" / "files")
    with running(tmp_path / "data") as start:
        yield start


@pytest.mark.slow
def test_kill_9_in_the_middle_of_a_picture(cast_committed: Cast, programs: Callable[[str], Program]) -> None:
    cast = cast_committed
    base = make_base(cast.unit("huotong"), name="霍童党校")
    made = add_panorama(
        base=base, title="村口", upload=upload(jpeg(8192, 4096)), name="x.jpg", actor=cast.actor("township")
    )
    folder = settings.MEDIA_ROOT / "panoramas"

    def task() -> LongTask:
        return LongTask.objects.get(pk=made.task_id)

    first = programs("worker")
    wait_until(lambda: task().done > 0, "the picture is begun")
    with gate() as held:
        held.hold(OF_THE_TASK, made.task_id)
        held.wait()
        first.kill_alone()
        wait_until(lambda: not first.children(), "the child of a dead worker ends")
    assert list(folder.glob("*.part"))
    assert not (folder / made.incoming).exists()
    made.refresh_from_db()
    assert made.standing == "processing"

    with gate() as held:
        held.hold(OF_THE_SCENE, made.pk)
        second = programs("worker")
        held.wait()
        assert len(list((folder / made.incoming).iterdir())) == 2 + 8 * 4 + 16 * 8
        second.kill()
        held.cut()

    programs("worker")
    wait_until(lambda: task().status == "done", "the picture is taken")
    wait_for_jobs()
    scene = Panorama.objects.get()
    assert (scene.folder, scene.incoming, scene.width, scene.standing) == (made.incoming, "", 8192, "draft")
    assert [one.name for one in folder.iterdir()] == [scene.folder]
    assert Activity.objects.filter(event="catalogue.panorama_picture_cut").count() == 1
