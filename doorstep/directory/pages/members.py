"""One person at a time: entered in a branch, gone from the network, back again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may, visible_to
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.directory.jobs.roster_words import sentence
from doorstep.directory.models import Membership, Person
from doorstep.directory.queries import is_demo_database, person_by_id, unit_by_id
from doorstep.directory.rules.id_number import clean_id_number, sex_of
from doorstep.directory.rules.person_fields import clean_mobile, clean_name
from doorstep.directory.rules.roster_types import Cleaned
from doorstep.directory.rules.tree import MEMBER_HOMES
from doorstep.directory.services.leaving import leave_network, take_back_leaving
from doorstep.directory.services.people import enter_person


class PersonForm(forms.Form):
    """Who is entered; sex and date of birth are those of the ID number."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    id_number = forms.CharField(
        label=gettext_lazy("公民身份证号"),
        max_length=30,
        help_text=gettext_lazy("加密保存，页面上只显示头尾几位。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    mobile = forms.CharField(
        label=gettext_lazy("手机"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    category = forms.ChoiceField(label=gettext_lazy("人员类别"), choices=Person.Category.choices)
    since = day_field(gettext_lazy("从哪天起在本支部"), initial=clock.today)

    def clean_name(self) -> str:
        """The name as rosters take it."""
        return self._taken(clean_name(self.cleaned_data["name"]))

    def clean_mobile(self) -> str:
        """The mobile number as rosters take it."""
        return self._taken(clean_mobile(self.cleaned_data["mobile"]))

    def clean_id_number(self) -> str:
        """The ID number as rosters take it."""
        typed = self.cleaned_data["id_number"]
        return self._taken(clean_id_number(typed, today=clock.today(), allow_demo=is_demo_database()))

    @staticmethod
    def _taken(cleaned: Cleaned) -> str:
        if cleaned.is_wrong:
            raise forms.ValidationError([sentence(one.field, one.code, one.params) for one in cleaned.problems])
        return cleaned.value

    @property
    def facts(self) -> dict[str, Any]:
        """What `enter_person` is told."""
        number = self.cleaned_data["id_number"]
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        return {**self.cleaned_data, "sex": sex_of(number), "birth_date": birth}


class LeavingForm(forms.Form):
    """Why and since when somebody is no more in the network."""

    left_as = forms.ChoiceField(label=gettext_lazy("为什么离开"), choices=Membership.Leaving.choices)
    on = day_field(gettext_lazy("从哪天起"), initial=clock.today)


def _left(actor: Actor, _params: Mapping[str, str]) -> QuerySet[Membership]:
    rows = Membership.objects.exclude(left_as="").filter(is_primary=True).select_related("person", "unit")
    return visible_to(actor, "directory.move_member", rows, place="unit__path")


LEFT = register_list(
    ListSpec(
        name="directory.left",
        action="directory.move_member",
        title=gettext_lazy("已离开的学员"),
        columns=(
            ListColumn("name", gettext_lazy("姓名"), lambda m: m.person.name, sort=("person__name",)),
            ListColumn("unit", gettext_lazy("原来的支部"), lambda m: m.unit.short_name, sort=("unit__short_name",)),
            ListColumn("on", gettext_lazy("从哪天起"), lambda m: m.valid_to, "date", sort=("valid_to",)),
            ListColumn("left_as", gettext_lazy("为什么离开"), lambda m: m.get_left_as_display()),
            ListColumn(
                "back",
                gettext_lazy("登错了"),
                lambda _m: gettext_lazy("恢复"),
                "link",
                url=lambda m: reverse("directory:left_back", args=[m.pk]),
            ),
        ),
        source=_left,
        default_sort=("-valid_to",),
        filters=(
            ListFilter(
                "left_as",
                gettext_lazy("为什么离开"),
                lambda rows, value: rows.filter(left_as=value),
                choices=tuple(Membership.Leaving.choices),
            ),
            ListFilter("q", gettext_lazy("姓名"), lambda rows, text: rows.filter(person__name__contains=text), "text"),
        ),
        empty_text=gettext_lazy("没有登记过离开的学员。有人转出本市、去世或出党，请打开他的页面，点“登记离开”。"),
        row_line2=lambda m: f"{m.unit.short_name}　{m.get_left_as_display()}",
    )
)


@view_rule("directory.edit_person", kind="branch")
def person_new(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Enter one person in a branch."""
    unit = unit_by_id(unit_id, request.actor)
    if not may(request.actor, "directory.edit_person", at=unit.path):
        raise NotPermitted
    if unit.kind not in MEMBER_HOMES or unit.valid_to is not None:
        raise NotFound
    form = PersonForm(request.POST or None)

    def write() -> str:
        entered = enter_person(unit=unit, actor=request.actor, **form.facts)
        messages.success(request, _("已登记%(name)s。") % {"name": entered.name})
        return reverse("directory:person", args=[entered.pk])

    shown = {"unit": unit, "title": _("加一名学员"), "button": _("登记")}
    return _answered(request, form, write, "directory/unit_form.html", shown)


@view_rule("directory.move_member", kind="person")
def person_leave(request: DoorstepRequest, person_id: int) -> HttpResponse:
    """Say that a person is no more in the network."""
    who = person_by_id(person_id, request.actor)
    here = who.memberships.filter(is_primary=True, valid_to=None).select_related("unit").first()
    if here is None or not may(request.actor, "directory.move_member", at=here.unit.path):
        raise NotPermitted
    form = LeavingForm(request.POST or None)

    def write() -> str:
        leave_network(membership=here, actor=request.actor, **form.cleaned_data)
        messages.success(request, _("%(name)s已登记离开。登错了，可以在这一页恢复。") % {"name": who.name})
        return reverse("directory:left")

    note = _(
        "从这一天起不再算应训人员，党内职务同时结束，还没开的班让出名额；以前的培训和学时都留着。"
        "账号的身份今天收回：转出本市的收回支部书记和学员身份，其他的全部收回。"
    )
    return _answered(request, form, write, "directory/post.html", {"person": who, "title": _("登记离开"), "note": note})


@view_rule("directory.move_member", kind="list")
@require_GET
def left(request: DoorstepRequest) -> HttpResponse:
    """Who has left the network."""
    return render(request, "web/list.html", {"listing": listing_of(LEFT, request.actor, request.GET.dict())})


@view_rule("directory.move_member", kind="left")
def left_back(request: DoorstepRequest, membership_id: int) -> HttpResponse:
    """Take back that somebody left."""
    found = _left(request.actor, {}).filter(pk=membership_id).first()
    if found is None:
        raise NotFound
    if request.method != "POST":
        return render(request, "directory/left_back.html", {"membership": found})
    to = reverse("directory:left")
    said = _("%(name)s已恢复到%(unit)s。") % {"name": found.person.name, "unit": found.unit.short_name}
    return press(request, said, take_back_leaving, to=to, membership=found)


def _answered(
    request: DoorstepRequest, form: forms.Form, write: Callable[[], str], page: str, shown: dict[str, Any]
) -> HttpResponse:
    """The form, or the page `write` leads to once it is written."""
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            return redirect(write())
    return render(request, page, {**shown, "form": form}, status=422 if form.errors else 200)
