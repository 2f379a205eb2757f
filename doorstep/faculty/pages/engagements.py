"""An invitation to teach, and the answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from doorstep.core import clock
from doorstep.core.errors import DoorstepError
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.faculty.queries.engagements import LIVING, engagement_by_id
from doorstep.faculty.services.engagements import answer_engagement


@view_rule("faculty.answer_engagement", kind="engagement")
def engagement(request: DoorstepRequest, engagement_id: int) -> HttpResponse:
    """One invitation; POST answers it, said by the teacher or by who keeps them."""
    found = engagement_by_id(engagement_id, request.actor)
    is_own = found.teacher.person_id is not None and found.teacher.person_id == request.actor.person_id
    problem = ""
    if request.method == "POST":
        accept = request.POST.get("answer") == "accept"
        reason = request.POST.get("reason", "")
        try:
            answer_engagement(engagement=found, accept=accept, reason=reason, actor=request.actor)
        except DoorstepError as refusal:
            problem = refusal.text
        else:
            messages.success(request, _("已答复：来讲。") if accept else _("已答复：来不了，办班的单位会另请人。"))
            return redirect("classes:teaching") if is_own else redirect("faculty:teacher", found.teacher_id)
    shown = {
        "engagement": found,
        "is_open": found.status in LIVING and found.starts_at > clock.now(),
        "is_own": is_own,
        "problem": problem,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "faculty/engagement.html", shown, status=422 if problem else 200)
