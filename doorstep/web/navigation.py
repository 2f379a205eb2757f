"""The way around: which entries each role sees, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doorstep.core.actors import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the rail: words, icon class, address name, the key after `g`, and how addresses under it may end."""

    name: str
    word: Any
    icon: str
    view: str
    key: str
    ending: str = ""

    @property
    def url(self) -> str:
        """Where the entry leads."""
        try:
            return reverse(self.view)
        except NoReverseMatch:
            return ""


TODAY = Entry("today", _("今天"), "icon-[lucide--sun]", "web:home", "h")
CLASSES = Entry("classes", _("班次"), "icon-[lucide--presentation]", "classes:classes", "c")
PEOPLE = Entry("people", _("学员"), "icon-[lucide--users]", "directory:people", "p")
TEACHERS = Entry("teachers", _("师资"), "icon-[lucide--graduation-cap]", "faculty:teachers", "t")
BASES = Entry("bases", _("阵地"), "icon-[lucide--landmark]", "bases:bases", "b")
BOOKED = Entry("booked", _("预约"), "icon-[lucide--calendar-check]", "bases:reservations", "y")
ROUTES = Entry("routes", pgettext_lazy("导航", "路线"), "icon-[lucide--route]", "catalogue:routes", "r")
COURSES = Entry("courses", pgettext_lazy("导航", "课程"), "icon-[lucide--book-open]", "catalogue:courses", "o")
ORDERS = Entry("orders", _("点单"), "icon-[lucide--send]", "classes:orders", "d")
COVERAGE = Entry("coverage", _("覆盖"), "icon-[lucide--map]", "coverage:coverage", "v")
LEFT = Entry("left", _("还有谁"), "icon-[lucide--user-round-search]", "coverage:left", "w", "/left/")
IMPORTS = Entry("imports", pgettext_lazy("导航", "名册"), "icon-[lucide--file-spreadsheet]", "directory:imports", "i")
UNITS = Entry("units", pgettext_lazy("导航", "单位"), "icon-[lucide--network]", "directory:units", "u")
ACCOUNTS = Entry("accounts", _("账号"), "icon-[lucide--key-round]", "directory:accounts", "a")
ACTIVITY = Entry("activity", _("日志"), "icon-[lucide--scroll-text]", "directory:activity", "l")
ARTICLES = Entry("articles", _("门户"), "icon-[lucide--newspaper]", "notices:articles", "n")
PLANS = Entry("plans", pgettext_lazy("导航", "计划"), "icon-[lucide--calendar-range]", "planning:schools", "e")
MINE = Entry("me", _("我的班"), "icon-[lucide--calendar-check]", "classes:me", "m")
TEACHING = Entry("teaching", _("我的课"), "icon-[lucide--calendar-check]", "classes:teaching", "j")
MY_HOURS = Entry("hours", _("我的学时"), "icon-[lucide--clock]", "coverage:mine", "f")

RAILS: dict[str, tuple[Entry, ...]] = {
    "township": (TODAY, CLASSES, PLANS, ORDERS, PEOPLE, TEACHERS, BASES, BOOKED, COVERAGE, IMPORTS, UNITS, ACCOUNTS),
    "base": (TODAY, CLASSES, BASES, ORDERS, PLANS, BOOKED, TEACHERS, COURSES, ROUTES),
    "secretary": (TODAY, LEFT, CLASSES, PEOPLE, ORDERS, BOOKED, IMPORTS, COURSES, ROUTES),
    "county": (TODAY, COVERAGE, BASES, CLASSES, PLANS, ORDERS, TEACHERS, PEOPLE, IMPORTS, UNITS, ACCOUNTS, ARTICLES),
    "city": (TODAY, COVERAGE, BASES, CLASSES, PLANS, ORDERS, TEACHERS, PEOPLE, IMPORTS, UNITS, ACCOUNTS, ARTICLES),
    "teacher": (TODAY, TEACHING, CLASSES, COURSES, ROUTES),
    "trainee": (MINE, MY_HOURS, ROUTES),
    "auditor": (ACTIVITY, PLANS),
}
PHONE_TABS = 4
# Where a phone does not simply show the first entries of the rail.
TABS: dict[str, tuple[Entry, ...]] = {
    "township": (TODAY, CLASSES, LEFT, BASES),
    "secretary": (TODAY, LEFT, ORDERS, CLASSES),
}


def _role(actor: Actor) -> str:
    return actor.grants[0].role if actor.grants else ""


def rail_of(actor: Actor) -> tuple[Entry, ...]:
    """The entries of the role one works under now; of a person without a role, nothing."""
    return tuple(entry for entry in RAILS.get(_role(actor), ()) if entry.url)


def tabs_of(actor: Actor) -> tuple[Entry, ...]:
    """The entries at the foot of a phone; the page `更多` has the others."""
    return TABS.get(_role(actor)) or rail_of(actor)[:PHONE_TABS]


def current_entry(path: str, entries: tuple[Entry, ...]) -> str:
    """The name of the entry under which a page stands: by how its address ends, else the longest that begins it."""
    ended = next((e.name for e in entries if e.ending and path.endswith(e.ending)), "")
    if ended:
        return ended
    under = [e for e in entries if e.url != "/" and path.startswith(e.url)]
    if under:
        return max(under, key=lambda e: len(e.url)).name
    return next((e.name for e in entries if e.url == path), "")
