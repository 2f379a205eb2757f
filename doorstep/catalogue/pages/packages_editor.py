"""Planning a package and changing it: one form that works without scripts, checked as it is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from doorstep.catalogue.models import Package
from doorstep.catalogue.pages.packages_forms import PackageForm, initial_of
from doorstep.catalogue.queries.packages import package_to_change
from doorstep.catalogue.queries.packages_told import package_shown, plan_of, price_said
from doorstep.catalogue.rules.packages import PackagePlan, price_of
from doorstep.catalogue.services.packages import PackageNotDraft, change_package, plan_package
from doorstep.core.errors import NotFound
from doorstep.core.numbers import whole
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


@view_rule("catalogue.plan_package", kind="own_place")
def package_new(request: DoorstepRequest) -> HttpResponse:
    """Plan a package."""
    units = units_where(request.actor, "catalogue.plan_package")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    form = PackageForm(_posted(request), unit=unit, kept=None)
    if (made := _saved(request, form, unit, None)) is not None:
        messages.success(request, _("已存成草稿。"))
        return redirect("catalogue:package", made.pk)
    return _answer(request, form, unit, {"units": units})


@view_rule("catalogue.plan_package", kind="package")
def package_edit(request: DoorstepRequest, package_id: int) -> HttpResponse:
    """Change a package that is a draft."""
    found = package_to_change(package_id, request.actor)
    if found.status != Package.Status.DRAFT:
        raise PackageNotDraft(name=found.name)
    form = PackageForm(_posted(request), initial=initial_of(found), unit=found.unit, kept=plan_of(found))
    if _saved(request, form, found.unit, found) is not None:
        messages.success(request, _("已保存。"))
        return redirect("catalogue:package", found.pk)
    version = request.POST.get("version", found.revision)
    return _answer(request, form, found.unit, {"package": found, "version": version})


def _posted(request: DoorstepRequest) -> Mapping[str, Any] | None:
    return posted(request)


def _is_sent(request: DoorstepRequest) -> bool:
    """True where the form is to be saved, not only looked through."""
    return request.method == "POST" and "act" not in request.POST and "HX-Request" not in request.headers


def _saved(request: DoorstepRequest, form: PackageForm, unit: Unit, package: Package | None) -> Package | None:
    """Write it where it is to be saved; a refusal goes onto the form."""
    if not (_is_sent(request) and form.is_valid()):
        return None
    with said_above(form):
        if package is None:
            return plan_package(unit=unit, plan=form.plan, actor=request.actor)
        revision = whole(request.POST.get("version", "")) or 0
        return change_package(package=package, plan=form.plan, revision=revision, actor=request.actor)
    return None


def _checked(form: PackageForm, unit: Unit) -> dict[str, Any]:
    """What speaks against the package as it is filled in, and what the smallest and the largest group would pay."""
    if not form.is_bound:
        return {}
    if not form.is_valid():
        return {"lacking": form.lacking}
    plan: PackagePlan = form.plan
    try:
        shown = package_shown(plan, unit.path)
    except NotFound:
        return {}
    groups = dict.fromkeys((plan.least_people, plan.most_people))
    prices = [price_said(price) for people in groups if (price := price_of(plan.price, people)) is not None]
    return {"shown": shown, "prices": prices}


def _answer(request: DoorstepRequest, form: PackageForm, unit: Unit, more: Mapping[str, Any]) -> HttpResponse:
    context = {"form": form, "unit": unit, **_checked(form, unit), **more}
    if request.headers.get("HX-Request"):
        return render(request, "catalogue/package_check.html", context)
    return render(request, "catalogue/package_form.html", context, status=422 if _is_sent(request) else 200)
