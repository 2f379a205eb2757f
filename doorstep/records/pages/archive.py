"""Pages of what a class comes to: the hours beside its roll, and its archive."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from doorstep.attendance.queries.rolls import sheet_of
from doorstep.classes.queries.classes import class_where
from doorstep.classes.queries.heads import class_head
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.records.queries.classes import archive_of, hours_of_class

# What the archive of a class holds besides, and what is not written here yet.
_PAPERS = (
    _("现场教学与影像资料"),
    _("试卷成绩"),
    _("评估问卷及汇总"),
    _("讲课费签收与经费预决算"),
    _("结业证书发放登记"),
    _("总结与信息报道"),
    _("安全预案"),
)


@view_rule("attendance.view_roll", kind="class")
@require_GET
def class_hours(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """The hours of everybody on a roll, as pieces that go to their places in the grid; alone they lead to the roll."""
    held = class_where(class_id, request.actor, "attendance.view_roll")
    if not request.headers.get("HX-Request"):
        return redirect("attendance:roll", held.pk)
    return render(request, "records/class_hours.html", {"hours": hours_of_class(sheet_of(held))})


@view_rule("attendance.view_roll", kind="class")
@require_GET
def archive(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """What was asked, who came, the hours, how the roll was closed, and the papers of the class."""
    held = class_where(class_id, request.actor, "attendance.view_roll")
    kept = archive_of(held, request.actor)
    shown = {**class_head(held, request.actor, "archive"), "archive": kept, "papers": _PAPERS}
    return render(request, "records/archive.html", shown)
