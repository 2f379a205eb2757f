"""Plan against actual as lists: school by school and academy, line by line, county by county."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.bases.queries.places import county_choices
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, Rows, listing_of, register_list
from doorstep.core.numbers import whole, year_asked
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.planning.models import Plan, PlanLine
from doorstep.planning.queries.lines import lines_of_year
from doorstep.planning.queries.plans import MISSING, schools_of_year
from doorstep.planning.queries.sums import counties_of_year, sum_of_year
from doorstep.planning.rules import BEHIND, HELD, OPENED, PLANNED

STANDINGS = (
    (MISSING, gettext_lazy("还没编计划")),
    *((value, word) for value, word in Plan.Status.choices),
)
LINE_STANDINGS = (
    (PLANNED, gettext_lazy("还没开班")),
    (OPENED, gettext_lazy("已开班")),
    (HELD, gettext_lazy("已办完")),
    (BEHIND, gettext_lazy("过了月份没开班")),
)


def year_of(params: Mapping[str, str]) -> int:
    """The year asked for; this one for anything that is no year."""
    now = clock.today().year
    return year_asked(params.get("year", ""), now, last=now + 1)


def _figures(*names: str) -> tuple[ListColumn, ...]:
    """Columns of plan against actual; people, comings and hours each have their own."""
    every = {
        "lines": (gettext_lazy("计划（期）"), "lines"),
        "opened": (gettext_lazy("已开班（期）"), "opened"),
        "held": (gettext_lazy("已办完（期）"), "held"),
        "behind": (gettext_lazy("落后（期）"), "behind"),
        "heads": (gettext_lazy("计划（人次）"), "heads"),
        "person_times": (gettext_lazy("实到（人次）"), "person_times"),
        "persons": (gettext_lazy("实到（人）"), "persons"),
        "planned_hours": (gettext_lazy("计划（学时）"), "planned_hours"),
        "given_hours": (gettext_lazy("实得（学时）"), "given_hours"),
    }
    shown = {"lines", "behind", "heads", "person_times"}
    return tuple(
        ListColumn(key, title, _reader(name), "number", sort=(name,), is_only_exported=key not in shown)
        for key, (title, name) in every.items()
        if key in (names or every)
    )


def _reader(name: str) -> Any:
    return lambda row: getattr(row, name)


def _year_words(actor: Actor, params: Mapping[str, str]) -> str:
    return str(year_of(params))


def _schools(actor: Actor, params: Mapping[str, str]) -> Rows:
    return schools_of_year(actor, year_of(params))


SCHOOLS = register_list(
    ListSpec(
        name="planning.schools",
        action="planning.view_plan",
        title=gettext_lazy("年度计划"),
        columns=(
            ListColumn(
                "school",
                gettext_lazy("党校、学院"),
                lambda b: b.name,
                "link",
                url=lambda b: reverse("planning:plan", args=[b.plan_id]) if b.plan_id else "",
                sort=("name",),
            ),
            ListColumn("standing", gettext_lazy("计划"), lambda b: b.standing, "status", sort=("standing",)),
            *_figures(),
            ListColumn(
                "unit", gettext_lazy("单位"), lambda b: b.unit.short_name, sort=("place",), is_only_exported=True
            ),
        ),
        source=_schools,
        default_sort=("county", "place"),
        filters=(
            ListFilter("q", gettext_lazy("党校、学院名称"), lambda rows, v: rows.filter(name__icontains=v), "text"),
            ListFilter("standing", gettext_lazy("计划"), lambda rows, v: rows.filter(standing=v), choices=STANDINGS),
            ListFilter(
                "behind",
                gettext_lazy("落后"),
                lambda rows, v: rows.filter(behind__gt=0) if v == "yes" else rows.filter(behind=0),
                choices=(("yes", gettext_lazy("有落后的")), ("no", gettext_lazy("没有落后的"))),
            ),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(county=v),
                choices=county_choices,
            ),
        ),
        empty_text=gettext_lazy("还没有登记乡镇党校和学院。登记了，就能给它编年度计划。"),
        row_line2=lambda b: b.unit.short_name,
        subject=_year_words,
    )
)


def _lines(actor: Actor, params: Mapping[str, str]) -> Rows:
    return lines_of_year(actor, year_of(params))


def _by_month(rows: Rows, value: str) -> Rows:
    month = whole(value) or 0
    return rows.filter(month_from__lte=month, month_to__gte=month)


def months_words(line: Any) -> str:
    """The months of a line: 3月, or 3—5月."""
    if line.month_from == line.month_to:
        return _("%(n)s月") % {"n": line.month_from}
    return _("%(first)s—%(last)s月") % {"first": line.month_from, "last": line.month_to}


LINES = register_list(
    ListSpec(
        name="planning.lines",
        action="planning.view_plan",
        title=gettext_lazy("计划执行"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("内容"),
                lambda r: r.title,
                "link",
                url=lambda r: reverse("planning:plan", args=[r.plan_id]),
                sort=("title",),
            ),
            ListColumn("standing", gettext_lazy("进展"), lambda r: r.standing, "status", sort=("standing",)),
            ListColumn("school", gettext_lazy("谁办"), lambda r: r.plan.name, sort=("plan__place",)),
            ListColumn("months", gettext_lazy("月份"), months_words, sort=("month_from",)),
            ListColumn(
                "class",
                gettext_lazy("班次"),
                lambda r: r.class_title or "",
                url=lambda r: reverse("classes:class", args=[r.class_id]) if r.class_id else "",
            ),
            ListColumn("audience", gettext_lazy("对象"), lambda r: r.audience, is_only_exported=True),
            ListColumn("form", gettext_lazy("班型"), lambda r: r.get_form_display(), is_only_exported=True),
            ListColumn("sessions", gettext_lazy("课次"), lambda r: r.sessions, "number", is_only_exported=True),
            ListColumn("heads", gettext_lazy("计划（人）"), lambda r: r.heads, "number", sort=("heads",)),
            ListColumn("persons", gettext_lazy("实到（人）"), lambda r: r.persons, "number", sort=("persons",)),
            ListColumn(
                "person_times", gettext_lazy("实到（人次）"), lambda r: r.person_times, "number", is_only_exported=True
            ),
            ListColumn("hours", gettext_lazy("每人（学时）"), lambda r: r.hours, "number", is_only_exported=True),
            ListColumn(
                "given_hours", gettext_lazy("实得（学时）"), lambda r: r.given_hours, "number", is_only_exported=True
            ),
            ListColumn("lead", gettext_lazy("负责人"), lambda r: r.lead, is_only_exported=True),
        ),
        source=_lines,
        default_sort=("month_from", "plan__place"),
        filters=(
            ListFilter("q", gettext_lazy("内容里的字"), lambda rows, v: rows.filter(title__icontains=v), "text"),
            ListFilter(
                "standing", gettext_lazy("进展"), lambda rows, v: rows.filter(standing=v), choices=LINE_STANDINGS
            ),
            ListFilter(
                "month",
                gettext_lazy("月份"),
                _by_month,
                choices=lambda actor: [(str(n), _("%(n)s月") % {"n": n}) for n in range(1, 13)],
            ),
            ListFilter(
                "form", gettext_lazy("班型"), lambda rows, v: rows.filter(form=v), choices=PlanLine.Form.choices
            ),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(plan__county=v),
                choices=county_choices,
            ),
        ),
        empty_text=gettext_lazy("这一年还没有批准的计划。计划批准以后，每一项办得怎样都在这里。"),
        empty_url="planning:schools",
        empty_action=gettext_lazy("看各校的计划"),
        row_line2=lambda r: f"{r.plan.name}　{months_words(r)}",
        subject=_year_words,
    )
)


def _counties(actor: Actor, params: Mapping[str, str]) -> Rows:
    return counties_of_year(actor, year_of(params))


COUNTIES = register_list(
    ListSpec(
        name="planning.counties",
        action="planning.view_plan",
        title=gettext_lazy("各县计划完成情况"),
        columns=(
            ListColumn(
                "county",
                gettext_lazy("县（市、区）"),
                lambda u: u.short_name,
                "link",
                url=lambda u: reverse("planning:plan", args=[u.plan_id]) if u.plan_id else "",
                sort=("order",),
            ),
            ListColumn("own", gettext_lazy("本级计划"), lambda u: u.standing, "status", sort=("standing",)),
            ListColumn("schools", gettext_lazy("党校、学院（所）"), lambda u: u.schools, "number", sort=("schools",)),
            ListColumn("approved", gettext_lazy("已批准（份）"), lambda u: u.approved, "number", sort=("approved",)),
            ListColumn("waiting", gettext_lazy("待审核（份）"), lambda u: u.waiting, "number", sort=("waiting",)),
            ListColumn("missing", gettext_lazy("还没报（份）"), lambda u: u.missing, "number", sort=("missing",)),
            *_figures(),
        ),
        source=_counties,
        default_sort=("depth", "order"),
        filters=(
            ListFilter("own", gettext_lazy("本级计划"), lambda rows, v: rows.filter(standing=v), choices=STANDINGS),
            ListFilter(
                "missing",
                gettext_lazy("还没报的"),
                lambda rows, v: rows.filter(missing__gt=0) if v == "yes" else rows.filter(missing=0),
                choices=(("yes", gettext_lazy("有还没报的")), ("no", gettext_lazy("都报了"))),
            ),
        ),
        empty_text=gettext_lazy("按县汇总的数只给县里和市里看。"),
        empty_url="planning:schools",
        empty_action=gettext_lazy("看各校的计划"),
        row_line2=lambda u: _("%(n)s 所，已批准 %(done)s 份") % {"n": u.schools, "done": u.approved},
        subject=_year_words,
    )
)


def _page(request: DoorstepRequest, spec: ListSpec, template: str, **more: Any) -> HttpResponse:
    params = request.GET.dict()
    listing = listing_of(spec, request.actor, params)
    year, now = year_of(params), clock.today().year
    years = [(one, _("%(year)s 年") % {"year": one}) for one in (now - 1, now, now + 1)]
    may_write = any(may(request.actor, "planning.write_plan", at=grant.place) for grant in request.actor.grants)
    shown = {"listing": listing, "year": year, "years": years, "tab": spec.name, "may_write": may_write}
    return render(request, template, {**shown, **more})


@view_rule("planning.view_plan", kind="list")
@require_GET
def schools(request: DoorstepRequest) -> HttpResponse:
    """The schools and academies one may see, each with its plan of a year and what came of it."""
    return _page(request, SCHOOLS, "planning/schools.html")


@view_rule("planning.view_plan", kind="list")
@require_GET
def lines(request: DoorstepRequest) -> HttpResponse:
    """The lines of the approved plans of a year, each with its class."""
    return _page(request, LINES, "planning/lines.html")


@view_rule("planning.view_plan", kind="list")
@require_GET
def counties(request: DoorstepRequest) -> HttpResponse:
    """The counties one may see with their own plans and sums, and the sum over all one may see."""
    whole_sum = sum_of_year(request.actor, year_of(request.GET.dict()))
    return _page(request, COUNTIES, "planning/counties.html", sum=whole_sum)
