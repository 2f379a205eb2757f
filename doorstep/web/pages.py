"""Pages of the shell: home by role, search, and what is said when something goes wrong."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from doorstep.core import clock
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.web.queries.homes import home_for
from doorstep.web.queries.search import found_for


@view_rule("", kind="none")
@require_GET
def home(request: DoorstepRequest) -> HttpResponse:
    """What one's role has to do today, what goes on, what is behind."""
    view = home_for(request.actor, clock.today())
    if view.redirect:
        return redirect(view.redirect)
    return render(request, view.template, view.context)


@view_rule("", kind="none")
@require_GET
def search(request: DoorstepRequest) -> HttpResponse:
    """People, units, classes and bases by Chinese or pinyin initials, within one's own reach."""
    text = request.GET.get("q", "").strip()[:40]
    groups = found_for(text, request.actor) if text else []
    template = "web/search_block.html" if request.headers.get("HX-Request") else "web/search.html"
    return render(request, template, {"q": text, "groups": groups, "any": any(g.hits for g in groups)})


@view_rule("", kind="none")
@require_GET
def more(request: DoorstepRequest) -> HttpResponse:
    """Every entry of the rail, for the phone."""
    return render(request, "web/more.html")


@view_rule("", kind="none")
@require_GET
def help_page(request: DoorstepRequest) -> HttpResponse:
    """How the main job goes, and where the figures come from."""
    return render(request, "web/help.html")


_SAID = {
    400: ("invalid", _("这个请求读不懂")),
    403: ("not_permitted", _("您现在的身份不能打开这一页")),
    404: ("not_found", _("没有找到这一页")),
    413: ("too_long", _("文件太大了")),
    500: ("server_error", _("系统出了差错")),
}


def _problem(request: HttpRequest, status: int, name: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        code, text = _SAID[status]
        return JsonResponse({"code": code, "text": str(text)}, status=status)
    return render(request, f"web/errors/{name}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None, **kept: Any) -> HttpResponse:
    """400: the request could not be read; 413: it was longer than what is taken at once."""
    if isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return _problem(request, 413, "413")
    return _problem(request, 400, "400")


def forbidden(request: HttpRequest, exception: Exception | None = None, **kept: Any) -> HttpResponse:
    """403: not with this role."""
    return _problem(request, 403, "403")


def not_found(request: HttpRequest, exception: Exception | None = None, **kept: Any) -> HttpResponse:
    """404: not here, or not in one's reach."""
    return _problem(request, 404, "404")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was open too long; nothing was written."""
    return _problem(request, 403, "csrf")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; no trace is shown."""
    return _problem(request, 500, "500")
