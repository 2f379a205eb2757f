"""Who acts in this request: the signed-in account with the roles it holds today."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django_structlog.middlewares import RequestMiddleware

from doorstep.core.actors import ANONYMOUS
from doorstep.core.errors import DoorstepError
from doorstep.core.requests import DoorstepRequest, set_request_id
from doorstep.directory.queries import actor_of_account

_CODE = re.compile(r"^/c/[^/]+")


class RequestLog(RequestMiddleware):
    """One line a request in the log, without what people typed: no query, no check-in code."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path."""
        return f"{request.method} {_CODE.sub('/c/…', request.path)}"


class ActorMiddleware:
    """Puts `request.actor` in place and turns refusals into answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the actor, then pass the request on."""
        set_request_id(uuid.uuid4().hex)
        known = cast(DoorstepRequest, request)
        known.actor = ANONYMOUS
        if request.user.is_authenticated:
            account = request.user
            known.actor = actor_of_account(account, role=request.session.get("role", ""))
            if "django_language" not in request.COOKIES and account.language:
                translation.activate(account.language)
            if account.must_change_password and not _may_wait(request.path):
                return redirect(f"{reverse('directory:password')}?{urlencode({'next': request.get_full_path()})}")
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A DoorstepError becomes its own page, a block for htmx, or JSON."""
        if not isinstance(exception, DoorstepError):
            return None
        said = {"code": exception.code, "text": exception.text}
        if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(said, status=exception.status)
        template = "web/refusal_block.html" if request.headers.get("HX-Request") else "web/refusal.html"
        return render(request, template, said, status=exception.status)


def _may_wait(path: str) -> bool:
    """What is open before the first password is changed: changing it, leaving, type size, arriving, machines."""
    names = ("directory:password", "directory:sign_out", "directory:preferences")
    return path.startswith(("/api/", "/c/")) or path in [reverse(name) for name in names]
