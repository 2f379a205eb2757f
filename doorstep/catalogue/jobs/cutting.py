"""Cuts one panorama: run in a process of its own, because the whole picture stands in memory."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from doorstep.catalogue.rules.panoramas import FIRST_BYTES, FIRST_TRIES, TileLevel, tile_levels
from doorstep.directory.jobs.children import limited_memory

FIRST, CARD = "base.webp", "card.webp"
CARD_SIZE, CARD_QUALITY = (640, 320), 70
TILE_QUALITY = 75
# A picture of the largest size takes 226 MB, as much again while a progressive one is read, and half for a level.
MEMORY = 700 * 1024 * 1024
Image.MAX_IMAGE_PIXELS = None  # the size has been judged before


def cut_panorama(source: Path, folder: Path, report: Callable[[int, int], None]) -> int:
    """Write the picture shown first, a small one for lists, and the tiles of a panorama; give its width.

    Everything is written beside and put in its place at the end: a folder that is there is whole. Only pixels go in,
    nothing the camera wrote. Raises OSError, SyntaxError or ValueError for a picture that cannot be read.
    """
    with Image.open(source, formats=("JPEG",)) as picture:
        width = picture.width
    if folder.is_dir():
        return width  # a run before this one was ended after the last step
    making = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    making.mkdir(parents=True, mode=0o700)
    levels = tile_levels(width)
    total = 1 + sum(level.cols * level.rows for level in levels)
    _write_first(_read(source, 2048), making)
    done = 1
    report(done, total)
    for number, level in enumerate(levels):
        for count in _cut_level(_read(source, level.width), level, making, number):
            done += count
            report(done, total)
    making.rename(folder)
    return width


def _write_first(picture: Image.Image, folder: Path) -> None:
    """Write what is shown before there are tiles, and the small one."""
    (folder / FIRST).write_bytes(first_picture(picture))
    picture.resize(CARD_SIZE, Image.Resampling.LANCZOS).save(folder / CARD, "WEBP", quality=CARD_QUALITY, method=4)


def _read(source: Path, width: int) -> Image.Image:
    """The picture, decoded no larger than `width` asks for: a JPEG can be read at a half, a quarter, an eighth."""
    with Image.open(source, formats=("JPEG",)) as picture:
        picture.draft("RGB", (width, width // 2))
        picture.load()
        return picture.convert("RGB") if picture.mode != "RGB" else picture.copy()


def first_picture(picture: Image.Image) -> bytes:
    """The picture that is shown first, as WebP of two to one: as good as fits into the budget."""
    made = b""
    for width, quality in FIRST_TRIES:
        if width > picture.width and width != FIRST_TRIES[-1][0]:
            continue
        smaller = picture.resize((width, width // 2), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        smaller.save(out, "WEBP", quality=quality, method=4)
        made = out.getvalue()
        if len(made) <= FIRST_BYTES:
            break
    return made


def _cut_level(picture: Image.Image, level: TileLevel, folder: Path, number: int) -> Iterator[int]:
    """Write the tiles of a level row by row; gives how many each row has."""
    size = (level.width, level.width // 2)
    whole = picture if picture.size == size else picture.resize(size, Image.Resampling.BICUBIC)
    edge = level.tile
    for row in range(level.rows):
        for col in range(level.cols):
            box = (col * edge, row * edge, (col + 1) * edge, (row + 1) * edge)
            whole.crop(box).save(folder / f"{number}-{col}-{row}.webp", "WEBP", quality=TILE_QUALITY, method=2)
        yield level.cols


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """`python -m doorstep.catalogue.jobs.cutting SOURCE FOLDER`: prints how far it is, and at last the width."""
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        with limited_memory(MEMORY):
            width = cut_panorama(source, folder, lambda done, total: _say(f"{done} {total}"))
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    _say(f"width {width}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
