"""Packages and practice cases on the public portal: what one can order as one, and what was done well somewhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from doorstep.catalogue.queries.cases_public import cases_shown, public_case
from doorstep.catalogue.queries.packages_public import package_public, packages_shown
from doorstep.core.public import public_view
from doorstep.web.pages.portal import shared_page
from doorstep.web.queries.portal_pictures import large_of, package_cards

LONGEST_ABOUT = 80  # characters of a case that are told where it is shared


@public_view()
def packages(request: HttpRequest) -> HttpResponse:
    """The packages one can order."""
    found = packages_shown(request.GET.dict())
    shown = {"page": found, "cards": package_cards(found.rows)}
    return shared_page(request, "packages", shown, title=_("教学套餐"))


@public_view(kind="public_package")
def package(request: HttpRequest, package_id: int) -> HttpResponse:
    """One package: what it holds, and what it costs so many people."""
    found = package_public(package_id, request.GET.dict())
    (card,) = package_cards([found.package])
    about = _("%(county)s，%(n)s 个半天，%(price)s") % {
        "county": found.package.county_name,
        "n": found.package.half_days,
        "price": found.price,
    }
    picture = large_of(card.cover) if card.cover else None
    shown = {"shown": found, "package": found.package, "picture": picture}
    return shared_page(request, "package", shown, title=found.package.name, about=about, picture=picture)


@public_view()
def cases(request: HttpRequest) -> HttpResponse:
    """What units did, and how it went."""
    return shared_page(request, "cases", {"page": cases_shown(request.GET.dict())}, title=_("实践案例"))


@public_view(kind="public_case")
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: what was wrong, what was done, what came of it."""
    found = public_case(case_id)
    return shared_page(request, "case", {"case": found}, title=found.title, about=found.problem[:LONGEST_ABOUT])
