"""The materials of a class: what its courses need, what it has been given, what it gave back."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doorstep.catalogue.queries.materials import edition_by_id, edition_words
from doorstep.catalogue.services.stock import issue_copies, return_copies
from doorstep.classes.pages.overview import class_to_change
from doorstep.classes.queries.heads import class_head
from doorstep.classes.queries.materials import materials_of_class
from doorstep.core.errors import Invalid, Refused
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule


class CopiesForm(forms.Form):
    """So many copies of an edition; `key` is the same when the form is sent twice."""

    edition = forms.IntegerField()
    copies = forms.IntegerField()
    key = forms.UUIDField()


@view_rule("classes.run_class", kind="class", post="catalogue.move_stock")
@require_http_methods(["GET", "POST"])
def materials(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """What a class needs and has; POST gives it copies or takes them back."""
    found, problem = class_to_change(request, class_id, "classes.run_class"), ""
    if request.method == "POST":
        form, gives = CopiesForm(request.POST), request.POST.get("answer") != "return"
        try:
            if not form.is_valid():
                raise Invalid
            edition, copies = edition_by_id(form.cleaned_data["edition"]), form.cleaned_data["copies"]
            act = issue_copies if gives else return_copies
            given = {"training_class_id": found.pk, "copies": copies, "key": form.cleaned_data["key"]}
            act(edition=edition, unit=found.unit, **given, actor=request.actor)
        except (Invalid, Refused) as refusal:
            problem = refusal.text
        else:
            words = {"n": copies, "title": edition_words(edition)}
            said = _("已发给班上 %(n)s 册%(title)s。") if gives else _("班上交回了 %(n)s 册%(title)s。")
            messages.success(request, said % words)
            return redirect("classes:materials", found.pk)
    context = class_head(found, request.actor, "materials")
    rows = [(one, edition_words(one.edition), uuid4()) for one in materials_of_class(found)]
    is_stock = may(request.actor, "catalogue.view_stock", at=found.place)
    context |= {"rows": rows, "problem": problem, "sees_stock": is_stock}
    return render(request, "classes/materials.html", context, status=422 if problem else 200)
