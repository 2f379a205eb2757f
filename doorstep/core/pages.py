"""Pages of core: a long task and its file, the export of any list."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from doorstep.core.errors import NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.services import start_list_export
from doorstep.core.tasks import stop_task, task_of
from doorstep.core.views import view_rule


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
    path = settings.MEDIA_ROOT / task.result_file
    if not task.result_file or not path.is_file():
        raise NotFound
    return FileResponse(path.open("rb"), as_attachment=True, filename=task.result_name or path.name)


@view_rule("", kind="own_task")
@require_POST
def task_stop(request: DoorstepRequest, task_id: uuid.UUID) -> HttpResponse:
    """Stop one's own long work."""
    stop_task(task_id, actor=request.actor)
    return redirect("core:task", task_id)


@view_rule("core.export_list", kind="own_place")
@require_POST
def list_export(request: DoorstepRequest, name: str) -> HttpResponse:
    """Begin the export of a list under the filters in the query."""
    back = request.POST.get("back", "")
    params = {k: str(v) for k, v in request.GET.items()}
    places = [g.place for g in request.actor.grants if may(request.actor, "core.export_list", at=g.place)]
    task = start_list_export(
        list_name=name,
        params=params,
        place=places[0] if places else "",
        back=back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "",
        actor=request.actor,
    )
    return redirect("core:task", task.pk)
