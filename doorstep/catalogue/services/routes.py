"""Routes: planned by a unit, handed in, published by its county or the city, put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.events import (
    RouteBroughtBack,
    RouteChanged,
    RouteEnded,
    RouteHandedIn,
    RoutePlanned,
    RoutePublished,
    RouteReturned,
    RouteWithdrawn,
)
from doorstep.catalogue.models import Route, RouteStop
from doorstep.catalogue.queries.routes_days import day_of, planned_stops
from doorstep.catalogue.rules.routes import RoutePlan, same_place_twice
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.services.units import write_search_keys

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit

DRAFT, HANDED_IN, PUBLISHED, ENDED = Route.Status


class RouteTwiceThere(Invalid):
    """Two stops at the same place in a row."""

    code = "route_twice_there"
    template = _("第 %(number)s 站“%(name)s”和上一站是同一处，请合成一站，或换一处。")


class RouteTaken(Refused):
    """Another route of the unit is called so."""

    code = "route_taken"
    template = _("本单位已经有一条路线叫“%(name)s”。请换个名字，或去修改那一条。")


class RouteChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "route_changed"
    template = _("“%(name)s”刚才被别人改过，您这次没有存上。请另开一页看现在的样子，再把要改的补上。")


class RouteNotDraft(Refused):
    """Only drafts are changed."""

    code = "route_not_draft"
    template = _("“%(name)s”不是草稿，不能直接改。请先撤下，改好再报送发布。")


class RouteNotReady(Refused):
    """Something speaks against it."""

    code = "route_not_ready"
    template = _("“%(name)s”还不能报送或发布：%(lacking)s。")


class RouteStandsSo(Refused):
    """Nothing would change."""

    code = "route_stands_so"
    template = _("“%(name)s”已经不是那个状态了。请刷新后再看。")


class RouteNoteMissing(Invalid):
    """Returning needs a reason."""

    code = "route_note_missing"
    template = _("退回要写明哪里要改。请填好再退回。")


@transaction.atomic
def plan_route(*, unit: Unit, plan: RoutePlan, actor: Actor) -> Route:
    """Plan a route for `unit`; it is a draft until it is published.

    Raises NotFound, RouteTwiceThere, RouteTaken.
    """
    require(actor, "catalogue.plan_route", at=unit.path)
    route = Route(unit=unit, place=unit.path, county=unit.county)
    _write(route, plan)
    _tell(RoutePlanned(route.pk), route, actor, bases=[stop.base_id for stop in plan.stops])
    return route


def _write(route: Route, plan: RoutePlan) -> None:
    """Write a draft with its stops; the database lets no two routes in use of a unit be called the same."""
    stops = planned_stops(plan.stops)
    if twice := same_place_twice([stop.base_id for stop in stops]):
        raise RouteTwiceThere(number=twice, name=stops[twice - 1].base.name)
    route.name, route.theme = plan.name.strip(), plan.theme.strip()
    route.starts, route.meeting_point = plan.starts, plan.meeting_point.strip()
    route.most_people = plan.most_people
    _save(route)
    route.stops.all().delete()
    for stop in stops:
        stop.route = route
    RouteStop.objects.bulk_create(stops)
    write_search_keys(kind="route", object_id=route.pk, place=route.place, names=[route.name])


def _save(route: Route) -> None:
    try:
        with transaction.atomic():
            route.save()
    except IntegrityError:
        raise RouteTaken(name=route.name) from None


def _locked(route: Route, *statuses: str) -> Route:
    """The route, locked, if it stands as one of these; raises RouteStandsSo."""
    locked = Route.objects.select_for_update().get(pk=route.pk)
    if locked.status not in statuses:
        raise RouteStandsSo(name=locked.name)
    return locked


def _tell(happened: Event, route: Route, actor: Actor, **detail: object) -> None:
    subject = ("route", route.pk)
    record(happened, actor=actor, place=route.place, county=route.county, subject=subject, detail=detail)


@transaction.atomic
def change_route(*, route: Route, plan: RoutePlan, version: int, actor: Actor) -> Route:
    """Change a draft that stands as its `version` was seen.

    Raises RouteNotDraft, RouteChangedMeanwhile, NotFound, RouteTwiceThere, RouteTaken.
    """
    require(actor, "catalogue.plan_route", at=route.place)
    locked = Route.objects.select_for_update().get(pk=route.pk)
    if locked.status != DRAFT:
        raise RouteNotDraft(name=locked.name)
    if locked.version != version:
        raise RouteChangedMeanwhile(name=locked.name)
    before = list(locked.stops.order_by("number").values_list("base_id", flat=True))
    locked.version += 1
    _write(locked, plan)
    _tell(RouteChanged(locked.pk), locked, actor, before=before, after=[stop.base_id for stop in plan.stops])
    return locked


def _must_be_ready(route: Route) -> None:
    if bars := day_of(route).bars:
        raise RouteNotReady(name=route.name, lacking=str(_("；")).join(fault.text for fault in bars))


@transaction.atomic
def hand_in_route(*, route: Route, actor: Actor) -> Route:
    """Ask the level above to publish a draft. Raises RouteNotReady, RouteStandsSo."""
    require(actor, "catalogue.plan_route", at=route.place)
    locked = _locked(route, DRAFT)
    _must_be_ready(locked)
    locked.status, locked.return_note = HANDED_IN, ""
    locked.save(update_fields=["status", "return_note"])
    _tell(RouteHandedIn(locked.pk), locked, actor)
    return locked


@transaction.atomic
def return_route(*, route: Route, note: str, actor: Actor) -> Route:
    """Send a route that was handed in back with the reason. Raises RouteNoteMissing, RouteStandsSo."""
    require(actor, "catalogue.publish_route", at=route.place)
    locked = _locked(route, HANDED_IN)
    if not note.strip():
        raise RouteNoteMissing
    locked.status, locked.return_note = DRAFT, note.strip()
    locked.save(update_fields=["status", "return_note"])
    _tell(RouteReturned(locked.pk), locked, actor, note=locked.return_note)
    return locked


@transaction.atomic
def publish_route(*, route: Route, version: int, actor: Actor) -> Route:
    """Show a route to everybody, as its `version` was seen.

    Raises RouteNotReady, RouteChangedMeanwhile, RouteStandsSo.
    """
    require(actor, "catalogue.publish_route", at=route.place)
    locked = _locked(route, DRAFT, HANDED_IN)
    if locked.version != version:
        raise RouteChangedMeanwhile(name=locked.name)
    _must_be_ready(locked)
    locked.status, locked.return_note = PUBLISHED, ""
    locked.published_at, locked.published_by_id = clock.now(), actor.account_id
    locked.save(update_fields=["status", "return_note", "published_at", "published_by"])
    _tell(RoutePublished(locked.pk), locked, actor)
    return locked


def _put(route: Route, status: str) -> None:
    """Give a locked route a status in which it is not shown."""
    route.status, route.published_at, route.published_by = status, None, None
    _save(route)


@transaction.atomic
def withdraw_route(*, route: Route, actor: Actor) -> Route:
    """Make a route that was handed in or published a draft again. Raises RouteStandsSo."""
    require(actor, "catalogue.plan_route", at=route.place)
    locked = _locked(route, HANDED_IN, PUBLISHED)
    _put(locked, DRAFT)
    _tell(RouteWithdrawn(locked.pk), locked, actor)
    return locked


@transaction.atomic
def end_route(*, route: Route, actor: Actor) -> Route:
    """Put a route away; it can be brought back. Raises RouteStandsSo."""
    require(actor, "catalogue.plan_route", at=route.place)
    locked = _locked(route, DRAFT, HANDED_IN, PUBLISHED)
    _put(locked, ENDED)
    _tell(RouteEnded(locked.pk), locked, actor)
    return locked


@transaction.atomic
def bring_back_route(*, route: Route, actor: Actor) -> Route:
    """Take a route that was put away as a draft again. Raises RouteStandsSo, RouteTaken."""
    require(actor, "catalogue.plan_route", at=route.place)
    locked = _locked(route, ENDED)
    _put(locked, DRAFT)
    _tell(RouteBroughtBack(locked.pk), locked, actor)
    return locked
