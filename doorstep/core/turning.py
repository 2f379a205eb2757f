"""What a page asks a service for, and how it says what is refused: by a button, or by a form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.requests import DoorstepRequest

# What the person can mend; anything else is no word to them but a page of its own.
REFUSALS = (409, 422)
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
        if problem.status not in REFUSALS:
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


@contextmanager
def said_above(form: forms.BaseForm) -> Iterator[None]:
    """Do what a sent form asks for; what is refused stands above the form, with all that was filled in."""
    try:
        yield
    except DoorstepError as problem:
        form.add_error(None, problem.text)
