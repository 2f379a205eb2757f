"""Practice cases as everybody reads them: those that were accepted, in the name of a unit, never of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from doorstep.bases.queries.public import HOMES, county_name, county_names
from doorstep.catalogue.models import Case
from doorstep.catalogue.queries.cases import ACCEPTED, theme_words
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListFilter, ListSpec
from doorstep.core.public import PublicPage, public_page_of
from doorstep.directory.queries import named


@dataclass(frozen=True, slots=True)
class PublicCase:
    """An accepted case as anybody may read it: no person is named in it, nor a place that is somebody's home."""

    id: int
    title: str
    unit: str
    county_name: str
    base_id: int | None
    base: str
    themes: tuple[str, ...]
    problem: str
    action: str
    result: str
    accepted_on: date


def _accepted() -> QuerySet[Case]:
    return Case.objects.filter(status=ACCEPTED).select_related("unit", "base")


_CASES = ListSpec(
    name="portal.cases",
    title=gettext_lazy("实践案例"),
    columns=(),
    source=lambda actor, params: _accepted(),
    default_sort=("-reviewed_at", "pk"),
    filters=(
        ListFilter("q", gettext_lazy("题目或拼音首字母"), lambda rows, v: named(rows, v, kind="case"), "text"),
        ListFilter(
            "theme",
            gettext_lazy("主题"),
            lambda rows, v: rows.filter(themes__contains=[v]),
            choices=Case.Theme.choices,
        ),
        ListFilter(
            "county",
            gettext_lazy("县（市、区）"),
            lambda rows, v: rows.filter(county=v),
            choices=lambda a: county_names(),
        ),
    ),
    page_size=24,
)


def cases_public() -> list[PublicCase]:
    """The accepted cases for readers without an account, the newest first; the author is the unit, never a person."""
    return [_shown(case) for case in _accepted().order_by("-reviewed_at", "pk")]


def first_cases(most: int) -> list[PublicCase]:
    """Some accepted cases, the newest first."""
    return [_shown(case) for case in _accepted().order_by("-reviewed_at", "pk")[:most]]


def cases_shown(params: Mapping[str, str]) -> PublicPage[PublicCase]:
    """One page of the accepted cases, as `params` ask."""
    return public_page_of(_CASES, params, lambda rows: [_shown(case) for case in rows])


def named_cases(text: str, most: int) -> list[PublicCase]:
    """The accepted cases whose title matches `text` in Chinese or pinyin initials."""
    rows = named(_accepted(), text, kind="case").order_by("title", "pk")
    return [_shown(case) for case in rows[:most]]


def public_case(case_id: int) -> PublicCase:
    """One accepted case; raises NotFound."""
    found = _accepted().filter(pk=case_id).first()
    if found is None:
        raise NotFound
    return _shown(found)


def public_case_ids(most: int) -> list[int]:
    """The ids of the accepted cases."""
    return list(_accepted().order_by("pk").values_list("pk", flat=True)[:most])


def _shown(case: Case) -> PublicCase:
    assert case.reviewed_at is not None  # a constraint of the table
    base = case.base if case.base and case.base.kind not in HOMES else None
    return PublicCase(
        id=case.pk,
        title=case.title,
        unit=case.unit.name,
        county_name=county_name(case.county),
        base_id=base.pk if base and (base.valid_to is None or base.valid_to > clock.today()) else None,
        base=base.name if base else "",
        themes=tuple(theme_words(case)),
        problem=case.problem,
        action=case.action,
        result=case.result,
        accepted_on=clock.local(case.reviewed_at).date(),
    )
