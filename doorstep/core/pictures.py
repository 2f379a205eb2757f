"""Pictures that somebody hands in: judged by their head before they are decoded, kept without what the camera wrote."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from doorstep.core.errors import Invalid

FORMATS = ("JPEG", "PNG")  # a WebP unpacks while its head is read
Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit only warns at first; ours stands in its place
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000
QUALITY = 78  # of the WebP written; no difference is seen on a phone, at a third of a camera's bytes


class PictureNotTaken(Invalid):
    """Not a picture of a kind that is taken, or a broken one."""

    code = "picture_kind"
    template = _("“%(name)s”不是能用的照片：只收 JPG 或 PNG，而且要能完整打开。请换一张，或在手机上另存后再传。")


class PictureTooLarge(Invalid):
    """More bytes or more pixels than are taken."""

    code = "picture_size"
    template = _("“%(name)s”太大：最多 %(megabytes)s MB、%(megapixels)s 百万像素。请缩小后再传。")


@contextmanager
def opened_picture(
    content: bytes, *, name: str, most_bytes: int = MOST_BYTES, most_pixels: int = MOST_PIXELS
) -> Iterator[Image.Image]:
    """The picture in `content`, upright and in red, green, blue; what its bytes say counts, not what it is called.

    Its size is read from the head, so that a small file that unpacks to gigabytes is refused unopened. SVG is never
    taken: it may carry script. Raises PictureNotTaken, PictureTooLarge.
    """
    limits = {"name": name, "megabytes": most_bytes // 2**20, "megapixels": most_pixels // 1_000_000}
    if len(content) > most_bytes:
        raise PictureTooLarge(**limits)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > most_pixels:
                raise PictureTooLarge(**limits)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise PictureNotTaken(name=name) from None
    yield upright if upright.mode == "RGB" else _on_white(upright)


def _on_white(picture: Image.Image) -> Image.Image:
    """Transparent parts become white, as on the page."""
    layered = picture.convert("RGBA")
    ground = Image.new("RGB", layered.size, "white")
    ground.paste(layered, mask=layered.getchannel("A"))
    return ground


def webp_of(picture: Image.Image, *, width: int) -> bytes:
    """The picture as WebP, at most `width` pixels wide, never enlarged; nothing but pixels goes in."""
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def put_picture(content: bytes, *, folder: str) -> str:
    """Keep a WebP below MEDIA_ROOT under a name nobody can guess; give the name."""
    name = f"{folder}/{uuid.uuid4().hex}.webp"
    target = settings.MEDIA_ROOT / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.write_bytes(content)
    return name
