"""A teacher's own page, and finding somebody who teaches instead."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from doorstep.catalogue.queries.courses import courses_of_teacher
from doorstep.catalogue.queries.materials import editions_for
from doorstep.classes.pages.overview import class_to_change
from doorstep.classes.queries.classes import session_by_id
from doorstep.classes.queries.plans import plan_of
from doorstep.classes.queries.teaching import key_of, sessions_given, sessions_taught, substitutes_for
from doorstep.classes.services.sessions import move_session
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.faculty.queries.engagements import LIVING, latest_of
from doorstep.faculty.queries.groups import STOP
from doorstep.faculty.queries.links import links_of_teacher
from doorstep.faculty.queries.mentoring import heard_of, mentorships_of
from doorstep.faculty.queries.rights import rights_of, training_hours
from doorstep.faculty.queries.teachers import absences_of, teacher_of_person

SHOWN = 20


@view_rule("classes.view_own", kind="own_class")
@require_GET
def teaching(request: DoorstepRequest) -> HttpResponse:
    """What I am asked, my sessions to come with their materials, what I gave and was told, my courses."""
    teacher = teacher_of_person(request.actor.person_id)
    if teacher is None:
        return render(request, "classes/teaching_nobody.html")
    today = clock.today()
    asked = latest_of(teacher)
    sessions = [(one, asked.get(key_of(one.pk))) for one in sessions_taught(teacher.pk)[:SHOWN]]
    tours = [row for row in asked.values() if row.key.startswith(STOP) and row.status in LIVING]
    waiting = [row for row in (*(row for _one, row in sessions if row), *tours) if row.status == "offered"]
    needed = editions_for(one.course_id for one, _row in sessions if one.course_id)
    sure = [
        (one, row, needed.get(one.course_id or 0, []))
        for one, row in sessions
        if row is None or row.status == "accepted"
    ]
    shown = {
        "teacher": teacher,
        "asked": sorted(waiting, key=lambda row: (row.starts_at, row.pk)),
        "today_sessions": [line for line in sure if line[0].held_on <= today],
        "later": [line for line in sure if line[0].held_on > today],
        "given": list(sessions_given(teacher.pk)[:SHOWN]),
        "heard": heard_of(teacher)[:SHOWN],
        "absences": absences_of(teacher),
        "courses": list(courses_of_teacher(teacher.pk)),
        "pairs": mentorships_of(teacher),
        "rights": rights_of(teacher),
        "trained": training_hours(teacher.pk, today.year),
        "tours": [row for row in tours if row.status == "accepted"],
        "links": links_of_teacher(teacher, request.actor),
    }
    return render(request, "classes/teaching.html", shown)


MOST_SUBSTITUTES = 10


@view_rule("classes.edit_class", kind="session")
def session_substitutes(request: DoorstepRequest, class_id: int, session_id: int) -> HttpResponse:
    """Who could give a session instead, the best first and why; POST takes one of them."""
    found = class_to_change(request, class_id, "classes.edit_class")
    session = session_by_id(found, session_id)
    if session.is_cancelled or session.starts_at <= clock.now():
        raise NotFound
    session.training_class = found
    offered = substitutes_for(session)[:MOST_SUBSTITUTES]
    problem = ""
    if request.method == "POST":
        if request.POST.get("teacher") == str(session.teacher_id):  # tapped twice
            return redirect("classes:class", found.pk)
        chosen = next((one.teacher for one in offered if str(one.teacher.pk) == request.POST.get("teacher")), None)
        if chosen is None:
            raise NotFound
        try:
            move_session(session=session, plan=replace(plan_of(session), teacher_id=chosen.pk), actor=request.actor)
        except DoorstepError as refusal:
            problem = refusal.text
        else:
            messages.success(request, _("已换成%(name)s老师。") % {"name": chosen.name})
            return redirect("classes:class", found.pk)
    shown = {"training_class": found, "session": session, "offered": offered, "problem": problem}
    return render(request, "classes/substitutes.html", shown, status=422 if problem else 200)
