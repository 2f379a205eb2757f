"""May this actor do this here, and what may they see: one table row answers both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from doorstep.core.actors import Actor, Grant
from doorstep.core.errors import NotPermitted, OutOfScope


class Scope(Enum):
    """How far a role reaches from the place it was granted at."""

    SELF = "self"  # the object is about the actor
    SUBTREE = "subtree"  # the place of the grant and everything below
    LINE = "line"  # the place of the grant and everything above it
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
    """Whether a grant reaches a place, downwards or up its line."""
    return place.startswith(grant.place) if scope is Scope.SUBTREE else grant.place.startswith(place)


def _is_out_of_scope(actor: Actor, action: str) -> bool:
    return actor.kind == "token" and bool(actor.scopes) and action not in actor.scopes


def may(
    actor: Actor,
    action: str,
    *,
    at: str | Iterable[str] | None = None,
    owner: int | Iterable[int | None] | None = None,
) -> bool:
    """True when `actor` may do `action` at any of the places `at`, or is the person, or one of those, in `owner`."""
    rows = permissions_of(action)
    if actor.is_system:
        return True
    if _is_out_of_scope(actor, action):
        return False
    places = [at] if isinstance(at, str) else [p for p in (at or ()) if p]
    owners = (owner,) if isinstance(owner, int) else tuple(owner or ())
    for row in rows:
        if row.scope is Scope.SELF:
            if actor.person_id is not None and actor.person_id in owners:
                return True
            continue
        for grant in actor.grants:
            if grant.role not in row.roles:
                continue
            if row.scope is Scope.ANYWHERE or any(_reaches(grant, row.scope, place) for place in places):
                return True
    return False


def require(
    actor: Actor,
    action: str,
    *,
    at: str | Iterable[str] | None = None,
    owner: int | Iterable[int | None] | None = None,
) -> None:
    """Pass silently or raise NotPermitted; the first statement of every service."""
    if not may(actor, action, at=at, owner=owner):
        raise (OutOfScope if _is_out_of_scope(actor, action) else NotPermitted)(action=action)


def visible_filter(
    actor: Actor, action: str, *, place: str | Sequence[str] = "place", owner: str | None = None
) -> Q | None:
    """The same decision as `may`, as a filter; None when nothing at all is visible."""
    rows = permissions_of(action)
    if actor.is_system:
        return Q()
    if _is_out_of_scope(actor, action):
        return None
    fields = [place] if isinstance(place, str) else list(place)
    found: Q | None = None

    def either(condition: Q) -> None:
        nonlocal found
        found = condition if found is None else found | condition

    for row in rows:
        if row.scope is Scope.SELF:
            if owner is not None and actor.person_id is not None:
                either(Q(**{owner: actor.person_id}))
            continue
        for grant in actor.grants:
            if grant.role not in row.roles:
                continue
            if row.scope is Scope.ANYWHERE:
                return Q()
            for name in fields:
                if row.scope is Scope.SUBTREE:
                    either(Q(**{f"{name}__startswith": grant.place}))
                else:
                    either(Q(**{f"{name}__in": lines_of(grant.place)}))
    return found


def visible_to(
    actor: Actor,
    action: str,
    queryset: QuerySet[M],
    *,
    place: str | Sequence[str] = "place",
    owner: str | None = None,
) -> QuerySet[M]:
    """The rows of `queryset` on which `actor` may do `action`.

    `place` names the column (or columns across a join) that holds the object's place, `owner` the
    column with the id of the person the object is about.
    """
    condition = visible_filter(actor, action, place=place, owner=owner)
    if condition is None:
        return queryset.none()
    if isinstance(place, str) or not condition:
        return queryset.filter(condition)
    # Several places may come from joins; a sub-select keeps one row per object.
    inner = queryset.model._default_manager.filter(condition).values("pk")
    return queryset.filter(pk__in=inner)
