"""Packages as they are read: which one may see, what each costs at least, which wait for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable

from doorstep.catalogue.models import Package, PackageCourse, PackageStep, PackageVersion, Route
from doorstep.catalogue.queries.courses import IN_USE
from doorstep.catalogue.queries.routes import MOST_THEMES
from doorstep.catalogue.queries.routes import with_standing as routes_with_standing
from doorstep.catalogue.rules.packages import GROUP, PERSON
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import lines_of, visible_filter, visible_to

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


def with_standing(rows: QuerySet[Package]) -> QuerySet[Package]:
    """Packages with `is_lapsed`, True where a course, the route or the base cannot be had any more."""
    retired, closed = _gone()
    is_lapsed = Case(When(retired | closed | _has_ended(), then=Value(True)), default=Value(False))
    return rows.annotate(is_lapsed=is_lapsed)


def sound_ones(rows: QuerySet[Package]) -> QuerySet[Package]:
    """Those of which everything can be had: asked for once, not also told of each."""
    retired, closed = _gone()
    return rows.filter(~retired, ~closed).exclude(_has_ended())


def _gone() -> tuple[Exists, Exists]:
    """A course that is not in use any more; a route that is not public or has lapsed."""
    retired = PackageCourse.objects.filter(package=OuterRef("pk")).exclude(course__stage__in=IN_USE)
    route = routes_with_standing(Route.objects.filter(pk=OuterRef("route_id")))
    return Exists(retired), Exists(route.filter(~Q(status=Route.Status.PUBLISHED) | Q(is_lapsed=True)))


def _has_ended() -> Q:
    """Its base is no more."""
    return Q(base__valid_to__lte=clock.today())


def standing_of(package: Package) -> str:
    """The status of a package read `with_standing`: a published one that cannot be had any more is `lapsed`."""
    is_lapsed = package.status == Package.Status.PUBLISHED and package.is_lapsed  # type: ignore[attr-defined]
    return "lapsed" if is_lapsed else package.status


def packages_visible_to(actor: Actor) -> QuerySet[Package]:
    """The packages `actor` may see: published ones, and all of the units for which they may plan."""
    rows = visible_to(actor, "catalogue.view_package", Package.objects.all())
    public, own = Q(status=Package.Status.PUBLISHED), visible_filter(actor, "catalogue.plan_package")
    return rows.filter(public if own is None else public | own)


def _each(fen: str, people: str) -> Combinable:
    """Fen for each when so many share a price, rounded up."""
    return ExpressionWrapper((F(fen) + F(people) - 1) / F(people), output_field=BigIntegerField())


def with_least_price(rows: QuerySet[Package]) -> QuerySet[Package]:
    """Packages with `least_fen`: the least that one person pays, in the fullest group; None where nothing is said."""
    each = Case(When(per=PERSON, then=F("fen")), default=_each("fen", "last"), output_field=BigIntegerField())
    steps = PackageStep.objects.filter(package=OuterRef("pk")).values("package").annotate(least=Min(each))
    return rows.annotate(
        least_fen=Case(
            When(price_kind="free", then=Value(0)),
            When(price_kind=PERSON, then=F("price_fen")),
            When(price_kind=GROUP, then=_each("price_fen", "most_people")),
            default=Subquery(steps.values("least")),
            output_field=BigIntegerField(),
        )
    )


def packages_listed(actor: Actor) -> QuerySet[Package]:
    """The packages `actor` may see with their unit, what they cost at least and whether they lapsed."""
    return with_least_price(with_standing(packages_visible_to(actor))).select_related("unit")


def package_by_id(package_id: int, actor: Actor) -> Package:
    """One package that `actor` may see, with unit, route and base; raises NotFound."""
    return _one(packages_visible_to(actor), package_id)


def package_to_change(package_id: int, actor: Actor) -> Package:
    """One package for whose unit `actor` may plan; raises NotFound."""
    return _one(visible_to(actor, "catalogue.plan_package", Package.objects.all()), package_id)


def _one(rows: QuerySet[Package], package_id: int) -> Package:
    package = with_standing(rows).select_related("unit", "route", "base").filter(pk=package_id).first()
    if package is None:
        raise NotFound
    return package


def packages_to_publish(actor: Actor) -> QuerySet[Package]:
    """The packages that wait for this actor's word, by unit."""
    waiting = Package.objects.filter(status=Package.Status.HANDED_IN)
    rows = visible_to(actor, "catalogue.publish_package", waiting)
    return rows.select_related("unit").order_by("place", "name")


def packages_to_mend(actor: Actor) -> QuerySet[Package]:
    """The packages of this actor's own units that lapsed, or were returned and not handed in anew."""
    rows = visible_to(actor, "catalogue.plan_package", with_standing(Package.objects.all()))
    lapsed = Q(status=Package.Status.PUBLISHED, is_lapsed=True)
    returned = Q(status=Package.Status.DRAFT) & ~Q(return_note="")
    return rows.filter(lapsed | returned).select_related("unit").order_by("place", "name")


def routes_for(unit: Unit) -> QuerySet[Route]:
    """The routes a package of `unit` may have: published ones, and those in the making along its own line."""
    own = Q(place__in=lines_of(unit.path)) & ~Q(status=Route.Status.ENDED)
    return Route.objects.filter(Q(status=Route.Status.PUBLISHED) | own).order_by("county", "name", "pk")


def versions_of(package: Package) -> list[PackageVersion]:
    """What a package said at each freezing, the newest first."""
    return list(package.versions.order_by("-number"))


def theme_choices(actor: Actor) -> list[tuple[str, str]]:
    """The themes of the packages one may see, for the filter of the list."""
    themes = packages_visible_to(actor).order_by("theme").values_list("theme", flat=True).distinct()
    return [(theme, theme) for theme in themes[:MOST_THEMES]]


def package_counts() -> dict[str, int]:
    """How many packages one can order."""
    return {"package": Package.objects.filter(status=Package.Status.PUBLISHED).count()}
