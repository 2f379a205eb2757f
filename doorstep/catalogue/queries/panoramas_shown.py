"""What a viewer shows: the scenes of a route or of a place, the signs in them, the plan; no rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.bases.queries.public import HOMES
from doorstep.catalogue.models import Course, Panorama, Route, RouteStop
from doorstep.catalogue.queries.courses import IN_USE
from doorstep.catalogue.queries.panoramas import FIRST_PART
from doorstep.catalogue.queries.panoramas_states import state_kept, state_shown
from doorstep.catalogue.queries.public import home_words
from doorstep.catalogue.queries.routes_days import route_sketch, stops_of
from doorstep.catalogue.rules.panoramas import MarkState, SceneState, free_yaw, heading, placed, tile_levels
from doorstep.core import clock

if TYPE_CHECKING:
    from doorstep.bases.models import Base

WAY_PITCH = -12.0  # where a sign to the next stop stands, in degrees: on the ground ahead
AROUND = 26.0  # how far around the dot of a place its scenes stand in the plan
PLAIN = (440.0, 120.0)  # the plan where no outline is known
OWN = 200.0  # the plan of one place
Address = Callable[[Panorama, str], str]
Seen = tuple[Panorama, SceneState]


@dataclass(frozen=True, slots=True)
class MarkShown:
    """A sign: `kind` is spot, way (in the same place), next or back (another stop); `target` the key of a scene."""

    key: str
    kind: str
    yaw: float
    pitch: float
    title: str
    text: str = ""
    course: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class SceneShown:
    """A scene: its place and stop, what one sees, where its picture is, its signs; `plan` is where it stands there."""

    key: str
    title: str
    place: str
    stop: int
    seen: str
    credit: str
    north: float
    first: str
    tiles: str
    levels: tuple[tuple[int, int, int], ...]
    plan: tuple[float, float]
    marks: tuple[MarkShown, ...] = ()

    @property
    def spots(self) -> list[MarkShown]:
        """The signs that say something."""
        return [mark for mark in self.marks if mark.kind == "spot"]

    @property
    def ways(self) -> list[MarkShown]:
        """The signs that lead somewhere."""
        return [mark for mark in self.marks if mark.kind != "spot"]


@dataclass(frozen=True, slots=True)
class StopShown:
    """A stop of the text version: its number (0 where there are no stops), its place, its course, its scenes."""

    number: int
    place: str
    course: str
    scenes: tuple[SceneShown, ...]


@dataclass(frozen=True, slots=True)
class TourShown:
    """Everything a viewer needs, and the text version beside it; the plan has a size, a ground, the way."""

    stops: tuple[StopShown, ...]
    width: float
    height: float
    ground: str = ""
    way: str = ""

    @property
    def scenes(self) -> list[SceneShown]:
        """The scenes in the order one comes through."""
        return [scene for stop in self.stops for scene in stop.scenes]

    @property
    def first(self) -> SceneShown | None:
        """Where one begins."""
        return next(iter(self.scenes), None)

    @property
    def without(self) -> list[str]:
        """The stops of which there is no picture yet."""
        return [stop.place for stop in self.stops if not stop.scenes]

    @property
    def data(self) -> list[dict[str, Any]]:
        """What the script is given."""
        names = ("key", "title", "place", "stop", "credit", "north", "first", "tiles", "levels", "plan")
        return [
            {**{name: getattr(scene, name) for name in names}, "marks": [_mark_data(mark) for mark in scene.marks]}
            for scene in self.scenes
        ]


def _mark_data(mark: MarkShown) -> dict[str, Any]:
    return {name: getattr(mark, name) for name in MarkShown.__slots__}


def tour_of_route(route: Route, *, is_public: bool = False) -> TourShown:
    """The scenes shown of the places at which a route stops, each stop joined with the next one that has any.

    For the public the addresses of pictures need no signing in, and a home has neither name nor scenes nor place.
    """
    stops = stops_of(route)
    hidden = {stop.number for stop in stops if is_public and stop.base.kind in HOMES}
    open_ones = [stop for stop in stops if stop.number not in hidden]
    found = _scenes_at({stop.base_id for stop in open_ones if not _has_ended(stop.base)})
    sketch = route_sketch(open_ones)
    width, height = (sketch.width, sketch.height) if sketch else PLAIN
    known = {number: (x, y) for number, x, y in sketch.points} if sketch else {}
    points = placed([known.get(stop.number) for stop in stops], width, height)
    address = _public_address if is_public else _address
    courses = _names_of(mark.course_id for seen in found.values() for _row, state in seen for mark in state.marks)
    shown = [
        StopShown(
            stop.number,
            home_words() if stop.number in hidden else stop.base.name,
            _course_of(stop),
            _scenes(found[stop.base_id], stop.number, at, address, courses),
        )
        for stop, at in zip(stops, points, strict=True)
    ]
    way = " ".join(f"{x},{y}" for x, y in points)
    return TourShown(tuple(_joined(shown, stops)), width, height, sketch.ground if sketch else "", way)


def tour_of_base(base: Base) -> TourShown:
    """Every scene of a place that has a picture, as it is kept, shown or not, for those who keep it or look at it."""
    rows = Panorama.objects.filter(base=base).exclude(status=Panorama.Status.ENDED).exclude(folder="")
    rows = rows.select_related("base").prefetch_related("marks").order_by("number", "pk")
    seen = [(row, state_kept(row)) for row in rows]
    courses = _names_of(mark.course_id for _row, state in seen for mark in state.marks)
    titles = {row.pk: state.title for row, state in seen}
    around = _Around(0, (OWN / 2, OWN / 2), OWN / 2, _address, titles, courses)
    scenes = tuple(_scene(row, state, around) for row, state in seen)
    return TourShown((StopShown(0, base.name, "", scenes),), OWN, OWN)


def routes_with_scenes(route_ids: Iterable[int]) -> set[int]:
    """Those of some routes of which one can look around at least at one stop."""
    shown = Panorama.objects.filter(edition__isnull=False).values("base")
    rows = RouteStop.objects.filter(route__in=set(route_ids), base__in=shown)
    return set(rows.values_list("route", flat=True))


def _has_ended(base: Base) -> bool:
    return base.valid_to is not None and base.valid_to <= clock.today()


def _course_of(stop: RouteStop) -> str:
    return stop.course.title if stop.course and stop.course.stage in IN_USE else ""


def _names_of(courses: Iterable[int | None]) -> dict[int, str]:
    """course id -> its title, of those that are taught; the others are not named."""
    wanted = {course for course in courses if course is not None}
    rows = Course.objects.filter(pk__in=wanted, stage__in=IN_USE)
    return dict(rows.values_list("pk", "title"))


def _scenes_at(base_ids: set[int]) -> dict[int, list[Seen]]:
    """The scenes visitors see, by place, the entrance first."""
    rows = Panorama.objects.filter(base__in=base_ids, edition__isnull=False).select_related("base", "edition")
    found: dict[int, list[Seen]] = defaultdict(list)
    for row in rows.order_by("-is_entrance", "number", "pk"):
        found[row.base_id].append((row, state_shown(row.edition)))
    return found


@dataclass(frozen=True, slots=True)
class _Around:
    """What scenes beside one another share: their stop, its point, how addresses are made, names of what they name."""

    stop: int
    at: tuple[float, float]
    spread: float
    address: Address
    titles: dict[int, str]
    courses: dict[int, str]


def _scenes(
    seen: Sequence[Seen], stop: int, at: tuple[float, float], address: Address, courses: dict[int, str]
) -> tuple[SceneShown, ...]:
    titles = {row.pk: state.title for row, state in seen}
    around = _Around(stop, at, AROUND if len(seen) > 1 else 0.0, address, titles, courses)
    return tuple(_scene(row, state, around) for row, state in seen)


def _scene(row: Panorama, state: SceneState, around: _Around) -> SceneShown:
    first = around.address(row, state.folder)
    levels = tuple((level.width, level.cols, level.rows) for level in tile_levels(state.width))
    plan = [at + (part - 50) * around.spread / 50 for at, part in zip(around.at, state.plan, strict=True)]
    return SceneShown(
        key=f"{around.stop}-{row.pk}",
        title=state.title,
        place=row.base.name,
        stop=around.stop,
        seen=state.seen,
        credit=state.credit,
        north=state.north,
        first=first,
        tiles=first.removesuffix(FIRST_PART),
        levels=levels,
        plan=(round(plan[0], 1), round(plan[1], 1)),
        marks=tuple(shown for mark in state.marks if (shown := _mark(mark, around)) is not None),
    )


def _mark(mark: MarkState, around: _Around) -> MarkShown | None:
    """A sign as it is shown; none where it leads to a scene that is not."""
    if mark.target_id is None:
        course = around.courses.get(mark.course_id or 0, "")
        return MarkShown(f"m{mark.id}", "spot", mark.yaw, mark.pitch, mark.title, mark.text, course)
    title = around.titles.get(mark.target_id)
    if title is None:
        return None
    return MarkShown(f"m{mark.id}", "way", mark.yaw, mark.pitch, title, target=f"{around.stop}-{mark.target_id}")


def _joined(shown: Sequence[StopShown], stops: Sequence[RouteStop]) -> list[StopShown]:
    """The stops with signs between the entrances of neighbours, in the direction in which the other one lies."""
    bases = {stop.number: stop.base for stop in stops}
    signs: dict[int, list[tuple[str, StopShown]]] = defaultdict(list)
    for one, other in pairwise([stop for stop in shown if stop.scenes]):
        signs[one.number].append(("next", other))
        signs[other.number].append(("back", one))
    return [_with_signs(stop, signs[stop.number], bases) for stop in shown]


def _with_signs(stop: StopShown, signs: Sequence[tuple[str, StopShown]], bases: dict[int, Base]) -> StopShown:
    if not signs:
        return stop
    entrance, *rest = stop.scenes
    marks = list(entrance.marks)
    for kind, other in signs:
        wanted = 0.0 if kind == "next" else 180.0
        here, there = bases[stop.number], bases[other.number]
        if None not in (here.lat, here.lng, there.lat, there.lng):
            wanted = entrance.north + heading((here.lat, here.lng), (there.lat, there.lng))  # type: ignore[arg-type]
        yaw = round(free_yaw(wanted, [mark.yaw for mark in marks]), 1)
        words = _("去第 %(n)s 站") if kind == "next" else _("回第 %(n)s 站")
        title = _("%(way)s　%(place)s") % {"way": words % {"n": other.number}, "place": other.place}
        marks.append(MarkShown(f"{kind}{stop.number}", kind, yaw, WAY_PITCH, title, target=other.scenes[0].key))
    return StopShown(stop.number, stop.place, stop.course, (replace(entrance, marks=tuple(marks)), *rest))


def _address(row: Panorama, folder: str) -> str:
    return reverse("catalogue:panorama_picture", args=[row.pk, folder, FIRST_PART])


def _public_address(row: Panorama, folder: str) -> str:
    return reverse("catalogue:public_picture", args=[folder, FIRST_PART])
