"""Which request is being served, and by whom."""

from __future__ import annotations

from contextvars import ContextVar

from django.http import HttpRequest, QueryDict

from doorstep.core.actors import Actor

_request_id: ContextVar[str] = ContextVar("request_id", default="")


class DoorstepRequest(HttpRequest):
    """A request after the middleware: it knows who acts."""

    actor: Actor


def current_request_id() -> str:
    """The id of the request in hand, or an empty text outside a request."""
    return _request_id.get()


def set_request_id(value: str) -> None:
    """Name the request in hand; the middleware calls this."""
    _request_id.set(value)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when it is empty; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None
