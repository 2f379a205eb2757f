"""Holding a class together: the units asked, their answers, leaving."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from doorstep.classes.models import ClassHost, TrainingClass
from doorstep.classes.pages.forms import DressedForm
from doorstep.classes.queries.classes import class_by_id
from doorstep.classes.queries.heads import class_head
from doorstep.classes.queries.hosts import host_by_id, host_lines, hosts_are_fixed, lead_percent, units_to_invite
from doorstep.classes.services.hosts import HostTerms, answer_invitation, end_hosting, invite_host
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule

MOST_YUAN = 10_000_000


class HostForm(DressedForm):
    """Which unit is asked, what it gets and what it bears."""

    unit = forms.TypedChoiceField(label=gettext_lazy("请哪个单位"), coerce=int)
    seats = forms.IntegerField(
        label=gettext_lazy("给它多少名额（人）"),
        min_value=0,
        max_value=10_000,
        initial=0,
        help_text=gettext_lazy("同意以后自动分过去，由它提名。"),
    )
    cost_percent = forms.IntegerField(label=gettext_lazy("承担费用（%）"), min_value=0, max_value=100, required=False)
    cost_yuan = forms.DecimalField(
        label=gettext_lazy("或承担一个数（元）"), min_value=0, max_value=MOST_YUAN, decimal_places=2, required=False
    )
    words = forms.CharField(
        label=gettext_lazy("分工和其他约定"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("例如：负责现场教学和午餐"),
    )

    def __init__(self, *args: Any, units: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = groupby(units, key=lambda unit: unit.parent.short_name if unit.kind == "township" else "")
        choices: list[Any] = [("", _("请选择"))]
        for above, rows in groups:
            named = [(unit.pk, unit.short_name) for unit in rows]
            choices += [(above, named)] if above else named
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]

    @property
    def terms(self) -> HostTerms:
        """What a valid form means."""
        data = self.cleaned_data
        fen = int((data["cost_yuan"] or 0) * 100)
        return HostTerms(data["seats"], data["cost_percent"] or 0, fen, data["words"])


@view_rule("classes.view_class", kind="class", post="classes.invite_host")
def hosts(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Who holds a class together and on which terms; POST asks one more unit."""
    found = class_by_id(class_id, request.actor)
    may_invite = may(request.actor, "classes.invite_host", at=found.place)
    is_fixed = hosts_are_fixed(found)
    form = None
    if request.method == "POST" and not may_invite:
        raise NotFound
    if may_invite and (not is_fixed or request.method == "POST"):
        units = {unit.pk: unit for unit in units_to_invite(found)}
        form = HostForm(posted(request), units=list(units.values()))
        if request.method == "POST" and form.is_valid():
            unit = units[form.cleaned_data["unit"]]
            with said_above(form):
                invite_host(training_class=found, unit=unit, terms=form.terms, actor=request.actor)
                messages.success(request, _("已发出邀请，%(unit)s的首页会看到。") % {"unit": unit.short_name})
                return redirect("classes:hosts", found.pk)
    shown = {**class_head(found, request.actor, "hosts"), **_lines(found, request, is_fixed=is_fixed), "form": form}
    return render(request, "classes/hosts.html", shown, status=422 if form is not None and form.errors else 200)


def _lines(training_class: TrainingClass, request: DoorstepRequest, *, is_fixed: bool) -> dict[str, Any]:
    lines = host_lines(training_class, request.actor, is_fixed=is_fixed)
    return {"lines": lines, "lead_percent": lead_percent([line.host for line in lines]), "is_fixed": is_fixed}


def _host(request: DoorstepRequest, class_id: int, host_id: int) -> ClassHost:
    """A co-host of a class one sees; raises NotFound."""
    return host_by_id(class_by_id(class_id, request.actor), host_id)


@view_rule("classes.answer_invitation", kind="class_host")
@require_POST
def host_answer(request: DoorstepRequest, class_id: int, host_id: int) -> HttpResponse:
    """Say for a unit whether it holds a class too."""
    host = _host(request, class_id, host_id)
    accept = request.POST.get("answer") == "accept"
    reason = request.POST.get("reason", "")
    answer_invitation(host=host, accept=accept, reason=reason, actor=request.actor)
    if not accept:
        messages.success(request, _("已答复不参加，主办单位会看到原因。"))
        return redirect("classes:classes")
    messages.success(request, _("已同意合办。名额在“名额”里，可以往下分、可以提名。"))
    return redirect("classes:hosts", class_id)


@view_rule("classes.end_hosting", kind="class_host")
@require_POST
def host_end(request: DoorstepRequest, class_id: int, host_id: int) -> HttpResponse:
    """Let a unit hold a class no longer."""
    host = _host(request, class_id, host_id)
    end_hosting(host=host, reason=request.POST.get("reason", ""), actor=request.actor)
    messages.success(request, _("已退出合办，没用的名额已退回。"))
    if may(request.actor, "classes.invite_host", at=host.training_class.place):
        return redirect("classes:hosts", class_id)
    return redirect("classes:classes")
