"""What the lists of coverage show: the members who are left, now or on a past day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, register_list
from doorstep.core.policies import policy_at
from doorstep.coverage.models import Standing
from doorstep.coverage.pages.units import asked_day, asked_year, own_unit_id
from doorstep.coverage.queries.figures import unit_in_reach
from doorstep.coverage.queries.people import left_of, left_on
from doorstep.records.queries import last_credit_before


def _unit(actor: Actor, params: Mapping[str, str], action: str) -> Any:
    text = params.get("unit", "")
    return unit_in_reach(int(text) if text.isdigit() else own_unit_id(actor, action), actor)


def _subject(actor: Actor, params: Mapping[str, str]) -> str:
    """The unit and the year a list of coverage is asked for, and the day if it is another than the last."""
    unit, year = _unit(actor, params, "coverage.view_left"), asked_year(params)
    day = asked_day(params, year)
    words = {"unit": unit.short_name, "year": year, "day": day}
    return (_("%(unit)s%(year)s年，截至 %(day)s") if day else _("%(unit)s%(year)s年")) % words


def why_left(standing: Any) -> str:
    """The words beside a row of `left_rows`: what stands in the way of a class, as far as the rosters know."""
    aged_from = standing.aged_from
    person = standing.person
    age = person.age
    reasons = []
    if person.lost_contact:
        reasons.append(_("失联"))
    if person.floating:
        to = _("（%(place)s）") % {"place": person.flow_to} if person.flow_to else ""
        reasons.append(_("外出%(to)s") % {"to": to})
    if age is not None and age >= aged_from:
        reasons.append(_("年满 %(age)s 岁，可送学上门") % {"age": aged_from})
    if person.category == "probationary":
        reasons.append(_("预备党员，须上级培训"))
    return _("，").join(reasons)


_SHOWN = (
    *("person__name", "person__birth_date", "person__occupation", "person__category", "person__lost_contact"),
    *("person__floating", "person__flow_to", "unit__short_name", "unit__path", "required"),
)


def left_rows(unit: Any, year: int, actor: Actor) -> QuerySet[Standing]:
    """Who is left at a unit and below, with the day of the last credit and the age from which lessons come home."""
    aged_from = policy_at("coverage.aged_from", on=clock.today(), place=unit.path).integer
    rows = left_of(unit, year, actor).only(*_SHOWN)
    return rows.annotate(last_on=last_credit_before("person_id"), aged_from=Value(aged_from))


def _left(actor: Actor, params: Mapping[str, str]) -> QuerySet[Standing]:
    return left_rows(_unit(actor, params, "coverage.view_left"), asked_year(params), actor)


def _away(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(person__floating=value == "away")


LEFT = register_list(
    ListSpec(
        name="coverage.left",
        title=gettext_lazy("还有谁没参训"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("姓名"),
                lambda s: s.person.name,
                "link",
                url=lambda s: reverse("coverage:training_file", args=[s.person_id]),
                sort=("person__name",),
            ),
            ListColumn("age", gettext_lazy("年龄"), lambda s: s.person.age, "number"),
            ListColumn("occupation", gettext_lazy("职业"), lambda s: s.person.occupation_name),
            ListColumn("unit", gettext_lazy("所在支部"), lambda s: s.unit.short_name, sort=("unit__path",)),
            ListColumn("why", gettext_lazy("情况"), why_left),
            ListColumn("last", gettext_lazy("上次参训"), lambda s: s.last_on, "date"),
            ListColumn("required", gettext_lazy("要求学时"), lambda s: s.required, "number"),
        ),
        source=_left,
        default_sort=("unit__path", "person__name"),
        filters=(
            ListFilter(
                "where",
                gettext_lazy("在家或外出"),
                _away,
                choices=(("home", gettext_lazy("在家")), ("away", gettext_lazy("外出"))),
            ),
        ),
        empty_text=gettext_lazy("应训的人今年都已参训。"),
        subject=_subject,
    )
)


def _left_on(actor: Actor, params: Mapping[str, str]) -> QuerySet[Any]:
    unit, year = _unit(actor, params, "coverage.view_left"), asked_year(params)
    day = asked_day(params, year)
    rows = left_on(unit, year, day, actor)
    return rows.annotate(last_on=last_credit_before("person_id", until=day or date(year, 12, 31)))


LEFT_ON = register_list(
    ListSpec(
        name="coverage.left_on",
        title=gettext_lazy("那时还有谁没参训"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("姓名"),
                lambda m: m.person.name,
                "link",
                url=lambda m: reverse("coverage:training_file", args=[m.person_id]),
                sort=("person__name",),
            ),
            ListColumn("occupation", gettext_lazy("职业"), lambda m: m.person.occupation_name),
            ListColumn("unit", gettext_lazy("当天所在支部"), lambda m: m.unit.short_name, sort=("unit__path",)),
            ListColumn("last", gettext_lazy("之前参训"), lambda m: m.last_on, "date"),
            ListColumn("later", gettext_lazy("后来"), lambda m: _("后来参训了") if m.is_later else ""),
        ),
        source=_left_on,
        default_sort=("unit__path", "person__name"),
        filters=(
            ListFilter(
                "later",
                gettext_lazy("后来参训没有"),
                lambda rows, value: rows.filter(is_later=value == "yes"),
                choices=(("yes", gettext_lazy("后来参训了")), ("no", gettext_lazy("后来也没有"))),
            ),
        ),
        empty_text=gettext_lazy("那一天，应训的人都已参训。"),
        subject=_subject,
    )
)
