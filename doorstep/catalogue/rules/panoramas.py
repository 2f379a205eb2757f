"""Which picture is a panorama, how it is cut for the eye, and in which direction one looks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, radians, sin

FULL, HALF = 360.0, 180.0
BESIDE = 18.0  # degrees at which two signs do not cover one another
# Widths and qualities of the picture shown first, the best that is small enough wins.
FIRST_TRIES = ((2048, 78), (2048, 60), (1536, 60), (1536, 40), (1280, 40), (1024, 30), (1024, 10), (768, 10))
FIRST_BYTES = 250_000


@dataclass(frozen=True, slots=True)
class PanoramaLimits:
    """What is taken as a panorama: pixels, megabytes, thousandths off two to one; signs in one, scenes at one place.

    Source: policies `panorama.*`.
    """

    narrowest: int
    widest: int
    megabytes: int
    permille: int
    most_marks: int
    most_scenes: int


@dataclass(frozen=True, slots=True)
class PanoramaFacts:
    """What a keeper says of a scene; `seen` is what one sees there, `plan` where it stands in percent of the place.

    `north` is where in the picture north lies, in degrees to the right of its middle.
    """

    title: str
    seen: str = ""
    credit: str = ""
    north: float = 0.0
    plan: tuple[int, int] = (50, 50)


@dataclass(frozen=True, slots=True)
class MarkFacts:
    """A sign in a scene: where it stands, and what it says or which scene of the same place it leads to."""

    yaw: float
    pitch: float
    title: str = ""
    text: str = ""
    course_id: int | None = None
    target_id: int | None = None


@dataclass(frozen=True, slots=True)
class MarkState:
    """A sign as it stands at one moment: what it says and which course it names, or which scene it leads to."""

    id: int
    yaw: float
    pitch: float
    title: str = ""
    text: str = ""
    course_id: int | None = None
    target_id: int | None = None


@dataclass(frozen=True, slots=True)
class SceneState:
    """A scene as it stands at one moment: its words, where its picture lies, its signs from left to right."""

    title: str
    seen: str
    credit: str
    north: float
    plan: tuple[int, int]
    folder: str
    width: int
    marks: tuple[MarkState, ...]

    @property
    def stamp(self) -> str:
        """Twelve letters that differ wherever anything one looks at differs."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]


def differences(before: SceneState, after: SceneState) -> list[str]:
    """What one state of a scene has other than another: `picture`, `title`, `seen`, `credit`, `directions`, `marks`."""
    pairs = {
        "picture": (before.folder, after.folder),
        "title": (before.title, after.title),
        "seen": (before.seen, after.seen),
        "credit": (before.credit, after.credit),
        "directions": ((before.north, before.plan), (after.north, after.plan)),
        "marks": (before.marks, after.marks),
    }
    return [name for name, (one, other) in pairs.items() if one != other]


@dataclass(frozen=True, slots=True)
class TileLevel:
    """A size of the picture cut into tiles: its width in pixels, how many tiles it has across and down."""

    width: int
    cols: int
    rows: int

    @property
    def tile(self) -> int:
        """The edge of a tile in pixels."""
        return self.width // self.cols


def picture_fault(width: int, height: int, limits: PanoramaLimits) -> str:
    """Why a picture of this size is no panorama: `narrow`, `wide` or `shape`; nothing when it is one.

    Source: policy:panorama.narrowest, policy:panorama.widest, policy:panorama.ratio_permille.
    """
    if width < limits.narrowest:
        return "narrow"
    if width > limits.widest:
        return "wide"
    return "shape" if abs(width - 2 * height) * 1000 > limits.permille * width else ""


def tile_levels(width: int) -> tuple[TileLevel, ...]:
    """The sizes in which a picture is cut besides the one shown first, coarse ones first; none for a small one.

    All tiles of a level are squares of whole pixels, and none is enlarged.
    """
    levels = []
    if width >= 3072:
        levels.append(TileLevel(min(width, 4096) // 8 * 8, 8, 4))
    if width >= 6144:
        levels.append(TileLevel(width // 16 * 16, 16, 8))
    return tuple(levels)


def turned(yaw: float) -> float:
    """A direction as -180 up to, but not including, 180 degrees to the right of the middle."""
    found = (yaw + HALF) % FULL - HALF
    return found if found < HALF else -HALF


def apart(one: float, other: float) -> float:
    """The smaller angle between two directions, 0 to 180 degrees."""
    return abs(turned(one - other))


def heading(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The compass direction from one place (latitude, longitude) to another, 0 (north) up to 360 degrees."""
    (lat, lng), (to_lat, to_lng) = here, there
    way = radians(to_lng - lng)
    east = sin(way) * cos(radians(to_lat))
    north = cos(radians(lat)) * sin(radians(to_lat)) - sin(radians(lat)) * cos(radians(to_lat)) * cos(way)
    return degrees(atan2(east, north)) % FULL % FULL


def free_yaw(wanted: float, taken: Iterable[float]) -> float:
    """The direction nearest to the wanted one in which no sign stands yet; the wanted one where all is full."""
    found = list(taken)
    for step in range(int(HALF // BESIDE)):
        for side in (1, -1):
            tried = turned(wanted + side * step * BESIDE)
            if all(apart(tried, one) >= BESIDE for one in found):
                return tried
    return turned(wanted)


def placed(points: Sequence[tuple[float, float] | None], width: float, height: float) -> list[tuple[float, float]]:
    """Where stops stand in a plan of this size: where they lie, or side by side where that is not known of each."""
    if points and all(point is not None for point in points):
        return [point for point in points if point is not None]
    gap = width / (len(points) + 1)
    return [(gap * number, height / 2) for number in range(1, len(points) + 1)]


def reordered(ids: Sequence[int], moved: int, step: int) -> list[int]:
    """The ids with one of them a step further on (1) or back (-1); as they are at either end."""
    found = list(ids)
    at = found.index(moved)
    to = at + step
    if 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
    return found
