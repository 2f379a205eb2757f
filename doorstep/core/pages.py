"""Pages of core: a long task and its file, the export of any list, the views one keeps of it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.core.errors import Invalid, Refused
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.services import drop_view, keep_view, start_list_export
from doorstep.core.tasks import stop_task, task_of
from doorstep.core.views import kept_file, view_rule


@view_rule("", kind="own_task")
@require_GET
def task_page(request: DoorstepRequest, task_id: uuid.UUID) -> HttpResponse:
    """Where one's own long work stands; htmx asks for the block alone."""
    task = task_of(task_id, request.actor)
    template = "core/task_block.html" if request.headers.get("HX-Request") else "core/task.html"
    share = min(100, round(100 * task.done / task.total)) if task.total else None
    return render(request, template, {"task": task, "share": share, "back": task.params.get("back", "")})


@view_rule("", kind="own_task")
@require_GET
def task_file(request: DoorstepRequest, task_id: uuid.UUID) -> FileResponse:
    """The file that one's own finished work left."""
    task = task_of(task_id, request.actor)
    return kept_file(task.result_file, called=task.result_name)


@view_rule("", kind="own_task")
@require_POST
def task_stop(request: DoorstepRequest, task_id: uuid.UUID) -> HttpResponse:
    """Stop one's own long work."""
    stop_task(task_id, actor=request.actor)
    return redirect("core:task", task_id)


def _back(request: DoorstepRequest) -> str:
    """The address of our own to return to, or nothing."""
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else ""


@view_rule("core.export_list", kind="own_place")
@require_POST
def list_export(request: DoorstepRequest, name: str) -> HttpResponse:
    """Begin the export of a list under the filters in the query."""
    params = {k: str(v) for k, v in request.GET.items()}
    places = [g.place for g in request.actor.grants if may(request.actor, "core.export_list", at=g.place)]
    task = start_list_export(
        list_name=name,
        params=params,
        place=places[0] if places else "",
        back=_back(request),
        actor=request.actor,
    )
    return redirect("core:task", task.pk)


@view_rule("core.keep_view", kind="own_list")
@require_POST
def view_keep(request: DoorstepRequest, name: str) -> HttpResponse:
    """Keep the filters and the sort in the query as a tab above the list."""
    try:
        kept = keep_view(
            list_name=name, title=request.POST.get("title", ""), params=request.GET.dict(), actor=request.actor
        )
    except (Invalid, Refused) as problem:
        messages.error(request, problem.text)
    else:
        messages.success(request, _("已存为视图“%(title)s”。") % {"title": kept.title})
    return redirect(_back(request) or "/")


@view_rule("core.keep_view", kind="own_view")
@require_POST
def view_drop(request: DoorstepRequest, view_id: int) -> HttpResponse:
    """Take one of one's own tabs away."""
    title = drop_view(view_id=view_id, actor=request.actor)
    messages.success(request, _("视图“%(title)s”已删除。") % {"title": title})
    return redirect(_back(request) or "/")
