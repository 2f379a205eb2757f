"""Circulars: the list, one with its receipts, issuing, replacing, withdrawing and acknowledging it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.policies import policy_at
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import kept_file, view_rule
from doorstep.directory.queries import units_where
from doorstep.notices.models import Circular, CircularReceipt
from doorstep.notices.pages.sent import tabs_for
from doorstep.notices.queries.circulars import (
    circular_by_id,
    circular_to_issue,
    circulars_visible_to,
    file_of_circular,
    files_of_circular,
    newer_version,
    next_number,
    own_receipts,
    receipt_counts,
    receipts_visible_to,
)
from doorstep.notices.rules.circulars import BASES, LEVELS
from doorstep.notices.services.circulars import (
    CircularFacts,
    acknowledge_circular,
    issue_circular,
    note_circular_read,
    withdraw_circular,
)
from doorstep.notices.services.reminders import remind_circular

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

LEVEL_WORDS = {
    "county": gettext_lazy("县（市、区）"),
    "township": gettext_lazy("乡镇（街道）"),
    "committee": gettext_lazy("党委"),
    "general_branch": gettext_lazy("党总支"),
    "branch": gettext_lazy("党支部"),
    "bases": gettext_lazy("示范基地"),
}
FIRST_LEVELS = {"city": ("county", "township"), "county": ("township",), "township": ("branch",)}
STANDINGS = (
    ("unread", gettext_lazy("未读")),
    ("read", gettext_lazy("已读")),
    ("acknowledged", gettext_lazy("已签收")),
    ("overdue", gettext_lazy("逾期未签收")),
)


def status_of(row: Circular) -> str:
    """How a circular stands, in the words of the table."""
    return "taken_back" if row.status == Circular.Status.WITHDRAWN else row.status


def _titled(rows: QuerySet[Circular], text: str) -> QuerySet[Circular]:
    return rows.filter(title__icontains=text) | rows.filter(number__icontains=text)


CIRCULARS = register_list(
    ListSpec(
        name="notices.circulars",
        action="notices.view_circular",
        title=gettext_lazy("通知文件"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("标题"),
                lambda r: r.title,
                "link",
                url=lambda r: reverse("notices:circular", args=[r.pk]),
                sort=("title",),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda r: "to_sign" if r.is_open else status_of(r), "status"),
            ListColumn("number", gettext_lazy("文号"), lambda r: r.number, sort=("number",)),
            ListColumn("unit", gettext_lazy("下发单位"), lambda r: r.unit.short_name, sort=("place",)),
            ListColumn("issued", gettext_lazy("下发日期"), lambda r: clock.local(r.issued_at).date(), "date"),
            ListColumn("due", gettext_lazy("签收期限"), lambda r: r.acknowledge_by, "date", sort=("acknowledge_by",)),
        ),
        source=lambda actor, params: circulars_visible_to(actor),
        default_sort=("-issued_at",),
        filters=(
            ListFilter("q", gettext_lazy("标题或文号里的字"), _titled, "text"),
            ListFilter(
                "status",
                gettext_lazy("状态"),
                lambda rows, v: rows.filter(status=v),
                choices=Circular.Status.choices,
            ),
        ),
        empty_text=gettext_lazy("还没有通知文件。上级下发的、本单位下发的，都在这里。"),
        row_line2=lambda r: f"{r.number}　{r.unit.short_name}",
    )
)


def _receipts(actor: Actor, params: Mapping[str, str]) -> QuerySet[CircularReceipt]:
    said = params.get("circular", "")
    if not said.isdecimal() or len(said) > 9:
        raise NotFound
    return receipts_visible_to(actor, circular_by_id(int(said), actor).pk)


def _subject(actor: Actor, params: Mapping[str, str]) -> str:
    said = params.get("circular", "")
    return circular_by_id(int(said) if said.isdecimal() and len(said) < 10 else 0, actor).title


def _person(account: Any) -> str:
    return account.display_name if account else ""


RECEIPTS = register_list(
    ListSpec(
        name="notices.receipts",
        action="notices.view_circular",
        title=gettext_lazy("签收情况"),
        columns=(
            ListColumn("unit", gettext_lazy("单位或基地"), lambda r: r.name, sort=("place",)),
            ListColumn("status", gettext_lazy("状态"), lambda r: r.standing, "status"),
            ListColumn("late", gettext_lazy("逾期"), lambda r: _("逾期") if r.is_late else ""),
            ListColumn("read", gettext_lazy("打开时间"), lambda r: _moment(r.read_at), sort=("read_at",)),
            ListColumn(
                "signed", gettext_lazy("签收时间"), lambda r: _moment(r.acknowledged_at), sort=("acknowledged_at",)
            ),
            ListColumn("by", gettext_lazy("签收人"), lambda r: _person(r.acknowledged_by)),
        ),
        source=_receipts,
        default_sort=("place",),
        filters=(
            ListFilter("status", gettext_lazy("状态"), lambda rows, v: rows.filter(standing=v), choices=STANDINGS),
        ),
        empty_text=gettext_lazy("这件通知没有发给您能看到的单位和基地。"),
        row_line2=lambda r: _moment(r.acknowledged_at) or _moment(r.read_at) or _("还没有打开"),
        subject=_subject,
    )
)


def _moment(moment: Any) -> str:
    return clock.day_and_time(moment) if moment else ""


@view_rule("notices.view_circular", kind="list")
@require_GET
def circulars(request: DoorstepRequest) -> HttpResponse:
    """The circulars one's units issued or received."""
    listing = listing_of(CIRCULARS, request.actor, request.GET.dict())
    may_issue = bool(units_where(request.actor, "notices.issue_circular"))
    shown = {"listing": listing, "may_issue": may_issue, **tabs_for(request.actor)}
    return render(request, "notices/circulars.html", shown)


@view_rule("notices.view_circular", kind="circular")
@require_GET
def circular(request: DoorstepRequest, circular_id: int) -> HttpResponse:
    """One circular; its page tells by itself that the office of a unit has opened it."""
    found = circular_by_id(circular_id, request.actor)
    receipts = own_receipts(found, request.actor)
    shown = {
        "circular": found,
        "status": status_of(found),
        "levels": [LEVEL_WORDS[level] for level in found.levels],
        "receipts": receipts,
        "is_unread": any(receipt.read_at is None for receipt in receipts),
        "to_sign": next((receipt for receipt in receipts if receipt.acknowledged_at is None), None),
        "counts": receipt_counts(found, request.actor),
        "newer": newer_version(found),
        "files": files_of_circular(found),
        "may_issue": may(request.actor, "notices.issue_circular", at=found.place),
    }
    return render(request, "notices/circular.html", shown)


@view_rule("notices.view_circular", kind="circular")
@require_GET
def circular_file(request: DoorstepRequest, circular_id: int, number: int) -> FileResponse:
    """A file that goes with a circular, to be kept, never opened in the page."""
    found = file_of_circular(circular_by_id(circular_id, request.actor), number)
    return kept_file(found.file, called=found.file_name)


@view_rule("notices.view_circular", kind="circular")
@require_GET
def receipts(request: DoorstepRequest, circular_id: int) -> HttpResponse:
    """Who has read and acknowledged a circular, unit by unit."""
    found = circular_by_id(circular_id, request.actor)
    listing = listing_of(RECEIPTS, request.actor, {**request.GET.dict(), "circular": str(found.pk)})
    return render(request, "notices/receipts.html", {"listing": listing, "circular": found})


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files that go with something, each with its name; none is an empty list."""

    widget = FilesInput(attrs={"accept": ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files that were chosen, each looked at like one."""
        chosen = data if isinstance(data, list) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in chosen]


class CircularForm(forms.Form):
    """What a circular says, and whom it is for."""

    number = forms.CharField(label=gettext_lazy("文号"), max_length=40)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=80)
    text = forms.CharField(
        label=gettext_lazy("正文"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        strip=False,
        help_text=gettext_lazy("空一行另起一段；行首写 # 是标题，写 - 是一条一条，写 1. 是一步一步。"),
    )
    levels = forms.MultipleChoiceField(label=gettext_lazy("发给"), widget=forms.CheckboxSelectMultiple)
    effective_on = day_field(gettext_lazy("从哪天起施行"))
    acknowledge_by = day_field(gettext_lazy("最晚哪天签收"))
    attached = FilesField(
        label=gettext_lazy("附件"),
        required=False,
        help_text=gettext_lazy("PDF、Word（docx）、Excel（xlsx）、JPG 或 PNG，可选几个；照片里的拍摄地点会自动去掉。"),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit: Unit, replaces: Circular | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["levels"]
        below = LEVELS[LEVELS.index(unit.kind) + 1 :] if unit.kind in LEVELS else LEVELS
        field.choices = [(level, LEVEL_WORDS[level]) for level in (*below, BASES)]
        if replaces is not None:
            self.fields["number"].disabled = True

    @property
    def facts(self) -> CircularFacts:
        """The circular that a valid form means."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "attached")}
        return CircularFacts(**said)


def _first(unit: Unit, replaces: Circular | None) -> dict[str, Any]:
    """How a form begins: the next number, the level below, from today on."""
    today = clock.today()
    days = policy_at("circular.reply_days", on=today, place=unit.path).integer
    first = {
        "number": next_number(unit, today.year),
        "levels": FIRST_LEVELS.get(unit.kind, ()),
        "effective_on": today,
        "acknowledge_by": today + timedelta(days=days),
        "key": uuid.uuid4(),
    }
    if replaces is not None:
        first |= {name: getattr(replaces, name) for name in ("number", "title", "text", "levels")}
    return first


def _write(request: DoorstepRequest, unit: Unit, replaces: Circular | None) -> HttpResponse:
    given = request.FILES if request.method == "POST" else None
    form = CircularForm(posted(request), given, unit=unit, replaces=replaces, initial=_first(unit, replaces))
    if form.is_bound and form.is_valid():
        with said_above(form):
            made = issue_circular(
                unit=unit,
                facts=form.facts,
                key=form.cleaned_data["key"],
                replaces=replaces,
                files=[(one.file, str(one.name)) for one in form.cleaned_data["attached"]],
                actor=request.actor,
            )
            messages.success(request, _("已下发，收到的单位首页上会提醒签收。"))
            return redirect("notices:circular", made.pk)
    shown = {"form": form, "unit": unit, "replaces": replaces}
    return render(request, "notices/circular_form.html", shown, status=422 if form.errors else 200)


@view_rule("notices.issue_circular", kind="own_place")
def circular_new(request: DoorstepRequest) -> HttpResponse:
    """Issue a circular of one's own unit."""
    units = units_where(request.actor, "notices.issue_circular")
    if not units:
        raise NotFound
    return _write(request, units[0], None)


@view_rule("notices.issue_circular", kind="circular")
def circular_replace(request: DoorstepRequest, circular_id: int) -> HttpResponse:
    """Issue the next version of a circular; the one before stays to be seen."""
    found = circular_to_issue(circular_id, request.actor)
    return _write(request, found.unit, found)


@view_rule("notices.issue_circular", kind="circular")
@require_POST
def circular_withdraw(request: DoorstepRequest, circular_id: int) -> HttpResponse:
    """Let a circular hold no longer, with the reason."""
    found = circular_to_issue(circular_id, request.actor)
    said, to = _("已撤回，收到的单位都会知道。要再发，就改出新的一件。"), reverse("notices:circular", args=[found.pk])
    reason = request.POST.get("reason", "")
    return press(request, said, withdraw_circular, to=to, circular=found, reason=reason)


@view_rule("notices.issue_circular", kind="circular")
@require_POST
def circular_remind(request: DoorstepRequest, circular_id: int) -> HttpResponse:
    """Ask the units that have not signed once more."""
    found = circular_to_issue(circular_id, request.actor)
    counts = receipt_counts(found, request.actor)
    said = _("已催 %(n)s 个没签收的，没打开的和打开了没签的各说各的。") % {"n": counts.units - counts.acknowledged}
    return press(request, said, remind_circular, to=reverse("notices:circular", args=[found.pk]), circular=found)


@view_rule("notices.acknowledge_circular", kind="circular")
@require_POST
def circular_read(request: DoorstepRequest, circular_id: int) -> HttpResponse:
    """The office of one's own units has opened it."""
    for receipt in _own_receipts(request, circular_id):
        note_circular_read(receipt=receipt, actor=request.actor)
    return HttpResponse(status=204)


def _own_receipts(request: DoorstepRequest, circular_id: int) -> list[CircularReceipt]:
    found = own_receipts(circular_by_id(circular_id, request.actor), request.actor)
    if not found:
        raise NotFound
    return found


@view_rule("notices.acknowledge_circular", kind="circular")
@require_POST
def circular_acknowledge(request: DoorstepRequest, circular_id: int) -> HttpResponse:
    """Say for one's own units that they have read it."""
    receipts, to = _own_receipts(request, circular_id), reverse("notices:circular", args=[circular_id])
    return press(request, _("已签收。"), _sign_each, to=to, receipts=receipts)


def _sign_each(*, receipts: list[CircularReceipt], actor: Actor) -> None:
    for receipt in receipts:
        acknowledge_circular(receipt=receipt, actor=actor)
