"""Signs in a scene: set by clicking in the picture or by typing degrees, changed, taken out, brought back."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from doorstep.catalogue.models import Panorama, PanoramaMark
from doorstep.catalogue.pages.panoramas_editor import KEEP, panorama_page
from doorstep.catalogue.pages.panoramas_forms import MarkForm, WayForm
from doorstep.catalogue.queries.panoramas import mark_to_keep, panorama_to_keep
from doorstep.catalogue.queries.panoramas_shown import tour_of_base
from doorstep.catalogue.services.panoramas_marks import change_mark, end_mark, place_mark, restore_mark
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import Turn, press_one_of, said_above
from doorstep.core.views import view_rule


@view_rule(KEEP, kind="panorama")
def mark_new(request: DoorstepRequest, panorama_id: int) -> HttpResponse:
    """Set a sign, or with `kind=way` a way to another scene of the place."""
    found = panorama_to_keep(panorama_id, request.actor)
    shape = WayForm if request.GET.get("kind") == "way" else MarkForm
    form = shape(_sent(request), initial={"yaw": 0, "pitch": 0}, panorama=found, mark=None)
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            place_mark(panorama=found, facts=form.facts, actor=request.actor)
            messages.success(request, _("已标在画面里。"))
            return redirect("catalogue:panorama", found.pk)
    return _answer(request, found, form, None)


@view_rule(KEEP, kind="panorama_mark")
def mark(request: DoorstepRequest, mark_id: int) -> HttpResponse:
    """Change a sign."""
    found = mark_to_keep(mark_id, request.actor)
    shape = WayForm if found.target_id else MarkForm
    initial = {name: getattr(found, name) for name in ("title", "text", "yaw", "pitch")}
    initial |= {"course": found.course_id, "target": found.target_id}
    form = shape(_sent(request), initial=initial, panorama=found.panorama, mark=found)
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            change_mark(mark=found, facts=form.facts, actor=request.actor)
            messages.success(request, _("已保存。"))
            return redirect("catalogue:panorama", found.panorama_id)
    return _answer(request, found.panorama, form, found)


def _sent(request: DoorstepRequest) -> Any:
    return posted(request)


def _answer(request: DoorstepRequest, found: Panorama, form: MarkForm, mark: PanoramaMark | None) -> HttpResponse:
    shown = {
        "panorama": found,
        "start": f"0-{found.pk}",
        "form": form,
        "mark": mark,
        "is_way": isinstance(form, WayForm),
        "tour": tour_of_base(found.base) if found.folder else None,
    }
    return render(request, "catalogue/panorama_mark.html", shown, status=422 if form.errors else 200)


@view_rule(KEEP, kind="panorama_mark")
@require_POST
def mark_turn(request: DoorstepRequest, mark_id: int) -> HttpResponse:
    """Take a sign out, or bring it back."""
    found = mark_to_keep(mark_id, request.actor)
    turns: dict[str, Turn] = {
        "end": (end_mark, _("已去掉，需要时可以恢复。")),
        "restore": (restore_mark, _("已恢复。")),
    }
    to = reverse("catalogue:panorama", args=[found.panorama_id])
    to += f"?undo={found.pk}" if request.POST.get("answer") == "end" else ""
    return press_one_of(request, turns, to=to, page=partial(panorama_page, request, found.panorama_id), mark=found)
