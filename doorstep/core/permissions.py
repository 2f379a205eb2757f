"""May this actor do this here, and what may they see: one table row answers both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import Exists, Model, Q, QuerySet

from doorstep.core.actors import Actor, Grant
from doorstep.core.errors import NotPermitted, OutOfScope


class Scope(Enum):
    """How far a role reaches from the place it was granted at."""

    SELF = "self"  # the object is about the actor
    OWN = "own"  # the place of the grant itself, for what nobody above may say for it
    SUBTREE = "subtree"  # the place of the grant and everything below
    LINE = "line"  # the place of the grant and everything above it
    SHARED = "shared"  # as SUBTREE, of what units elsewhere share in: by the places of those that do
    ANYWHERE = "anywhere"  # every place


@dataclass(frozen=True, slots=True)
class Permission:
    """`roles` may do `action` within `scope` of the place where they hold the role."""

    action: str
    roles: frozenset[str]
    scope: Scope


_table: dict[str, list[Permission]] = {}

M = TypeVar("M", bound=Model)


def allow(action: str, roles: str, scope: Scope) -> Permission:
    """One row of an app's table; `roles` are separated by spaces."""
    return Permission(action, frozenset(roles.split()), scope)


def register(rows: Iterable[Permission]) -> None:
    """Add an app's rows; called once by its app configuration."""
    for row in rows:
        known = _table.setdefault(row.action, [])
        if row not in known:
            known.append(row)


def permissions_of(action: str) -> tuple[Permission, ...]:
    """The rows for `action`; an action without rows is a mistake in the code.

    Raises LookupError.
    """
    if action not in _table:
        raise LookupError(f"no permission row for action {action!r}")
    return tuple(_table[action])


def all_actions() -> tuple[str, ...]:
    """Every action that has a row, in order."""
    return tuple(sorted(_table))


def lines_of(place: str) -> list[str]:
    """`place` and every place above it: '1/2/3/' gives ['1/', '1/2/', '1/2/3/']."""
    parts = place.split("/")[:-1]
    return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def _reaches(grant: Grant, scope: Scope, place: str) -> bool:
    """Whether a grant reaches a place: its own, downwards, or up its line."""
    if scope is Scope.OWN:
        return grant.place == place
    return grant.place.startswith(place) if scope is Scope.LINE else place.startswith(grant.place)


def _is_out_of_scope(actor: Actor, action: str) -> bool:
    return actor.kind == "token" and bool(actor.scopes) and action not in actor.scopes


def may(
    actor: Actor,
    action: str,
    *,
    at: str | Iterable[str] | None = None,
    owner: int | Iterable[int | None] | None = None,
    shared: Iterable[str] = (),
) -> bool:
    """True when `actor` may do `action` at any of the places `at`, or is the person, or one of those, in `owner`.

    `shared` are the places of units that share in the object; only rows of the scope SHARED look at them.
    """
    rows = permissions_of(action)
    if actor.is_system:
        return True
    if _is_out_of_scope(actor, action):
        return False
    places = [at] if isinstance(at, str) else [p for p in (at or ()) if p]
    owners = (owner,) if isinstance(owner, int) else tuple(owner or ())
    sharing = tuple(shared)
    for row in rows:
        if row.scope is Scope.SELF:
            if actor.person_id is not None and actor.person_id in owners:
                return True
            continue
        for grant in actor.grants:
            if grant.role not in row.roles:
                continue
            wanted = sharing if row.scope is Scope.SHARED else places
            if row.scope is Scope.ANYWHERE or any(_reaches(grant, row.scope, place) for place in wanted):
                return True
    return False


def require(
    actor: Actor,
    action: str,
    *,
    at: str | Iterable[str] | None = None,
    owner: int | Iterable[int | None] | None = None,
    shared: Iterable[str] = (),
) -> None:
    """Pass silently or raise NotPermitted; the first statement of every service."""
    if not may(actor, action, at=at, owner=owner, shared=shared):
        raise (OutOfScope if _is_out_of_scope(actor, action) else NotPermitted)(action=action)


def visible_filter(
    actor: Actor,
    action: str,
    *,
    place: str | Sequence[str] = "place",
    owner: str | None = None,
    shared: QuerySet[Any] | None = None,
) -> Q | None:
    """The same decision as `may`, as a filter; None when nothing at all is visible."""
    rows = permissions_of(action)
    if actor.is_system:
        return Q()
    if _is_out_of_scope(actor, action):
        return None
    fields = [place] if isinstance(place, str) else list(place)
    found: list[Q] = []
    for row in rows:
        if row.scope is Scope.SELF:
            if owner is not None and actor.person_id is not None:
                found.append(Q(**{owner: actor.person_id}))
            continue
        for grant in actor.grants:
            if grant.role not in row.roles:
                continue
            if row.scope is Scope.ANYWHERE:
                return Q()
            if row.scope is not Scope.SHARED:
                found += [_reached(grant, row.scope, name) for name in fields]
            elif shared is not None:
                found.append(Q(Exists(shared.filter(place__startswith=grant.place))))
    return reduce(or_, found) if found else None


def _reached(grant: Grant, scope: Scope, name: str) -> Q:
    """`_reaches` as a filter on the column `name`."""
    if scope is Scope.OWN:
        return Q(**{name: grant.place})
    if scope is Scope.LINE:
        return Q(**{f"{name}__in": lines_of(grant.place)})
    return Q(**{f"{name}__startswith": grant.place})


def visible_to(
    actor: Actor,
    action: str,
    queryset: QuerySet[M],
    *,
    place: str | Sequence[str] = "place",
    owner: str | None = None,
    shared: QuerySet[Any] | None = None,
) -> QuerySet[M]:
    """The rows of `queryset` on which `actor` may do `action`.

    `place` names the column (or columns across a join) that holds the object's place, `owner` the
    column with the id of the person the object is about; `shared` are the rows, tied to the object by OuterRef, whose
    `place` is that of a unit sharing in it.
    """
    condition = visible_filter(actor, action, place=place, owner=owner, shared=shared)
    if condition is None:
        return queryset.none()
    if isinstance(place, str) or not condition:
        return queryset.filter(condition)
    # Several places may come from joins; a sub-select keeps one row per object.
    inner = queryset.model._default_manager.filter(condition).values("pk")
    return queryset.filter(pk__in=inner)
