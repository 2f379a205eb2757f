"""Party posts of a person: taken up and left, each from a day on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.fields import day_field
from doorstep.core.permissions import visible_to
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.models import Post, Unit
from doorstep.directory.queries import home_units, line_of, person_by_id
from doorstep.directory.rules.person_columns import LEADING_POSTS
from doorstep.directory.rules.reference import code_lists
from doorstep.directory.services.people import appoint_post, end_post

NO_POST = "0"


class AppointForm(forms.Form):
    """Which post, where, from which day on."""

    post = forms.ChoiceField(label=gettext_lazy("职务"))
    unit = forms.ModelChoiceField(label=gettext_lazy("在哪个党组织"), queryset=Unit.objects.none(), empty_label=None)
    since = day_field(gettext_lazy("从哪天起"), initial=clock.today)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        posts = [(code, name) for code, name in code_lists()["party_post"].items() if code != NO_POST]
        self.fields["post"].choices = posts  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """On which day a post ends."""

    on = day_field(gettext_lazy("离任日期"), initial=clock.today)


@view_rule("directory.appoint_post", kind="person")
def post_new(request: DoorstepRequest, person_id: int) -> HttpResponse:
    """Appoint a person in their own branch or a unit above it; hours required follow from that day on."""
    who = person_by_id(person_id, request.actor)
    home = home_units([who.pk], clock.today()).get(who.pk)
    line = [unit.pk for unit in line_of(home)] if home else []
    offered = visible_to(request.actor, "directory.appoint_post", Unit.objects.filter(pk__in=line), place="path")
    units = offered.order_by("-depth")
    if not units:
        raise NotPermitted
    form = AppointForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        is_leader = form.cleaned_data["post"] in LEADING_POSTS
        with said_above(form):
            appoint_post(person=who, is_leader=is_leader, actor=request.actor, **form.cleaned_data)
            messages.success(request, _("已任职。今年要学的学时从这一天起按新职务算。"))
            return redirect("directory:person", who.pk)
    return _page(request, who, form, _("任职"))


@view_rule("directory.appoint_post", kind="post")
def post_end(request: DoorstepRequest, post_id: int) -> HttpResponse:
    """Let a person leave a post."""
    posts = visible_to(
        request.actor, "directory.appoint_post", Post.objects.select_related("unit", "person"), place="unit__path"
    )
    post = posts.filter(pk=post_id).first()
    if post is None:
        raise NotFound
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            end_post(post=post, actor=request.actor, **form.cleaned_data)
            messages.success(request, _("已离任。"))
            return redirect("directory:person", post.person_id)
    title = _("%(unit)s%(post)s离任") % {"unit": post.unit.short_name, "post": post.post_name}
    return _page(request, post.person, form, title)


def _page(request: DoorstepRequest, who: Any, form: forms.Form, title: str) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "directory/post.html", {"person": who, "form": form, "title": title}, status=status)
