"""The scenes of the demo city: which drawn picture stands for which stop, what one sees, what its signs say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.network import PlannedBase
from doorstep.demo.rules.routes import PlannedRoute, PlannedStop

FEWEST_ROUTES, FEWEST_STOPS = 5, 20
CREDIT = "示意场景，由程序绘制"
WITH_ROOM = {"academy", "demonstration_base", "township_school", "lecture_hall"}
# Words in the theme or the name of a place, and the picture they call for.
CALLS = (
    ("sea", ("海上", "渔排", "连家船", "海岛")),
    ("tea", ("茶", "产业", "乡村振兴")),
    ("forest", ("生态", "森林", "林")),
    ("square", ("红色", "苏区", "革命", "英烈", "党史", "廉政", "脱贫", "扶贫")),
)
SEEN = {
    "sea": "站在渔排的木栈道上。前后都是木板路，左右海面上一格一格的网箱，远处是一圈青山，前方两侧各有一座海上小屋。",
    "tea": "站在茶园中间的土路上。左右两边是一层一层升高的茶垄，左前方和右后方各有一座白墙黑瓦的茶舍，远处群山层叠。",
    "forest": "站在林间步道上。前后是黄土步道，左右是高高低低的杉树，林子后面有四层远山，越远颜色越浅。",
    "square": "站在石板广场上。正前方四级台阶上立着石碑，碑上有一块红色标记，两旁是柏树，身后左右各有一座展馆。",
    "village": "站在村道中间。左右两排白墙黑瓦的房子，红门朝着村道，路边有两棵杉树，村后是层叠的青山。",
    "hall": "站在展厅中间。四面墙上挂满展板，每块展板上面一条彩色标题，前后各有一张长桌，顶上两排灯。",
}
SIGNS = {
    "sea": ("网箱", "一格一格的网箱，养的是大黄鱼。", (42.0, -8.0)),
    "tea": ("茶垄", "顺着山势一层一层开出来的茶垄。", (-42.0, -2.0)),
    "forest": ("林子", "步道两边的杉树，是一茬一茬种起来的。", (48.0, 3.0)),
    "square": ("石碑", "现场课在碑前开始。", (0.0, 12.0)),
    "village": ("村里的老房子", "白墙黑瓦，红门朝着村道。", (38.0, 6.0)),
    "hall": ("展板", "照片和文字按年份排，从左边看起。", (-28.0, 8.0)),
}


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """What became of words a keeper added to a scene that is shown, and how many days ago it was looked at, if ever."""

    status: str
    days: int = 0
    words: str = ""
    note: str = ""


ACCEPTED = PlannedChange("published", 8)
# The first scene waits with a change, and is shown as it was before.
CHANGED = PlannedChange("waiting", 8, "门边新添了一块导览牌。")
# Places whose first scene nobody sees yet: one waits for the word of the level above, one was given back.
FIRST = {
    "霍童镇党校": PlannedChange("waiting"),
    "寿宁下党“学习小镇”": PlannedChange("declined", 2, note="左右两边各写一句，听的人才知道往哪里看。改好再报。"),
}


@dataclass(frozen=True, slots=True)
class PlannedMark:
    """A sign to be; it leads to another scene, or says something."""

    yaw: float
    pitch: float
    title: str = ""
    text: str = ""
    course_id: int | None = None
    target_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedScene:
    """A scene to be; `kind` and `seed` say which picture is drawn for it, `folder` where it lies."""

    id: int
    base: PlannedBase
    number: int
    title: str
    kind: str
    seed: int
    north: float
    plan: tuple[int, int]
    folder: str
    change: PlannedChange = ACCEPTED
    is_shown: bool = True
    marks: list[PlannedMark] = field(default_factory=list)


def plan_scenes(routes: Sequence[PlannedRoute], bases: Sequence[PlannedBase], *, seed: int) -> list[PlannedScene]:
    """Scenes for every stop of some published routes, places with rooms have one indoors too; and a few not shown."""
    rng = stream(seed, "scenes")
    scenes: list[PlannedScene] = []
    for stop in _stops(routes):
        kinds = [_kind(stop.base), *(["hall"] if stop.base.kind in WITH_ROOM else [])]
        here = []
        for number, kind in enumerate(kinds, start=1):
            title = "展厅" if number > 1 else stop.base.name[:60]
            plan = (50, 70) if number == 1 else (50, 25)
            folder = f"{rng.getrandbits(128):032x}"
            north = float(rng.randrange(-180, 180, 15))
            change = ACCEPTED if scenes else CHANGED
            scene = PlannedScene(
                len(scenes) + 1, stop.base, number, title, kind, rng.randint(1, 2), north, plan, folder, change
            )
            word, text, (yaw, pitch) = SIGNS[kind]
            scene.marks.append(PlannedMark(yaw, pitch, word, text, stop.course.id))
            here.append(scene)
            scenes.append(scene)
        for one, other in zip(here[:-1], here[1:], strict=True):
            one.marks.append(PlannedMark(-36.0, -2.0, target_id=other.id))
            other.marks.append(PlannedMark(150.0, -4.0, target_id=one.id))
    taken = {scene.base.id for scene in scenes}
    for base in (base for base in bases if base.name in FIRST and base.id not in taken):
        scenes.append(_first_scene(base, len(scenes) + 1, f"{rng.getrandbits(128):032x}"))
    return scenes


def _first_scene(base: PlannedBase, scene_id: int, folder: str) -> PlannedScene:
    kind = _kind(base)
    word, text, (yaw, pitch) = SIGNS[kind]
    scene = PlannedScene(scene_id, base, 1, base.name[:60], kind, 1, 0.0, (50, 70), folder, FIRST[base.name], False)
    scene.marks.append(PlannedMark(yaw, pitch, word, text))
    return scene


def _stops(routes: Sequence[PlannedRoute]) -> Iterator[PlannedStop]:
    """The stops of the first published routes, each place once, until there are enough of both."""
    seen: set[int] = set()
    taken = stops = 0
    for route in routes:
        if route.standing != "published" or taken >= FEWEST_ROUTES and stops >= FEWEST_STOPS:
            continue
        taken, stops = taken + 1, stops + len(route.stops)
        for stop in route.stops:
            if stop.base.id not in seen:
                seen.add(stop.base.id)
                yield stop


def _kind(base: PlannedBase) -> str:
    words = f"{base.theme}{base.name}"
    return next((kind for kind, calls in CALLS if any(call in words for call in calls)), "village")
