"""Pictures all around, and scenes that have one, for tests."""

from __future__ import annotations

import io
import random
from dataclasses import asdict
from functools import cache
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from doorstep.bases.models import Base
from doorstep.catalogue.models import Panorama, PanoramaEdition, PanoramaMark
from doorstep.catalogue.queries.panoramas_states import state_kept
from doorstep.core import clock

SEEN = "正前方是村口的大樟树，左边是展馆，右边是溪。"


@cache
def jpeg(width: int = 2048, height: int = 1024, *, noise: int = 0, **options: Any) -> bytes:
    """A JPEG of a size; with `noise` it is hard to pack."""
    rng = random.Random(noise)
    picture = Image.new("RGB", (width, height), (120, 160, 150))
    if noise:
        grain = Image.frombytes("RGB", (width // 4, height // 4), rng.randbytes(width // 4 * (height // 4) * 3))
        picture = grain.resize((width, height), Image.Resampling.NEAREST)
    picture.paste((154, 27, 31), (width // 2, height // 2, width // 2 + 40, height // 2 + 40))
    out = io.BytesIO()
    picture.save(out, "JPEG", **{"quality": 85, **options})
    return out.getvalue()


def upload(content: bytes | None = None, name: str = "全景.jpg") -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    return SimpleUploadedFile(name, jpeg() if content is None else content, "image/jpeg")


@cache
def _first() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (256, 128), (120, 160, 150)).save(out, "WEBP")
    return out.getvalue()


def given_panorama(base: Base, *, serial: int = 0, **changes: Any) -> Panorama:
    """A scene of a place that is shown, with its picture, as the job leaves it."""
    number = Panorama.objects.filter(base=base).count() + 1
    values = {
        "base": base,
        "place": base.place,
        "county": base.county,
        "number": number,
        "is_entrance": number == 1,
        "title": f"场景{number}",
        "seen": SEEN,
        "credit": "县融媒体中心",
        "status": "published",
        "folder": f"{serial or base.pk * 100 + number:032x}",
        "width": 2048,
        "added_at": clock.now(),
        **changes,
    }
    made = Panorama.objects.create(**values)
    if made.folder:
        target = settings.MEDIA_ROOT / "panoramas" / made.folder / "base.webp"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(_first())
    if made.status == "published":
        show_again(made)
    return made


def show_again(panorama: Panorama) -> PanoramaEdition:
    """Let visitors see a scene as it stands now, as if the level above had just said so."""
    panorama.refresh_from_db()
    state = asdict(state_kept(panorama))
    (state["plan_x"], state["plan_y"]), state["marks"] = state.pop("plan"), list(state["marks"])
    Panorama.objects.filter(pk=panorama.pk).update(status="published")
    values = {**state, "published_at": clock.now()}
    return PanoramaEdition.objects.update_or_create(panorama=panorama, defaults=values)[0]


def given_mark(panorama: Panorama, **changes: Any) -> PanoramaMark:
    """A sign in a scene, shown where the scene is."""
    values = {"yaw": 20.0, "pitch": 5.0, **({} if "target" in changes else {"title": "大樟树"}), **changes}
    made = PanoramaMark.objects.create(panorama=panorama, **values)
    if panorama.status == "published":
        show_again(panorama)
    return made
