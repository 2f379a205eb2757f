"""A page with several buttons, each of which turns one thing into another state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.requests import DoorstepRequest

Turn = tuple[Callable[..., object], str]
# The page a button stands on, drawn anew with what was refused.
Page = Callable[[str], HttpResponse]


def press(
    request: DoorstepRequest,
    said: str,
    service: Callable[..., object],
    /,
    *,
    to: str,
    page: Page | None = None,
    **given: Any,
) -> HttpResponse:
    """Do what a button asks for and go on to the address `to`; a refusal is said on the `page` it was pressed on.

    Without a `page` it is said where one goes on to. What may not be done, or is not there, stays a page of its own.
    """
    try:
        service(**given, actor=request.actor)
    except DoorstepError as problem:
        if problem.status not in (409, 422):
            raise
        if page is not None:
            return page(problem.text)
        messages.error(request, problem.text)
        return redirect(to)
    messages.success(request, said)
    return redirect(to)


def press_one_of(
    request: DoorstepRequest, turns: Mapping[str, Turn], /, *, to: str, page: Page | None = None, **what: Any
) -> HttpResponse:
    """`press` the button that was answered with, of those the page has. Raises NotFound for any other."""
    chosen = turns.get(request.POST.get("answer", ""))
    if chosen is None:
        raise NotFound
    turn, said = chosen
    return press(request, said, turn, to=to, page=page, **what)
