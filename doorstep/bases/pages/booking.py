"""The rules under which other units may use a base."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.bases.models import Base, BookingRule
from doorstep.bases.pages.venue_forms import LONGEST_NOTICE
from doorstep.bases.pages.venues import answered, kept_venue
from doorstep.bases.queries.booking import default_reach, reach_words, rule_of
from doorstep.bases.queries.places import base_by_id
from doorstep.bases.queries.venues import weekday_word
from doorstep.bases.rules.opening import WEEK
from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.core.errors import NotFound
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import network_offices


class BookingForm(forms.Form):
    """For whom a base is there, and how it wants to be asked."""

    reach = forms.ChoiceField(label=gettext_lazy("给谁用"), choices=BookingRule.Reach.choices)
    notice_days = forms.IntegerField(
        label=gettext_lazy("外单位至少提前几天约"), min_value=0, max_value=LONGEST_NOTICE, initial=0
    )
    quiet_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("哪几天不接外单位"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox"}),
    )
    asks_first = forms.BooleanField(
        label=gettext_lazy("外单位约场地，先要我们同意"),
        required=False,
        help_text=gettext_lazy("同意以前场地替对方留着；到期没有答复就放开，对方会知道"),
    )
    terms = forms.CharField(
        label=gettext_lazy("约定"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("会给来办班的人看，例如：用完打扫，自带茶杯"),
    )
    barred = forms.TypedMultipleChoiceField(
        label=gettext_lazy("不接待哪些单位"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox"}),
        help_text=gettext_lazy("连同下级都不接待，一般都空着"),
    )

    def __init__(self, *args: Any, units: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quiet_days"].choices = [(day, weekday_word(day)) for day in WEEK]  # type: ignore[attr-defined]
        self.fields["barred"].choices = [(unit.pk, unit.short_name) for unit in units]  # type: ignore[attr-defined]


def booking_shown(base: Base) -> dict[str, Any]:
    """What the page of a base says to units that would like to come."""
    rule = rule_of(base)
    if rule is None:
        return {"booking": None, "reach": reach_words(default_reach())}
    quiet = str(_("、")).join(weekday_word(day) for day in rule.quiet_days)
    barred = str(_("、")).join(unit.short_name for unit in rule.barred.all())
    return {"booking": rule, "reach": reach_words(rule.reach), "quiet": quiet, "barred": barred}


@view_rule("bases.keep_base", kind="base")
def booking(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Say for whom a base, or with `venue` one venue of it, is there besides its own line."""
    base = base_by_id(base_id, request.actor)
    is_kept = may(request.actor, "bases.keep_base", at=base.place)
    if base.valid_to is not None or base.kind == Base.Kind.BELT or not is_kept:
        raise NotFound
    chosen = request.GET.get("venue", "")
    venue = kept_venue(request, whole(chosen) or 0) if chosen else None
    if venue is not None and venue.base_id != base.pk:
        raise NotFound
    own = rule_of(base, venue)
    back = reverse("bases:venue", args=[venue.pk]) if venue else reverse("bases:base", args=[base.pk])
    if request.method == "POST" and request.POST.get("answer") == "drop":
        set_booking_rule(base=base, venue=venue, terms=None, actor=request.actor)
        messages.success(request, _("已改回，已经排了的班不变。"))
        return redirect(back)
    rule = own or rule_of(base)
    start: dict[str, Any] = {"reach": default_reach()}
    if rule:
        start = {name: getattr(rule, name) for name in ("reach", "notice_days", "quiet_days", "asks_first", "terms")}
        start["barred"] = [unit.pk for unit in rule.barred.all()]
    units = {unit.pk: unit for unit in network_offices() if not base.place.startswith(unit.path)}
    form = BookingForm(request.POST or None, initial=start, units=list(units.values()))

    def write() -> object:
        data = dict(form.cleaned_data)
        terms = BookingTerms(**{**data, "barred": [units[pk] for pk in data["barred"]]})
        return set_booking_rule(base=base, venue=venue, terms=terms, actor=request.actor)

    title = _("借用规则：%(venue)s") % {"venue": venue.name} if venue else _("借用规则")
    drop = (_("和整个阵地一样") if venue else _("按全市的规定")) if own else ""

    return answered(
        request,
        form,
        write,
        _("借用规则已保存，已经排了的班不变。"),
        shown={"base": base, "title": title, "drop": drop},
        back=back,
    )
