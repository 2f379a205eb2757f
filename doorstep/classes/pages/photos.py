"""A session at a place that is no base: where it is on the map, and pictures that show it was held."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.classes.models import SessionPhoto
from doorstep.classes.pages.forms import DressedForm
from doorstep.classes.queries.classes import class_by_id, session_by_id
from doorstep.classes.queries.heads import class_head
from doorstep.classes.queries.hosts import host_places
from doorstep.classes.queries.photos import photo_by_id, photos_of
from doorstep.classes.services.photos import add_photo, take_photo_away
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import said_above
from doorstep.core.views import kept_file, view_rule


class PhotoForm(DressedForm):
    """A picture and what it shows."""

    picture = forms.FileField(
        label=gettext_lazy("照片"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=gettext_lazy("JPG 或 PNG，最大 15 MB。拍摄地点等信息会自动去掉。"),
    )
    caption = forms.CharField(
        label=gettext_lazy("说明"), max_length=80, required=False, help_text=gettext_lazy("写内容，不要写人名")
    )


def _may_show(request: DoorstepRequest, photo: SessionPhoto) -> bool:
    held = photo.session.training_class
    return may(request.actor, "classes.show_photo", at=held.place, shared=host_places(held))


@view_rule("classes.view_class", kind="session", post="classes.show_photo")
def session_photos(request: DoorstepRequest, class_id: int, session_id: int) -> HttpResponse:
    """Where a session is held and its pictures; POST adds one."""
    found = class_by_id(class_id, request.actor)
    session = session_by_id(found, session_id)
    may_show = may(request.actor, "classes.show_photo", at=found.place, shared=host_places(found))
    if request.method == "POST" and not may_show:
        raise NotFound
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PhotoForm(*sent)
    if request.method == "POST" and form.is_valid():
        picture = form.cleaned_data["picture"]
        caption = form.cleaned_data["caption"]
        with said_above(form):
            add_photo(session=session, upload=picture, name=picture.name, caption=caption, actor=request.actor)
            messages.success(request, _("照片已留存。"))
            return redirect("classes:photos", found.pk, session.pk)
    shown = {
        **class_head(found, request.actor, "overview"),
        "session": session,
        "photos": photos_of(session),
        "form": form,
        "may_show": may_show,
        "has_begun": session.starts_at <= clock.now(),
    }
    return render(request, "classes/photos.html", shown, status=422 if form.errors else 200)


@view_rule("classes.view_class", kind="session_photo")
@require_GET
def photo_file(request: DoorstepRequest, class_id: int, photo_id: int) -> FileResponse:
    """One picture of a session."""
    photo = photo_by_id(class_by_id(class_id, request.actor), photo_id)
    answer = kept_file(photo.file, called=f"{photo.session.held_on:%Y%m%d}.webp")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@view_rule("classes.show_photo", kind="session_photo")
@require_POST
def photo_away(request: DoorstepRequest, class_id: int, photo_id: int) -> HttpResponse:
    """Show a picture no longer."""
    photo = photo_by_id(class_by_id(class_id, request.actor), photo_id)
    if not _may_show(request, photo):
        raise NotFound
    take_photo_away(photo=photo, actor=request.actor)
    messages.success(request, _("这张照片不再显示。"))
    return redirect("classes:photos", class_id, photo.session_id)
