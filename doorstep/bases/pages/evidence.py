"""The standard of a base: what it has and lacks, filing evidence, reviewing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.models import Base, Evidence
from doorstep.bases.queries.places import base_by_id, bases_named, county_choices
from doorstep.bases.queries.standards import (
    RULES,
    STANDARD_NAMES,
    aspect_word,
    aspects_visible_to,
    building_places,
    ending_soon,
    evidence_by_id,
    evidence_shown,
    evidence_to_review,
    evidence_visible_to,
    figure_word,
    filing_places,
    item_to_file,
    item_word,
    lacking_words,
    standards_of,
    states_of,
)
from doorstep.bases.rules.standards import ENOUGH, SHORT, SOON, VALID, Item, ItemState, aspects_of
from doorstep.bases.services.standards import file_evidence, review_evidence, take_back_evidence
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press, said_above
from doorstep.core.views import kept_file, view_rule
from doorstep.directory.queries import unit_at

_COUNTY = ListFilter(
    "county",
    gettext_lazy("县（市、区）"),
    lambda rows, v: rows.filter(base__county=v),
    choices=county_choices,
)
_NAME = ListFilter(
    "q",
    gettext_lazy("名称或拼音首字母"),
    lambda rows, v: rows.filter(base__in=bases_named(v)),
    "text",
)
_KIND = ListFilter(
    "kind",
    gettext_lazy("类别"),
    lambda rows, v: rows.filter(base__kind=v),
    choices=[(kind.value, kind.label) for kind in STANDARD_NAMES],
)

EVIDENCE = register_list(
    ListSpec(
        name="bases.evidence",
        action="bases.view_evidence",
        title=gettext_lazy("标准证明"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("证明"),
                lambda e: e.title,
                "link",
                url=lambda e: reverse("bases:evidence", args=[e.pk]),
                sort=("title",),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda e: e.status, "status"),
            ListColumn("base", gettext_lazy("阵地"), lambda e: e.base.name, sort=("base__name",)),
            ListColumn("asked", gettext_lazy("标准条目"), lambda e: item_word(e.item, e.asked)),
            ListColumn("unit", gettext_lazy("报送单位"), lambda e: e.filing_unit.short_name),
            ListColumn(
                "filed", gettext_lazy("报送日期"), lambda e: clock.local(e.filed_at).date(), "date", sort=("filed_at",)
            ),
            ListColumn("expires", gettext_lazy("有效期至"), lambda e: e.expires_on, "date", sort=("expires_on",)),
        ),
        source=lambda actor, params: evidence_visible_to(actor).select_related("base__unit", "filed_for"),
        default_sort=("-filed_at",),
        filters=(
            _NAME,
            ListFilter(
                "status",
                gettext_lazy("状态"),
                lambda rows, v: rows.filter(status=v),
                choices=Evidence.Status.choices,
            ),
            ListFilter(
                "ending",
                gettext_lazy("快到期"),
                lambda rows, v: ending_soon(rows, clock.today()) if v == "1" else rows,
                choices=(("1", gettext_lazy("快到期的")),),
            ),
            _KIND,
            _COUNTY,
        ),
        empty_text=gettext_lazy("还没有报送过证明。打开阵地，从标准条目后面的“报送”开始。"),
        row_line2=lambda e: f"{e.base.name}　{item_word(e.item, e.asked)}",
    )
)

LACKING = register_list(
    ListSpec(
        name="bases.lacking",
        action="bases.view_evidence",
        title=gettext_lazy("标准还差什么"),
        columns=(
            ListColumn(
                "base",
                gettext_lazy("阵地"),
                lambda s: s.base.name,
                "link",
                url=lambda s: reverse("bases:base", args=[s.base_id]),
                sort=("base__name",),
            ),
            ListColumn("kind", gettext_lazy("类别"), lambda s: s.base.get_kind_display()),
            ListColumn("aspect", gettext_lazy("哪一方面"), lambda s: aspect_word(s.base.kind, s.aspect)),
            ListColumn("why", gettext_lazy("差什么"), lambda s: lacking_words(s)),
            ListColumn("since", gettext_lazy("从哪天起"), lambda s: s.since, "date", sort=("since",)),
        ),
        source=lambda actor, params: aspects_visible_to(actor).filter(is_had=False).select_related("base"),
        default_sort=("base__county", "base__kind", "base__name", "aspect"),
        filters=(_NAME, _KIND, _COUNTY),
        empty_text=gettext_lazy("标准都达到了，没有缺的。"),
        row_line2=lambda s: f"{aspect_word(s.base.kind, s.aspect)}　{lacking_words(s)}",
    )
)


class EvidenceForm(forms.Form):
    """What a keeper shows for one item."""

    item = forms.ChoiceField(label=gettext_lazy("标准条目"))
    title = forms.CharField(
        label=gettext_lazy("证明名称"), max_length=120, help_text=gettext_lazy("例如：校务委员会文件 虎委〔2026〕7号")
    )
    issued_on = day_field(gettext_lazy("出具日期"), help_text=gettext_lazy("有效期从这天算起"))
    file = forms.FileField(
        label=gettext_lazy("文件"),
        required=False,
        help_text=gettext_lazy("PDF、JPG 或 PNG，最大 10 MB；手机上可以直接拍照"),
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("没有文件的，写清文号和内容"),
    )

    def __init__(self, *args: Any, items: list[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (item.key, _("%(text)s（有效 %(n)s 个月）") % {"text": word_of(item), "n": item.amount}) for item in items
        ]
        self.fields["item"].choices = choices  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs["accept"] = ".pdf,.jpg,.jpeg,.png"


def word_of(item: Item) -> str:
    """What an item asks for."""
    return item_word(item.key, item.text, item.amount)


def standard_shown(base: Base, actor: Actor, builders: Sequence[str]) -> dict[str, Any]:
    """The standard of a base by aspects, had or not, each item with its evidence; nothing where there is none.

    `builders` are the places of the units that build a belt together.
    """
    states = states_of([base], clock.today()).get(base.pk, [])
    if not states:
        return {}
    evidence = evidence_shown(base, clock.today())
    aspects = [
        (
            aspect_word(base.kind, aspect),
            all(state.is_had for state in items),
            [_item_shown(state, *evidence.get(state.item.key, (None, None))) for state in items],
        )
        for aspect, items in aspects_of(states).items()
    ]
    return {
        "standard": STANDARD_NAMES[Base.Kind(base.kind)],
        "aspects": aspects,
        "had_count": sum(had for _word, had, _items in aspects),
        "may_file": may(actor, "bases.file_evidence", at=base.place, shared=builders),
    }


def _item_shown(state: ItemState, evidence: Evidence | None, newer: Evidence | None) -> dict[str, Any]:
    """One line of the table: text, figure, status word with its number, the evidence that counts and a newer one."""
    word, count = state.code, None
    if state.code == SOON and state.until:
        count = (state.until - clock.today()).days
    elif state.code == SHORT:
        count = state.item.amount - (state.figure or 0)
    elif state.code == ENOUGH:
        word = VALID
    now = "" if state.figure is None else figure_word(state.item.name, state.figure)
    return {"item": state.item, "text": word_of(state.item), "now": now, "word": word, "count": count,
            "until": state.until, "evidence": evidence, "is_had": state.is_had,
            "newer": newer, "rule": RULES.get(state.item.name)}  # fmt: skip


@view_rule("bases.view_evidence", kind="list")
@require_GET
def evidences(request: DoorstepRequest) -> HttpResponse:
    """The evidence one may see."""
    return render(request, "web/list.html", {"listing": listing_of(EVIDENCE, request.actor, request.GET.dict())})


@view_rule("bases.view_evidence", kind="list")
@require_GET
def lacking(request: DoorstepRequest) -> HttpResponse:
    """Which bases lack which aspect of their standard, and why."""
    return render(request, "web/list.html", {"listing": listing_of(LACKING, request.actor, request.GET.dict())})


@view_rule("bases.file_evidence", kind="base")
def evidence_new(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """File evidence for an item of a base's standard."""
    base = base_by_id(base_id, request.actor)
    if not may(request.actor, "bases.file_evidence", at=base.place, shared=building_places(base)):
        raise NotFound
    items = [item for item in standards_of([base], clock.today())[base.pk] if item.is_filed]
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = EvidenceForm(*sent, items=items, initial={"item": request.GET.get("item", "")})
    if request.method == "POST" and form.is_valid():
        filed = _file(base, form, request)
        if filed:
            messages.success(request, _("已报送，等上级审核。"))
            return redirect("bases:evidence", filed.pk)
    shown = {"base": base, "form": form, "has_items": bool(items)}
    return render(request, "bases/evidence_new.html", shown, status=422 if form.errors else 200)


def _file(base: Base, form: EvidenceForm, request: DoorstepRequest) -> Evidence | None:
    """File it; a refusal goes onto the form."""
    data = form.cleaned_data
    upload = data["file"]
    with said_above(form):
        return file_evidence(
            base=base,
            item=data["item"],
            title=data["title"],
            issued_on=data["issued_on"],
            note=data["note"],
            upload=upload.file if upload else None,
            upload_name=upload.name if upload else "",
            actor=request.actor,
        )
    return None


@view_rule("bases.view_evidence", kind="evidence", post="bases.review_evidence")
def evidence(request: DoorstepRequest, evidence_id: int) -> HttpResponse:
    """One piece of evidence and what became of it; POST reviews it."""
    found = evidence_by_id(evidence_id, request.actor)
    may_review = may(request.actor, "bases.review_evidence", at=found.review_place)
    problem = ""
    if request.method == "POST":
        if not may_review:
            raise NotFound
        accept = request.POST.get("answer") == "accept"
        try:
            note = request.POST.get("note", "")[:200]
            review_evidence(evidence=found, accept=accept, note=note, actor=request.actor)
        except DoorstepError as refusal:
            problem = refusal.text
        else:
            messages.success(request, _("已通过。") if accept else _("已退回。"))
            return redirect("bases:evidence", found.pk)
    is_waiting = found.status == Evidence.Status.FILED
    shown = _next_after(found, request.actor, may_review) | {
        "evidence": found,
        "steward": unit_at(found.review_place) if found.review_place != found.place else None,
        "asked": item_word(found.item, found.asked),
        "version": found.rule.rpartition("@")[2],
        "problem": problem,
        "note": request.POST.get("note", ""),
        "may_review": is_waiting and may_review and found.filed_by_id != request.actor.account_id,
        "may_take_back": is_waiting
        and may(request.actor, "bases.file_evidence", at=found.place, shared=filing_places(found)),
    }
    return render(request, "bases/evidence.html", shown, status=422 if problem else 200)


def _next_after(evidence: Evidence, actor: Actor, may_review: bool) -> dict[str, Any]:
    """What there is to do after this piece: the next item of the base to file for, the next piece to review."""
    base = evidence.base
    may_file = may(actor, "bases.file_evidence", at=base.place, shared=building_places(base))
    waiting = evidence_to_review(actor).exclude(pk=evidence.pk) if may_review else Evidence.objects.none()
    item = item_to_file(base) if may_file and base.valid_to is None else None
    return {"next_item": item, "next_review": waiting.first()}


@view_rule("bases.view_evidence", kind="evidence")
@require_GET
def evidence_file(request: DoorstepRequest, evidence_id: int) -> FileResponse:
    """The file of a piece of evidence, to be kept, never opened in the page."""
    found = evidence_by_id(evidence_id, request.actor)
    return kept_file(found.file, called=found.file_name)


@view_rule("bases.file_evidence", kind="evidence")
@require_POST
def evidence_take_back(request: DoorstepRequest, evidence_id: int) -> HttpResponse:
    """Take back evidence that nobody has reviewed."""
    found = evidence_by_id(evidence_id, request.actor)
    to = reverse("bases:base", args=[found.base_id])
    return press(request, _("已撤回。"), take_back_evidence, to=to, evidence=found)
