"""Writing a practice case, and what goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.catalogue.models import Case
from doorstep.catalogue.pages.routes_forms import ManyChoices
from doorstep.catalogue.queries.cases import bases_to_name, case_to_write, file_of_case
from doorstep.catalogue.rules.cases import CaseFacts
from doorstep.catalogue.services.cases import Naming, attach_file, change_case, drop_file, write_case
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.numbers import whole
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

_SAID = ("title", "author_kind", "author", "has_consent", "problem", "action", "result", "themes")


def _long(label: Any, help_text: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 6})
    return forms.CharField(label=label, max_length=4000, required=False, widget=area, help_text=help_text)


class CaseForm(forms.Form):
    """What a case says."""

    title = forms.CharField(label=gettext_lazy("题目"), max_length=120)
    base = forms.TypedChoiceField(
        label=gettext_lazy("哪处阵地的事"), coerce=int, required=False, empty_value=None, widget=ManyChoices
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("主题"),
        choices=Case.Theme.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox"}),
    )
    problem = _long(gettext_lazy("遇到什么问题"), gettext_lazy("当时的情况，难在哪里"))
    action = _long(gettext_lazy("怎么做的"), gettext_lazy("一步一步，一点一行；写做法，不写评价"))
    result = _long(gettext_lazy("成效"), gettext_lazy("写明数字：做了多少、变了多少；报送前三样都要写好"))
    author_kind = forms.ChoiceField(label=gettext_lazy("怎么署名"), choices=Case.Author.choices)
    author = forms.CharField(
        label=gettext_lazy("署名"),
        max_length=80,
        help_text=gettext_lazy("单位名称，或“村党支部书记”这样公开的职务；署个人姓名要本人书面同意"),
    )
    has_consent = forms.BooleanField(label=gettext_lazy("署的是个人姓名，本人已书面同意"), required=False)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(base.pk, base.name) for base in bases_to_name(unit)]
        self.fields["base"].choices = [("", _("不限哪一处")), *places]  # type: ignore[attr-defined]

    @property
    def facts(self) -> CaseFacts:
        """The case that a valid form means."""
        data = self.cleaned_data
        texts = {name: data[name] for name in ("title", "problem", "action", "result")}
        return CaseFacts(**texts, themes=tuple(data["themes"]), base_id=data["base"])

    @property
    def naming(self) -> Naming:
        """Who a valid form names as the author."""
        data = self.cleaned_data
        return Naming(data["author_kind"], data["author"], data["has_consent"])


@view_rule("catalogue.write_case", kind="own_place")
def case_new(request: DoorstepRequest) -> HttpResponse:
    """Write a case."""
    units = units_where(request.actor, "catalogue.write_case")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    initial = {"author_kind": Case.Author.UNIT, "author": unit.short_name}
    form = CaseForm(posted(request), initial=initial, unit=unit)
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            made = write_case(unit=unit, facts=form.facts, author=form.naming, actor=request.actor)
            messages.success(request, _("已存成草稿，可以再附上照片和材料。"))
            return redirect("catalogue:case", made.pk)
    return _answer(request, form, unit=unit, units=units)


@view_rule("catalogue.write_case", kind="case")
def case_edit(request: DoorstepRequest, case_id: int) -> HttpResponse:
    """Change a draft."""
    found = case_to_write(case_id, request.actor)
    initial = {**{name: getattr(found, name) for name in _SAID}, "base": found.base_id}
    form = CaseForm(posted(request), initial=initial, unit=found.unit)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        seen = whole(version) or 0
        with said_above(form):
            change_case(case=found, facts=form.facts, author=form.naming, version=seen, actor=request.actor)
            messages.success(request, _("已保存。"))
            return redirect("catalogue:case", found.pk)
    return _answer(request, form, case=found, version=request.POST.get("version", found.version))


def _answer(request: DoorstepRequest, form: CaseForm, **shown: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "catalogue/case_form.html", {"form": form, **shown}, status=status)


class FileForm(forms.Form):
    """Something that goes with a case."""

    file = forms.FileField(
        label=gettext_lazy("添一个文件"),
        help_text=gettext_lazy("PDF、JPG 或 PNG，最大 10 MB；照片里的拍摄地点会自动去掉"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


@view_rule("catalogue.write_case", kind="case")
def case_files(request: DoorstepRequest, case_id: int) -> HttpResponse:
    """What goes with a case; POST adds a file or leaves one out."""
    found, problem = case_to_write(case_id, request.actor), ""
    dropped = request.POST.get("drop", "")
    form = FileForm(request.POST, request.FILES) if request.method == "POST" and not dropped else FileForm()
    try:
        if dropped:
            file = file_of_case(found, whole(dropped) or 0)
            drop_file(file=file, actor=request.actor)
            return redirect("catalogue:case_files", found.pk)
        if form.is_bound and form.is_valid():
            upload = form.cleaned_data["file"]
            attach_file(case=found, upload=upload.file, upload_name=upload.name, actor=request.actor)
            return redirect("catalogue:case_files", found.pk)
    except (Invalid, Refused) as refusal:
        problem = refusal.text
    shown = {"case": found, "form": form, "files": found.files.order_by("pk"), "problem": problem}
    return render(request, "catalogue/case_files.html", shown, status=422 if problem or form.errors else 200)
