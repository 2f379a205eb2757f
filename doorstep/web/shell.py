"""What every page needs around it: who acts, where, in which type size, and the way around."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from doorstep.core import clock


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context every template gets."""
    actor = getattr(request, "actor", None)
    account = getattr(request, "user", None)
    signed_in = bool(account is not None and account.is_authenticated)
    size = getattr(account, "type_size", "") if signed_in else request.COOKIES.get("type_size", "")
    return {
        "actor": actor,
        "signed_in": signed_in,
        "is_large": size == "large",
        "today": clock.today(),
        "now": clock.now(),
    }
