"""Which rule guards an address: declared on the view, checked by the permission matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ViewRule:
    """The action an address needs and the kind of object its parameters name.

    `public` addresses need no login; `action` "" means any signed-in account (own settings, search).
    `post` is the action of POST where it differs.
    """

    action: str
    kind: str
    public: bool
    post: str = ""


def view_rule(action: str, *, kind: str, public: bool = False, post: str = "") -> Callable[[V], V]:
    """Declare the rule of a view; the check itself is in the query or service it calls."""

    def mark(view: V) -> V:
        marked = login_not_required(view) if public else view
        marked.rule = ViewRule(action, kind, public, post)  # type: ignore[attr-defined]
        return marked

    return mark


def rule_of(view: Callable[..., Any]) -> ViewRule | None:
    """The declared rule of a view, or None."""
    return getattr(view, "rule", None)
