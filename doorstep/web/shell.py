"""What every page needs around it: who acts, where, in which type size, and the way around."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from doorstep.core import clock
from doorstep.core.actors import ANONYMOUS
from doorstep.directory.queries import role_name
from doorstep.web.navigation import current_entry, rail_of, tabs_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context every template gets; no query of its own."""
    actor = getattr(request, "actor", ANONYMOUS)
    account = getattr(request, "user", None)
    signed_in = bool(account is not None and account.is_authenticated)
    size = getattr(account, "type_size", "") if signed_in else request.COOKIES.get("type_size", "")
    entries, tabs = rail_of(actor), tabs_of(actor)
    return {
        "actor": actor,
        "signed_in": signed_in,
        "is_large": size == "large",
        "today": clock.today(),
        "now": clock.now(),
        "rail": entries,
        "tabs": tabs,
        "here": current_entry(request.path, entries),
        "tab_here": current_entry(request.path, tabs),
        "grant": actor.grants[0] if actor.grants else None,
        "role_word": role_name(actor.grants[0].role) if actor.grants else "",
        "role_choices": [(g.key, role_name(g.role), g.title) for g in actor.grants],
    }
