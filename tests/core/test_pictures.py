"""Pictures handed in: what is taken, what is refused before it costs anything, what is left of a camera's notes."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from doorstep.core.pictures import (
    PictureNotTaken,
    PictureTooLarge,
    bare_picture,
    opened_picture,
    put_picture,
    webp_of,
)


def jpeg(size: tuple[int, int] = (40, 20), *, colour: str = "green", exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif or Image.Exif())
    return out.getvalue()


def png_head(width: int, height: int) -> bytes:
    """A PNG that says how large it is and has next to nothing in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def test_what_the_camera_wrote_is_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    content = jpeg(exif=exif)
    assert b"Camera of somebody" in content
    with opened_picture(content, name="a.jpg") as picture:
        assert picture.size == (20, 40)
        written = webp_of(picture, width=1000)
    assert b"Camera" not in written
    with Image.open(io.BytesIO(written)) as again:
        assert (again.format, again.size, dict(again.getexif())) == ("WEBP", (20, 40), {})


def test_it_is_made_narrower_and_never_wider() -> None:
    with opened_picture(jpeg((400, 100)), name="a.jpg") as picture:
        sizes = [Image.open(io.BytesIO(webp_of(picture, width=width))).size for width in (100, 400, 4000)]
    assert sizes == [(100, 25), (400, 100), (400, 100)]


def test_what_is_see_through_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "PNG")
    with opened_picture(out.getvalue(), name="a.png") as picture:
        assert (picture.mode, picture.getpixel((1, 1))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        jpeg()[:200],
        png_head(40, 40),
        b"GIF89a" + bytes(40),
    ],
    ids=["empty", "text", "svg with script", "cut off", "no rows", "gif"],
)
def test_what_is_no_picture_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(PictureNotTaken) as refused, opened_picture(content, name="合影.jpg"):
        pass
    assert "合影.jpg" in refused.value.text


def test_a_picture_of_300_megapixels_is_refused_unopened() -> None:
    with pytest.raises(PictureTooLarge) as refused, opened_picture(png_head(20_000, 15_000), name="大图.png"):
        pass
    assert refused.value.text == "“大图.png”太大：最多 15 MB、60 百万像素。请缩小后再传。"


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(PictureTooLarge), opened_picture(jpeg() + bytes(100), name="a.jpg", most_bytes=100):
        pass


def test_a_kept_picture_can_be_read_by_this_account_alone(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    name = put_picture(b"x", folder="photos")
    kept = tmp_path / name
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777, kept.suffix) == (b"x", 0o600, ".webp")


def noted(kind: str, turned: int = 1, **saved: Any) -> bytes:
    """A picture with what a camera writes: maker, place, a comment, and a second picture behind its end."""
    exif = Image.Exif()
    exif[0x0112] = turned
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825)[1] = "N"
    picture, out = Image.new("RGB", (40, 20), "green"), io.BytesIO()
    picture.putpixel((3, 3), (255, 0, 0))
    picture.save(out, kind, exif=exif, **saved)
    return out.getvalue()


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        return picture.tobytes()


@pytest.mark.parametrize(
    "saved", [{}, {"progressive": True}, {"comment": b"Camera of somebody"}, {"restart_marker_rows": 1}]
)
def test_a_photograph_that_is_filed_loses_what_the_camera_wrote_and_no_pixel(saved: dict[str, Any]) -> None:
    content = noted("JPEG", **saved)
    bare = bare_picture(content + jpeg(exif=Image.Exif()) + b"Camera of somebody", name="a.jpg")
    assert b"Camera of somebody" not in bare
    assert pixels(bare) == pixels(content)
    assert len(bare) < len(content)
    assert bare_picture(bare, name="a.jpg") == bare
    with Image.open(io.BytesIO(bare)) as picture:
        assert dict(picture.getexif()) == {}


def test_which_way_up_it_is_stays_written_and_nothing_else() -> None:
    bare = bare_picture(noted("JPEG", turned=6), name="a.jpg")
    with Image.open(io.BytesIO(bare)) as picture:
        assert dict(picture.getexif()) == {0x0112: 6}
    with opened_picture(bare, name="a.jpg") as picture:
        assert picture.size == (20, 40)


def test_a_drawing_loses_its_notes_too() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "somebody")
    notes.add_itxt("Place", "somewhere", zip=True)
    content = noted("PNG", pnginfo=notes)
    bare = bare_picture(content + b"behind the end", name="a.png")
    assert pixels(bare) == pixels(content)
    assert not any(word in bare for word in (b"somebody", b"eXIf", b"iTXt", b"behind"))


def test_what_is_no_picture_is_left_alone_and_a_broken_one_is_refused() -> None:
    assert bare_picture(b"%PDF-1.7", name="a.pdf") == b"%PDF-1.7"
    whole, drawn = noted("JPEG"), noted("PNG")
    spoiled = drawn[:20] + bytes([drawn[20] ^ 1]) + drawn[21:]
    gap = whole[:20] + b"\x00" + whole[20:]
    for content in (whole[:60], whole[:-40], b"\xff\xd8\xff\xe1", drawn[:50], drawn[:-4], spoiled, gap):
        with pytest.raises(PictureNotTaken):
            bare_picture(content, name="a")
    padded = whole[:2] + b"\xff" + whole[2:]
    assert bare_picture(padded, name="a.jpg") == bare_picture(whole, name="a.jpg")
