"""Simple drawings that stand where photographs of places will stand; each says that it is one."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping

from PIL import Image, ImageDraw

CREDIT = "示意画，不是照片"
SIZE = (1280, 800)
WIDTHS = (480, 1280)
# Sky, far hills, near hills, water or ground.
SCENES: Mapping[str, tuple[str, str, str, str]] = {
    "sea": ("#d7e6ee", "#9fb9c6", "#6f93a5", "#2d7294"),
    "hills": ("#eef2e8", "#b3c7a8", "#7ea078", "#4f7a55"),
    "tea": ("#f3efe2", "#c4cda3", "#8fa76b", "#5f7f45"),
    "village": ("#f5ece0", "#cbb9a2", "#a68d74", "#7d6a58"),
}
ALT = {
    "sea": "一幅示意画：海面上浮着几排渔排，远处是山",
    "hills": "一幅示意画：层层叠叠的山，山脚一片林子",
    "tea": "一幅示意画：山坡上一垄垄茶园",
    "village": "一幅示意画：山下几座屋子，门前一块空地",
}


def scene_of(theme: str, kind: str) -> str:
    """Which scene fits a place."""
    if kind == "mobile_school" or "海" in theme or "上岸" in theme:
        return "sea"
    if "茶" in theme:
        return "tea"
    return "hills" if "生态" in theme or "红" in theme else "village"


def drawing(scene: str, rng: random.Random) -> dict[int, bytes]:
    """The scene as WebP by width; the same numbers draw the same picture."""
    sky, far, near, ground = SCENES[scene]
    picture = Image.new("RGB", SIZE, sky)
    pen, (width, height) = ImageDraw.Draw(picture), SIZE
    for colour, top in ((far, 300), (near, 420)):
        crest = [(x, top + rng.randrange(-70, 70)) for x in range(0, width + 160, 160)]
        pen.polygon([(0, height), *crest, (width, height)], fill=colour)
    pen.rectangle((0, 580, width, height), fill=ground)
    for row in range(4):
        left, y = rng.randrange(80, 300), 610 + 45 * row
        if scene == "village":
            roof = [(left + 250 * row, 560), (left + 80 + 250 * row, 500), (left + 160 + 250 * row, 560)]
            pen.polygon(roof, fill="#474d55")
            pen.rectangle((left + 15 + 250 * row, 560, left + 145 + 250 * row, 620), fill="#eaeae5")
        else:
            pen.line([(left, y), (width - left, y)], fill=near, width=14)
    return {size: _webp(picture, size) for size in WIDTHS}


def _webp(picture: Image.Image, width: int) -> bytes:
    out = io.BytesIO()
    sized = picture if width == picture.width else picture.resize((width, width * picture.height // picture.width))
    sized.save(out, "WEBP", quality=60, method=0)
    return out.getvalue()
