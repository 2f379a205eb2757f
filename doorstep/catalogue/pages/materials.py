"""Materials: the list, one material with its editions, what is said of it, and which courses use which edition."""

from __future__ import annotations

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

from doorstep.bases.queries.places import county_choices
from doorstep.catalogue.models import Material
from doorstep.catalogue.queries.materials import (
    courses_to_use,
    edition_to_keep,
    edition_to_read,
    edition_words,
    editions_of,
    material_by_id,
    material_to_keep,
    materials_listed,
)
from doorstep.catalogue.queries.stock import shelves_visible_to
from doorstep.catalogue.services.materials import (
    MaterialFacts,
    add_edition,
    bring_back_material,
    change_material,
    choose_courses,
    enter_material,
    retire_material,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import Turn, press_one_of, said_above
from doorstep.core.views import kept_file, view_rule
from doorstep.directory.queries import named, units_where

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

_USE = (("1", gettext_lazy("在用")), ("0", gettext_lazy("停用")))


def _in_use(rows: QuerySet[Material], value: str) -> QuerySet[Material]:
    return rows.filter(is_retired=value == "0")


def standing_of(material: Material) -> str:
    """The status word of a material."""
    return "disabled" if material.is_retired else "valid"


MATERIALS = register_list(
    ListSpec(
        name="catalogue.materials",
        action="catalogue.view_material",
        title=gettext_lazy("教材"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("名称"),
                lambda m: m.title,
                "link",
                url=lambda m: reverse("catalogue:material", args=[m.pk]),
                sort=("title",),
            ),
            ListColumn("status", gettext_lazy("状态"), standing_of, "status"),
            ListColumn("kind", gettext_lazy("类别"), lambda m: m.get_kind_display(), sort=("kind", "title")),
            ListColumn("unit", gettext_lazy("编写单位"), lambda m: m.unit.short_name, sort=("place", "title")),
            ListColumn("editions", gettext_lazy("版数"), lambda m: m.edition_count, "number", sort=("edition_count",)),
            ListColumn("year", gettext_lazy("最新一版（年）"), lambda m: m.year, sort=("year",)),
            ListColumn("isbn", gettext_lazy("书号"), lambda m: m.isbn, is_only_exported=True),
        ),
        source=lambda actor, params: materials_listed(actor),
        default_sort=("place", "title"),
        filters=(
            ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="material"), "text"),
            ListFilter(
                "kind", gettext_lazy("类别"), lambda rows, v: rows.filter(kind=v), choices=Material.Kind.choices
            ),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(unit__county=v),
                choices=county_choices,
            ),
            ListFilter("use", gettext_lazy("在用"), _in_use, choices=_USE),
        ),
        empty_text=gettext_lazy("还没有登记教材。登记一种，写明哪些课程用它，就能入库、下发、发给班上。"),
        row_line2=lambda m: f"{m.get_kind_display()}　{m.unit.short_name}",
    )
)


@view_rule("catalogue.view_material", kind="list")
@require_GET
def materials(request: DoorstepRequest) -> HttpResponse:
    """The materials one may see."""
    actor = request.actor
    shown = {
        "listing": listing_of(MATERIALS, actor, request.GET.dict()),
        "may_keep": bool(units_where(actor, "catalogue.keep_material")),
        "sees_stock": bool(units_where(actor, "catalogue.view_stock")),
    }
    return render(request, "catalogue/materials.html", shown)


@view_rule("catalogue.view_material", kind="material")
@require_GET
def material(request: DoorstepRequest, material_id: int) -> HttpResponse:
    """One material: its editions, the courses that use them, where copies are."""
    found, actor = material_by_id(material_id, request.actor), request.actor
    places = [grant.place for grant in actor.grants]
    shelves = shelves_visible_to(actor).filter(edition__material=found)
    shown = {
        "material": found,
        "status": standing_of(found),
        "editions": editions_of(found),
        "shelves": shelves.order_by("place", "-edition__number")[:100],
        "may_keep": may(actor, "catalogue.keep_material", at=found.place),
        "may_read": may(actor, "catalogue.read_material", at=places),
        "sees_stock": bool(units_where(actor, "catalogue.view_stock")),
    }
    return render(request, "catalogue/material.html", shown)


class MaterialForm(forms.Form):
    """What is said of a material."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Material.Kind.choices)
    about = forms.CharField(
        label=gettext_lazy("简介"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("讲什么、给谁用"),
    )

    @property
    def facts(self) -> MaterialFacts:
        """What a valid form says."""
        return MaterialFacts(**self.cleaned_data)


def _unit_chosen(request: DoorstepRequest) -> tuple[Unit, list[Unit]]:
    """The unit for which something is entered, and those one may choose among; raises NotFound."""
    units = units_where(request.actor, "catalogue.keep_material")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit") or request.GET.get("unit", "")
    return next((one for one in units if str(one.pk) == chosen), units[0]), units


@view_rule("catalogue.keep_material", kind="own_place")
def material_new(request: DoorstepRequest) -> HttpResponse:
    """Enter a material."""
    unit, units = _unit_chosen(request)
    form = MaterialForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            made = enter_material(unit=unit, facts=form.facts, actor=request.actor)
            messages.success(request, _("已登记。接着登记它的第一版，写明哪些课程用它。"))
            return redirect("catalogue:material", made.pk)
    return _form(request, form, unit=unit, units=units)


def _form(request: DoorstepRequest, form: forms.Form, **shown: Any) -> HttpResponse:
    return render(request, "catalogue/material_form.html", {"form": form, **shown}, status=422 if form.errors else 200)


@view_rule("catalogue.keep_material", kind="material")
def material_edit(request: DoorstepRequest, material_id: int) -> HttpResponse:
    """Change what is said of a material."""
    found = material_to_keep(material_id, request.actor)
    initial = {name: getattr(found, name) for name in ("title", "kind", "about")}
    form = MaterialForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        with said_above(form):
            change_material(
                material=found,
                facts=form.facts,
                version=whole(version) or 0,
                actor=request.actor,
            )
            messages.success(request, _("已保存。"))
            return redirect("catalogue:material", found.pk)
    return _form(request, form, material=found, version=request.POST.get("version", found.version))


@view_rule("catalogue.keep_material", kind="material")
@require_POST
def material_turn(request: DoorstepRequest, material_id: int) -> HttpResponse:
    """Retire a material, or bring it back."""
    found = material_to_keep(material_id, request.actor)
    turns: dict[str, Turn] = {
        "retire": (retire_material, _("已停用，库存照旧记在账上，需要时可以恢复。")),
        "bring_back": (bring_back_material, _("已恢复使用。")),
    }
    return press_one_of(request, turns, to=reverse("catalogue:material", args=[found.pk]), material=found)


class EditionForm(forms.Form):
    """The next edition."""

    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=1949, max_value=2100)
    isbn = forms.CharField(
        label=gettext_lazy("书号（ISBN）"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("照版权页填 10 位或 13 位，校验位会核对；内部印制的不填"),
    )
    file = forms.FileField(
        label=gettext_lazy("电子版"),
        required=False,
        help_text=gettext_lazy("PDF、JPG 或 PNG，最大 10 MB，只有工作人员和教师能下载"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


@view_rule("catalogue.keep_material", kind="material")
def edition_new(request: DoorstepRequest, material_id: int) -> HttpResponse:
    """Enter the next edition of a material."""
    found = material_to_keep(material_id, request.actor)
    is_sent = request.method == "POST"
    year = {"year": clock.today().year}
    form = EditionForm(request.POST if is_sent else None, request.FILES if is_sent else None, initial=year)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        kept = {"upload": upload.file, "upload_name": upload.name} if upload else {}
        said = {name: form.cleaned_data[name] for name in ("year", "isbn")}
        with said_above(form):
            made = add_edition(material=found, **said, **kept, actor=request.actor)
            messages.success(request, _("已登记第 %(n)s 版。请选哪些课程用它。") % {"n": made.number})
            return redirect("catalogue:edition_courses", made.pk)
    shown = {"material": found, "form": form}
    return render(request, "catalogue/edition_new.html", shown, status=422 if form.errors else 200)


@view_rule("catalogue.read_material", kind="edition")
@require_GET
def edition_file(request: DoorstepRequest, edition_id: int) -> FileResponse:
    """The file of an edition, to be kept, never opened in the page."""
    found = edition_to_read(edition_id, request.actor)
    return kept_file(found.file, called=found.file_name)


class CoursesForm(forms.Form):
    """Which courses use an edition."""

    courses = forms.TypedMultipleChoiceField(coerce=int, required=False)


@view_rule("catalogue.keep_material", kind="edition")
def edition_courses(request: DoorstepRequest, edition_id: int) -> HttpResponse:
    """Choose the courses that use an edition."""
    found = edition_to_keep(edition_id, request.actor)
    chosen = {course.pk: course for course in found.courses.select_related("unit").order_by("place", "code")}
    offered = {**chosen, **{course.pk: course for course in courses_to_use(found.material)}}
    form = CoursesForm(posted(request))
    form.fields["courses"].choices = [(pk, pk) for pk in offered]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        choose_courses(edition=found, course_ids=form.cleaned_data["courses"], actor=request.actor)
        messages.success(request, _("用书的课程已保存。"))
        return redirect("catalogue:material", found.material_id)
    groups = _by_unit(offered.values(), chosen)
    shown = {"edition": found, "words": edition_words(found), "groups": groups}
    return render(request, "catalogue/edition_courses.html", shown, status=422 if form.errors else 200)


def _by_unit(courses: Any, chosen: Any) -> list[tuple[str, list[tuple[Any, bool]], int]]:
    """Courses by the unit that wrote them, each with whether it is ticked, and how many of a unit are."""
    by_unit: dict[str, list[tuple[Any, bool]]] = {}
    for course in courses:
        by_unit.setdefault(course.unit.short_name, []).append((course, course.pk in chosen))
    return [(name, rows, sum(is_on for _one, is_on in rows)) for name, rows in by_unit.items()]
