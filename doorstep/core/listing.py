"""How every list works: filter, sort, page by key, export, views one keeps; one description a list."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet

from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.exports import Sheet
from doorstep.core.models import SavedView
from doorstep.core.permissions import may, require
from doorstep.core.queries import views_of

Kind = Literal["text", "number", "date", "status", "link"]
Rows = QuerySet[Any]
MOST_VIEWS = 12  # of one list and one account
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column: how to read it from a row, where it leads, by which fields it sorts.

    One that `is_only_exported` stands in the workbook alone.
    """

    key: str
    title: Any
    value: Callable[[Any], object]
    kind: Kind = "text"
    url: Callable[[Any], str] | None = None
    sort: tuple[str, ...] | None = None
    is_only_exported: bool = False


@dataclass(frozen=True, slots=True)
class ListFilter:
    """One filter: a choice, a text, a date or a whole number, and what it does to the rows."""

    key: str
    label: Any
    apply: Callable[[Rows, str], Rows]
    kind: Literal["choice", "text", "date", "number"] = "choice"
    choices: Callable[[Actor], Sequence[tuple[str, Any]]] | Sequence[tuple[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class ListSpec:
    """The description of a list; `source` gives the rows this actor may see.

    Who may do `action` nowhere, not even on themselves, does not get the page. The act of an empty list is offered to
    those who may do `empty_needs`. `subject` says what a list is asked for, such as a unit and a year: a workbook names
    it, because it leaves the page.
    `default_sort` is a tuple of order fields; the primary key is added as the last one. `sums` says what a second sheet
    of the workbook holds, over the rows under the filters.
    """

    name: str
    title: Any
    columns: tuple[ListColumn, ...]
    source: Callable[[Actor, Mapping[str, str]], Rows]
    default_sort: tuple[str, ...]
    filters: tuple[ListFilter, ...] = ()
    action: str = ""
    empty_text: Any = ""
    empty_url: str = ""
    empty_action: Any = ""
    empty_needs: str = ""
    row_line2: Callable[[Any], str] | None = None
    page_size: int = 50
    subject: Callable[[Actor, Mapping[str, str]], str] | None = None
    sums: Callable[[Actor, Rows], Sheet] | None = None

    def called(self, actor: Actor, params: Mapping[str, str]) -> str:
        """The title, with what the list is asked for; raises NotFound for what `actor` may not see."""
        return f"{self.title}　{self.subject(actor, params)}" if self.subject else str(self.title)


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A view that one keeps of a list, as a tab above it."""

    pk: int
    title: str
    link: str
    kept: dict[str, str]


@dataclass(slots=True)
class Listing:
    """One page of a list, ready for `web/list.html`."""

    spec: ListSpec
    rows: list[Any]
    params: dict[str, str]
    sort: str
    next: str = ""
    previous: str = ""
    filters: list[dict[str, Any]] = field(default_factory=list)
    is_filtered: bool = False
    kept: dict[str, str] = field(default_factory=dict)
    views: list[ViewTab] = field(default_factory=list)
    may_fill: bool = True

    @property
    def folded_filters(self) -> list[dict[str, Any]]:
        """The filters that a phone folds behind one button: all but what one types."""
        return [state for state in self.filters if state["kind"] not in ("text", "number")]

    @property
    def folded_count(self) -> int:
        """How many of the folded filters are on."""
        return sum(bool(state["value"]) for state in self.folded_filters)

    def sort_link(self, column: ListColumn) -> str:
        """The query that sorts by `column`, turning the direction on a second click."""
        want = f"-{column.key}" if self.sort == column.key else column.key
        return "?" + urlencode({**self.params, "sort": want})

    @property
    def beside(self) -> dict[str, str]:
        """What the page is asked with besides its filters, such as a year: the same in all views."""
        own = {item.key for item in self.spec.filters}
        return {key: value for key, value in self.params.items() if key not in own}

    @property
    def all_link(self) -> str:
        """The query without filters and sort."""
        return "?" + urlencode(self.beside) if self.beside else ""

    @property
    def kept_query(self) -> str:
        """What a view of the rows as they stand would keep."""
        return urlencode(self.kept)

    @property
    def open_view(self) -> ViewTab | None:
        """The view that stands open."""
        return next((view for view in self.views if view.kept == self.kept), None)

    @property
    def may_keep(self) -> bool:
        """True when the rows stand as no view has them yet."""
        return bool(self.kept) and self.open_view is None

    @property
    def is_full(self) -> bool:
        """True when one has to drop a view before one can keep another."""
        return len(self.views) >= MOST_VIEWS

    @property
    def columns(self) -> list[ListColumn]:
        """The columns that stand on the page."""
        return [column for column in self.spec.columns if not column.is_only_exported]

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Column heads with their sorting links and state."""
        return [
            {
                "column": c,
                "title": c.title,
                "kind": c.kind,
                "link": self.sort_link(c) if c.sort else "",
                "state": "ascending" if self.sort == c.key else "descending" if self.sort == f"-{c.key}" else "",
            }
            for c in self.columns
        ]

    @property
    def export_query(self) -> str:
        """The query under which the same rows are exported."""
        return urlencode({**self.params, **({"sort": self.sort} if self.sort else {})})


_registry: dict[str, ListSpec] = {}


def register_list(spec: ListSpec) -> ListSpec:
    """Make a list known to the export job and to the test that walks all lists."""
    _registry[spec.name] = spec
    return spec


_word_of_status: Callable[[str], str] = str


def set_status_words(word_of: Callable[[str], str]) -> None:
    """Tell core the word for a status; the shell, which keeps the table of words, does so when it loads."""
    global _word_of_status
    _word_of_status = word_of


def exported(column: ListColumn, row: Any) -> object:
    """What stands in a workbook for a cell: the value, for a status its word."""
    value = column.value(row)
    return _word_of_status(str(value)) if column.kind == "status" and value else value


def _load_pages() -> None:
    """Pages register their lists when they load; the worker and scripts have not loaded them yet."""
    importlib.import_module(settings.ROOT_URLCONF)


def list_named(name: str) -> ListSpec:
    """The registered list of this name; raises NotFound."""
    _load_pages()
    if name not in _registry:
        raise NotFound
    return _registry[name]


def all_lists() -> tuple[ListSpec, ...]:
    """Every registered list, by name."""
    _load_pages()
    return tuple(_registry[name] for name in sorted(_registry))


def _order(spec: ListSpec, sort: str) -> tuple[str, ...]:
    """The order fields for a `sort` parameter, ending in the primary key."""
    fields = spec.default_sort
    for column in spec.columns:
        if column.sort and sort in (column.key, f"-{column.key}"):
            turn = sort.startswith("-")
            fields = tuple(f[1:] if f.startswith("-") else f"-{f}" for f in column.sort) if turn else column.sort
    return fields if fields and fields[-1].lstrip("-") in ("pk", "id") else (*fields, "pk")


def filtered_rows(spec: ListSpec, actor: Actor, params: Mapping[str, str]) -> tuple[Rows, tuple[str, ...], bool]:
    """The rows `actor` may see under `params`, ordered; and whether any filter is on."""
    rows = spec.source(actor, params)
    is_filtered = False
    for item in spec.filters:
        value = params.get(item.key, "").strip()
        if value and (item.kind != "date" or _is_day(value)):
            rows, is_filtered = item.apply(rows, value), True
    order = _order(spec, params.get("sort", ""))
    return rows.order_by(*order), order, is_filtered


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _value_at(row: Model, name: str) -> Any:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value


def _pack(row: Model, order: tuple[str, ...], direction: str) -> str:
    """A cursor: direction and the row's values for the order fields."""
    values = [_value_at(row, f.lstrip("-")) for f in order]
    safe = [
        v.isoformat() if isinstance(v, (date, datetime)) else str(v) if isinstance(v, (Decimal, UUID)) else v
        for v in values
    ]
    return base64.urlsafe_b64encode(json.dumps([direction, safe]).encode()).decode().rstrip("=")


def _unpack(cursor: str, order: tuple[str, ...]) -> tuple[str, list[Any]] | None:
    try:
        direction, values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        return None
    return (direction, values) if direction in ("n", "p") and len(values) == len(order) else None


def _may_be_null(model: type[Model], path: str) -> bool:
    """True when the column, or a key on the way to it, may be empty; what is worked out counts as such."""
    at: Any = model
    for part in path.split("__"):
        if part == "pk":
            return False
        try:
            found = at._meta.get_field(part)
        except FieldDoesNotExist:
            return True
        if found.null:
            return True
        at = found.related_model
    return False


def _after(model: type[Model], order: tuple[str, ...], values: Sequence[Any], forward: bool) -> Q:
    """The rows beyond a cursor in this order; the database puts empty values behind all others."""
    condition, equal, reach = Q(pk__in=[]), Q(), Q()
    for name, value in zip(order, values, strict=True):
        bare = name.lstrip("-")
        is_down = name.startswith("-") is forward
        ends_empty = not is_down and _may_be_null(model, bare)
        if value is None:
            beyond = Q(**{f"{bare}__isnull": False}) if is_down else Q(pk__in=[])
        else:
            beyond = Q(**{f"{bare}__{'lt' if is_down else 'gt'}": value})
            beyond |= Q(**{f"{bare}__isnull": True}) if ends_empty else Q()
        condition |= equal & beyond
        if not equal and value is not None and not ends_empty:
            # Said once more for the first column alone, so that an index on it is entered at the cursor.
            reach = Q(**{f"{bare}__{'lte' if is_down else 'gte'}": value})
        equal &= Q(**{f"{bare}__isnull": True}) if value is None else Q(**{bare: value})
    return reach & condition


def _flip(order: tuple[str, ...]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def listing_of(spec: ListSpec, actor: Actor, params: Mapping[str, str]) -> Listing:
    """One page of the list: keyset paging, no COUNT and no OFFSET. Raises NotPermitted."""
    places = [grant.place for grant in actor.grants]
    if spec.action:
        require(actor, spec.action, at=places, owner=actor.person_id)
    rows, order, is_filtered = filtered_rows(spec, actor, params)
    kept = {k: v for k, v in params.items() if v and k not in ("cursor", "sort")}
    sort = params.get("sort", "")
    position = _unpack(params.get("cursor", ""), order)
    backward = bool(position and position[0] == "p")
    if position:
        rows = rows.filter(_after(rows.model, order, position[1], not backward))
    if backward:
        rows = rows.order_by(*_flip(order))
    found = list(rows[: spec.page_size + 1])
    more = len(found) > spec.page_size
    found = found[: spec.page_size]
    if backward:
        found.reverse()

    def link(row: Model, direction: str) -> str:
        extra = {"cursor": _pack(row, order, direction), **({"sort": sort} if sort else {})}
        return "?" + urlencode({**kept, **extra})

    states = _filter_states(spec, actor, params)
    listing = Listing(spec, found, kept, sort, is_filtered=is_filtered, filters=states, kept=_kept(spec, states, sort))
    listing.may_fill = not spec.empty_needs or may(actor, spec.empty_needs, at=places)
    listing.views = [_tab(listing, view) for view in views_of(actor, spec.name)]
    if found and (more if not backward else position):
        listing.next = link(found[-1], "n")
    if found and (more if backward else position):
        listing.previous = link(found[0], "p")
    return listing


def _filter_states(spec: ListSpec, actor: Actor, params: Mapping[str, str]) -> list[dict[str, Any]]:
    states = []
    for item in spec.filters:
        choices = item.choices(actor) if callable(item.choices) else item.choices
        told = {name: getattr(item, name) for name in ("key", "label", "kind")}
        states.append({**told, "value": params.get(item.key, ""), "choices": list(choices)})
    return states


def kept_params(spec: ListSpec, actor: Actor, params: Mapping[str, str]) -> dict[str, str]:
    """What a view keeps of `params`: choices there are, days, whole numbers, the sort; no words one typed."""
    return _kept(spec, _filter_states(spec, actor, params), params.get("sort", ""))


def _kept(spec: ListSpec, states: Sequence[Mapping[str, Any]], sort: str) -> dict[str, str]:
    kept = {state["key"]: state["value"] for state in states if _is_kept(state)}
    is_sort = any(column.sort and sort in (column.key, f"-{column.key}") for column in spec.columns)
    return {**kept, **({"sort": sort} if is_sort else {})}


def _is_kept(state: Mapping[str, Any]) -> bool:
    """Names and numbers of people are typed as text: a view keeps none of that."""
    value, kind = state["value"], state["kind"]
    if kind == "choice":
        return bool(value) and value in {str(choice) for choice, _word in state["choices"]}
    if kind == "date":
        return _is_day(value)
    return kind == "number" and value.isdecimal() and len(value) <= _MOST_DIGITS


def _tab(listing: Listing, view: SavedView) -> ViewTab:
    """A view as a tab: what the list no longer offers has fallen out of it."""
    asked = dict(parse_qsl(view.query))
    states = [{**state, "value": asked.get(state["key"], "")} for state in listing.filters]
    kept = _kept(listing.spec, states, asked.get("sort", ""))
    return ViewTab(view.pk, view.title, "?" + urlencode({**listing.beside, **kept}), kept)
