"""Keeping the scenes of a place: adding them, saying what one sees, putting signs into them, showing them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.queries.places import base_by_id
from doorstep.catalogue.models import Panorama
from doorstep.catalogue.pages.panoramas_forms import NewSceneForm, PictureForm, SceneForm, scene_initial
from doorstep.catalogue.queries.panoramas import (
    marks_of,
    panorama_limits,
    panorama_to_keep,
    scenes_of,
    scenes_to_lead_to,
)
from doorstep.catalogue.queries.panoramas_shown import tour_of_base
from doorstep.catalogue.queries.panoramas_states import differences_of, state_kept
from doorstep.catalogue.services.panoramas import (
    bring_back_panorama,
    change_panorama,
    end_panorama,
    move_panorama,
    name_entrance,
)
from doorstep.catalogue.services.panoramas_pictures import add_panorama, replace_picture
from doorstep.catalogue.services.panoramas_review import hand_in_panorama, withdraw_panorama
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import Turn, press, press_one_of, said_above
from doorstep.core.views import view_rule

KEEP, PUBLISH = "catalogue.keep_panorama", "catalogue.publish_panorama"


def _base_to_keep(request: DoorstepRequest, base_id: int) -> Any:
    base = base_by_id(base_id, request.actor)
    if not may(request.actor, KEEP, at=base.place):
        raise NotFound
    return base


@view_rule(KEEP, kind="base")
@require_GET
def panoramas(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """The scenes of a place."""
    return _list(request, base_id)


def _list(request: DoorstepRequest, base_id: int, problem: str = "") -> HttpResponse:
    """The page with the scenes of a place, with what was refused just now."""
    base = _base_to_keep(request, base_id)
    scenes = scenes_of(base)
    used = [scene.pk for scene in scenes if scene.status != Panorama.Status.ENDED]
    shown = {"base": base, "scenes": scenes, "last": used[-1] if used else None, "problem": problem}
    shown["ended"] = request.GET.get("ended", "")
    return render(request, "catalogue/panoramas.html", shown, status=422 if problem else 200)


@view_rule(KEEP, kind="base")
def panorama_new(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Add a scene to a place."""
    base = _base_to_keep(request, base_id)
    form = NewSceneForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["picture"]
        try:
            made = add_panorama(
                base=base, title=form.cleaned_data["title"], upload=upload, name=upload.name, actor=request.actor
            )
        except DoorstepError as problem:
            form.add_error("picture", problem.text)
        else:
            return redirect("core:task", made.task_id)
    shown = {"base": base, "form": form, "limits": panorama_limits(base.place)}
    return render(request, "catalogue/panorama_new.html", shown, status=422 if form.errors else 200)


@view_rule(KEEP, kind="panorama")
def panorama(request: DoorstepRequest, panorama_id: int) -> HttpResponse:
    """One scene as its keeper sees it: the picture with its signs, and what is said of it."""
    found = panorama_to_keep(panorama_id, request.actor)
    form = SceneForm(posted(request), initial=scene_initial(found))
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        with said_above(form):
            change_panorama(
                panorama=found,
                facts=form.facts,
                version=whole(version) or 0,
                actor=request.actor,
            )
            messages.success(request, _("已保存。"))
            return redirect("catalogue:panorama", found.pk)
    return _answer(request, found, form, PictureForm())


def panorama_page(request: DoorstepRequest, panorama_id: int, problem: str) -> HttpResponse:
    """The page of a scene as it stands, with what was refused just now."""
    found = panorama_to_keep(panorama_id, request.actor)
    return _answer(request, found, SceneForm(initial=scene_initial(found)), PictureForm(), problem)


def _answer(
    request: DoorstepRequest, found: Panorama, form: SceneForm, picture: PictureForm, problem: str = ""
) -> HttpResponse:
    marks = marks_of(found)
    shown = {
        "panorama": found,
        "start": f"0-{found.pk}",
        "form": form,
        "picture": picture,
        "version": request.POST.get("version", found.version),
        "marks": [mark for mark in marks if mark.ended_at is None],
        "gone": [mark for mark in marks if mark.ended_at is not None],
        "undo": next((mark for mark in marks if str(mark.pk) == request.GET.get("undo") and mark.ended_at), None),
        "may_lead": scenes_to_lead_to(found).exists(),
        "tour": tour_of_base(found.base) if found.folder and found.status != Panorama.Status.ENDED else None,
        "problem": problem,
        **_review(request, found),
    }
    bad = form.errors or picture.errors or problem
    return render(request, "catalogue/panorama.html", shown, status=422 if bad else 200)


def _review(request: DoorstepRequest, found: Panorama) -> dict[str, Any]:
    """Whether this reader's word is awaited, on which state, and what it has other than what visitors see."""
    state = state_kept(found)
    return {
        "may_publish": found.status == Panorama.Status.WAITING and may(request.actor, PUBLISH, at=found.place),
        "is_own": found.handed_in_by_id is not None and found.handed_in_by_id == request.actor.account_id,
        "stamp": state.stamp,
        "differs": _("、").join(differences_of(state, found.edition)) if found.is_shown else "",
    }


@view_rule(KEEP, kind="panorama")
@require_POST
def panorama_replace(request: DoorstepRequest, panorama_id: int) -> HttpResponse:
    """Hand in another picture for a scene."""
    found = panorama_to_keep(panorama_id, request.actor)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["picture"]
        try:
            replaced = replace_picture(panorama=found, upload=upload, name=upload.name, actor=request.actor)
        except DoorstepError as problem:
            form.add_error("picture", problem.text)
        else:
            return redirect("core:task", replaced.task_id)
    return _answer(request, found, SceneForm(initial=scene_initial(found)), form)


@view_rule(KEEP, kind="panorama")
@require_POST
def panorama_turn(request: DoorstepRequest, panorama_id: int) -> HttpResponse:
    """Hand a scene in or show it to nobody, put it away and bring it back, make it the entrance, move it."""
    found, answer = panorama_to_keep(panorama_id, request.actor), request.POST.get("answer", "")
    listed, to = reverse("catalogue:panoramas", args=[found.base_id]), reverse("catalogue:panorama", args=[found.pk])
    if answer in ("up", "down"):
        step, page = -1 if answer == "up" else 1, partial(_list, request, found.base_id)
        return press(request, _("次序已改。"), move_panorama, to=listed, page=page, panorama=found, step=step)
    turns: dict[str, Turn] = {
        "hand_in": (hand_in_panorama, _("已报送，等上级看过后公开。")),
        "withdraw": (withdraw_panorama, _("已是草稿，来的人看不到。")),
        "end": (end_panorama, _("已停用，需要时可以恢复。")),
        "bring_back": (bring_back_panorama, _("已恢复成草稿。")),
        "entrance": (name_entrance, _("参观从“%(title)s”开始。") % {"title": found.title}),
    }
    to = f"{listed}?ended={found.pk}" if answer == "end" else to
    return press_one_of(request, turns, to=to, page=partial(panorama_page, request, found.pk), panorama=found)
