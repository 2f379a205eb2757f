"""Scenes of the planned city, with pictures that are drawn and lie where handed in ones do."""

from __future__ import annotations

import io
from functools import cache

from django.conf import settings

from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.scenery import WIDTH, drawn
from doorstep.demo.rules.scenes import CREDIT, SEEN, PlannedScene, plan_scenes

TABLES = ("catalogue_panorama", "catalogue_panoramamark")


def load_panoramas(city: City) -> None:
    """Write the scenes with their signs, all of them shown, and their pictures."""
    scenes = plan_scenes(city.routes, seed=city.seed)
    at = clock.at_local(city.as_of, 9)
    copy_rows(
        "catalogue_panorama",
        "id base_id place county number is_entrance title seen credit north plan_x plan_y status version folder width "
        "incoming trouble added_at",
        (
            (
                one.id, one.base.id, one.base.unit.path, one.base.unit.county, one.number, one.number == 1, one.title,
                SEEN[one.kind], CREDIT, one.north, *one.plan, "published", 1, one.folder, WIDTH, "", "", at,
            )
            for one in scenes
        ),
    )  # fmt: skip
    marks = ((one, mark) for one in scenes for mark in one.marks)
    copy_rows(
        "catalogue_panoramamark",
        "id panorama_id yaw pitch title text course_id target_id",
        (
            (n, one.id, mark.yaw, mark.pitch, mark.title, mark.text, mark.course_id, mark.target_id)
            for n, (one, mark) in enumerate(marks, start=1)
        ),
    )
    for one in scenes:
        _put_picture(one)


def _put_picture(scene: PlannedScene) -> None:
    """The same city has the same names: a second loading finds its pictures there."""
    target = settings.MEDIA_ROOT / "panoramas" / scene.folder / "base.webp"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.write_bytes(_encoded(scene.kind, scene.seed))


@cache
def _encoded(kind: str, seed: int) -> bytes:
    out = io.BytesIO()
    drawn(kind, seed).save(out, "WEBP", quality=80, method=0)  # several times faster than the best, for half more bytes
    return out.getvalue()
