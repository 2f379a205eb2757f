"""Ordering: a calendar of the days that are free, and a form as short as it can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from doorstep.catalogue.queries.offers import (
    Offer,
    audience_choices,
    course_to_order,
    offer_of_course,
    offer_of_package,
    package_to_order,
)
from doorstep.classes.pages.calendar_cells import month_cells
from doorstep.classes.pages.order_forms import OrderForm
from doorstep.classes.queries.order_rooms import DayOffer, days_offered, order_figures
from doorstep.classes.queries.orders import most_lesson_people
from doorstep.classes.services.order_placing import OrderFacts, place_order
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import view_rule
from doorstep.directory.queries import network_offices, units_where
from doorstep.directory.queries.members import member_count
from doorstep.faculty.queries import language_choices

if TYPE_CHECKING:
    from doorstep.catalogue.models import Course, Package
    from doorstep.directory.models import Unit


@dataclass(frozen=True, slots=True)
class MonthShown:
    """A month of the calendar: its days, how they are drawn, and why some cannot be had."""

    first: date
    days: list[tuple[DayOffer, bool]]
    cells: SafeString
    why: list[tuple[str, str]]

    @property
    def is_open(self) -> bool:
        """Whether one of its days is chosen."""
        return any(chosen for _day, chosen in self.days)

    @property
    def free_count(self) -> int:
        """How many of its days are free."""
        return sum(day.word == "free" for day, _chosen in self.days)


@view_rule("classes.place_order", kind="open_package")
def order_package(request: DoorstepRequest, package_id: int) -> HttpResponse:
    """Order a package."""
    found = package_to_order(package_id, request.actor)
    return _ordered(request, offer_of_package(found), found.unit, package=found)


@view_rule("classes.place_order", kind="open_course")
def order_lesson(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """Ask for a course to be given at one's own place."""
    found = course_to_order(course_id, request.actor)
    offer = offer_of_course(found, most_lesson_people(found.unit.path))
    return _ordered(request, offer, found.unit, course=found)


def _ordered(
    request: DoorstepRequest, offer: Offer, provider: Unit, package: Package | None = None, course: Course | None = None
) -> HttpResponse:
    units = units_where(request.actor, "classes.place_order")
    if not units:
        raise NotFound
    said = request.POST if request.method == "POST" else request.GET
    unit = next((one for one in units if str(one.pk) == said.get("unit", "")), units[0])
    waits = "wait" in said
    texts = [said.get("wait_from", ""), said.get("wait_until", "")] if waits else said.getlist("day")[:20]
    chosen = list(dict.fromkeys(day for text in texts if (day := day_typed(text))))
    form = OrderForm(
        posted(request),
        initial={"people": _people(said.get("people", ""), offer, unit), "contact": request.actor.name},
        half_days=offer.half_days,
        is_at_door=not offer.base_ids,
        audiences=audience_choices(),
        languages=language_choices(),
        offices=network_offices() if not offer.base_ids else [],
    )
    if request.method == "POST" and form.is_valid():
        order = _sent(request, unit, form, form.facts(chosen, package=package, course=course, waits=waits))
        if order:
            return order
    months = months_shown(offer, provider, unit, form.initial["people"], [] if waits else chosen)
    shown = {
        "offer": offer,
        "provider": provider,
        "package": package,
        "course": course,
        "units": units,
        "unit": unit,
        "form": form,
        "months": months,
        "never": why_never(months),
        "wants_to_wait": waits,
        "wait_from": said.get("wait_from", ""),
        "wait_until": said.get("wait_until", ""),
        "weekdays": [WEEKDAYS_ABBR[n] for n in range(7)],
    }
    return render(request, "classes/order_new.html", shown, status=422 if form.errors else 200)


def _sent(request: DoorstepRequest, unit: Unit, form: OrderForm, facts: OrderFacts) -> HttpResponse | None:
    try:
        order = place_order(unit=unit, facts=facts, actor=request.actor)
    except DoorstepError as problem:
        field = {"order_people": "people", "order_place": "location", "order_needs": "meals"}.get(problem.code)
        form.add_error(field if field in form.fields else None, problem.text)
        return None
    words = _("已排进候补，有空位就给您留着。") if facts.waits else _("点单已送出，%(unit)s会答复。")
    messages.success(request, words % {"unit": order.provider.short_name})
    return redirect("classes:order", order.pk)


def day_typed(text: str) -> date | None:
    """A day as a form sends it, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _people(text: str, offer: Offer, unit: Unit) -> int:
    """How many come: as typed, else as many members as the unit has, within what the offer takes."""
    is_typed = text.isdecimal() and len(text) < 6
    wanted = int(text) if is_typed else member_count(unit, clock.today(), most=offer.most_people)
    return max(offer.least_people, min(offer.most_people, wanted))


def months_shown(
    offer: Offer, provider: Unit, unit: Unit, people: int, chosen: Iterable[date], *, may_choose: bool = True
) -> list[MonthShown]:
    """The days one may wish for, month by month, with those chosen marked."""
    figures = order_figures(provider.path)
    first = clock.today() + timedelta(days=figures.limits.notice_days)
    last = clock.today() + timedelta(days=figures.limits.days_ahead)
    days = days_offered(offer, unit=unit, provider=provider, people=people, first=first, last=last, figures=figures)
    wanted = set(chosen)
    shown = []
    for _month, rows in groupby(days, key=lambda one: (one.day.year, one.day.month)):
        month = list(rows)
        day = month[0].day
        marked = [(one, one.day in wanted) for one in month]
        cells = month_cells(marked, day.weekday(), is_half=offer.half_days == 1, may_choose=may_choose)
        shown.append(MonthShown(day, marked, cells, _why(month)))
    return shown


def why_never(months: Iterable[MonthShown]) -> str:
    """Why most of the days cannot be had, where none of them can; "" where one is free."""
    days: Counter[str] = Counter()
    for month in months:
        if month.free_count:
            return ""
        for named, why in month.why:
            days[why] += len(named.split(_("、")))
    return days.most_common(1)[0][0] if days else _("没有空的日期或场地")


def _why(month: list[DayOffer]) -> list[tuple[str, str]]:
    """The reasons for which days of a month cannot be had, each with its days."""
    found: dict[str, list[str]] = {}
    for one in month:
        if one.why:
            found.setdefault(one.why, []).append(str(one.day.day))
    return [(_("、").join(days), why) for why, days in found.items()]
