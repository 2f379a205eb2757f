"""Classes in the field: a pin instead of a venue, how many may come, pictures afterwards."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from doorstep.classes.models import Session, SessionPhoto, TrainingClass
from doorstep.classes.queries.photos import photos_of
from doorstep.classes.queries.plans import plan_of
from doorstep.classes.services import joint_refusals as said
from doorstep.classes.services.opening import cancel_class, edit_class
from doorstep.classes.services.photos import add_photo, take_photo_away
from doorstep.classes.services.refusals import ClassIsOver
from doorstep.classes.services.sessions import move_session
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.models import Policy
from doorstep.core.pictures import PictureNotTaken
from doorstep.directory.models import Division, Unit
from tests.cast import FOUNDED, Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class

TODAY, DAY = date(2026, 11, 24), date(2026, 12, 7)
PIN = (26.7512, 119.483)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def pinned(cast: Cast, day: date = DAY, **changes: Any) -> Any:
    values = {"pin": PIN, "township_id": cast.unit("huotong").pk, "location": "葡萄园路口", **changes}
    return half_day(day, **values)


@pytest.fixture
def held(cast: Cast) -> TrainingClass:
    return make_class(cast.unit("huotong"), sessions=[pinned(cast), half_day(DAY, 14, location="村部")])


def jpeg() -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (2000, 1000), "green")
    exif = picture.getexif()
    exif[0x010F] = "A telling camera"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def add(session: Session, content: bytes | None = None, **changes: Any) -> SessionPhoto:
    given = {"upload": io.BytesIO(content or jpeg()), "name": "a.jpg", "actor": SYSTEM, **changes}
    return add_photo(session=session, **given)


def test_a_pin_is_kept_and_said(held: TrainingClass, cast: Cast) -> None:
    first, second = held.sessions.order_by("number")
    assert (first.is_field, first.where) == (True, "田间课堂：葡萄园路口")
    assert (second.is_field, second.where) == (False, "村部")
    assert plan_of(first) == pinned(cast)
    move_session(session=first, plan=half_day(DAY, location="别处"), actor=SYSTEM)
    first.refresh_from_db()
    assert (first.lat, first.lng, first.township_id) == (None, None, None)


def test_a_venue_is_said_with_its_base(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"))
    sitting = half_day(DAY, base_id=base.pk, venue_id=base.venues.get().pk)
    assert make_class(cast.unit("huotong"), sessions=[sitting]).sessions.get().where == "霍童镇党校 镇党校教室"


@pytest.mark.parametrize("changes", [{"location": " "}, {"township_id": None}, {"township_id": 10**9}])
def test_a_pin_needs_words_and_its_township(cast: Cast, changes: dict[str, Any]) -> None:
    with pytest.raises(said.PinUnsaid):
        make_class(cast.unit("huotong"), sessions=[pinned(cast, **changes)])


def test_a_pin_is_no_venue(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"))
    with pytest.raises(said.PinHasVenue):
        make_class(cast.unit("huotong"), sessions=[pinned(cast, base_id=base.pk, venue_id=base.venues.get().pk)])


def test_only_a_township_will_do(cast: Cast) -> None:
    with pytest.raises(said.PinUnsaid):
        make_class(cast.unit("huotong"), sessions=[pinned(cast, township_id=cast.unit("kengtou").pk)])


def test_so_many_people_and_no_more(cast: Cast, held: TrainingClass) -> None:
    with pytest.raises(said.FieldClassTooLarge, match="60 人"):
        make_class(cast.unit("huotong"), sessions=[pinned(cast, date(2026, 12, 8))], capacity=61)
    figures = {"title": "x", "form": "lecture", "base_id": None, "head_id": None, "nominate_by": None, "note": ""}
    with pytest.raises(said.FieldClassTooLarge):
        edit_class(training_class=held, capacity=61, **figures, actor=SYSTEM)


def test_a_pin_far_from_its_township_is_a_slip(cast: Cast) -> None:
    lies = Division.objects.create(
        code="350902102000", name="霍童镇", short_name="霍童", level="township", kind="镇", lat=26.75, lng=119.48,
        valid_from=FOUNDED,
    )  # fmt: skip
    Unit.objects.filter(pk=cast.unit("huotong").pk).update(division=lies)
    make_class(cast.unit("huotong"), sessions=[pinned(cast)])
    with pytest.raises(said.PinTooFar, match="公里"):
        make_class(cast.unit("huotong"), sessions=[pinned(cast, date(2026, 12, 8), pin=(30.0, 119.48))])


def test_the_database_knows_no_half_pin(held: TrainingClass) -> None:
    for change in ({"lng": None}, {"township": None}, {"lat": 91.0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            held.sessions.filter(number=1).update(**change)


class TestPhotos:
    def test_kept_without_what_the_camera_wrote(self, held: TrainingClass) -> None:
        session = held.sessions.get(number=1)
        with pytest.raises(said.PhotoTooEarly):
            add(session)
        with clock.frozen(clock.at_local(DAY, 9)):
            photo = add(session, caption=" 剪枝 ")
            with pytest.raises(PictureNotTaken):
                add(session, b"GIF89a")
        with Image.open(settings.MEDIA_ROOT / photo.file) as kept:
            assert (kept.format, kept.width, dict(kept.getexif())) == ("WEBP", 1600, {})
        assert [(one.pk, one.caption) for one in photos_of(session)] == [(photo.pk, "剪枝")]

    def test_so_many_of_a_session(self, held: TrainingClass) -> None:
        Policy.objects.filter(key="class.field_photos").update(value="1")
        session = held.sessions.get(number=1)
        with clock.frozen(clock.at_local(DAY, 9)):
            photo = add(session)
            with pytest.raises(said.TooManyPhotos):
                add(session)
            take_photo_away(photo=photo, actor=SYSTEM)
            with pytest.raises(said.PhotoGone):
                take_photo_away(photo=photo, actor=SYSTEM)
            add(session)

    def test_nothing_of_what_was_not_held(self, cast: Cast, held: TrainingClass) -> None:
        with pytest.raises(NotPermitted):
            add(held.sessions.get(number=1), actor=cast.actor("sibling_township"))
        cancel_class(training_class=held, reason="x", actor=SYSTEM)
        with pytest.raises(ClassIsOver):
            add(held.sessions.get(number=1))


class TestPages:
    def test_from_a_form_to_the_phone(self, cast: Cast, sign_in: SignIn) -> None:
        township = sign_in("township")
        body = {
            "unit": cast.unit("huotong").pk, "title": "田间班", "starts_on": "2026-12-07", "form": "lecture",
            "capacity": "40", "venue": "", "location": "葡萄园路口", "pin": "119.483, 26.7512", "datum": "wgs84",
            "township": cast.unit("huotong").pk, "rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0",
            "rows-0-day": "1", "rows-0-starts": "08:30", "rows-0-ends": "11:30", "rows-0-credit_unit": "half_day",
            "rows-0-title": "课",
        }  # fmt: skip
        new = reverse("classes:new")
        for wrong, words in (
            ({"pin": "不知道"}, "坐标看不懂"),
            ({"location": ""}, "请写明在哪里"),
            ({"township": ""}, "请选在哪个乡镇"),
        ):
            refused = township.post(new, {**body, **wrong})
            assert refused.status_code == 422
            assert words in refused.content.decode()
        assert township.post(new, body).status_code == 302
        held = TrainingClass.objects.get(title="田间班")
        session = held.sessions.get()
        assert (session.lat, session.lng) == PIN
        overview = reverse("classes:class", args=[held.pk])
        assert "田间课堂：葡萄园路口" in township.get(overview).content.decode()
        assert "田间课堂：葡萄园路口" in township.get(reverse("attendance:paper", args=[held.pk])).content.decode()
        listed = township.get(reverse("classes:classes"), {"way": "field"}).content.decode()
        assert "田间班" in listed
        assert "田间班" not in township.get(reverse("classes:classes"), {"way": "joint"}).content.decode()
        edit = reverse("classes:session", args=[held.pk, session.pk])
        assert "26.7512, 119.483" in township.get(edit).content.decode()
        assert township.get(f"{new}?from={held.pk}").status_code == 200

    def test_pictures_by_those_who_hold_the_class(self, held: TrainingClass, sign_in: SignIn) -> None:
        township, session = sign_in("township"), held.sessions.get(number=1)
        page = reverse("classes:photos", args=[held.pk, session.pk])
        assert "上课以后可以传照片" in township.get(page).content.decode()
        with clock.frozen(clock.at_local(DAY, 9)):
            assert township.post(page, {}).status_code == 422
            bad = SimpleUploadedFile("a.txt", b"hello")
            assert "不是能用的照片" in township.post(page, {"picture": bad}).content.decode()
            sent = SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")
            assert township.post(page, {"picture": sent, "caption": "剪枝"}).status_code == 302
            assert "剪枝" in township.get(page).content.decode()
            photo = SessionPhoto.objects.get()
            file, away = (reverse(f"classes:photo_{name}", args=[held.pk, photo.pk]) for name in ("file", "away"))
            answer = township.get(file)
            assert answer.headers["Content-Type"] == "image/webp"
            secretary = sign_in("secretary")
            assert secretary.get(file).status_code == 200
            assert secretary.post(page, {}).status_code == 404
            assert secretary.post(away).status_code == 404
            assert sign_in("sibling_township").get(file).status_code == 404
            assert "1 张照片" in township.get(reverse("classes:class", args=[held.pk])).content.decode()
            assert township.post(away).status_code == 302
            assert township.get(file).status_code == 404
