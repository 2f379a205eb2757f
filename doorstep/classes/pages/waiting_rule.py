"""The rule by which free seats go to those who wait: what it says now, since when, and changing it from a day on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.classes.pages.forms import DressedForm
from doorstep.classes.queries.waiting_order import (
    BY_ARRIVAL,
    BY_CRITERIA,
    ORDER,
    RANKS,
    WORDS,
    rule_words,
    waiting_rule,
    waiting_rules_over,
)
from doorstep.classes.services.waiting_rule import set_waiting_rule
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.policies import policies_at
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where

_ORDERS = ((BY_ARRIVAL, gettext_lazy("按排上的先后")), (BY_CRITERIA, gettext_lazy("按条件，情况一样的按先后")))
_LAST = len(RANKS)


class RuleForm(DressedForm):
    """In which order, by which criteria, from which day on, and where that is written."""

    order = forms.ChoiceField(label=gettext_lazy("空出来的名额怎么给"), choices=_ORDERS)
    valid_from = day_field(gettext_lazy("从哪天起"))
    source = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=120,
        help_text=gettext_lazy("哪个文件、哪次会定的，候补的人也看得到"),
    )

    field_order = ("order", *RANKS, "valid_from", "source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in RANKS:
            widget = forms.NumberInput(attrs={"class": "input w-full"})
            self.fields[name] = forms.IntegerField(label=WORDS[name], min_value=0, max_value=_LAST, widget=widget)
        self.order_fields(self.field_order)

    @property
    def ranks(self) -> list[forms.BoundField]:
        """The criteria with their ranks."""
        return [self[name] for name in RANKS]


@view_rule("core.change_policy", kind="own_place")
def waiting_rule_page(request: DoorstepRequest) -> HttpResponse:
    """How classes of one's own unit, and of those below it, give the seats that become free."""
    units = units_where(request.actor, "core.change_policy")
    if not units:
        raise NotFound
    unit, today = units[0], clock.today()
    values = policies_at((ORDER, *RANKS.values()), on=today, place=unit.path)
    initial = {name: values[key].integer for name, key in RANKS.items()}
    form = RuleForm(posted(request), initial={**initial, "order": values[ORDER].text, "valid_from": today})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        ranks = {name: said[name] for name in RANKS}
        facts = {"order": said["order"], "valid_from": said["valid_from"], "source": said["source"]}
        with said_above(form):
            set_waiting_rule(unit=unit, ranks=ranks, **facts, actor=request.actor)
            messages.success(
                request, _("候补规则已保存，从 %(day)s起照这样排。") % {"day": said["valid_from"].isoformat()}
            )
            return redirect("classes:waiting_rule")
    rule = waiting_rule(unit.path)
    context = {"form": form, "unit": unit, "rule": rule, "words": rule_words(rule), "past": waiting_rules_over(unit)}
    return render(request, "classes/waiting_rule.html", context, status=422 if form.errors else 200)
