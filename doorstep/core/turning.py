"""A page with several buttons, each of which turns one thing into another state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages

from doorstep.core.errors import NotFound
from doorstep.core.requests import DoorstepRequest

Turn = tuple[Callable[..., object], str]


def turn_as_answered(request: DoorstepRequest, turns: Mapping[str, Turn], **what: Any) -> None:
    """Call the service of the button that was pressed, with `what` it is about, and say that it is done.

    Raises NotFound for a button the page does not have.
    """
    chosen = turns.get(request.POST.get("answer", ""))
    if chosen is None:
        raise NotFound
    turn, said = chosen
    turn(**what, actor=request.actor)
    messages.success(request, said)
