"""The rules schools have given themselves: which school has which, one version to read, writing the next."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.models import Base, Regulation
from doorstep.bases.queries.places import base_by_id, county_choices
from doorstep.bases.queries.regulations import (
    KINDS,
    has_read,
    is_of_staff,
    may_have_regulations,
    readers_of,
    regulation_by_id,
    regulations_of,
    schools_with_regulations,
    standing_of,
)
from doorstep.bases.services.regulations import (
    acknowledge_regulation,
    end_regulation,
    issue_regulation,
    restore_regulation,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import Turn, press, press_one_of, said_above
from doorstep.core.views import kept_file, view_rule
from doorstep.directory.queries import named


def _version(kind: str) -> Any:
    """The version of a kind in force at a school, in words; nothing where there is none."""

    def words(row: Any) -> str:
        number, since = getattr(row, f"number_{kind}"), getattr(row, f"since_{kind}")
        if not number:
            return _("缺")
        return _("第 %(n)s 版，%(day)s 起") % {"n": number, "day": since.isoformat()}

    return words


_STATES = {"lacking": {"lacking__gt": 0}, "unread": {"unread__gt": 0}, "whole": {"lacking": 0, "unread": 0}}


def _state(rows: QuerySet[Base], value: str) -> QuerySet[Base]:
    return rows.filter(**_STATES[value]) if value in _STATES else rows.none()


SCHOOLS = register_list(
    ListSpec(
        name="bases.regulations",
        action="bases.view_regulation",
        title=gettext_lazy("各校制度"),
        columns=(
            ListColumn(
                "base",
                gettext_lazy("阵地"),
                lambda b: b.name,
                "link",
                url=lambda b: reverse("bases:base_regulations", args=[b.pk]),
                sort=("name",),
            ),
            *(ListColumn(kind, word, _version(kind)) for kind, word in Regulation.Kind.choices),
            ListColumn("lacking", gettext_lazy("缺（项）"), lambda b: b.lacking, "number", sort=("lacking",)),
            ListColumn("unread", gettext_lazy("还没签阅（人次）"), lambda b: b.unread, "number", sort=("unread",)),
            ListColumn("unit", gettext_lazy("所属单位"), lambda b: b.unit.short_name, is_only_exported=True),
        ),
        source=lambda actor, params: schools_with_regulations(actor),
        default_sort=("county", "kind", "name"),
        filters=(
            ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="base"), "text"),
            ListFilter(
                "state",
                gettext_lazy("齐不齐"),
                _state,
                choices=(
                    ("lacking", gettext_lazy("有缺的")),
                    ("unread", gettext_lazy("有人没签阅")),
                    ("whole", gettext_lazy("齐了，都签阅了")),
                ),
            ),
            ListFilter(
                "kind",
                gettext_lazy("类别"),
                lambda rows, v: rows.filter(kind=v),
                choices=[(kind.value, kind.label) for kind in KINDS],
            ),
            ListFilter(
                "county", gettext_lazy("县（市、区）"), lambda rows, v: rows.filter(county=v), choices=county_choices
            ),
        ),
        empty_text=gettext_lazy("您的范围里还没有党校和示范基地。"),
        row_line2=lambda b: b.unit.short_name,
    )
)


@view_rule("bases.view_regulation", kind="list")
@require_GET
def schools(request: DoorstepRequest) -> HttpResponse:
    """Which school has which rules, and what is still to be read."""
    return render(request, "web/list.html", {"listing": listing_of(SCHOOLS, request.actor, request.GET.dict())})


def _base(request: DoorstepRequest, base_id: int, action: str) -> Base:
    found = base_by_id(base_id, request.actor)
    if not (may_have_regulations(found) and may(request.actor, action, at=found.place)):
        raise NotFound
    return found


@view_rule("bases.view_regulation", kind="base")
@require_GET
def of_base(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """The rules of one base: by kind, the version in force and those before and after it."""
    found, today = _base(request, base_id, "bases.view_regulation"), clock.today()
    versions = [(one, standing_of(one, today)) for one in regulations_of(found)]
    kinds = [(kind, word, [row for row in versions if row[0].kind == kind]) for kind, word in Regulation.Kind.choices]
    may_issue = found.valid_to is None and may(request.actor, "bases.issue_regulation", at=found.place)
    return render(request, "bases/regulations.html", {"base": found, "kinds": kinds, "may_issue": may_issue})


class RegulationForm(forms.Form):
    """The next version of a rule."""

    kind = forms.ChoiceField(label=gettext_lazy("哪项制度"), choices=Regulation.Kind.choices)
    title = forms.CharField(
        label=gettext_lazy("名称"), max_length=120, help_text=gettext_lazy("例如：霍童镇党校培训管理制度")
    )
    valid_from = day_field(gettext_lazy("施行日期"), help_text=gettext_lazy("上一版到前一天为止"))
    text = forms.CharField(
        label=gettext_lazy("正文"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("贴进来的正文在手机上好读；只有扫描件的，选下面的文件"),
    )
    file = forms.FileField(
        label=gettext_lazy("文件"),
        required=False,
        help_text=gettext_lazy("PDF、JPG 或 PNG，最大 10 MB"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


@view_rule("bases.issue_regulation", kind="base")
def regulation_new(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Issue a rule, or its next version: the form begins with the text of the last."""
    found = _base(request, base_id, "bases.issue_regulation")
    kind = request.GET.get("kind", "")
    last = found.regulations.filter(kind=kind).order_by("-number").first()
    initial: dict[str, Any] = {"kind": kind, "valid_from": clock.today()}
    if last:
        initial |= {"title": last.title, "text": last.text}
    is_sent = request.method == "POST"
    form = RegulationForm(request.POST if is_sent else None, request.FILES if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        data = dict(form.cleaned_data)
        upload = data.pop("file")
        kept = {"upload": upload.file, "upload_name": upload.name} if upload else {}
        with said_above(form):
            issued = issue_regulation(base=found, **data, **kept, actor=request.actor)
            messages.success(
                request, _("已发布第 %(n)s 版，本单位工作人员的“今天”里会提醒签阅。") % {"n": issued.number}
            )
            return redirect("bases:regulation", issued.pk)
    return render(
        request,
        "bases/regulation_new.html",
        {"base": found, "form": form, "last": last},
        status=422 if form.errors else 200,
    )


@view_rule("bases.view_regulation", kind="regulation")
@require_GET
def regulation(request: DoorstepRequest, regulation_id: int) -> HttpResponse:
    """One version: what it says, and who has read it."""
    found, actor = regulation_by_id(regulation_id, request.actor), request.actor
    status = standing_of(found, clock.today())
    readers = readers_of(found)
    may_issue = may(actor, "bases.issue_regulation", at=found.base.place)
    newest = not found.base.regulations.filter(kind=found.kind, number__gt=found.number).exists()
    shown = {
        "regulation": found,
        "status": status,
        "readers": readers,
        "read_count": sum(one.read_at is not None for one in readers),
        "may_read": status in ("valid", "upcoming") and is_of_staff(actor, found.base) and not has_read(found, actor),
        "may_end": may_issue and found.valid_to is None,
        "may_restore": may_issue and bool(found.end_reason) and newest,
    }
    return render(request, "bases/regulation.html", shown)


@view_rule("bases.view_regulation", kind="regulation")
@require_GET
def regulation_file(request: DoorstepRequest, regulation_id: int) -> FileResponse:
    """The file of a version, to be kept, never opened in the page."""
    found = regulation_by_id(regulation_id, request.actor)
    return kept_file(found.file, called=found.file_name)


@view_rule("bases.acknowledge_regulation", kind="regulation")
@require_POST
def regulation_read(request: DoorstepRequest, regulation_id: int) -> HttpResponse:
    """Say that one has read it."""
    found = regulation_by_id(regulation_id, request.actor)
    to = reverse("bases:regulation", args=[found.pk])
    return press(request, _("已记下您读过了。"), acknowledge_regulation, to=to, regulation=found)


@view_rule("bases.issue_regulation", kind="regulation")
@require_POST
def regulation_end(request: DoorstepRequest, regulation_id: int) -> HttpResponse:
    """End a version, or bring it back."""
    found = regulation_by_id(regulation_id, request.actor)
    reason = request.POST.get("reason", "")[:200]
    turns: dict[str, Turn] = {
        "restore": (restore_regulation, _("已恢复。")),
        "end": (partial(end_regulation, reason=reason), _("已废止，需要时可以恢复。")),
    }
    return press_one_of(request, turns, to=reverse("bases:regulation", args=[found.pk]), regulation=found)
