"""Drawn pictures all around, for places of the demo city that nobody has photographed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from math import atan2, cos, degrees, hypot, pi, sin

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 2048, 1024
EYE = 1.6  # metres above the ground
Colour = tuple[int, int, int]
Point = tuple[float, float, float]  # metres to the right, up, ahead

SKY: tuple[Colour, Colour] = ((214, 228, 232), (239, 243, 240))
HILLS: tuple[Colour, ...] = ((205, 218, 214), (172, 196, 190), (131, 166, 160), (92, 136, 126))


class Scene:
    """A picture all around, two to one, drawn from where one stands."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(f"scenery:{seed}")
        self.picture = Image.new("RGB", (WIDTH, HEIGHT))
        self.pen = ImageDraw.Draw(self.picture)

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point of the world is in the picture."""
        right, up, ahead = point
        yaw = degrees(atan2(right, ahead))
        pitch = degrees(atan2(up - EYE, hypot(right, ahead)))
        return (yaw / 360 + 0.5) * WIDTH, (0.5 - pitch / 180) * HEIGHT

    def face(self, corners: Sequence[Point], fill: Colour) -> None:
        """A flat face: its edges are bent as the eye sees them, and it goes on at the other side of the picture."""
        edge = []
        for one, other in pairwise([*corners, corners[0]]):
            for step in range(12):
                part = step / 12
                edge.append(self.at(tuple(a + (b - a) * part for a, b in zip(one, other, strict=True))))  # type: ignore[arg-type]
        whole = [edge[0]]
        for x, y in edge[1:]:
            turns = round((whole[-1][0] - x) / WIDTH)
            whole.append((x + turns * WIDTH, y))
        self.pen.polygon(whole, fill=fill)
        for shift in (-WIDTH, WIDTH):
            if min(x for x, _y in whole) + shift < WIDTH and max(x for x, _y in whole) + shift > 0:
                self.pen.polygon([(x + shift, y) for x, y in whole], fill=fill)

    def backdrop(self, upper: Sequence[Colour], lower: Sequence[Colour]) -> None:
        """Sky and ground, each fading from the first colour to the second."""
        column = Image.new("RGB", (1, HEIGHT))
        half = HEIGHT // 2
        for y in range(HEIGHT):
            (one, other), part = (upper, y / half) if y < half else (lower, (y - half) / half)
            column.putpixel((0, y), tuple(round(a + (b - a) * part) for a, b in zip(one, other, strict=True)))
        self.picture.paste(column.resize((WIDTH, HEIGHT)))

    def ridge(self, height: float, rough: float, fill: Colour) -> None:
        """A line of hills around, `height` degrees high; it closes where the picture does."""
        waves = [(n, self.rng.uniform(0, 2 * pi), rough / n) for n in (2, 3, 5, 9, 14)]
        line = []
        for x in range(0, WIDTH + 1, 8):
            turn = 2 * pi * x / WIDTH
            pitch = 1.5 * height + sum(size * sin(n * turn + start) for n, start, size in waves)
            line.append((x, HEIGHT * (0.5 - max(0.3, pitch) / 180)))
        self.pen.polygon([(0, HEIGHT / 2 + 2), *line, (WIDTH, HEIGHT / 2 + 2)], fill=fill)

    def hills(self) -> None:
        """Four lines of hills, the nearer the darker."""
        for number, fill in enumerate(HILLS):
            self.ridge(17 - 4 * number, 4.5 - 0.7 * number, fill)

    def floor(self, half: float, fill: Colour) -> None:
        """A square under one's feet, `half` metres to each side."""
        edge = []
        for x in range(0, WIDTH + 1, 8):
            yaw = 2 * pi * x / WIDTH - pi
            far = half / max(abs(sin(yaw)), abs(cos(yaw)))
            edge.append((x, self.at((0, 0, far))[1]))
        self.pen.polygon([(0, HEIGHT), *edge, (WIDTH, HEIGHT)], fill=fill)

    def path(self, half: float, fill: Colour, far: float = 60) -> None:
        """A way straight ahead and back."""
        for way in (1, -1):
            self.face([(-half, 0, way * 1.2), (half, 0, way * 1.2), (half, 0, way * far), (-half, 0, way * far)], fill)

    def tree(self, right: float, ahead: float, high: float, fill: Colour) -> None:
        """A fir."""
        self.face([(right - 0.12, 0, ahead), (right + 0.12, 0, ahead), (right, high * 0.5, ahead)], (92, 66, 44))
        for low, wide in ((0.15, 0.3), (0.4, 0.23), (0.65, 0.15)):
            half = high * wide * cos(atan2(right, ahead))
            away = high * wide * sin(atan2(right, ahead))
            self.face(
                [(right - half, high * low, ahead + away), (right + half, high * low, ahead - away),
                 (right, high * min(1.0, low + 0.45), ahead)],
                fill,
            )  # fmt: skip

    def house(self, right: float, ahead: float, wide: float, high: float) -> None:
        """A house with a tiled roof, its front towards the way."""
        wall = self.rng.choice([(236, 229, 214), (226, 214, 194), (240, 236, 226)])
        side = -1 if right > 0 else 1
        front = right + side * wide / 2
        near, far = ahead - wide / 2, ahead + wide / 2
        dark: Colour = (wall[0] - 24, wall[1] - 24, wall[2] - 22)
        toward = near if ahead > 0 else far
        back = right - side * wide / 2
        self.face([(front, 0, toward), (back, 0, toward), (back, high, toward), (front, high, toward)], dark)
        self.face([(front, 0, near), (front, 0, far), (front, high, far), (front, high, near)], wall)
        self.face(
            [(front + side * 0.4, high, near - 0.4), (front + side * 0.4, high, far + 0.4),
             (right, high + 1.4, far + 0.4), (right, high + 1.4, near - 0.4)],
            (74, 70, 70),
        )  # fmt: skip
        for part in (0.25, 0.75):
            mid = near + (far - near) * part
            self._opening(front, mid, (0.5, 0.9, 2.0), (98, 74, 54))
        mid = (near + far) / 2
        self._opening(front, mid, (0.45, 0, 2.1), (142, 38, 34))

    def _opening(self, front: float, mid: float, size: Point, fill: Colour) -> None:
        """A door or a window in a front: half its width, its lower and its upper edge."""
        half, low, high = size
        corners = [(mid - half, low), (mid + half, low), (mid + half, high), (mid - half, high)]
        self.face([(front, up, ahead) for ahead, up in corners], fill)


def _hills(scene: Scene) -> None:
    scene.backdrop(SKY, ((116, 146, 112), (86, 112, 84)))
    scene.hills()


def _forest(scene: Scene) -> None:
    _hills(scene)
    scene.path(1.1, (196, 166, 126))
    scene.floor(1.3, (188, 158, 120))
    spots = sorted(((scene.rng.uniform(-30, 30), scene.rng.uniform(-34, 34)) for _n in range(60)),
                   key=lambda spot: -hypot(*spot))  # fmt: skip
    for right, ahead in spots:
        if abs(right) > 3:
            shade = scene.rng.randint(-10, 12)
            scene.tree(right, ahead, scene.rng.uniform(3, 6.5), (38 + shade, 84 + shade, 66 + shade))


def _tea(scene: Scene) -> None:
    _hills(scene)
    for way in (1, -1):
        for row in range(13, 0, -1):
            far = 2.5 + row * 2.2
            rise = max(0.0, (row - 3) * 0.42)
            shade = 10 * (row % 2)
            for side in (1, -1):
                near, wide = side * 1.6, side * 38
                scene.face([(near, rise, way * far), (wide, rise, way * far), (wide, rise + 0.8, way * (far + 0.9)),
                            (near, rise + 0.8, way * (far + 0.9))],
                           (58 + shade, 118 + shade, 66))  # fmt: skip
    scene.path(1.1, (188, 158, 120), far=7)
    scene.floor(1.3, (180, 150, 112))
    scene.house(-14, 16, 5, 3)
    scene.house(13, -15, 5, 3)


def _sea(scene: Scene) -> None:
    scene.backdrop(SKY, ((150, 190, 202), (58, 112, 134)))
    for number, fill in enumerate(HILLS[:3]):
        scene.ridge(7 - 2 * number, 3.0 - 0.6 * number, fill)
    for right in range(-42, 43, 12):
        for ahead in range(-42, 43, 12):
            if max(abs(right), abs(ahead)) > 8:
                for shift in (0.0, 4.5):
                    scene.face([(right, 0.15, ahead + shift), (right + 8.5, 0.15, ahead + shift),
                                (right + 8.5, 0.15, ahead + shift + 0.7), (right, 0.15, ahead + shift + 0.7)],
                               (168, 132, 92))  # fmt: skip
                for shift in (0.0, 4.0, 8.0):
                    scene.face([(right + shift, 0.2, ahead), (right + shift + 0.6, 0.2, ahead),
                                (right + shift + 0.6, 0.2, ahead + 5.2), (right + shift, 0.2, ahead + 5.2)],
                               (190, 154, 110))  # fmt: skip
    scene.path(0.9, (176, 142, 102), far=30)
    scene.floor(3.2, (188, 156, 116))
    scene.house(-9, 12, 5, 2.8)
    scene.house(9, 14, 5, 2.8)


def _village(scene: Scene) -> None:
    _hills(scene)
    scene.path(2.2, (206, 200, 188))
    scene.floor(2.2, (198, 192, 180))
    for ahead in (26, 18, 10):
        for way in (1, -1):
            for side in (1, -1):
                scene.house(side * scene.rng.uniform(6.2, 7.4), way * ahead, 5.5, scene.rng.choice((3.0, 3.4, 5.8)))
    scene.tree(4.2, 5, 5, (52, 98, 66))
    scene.tree(-4.2, -5, 5.5, (52, 98, 66))


def _square(scene: Scene) -> None:
    _hills(scene)
    scene.floor(12.5, (204, 200, 190))
    scene.floor(6, (212, 208, 199))
    for step in range(4):
        half = 4.5 - step * 0.8
        low = step * 0.35
        ahead = 12 + step * 0.5
        corners = [(-half, low), (half, low), (half, low + 0.35), (-half, low + 0.35)]
        fill = (226 - 8 * step, 222 - 8 * step, 212 - 8 * step)
        scene.face([(right, up, ahead) for right, up in corners], fill)
    scene.face([(-0.9, 1.4, 14), (0.9, 1.4, 14), (0.6, 9, 14), (-0.6, 9, 14)], (232, 228, 220))
    scene.face([(-0.35, 6.6, 13.9), (0.35, 6.6, 13.9), (0.35, 7.6, 13.9), (-0.35, 7.6, 13.9)], (154, 27, 31))
    for right in (-10, -7, 7, 10):
        for ahead in (-11, -4, 4, 11):
            scene.tree(right, ahead, 4, (44, 92, 68))
    scene.house(-9, -15, 7, 4)
    scene.house(9, -15, 7, 4)


def _hall(scene: Scene) -> None:
    scene.backdrop(((246, 243, 236), (246, 243, 236)), ((186, 160, 126), (150, 124, 94)))
    wide, deep, high = 6.0, 8.0, 3.8
    sides: list[Callable[[float, float], Point]] = [
        lambda along, up: (along, up, deep), lambda along, up: (wide, up, -along),
        lambda along, up: (-along, up, -deep), lambda along, up: (-wide, up, along),
    ]  # fmt: skip
    for number, wall in enumerate(sides):
        half = wide if number % 2 == 0 else deep
        tone = 232 - 8 * (number % 2)
        scene.face([wall(-half, 0), wall(half, 0), wall(half, high), wall(-half, high)], (tone, tone - 6, tone - 18))
        scene.face([wall(-half, 0), wall(half, 0), wall(half, 0.25), wall(-half, 0.25)], (112, 84, 58))
        board = -half + 0.7
        while board + 1.9 < half:
            fill = scene.rng.choice([(154, 27, 31), (23, 86, 127), (30, 107, 72), (199, 155, 77)])
            scene.face([wall(board, 0.9), wall(board + 1.9, 0.9), wall(board + 1.9, 2.7), wall(board, 2.7)],
                       (252, 251, 248))  # fmt: skip
            scene.face([wall(board, 2.3), wall(board + 1.9, 2.3), wall(board + 1.9, 2.7), wall(board, 2.7)], fill)
            for line in range(3):
                low = 1.15 + line * 0.32
                scene.face([wall(board + 0.2, low), wall(board + 1.6 - 0.2 * line, low),
                            wall(board + 1.6 - 0.2 * line, low + 0.1), wall(board + 0.2, low + 0.1)],
                           (176, 174, 168))  # fmt: skip
            board += 2.4
    for ahead in (-4.0, 4.0):
        scene.face([(-1.6, 0.75, ahead - 0.6), (1.6, 0.75, ahead - 0.6), (1.6, 0.75, ahead + 0.6),
                    (-1.6, 0.75, ahead + 0.6)], (142, 104, 68))  # fmt: skip
        scene.face([(-1.2, high, ahead - 0.3), (1.2, high, ahead - 0.3), (1.2, high, ahead + 0.3),
                    (-1.2, high, ahead + 0.3)], (255, 253, 240))  # fmt: skip


KINDS: dict[str, Callable[[Scene], None]] = {
    "forest": _forest,
    "tea": _tea,
    "sea": _sea,
    "village": _village,
    "square": _square,
    "hall": _hall,
}


@cache
def drawn(kind: str, seed: int) -> Image.Image:
    """A picture of a kind; the same seed gives the same picture."""
    scene = Scene(seed)
    KINDS[kind](scene)
    return scene.picture
