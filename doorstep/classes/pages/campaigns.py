"""Campaigns and series: the list, how far one has come, planning it, sharing it out, letting a class count."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.classes.models import Campaign
from doorstep.classes.pages.overview import class_to_change
from doorstep.classes.queries.campaigns import (
    campaign_by_id,
    campaigns_on,
    campaigns_visible_to,
    episodes_of,
    shares_of,
    with_counts,
)
from doorstep.classes.services.campaigns import (
    CampaignFacts,
    change_campaign,
    join_campaign,
    plan_campaign,
    share_out,
    turn_campaign,
)
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, Invalid, NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import children_of, units_where

MOST_EPISODES = 20  # lectures shown on the page of a campaign


class ShareUnreadable(Invalid):
    """A number of lectures is no whole number."""

    code = "share_unreadable"
    template = gettext_lazy("堂数要填 0 或正整数，“%(value)s”看不懂。请改一下。")


CAMPAIGNS = register_list(
    ListSpec(
        name="classes.campaigns",
        action="classes.view_campaign",
        title=gettext_lazy("活动和系列讲座"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("名称"),
                lambda c: c.title,
                "link",
                url=lambda c: reverse("classes:campaign", args=[c.pk]),
                sort=("title",),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda c: c.standing, "status"),
            ListColumn("kind", gettext_lazy("类别"), lambda c: c.get_kind_display(), is_only_exported=True),
            ListColumn("held", gettext_lazy("已讲（堂）"), lambda c: c.held, "number", sort=("held",)),
            ListColumn("target", gettext_lazy("要讲（堂）"), lambda c: c.target or None, "number", sort=("target",)),
            ListColumn("coming", gettext_lazy("排上课表（堂）"), lambda c: c.coming, "number", is_only_exported=True),
            ListColumn("ends", gettext_lazy("到哪天"), lambda c: c.ends_on, "date", sort=("ends_on",)),
            ListColumn("unit", gettext_lazy("主办单位"), lambda c: c.unit.short_name, sort=("place", "title")),
        ),
        source=lambda actor, params: with_counts(campaigns_visible_to(actor)).select_related("unit"),
        default_sort=("-ends_on", "title"),
        filters=(
            ListFilter("q", gettext_lazy("名称"), lambda rows, v: rows.filter(title__icontains=v), "text"),
            ListFilter(
                "kind", gettext_lazy("类别"), lambda rows, v: rows.filter(kind=v), choices=Campaign.Kind.choices
            ),
            ListFilter(
                "when",
                gettext_lazy("状态"),
                lambda rows, v: rows.filter(standing=v),
                choices=(
                    ("running", gettext_lazy("进行中")),
                    ("upcoming", gettext_lazy("未开始")),
                    ("done", gettext_lazy("已完成")),
                    ("disabled", gettext_lazy("停用")),
                ),
            ),
        ),
        empty_text=gettext_lazy("还没有专项活动和系列讲座。"),
        row_line2=lambda c: c.unit.short_name,
    )
)


@view_rule("classes.view_campaign", kind="list")
@require_GET
def campaigns(request: DoorstepRequest) -> HttpResponse:
    """Every campaign and series."""
    listing = listing_of(CAMPAIGNS, request.actor, request.GET.dict())
    may_plan = bool(units_where(request.actor, "classes.plan_campaign"))
    return render(request, "classes/campaigns.html", {"listing": listing, "may_plan": may_plan})


@view_rule("classes.view_campaign", kind="campaign")
@require_GET
def campaign(request: DoorstepRequest, campaign_id: int) -> HttpResponse:
    """How far a campaign has come, unit by unit, and its lectures."""
    return _page(request, campaign_id)


def _page(request: DoorstepRequest, campaign_id: int, problem: str = "") -> HttpResponse:
    """The page of a campaign, with what was refused just now."""
    found = campaign_by_id(campaign_id, request.actor)
    shown = {
        "campaign": found,
        "shares": shares_of(found),
        "episodes": episodes_of(found, request.actor, MOST_EPISODES),
        "lecture_count": found.held + found.coming,  # type: ignore[attr-defined]
        "may_plan": may(request.actor, "classes.plan_campaign", at=found.place),
        "problem": problem,
    }
    return render(request, "classes/campaign.html", shown, status=422 if problem else 200)


class CampaignForm(forms.Form):
    """What is said of a campaign."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Campaign.Kind.choices)
    starts_on = day_field(gettext_lazy("从哪天"))
    ends_on = day_field(gettext_lazy("到哪天"))
    target = forms.IntegerField(
        label=gettext_lazy("要讲多少堂"),
        min_value=0,
        max_value=1_000_000,
        initial=0,
        help_text=gettext_lazy("没有定数的系列讲座填 0"),
    )
    about = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )

    @property
    def facts(self) -> CampaignFacts:
        """The campaign that a valid form means."""
        return CampaignFacts(**self.cleaned_data)


@view_rule("classes.plan_campaign", kind="own_place")
def campaign_new(request: DoorstepRequest) -> HttpResponse:
    """Begin a campaign or a series."""
    units = units_where(request.actor, "classes.plan_campaign")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    today = clock.today()
    initial = {"starts_on": today, "ends_on": today.replace(month=12, day=31)}
    form = CampaignForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            made = plan_campaign(unit=unit, facts=form.facts, actor=request.actor)
            messages.success(request, _("已建好。接着可以分给下级单位；开班时选“计入哪个活动”就会计数。"))
            return redirect("classes:campaign", made.pk)
    shown = {"form": form, "units": units, "unit": unit}
    return render(request, "classes/campaign_form.html", shown, status=422 if form.errors else 200)


def _to_plan(request: DoorstepRequest, campaign_id: int) -> Campaign:
    found = campaign_by_id(campaign_id, request.actor)
    if not may(request.actor, "classes.plan_campaign", at=found.place):
        raise NotFound
    return found


@view_rule("classes.plan_campaign", kind="campaign")
def campaign_edit(request: DoorstepRequest, campaign_id: int) -> HttpResponse:
    """Change what is said of a campaign."""
    found = _to_plan(request, campaign_id)
    names = ("title", "kind", "starts_on", "ends_on", "target", "about")
    initial = {name: getattr(found, name) for name in names}
    form = CampaignForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            change_campaign(campaign=found, facts=form.facts, actor=request.actor)
            messages.success(request, _("已保存。"))
            return redirect("classes:campaign", found.pk)
    shown = {"form": form, "campaign": found}
    return render(request, "classes/campaign_form.html", shown, status=422 if form.errors else 200)


@view_rule("classes.plan_campaign", kind="campaign")
def campaign_shares(request: DoorstepRequest, campaign_id: int) -> HttpResponse:
    """Say how many lectures each unit directly below is to hold."""
    found = _to_plan(request, campaign_id)
    units = list(children_of(found.unit).exclude(kind="branch"))
    known = {share.unit_id: share.target for share in found.shares.all()}
    problem = ""
    if request.method == "POST":
        try:
            share_out(campaign=found, table=_table(request, {unit.pk for unit in units}), actor=request.actor)
        except DoorstepError as refusal:
            problem = refusal.text
        else:
            messages.success(request, _("已分好。"))
            return redirect("classes:campaign", found.pk)
    typed: dict[str, Any] = request.POST.dict()
    lines = [(unit, typed.get(f"unit-{unit.pk}", known.get(unit.pk, ""))) for unit in units]
    shown = {"campaign": found, "lines": lines, "problem": problem}
    return render(request, "classes/campaign_shares.html", shown, status=422 if problem else 200)


def _table(request: DoorstepRequest, units: set[int]) -> dict[int, int]:
    """The posted table: unit id -> lectures, an empty field for none. Raises ShareUnreadable."""
    table = {}
    for unit in units:
        text = request.POST.get(f"unit-{unit}", "").strip() or "0"
        if not (text.isdecimal() and len(text) < 7):
            raise ShareUnreadable(value=text)
        table[unit] = int(text)
    return table


@view_rule("classes.plan_campaign", kind="campaign")
@require_POST
def campaign_turn(request: DoorstepRequest, campaign_id: int) -> HttpResponse:
    """Put a campaign away, or bring it back."""
    found = campaign_by_id(campaign_id, request.actor)
    put_away = request.POST.get("answer") != "bring_back"
    said = _("已收起，随时可以恢复。") if put_away else _("已恢复。")
    to, page = reverse("classes:campaign", args=[found.pk]), partial(_page, request, found.pk)
    return press(request, said, turn_campaign, to=to, page=page, campaign=found, put_away=put_away)


@view_rule("classes.edit_class", kind="class")
@require_POST
def campaign_join(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Let a class count for a campaign, or for none."""
    held = class_to_change(request, class_id, "classes.edit_class")
    wanted = request.POST.get("campaign", "")
    joined = None
    if wanted:
        fitting = campaigns_on(held.place, held.starts_on)
        joined = fitting.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 10 else None
        if joined is None:
            raise NotFound
    said = _("已计入“%(title)s”。") % {"title": joined.title} if joined else _("不再计入活动。")
    to = reverse("classes:class", args=[held.pk])
    return press(request, said, join_campaign, to=to, training_class=held, campaign=joined)
