"""Courses and routes as everybody sees them: what is taught and where one goes, never who teaches or guides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.bases.queries.public import HOMES, county_name, county_names
from doorstep.catalogue.models import Course, Route, RouteStop
from doorstep.catalogue.queries.courses import mode_choices, short_ones, with_standing
from doorstep.catalogue.queries.panoramas import public_scenes
from doorstep.catalogue.queries.routes import sound_ones, with_room
from doorstep.catalogue.queries.routes_days import StopLine, clock_words, day_of, route_sketch, stops_of
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListFilter, ListSpec
from doorstep.core.public import PublicPage, public_page_of
from doorstep.directory.queries import named
from doorstep.directory.rules.outlines import Sketch
from doorstep.faculty.queries import language_choices, language_words

ACCEPTED = (Course.Stage.REVIEWED, Course.Stage.PREMIUM)
MOST_THEMES = 60


@dataclass(frozen=True, slots=True)
class PublicRoute:
    """A day on the road that one can book; `capacity` in people."""

    id: int
    name: str
    theme: str
    unit: str
    county: str
    county_name: str
    starts: str
    stop_count: int
    capacity: int | None


@dataclass(frozen=True, slots=True)
class PublicStop:
    """A stop of a route: where, when, what one hears there; `way` in minutes from the stop before."""

    number: int
    base_id: int | None
    name: str
    venue: str
    arrives: str
    leaves: str
    way: int | None
    is_way_estimated: bool
    course_id: int | None
    course: str
    mode: str
    is_meal: bool
    note: str
    fits: int


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A route with how its day goes; `way` and `dwell` in minutes."""

    route: PublicRoute
    meeting_point: str
    ends: str
    length: str
    way: int
    dwell: int
    capacity: int | None
    stops: tuple[PublicStop, ...]

    @property
    def with_next(self) -> list[tuple[PublicStop, PublicStop | None]]:
        """The stops, each with the one after it."""
        return list(zip(self.stops, [*self.stops[1:], None], strict=True))


@dataclass(frozen=True, slots=True)
class PublicCourse:
    """A course that was accepted; minutes of theory and skill, or of the parts of a stack together."""

    id: int
    title: str
    kind: str
    kind_word: str
    mode: str
    minutes: int
    theory_minutes: int
    skill_minutes: int
    languages: str
    audiences: str
    art_form: str
    outline: str
    is_premium: bool
    unit: str


def _sound() -> QuerySet[Route]:
    """Published routes of which nothing has ended."""
    return sound_ones(Route.objects.filter(status=Route.Status.PUBLISHED))


def public_routes() -> QuerySet[Route]:
    """Published, sound routes with unit, number of stops and how many people they take."""
    return with_room(_sound()).select_related("unit")


def _through(rows: QuerySet[Route], county: str) -> QuerySet[Route]:
    return rows.filter(Exists(RouteStop.objects.filter(route=OuterRef("pk"), base__county=county)))


def _with_scenes(rows: QuerySet[Route], value: str) -> QuerySet[Route]:
    seen = RouteStop.objects.filter(route=OuterRef("pk"), base__in=public_scenes().values("base"))
    return rows.filter(Exists(seen)) if value == "1" else rows


def _themes(actor: Any) -> list[tuple[str, str]]:
    themes = Route.objects.filter(status=Route.Status.PUBLISHED).order_by("theme").values_list("theme", flat=True)
    return [(theme, theme) for theme in themes.distinct()[:MOST_THEMES]]


_ROUTES = ListSpec(
    name="portal.routes",
    title=gettext_lazy("精品路线"),
    columns=(),
    source=lambda actor, params: public_routes(),
    default_sort=("county", "name"),
    filters=(
        ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="route"), "text"),
        ListFilter("county", gettext_lazy("县（市、区）"), _through, choices=lambda a: county_names()),
        ListFilter("theme", gettext_lazy("主题"), lambda rows, v: rows.filter(theme=v), choices=_themes),
        ListFilter("scenes", gettext_lazy("实景"), _with_scenes, choices=[("1", gettext_lazy("只看有实景的"))]),
    ),
    page_size=24,
)


def _public_route(route: Any) -> PublicRoute:
    return PublicRoute(
        id=route.pk,
        name=route.name,
        theme=route.theme,
        unit=route.unit.short_name,
        county=route.county,
        county_name=county_name(route.county),
        starts=clock_words(route.starts.hour * 60 + route.starts.minute),
        stop_count=route.stop_count,
        capacity=route.capacity,
    )


def routes_shown(params: Mapping[str, str]) -> PublicPage[PublicRoute]:
    """One page of the routes everybody may book, as `params` ask."""
    return public_page_of(_ROUTES, params, lambda rows: [_public_route(route) for route in rows])


def first_routes(most: int) -> list[PublicRoute]:
    """Some routes for the front page: the latest of each county, the latest of them first."""
    newest = _sound().order_by("county", "-published_at", "-pk").distinct("county").values("pk")
    rows = public_routes().filter(pk__in=newest).order_by("-published_at", "pk")
    return [_public_route(route) for route in rows[:most]]


def named_routes(text: str, most: int) -> list[PublicRoute]:
    """The routes whose name matches `text` in Chinese or pinyin initials."""
    rows = named(public_routes(), text, kind="route").order_by("name", "pk")
    return [_public_route(route) for route in rows[:most]]


def routes_past(base_id: int) -> list[PublicRoute]:
    """The routes that stop at a place, by name."""
    past = RouteStop.objects.filter(route=OuterRef("pk"), base=base_id)
    return [_public_route(route) for route in public_routes().filter(Exists(past)).order_by("name", "pk")]


def public_route_total() -> dict[str, int]:
    """How many routes everybody may book: those that lapsed are not among them."""
    return {"route": _sound().count()}


def scenic_route_ids(most: int) -> list[int]:
    """The ids of the routes everybody may look around on."""
    return list(_with_scenes(_sound(), "1").order_by("pk").values_list("pk", flat=True)[:most])


def bases_on_routes(route_ids: Iterable[int]) -> dict[int, list[int]]:
    """route id -> the bases it stops at, in order; one query, none without routes."""
    wanted, found = set(route_ids), dict[int, list[int]]()
    if wanted:
        rows = RouteStop.objects.filter(route__in=wanted).order_by("route", "number")
        for route, base in rows.values_list("route", "base"):
            found.setdefault(route, []).append(base)
    return found


def route_for_all(route_id: int) -> Route:
    """A route that everybody may see, signed in or not; raises NotFound."""
    found = public_routes().filter(pk=route_id).first()
    if found is None:
        raise NotFound
    return found


def public_day(route_id: int) -> PublicDay:
    """One route with its day; raises NotFound."""
    route = route_for_all(route_id)
    day = day_of(route)
    return PublicDay(
        route=_public_route(route),
        meeting_point=route.meeting_point,
        ends=day.ends,
        length=day.length,
        way=day.way,
        dwell=day.dwell,
        capacity=day.capacity,
        stops=tuple(stop_shown(line) for line in day.lines),
    )


def home_words() -> str:
    """What stands on public pages in place of the name of a place that is somebody's home."""
    return _("一处微课堂")


def stop_shown(line: StopLine) -> PublicStop:
    """A stop as everybody may read it: a home has no name, and nobody guides."""
    stop, course = line.stop, line.stop.course
    is_home = stop.base.kind in HOMES
    is_taught = course is not None and course.stage in ACCEPTED
    return PublicStop(
        number=line.number,
        base_id=None if is_home or stop.base.valid_to else stop.base_id,
        name=home_words() if is_home else stop.base.name,
        venue=stop.venue.name if stop.venue and not is_home else "",
        arrives=line.arrives,
        leaves=line.leaves,
        way=line.way if line.number > 1 else None,
        is_way_estimated=stop.way_minutes is None,
        course_id=course.pk if course and is_taught else None,
        course=course.title if course else "",
        mode=str(course.get_mode_display()) if course else "",
        is_meal=stop.is_meal,
        note=stop.note,
        fits=line.fits,
    )


def public_route_sketch(route_id: int) -> tuple[str, Sketch | None]:
    """The name of a route and where its stops lie; raises NotFound."""
    route = route_for_all(route_id)
    return route.name, route_sketch([stop for stop in stops_of(route) if stop.base.kind not in HOMES])


def public_courses() -> QuerySet[Course]:
    """The courses that were accepted for good, with their length and unit."""
    return with_standing(Course.objects.filter(stage__in=ACCEPTED)).select_related("unit")


_COURSES = ListSpec(
    name="portal.courses",
    title=gettext_lazy("课程"),
    columns=(),
    source=lambda actor, params: public_courses(),
    default_sort=("stage", "kind", "title"),  # premium ones first, and the general course first of all
    filters=(
        ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="course"), "text"),
        ListFilter("kind", gettext_lazy("类别"), lambda rows, v: rows.filter(kind=v), choices=Course.Kind.choices),
        ListFilter(
            "mode",
            gettext_lazy("怎么上"),
            lambda rows, v: rows.filter(mode=v),
            choices=lambda a: mode_choices(),
        ),
        ListFilter(
            "audience",
            gettext_lazy("讲给谁听"),
            lambda rows, v: rows.filter(audiences__contains=[v]),
            choices=Course.Audience.choices,
        ),
        ListFilter(
            "language",
            gettext_lazy("语言"),
            lambda rows, v: rows.filter(languages__contains=[v]),
            choices=lambda a: language_choices(),
        ),
        ListFilter(
            "length",
            gettext_lazy("时长"),
            lambda rows, v: short_ones(rows) if v == "short" else rows.none(),
            choices=(("short", gettext_lazy("只看短课")),),
        ),
    ),
    page_size=40,
)


def _public_course(course: Any) -> PublicCourse:
    audiences = dict(Course.Audience.choices)
    return PublicCourse(
        id=course.pk,
        title=course.title,
        kind=course.kind,
        kind_word=str(course.get_kind_display()),
        mode=str(course.get_mode_display()) if course.mode else "",
        minutes=course.length or 0,
        theory_minutes=course.theory_minutes,
        skill_minutes=course.skill_minutes,
        languages=language_words(course.languages),
        audiences=str(_("、")).join(str(audiences[one]) for one in course.audiences if one in audiences),
        art_form=str(course.get_art_form_display()) if course.art_form else "",
        outline=course.outline,
        is_premium=course.stage == Course.Stage.PREMIUM,
        unit=course.unit.short_name,
    )


def courses_shown(params: Mapping[str, str]) -> PublicPage[PublicCourse]:
    """One page of the courses that were accepted, as `params` ask."""
    return public_page_of(_COURSES, params, lambda rows: [_public_course(course) for course in rows])


def named_courses(text: str, most: int) -> list[PublicCourse]:
    """The courses whose title matches `text` in Chinese or pinyin initials."""
    rows = named(public_courses(), text, kind="course").order_by("title", "pk")
    return [_public_course(course) for course in rows[:most]]


def course_offered(course_id: int) -> Course:
    """The row of one course that was accepted, with its unit, for ordering it; raises NotFound for any other."""
    found = public_courses().filter(pk=course_id).first()
    if found is None:
        raise NotFound
    return found


def public_course(course_id: int) -> PublicCourse:
    """One course that was accepted; raises NotFound."""
    found = public_courses().filter(pk=course_id).first()
    if found is None:
        raise NotFound
    return _public_course(found)
