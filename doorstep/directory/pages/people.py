"""People: the list one may see, a person's page, masked fields, moves and posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotPermitted
from doorstep.core.fields import day_field
from doorstep.core.listing import listing_of
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.models import Unit
from doorstep.directory.pages.lists import PEOPLE
from doorstep.directory.queries import (
    has_account,
    home_units,
    line_of,
    person_by_id,
    posts_of,
    unit_by_id,
    units_visible_to,
)
from doorstep.directory.rules.tree import MEMBER_HOMES
from doorstep.directory.services.people import move_member, reveal_field


class MoveForm(forms.Form):
    """Where a person moves, from which day on, and why."""

    unit = forms.ModelChoiceField(label=_("转入支部"), queryset=Unit.objects.none())
    on = day_field(_("从哪天起"))
    reason = forms.CharField(label=_("原因"), max_length=40, required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


@view_rule("directory.view_person", kind="list")
@require_GET
def people(request: DoorstepRequest) -> HttpResponse:
    """The people one may see."""
    listing = listing_of(PEOPLE, request.actor, request.GET.dict())
    shown = {"listing": listing, "may_move": may(request.actor, "directory.move_member")}
    return render(request, "directory/people.html", shown)


@view_rule("directory.view_person", kind="person")
@require_GET
def person(request: DoorstepRequest, person_id: int) -> HttpResponse:
    """One person: who, where, since when; sensitive fields masked."""
    who = person_by_id(person_id, request.actor)
    home = home_units([who.pk], clock.today()).get(who.pk)
    place = home.path if home else None
    return render(
        request,
        "directory/person.html",
        {
            "person": who,
            "home": home,
            "line": line_of(home) if home else [],
            "memberships": who.memberships.select_related("unit").order_by("-valid_from"),
            "posts": posts_of([who.pk]).get(who.pk, []),
            "may_reveal": may(request.actor, "directory.reveal_person", at=place),
            "may_move": may(request.actor, "directory.move_member", at=place),
            "may_appoint": may(request.actor, "directory.appoint_post", at=place),
            "may_open_account": may(request.actor, "directory.open_account", at=place) and not has_account(who.pk),
        },
    )


@view_rule("directory.reveal_person", kind="person")
@require_POST
def reveal(request: DoorstepRequest, person_id: int) -> HttpResponse:
    """Show one masked field in full, for a reason."""
    who = person_by_id(person_id, request.actor)
    field = request.POST.get("field", "")
    try:
        value = reveal_field(person=who, field=field, reason=request.POST.get("reason", ""), actor=request.actor)
    except DoorstepError as problem:
        if problem.code != "reason_needed":
            raise
        said = {"person": who, "field": field, "problem": problem.text}
        return render(request, "directory/reveal.html", said, status=422)
    return render(request, "directory/reveal.html", {"person": who, "field": field, "value": value})


@view_rule("directory.move_member", kind="person")
def move(request: DoorstepRequest, person_id: int) -> HttpResponse:
    """Transfer a person to another branch."""
    who = person_by_id(person_id, request.actor)
    home = home_units([who.pk], clock.today()).get(who.pk)
    if not may(request.actor, "directory.move_member", at=home.path if home else None):
        raise NotPermitted
    units = units_visible_to(request.actor).filter(kind__in=MEMBER_HOMES, valid_to__isnull=True).order_by("path")
    wanted = request.GET.get("township", "")
    if wanted.isdigit():
        units = units.filter(path__startswith=unit_by_id(int(wanted), request.actor).path)
    form = MoveForm(request.POST or None, units=units, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            move_member(person=who, actor=request.actor, **form.cleaned_data)
            return redirect("directory:person", who.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "directory/move.html", {"person": who, "form": form}, status=status)
