"""What the search box finds, kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.bases.queries.places import bases_visible_to
from doorstep.catalogue.queries.cases import cases_visible_to
from doorstep.catalogue.queries.courses import courses_visible_to
from doorstep.catalogue.queries.materials import materials_visible_to
from doorstep.catalogue.queries.packages import packages_visible_to
from doorstep.catalogue.queries.routes import routes_visible_to
from doorstep.classes.queries.classes import classes_visible_to
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.directory.queries import home_units, people_visible_to, search_hits, units_visible_to
from doorstep.directory.rules.search_keys import initials_of, normal_name


@dataclass(frozen=True, slots=True)
class Found:
    """One find: its words and where it leads."""

    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The finds of one kind."""

    title: str
    hits: list[Found]


def _people(ids: list[int], actor: Actor) -> list[Found]:
    rows = list(people_visible_to(actor).filter(pk__in=ids).order_by("name", "pk"))
    homes = home_units([p.pk for p in rows], clock.today())
    found = []
    for person in rows:
        born = f" {person.birth_date.year}" if person.birth_date else ""
        unit = homes.get(person.pk)
        url = reverse("directory:person", args=[person.pk])
        found.append(Found(f"{person.name}{born}", unit.short_name if unit else "", url))
    return found


def _units(ids: list[int], actor: Actor) -> list[Found]:
    rows = units_visible_to(actor).filter(pk__in=ids).select_related("parent").order_by("path")
    return [
        Found(u.short_name, u.parent.short_name if u.parent else "", reverse("directory:unit", args=[u.pk]))
        for u in rows
    ]


def _classes(ids: list[int], actor: Actor) -> list[Found]:
    rows = classes_visible_to(actor).filter(pk__in=ids).order_by("-starts_on", "pk")
    return [Found(c.title, c.starts_on.isoformat(), reverse("classes:class", args=[c.pk])) for c in rows]


def _bases(ids: list[int], actor: Actor) -> list[Found]:
    rows = bases_visible_to(actor).filter(pk__in=ids).order_by("kind", "pk")
    return [Found(b.name, str(b.get_kind_display()), reverse("bases:base", args=[b.pk])) for b in rows]


def _courses(ids: list[int], actor: Actor) -> list[Found]:
    rows = courses_visible_to(actor).filter(pk__in=ids).order_by("title", "pk")
    return [Found(c.title, str(c.get_kind_display()), reverse("catalogue:course", args=[c.pk])) for c in rows]


def _routes(ids: list[int], actor: Actor) -> list[Found]:
    rows = routes_visible_to(actor).filter(pk__in=ids).order_by("name", "pk")
    return [Found(r.name, r.theme, reverse("catalogue:route", args=[r.pk])) for r in rows]


def _packages(ids: list[int], actor: Actor) -> list[Found]:
    rows = packages_visible_to(actor).filter(pk__in=ids).order_by("name", "pk")
    return [Found(p.name, p.theme, reverse("catalogue:package", args=[p.pk])) for p in rows]


def _materials(ids: list[int], actor: Actor) -> list[Found]:
    rows = materials_visible_to(actor).filter(pk__in=ids).order_by("title", "pk")
    return [Found(m.title, str(m.get_kind_display()), reverse("catalogue:material", args=[m.pk])) for m in rows]


def _cases(ids: list[int], actor: Actor) -> list[Found]:
    rows = cases_visible_to(actor).filter(pk__in=ids).select_related("unit").order_by("title", "pk")
    return [Found(c.title, c.unit.short_name, reverse("catalogue:case", args=[c.pk])) for c in rows]


_KINDS: tuple[tuple[str, Callable[[list[int], Actor], list[Found]]], ...] = (
    ("person", _people),
    ("unit", _units),
    ("class", _classes),
    ("base", _bases),
    ("course", _courses),
    ("route", _routes),
    ("package", _packages),
    ("material", _materials),
    ("case", _cases),
)


def _title(kind: str) -> Any:
    words = {"person": _("人"), "unit": _("单位"), "class": _("班次"), "base": _("阵地"), "course": _("课程")}
    words |= {"route": _("精品路线"), "package": _("教学套餐"), "material": _("教材"), "case": _("实践案例")}
    return words[kind]


def found_for(text: str, actor: Actor) -> list[Group]:
    """The finds for `text` that `actor` may see, at most 20 of a kind; odd readings of a character come last."""
    groups = []
    for kind, show in _KINDS:
        ids = search_hits(text, actor, kind=kind)
        hits = show(ids, actor) if ids else []
        groups.append(Group(_title(kind), sorted(hits, key=lambda hit: not _reads(hit.title, text))))
    return groups


def _reads(title: str, text: str) -> bool:
    """True where `text` stands in a title as it is, or in its initials as they are mostly read."""
    wanted = normal_name(text)
    return wanted in normal_name(title) or wanted in initials_of(title)
