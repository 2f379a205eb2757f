"""Writing an article: its words with a live preview, its pictures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from doorstep.core.errors import NotFound
from doorstep.core.masking import personal_number
from doorstep.core.numbers import whole
from doorstep.core.pictures import MOST_BYTES
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where
from doorstep.notices.models import Article, ArticleVersion
from doorstep.notices.queries.articles import (
    article_to_write,
    making_of,
    pictures_by_number,
    pictures_of,
    versions_of,
)
from doorstep.notices.rules.markup import drawn
from doorstep.notices.services.articles import ArticleFacts, change_article, write_article
from doorstep.notices.services.pictures import add_picture, drop_picture
from doorstep.notices.services.refusals import ArticleWaits

MOST_WORDS = 20_000


class ArticleForm(forms.Form):
    """What a version says."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Article.Kind.choices)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=80)
    summary = forms.CharField(
        label=gettext_lazy("摘要"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("一两句话，列表和分享时显示。"),
    )
    text = forms.CharField(
        label=gettext_lazy("正文"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 16}), strip=False
    )

    def __init__(self, *args: Any, article: Article | None, is_city: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if article is not None or not is_city:
            del self.fields["kind"]

    @property
    def facts(self) -> ArticleFacts:
        """The text that a valid form means."""
        said = self.cleaned_data
        return ArticleFacts(title=said["title"], summary=said["summary"], text=said["text"])


@view_rule("notices.write_article", kind="own_place")
def article_new(request: DoorstepRequest) -> HttpResponse:
    """Begin an article of one's own department."""
    units = units_where(request.actor, "notices.write_article")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    is_city = unit.kind == "city"
    form = ArticleForm(posted(request), article=None, is_city=is_city)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data.get("kind", Article.Kind.NEWS)
        with said_above(form):
            made = write_article(unit=unit, kind=kind, facts=form.facts, actor=request.actor)
            messages.success(request, _("已存成草稿。"))
            goes_on = request.POST.get("act") == "pictures"
            return redirect("notices:article_edit" if goes_on else "notices:article", made.pk)
    return _answer(request, form, {"unit": unit, "units": units})


@view_rule("notices.write_article", kind="article")
def article_edit(request: DoorstepRequest, article_id: int) -> HttpResponse:
    """Change the version in the making, or begin one beside what is out."""
    found = article_to_write(article_id, request.actor)
    making = making_of(found)
    if making is not None and making.status == ArticleVersion.Status.HANDED_IN:
        raise ArticleWaits(title=found.title)
    shown = making or versions_of(found)[0]
    initial = {name: getattr(shown, name) for name in ("title", "summary", "text")}
    data = posted(request)
    form = ArticleForm(data, initial=initial, article=found, is_city=False)
    if request.method == "POST" and form.is_valid():
        said = request.POST.get("seen", "")
        seen = whole(said) or 0
        with said_above(form):
            change_article(article=found, facts=form.facts, seen=seen, actor=request.actor)
            messages.success(request, _("已保存。"))
            return redirect("notices:article", found.pk)
    seen_now = request.POST.get("seen", making.revision if making else 0)
    return _answer(request, form, {"unit": found.unit, "article": found, "making": making, "seen": seen_now})


def _answer(request: DoorstepRequest, form: ArticleForm, shown: dict[str, Any]) -> HttpResponse:
    article = shown.get("article")
    text = str(form["text"].value() or "")
    context = {
        "form": form,
        "drawn": drawn(text, pictures_by_number(article)),
        "number": personal_number(text),
        "pictures": pictures_of(article) if article else [],
        **shown,
    }
    return render(request, "notices/article_form.html", context, status=422 if form.errors else 200)


@view_rule("notices.write_article", kind="own_place")
@require_POST
def article_preview(request: DoorstepRequest) -> HttpResponse:
    """How the words of a form would look; nothing is kept."""
    if not units_where(request.actor, "notices.write_article"):
        raise NotFound
    said = request.POST.get("article", "")
    article = article_to_write(int(said), request.actor) if said.isdecimal() and len(said) < 10 else None
    text = request.POST.get("text", "")[:MOST_WORDS]
    shown = {"drawn": drawn(text, pictures_by_number(article)), "number": personal_number(text)}
    return render(request, "notices/article_preview.html", shown)


@view_rule("notices.write_article", kind="article")
@require_POST
def picture_new(request: DoorstepRequest, article_id: int) -> HttpResponse:
    """Take in a picture that the article may show."""
    found = article_to_write(article_id, request.actor)
    upload = request.FILES.get("picture")
    if upload is None:
        messages.error(request, _("还没有选图片。请选一张 JPG 或 PNG 再添加。"))
    else:
        content = upload.read(MOST_BYTES + 1)
        made = add_picture(article=found, content=content, name=str(upload.name)[-80:], actor=request.actor)
        messages.success(
            request, _("已添加图 %(n)s。在正文里另起一行写 ![图里是什么](%(n)s)，它就显示在那里。") % {"n": made.number}
        )
    return redirect("notices:article_edit", found.pk)


@view_rule("notices.write_article", kind="article")
@require_POST
def picture_drop(request: DoorstepRequest, article_id: int, number: int) -> HttpResponse:
    """Throw a picture away that nothing shows."""
    found = article_to_write(article_id, request.actor)
    picture = found.pictures.filter(number=number).select_related("article__unit").first()
    if picture is None:
        raise NotFound
    drop_picture(picture=picture, actor=request.actor)
    messages.success(request, _("图 %(n)s 已删除。") % {"n": number})
    return redirect("notices:article_edit", found.pk)
