"""Pages of teachers: the list, and one teacher."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.faculty.models import Language, Teacher
from doorstep.faculty.queries import language_words, teacher_by_id, teachers_visible_to

TEACHERS = register_list(
    ListSpec(
        name="faculty.teachers",
        action="faculty.view_teacher",
        title=_("师资"),
        columns=(
            ListColumn(
                "name",
                _("姓名"),
                lambda t: t.name,
                "link",
                url=lambda t: reverse("faculty:teacher", args=[t.pk]),
                sort=("name",),
            ),
            ListColumn("category", _("类别"), lambda t: t.get_category_display(), sort=("category",)),
            ListColumn("title", _("职称或职务"), lambda t: t.title),
            ListColumn("specialty", _("专长"), lambda t: t.specialty),
            ListColumn("dialect", _("方言"), lambda t: language_words([t.dialect] if t.dialect else [])),
            ListColumn("unit", _("所属单位"), lambda t: t.unit.short_name),
        ),
        source=lambda actor, params: teachers_visible_to(actor).select_related("unit"),
        default_sort=("name",),
        filters=(
            ListFilter("q", _("姓名"), lambda rows, v: rows.filter(name__startswith=v), "text"),
            ListFilter(
                "category", _("类别"), lambda rows, v: rows.filter(category=v), choices=Teacher.Category.choices
            ),
            ListFilter("dialect", _("方言"), lambda rows, v: rows.filter(dialect=v), choices=Language.choices),
            ListFilter(
                "active",
                _("在库"),
                lambda rows, v: rows.filter(is_active=v == "1"),
                choices=(("1", _("在库")), ("0", _("已出库"))),
            ),
        ),
        empty_text=_("师资库还是空的。"),
        row_line2=lambda t: f"{t.get_category_display()}　{t.unit.short_name}",
    )
)


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def teachers(request: DoorstepRequest) -> HttpResponse:
    """The teachers one may see."""
    return render(request, "web/list.html", {"listing": listing_of(TEACHERS, request.actor, request.GET.dict())})


@view_rule("faculty.view_teacher", kind="teacher")
@require_GET
def teacher(request: DoorstepRequest, teacher_id: int) -> HttpResponse:
    """One teacher: what they teach, in which dialect, from which pools."""
    found = teacher_by_id(teacher_id, request.actor)
    spoken = language_words([found.dialect] if found.dialect else [])
    return render(request, "faculty/teacher.html", {"teacher": found, "spoken": spoken})
