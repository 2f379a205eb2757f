"""Who is told of something: accounts of people, of those who act at a place, and the units below one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from doorstep.core import clock
from doorstep.core.permissions import Scope, lines_of, permissions_of
from doorstep.directory.models import Account, RoleGrant, Unit

_DOWN = (Scope.OWN, Scope.SUBTREE)


def accounts_of_people(person_ids: Iterable[int | None]) -> list[int]:
    """The ids of the accounts of these people, in order; who has none, or may not sign in, is left out."""
    wanted = {person_id for person_id in person_ids if person_id}
    rows = Account.objects.filter(person__in=wanted, is_active=True) if wanted else Account.objects.none()
    return list(rows.order_by("pk").values_list("pk", flat=True))


def accounts_nearest(action: str, places: Iterable[str]) -> list[int]:
    """The ids of the accounts that may do `action` at any of the places by a role held nearest to it, in order.

    Where nobody holds one at the place itself, those of the next level above that has somebody are taken.
    """
    wanted = sorted({place for place in places if place})
    lines = {line for place in wanted for line in lines_of(place)}
    roles = {role for row in permissions_of(action) if row.scope in _DOWN for role in row.roles}
    today = clock.today()
    in_force = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gt=today))
    rows = RoleGrant.objects.filter(in_force, role__in=roles, unit__path__in=lines, account__is_active=True)
    at: dict[str, set[int]] = defaultdict(set)
    for path, account_id in rows.values_list("unit__path", "account"):
        at[path].add(account_id)
    nearest = (next((at[line] for line in reversed(lines_of(place)) if line in at), set()) for place in wanted)
    return sorted({account_id for found in nearest for account_id in found})


def places_of_accounts(account_ids: Iterable[int]) -> dict[int, str]:
    """account -> the place of the first role it holds today; who holds none is left out."""
    today = clock.today()
    in_force = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gt=today))
    rows = RoleGrant.objects.filter(in_force, account__in=list(account_ids)).order_by("-valid_from", "-pk")
    return dict(rows.values_list("account", "unit__path"))


def units_below(unit: Unit, kinds: Iterable[str]) -> list[Unit]:
    """The units of some kinds below `unit` that are in use today, in the order of the tree."""
    today = clock.today()
    in_force = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gt=today))
    rows = Unit.objects.filter(in_force, path__startswith=unit.path, kind__in=list(kinds)).exclude(pk=unit.pk)
    return list(rows.order_by("path"))
