"""Keeping the tree of units: new ones, another name, another place, the end of one and its return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from doorstep.core.clock import today
from doorstep.core.errors import NotPermitted
from doorstep.core.fields import day_field
from doorstep.core.permissions import may, visible_to
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.directory.models import Unit
from doorstep.directory.queries import unit_by_id
from doorstep.directory.rules.tree import kinds_below, names_in
from doorstep.directory.services.unit_changes import end_unit, found_units, rename_unit, reopen_unit
from doorstep.directory.services.units import move_unit

MOST_AT_ONCE = 200


class DayForm(forms.Form):
    """From which day on something holds."""

    since = day_field(gettext_lazy("从哪天起"), initial=today)


class NewUnitsForm(DayForm):
    """Units of one kind, a line each."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    names = forms.CharField(
        label=gettext_lazy("名称"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("一行一个，写全称；要自己定简称的，在后面加逗号再写简称。可以从 Excel 里整列粘过来。"),
    )
    division = forms.CharField(
        label=gettext_lazy("区划编码"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("县 6 位、乡镇 9 位，必填；村（社区）的支部可以填 12 位；其他不填。"),
    )
    field_order = ["kind", "names", "division", "since"]

    def __init__(self, *args: Any, above: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._above, labels = above.name, dict(Unit.Kind.choices)
        self.fields["kind"].choices = [(kind, labels[kind]) for kind in kinds_below(above.kind)]  # type: ignore[attr-defined]
        self.fields["kind"].initial = Unit.Kind.BRANCH

    def clean_names(self) -> list[tuple[str, str]]:
        """Full and short name of each line."""
        found = names_in(self.cleaned_data["names"], self._above)
        if not found:
            raise forms.ValidationError(_("请至少写一个名称。"))
        if len(found) > MOST_AT_ONCE:
            raise forms.ValidationError(_("一次最多 %(most)s 个，请分几次加。") % {"most": MOST_AT_ONCE})
        return found


class NameForm(forms.Form):
    """What a unit is called."""

    name = forms.CharField(label=gettext_lazy("全称"), max_length=120)
    short_name = forms.CharField(label=gettext_lazy("简称"), max_length=60)


class PlaceForm(DayForm):
    """Under which unit, from which day on."""

    parent = forms.CharField(
        label=gettext_lazy("新上级的单位编码"), max_length=40, help_text=gettext_lazy("单位页标题下可以查到")
    )
    field_order = ["parent", "since"]

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._units = units

    def clean_parent(self) -> Unit:
        """The unit with this code, if one may see it and it has not ended."""
        found: Unit | None = self._units.filter(code=self.cleaned_data["parent"].strip(), valid_to=None).first()
        if found is None:
            raise forms.ValidationError(_("没有找到这个编码的单位。请到“单位”里查一下编码。"))
        return found


class EndForm(forms.Form):
    """Why a unit ends."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=100)


def _unit(unit_id: int, request: DoorstepRequest, action: str) -> Unit:
    """A unit one may do `action` at; one that is only seen is refused."""
    found = unit_by_id(unit_id, request.actor)
    if not may(request.actor, action, at=found.path):
        raise NotPermitted
    return found


def _kept(
    request: DoorstepRequest, unit: Unit, form: forms.Form, words: dict[str, Any], write: Callable[[], str]
) -> HttpResponse:
    """The form, or what `write` says after doing what it asks; what is refused stands above the form."""
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            messages.success(request, write())
            return redirect("directory:unit", unit.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "directory/unit_form.html", {"unit": unit, "form": form, **words}, status=status)


@view_rule("directory.found_unit", kind="unit")
def unit_new(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Enter units below this one, many at once."""
    found = _unit(unit_id, request, "directory.found_unit")
    form = NewUnitsForm(request.POST or None, above=found)

    def write() -> str:
        made = found_units(parent=found, actor=request.actor, **form.cleaned_data)
        return _("已加 %(count)s 个单位。") % {"count": len(made)}

    words = {"title": _("加下级单位"), "button": _("加上")}
    return _kept(request, found, form, words, write)


@view_rule("directory.found_unit", kind="unit")
def unit_change(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Call a unit otherwise."""
    found = _unit(unit_id, request, "directory.found_unit")
    form = NameForm(request.POST or None, initial={"name": found.name, "short_name": found.short_name})

    def write() -> str:
        rename_unit(unit=found, actor=request.actor, **form.cleaned_data)
        return _("名称已改。")

    words = {"title": _("改名"), "button": _("改名"), "note": _("以前的名称留在日志里，培训和学时不变。")}
    return _kept(request, found, form, words, write)


@view_rule("directory.move_unit", kind="unit")
def unit_move(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Hang a unit, with all below it, under another one from a day on."""
    found = _unit(unit_id, request, "directory.move_unit")
    units = visible_to(request.actor, "directory.move_unit", Unit.objects.all(), place="path")
    form = PlaceForm(request.POST or None, units=units)

    def write() -> str:
        data = form.cleaned_data
        move_unit(unit=found, parent=data["parent"], on=data["since"], actor=request.actor)
        return _("已改到“%(parent)s”下面。") % {"parent": data["parent"].short_name}

    note = _("连同它的下级一起改隶。那天以前的培训、学时和覆盖仍按原来的隶属算。")
    return _kept(request, found, form, {"title": _("改隶属"), "button": _("改过去"), "note": note}, write)


@view_rule("directory.found_unit", kind="unit_below")
def unit_end(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """End a unit nobody is in any more."""
    found = _ending(unit_id, request)
    form = EndForm(request.POST or None)

    def write() -> str:
        end_unit(unit=found, actor=request.actor, **form.cleaned_data)
        return _("“%(unit)s”已撤销。撤错了，可以在这一页恢复。") % {"unit": found.short_name}

    note = _("从今天起没有这个单位。它以前的培训和学时都留着。还有党员或下级单位的不能撤。")
    return _kept(request, found, form, {"title": _("撤销"), "button": _("撤销"), "note": note}, write)


@view_rule("directory.found_unit", kind="unit_below")
@require_POST
def unit_reopen(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Take back the end of a unit."""
    found = _ending(unit_id, request)
    said = _("“%(unit)s”已恢复。") % {"unit": found.short_name}
    return press(request, said, reopen_unit, to=reverse("directory:unit", args=[found.pk]), unit=found)


def _ending(unit_id: int, request: DoorstepRequest) -> Unit:
    """A unit whose parent's office one is: that one ends and reopens it."""
    found = unit_by_id(unit_id, request.actor)
    if found.parent is None or not may(request.actor, "directory.found_unit", at=found.parent.path):
        raise NotPermitted
    return found
