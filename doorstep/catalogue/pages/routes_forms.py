"""What people fill in about a route: its head, and its stops that are added, moved and left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from doorstep.bases.queries.places import bases_by_ids, places_in, venues_at
from doorstep.catalogue.models import Route
from doorstep.catalogue.queries.courses import course_choices, courses_for
from doorstep.catalogue.queries.routes_days import DayShown, day_shown, planned_stops, stops_of
from doorstep.catalogue.rules.routes import RoutePlan, StopPlan
from doorstep.core.errors import NotFound
from doorstep.core.numbers import whole
from doorstep.core.permissions import lines_of
from doorstep.faculty.queries import teachers_by_ids, teachers_near

if TYPE_CHECKING:
    from doorstep.bases.models import Base, Venue
    from doorstep.directory.models import Unit
    from doorstep.faculty.models import Teacher

Row = dict[str, str]
Choices = list[tuple[Any, Any]]
FIELDS = ("base", "venue", "course", "guide", "no_guide", "meal", "dwell", "way", "note")
# More stops than any day has; keeps a forged form from growing without end.
MOST_ROWS = 30
USUAL_DWELL = "60"
LONGEST = 1439  # minutes of a day


class ManyChoices(forms.Select):
    """A choice among hundreds, written at once: a template for every option takes twenty times as long."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The control with its options; `value` may be a number or its text."""
        chosen = "" if value is None else str(value)
        own = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html("<select{}>{}</select>", own, _options(self.choices, chosen))


def _options(choices: Iterable[Any], chosen: str) -> SafeString:
    parts = []
    for value, words in choices:
        if isinstance(words, list):
            parts.append(format_html('<optgroup label="{}">{}</optgroup>', value, _options(words, chosen)))
        else:
            mark = mark_safe(" selected") if str(value) == chosen else ""
            parts.append(format_html('<option value="{}"{}>{}</option>', value, mark, words))
    return mark_safe("".join(parts))  # every part of it is escaped above


class RouteForm(forms.Form):
    """What a route is called, when it begins and whom it takes."""

    name = forms.CharField(label=_("路线名称"), max_length=80, help_text=_("例如：生态周宁　逐绿前行"))
    theme = forms.CharField(label=_("主题"), max_length=80)
    starts = forms.TimeField(
        label=_("几点到第一站"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), initial="08:30"
    )
    meeting_point = forms.CharField(label=_("集合地点"), max_length=120, required=False)
    most_people = forms.IntegerField(
        label=_("一次最多多少人"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=_("不填就按各站能容纳的最少人数算"),
    )


class StopForm(forms.Form):
    """One stop."""

    base = forms.TypedChoiceField(label=_("阵地"), coerce=int, widget=ManyChoices)
    dwell = forms.IntegerField(label=_("停留（分钟）"), min_value=1, max_value=LONGEST)
    way = forms.IntegerField(
        label=_("路上（分钟）"), min_value=0, max_value=LONGEST, required=False, help_text=_("从上一站过来，不填就估计")
    )
    venue = forms.TypedChoiceField(label=_("场地"), coerce=int, required=False, empty_value=None)
    course = forms.TypedChoiceField(label=_("课程"), coerce=int, required=False, empty_value=None, widget=ManyChoices)
    guide = forms.TypedChoiceField(label=_("讲解员"), coerce=int, required=False, empty_value=None, widget=ManyChoices)
    no_guide = forms.BooleanField(label=_("不用讲解员"), required=False)
    meal = forms.BooleanField(label=_("在这里用餐"), required=False)
    note = forms.CharField(label=_("告诉来的人"), max_length=200, required=False)

    def __init__(self, *args: Any, choices: Mapping[str, Choices], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    @property
    def plan(self) -> StopPlan:
        """The stop that a valid row means."""
        data = self.cleaned_data
        return StopPlan(
            base_id=data["base"],
            dwell_minutes=data["dwell"],
            venue_id=data["venue"],
            course_id=data["course"],
            guide_id=data["guide"],
            needs_no_guide=data["no_guide"] and data["guide"] is None,
            is_meal=data["meal"],
            way_minutes=data["way"],
            note=data["note"],
        )


def rows_posted(data: QueryDict) -> list[Row]:
    """The stops as they were sent."""
    count = min(whole(data.get("stops", "")) or 0, MOST_ROWS)
    return [{name: data.get(f"stop-{n}-{name}", "") for name in FIELDS} for n in range(count)]


def rows_of(route: Route) -> list[Row]:
    """The stops of a route as the form shows them."""
    return [
        {
            "base": str(stop.base_id),
            "venue": str(stop.venue_id or ""),
            "course": str(stop.course_id or ""),
            "guide": str(stop.guide_id or ""),
            "no_guide": "on" if stop.needs_no_guide else "",
            "meal": "on" if stop.is_meal else "",
            "dwell": str(stop.dwell_minutes),
            "way": "" if stop.way_minutes is None else str(stop.way_minutes),
            "note": stop.note,
        }
        for stop in stops_of(route)
    ]


def new_row() -> Row:
    """A stop nothing is known of yet."""
    return dict.fromkeys(FIELDS, "") | {"dwell": USUAL_DWELL}


def acted(rows: Sequence[Row], act: str) -> list[Row]:
    """The stops after a button: `add`, or `up`, `down`, `drop` with the place of the stop, counted from 0."""
    changed, (word, _dash, place) = list(rows), act.partition("-")
    if word == "add" and len(changed) < MOST_ROWS:
        return [*changed, new_row()]
    at = (whole(place) or 0) if place.isdecimal() else len(changed)
    if at >= len(changed):
        return changed
    if word == "drop":
        return changed[:at] + changed[at + 1 :]
    other = at + {"up": -1, "down": 1}.get(word, 0)
    if 0 <= other < len(changed):
        changed[at], changed[other] = changed[other], changed[at]
    return changed


@dataclass(frozen=True, slots=True)
class Offer:
    """What the stops of a route of a unit can be made of."""

    unit: Unit
    bases: Choices
    chosen: Mapping[int, Base]
    venues: Mapping[int, Venue]
    courses: Choices
    teachers: Sequence[Teacher]
    guides: Mapping[int, Teacher]

    def for_row(self, row: Row) -> dict[str, Choices]:
        """The choices of one stop: rooms of its base, teachers near it; what is chosen already stays."""
        base = self.chosen.get(whole(row["base"]) or 0)
        venues: Choices = [("", _("没定，或在户外"))]
        for venue in self.venues.values():
            if base and venue.base_id == base.pk and (venue.is_active or str(venue.pk) == row["venue"]):
                venues.append((venue.pk, _("%(venue)s，%(seats)s 座") % {"venue": venue.name, "seats": venue.seats}))
        near = {*lines_of(self.unit.path), *(lines_of(base.place) if base else ())}
        teachers = [teacher for teacher in self.teachers if teacher.place in near]
        kept = self.guides.get(whole(row["guide"]) or 0)
        if kept and kept not in teachers:
            teachers.append(kept)
        words = [(teacher.pk, f"{teacher.name}　{teacher.get_category_display()}") for teacher in teachers]
        return {
            "base": self.bases,
            "venue": venues,
            "course": self.courses,
            "guide": [("", _("还没定")), *words],
        }


def offer_for(unit: Unit, rows: Sequence[Row], counties: Sequence[str]) -> Offer:
    """What can be chosen for these stops, with the places of some counties."""
    places = places_in(counties)
    chosen = bases_by_ids(whole(row["base"]) or 0 for row in rows)
    by_place = groupby([*places, *(base for base in chosen.values() if base not in places)], lambda base: base.unit)
    bases: Choices = [("", _("请选一处"))]
    bases += [(owner.short_name, [(base.pk, base.name) for base in group]) for owner, group in by_place]
    return Offer(
        unit=unit,
        bases=bases,
        chosen=chosen,
        venues=venues_at(chosen),
        courses=[("", _("没有课程")), *course_choices(courses_for(unit))],
        teachers=list(teachers_near([unit.path, *(base.place for base in chosen.values())])),
        guides=teachers_by_ids(whole(row["guide"]) or 0 for row in rows),
    )


@dataclass(slots=True)
class RouteSheet:
    """The filled-in form of a route: what was sent, and what is shown again."""

    unit: Unit
    counties: Sequence[str]
    head: RouteForm
    stops: list[StopForm]
    read_head: RouteForm
    read_stops: list[StopForm]

    @property
    def is_valid(self) -> bool:
        """True when everything can be read."""
        return all([self.head.is_valid(), *(stop.is_valid() for stop in self.stops)])

    @property
    def plan(self) -> RoutePlan:
        """The route that a valid form means."""
        return RoutePlan(**self.head.cleaned_data, stops=tuple(stop.plan for stop in self.stops))

    @property
    def day(self) -> DayShown | None:
        """How the day would go with the stops that can be read already; None before it has a beginning."""
        self.read_head.is_valid()
        starts = self.read_head.cleaned_data.get("starts")
        plans = [stop.plan for stop in self.read_stops if stop.is_valid()]
        if starts is None or not plans:
            return None
        try:
            stops = planned_stops(plans)
        except NotFound:
            return None
        said = self.read_head.cleaned_data
        texts = [said.get(name) or "" for name in ("name", "theme", "meeting_point")]
        return day_shown(starts, said.get("most_people"), stops, self.unit.path, texts=texts)


def sheet_of(
    unit: Unit, head: Mapping[str, Any], rows: Sequence[Row], counties: Sequence[str], *, is_sent: bool
) -> RouteSheet:
    """The form of a route with these values; only one that `is_sent` says what is wrong with them."""
    offer = offer_for(unit, rows, counties)
    choices = [offer.for_row(row) for row in rows]
    for row, offered in zip(rows, choices, strict=True):
        # A room of the base chosen before says nothing of the new one.
        if row["venue"] not in {str(pk) for pk, _words in offered["venue"]}:
            row["venue"] = ""
    data = {f"stop-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    read = [StopForm(data, prefix=f"stop-{n}", choices=offered) for n, offered in enumerate(choices)]
    read_head = RouteForm(head)
    if is_sent:
        return RouteSheet(unit, counties, read_head, read, read_head, read)
    shown = [
        StopForm(initial=row, prefix=f"stop-{n}", choices=offered)
        for n, (row, offered) in enumerate(zip(rows, choices, strict=True))
    ]
    return RouteSheet(
        unit,
        counties,
        RouteForm(initial={name: head.get(name) for name in RouteForm.base_fields}),
        shown,
        read_head,
        read,
    )
