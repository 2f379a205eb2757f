"""Sixteen at one scene at one moment: one word on it, one picture cut for it; without its lock there are more."""

from __future__ import annotations

import pytest

from doorstep.catalogue.models import Panorama, PanoramaEdition
from doorstep.catalogue.queries.panoramas_states import state_kept
from doorstep.catalogue.services import panoramas_pictures, panoramas_review
from doorstep.catalogue.services.panoramas_pictures import replace_picture
from doorstep.catalogue.services.panoramas_refusals import PanoramaStandsSo
from doorstep.catalogue.services.panoramas_review import hand_in_panorama, review_panorama
from doorstep.core.models import Activity, LongTask
from tests.bases.test_at_once import WRITERS, gathered
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.panoramas import given_panorama, upload


def _unlocked(panorama: Panorama, *statuses: str) -> Panorama:
    """What `locked_panorama` does, but for the lock."""
    found = Panorama.objects.get(pk=panorama.pk)
    if statuses and found.status not in statuses:
        raise PanoramaStandsSo(title=found.title)
    return found


def test_one_word_is_said_on_a_scene_however_often_it_is_pressed(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = given_panorama(make_base(cast_committed.unit("huotong"), name="霍童党校"), status="draft")
    hand_in_panorama(panorama=made, actor=cast_committed.actor("base"))
    stamp, reviewers = (
        state_kept(Panorama.objects.get()).stamp,
        [cast_committed.actor(name) for name in ("county", "city")],
    )

    def judge(number: int) -> None:
        review_panorama(panorama=made, accept=True, note="", stamp=stamp, actor=reviewers[number % 2])

    assert gathered(judge) == {"done": 1, "panorama_stands_so": WRITERS - 1}
    assert PanoramaEdition.objects.count() == 1
    told = Activity.objects.filter(event="catalogue.panorama_published")
    assert told.count() == 1
    Panorama.objects.filter(pk=made.pk).update(status="waiting")
    monkeypatch.setattr(panoramas_review, "locked_panorama", _unlocked)
    assert gathered(judge)["done"] > 1


def test_of_pictures_sent_at_once_one_is_cut(cast_committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = given_panorama(make_base(cast_committed.unit("huotong"), name="霍童党校"))

    def send(_number: int) -> None:
        replace_picture(panorama=made, upload=upload(), name="x.jpg", actor=SYSTEM)

    assert gathered(send) == {"done": 1, "panorama_busy": WRITERS - 1}
    assert LongTask.objects.count() == 1
    Panorama.objects.filter(pk=made.pk).update(incoming="")
    monkeypatch.setattr(panoramas_pictures, "locked_panorama", _unlocked)
    assert gathered(send)["done"] > 1
