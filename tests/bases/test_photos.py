"""Photographs of places: what is kept of them, who lets them be seen, and that nobody sees the others."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base, Photo
from doorstep.bases.queries.photos import file_of, photos_to_review
from doorstep.bases.queries.photos_public import photos_public, published_photo
from doorstep.bases.services import photos as services
from doorstep.bases.services.photos import (
    PhotoFacts,
    bring_back_photo,
    change_photo,
    make_cover,
    move_photo,
    review_photo,
    take_down_photo,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity, Policy
from doorstep.core.pictures import PictureNotTaken
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base
from tests.factories.materials import FACTS, make_photo, picture

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


def enter(cast: Cast, name: str) -> Client:
    return signed_in(cast.accounts[name])


def publish(photo: Photo) -> Photo:
    return review_photo(photo=photo, accept=True, note="", version=photo.version, actor=SYSTEM)


def order(base: Base) -> list[int]:
    return list(base.photos.order_by("number").values_list("pk", flat=True))


def test_kept_in_two_widths_without_what_the_camera_wrote(school: Base, settings: Any) -> None:
    photo = make_photo(school, content=picture(1600, 1000))
    for width, name in ((480, photo.small), (1280, photo.large)):
        kept = (settings.MEDIA_ROOT / name).read_bytes()
        with Image.open(io.BytesIO(kept)) as opened:
            assert (opened.format, opened.width, dict(opened.getexif())) == ("WEBP", width, {})
        assert b"Camera" not in kept
    assert (photo.width, photo.height, photo.status) == (1280, 800, "waiting")
    small = make_photo(school, content=picture(64, 40, kind="PNG"))
    assert (small.width, small.height, small.number) == (64, 40, 2)
    with pytest.raises(PictureNotTaken):
        make_photo(school, content=b"<svg onload=alert(1)>")
    for facts in (PhotoFacts(" ", "x"), PhotoFacts("x", " ")):
        with pytest.raises(services.PhotoUndescribed):
            make_photo(school, facts=facts)
    assert len(list(settings.MEDIA_ROOT.rglob("*.webp"))) == 4


def test_a_place_holds_so_many(cast: Cast, school: Base) -> None:
    Policy.objects.filter(key="photo.most_of_place").update(value="2")
    keeper = cast.actor("base")
    first, _second = make_photo(school, actor=keeper), make_photo(school, actor=keeper)
    with pytest.raises(services.PhotosFull):
        make_photo(school, actor=keeper)
    take_down_photo(photo=first, actor=keeper)
    make_photo(school, actor=keeper)
    with pytest.raises(services.PhotosFull):
        bring_back_photo(photo=first, actor=keeper)
    with pytest.raises(NotPermitted):
        make_photo(school, actor=cast.actor("sibling_township"))


def test_the_level_above_looks_first_and_nobody_at_their_own(cast: Cast, school: Base) -> None:
    keeper, county = cast.actor("base"), cast.actor("county")
    photo = make_photo(school, actor=keeper)
    judge = partial(review_photo, photo=photo, actor=county)
    with pytest.raises(NotPermitted):
        review_photo(photo=photo, accept=True, note="", version=1, actor=cast.actor("township"))
    with pytest.raises(services.PhotoNoteMissing):
        judge(accept=False, note=" ", version=1)
    assert judge(accept=False, note="认得出人脸", version=1).review_note == "认得出人脸"
    with pytest.raises(services.PhotoStandsSo):
        judge(accept=True, note="", version=1)
    assert change_photo(photo=photo, facts=FACTS, actor=keeper).status == "waiting"
    with pytest.raises(services.PhotoStandsSo):
        judge(accept=True, note="", version=1)
    assert list(photos_to_review(county)) == [photo]
    assert judge(accept=True, note="", version=2).status == "published"
    own = make_photo(school, actor=county)
    assert photos_to_review(county).count() == 0
    with pytest.raises(services.PhotoIsOwn):
        review_photo(photo=own, accept=True, note="", version=1, actor=county)
    assert Activity.objects.filter(event="bases.photo_reviewed").count() == 2
    assert [f.name for f in check_invariants(limit=1) if not f.holds] == []


def test_order_and_cover(cast: Cast, school: Base) -> None:
    keeper = cast.actor("base")
    first, second, third = (make_photo(school) for _ in range(3))
    move_photo(photo=third, up=True, actor=keeper)
    move_photo(photo=first, up=False, actor=keeper)
    assert order(school) == [third.pk, first.pk, second.pk]
    for photo, up in ((third, True), (second, False)):
        with pytest.raises(services.PhotoStandsSo):
            move_photo(photo=photo, up=up, actor=keeper)
    make_cover(photo=first, actor=keeper)
    make_cover(photo=second, actor=keeper)
    assert school.photos.get(is_cover=True) == second
    take_down_photo(photo=second, actor=keeper)
    assert not school.photos.filter(is_cover=True).exists()
    for late in (make_cover, take_down_photo, partial(change_photo, facts=FACTS), partial(move_photo, up=True)):
        with pytest.raises(services.PhotoStandsSo):
            late(photo=second, actor=keeper)
    with pytest.raises(services.PhotoStandsSo):
        bring_back_photo(photo=first, actor=keeper)
    assert bring_back_photo(photo=second, actor=keeper).status == "waiting"
    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.update(is_cover=True)


def test_a_stranger_reads_only_what_is_published(cast: Cast, school: Base, client: Client) -> None:
    photo = make_photo(school)
    address = reverse("bases:photo_public", args=[photo.key, 480])
    assert client.get(address).status_code == 404
    publish(photo)
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Vary" not in answer.headers
    assert b"".join(answer.streaming_content)[8:12] == b"WEBP"  # type: ignore[attr-defined]
    assert client.get(reverse("bases:photo_public", args=[photo.key, 640])).status_code == 404
    assert client.get(reverse("bases:photo_public", args=[uuid4(), 480])).status_code == 404
    assert client.get(reverse("bases:photo", args=[photo.pk, 480])).status_code == 302
    make_cover(photo=make_photo(school), actor=SYSTEM)
    cover = publish(school.photos.get(is_cover=True))
    shown = photos_public([school.pk, 0])[school.pk]
    assert [(one.key, one.is_cover, one.alt) for one in shown] == [
        (cover.key, True, FACTS.alt),
        (photo.key, False, FACTS.alt),
    ]
    assert published_photo(photo.key) == photo
    take_down_photo(photo=photo, actor=SYSTEM)
    assert client.get(address).status_code == 404
    Base.objects.filter(pk=school.pk).update(valid_to=TODAY)
    assert photos_public([school.pk]) == {}
    with pytest.raises(NotFound):
        published_photo(cover.key)
    with pytest.raises(NotFound):
        file_of(cover, 1)


def test_from_the_form_to_the_page_of_the_place(
    cast: Cast, school: Base, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keeper, county, trainee = (enter(cast, who) for who in ("base", "county", "trainee"))
    photos = reverse("bases:photos", args=[school.pk])
    said = {"caption": "廊桥边的课", "alt": "三十来人坐着听讲", "credit": ""}
    assert keeper.post(photos, said).status_code == 422
    assert keeper.post(photos, {**said, "picture": io.BytesIO(b"x")}).status_code == 422
    for _ in range(2):
        assert keeper.post(photos, {**said, "picture": io.BytesIO(picture(64, 40))}).status_code == 302
    assert trainee.post(photos, {**said, "picture": io.BytesIO(picture(64, 40))}).status_code == 404
    first, second = school.photos.order_by("number")
    assert "审核 2 张阵地照片" in county.get("/").content.decode()
    assert trainee.get(reverse("bases:photo", args=[first.pk, 480])).status_code == 404
    assert keeper.get(reverse("bases:photo", args=[first.pk, 1280])).headers["Cache-Control"] == "private, max-age=600"
    review = reverse("bases:photo_review", args=[first.pk])
    changed = county.post(review, {"answer": "accept", "version": "x"}, follow=True).content.decode()
    assert "可能刚被别人改过" in changed
    county.post(review, {"answer": "accept", "version": "1"})
    county.post(reverse("bases:photo_review", args=[second.pk]), {"answer": "return", "note": "太暗", "version": "1"})
    assert "太暗" in keeper.get(photos).content.decode()
    assert "照片要改" in keeper.get("/").content.decode()
    assert "太暗" not in trainee.get(photos).content.decode()
    assert "廊桥边的课" in trainee.get(reverse("bases:base", args=[school.pk])).content.decode()
    edit = reverse("bases:photo_edit", args=[second.pk])
    assert keeper.get(edit).status_code == 200
    assert keeper.post(edit, {**said, "alt": ""}).status_code == 422
    assert keeper.post(edit, {**said, "alt": "  x "}).status_code == 302
    assert trainee.get(reverse("bases:photo_edit", args=[first.pk])).status_code == 404
    turn = reverse("bases:photo_turn", args=[second.pk])
    for answer, status in (("up", 302), ("down", 302), ("cover", 302), ("take_down", 302), ("bring_back", 302)):
        assert keeper.post(turn, {"answer": answer}).status_code == status
    assert keeper.post(turn, {"answer": "x"}).status_code == 404
    take_down_photo(photo=second, actor=SYSTEM)
    assert keeper.post(edit, said).status_code == 422
    with django_assert_num_queries(5):
        page = keeper.get(photos).content.decode()
    assert "最多 12 张" in page
    county.post(photos, {**said, "picture": io.BytesIO(picture(64, 40))})
    assert "另一位同事审核" in county.get(photos).content.decode()
    with django_assert_num_queries(5):
        rows = county.get(reverse("bases:photos_list")).context["listing"].rows
    assert len(rows) == 3
    for asked, found in (({"q": "没有"}, 0), ({"status": "published"}, 1), ({"county": "350902"}, 3)):
        assert len(county.get(reverse("bases:photos_list"), asked).context["listing"].rows) == found
    assert len(trainee.get(reverse("bases:photos_list")).context["listing"].rows) == 1


def test_published_and_taken_down_at_once_is_never_shown_by_mistake(cast_committed: Cast) -> None:
    with clock.frozen(clock.at_local(TODAY, 12)):
        school = make_base(cast_committed.unit("huotong"))
        county, keeper = cast_committed.actor("county"), cast_committed.actor("base")
        for _ in range(3):
            photo = make_photo(school)
            said = both(
                partial(review_photo, photo=photo, accept=True, note="", version=1, actor=county),
                partial(take_down_photo, photo=photo, actor=keeper),
            )
            assert said in (["done", "done"], ["done", services.PhotoStandsSo.code])
            assert Photo.objects.get(pk=photo.pk).status == "disabled"
