"""Pictures that somebody hands in: judged by their head before they are decoded, kept without what the camera wrote."""

from __future__ import annotations

import io
import struct
import uuid
import zlib
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


_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
# What a JPEG needs to be shown as it was: its head, its colours, its tables and lines; APP1 and the rest is talk.
_TALK = {*range(0xE1, 0xF0), 0xFE} - {0xE2, 0xEE}
_PNG_TALK = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
_ORIENTATION = 0x0112


def bare_picture(content: bytes, *, name: str) -> bytes:
    """A JPEG or PNG without what the camera wrote (place, time, owner, thumbnails); its pixels stay as they are.

    Anything else is given back as it came. Which way up a JPEG is stays written, because it is shown by it.
    Raises PictureNotTaken for one that is broken.
    """
    try:
        if content.startswith(_JPEG):
            return _bare_jpeg(content)
        return b"".join(_bare_chunks(content)) if content.startswith(_PNG) else content
    except (struct.error, IndexError):
        raise PictureNotTaken(name=name) from None


def _bare_jpeg(content: bytes) -> bytes:
    """The parts of a JPEG one after the other up to its end; what hangs behind it is left out."""
    kept, at = [b"\xff\xd8", _upright_note(content)], 2
    while (mark := content[at + 1]) != 0xD9:
        if content[at] != 0xFF:
            raise IndexError
        if mark == 0xFF:  # padding
            at += 1
            continue
        end = at + 2 + struct.unpack_from(">H", content, at + 2)[0]
        if mark == 0xDA:
            end = _end_of_scan(content, end)
        if mark not in _TALK and not content[at + 4 : end].startswith(b"MPF"):
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, b"\xff\xd9"])


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next part begins after the coded lines: a mark that is neither a stuffed byte nor a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise IndexError
        if content[at + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return at
        at += 1


def _upright_note(content: bytes) -> bytes:
    """An APP1 part that says nothing but which way up the picture is; nothing where it is upright anyway."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
            turned = picture.getexif().get(_ORIENTATION, 1)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise IndexError from None
    if turned not in range(2, 9):
        return b""
    told = Image.Exif()
    told[_ORIENTATION] = turned
    written = told.tobytes()
    return b"\xff\xe1" + struct.pack(">H", len(written) + 2) + written


def _bare_chunks(content: bytes) -> Iterator[bytes]:
    """The chunks of a PNG up to its end without those that only tell something."""
    yield _PNG
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        (length,), kind = struct.unpack_from(">I", content, at), content[at + 4 : at + 8]
        end = at + 12 + length
        if struct.unpack_from(">I", content, end - 4)[0] != zlib.crc32(content[at + 4 : end - 4]):
            raise IndexError
        if kind not in _PNG_TALK:
            yield content[at:end]
        at = end


def put_away(name: str, content: bytes) -> None:
    """Write a file of any kind below MEDIA_ROOT, readable by this account of the machine alone.

    Called last, so that rows are taken back when it cannot be written.
    """
    target = settings.MEDIA_ROOT / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.write_bytes(content)
