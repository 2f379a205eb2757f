"""Which accounts hold some role today below a place, and which units stand at some places."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from doorstep.core import clock
from doorstep.directory.models import Account, RoleGrant, Unit


def accounts_holding(roles: Iterable[str], place: str = "") -> QuerySet[Account]:
    """The accounts in use that hold one of `roles` today at `place` or below it, by name."""
    today = clock.today()
    in_force = Q(valid_to=None) | Q(valid_to__gt=today)
    grants = RoleGrant.objects.filter(
        in_force, valid_from__lte=today, role__in=list(roles), unit__path__startswith=place
    )
    return Account.objects.filter(is_active=True, pk__in=grants.values("account")).order_by("display_name", "pk")


def units_at(paths: Iterable[str]) -> QuerySet[Unit]:
    """The units at these places, from the top; for what is already seen."""
    return Unit.objects.filter(path__in=list(paths)).order_by("depth", "pk")
