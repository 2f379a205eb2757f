"""Routes as they are read: which one may see, which wait for whom, what they could be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Least, NullIf

from doorstep.catalogue.models import Route, RouteStop
from doorstep.catalogue.queries.courses import IN_USE
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_filter, visible_to

if TYPE_CHECKING:
    pass

MOST_THEMES = 60


def _gone() -> Q:
    """Stops of which something is out of use today."""
    ended = Q(base__valid_to__lte=clock.today()) | Q(venue__is_active=False)
    gone = Q(course__isnull=False) & ~Q(course__stage__in=IN_USE)
    return ended | gone | Q(guide__is_active=False)


def with_standing(rows: QuerySet[Route]) -> QuerySet[Route]:
    """Routes with `is_lapsed`, True where something at a stop has ended."""
    return rows.annotate(is_lapsed=Exists(RouteStop.objects.filter(_gone(), route=OuterRef("pk"))))


def sound_ones(rows: QuerySet[Route]) -> QuerySet[Route]:
    """Those of which nothing at a stop has ended."""
    return rows.filter(~Exists(RouteStop.objects.filter(_gone(), route=OuterRef("pk"))))


def standing_of(route: Route) -> str:
    """The status of a route read `with_standing`: a published one of which something has ended is `lapsed`."""
    is_lapsed = route.status == Route.Status.PUBLISHED and route.is_lapsed  # type: ignore[attr-defined]
    return "lapsed" if is_lapsed else route.status


def routes_visible_to(actor: Actor) -> QuerySet[Route]:
    """The routes `actor` may see: published ones, and all of the units for which they may plan."""
    rows = visible_to(actor, "catalogue.view_route", Route.objects.all())
    public, own = Q(status=Route.Status.PUBLISHED), visible_filter(actor, "catalogue.plan_route")
    return rows.filter(public if own is None else public | own)


def routes_listed(actor: Actor) -> QuerySet[Route]:
    """The routes `actor` may see with unit, number of stops, how many people they take and whether they lapsed."""
    return with_room(with_standing(routes_visible_to(actor)).select_related("unit"))


def with_room(rows: QuerySet[Route]) -> QuerySet[Route]:
    """Routes with `stop_count` and `capacity`, how many people fit at every stop."""
    fits = Case(When(venue__isnull=False, then=F("venue__seats")), default=F("base__capacity"))
    rooms = RouteStop.objects.filter(route=OuterRef("pk")).values("route").annotate(least=Min(NullIf(fits, 0)))
    return rows.annotate(stop_count=Count("stops"), capacity=Least(Subquery(rooms.values("least")), F("most_people")))


def route_by_id(route_id: int, actor: Actor) -> Route:
    """One route that `actor` may see, with its unit; raises NotFound."""
    return _one(routes_visible_to(actor), route_id)


def route_to_change(route_id: int, actor: Actor) -> Route:
    """One route for whose unit `actor` may plan; raises NotFound."""
    return _one(visible_to(actor, "catalogue.plan_route", Route.objects.all()), route_id)


def _one(rows: QuerySet[Route], route_id: int) -> Route:
    route = with_standing(rows).select_related("unit").filter(pk=route_id).first()
    if route is None:
        raise NotFound
    return route


def routes_to_publish(actor: Actor) -> QuerySet[Route]:
    """The routes that wait for this actor's word, by unit."""
    waiting = Route.objects.filter(status=Route.Status.HANDED_IN)
    rows = visible_to(actor, "catalogue.publish_route", waiting)
    return rows.select_related("unit").order_by("place", "name")


def routes_to_mend(actor: Actor) -> QuerySet[Route]:
    """The routes of this actor's own units that lapsed, or were returned and not handed in anew."""
    rows = visible_to(actor, "catalogue.plan_route", with_standing(Route.objects.all()))
    lapsed = Q(status=Route.Status.PUBLISHED, is_lapsed=True)
    returned = Q(status=Route.Status.DRAFT) & ~Q(return_note="")
    return rows.filter(lapsed | returned).select_related("unit").order_by("place", "name")


def theme_choices(actor: Actor) -> list[tuple[str, str]]:
    """The themes of the routes one may see, for the filter of the list."""
    themes = routes_visible_to(actor).order_by("theme").values_list("theme", flat=True).distinct()
    return [(theme, theme) for theme in themes[:MOST_THEMES]]


def route_counts() -> dict[str, int]:
    """How many routes one can book."""
    return {"route": Route.objects.filter(status=Route.Status.PUBLISHED).count()}
