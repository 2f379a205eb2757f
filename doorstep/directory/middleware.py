"""Who acts in this request: the signed-in account with the roles it holds today."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django_structlog.middlewares import RequestMiddleware

from doorstep.core.actors import ANONYMOUS
from doorstep.core.errors import DoorstepError, MethodUnknown
from doorstep.core.requests import DoorstepRequest, set_request_id
from doorstep.core.views import refusal_answer
from doorstep.directory.queries import actor_of_account

_SECRET, _HIDDEN = re.compile(r"^(/(?:c|ical))/[^/]+"), r"\1/…"


class RequestLog(RequestMiddleware):
    """One line a request in the log, without what people typed: no query, no code, no secret address."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path."""
        return f"{request.method} {_SECRET.sub(_HIDDEN, request.path)}"


class SignInFirst(LoginRequiredMiddleware):
    """Sends to sign in, and from there back to a page that opens: a form is sent from its own page, not asked again."""

    def handle_no_permission(  # type: ignore[override]  # htmx follows a redirect only when told in a header
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        """To the sign-in page; htmx is told to leave the whole page, for a part of it is no place to sign in."""
        asks = {"next": way_back(request)} if request.method == "GET" else {"next": way_back(request), "unsaved": "1"}
        address = f"{self.get_login_url(view_func)}?{urlencode(asks)}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": address})
        return redirect(address)


def way_back(request: HttpRequest) -> str:
    """The page to return to: this one; for a form that was sent, or a part of a page, the one it stood on."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if not came_from.startswith("http") or not url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}
    ):
        return str(settings.LOGIN_REDIRECT_URL)
    page = urlsplit(came_from)
    return page.path + (f"?{page.query}" if page.query else "")


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
                return redirect(f"{reverse('directory:password')}?{urlencode({'next': way_back(request)})}")
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = refusal_answer(request, MethodUnknown())
            response["Allow"] = allowed
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A DoorstepError becomes its own page, a block for htmx, or JSON."""
        if not isinstance(exception, DoorstepError):
            return None
        return refusal_answer(request, exception)


def _may_wait(path: str) -> bool:
    """What is open before the first password is changed: changing it, leaving, type size, arriving, machines."""
    names = ("directory:password", "directory:sign_out", "directory:preferences")
    return path.startswith(("/api/", "/c/")) or path in [reverse(name) for name in names]
