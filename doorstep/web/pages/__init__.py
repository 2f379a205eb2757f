"""Pages of the shell: home by role, search, and what is said when something goes wrong."""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from doorstep.config.troubles import is_full_disk
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound, NotPermitted, TooLong
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import refusal_answer, view_rule
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


class Garbled(DoorstepError):
    """The request itself could not be read (400)."""

    code = "garbled"
    template = _("地址或表单不完整，读不懂。请回到上一页，重新填写再发送。")


class PageTooOld(NotPermitted):
    """A form from a page that was open too long; nothing was written (403)."""

    code = "page_too_old"
    template = _("为了安全，放久的表单不能直接发送，什么都没有写入。请刷新页面，再做一次。")


class OurFault(DoorstepError):
    """Something broke here (500)."""

    status = 500
    code = "server_error"
    template = _("系统出了差错，已经记下；不是您的问题，也没有写入一半的内容。请稍后再试一次。")


class NoRoomLeft(OurFault):
    """The disk is full; nothing was written (503)."""

    status = 503
    code = "disk_full"
    template = _("服务器的磁盘满了，这一步没有写入，以前的记录都完好。请告诉管服务器的人腾出空间，再做一次。")


def bad_request(request: HttpRequest, exception: Exception | None = None, **kept: Any) -> HttpResponse:
    """400: the request could not be read; 413: it was longer than what is taken at once."""
    is_too_long = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    return refusal_answer(request, TooLong() if is_too_long else Garbled())


def forbidden(request: HttpRequest, exception: Exception | None = None, **kept: Any) -> HttpResponse:
    """403: not with this role."""
    return refusal_answer(request, NotPermitted())


def not_found(request: HttpRequest, exception: Exception | None = None, **kept: Any) -> HttpResponse:
    """404: not here, or not in one's reach."""
    return refusal_answer(request, NotFound())


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was open too long; nothing was written."""
    return refusal_answer(request, PageTooOld())


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; no trace is shown. 503: there is no room left on the disk."""
    return refusal_answer(request, NoRoomLeft() if is_full_disk(sys.exception()) else OurFault())
