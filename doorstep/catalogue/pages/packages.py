"""Packages: the list, one package with what it costs, its versions side by side, and what goes along on paper."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.queries.places import county_choices
from doorstep.catalogue.models import Course, Package, PackageVersion
from doorstep.catalogue.queries.packages import (
    package_by_id,
    packages_listed,
    standing_of,
    theme_choices,
    versions_of,
)
from doorstep.catalogue.queries.packages_filters import (
    HALF_DAYS,
    asked_people,
    for_people,
    through_county,
    within_budget,
    within_half_days,
)
from doorstep.catalogue.queries.packages_kept import compared
from doorstep.catalogue.queries.packages_told import package_shown, plan_of, priced, yuan
from doorstep.catalogue.rules.packages import PackagePlan
from doorstep.catalogue.services.packages_life import (
    bring_back_package,
    end_package,
    hand_in_package,
    publish_package,
    return_package,
    withdraw_package,
)
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import Turn, press, press_one_of
from doorstep.core.views import view_rule
from doorstep.directory.queries import named, units_where


def _standing(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == "lapsed":
        return rows.filter(status=Package.Status.PUBLISHED, is_lapsed=True)
    return rows.filter(status=value)


def _people_words(package: Any) -> str:
    return _("%(least)s–%(most)s 人") % {"least": package.least_people, "most": package.most_people}


def _least_words(package: Any) -> str:
    if package.least_fen is None:
        return ""
    return _("%(yuan)s 元起") % {"yuan": yuan(package.least_fen)} if package.least_fen else _("免费")


PACKAGES = register_list(
    ListSpec(
        name="catalogue.packages",
        action="catalogue.view_package",
        title=gettext_lazy("教学套餐"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("名称"),
                lambda p: p.name,
                "link",
                url=lambda p: reverse("catalogue:package", args=[p.pk]),
                sort=("name",),
            ),
            ListColumn("status", gettext_lazy("状态"), standing_of, "status"),
            ListColumn("unit", gettext_lazy("所属单位"), lambda p: p.unit.short_name, sort=("place",)),
            ListColumn("theme", gettext_lazy("主题"), lambda p: p.theme, sort=("theme",)),
            ListColumn("half_days", gettext_lazy("几个半天"), lambda p: p.half_days, "number", sort=("half_days",)),
            ListColumn("people", gettext_lazy("人数"), _people_words, sort=("most_people",)),
            ListColumn("price", gettext_lazy("每人"), _least_words, sort=("least_fen",)),
        ),
        source=lambda actor, params: packages_listed(actor),
        default_sort=("county", "name"),
        filters=(
            ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="package"), "text"),
            ListFilter("people", gettext_lazy("多少人去"), for_people, "number"),
            ListFilter("budget", gettext_lazy("每人最多几元"), within_budget, "number"),
            ListFilter("theme", gettext_lazy("主题"), lambda rows, v: rows.filter(theme=v), choices=theme_choices),
            ListFilter("county", gettext_lazy("县（市、区）"), through_county, choices=county_choices),
            ListFilter("half_days", gettext_lazy("时长"), within_half_days, choices=HALF_DAYS),
            ListFilter(
                "segment",
                gettext_lazy("适合谁"),
                lambda rows, v: rows.filter(segments__contains=[v]),
                choices=Course.Audience.choices,
            ),
            ListFilter(
                "status",
                gettext_lazy("状态"),
                _standing,
                choices=(*Package.Status.choices, ("lapsed", gettext_lazy("已发布，有缺项"))),
            ),
        ),
        empty_text=gettext_lazy("还没有套餐。把一条路线或几门课配上人数、用餐和价格，就能报送发布。"),
        row_line2=lambda p: f"{_people_words(p)}　{_least_words(p)}　{p.unit.short_name}",
    )
)


@view_rule("catalogue.view_package", kind="list")
@require_GET
def packages(request: DoorstepRequest) -> HttpResponse:
    """The packages one may see."""
    listing = listing_of(PACKAGES, request.actor, request.GET.dict())
    may_plan = bool(units_where(request.actor, "catalogue.plan_package"))
    return render(request, "catalogue/packages.html", {"listing": listing, "may_plan": may_plan})


def _shown(request: DoorstepRequest, package_id: int) -> dict[str, Any]:
    found = package_by_id(package_id, request.actor)
    plan = plan_of(found)
    status, may_order = standing_of(found), may(request.actor, "catalogue.freeze_package", at=found.place)
    return {
        "package": found,
        "shown": package_shown(plan, found.place),
        "status": status,
        "may_order": may_order and status == Package.Status.PUBLISHED,
        "may_plan": may(request.actor, "catalogue.plan_package", at=found.place),
        "may_publish": may(request.actor, "catalogue.publish_package", at=found.place),
    }


@view_rule("catalogue.view_package", kind="package")
@require_GET
def package(request: DoorstepRequest, package_id: int) -> HttpResponse:
    """One package: what it holds, what it costs so many people, and what can be done with it."""
    return _page(request, package_id)


def _page(request: DoorstepRequest, package_id: int, problem: str = "") -> HttpResponse:
    """The page of a package, with what was refused just now."""
    shown = _shown(request, package_id)
    plan: PackagePlan = shown["shown"].plan
    people, own = asked_people(request.GET.dict(), plan)
    shown |= {"people": people, "own": own, "price_sentence": priced(plan, people, own)}
    shown["version_count"] = shown["package"].versions.count()
    return render(request, "catalogue/package.html", {**shown, "problem": problem}, status=422 if problem else 200)


@view_rule("catalogue.view_package", kind="package")
@require_GET
def package_print(request: DoorstepRequest, package_id: int) -> HttpResponse:
    """What goes along on paper."""
    return render(request, "catalogue/package_print.html", _shown(request, package_id))


def _chosen(versions: list[PackageVersion], text: str, usual: int) -> PackageVersion:
    """The version of this number, else the usual one, counted from the newest."""
    number = whole(text)
    return next((one for one in versions if one.number == number), versions[min(usual, len(versions) - 1)])


@view_rule("catalogue.view_package", kind="package")
@require_GET
def package_versions(request: DoorstepRequest, package_id: int) -> HttpResponse:
    """Two versions of a package side by side, the last two unless others are asked for."""
    found = package_by_id(package_id, request.actor)
    versions = versions_of(found)
    shown: dict[str, Any] = {"package": found, "versions": versions}
    if versions:
        old = _chosen(versions, request.GET.get("old", ""), 1)
        new = _chosen(versions, request.GET.get("new", ""), 0)
        shown |= {"old": old, "new": new, "lines": compared(old, new)}
    return render(request, "catalogue/package_versions.html", shown)


@view_rule("catalogue.plan_package", kind="package")
@require_POST
def package_turn(request: DoorstepRequest, package_id: int) -> HttpResponse:
    """Hand a package in, take it back, put it away, bring it back."""
    found = package_by_id(package_id, request.actor)
    turns: dict[str, Turn] = {
        "hand_in": (hand_in_package, _("已报送，等上级发布。")),
        "withdraw": (withdraw_package, _("已撤下，又是草稿了。")),
        "end": (end_package, _("已停用，需要时可以恢复。")),
        "bring_back": (bring_back_package, _("已恢复成草稿。")),
    }
    to = reverse("catalogue:package", args=[found.pk])
    return press_one_of(request, turns, to=to, page=partial(_page, request, found.pk), package=found)


@view_rule("catalogue.publish_package", kind="package")
@require_POST
def package_publish(request: DoorstepRequest, package_id: int) -> HttpResponse:
    """Publish a package as it was looked at, or send it back with the reason."""
    found = package_by_id(package_id, request.actor)
    to, page = reverse("catalogue:package", args=[found.pk]), partial(_page, request, found.pk)
    if request.POST.get("answer") == "return":
        said, note = _("已退回，原因已写给报送单位。"), request.POST.get("note", "")[:200]
        return press(request, said, return_package, to=to, page=page, package=found, note=note)
    revision, said = whole(request.POST.get("version", "")) or 0, _("已发布，这时的内容已存成一个版本。")
    return press(request, said, publish_package, to=to, page=page, package=found, revision=revision)
