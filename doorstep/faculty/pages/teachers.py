"""The teachers one may see, one teacher with all that is known, and whether they still teach."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where
from doorstep.faculty.models import Language, PoolPlace, Teacher, Topic
from doorstep.faculty.queries.engagements import engagements_of
from doorstep.faculty.queries.groups import groups_of_teacher
from doorstep.faculty.queries.links import links_of_teacher
from doorstep.faculty.queries.mentoring import mentorships_of
from doorstep.faculty.queries.pools import in_pool, places_of, pool_choices
from doorstep.faculty.queries.rights import rights_of, sees_findings, training_hours
from doorstep.faculty.queries.teachers import (
    absences_of,
    art_words,
    category_figures,
    language_words,
    teacher_by_id,
    teachers_visible_to,
    topic_words,
    vettings_of,
    with_standing,
)
from doorstep.faculty.services.teachers import turn_teacher

MOST_ENGAGEMENTS = 20
STANDINGS = (
    ("valid", gettext_lazy("有效")),
    ("expiring", gettext_lazy("快到期")),
    ("expired", gettext_lazy("已过期")),
    ("not_passed", gettext_lazy("未通过")),
    ("unvetted", gettext_lazy("未审核")),
)


TEACHERS = register_list(
    ListSpec(
        name="faculty.teachers",
        action="faculty.view_teacher",
        title=gettext_lazy("师资"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("姓名"),
                lambda t: t.name,
                "link",
                url=lambda t: reverse("faculty:teacher", args=[t.pk]),
                sort=("name",),
            ),
            ListColumn(
                "standing",
                gettext_lazy("审核"),
                lambda t: t.standing if t.is_active else "disabled",
                "status",
                sort=("standing",),
            ),
            ListColumn("category", gettext_lazy("类别"), lambda t: t.get_category_display(), sort=("category",)),
            ListColumn("title", gettext_lazy("职称或职务"), lambda t: t.title),
            ListColumn("topics", gettext_lazy("讲什么"), lambda t: topic_words(t.topics) or t.specialty),
            ListColumn("languages", gettext_lazy("用什么话讲"), lambda t: language_words(t.languages)),
            ListColumn("valid_until", gettext_lazy("审核到期"), lambda t: t.valid_until, "date", sort=("valid_until",)),
            ListColumn("unit", gettext_lazy("所属单位"), lambda t: t.unit.short_name, sort=("place", "name")),
        ),
        source=lambda actor, params: with_standing(teachers_visible_to(actor)).select_related("unit"),
        default_sort=("name",),
        filters=(
            ListFilter("q", gettext_lazy("姓名"), lambda rows, v: rows.filter(name__startswith=v), "text"),
            ListFilter(
                "category",
                gettext_lazy("类别"),
                lambda rows, v: rows.filter(category=v),
                choices=Teacher.Category.choices,
            ),
            ListFilter(
                "topic",
                gettext_lazy("讲什么"),
                lambda rows, v: rows.filter(topics__contains=[v]),
                choices=Topic.choices,
            ),
            ListFilter(
                "language",
                gettext_lazy("用什么话讲"),
                lambda rows, v: rows.filter(languages__contains=[v]),
                choices=Language.choices,
            ),
            ListFilter("pool", gettext_lazy("师资库"), in_pool, choices=pool_choices),
            ListFilter("standing", gettext_lazy("审核"), lambda rows, v: rows.filter(standing=v), choices=STANDINGS),
            ListFilter(
                "active",
                gettext_lazy("在用"),
                lambda rows, v: rows.filter(is_active=v == "1"),
                choices=(("1", gettext_lazy("在用")), ("0", gettext_lazy("已停用"))),
            ),
        ),
        empty_text=gettext_lazy("师资库还是空的。登记第一位老师，再编进师资库。"),
        empty_url="faculty:teacher_new",
        empty_action=gettext_lazy("登记教师"),
        empty_needs="faculty.keep_teacher",
        row_line2=lambda t: f"{t.get_category_display()}　{t.unit.short_name}",
    )
)


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def teachers(request: DoorstepRequest) -> HttpResponse:
    """The teachers one may see."""
    listing = listing_of(TEACHERS, request.actor, request.GET.dict())
    may_enter = bool(units_where(request.actor, "faculty.keep_teacher"))
    sees_pairs = any(may(request.actor, "faculty.view_mentorship", at=grant.place) for grant in request.actor.grants)
    shown = {"listing": listing, "may_enter": may_enter, "sees_pairs": sees_pairs}
    return render(request, "faculty/teachers.html", shown)


@view_rule("faculty.view_teacher", kind="teacher")
@require_GET
def teacher(request: DoorstepRequest, teacher_id: int) -> HttpResponse:
    """One teacher: what they teach, how they are vetted, in which pools they are, when they are away."""
    return _page(request, teacher_id)


def _page(request: DoorstepRequest, teacher_id: int, problem: str = "") -> HttpResponse:
    found = teacher_by_id(teacher_id, request.actor)
    until = found.valid_until  # type: ignore[attr-defined]
    shown = {
        "teacher": found,
        "topics": topic_words(found.topics),
        "spoken": language_words(found.languages),
        "arts": art_words(found.art_forms),
        "figures": category_figures(found.category, found.place),
        "places": [(place, _may_end(place, request.actor)) for place in places_of(found)],
        "vettings": vettings_of(found),
        "absences": absences_of(found),
        "engagements": list(engagements_of(found)[:MOST_ENGAGEMENTS]),
        "may_answer": may(request.actor, "faculty.answer_engagement", at=found.place, owner=found.person_id),
        "groups": groups_of_teacher(found),
        "links": links_of_teacher(found, request.actor),
        "days_left": (until - clock.today()).days if until else 0,
        "may_keep": may(request.actor, "faculty.keep_teacher", at=found.place),
        "may_vet": may(request.actor, "faculty.vet_teacher", at=found.place),
        "may_note": may(request.actor, "faculty.note_absence", at=found.place, owner=found.person_id),
        "pairs": mentorships_of(found),
        "sees_pairs": sees_findings(found, request.actor),
        "may_pair": may(request.actor, "faculty.keep_mentorship", at=found.place),
        "rights": rights_of(found),
        "trained": training_hours(found.pk, clock.today().year),
        "fills_pools": bool(units_where(request.actor, "faculty.keep_teacher")),
        "problem": problem,
    }
    return render(request, "faculty/teacher.html", shown, status=422 if problem else 200)


def _may_end(place: PoolPlace, actor: Actor) -> bool:
    return place.left_on is None and may(actor, "faculty.keep_teacher", at=place.pool.place)


@view_rule("faculty.keep_teacher", kind="teacher")
@require_POST
def teacher_turn(request: DoorstepRequest, teacher_id: int) -> HttpResponse:
    """Let somebody teach no longer, or again."""
    found = teacher_by_id(teacher_id, request.actor)
    end = request.POST.get("answer") == "end"
    said = _("已停用，也从师资库里移出了。") if end else _("已恢复。要排课的话，先编进师资库。")
    return press(
        request,
        said,
        turn_teacher,
        to=reverse("faculty:teacher", args=[found.pk]),
        page=lambda problem: _page(request, teacher_id, problem),
        teacher=found,
        end=end,
        reason=request.POST.get("reason", "")[:200],
    )
