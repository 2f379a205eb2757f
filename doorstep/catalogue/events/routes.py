"""What happens to routes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("catalogue.route_planned", _("建路线"))
@dataclass(frozen=True, slots=True)
class RoutePlanned:
    """A unit planned a route."""

    route_id: int


@event("catalogue.route_changed", _("修改路线"))
@dataclass(frozen=True, slots=True)
class RouteChanged:
    """Name, times or stops of a route changed."""

    route_id: int


@event("catalogue.route_handed_in", _("报送路线"))
@dataclass(frozen=True, slots=True)
class RouteHandedIn:
    """A unit handed in a route for publishing."""

    route_id: int


@event("catalogue.route_returned", _("退回路线"))
@dataclass(frozen=True, slots=True)
class RouteReturned:
    """Who publishes sent a route back with the reason."""

    route_id: int


@event("catalogue.route_published", _("发布路线"))
@dataclass(frozen=True, slots=True)
class RoutePublished:
    """A route is shown to everybody."""

    route_id: int


@event("catalogue.route_withdrawn", _("撤下路线"))
@dataclass(frozen=True, slots=True)
class RouteWithdrawn:
    """A route that was handed in or published is a draft again."""

    route_id: int


@event("catalogue.route_ended", _("停用路线"))
@dataclass(frozen=True, slots=True)
class RouteEnded:
    """A route is not used any more."""

    route_id: int


@event("catalogue.route_brought_back", _("恢复路线"))
@dataclass(frozen=True, slots=True)
class RouteBroughtBack:
    """A route that had ended is a draft again."""

    route_id: int
