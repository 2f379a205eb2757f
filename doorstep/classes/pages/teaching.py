"""A teacher's own page: what one gives next and where, when one cannot come, which courses one may give."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from doorstep.catalogue.queries.courses import courses_of_teacher
from doorstep.classes.queries.teaching import sessions_taught
from doorstep.core import clock
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.faculty.queries.teachers import absences_of, teacher_of_person

SHOWN = 20


@view_rule("classes.view_own", kind="own_class")
@require_GET
def teaching(request: DoorstepRequest) -> HttpResponse:
    """My sessions to come, the days I cannot come, my courses."""
    teacher = teacher_of_person(request.actor.person_id)
    if teacher is None:
        return render(request, "classes/teaching_nobody.html")
    today = clock.today()
    sessions = list(sessions_taught(teacher.pk)[:SHOWN])
    shown = {
        "teacher": teacher,
        "today_sessions": [one for one in sessions if one.held_on <= today],
        "later": [one for one in sessions if one.held_on > today],
        "absences": absences_of(teacher),
        "courses": list(courses_of_teacher(teacher.pk)),
    }
    return render(request, "classes/teaching.html", shown)
