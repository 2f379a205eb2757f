"""Scenes of the planned city, with pictures that are drawn and lie where handed in ones do."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings

from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.scenery import WIDTH, drawn
from doorstep.demo.rules.scenes import CREDIT, SEEN, PlannedMark, PlannedScene, plan_scenes

TABLES = ("catalogue_panorama", "catalogue_panoramamark", "catalogue_panoramaedition")
Marked = tuple[PlannedScene, PlannedMark]


def load_panoramas(city: City) -> None:
    """Write the scenes with their signs, nearly all of them shown, and their pictures; some wait or were given back."""
    scenes = plan_scenes(city.routes, city.network.bases, seed=city.seed)
    at = clock.at_local(city.as_of, 9)
    copy_rows(
        "catalogue_panorama",
        "id base_id place county number is_entrance title seen credit north plan_x plan_y status version folder width "
        "incoming trouble added_at handed_in_at reviewed_at review_note",
        (_scene_row(one, at) for one in scenes),
    )
    marks = list(enumerate(((one, mark) for one in scenes for mark in one.marks), start=1))
    copy_rows(
        "catalogue_panoramamark",
        "id panorama_id yaw pitch title text course_id target_id",
        (
            (n, one.id, mark.yaw, mark.pitch, mark.title, mark.text, mark.course_id, mark.target_id)
            for n, (one, mark) in marks
        ),
    )
    copy_rows(
        "catalogue_panoramaedition",
        "id panorama_id title seen credit north plan_x plan_y folder width marks published_at",
        (_edition_row(one, marks, at) for one in scenes if one.is_shown),
    )
    for one in scenes:
        _put_picture(one)


def _scene_row(one: PlannedScene, at: datetime) -> tuple[Any, ...]:
    change, seen = one.change, SEEN[one.kind] + one.change.words
    reviewed = at - timedelta(days=change.days) if change.days else None
    return (
        one.id, one.base.id, one.base.unit.path, one.base.unit.county, one.number, one.number == 1, one.title, seen,
        CREDIT, one.north, *one.plan, change.status, 1, one.folder, WIDTH, "", "", at - timedelta(days=9),
        at - timedelta(days=3), reviewed, change.note,
    )  # fmt: skip


def _edition_row(one: PlannedScene, marks: list[tuple[int, Marked]], at: datetime) -> tuple[Any, ...]:
    """What visitors see of a scene: its words without what was added since, its signs from left to right."""
    signs = [{"id": n, **asdict(mark)} for n, (scene, mark) in marks if scene is one]
    signs.sort(key=lambda mark: (mark["yaw"], mark["id"]))
    return (
        one.id, one.id, one.title, SEEN[one.kind], CREDIT, one.north, *one.plan, one.folder, WIDTH,
        json.dumps(signs, ensure_ascii=False), at - timedelta(days=8),
    )  # fmt: skip


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
