"""Importing a roster: hand in, look over, write, take back."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.fields import day_field
from doorstep.core.models import LongTask
from doorstep.core.permissions import may, require, visible_to
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.jobs.roster_answer import answer_path
from doorstep.directory.jobs.roster_judging import answers_of
from doorstep.directory.jobs.roster_template import template_workbook
from doorstep.directory.jobs.roster_words import column_name, what_and_why
from doorstep.directory.models import RosterImport, RosterRow, Unit
from doorstep.directory.pages.roster_rows import Given, given_in, offers_of, raw_branch, troubled_row
from doorstep.directory.queries import is_demo_database
from doorstep.directory.rules.headers import POST_PREFIX
from doorstep.directory.rules.reference import code_lists
from doorstep.directory.rules.roster_texts import COLUMN_NAMES
from doorstep.directory.rules.upload_guard import FILE_LIMIT, MEBI
from doorstep.directory.services.roster_commit import OPEN_STATUSES, commit_roster
from doorstep.directory.services.roster_files import (
    RosterUnreadable,
    answer_roster,
    drop_roster,
    start_roster_export,
    start_roster_import,
    write_roster_later,
)
from doorstep.directory.services.roster_undo import UNDO_DAYS, undo_roster

ROWS_A_PAGE = 30
NO_TASK = uuid.UUID(int=0)
IMPORTS_SHOWN = 20
WRITTEN_AT_ONCE = 2000
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABS = {"open": _("有问题"), "warn": _("有提醒"), "update": _("要更新"), "new": _("要新增"), "skip": _("跳过")}


class UploadForm(forms.Form):
    """A roster file and the unit it is for."""

    file = forms.FileField(label=_("名册文件"), help_text=_("可以是 .xlsx、.xls 或 .csv，最大 20 MB"))
    unit = forms.ModelChoiceField(label=_("哪个单位的名册"), queryset=Unit.objects.none(), empty_label=None)
    effective_on = day_field(_("新增的人从哪天起算"), help_text=_("以前的统计不受影响"))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv"
        self.fields["effective_on"].initial = clock.today().replace(month=1, day=1)


class ExportForm(forms.Form):
    """Whose roster leaves, and why."""

    unit = forms.ModelChoiceField(label=_("单位"), queryset=Unit.objects.none(), empty_label=None)
    reason = forms.CharField(label=_("导出原因"), max_length=200, help_text=_("名册里有完整的身份证号，原因会记入日志"))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


def _own_units(request: DoorstepRequest, action: str) -> Any:
    """The units at which one holds a role that may do `action`; raises NotPermitted when there is none."""
    require(request.actor, action, at=[grant.place for grant in request.actor.grants])
    places = [grant.place for grant in request.actor.grants if may(request.actor, action, at=grant.place)]
    return Unit.objects.filter(path__in=places, valid_to__isnull=True).order_by("depth", "order", "id")


def _imports(request: DoorstepRequest) -> Any:
    return visible_to(request.actor, "directory.import_roster", RosterImport.objects.select_related("unit"))


def _import(import_id: int, request: DoorstepRequest) -> RosterImport:
    found: RosterImport | None = _imports(request).filter(pk=import_id).first()
    if found is None:
        raise NotFound
    return found


@view_rule("directory.import_roster", kind="own_place")
def imports(request: DoorstepRequest) -> HttpResponse:
    """Hand in a roster; the latest imports below."""
    units = _own_units(request, "directory.import_roster")
    form = UploadForm(request.POST or None, request.FILES or None, units=units)
    refused: tuple[str, str] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("directory:import", _handed_in(form.cleaned_data, request).pk)
        except RosterUnreadable as unreadable:
            refused = what_and_why("file", unreadable.refused.code, unreadable.refused.params)
    latest = list(_imports(request).exclude(status=RosterImport.Status.DROPPED).order_by("-id")[:IMPORTS_SHOWN])
    context = {"form": form, "refused": refused, "imports": latest, "may_export": _may_export(request)}
    return render(request, "directory/imports.html", context, status=422 if request.method == "POST" else 200)


def _may_export(request: DoorstepRequest) -> bool:
    return may(request.actor, "directory.reveal_person", at=[grant.place for grant in request.actor.grants])


def _handed_in(data: dict[str, Any], request: DoorstepRequest) -> RosterImport:
    """Put the upload into a private file of its own and start the import."""
    upload: UploadedFile[Any] = data["file"]
    name = Path(upload.name or "").name
    with tempfile.NamedTemporaryFile(prefix="roster-") as kept:
        if (upload.size or 0) <= FILE_LIMIT + MEBI:
            for chunk in upload.chunks():
                kept.write(chunk)
        else:
            kept.truncate(upload.size)
        kept.flush()
        return start_roster_import(
            unit=data["unit"],
            upload=Path(kept.name),
            filename=name,
            effective_on=data["effective_on"],
            allow_demo=is_demo_database(),
            actor=request.actor,
        )


@view_rule("directory.import_roster", kind="own_place")
@require_GET
def import_template(request: DoorstepRequest) -> HttpResponse:
    """The empty roster with its instructions."""
    require(request.actor, "directory.import_roster", at=[grant.place for grant in request.actor.grants])
    answer = HttpResponse(template_workbook(), content_type=EXCEL)
    answer["Content-Disposition"] = "attachment; filename*=UTF-8''%E5%90%8D%E5%86%8C%E6%A8%A1%E6%9D%BF.xlsx"
    return answer


@view_rule("directory.reveal_person", kind="own_place")
def import_export(request: DoorstepRequest) -> HttpResponse:
    """Take one's roster out as a workbook that can be imported again."""
    form = ExportForm(request.POST or None, units=_own_units(request, "directory.reveal_person"))
    if request.method == "POST" and form.is_valid():
        try:
            task = start_roster_export(**form.cleaned_data, actor=request.actor)
        except DoorstepError as problem:
            form.add_error("reason", problem.text)
        else:
            return redirect("core:task", task.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "directory/import_export.html", {"form": form}, status=status)


@view_rule("directory.import_roster", kind="roster_import")
@require_GET
def roster_import(request: DoorstepRequest, import_id: int) -> HttpResponse:
    """Where an import stands: being checked, to be looked over, written, taken back."""
    found = _import(import_id, request)
    if _is_busy(found):
        return render(request, "directory/import_running.html", _running(found))
    if found.status == RosterImport.Status.REFUSED:
        what = what_and_why("file", found.refusal.get("code", "file.damaged"), found.refusal.get("params", {}))
        return render(request, "directory/import_refused.html", {"import": found, "refused": what})
    context = _checked(found, request)
    if found.status != RosterImport.Status.CHECKED:
        return render(request, "directory/import_done.html", context)
    return render(request, "directory/import_check.html", context)


def _is_busy(found: RosterImport) -> bool:
    """True while a job is at work on the import: checking it, or writing what was checked."""
    if found.status == RosterImport.Status.CHECKING:
        return True
    if found.status != RosterImport.Status.CHECKED or found.task_id is None:
        return False
    return LongTask.objects.filter(pk=found.task_id, status__in=["queued", "running"]).exists()


def _running(found: RosterImport) -> dict[str, Any]:
    task = LongTask.objects.filter(pk=found.task_id or NO_TASK).first()
    share = min(100, round(100 * task.done / task.total)) if task and task.total else None
    return {"import": found, "task": task, "share": share, "is_over": task is None or task.status in _OVER}


_OVER = ("done", "failed", "stopped")


@view_rule("directory.import_roster", kind="roster_import")
@require_GET
def import_progress(request: DoorstepRequest, import_id: int) -> HttpResponse:
    """The progress block of a running import; when it is over, the page is asked to load anew."""
    found = _import(import_id, request)
    if not _is_busy(found):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "directory/import_progress.html", _running(found))


def _checked(found: RosterImport, request: DoorstepRequest) -> dict[str, Any]:
    """Counts, the rows of the chosen tab and the columns of the sheet."""
    counts = found.counts
    waiting = sum(counts.get(status, 0) for status in OPEN_STATUSES)
    tabs = {"open": waiting, "warn": 0, **{key: counts.get(key, 0) for key in ("update", "new", "skip")}}
    tabs["warn"] = _rows_of(found, "warn").count()
    tabs["skip"] = _rows_of(found, "skip").count()
    tab = request.GET.get("tab", "")
    if tab not in tabs:
        first = ("skip",) if found.status == RosterImport.Status.COMMITTED else ("open", "warn", "update", "new")
        tab = next((key for key in first if tabs[key]), "open")
    after = request.GET.get("after", "")
    rows = _rows_of(found, tab).filter(row__gt=int(after) if after.isdigit() else 0).order_by("row")
    shown = list(rows[: ROWS_A_PAGE + 1])
    changed = sorted(counts.get("changed", {}).items(), key=lambda item: -item[1])
    told = [(column_name(_CHANGED_NAMES.get(column, column)), number) for column, number in changed]
    task = LongTask.objects.filter(pk=found.task_id or NO_TASK, status="failed").first()
    return {
        "import": found,
        "waiting": waiting,
        # Titles, heads and totals of the sheet are skipped without being anybody's row.
        "checked": counts.get("rows", 0) - counts.get("skip", 0) + tabs["skip"],
        "is_written": found.status == RosterImport.Status.COMMITTED,
        "steps": [_("上传"), _("核对"), _("写入")],
        "updates": counts.get("update", 0) + counts.get("move", 0),
        "is_fixable": tab in ("open", "warn"),
        "tab_name": TABS[tab],
        "writing": sum(counts.get(action, 0) for action in ("new", "update", "move")),
        "changed": [item for item in told if item[0] in set(map(column_name, COLUMN_NAMES))][:4],
        "tabs": [(key, TABS[key], number) for key, number in tabs.items() if number or key == "open"],
        "tab": tab,
        "rows": [troubled_row(row) for row in shown[:ROWS_A_PAGE]],
        "next": shown[ROWS_A_PAGE - 1].row if len(shown) > ROWS_A_PAGE else None,
        "offers": sum(1 for row in _rows_of(found, "open")[:1000] for _offer in offers_of(row)) if waiting else 0,
        "findings": [what_and_why(f["field"], f["code"], f["params"]) for f in found.findings],
        "is_swapped": any(f["code"] == "sex.swapped" for f in found.findings),
        "columns": _columns(found),
        "keys": [(key, column_name(key)) for key in COLUMN_NAMES if key != "row"],
        "missing": _missing(found),
        "post_keys": [(POST_PREFIX + code, name) for code, name in code_lists()["party_post"].items() if code != "0"],
        "failure": task.error if task else "",
        "undo_days": UNDO_DAYS,
        "has_answer": bool(found.file) and answer_path(found).is_file(),
    }


def _missing(found: RosterImport) -> list[dict[str, Any]]:
    """The required columns the sheet has not got, each with the values one may give the whole sheet."""
    there = {POST_PREFIX.rstrip(":") if key.startswith(POST_PREFIX) else key for _i, _h, key, _w in _layout(found)}
    given = answers_of(found).defaults
    lists = {"person_category": "person_category", "membership_state": "membership_state", "branch": ""}
    return [
        {
            "key": key,
            "name": column_name(key),
            "given": given.get(key, ""),
            "options": [(code, _(word)) for code, word in code_lists()[code_list].items()] if code_list else [],
        }
        for key, code_list in lists.items()
        if key not in there
    ]


def _layout(found: RosterImport) -> list[tuple[int, str, str, str]]:
    return [(index, heading, key, how) for index, heading, key, how in found.layout.get("columns", [])]


_CHANGED_NAMES = {"category": "person_category", "lost_since": "lost_date", "posts": "post"}


def _rows_of(found: RosterImport, tab: str) -> Any:
    rows = RosterRow.objects.filter(roster_import=found)
    if tab == "open":
        return rows.filter(status__in=OPEN_STATUSES)
    if tab in ("warn", "skip"):
        return rows.filter(status=tab)
    return rows.filter(action__in=["update", "move"] if tab == "update" else ["new"])


def _columns(found: RosterImport) -> list[dict[str, Any]]:
    return [
        {"index": index, "heading": heading, "key": key, "how": how}
        for index, heading, key, how in _layout(found)
        if heading
    ]


@view_rule("directory.import_roster", kind="roster_import")
@require_POST
def import_answer(request: DoorstepRequest, import_id: int) -> HttpResponse:
    """Take the answers of the check page and check again; some buttons answer many rows at once."""
    found = _import(import_id, request)
    rows = {row.row: row for row in _rows_of(found, "open")} | {row.row: row for row in _rows_of(found, "warn")}
    given = given_in(request.POST, rows)
    if request.POST.get("act") == "accept_all":
        _accept_all(given, rows.values())
    then_write = request.POST.get("act") == "skip_and_write"
    if then_write:
        given.skipped = [row.row for row in rows.values() if row.status in OPEN_STATUSES]
    answers: dict[str, Any] = given.as_dict()
    answers["columns"] = {
        name.removeprefix("column|"): str(value)
        for name, value in request.POST.items()
        if name.startswith("column|") and name.removeprefix("column|").isdigit()
    }
    answers["defaults"] = {
        name.removeprefix("default|"): str(value).strip()
        for name, value in request.POST.items()
        if name.startswith("default|") and str(value).strip()
    }
    if request.POST.get("act") == "swap_sex":
        answers["swapped_sex"] = True
    if request.POST.get("sheet"):
        answers["sheet"] = request.POST["sheet"]
    answer_roster(roster_import=found, given=answers, then_write=then_write, actor=request.actor)
    return redirect("directory:import", found.pk)


def _accept_all(given: Given, rows: Any) -> None:
    for row in rows:
        for key, code, value in offers_of(row):
            given.take(row.row, key, code, value, raw_branch(row) if key == "branch" else "")


@view_rule("directory.import_roster", kind="roster_import")
@require_POST
def import_write(request: DoorstepRequest, import_id: int) -> HttpResponse:
    """Write what was checked: at once when it is little, in the background when it is much."""
    found = _import(import_id, request)
    if sum(found.counts.get(action, 0) for action in ("new", "update", "move")) > WRITTEN_AT_ONCE:
        write_roster_later(roster_import=found, actor=request.actor)
    else:
        commit_roster(roster_import=found, actor=request.actor)
    return redirect("directory:import", found.pk)


@view_rule("directory.import_roster", kind="roster_import")
@require_POST
def import_undo(request: DoorstepRequest, import_id: int) -> HttpResponse:
    """Take a written import back."""
    found = _import(import_id, request)
    undo_roster(roster_import=found, actor=request.actor)
    return redirect("directory:import", found.pk)


@view_rule("directory.import_roster", kind="roster_import")
@require_POST
def import_drop(request: DoorstepRequest, import_id: int) -> HttpResponse:
    """Give up an import that was not written."""
    drop_roster(roster_import=_import(import_id, request), actor=request.actor)
    return redirect("directory:imports")


@view_rule("directory.import_roster", kind="roster_import")
@require_GET
def import_workbook(request: DoorstepRequest, import_id: int) -> FileResponse:
    """The workbook with every finding beside its row."""
    found = _import(import_id, request)
    path = answer_path(found)
    if not found.file or not path.is_file():
        raise NotFound
    name = gettext("%(file)s（核对结果）") % {"file": Path(found.filename).stem} + ".xlsx"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=EXCEL)
