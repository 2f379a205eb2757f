"""Calendars: the weeks and months of a unit, a base, a teacher and oneself, on the page and as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.bases.queries.calendars import base_with_venues, venues_shown
from doorstep.classes.pages.calendar_lists import TEACHERS_BY_DAY
from doorstep.classes.queries.calendars import (
    MOST,
    Span,
    entries_of_base,
    entries_of_person,
    entries_of_teacher,
    entries_of_teachers,
    entries_of_unit,
)
from doorstep.classes.rules.calendars import (
    AWAY,
    CLOSED,
    LESSON,
    MONTH,
    SESSION,
    USE,
    VIEWS,
    WEEK,
    Day,
    Entry,
    day_before_and_after,
    days_shown,
    placed,
    read_day,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.exports import Column, write_workbook
from doorstep.core.listing import ListColumn, exported, listing_of
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import unit_at, unit_by_id
from doorstep.faculty.queries.calendars import knows_lessons
from doorstep.faculty.queries.teachers import teacher_by_id, teacher_of_person

if TYPE_CHECKING:
    from doorstep.faculty.models import Teacher

KIND_WORDS = {
    SESSION: gettext_lazy("课次"),
    USE: gettext_lazy("其他占用"),
    CLOSED: gettext_lazy("不开放"),
    LESSON: gettext_lazy("讲课"),
    AWAY: gettext_lazy("不能来"),
}
IN_A_CELL = 3  # entries that a day of a month shows; the others are in its week
_STATE = ListColumn("state", gettext_lazy("状态"), lambda entry: entry.state, "status")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Shown:
    """A calendar as it was asked for: the days with what is on them, and where one can go from here."""

    name: str
    view: str
    day: date
    today: date
    days: Sequence[Day]
    kind: str
    kinds: Sequence[str]
    is_cut: bool
    asked: Mapping[str, str] = field(default_factory=dict)  # what else the address asks for, kept in every link

    @property
    def title(self) -> str:
        """The week or the month in words."""
        if self.view == MONTH:
            return date_format(self.day, _("Y年n月"))
        first, last = self.days[0].on, self.days[-1].on
        return f"{date_format(first, _('Y年n月j日'))} – {date_format(last, _('n月j日'))}"

    @property
    def is_month(self) -> bool:
        """Whether a whole month is shown."""
        return self.view == MONTH

    @property
    def count(self) -> int:
        """How many entries are shown, one that goes on for days counted once."""
        return len({one.entry.uid for day in self.days for one in day.entries})

    @property
    def moves(self) -> bool:
        """Whether anything here can be moved."""
        return any(one.entry.may_move for day in self.days for one in day.entries)

    def link(self, **asked: str) -> str:
        """The query of this calendar with some of it asked otherwise."""
        now = {"view": self.view, "day": self.day.isoformat(), "kind": self.kind, **self.asked, **asked}
        return "?" + urlencode({key: value for key, value in now.items() if value})

    @property
    def before(self) -> str:
        """The week or month before."""
        return self.link(day=day_before_and_after(self.view, self.day)[0].isoformat())

    @property
    def after(self) -> str:
        """The week or month after."""
        return self.link(day=day_before_and_after(self.view, self.day)[1].isoformat())

    @property
    def now(self) -> str:
        """Where today is."""
        return self.link(day=self.today.isoformat())

    @property
    def week(self) -> str:
        """The week of the day."""
        return self.link(view=WEEK)

    @property
    def month(self) -> str:
        """The month of the day."""
        return self.link(view=MONTH)

    @property
    def workbook(self) -> str:
        """The same as a workbook."""
        return self.link(**{"as": "xlsx"})

    @property
    def chips(self) -> list[tuple[Any, str, bool]]:
        """Every kind with its word, the link that shows it alone, and whether it is shown alone now."""
        own = [(KIND_WORDS[kind], self.link(kind=kind), self.kind == kind) for kind in self.kinds]
        return [(_("全部"), self.link(kind=""), not self.kind), *own] if len(own) > 1 else []

    def week_of(self, day: date) -> str:
        """The week of another day."""
        return self.link(view=WEEK, day=day.isoformat())


def _shown(
    request: DoorstepRequest,
    name: str,
    kinds: Sequence[str],
    found: Callable[[Span], Iterable[Entry]],
    views: Sequence[str] = VIEWS,
) -> Shown:
    """A calendar as the address asks for it; what cannot be read is today's week with everything."""
    asked = request.GET
    view = asked.get("view", "") if asked.get("view") in views else WEEK
    kind = asked.get("kind", "") if asked.get("kind") in kinds else ""
    day = read_day(asked.get("day", ""), clock.today())
    days = days_shown(view, day)
    entries = list(found(Span(clock.at_local(days[0], 0), clock.at_local(days[-1] + timedelta(days=1), 0))))
    chosen = [one for one in entries if kind in ("", one.kind)]
    month = day.month if view == MONTH else None
    return Shown(name, view, day, clock.today(), placed(chosen[:MOST], days, month), kind, kinds, len(entries) > MOST)


def _answer(
    request: DoorstepRequest, shown: Shown, template: str, *, names: Mapping[int, str] | None = None, **more: Any
) -> HttpResponse:
    if request.GET.get("as") == "xlsx":
        return _workbook(request, shown, names or {})
    return render(request, template, {"shown": shown, "in_a_cell": IN_A_CELL, **more})


def _workbook(request: DoorstepRequest, shown: Shown, names: Mapping[int, str]) -> HttpResponse:
    """What is shown, one line a day and entry; `names` are those of teachers whose entries do not name them."""
    title = f"{shown.name}　{shown.title}"
    columns = [
        Column("day", _("日期"), "date"),
        Column("times", _("时间")),
        Column("kind", _("类别")),
        Column("title", _("内容")),
        Column("where", _("地点")),
        Column("by", _("单位和教师")),
        Column("state", _("状态")),
    ]
    rows = [
        (day.on, one.words, str(KIND_WORDS[e.kind]), e.title, e.where, _by(e, names), exported(_STATE, e))
        for day in shown.days
        for one in day.entries
        for e in (one.entry,)
    ]
    footer = _("%(who)s %(moment)s 导出") % {"who": request.actor.name, "moment": clock.day_and_time(clock.now())}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "calendar.xlsx"
        write_workbook(path, title=title, columns=columns, rows=rows, footer=footer)
        answer = HttpResponse(path.read_bytes(), content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="calendar-{shown.days[0].on}.xlsx"'
    return answer


def _by(entry: Entry, names: Mapping[int, str]) -> str:
    return "　".join(word for word in (names.get(entry.teacher_id or 0, ""), entry.by) if word)


def _unit_page(request: DoorstepRequest, unit: Any) -> HttpResponse:
    actor = request.actor
    shown = _shown(request, unit.short_name, (SESSION,), lambda span: entries_of_unit(unit, span, actor))
    opens = may(actor, "classes.open_class", at=unit.path)
    sees = any(may(actor, "faculty.view_teacher", at=grant.place) for grant in actor.grants)
    return _answer(request, shown, "classes/calendar.html", unit=unit, may_open=opens, sees_teachers=sees)


@view_rule("classes.view_class", kind="list")
@require_GET
def calendar(request: DoorstepRequest) -> HttpResponse:
    """The calendar of the unit one works for now."""
    if not request.actor.grants:
        raise NotFound
    return _unit_page(request, unit_at(request.actor.grants[0].place))


@view_rule("classes.view_class", kind="unit")
@require_GET
def calendar_unit(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """All sessions that a unit and those below it run."""
    return _unit_page(request, unit_by_id(unit_id, request.actor))


@view_rule("bases.view_base", kind="base")
@require_GET
def calendar_base(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """What goes on at a base: its venues by the days of a week, or a month."""
    actor, base = request.actor, base_with_venues(base_id, request.actor)
    shown = _shown(request, base.name, (SESSION, USE, CLOSED), lambda span: entries_of_base(base, span, actor))
    venues = [] if shown.is_month else venues_shown(base)
    known = {venue.pk for venue in venues}
    rooms = [(venue, [(day, day.of_venue(venue.pk)) for day in shown.days]) for venue in venues]
    reserves = any(may(actor, "bases.reserve_venue", at=grant.place) for grant in actor.grants)
    elsewhere = [(day, day.besides(known)) for day in shown.days]
    more: dict[str, Any] = {"base": base, "rooms": rooms, "may_reserve": reserves, "elsewhere": elsewhere}
    has_elsewhere = any(found for _day, found in elsewhere)
    return _answer(request, shown, "classes/calendar_base.html", has_elsewhere=has_elsewhere, **more)


@view_rule("faculty.view_teacher", kind="teacher")
@require_GET
def calendar_teacher(request: DoorstepRequest, teacher_id: int) -> HttpResponse:
    """What a teacher gives, is asked for, and when they cannot come."""
    actor, teacher = request.actor, teacher_by_id(teacher_id, request.actor)
    knows = knows_lessons(teacher, actor)
    shown = _shown(
        request, teacher.name, (LESSON, AWAY), lambda span: entries_of_teacher(teacher, span, actor, knows=knows)
    )
    return _answer(request, shown, "classes/calendar_teacher.html", teacher=teacher)


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def calendar_teachers(request: DoorstepRequest) -> HttpResponse:
    """A week of many teachers, one a row: who is free on which day."""
    actor = request.actor
    listing = listing_of(TEACHERS_BY_DAY, actor, request.GET.dict())
    teachers: list[Teacher] = listing.rows
    known = {one.pk for one in teachers if knows_lessons(one, actor)}
    own = ("q", "pool", "topic", "language", "cursor")
    kept = {key: value for key in own if (value := request.GET.get(key, ""))}
    found = partial(_of_teachers, teachers, actor=actor, known=known)
    shown = replace(_shown(request, _("老师的一周"), (LESSON, AWAY), found, views=(WEEK,)), asked=kept)
    busy = {one.entry.teacher_id for day in shown.days for one in day.entries}
    rows = [(one, [(day, day.of_teacher(one.pk)) for day in shown.days], one.pk in busy) for one in teachers]
    names = {one.pk: one.name for one in teachers}
    return _answer(request, shown, "classes/calendar_teachers.html", names=names, listing=listing, rows=rows)


def _of_teachers(teachers: list[Teacher], span: Span, *, actor: Actor, known: set[int]) -> list[Entry]:
    return entries_of_teachers(teachers, span, actor, known)


@view_rule("classes.view_own", kind="own_class")
@require_GET
def calendar_mine(request: DoorstepRequest) -> HttpResponse:
    """My classes, the lessons I give, the days I cannot come."""
    actor, person = request.actor, request.actor.person_id
    if person is None:
        raise NotFound
    teacher = teacher_of_person(person)

    def found(span: Span) -> list[Entry]:
        own = entries_of_person(person, span, actor)
        return [*own, *entries_of_teacher(teacher, span, actor, knows=True)] if teacher else own

    kinds = (SESSION, LESSON, AWAY) if teacher else (SESSION,)
    return _answer(request, _shown(request, _("我的日程"), kinds, found), "classes/calendar_mine.html", teacher=teacher)
