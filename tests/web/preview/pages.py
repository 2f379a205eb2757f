"""Which pages the shell is looked at with: real templates, invented people, no database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings

from doorstep.core.actors import ANONYMOUS, Actor, Grant
from doorstep.core.errors import NotFound, TooLong, problem_of
from doorstep.core.listing import MOST_VIEWS, ListColumn, Listing, ListSpec, ViewTab
from doorstep.directory.pages.sign_in import SignInForm
from doorstep.web.status_words import STATUS_WORDS

HERE = Path(__file__).parent
LINE = (
    ("林昌盛", "霍童镇坑头村股份经济合作社联合党支部", "0", "not_planned"),
    ("林建华 1974", "外表村党支部", "8", "enrolled"),
    ("欧阳建国", "虎𬇙镇黄家村党支部", "8", "untrained"),
)
ROOM = {
    "title": "农村党员冬训班（第三期）",
    "session": "第 3 课次　14:00–17:20",
    "topic": "高山晚熟葡萄冬季管护",
    "teacher": "陈国梁　乡土教员，用蕉城话讲",
    "school": "霍童镇党校",
    "helper": "黄老师",
    "state_url": "/state/",
}
LILI = Actor(
    account_id=1,
    person_id=None,
    name="黄丽萍",
    grants=(Grant("township", "1/2/3/", "蕉城区霍童镇党校"), Grant("county", "1/2/", "蕉城区委组织部")),
)


class ClassForm(forms.Form):
    """A form with a fault in it."""

    title = forms.CharField(label="班次名称", initial="农村党员冬训班（第四期）", help_text="写在通知和证书上")
    starts_on = forms.DateField(label="开班日期", widget=forms.DateInput(attrs={"type": "date"}))
    form = forms.ChoiceField(label="形式", choices=(("small", "小班"), ("lecture", "讲座")))
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    online = forms.BooleanField(label="同时网上直播", required=False)

    def clean_starts_on(self) -> None:
        """Always taken."""
        raise forms.ValidationError("12月5日镇党校教室已被占用。区妇联 8:30–17:00 在用。可以改到 12月8日。")


def _listing(rows: tuple[tuple[str, ...], ...], *, filtered: bool) -> Listing:
    spec = ListSpec(
        name="preview.people",
        title="学员",
        columns=(
            ListColumn("name", "姓名", lambda r: r[0], "link", url=lambda r: "/people/1/", sort=("name",)),
            ListColumn("unit", "所在支部", lambda r: r[1]),
            ListColumn("hours", "今年学时", lambda r: r[2], "number", sort=("hours",)),
            ListColumn("plan", "安排", lambda r: r[3], "status"),
        ),
        source=lambda actor, params: None,  # type: ignore[arg-type,return-value]
        default_sort=("name",),
        empty_text="先导入名册，再来看。",
        empty_url="/imports/",
        empty_action="导入名册",
        row_line2=lambda r: f"{r[1]}　{r[2]} 学时",
    )
    choices = [("formal", "正式"), ("probationary", "预备")]
    states: list[dict[str, Any]] = [
        {"key": "q", "label": "姓名或拼音首字母", "kind": "text", "value": "lin" if filtered else "", "choices": []},
        {
            "key": "category",
            "label": "党员类别",
            "kind": "choice",
            "value": "formal" if filtered else "",
            "choices": choices,
        },
        {"key": "day", "label": "日期", "kind": "date", "value": "", "choices": []},
    ]
    after = "?cursor=x" if rows else ""
    listing = Listing(spec, list(rows), {}, "name", next=after, previous=after, filters=states, is_filtered=filtered)
    listing.kept = {"category": "formal", "sort": "name"} if filtered else {}
    return listing


def _views(*, is_open: bool) -> Listing:
    """The list with as many views as there may be, one of them open or none."""
    listing = _listing(LINE, filtered=True)
    listing.views = [
        ViewTab(n, f"霍童镇外出的预备党员之{n}", f"?category={n}", {"category": str(n)}) for n in range(MOST_VIEWS)
    ]
    if is_open:
        listing.kept = listing.views[9].kept
    return listing


def _gallery() -> tuple[str, dict[str, Any]]:
    form = ClassForm({"title": "农村党员冬训班（第四期）", "starts_on": "2026-12-05", "form": "small"})
    form.add_error(None, "还有 1 处要改。")
    marks = ("present", "late", "early", "personal_leave", "sick_leave", "official_leave", "absent", "")
    words = [word for word, (_, text) in STATUS_WORDS.items() if "{" not in str(text) and "%" not in str(text)]
    return "gallery.html", {
        "form": form,
        "words": words,
        "marks": marks,
        "people": LINE,
        "steps": ("上传", "核对", "写入"),
    }


PAGES: dict[str, Callable[[], tuple[str, dict[str, Any]]]] = {
    "gallery": _gallery,
    "parts": lambda: ("parts.html", {"people": LINE}),
    "list": lambda: ("web/list.html", {"listing": _listing(LINE * 3, filtered=True)}),
    "list-view": lambda: ("web/list.html", {"listing": _views(is_open=True)}),
    "list-views": lambda: ("web/list.html", {"listing": _views(is_open=False)}),
    "list-none": lambda: ("web/list.html", {"listing": _listing((), filtered=True)}),
    "list-empty": lambda: ("web/list.html", {"listing": _listing((), filtered=False)}),
    "sign-in": lambda: ("directory/sign_in.html", {"form": SignInForm(), "next": "/"}),
    "help": lambda: ("web/help.html", {}),
    "more": lambda: ("web/more.html", {}),
    "problem": lambda: ("web/refusal.html", problem_of(NotFound())),
    "problem-413": lambda: ("web/refusal.html", problem_of(TooLong())),
    "room": lambda: ("web/room.html", {"room": ROOM}),
}
PUBLIC = {"sign-in", "problem", "problem-413"}


def page_html(name: str, *, large: bool = False) -> str:
    """The page as the browser would get it."""
    template, context = PAGES[name]()
    request = RequestFactory().get("/people/")
    signed_in = name not in PUBLIC
    user = SimpleNamespace(is_authenticated=True, type_size="large" if large else "", username="lili")
    request.user = user if signed_in else AnonymousUser()  # type: ignore[assignment]
    request.actor = LILI if signed_in else ANONYMOUS  # type: ignore[attr-defined]
    if large and not signed_in:
        request.COOKIES["type_size"] = "large"
    with override_settings(TEMPLATES=[{**settings.TEMPLATES[0], "DIRS": [HERE]}]):
        return render_to_string(template, context, request)
