"""How the day of a route goes, what speaks against it in words, and its sketch map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.bases.queries.belts import road, spot_of
from doorstep.bases.queries.places import bases_by_ids, venues_at
from doorstep.bases.queries.venues import open_hours, weekday_word
from doorstep.catalogue.models import Course, Route, RouteStop
from doorstep.catalogue.queries.courses import IN_USE
from doorstep.catalogue.rules.routes import (
    RouteDay,
    RouteFault,
    RouteLimits,
    RouteStopState,
    StopPlan,
    Visit,
    route_day,
    route_faults,
    weekdays_of,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.masking import personal_number
from doorstep.core.policies import policies_at
from doorstep.directory.rules.outlines import Sketch, outlines, sketched
from doorstep.faculty.queries import teachers_by_ids

BELT = "belt"
_FAULTS = {
    "too_few": gettext_lazy("只有 %(found)s 站，至少要 %(wanted)s 站"),
    "too_many": gettext_lazy("有 %(found)s 站，至多 %(most)s 站"),
    "too_long": gettext_lazy("一天要 %(found)s，最长 %(most)s，请少去一站或缩短停留"),
    "too_late": gettext_lazy("到 %(found)s 才结束，最晚 %(latest)s，请提早开始或缩短停留"),
    "no_course": gettext_lazy("还没有一站安排课程，至少要有一门"),
    "too_short_there": gettext_lazy("%(stop)s停留 %(found)s 分钟，至少 %(least)s 分钟"),
    "too_long_there": gettext_lazy("%(stop)s停留 %(found)s 分钟，至多 %(most)s 分钟"),
    "base_gone": gettext_lazy("%(stop)s已停用，请换一处"),
    "venue_gone": gettext_lazy("%(stop)s选的场地已不用，请换一个"),
    "course_gone": gettext_lazy("%(stop)s的课程已不开，请换一门"),
    "guide_gone": gettext_lazy("%(stop)s的讲解员已出库，请换一位"),
    "way_unknown": gettext_lazy("不知道到%(stop)s要多久，请自己填路上的分钟数"),
    "too_small": gettext_lazy("%(stop)s只容得下 %(found)s 人，路线写的是 %(wanted)s 人"),
    "no_guide": gettext_lazy("%(stop)s还没有讲解员，请选一位，或勾“不用讲解员”"),
    "no_course_there": gettext_lazy("%(stop)s没有安排课程"),
    "never_open": gettext_lazy("%(stop)s那个时间从不开放，请改时间，或换一处"),
    "no_common_day": gettext_lazy("各站没有一天都开放，请改时间，或换一站"),
    "some_days": gettext_lazy("只有%(days)s各站都开放"),
    "no_lunch": gettext_lazy("%(from)s到%(until)s之间没有留出 %(minutes)s 分钟吃午饭，请给用餐的那一站勾“在这里用餐”"),
}
_PERSONAL = gettext_lazy("写着像身份证号或手机号的数字（%(number)s），公开的页面上不能有，请去掉，联系电话写单位座机")
_MOMENTS = {"too_late": ("found", "latest"), "no_lunch": ("from", "until")}


@dataclass(frozen=True, slots=True)
class SaidFault:
    """Something to know about a route, in words; `bars` where it keeps the route from being offered."""

    text: str
    number: int
    bars: bool


@dataclass(frozen=True, slots=True)
class StopLine:
    """A stop with its times in words; `way` in minutes, None where nobody knows; `is_way_known` when it was loaded."""

    stop: RouteStop
    number: int
    arrives: str
    leaves: str
    way: int | None
    fits: int
    is_way_known: bool = False


@dataclass(frozen=True, slots=True)
class DayShown:
    """The day of a route as people read it."""

    lines: list[StopLine]
    faults: list[SaidFault]
    starts: str
    ends: str
    length: str
    way: int
    dwell: int
    capacity: int | None

    @property
    def with_next(self) -> list[tuple[StopLine, StopLine | None]]:
        """The stops, each with the one after it."""
        return list(zip(self.lines, [*self.lines[1:], None], strict=True)) if self.lines else []

    @property
    def bars(self) -> list[SaidFault]:
        """What keeps the route from being offered."""
        return [fault for fault in self.faults if fault.bars]

    @property
    def hints(self) -> list[SaidFault]:
        """What to think of besides."""
        return [fault for fault in self.faults if not fault.bars]


def clock_words(minutes: int) -> str:
    """Minutes after midnight as on a clock: 8:30."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def length_words(minutes: int) -> str:
    """A length of time: 9 小时 30 分钟, 40 分钟."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s 分钟") % {"n": rest}
    if not rest:
        return _("%(n)s 小时") % {"n": hours}
    return _("%(hours)s 小时 %(minutes)s 分钟") % {"hours": hours, "minutes": rest}


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def route_limits(place: str) -> RouteLimits:
    """What a route of a unit at `place` must keep to today. Source: policies `route.*`."""
    figures = ("longest_minutes", "fewest_stops", "most_stops", "dwell_least", "dwell_most", "lunch_minutes")
    moments = ("latest_end", "lunch_from", "lunch_until")
    found = policies_at([f"route.{name}" for name in (*figures, *moments)], on=clock.today(), place=place)
    values = {name: found[f"route.{name}"].integer for name in figures}
    times = {name: _minutes(time.fromisoformat(found[f"route.{name}"].text)) for name in moments}
    return RouteLimits(**values, **times)


def stops_of(route: Route) -> list[RouteStop]:
    """The stops of a route in their order, with everything they name."""
    return list(route.stops.select_related("base__unit", "venue", "course", "guide").order_by("number"))


def planned_stops(plans: Sequence[StopPlan]) -> list[RouteStop]:
    """The stops that plans mean, numbered from 1 and not yet written.

    Raises NotFound for an unknown base, venue, course or teacher, a belt, or a venue of another base.
    """
    bases = bases_by_ids(plan.base_id for plan in plans)
    venues = venues_at(bases)
    courses = Course.objects.in_bulk([plan.course_id for plan in plans if plan.course_id])
    guides = teachers_by_ids(plan.guide_id for plan in plans if plan.guide_id)
    stops = []
    for number, plan in enumerate(plans, start=1):
        base, venue = bases.get(plan.base_id), venues.get(plan.venue_id or 0)
        course, guide = courses.get(plan.course_id or 0), guides.get(plan.guide_id or 0)
        unknown = [plan.venue_id and not venue, plan.course_id and not course, plan.guide_id and not guide]
        if base is None or base.kind == BELT or any(unknown) or (venue and venue.base_id != base.pk):
            raise NotFound
        stops.append(
            RouteStop(
                number=number,
                base=base,
                venue=venue,
                course=course,
                guide=guide,
                needs_no_guide=plan.needs_no_guide and guide is None,
                is_meal=plan.is_meal,
                dwell_minutes=plan.dwell_minutes,
                way_minutes=plan.way_minutes if number > 1 else None,
                note=plan.note.strip(),
            )
        )
    return stops


def _ways(stops: Sequence[RouteStop]) -> list[tuple[int | None, bool]]:
    """Minutes from the stop before: as entered, else as loaded (then True), else estimated; the first has no way."""
    spots = [spot_of(stop.base) for stop in stops]
    known = road(spots)
    worked_out = [(0, False), *((known.minutes(a, b), known.known(a, b) is not None) for a, b in pairwise(spots))]
    return [
        way if stop.way_minutes is None else (stop.way_minutes, False)
        for stop, way in zip(stops, worked_out, strict=False)
    ]


def _gone(stop: RouteStop) -> tuple[str, ...]:
    found = {
        "base": stop.base.valid_to is not None and stop.base.valid_to <= clock.today(),
        "venue": stop.venue is not None and not stop.venue.is_active,
        "course": stop.course is not None and stop.course.stage not in IN_USE,
        "guide": stop.guide is not None and not stop.guide.is_active,
    }
    return tuple(what for what, is_gone in found.items() if is_gone)


def _states(stops: Sequence[RouteStop]) -> list[RouteStopState]:
    hours = open_hours((stop.base_id, stop.venue_id) for stop in stops)
    return [
        RouteStopState(
            name=stop.base.name,
            base_id=stop.base_id,
            dwell=stop.dwell_minutes,
            way=way,
            is_way_known=is_known,
            capacity=stop.venue.seats if stop.venue else stop.base.capacity,
            has_course=stop.course is not None,
            has_guide=stop.guide is not None or stop.needs_no_guide,
            is_meal=stop.is_meal,
            gone=_gone(stop),
            hours=tuple(hours[stop.base_id, stop.venue_id]),
        )
        for stop, (way, is_known) in zip(stops, _ways(stops), strict=True)
    ]


def personal_faults(*texts: str) -> list[SaidFault]:
    """What speaks against publishing texts in which the number of a private person stands."""
    number = personal_number("\n".join(texts))
    return [SaidFault(str(_PERSONAL) % {"number": number}, 0, True)] if number else []


def day_shown(
    starts: time, most_people: int | None, stops: Sequence[RouteStop], place: str, *, texts: Sequence[str] = ()
) -> DayShown:
    """How a day with these stops goes, and what speaks against it by the figures that hold at `place`.

    `texts` are what else is said of the route, looked through for numbers of private persons.
    """
    day = route_day(_minutes(starts), _states(stops), most_people)
    return DayShown(
        lines=[_line(stop, visit) for stop, visit in zip(stops, day.visits, strict=True)],
        faults=[_said(fault, day) for fault in route_faults(day, route_limits(place))]
        + personal_faults(*texts, *(stop.note for stop in stops)),
        starts=clock_words(day.starts),
        ends=clock_words(day.ends),
        length=length_words(day.ends - day.starts),
        way=day.way,
        dwell=day.dwell,
        capacity=day.capacity,
    )


def day_of(route: Route) -> DayShown:
    """How the day of a route goes."""
    texts = (route.name, route.theme, route.meeting_point)
    return day_shown(route.starts, route.most_people, stops_of(route), route.place, texts=texts)


def _line(stop: RouteStop, visit: Visit) -> StopLine:
    state = visit.stop
    return StopLine(
        stop,
        visit.number,
        clock_words(visit.arrives),
        clock_words(visit.leaves),
        state.way,
        state.capacity,
        state.is_way_known,
    )


def _said(fault: RouteFault, day: RouteDay) -> SaidFault:
    values = dict(fault.values)
    for name in _MOMENTS.get(fault.code, ()):
        values[name] = clock_words(int(str(values[name])))
    if fault.code == "too_long":
        values = {name: length_words(int(str(value))) for name, value in values.items()}
    if fault.code == "some_days":
        values["days"] = _("、").join(weekday_word(weekday) for weekday in sorted(weekdays_of(day)))
    if fault.number:
        name = day.visits[fault.number - 1].stop.name
        values["stop"] = _("第 %(n)s 站“%(name)s”") % {"n": fault.number, "name": name}
    return SaidFault(str(_FAULTS[fault.code]) % values, fault.number, fault.bars)


def route_sketch(stops: Iterable[RouteStop]) -> Sketch | None:
    """The stops on the outline of their county, or of the whole city when they lie in several; None without one."""
    known = list(stops)
    counties = {stop.base.county for stop in known}
    ground = counties if len(counties) == 1 and counties <= outlines().keys() else outlines()
    return sketched(ground, [(stop.number, stop.base.lng, stop.base.lat) for stop in known])
