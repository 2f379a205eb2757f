"""How offices word messages: every text there is, one of them by one way with its versions, and what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where
from doorstep.notices.models import Wording
from doorstep.notices.queries.channels import channels_there
from doorstep.notices.queries.fields import allowed_in_body, allowed_in_title, examples, words_for
from doorstep.notices.queries.wording_checks import MOST_BODY, MOST_TITLE, Words, checked_words
from doorstep.notices.queries.wordings import wordings_in_force, wordings_of, wordings_visible_to
from doorstep.notices.rules.texts import MessageText, known_texts
from doorstep.notices.rules.wordings import as_places, fields_in, filled, in_words
from doorstep.notices.services.wordings import word_text

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

Way = Wording.Way


def _shown(row: Wording) -> str:
    text = known_texts().get(row.text)
    if not row.title or text is None:
        return _("用原来的说法")
    return in_words(row.title, words_for(fields_in(f"{text.title}{text.body}")))


def _worded(rows: QuerySet[Wording], said: str) -> QuerySet[Wording]:
    return rows.filter(is_in_force=said == "in_force")


WORDINGS = register_list(
    ListSpec(
        name="notices.wordings",
        action="notices.word_messages",
        title=gettext_lazy("改过的说法"),
        columns=(
            ListColumn("said", gettext_lazy("说法"), _shown, "link", url=lambda r: _address(r.text, r.way)),
            ListColumn("status", gettext_lazy("状态"), lambda r: "valid" if r.is_in_force else "replaced", "status"),
            ListColumn("way", gettext_lazy("渠道"), lambda r: r.get_way_display(), sort=("way",)),
            ListColumn("version", gettext_lazy("版次"), lambda r: r.version, "number", sort=("version",)),
            ListColumn("unit", gettext_lazy("单位"), lambda r: r.unit.short_name, sort=("place",)),
            ListColumn("by", gettext_lazy("谁改的"), lambda r: r.written_by.display_name if r.written_by else ""),
            ListColumn("at", gettext_lazy("时间"), lambda r: clock.day_and_time(r.written_at), sort=("written_at",)),
        ),
        source=lambda actor, params: wordings_visible_to(actor),
        default_sort=("-written_at",),
        filters=(
            ListFilter("q", gettext_lazy("说法里的字"), lambda rows, v: rows.filter(title__icontains=v), "text"),
            ListFilter("way", gettext_lazy("渠道"), lambda rows, v: rows.filter(way=v), choices=Way.choices),
            ListFilter(
                "status",
                gettext_lazy("状态"),
                _worded,
                choices=(("in_force", gettext_lazy("有效")), ("replaced", gettext_lazy("已替换"))),
            ),
        ),
        empty_text=gettext_lazy("还没有改过说法，消息都是原来的说法。要改，从“消息的说法”里选一条。"),
        row_line2=lambda r: f"{r.get_way_display()}　{clock.day_and_time(r.written_at)}",
    )
)


def _address(text: str, way: str) -> str:
    return reverse("notices:wording", args=[text, way])


def _own_unit(request: DoorstepRequest) -> Unit:
    units = units_where(request.actor, "notices.word_messages")
    if not units:
        raise NotFound
    return units[0]


def _ways() -> list[tuple[str, Any]]:
    """The inbox, and the channels the operator has set up."""
    return [(way, word) for way, word in Way.choices if way == Way.INBOX or way in channels_there()]


@view_rule("notices.word_messages", kind="own_place")
@require_GET
def wordings(request: DoorstepRequest) -> HttpResponse:
    """Every text that messages have, and by which ways the office words it in its own way."""
    unit = _own_unit(request)
    own, asked = wordings_in_force(unit), request.GET.get("q", "").strip()
    rows = [
        {
            "title": in_words(as_places(str(text.title)), words_for(fields_in(str(text.title)))),
            "body": in_words(as_places(str(text.body)), words_for(fields_in(str(text.body)))),
            "ways": [(_address(name, way), word, (name, way) in own) for way, word in _ways()],
        }
        for name, text in sorted(known_texts().items())
    ]
    found = [row for row in rows if asked in f"{row['title']}{row['body']}"]
    shown = {"unit": unit, "rows": found, "q": asked, "changed": len(own), "all": len(rows)}
    return render(request, "notices/wordings.html", shown)


@view_rule("notices.word_messages", kind="list")
@require_GET
def wordings_changed(request: DoorstepRequest) -> HttpResponse:
    """Every version the office wrote, with who and when."""
    listing = listing_of(WORDINGS, request.actor, request.GET.dict())
    return render(request, "notices/wordings_changed.html", {"listing": listing})


class WordingForm(forms.Form):
    """What a message is to say."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=MOST_TITLE)
    body = forms.CharField(
        label=gettext_lazy("内容"), max_length=MOST_BODY, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, way: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if way != Way.INBOX:
            del self.fields["body"]


def _text(name: str, way: str) -> MessageText:
    text = known_texts().get(name)
    if text is None or way not in dict(_ways()):
        raise NotFound
    return text


def _now(text: MessageText, last: Wording | None) -> dict[str, str]:
    """What is said today, with the words of the fields: the office's own words, or what was shipped."""
    own = last is not None and bool(last.title)
    title, body = (last.title, last.body) if last and own else (as_places(str(text.title)), as_places(str(text.body)))
    words = words_for(fields_in(f"{text.title}{text.body}"))
    return {"title": in_words(title, words), "body": in_words(body, words)}


def _example(name: str, way: str, words: Words) -> dict[str, str]:
    """What people would read, with examples filled in; or why not."""
    try:
        kept = checked_words(name, way, words)
    except DoorstepError as problem:
        return {"problem": problem.text}
    given = examples()
    return {"title": filled(kept.title, given), "body": filled(kept.body, given)}


@view_rule("notices.word_messages", kind="own_wording")
def wording(request: DoorstepRequest, text: str, way: str) -> HttpResponse:
    """One text by one way: what it says, what may be filled in, how it looks, every version."""
    unit, shipped = _own_unit(request), _text(text, way)
    versions = wordings_of(unit, text, way)
    last = versions[0] if versions else None
    form = WordingForm(posted(request), way=way, initial=_now(shipped, last))
    goes_back = request.POST.get("act") == "back"
    if (form.is_valid() or goes_back) and form.is_bound:
        words = None if goes_back else Words(**form.cleaned_data)
        with said_above(form):
            word_text(
                unit=unit, text=text, way=way, words=words, actor=request.actor,
                seen=whole(request.POST.get("seen", "")) or 0,
            )  # fmt: skip
            done = _("已用回原来的说法。") if goes_back else _("已保存，从下一条消息起用新的说法。")
            messages.success(request, done)
            return redirect(_address(text, way))
    return _answer(request, form, {"unit": unit, "text": text, "way": way, "versions": versions, "last": last})


def _answer(request: DoorstepRequest, form: WordingForm, shown: dict[str, Any]) -> HttpResponse:
    text = _text(shown["text"], shown["way"])
    words = Words(str(form["title"].value() or ""), str(form["body"].value() or "") if "body" in form.fields else "")
    all_words = words_for(fields_in(f"{text.title}{text.body}"))
    context = {
        "form": form,
        "shipped": _now(text, None),
        "in_title": list(allowed_in_title(text).values()),
        "in_body": list(allowed_in_body(text).values()),
        "way_word": dict(_ways())[shown["way"]],
        "example": _example(shown["text"], shown["way"], words),
        "rows": [(row, in_words(row.title, all_words), in_words(row.body, all_words)) for row in shown["versions"]],
        "seen": request.POST.get("seen", shown["last"].version if shown["last"] else 0),
        **shown,
    }
    return render(request, "notices/wording.html", context, status=422 if form.errors else 200)


@view_rule("notices.word_messages", kind="own_wording")
@require_POST
def wording_preview(request: DoorstepRequest, text: str, way: str) -> HttpResponse:
    """How the words of a form would read; nothing is kept."""
    _own_unit(request)
    _text(text, way)
    words = Words(request.POST.get("title", ""), request.POST.get("body", ""))
    return render(request, "notices/wording_example.html", {"example": _example(text, way, words)})
