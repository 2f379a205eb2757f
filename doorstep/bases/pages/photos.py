"""Photographs of places: those of one place, handing one in, looking at it, and the picture itself."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.models import Photo
from doorstep.bases.queries.photos import file_of, photo_by_id, photo_to_keep, photos_of, photos_visible_to
from doorstep.bases.queries.photos_public import published_photo
from doorstep.bases.queries.places import base_by_id, bases_named, county_choices
from doorstep.bases.services.photos import (
    PhotoFacts,
    add_photo,
    bring_back_photo,
    change_photo,
    make_cover,
    move_photo,
    review_photo,
    take_down_photo,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.policies import policy_at
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import Turn, press, press_one_of, said_above
from doorstep.core.views import kept_picture, view_rule

PHOTOS = register_list(
    ListSpec(
        name="bases.photos",
        action="bases.view_base",
        title=gettext_lazy("阵地照片"),
        columns=(
            ListColumn(
                "caption",
                gettext_lazy("标题"),
                lambda p: p.caption,
                "link",
                url=lambda p: f"{reverse('bases:photos', args=[p.base_id])}#photo-{p.pk}",
                sort=("caption",),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda p: p.status, "status"),
            ListColumn("base", gettext_lazy("阵地"), lambda p: p.base.name, sort=("base__name",)),
            ListColumn("unit", gettext_lazy("所属单位"), lambda p: p.base.unit.short_name),
            ListColumn("credit", gettext_lazy("谁拍的"), lambda p: p.credit),
            ListColumn(
                "on", gettext_lazy("上传日期"), lambda p: clock.local(p.added_at).date(), "date", sort=("added_at",)
            ),
        ),
        source=lambda actor, params: photos_visible_to(actor),
        default_sort=("-added_at",),
        filters=(
            ListFilter(
                "q",
                gettext_lazy("阵地名称或拼音首字母"),
                lambda rows, v: rows.filter(base__in=bases_named(v)),
                "text",
            ),
            ListFilter(
                "status", gettext_lazy("状态"), lambda rows, v: rows.filter(status=v), choices=Photo.Status.choices
            ),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(base__county=v),
                choices=county_choices,
            ),
        ),
        empty_text=gettext_lazy("还没有照片。打开一处阵地，从“照片”里传。"),
        row_line2=lambda p: p.base.name,
    )
)


@view_rule("bases.view_base", kind="list")
@require_GET
def photos_list(request: DoorstepRequest) -> HttpResponse:
    """The photographs one may see, of all places."""
    return render(request, "web/list.html", {"listing": listing_of(PHOTOS, request.actor, request.GET.dict())})


class PhotoForm(forms.Form):
    """What is said of a photograph."""

    caption = forms.CharField(label=gettext_lazy("标题"), max_length=120)
    alt = forms.CharField(
        label=gettext_lazy("文字描述"),
        max_length=200,
        help_text=gettext_lazy("看不见照片的人会听到这句话，例如：廊桥边的石阶上，三十来人坐着听讲"),
    )
    credit = forms.CharField(
        label=gettext_lazy("谁拍的"), max_length=80, required=False, help_text=gettext_lazy("写单位，不写个人姓名")
    )

    @property
    def facts(self) -> PhotoFacts:
        """What a valid form says."""
        return PhotoFacts(**{name: self.cleaned_data[name] for name in ("caption", "alt", "credit")})


class NewPhotoForm(PhotoForm):
    """A photograph to be handed in."""

    picture = forms.FileField(
        label=gettext_lazy("照片"),
        help_text=gettext_lazy("JPG 或 PNG，最大 15 MB，手机上可以直接拍；拍摄地点和时间会自动去掉"),
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png"}),
    )
    field_order = ("picture", "caption", "alt", "credit")


@view_rule("bases.view_base", kind="base", post="bases.keep_base")
def photos(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """The photographs of a place; POST hands one in."""
    base, actor = base_by_id(base_id, request.actor), request.actor
    may_keep = may(actor, "bases.keep_base", at=base.place)
    form = NewPhotoForm()
    if request.method == "POST":
        if not may_keep:
            raise NotFound
        form = NewPhotoForm(request.POST, request.FILES)
        if form.is_valid():
            upload = form.cleaned_data["picture"]
            with said_above(form):
                add_photo(base=base, upload=upload.file, upload_name=upload.name, facts=form.facts, actor=actor)
                messages.success(request, _("已上传，等上级审核后公开。"))
                return redirect("bases:photos", base.pk)
    shown = {
        "base": base,
        "photos": photos_of(base, actor),
        "form": form if may_keep and base.valid_to is None else None,
        "may_keep": may_keep,
        "may_publish": may(actor, "bases.publish_photo", at=base.place),
        "most": policy_at("photo.most_of_place", on=clock.today(), place=base.place).integer,
    }
    return render(request, "bases/photos.html", shown, status=422 if form.errors else 200)


@view_rule("bases.keep_base", kind="photo")
def photo_edit(request: DoorstepRequest, photo_id: int) -> HttpResponse:
    """Change what is said of a photograph."""
    found = photo_to_keep(photo_id, request.actor)
    initial = {name: getattr(found, name) for name in ("caption", "alt", "credit")}
    form = PhotoForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            change_photo(photo=found, facts=form.facts, actor=request.actor)
            messages.success(request, _("已保存，等上级再看一遍。"))
            return redirect("bases:photos", found.base_id)
    return render(request, "bases/photo_edit.html", {"photo": found, "form": form}, status=422 if form.errors else 200)


@view_rule("bases.keep_base", kind="photo")
@require_POST
def photo_turn(request: DoorstepRequest, photo_id: int) -> HttpResponse:
    """Move a photograph in the order, show it first, take it down, bring it back."""
    found = photo_by_id(photo_id, request.actor)
    turns: dict[str, Turn] = {
        "up": (partial(move_photo, up=True), _("次序已改。")),
        "down": (partial(move_photo, up=False), _("次序已改。")),
        "cover": (make_cover, _("已作为封面。")),
        "take_down": (take_down_photo, _("已撤下，谁都看不到了，需要时可以恢复。")),
        "bring_back": (bring_back_photo, _("已恢复，等上级再审核。")),
    }
    return press_one_of(request, turns, to=_address_of(found), photo=found)


def _address_of(photo: Photo) -> str:
    """Where a photograph stands among those of its place."""
    return f"{reverse('bases:photos', args=[photo.base_id])}#photo-{photo.pk}"


@view_rule("bases.publish_photo", kind="photo")
@require_POST
def photo_review(request: DoorstepRequest, photo_id: int) -> HttpResponse:
    """Publish a photograph as it was looked at, or return it with the reason."""
    found, accept = photo_by_id(photo_id, request.actor), request.POST.get("answer") == "accept"
    version, note = whole(request.POST.get("version", "")) or 0, request.POST.get("note", "")[:200]
    said = _("已发布。") if accept else _("已退回，原因已写给上传的单位。")
    review = partial(review_photo, photo=found, accept=accept, note=note, version=version)
    return press(request, said, review, to=_address_of(found))


@view_rule("bases.view_base", kind="photo")
@require_GET
def photo(request: DoorstepRequest, photo_id: int, width: int) -> FileResponse:
    """A photograph as staff see it, published or not."""
    return kept_picture(file_of(photo_by_id(photo_id, request.actor), width))


@view_rule("", kind="photo_key", public=True)
@require_GET
def photo_public(request: DoorstepRequest, key: UUID, width: int) -> FileResponse:
    """A published photograph for everybody, under a name nobody can guess; browsers may keep it."""
    return kept_picture(file_of(published_photo(key), width), is_public=True)
