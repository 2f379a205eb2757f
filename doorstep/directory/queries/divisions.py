"""The administrative divisions: which there were on a day, where they lie, which one a name means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from doorstep.core.permissions import lines_of
from doorstep.directory.models import Division, DivisionPast, Unit


def in_force(day: date) -> Q:
    """The dated rows that hold on a day."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def divisions_on(day: date, level: str) -> QuerySet[Division]:
    """The divisions of a level that existed on a day, by code, under the names they have now."""
    return Division.objects.filter(in_force(day), level=level).order_by("code")


@dataclass(frozen=True, slots=True)
class DivisionState:
    """A division as it was on a day."""

    code: str
    name: str
    short_name: str
    kind: str
    parent_code: str | None


def division_states_on(day: date, level: str) -> list[DivisionState]:
    """The divisions of a level that existed on a day, by code, with the name, kind and parent they had then."""
    past = {p.division_id: p for p in DivisionPast.objects.filter(valid_from__lte=day, valid_to__gt=day)}
    states = []
    for division in divisions_on(day, level):
        then = past.get(division.pk, division)
        states.append(DivisionState(division.pk, then.name, then.short_name, then.kind, then.parent_id))
    return states


def division_points() -> dict[str, tuple[float | None, float | None]]:
    """Code of every division -> where it lies in WGS84 degrees; one query."""
    return {code: (lat, lng) for code, lat, lng in Division.objects.values_list("code", "lat", "lng")}


def divisions_named(name: str, *, level: str) -> list[Division]:
    """The divisions of a level with this name, short name, alias or former name; several when it is ambiguous."""
    found = Q(name=name) | Q(short_name=name) | Q(aliases__contains=[name]) | Q(past__name=name)
    return list(Division.objects.filter(found, level=level).distinct().order_by("code"))


def placed_divisions(units: Iterable[Unit]) -> dict[int, Division]:
    """Unit id -> its division, else that of the nearest unit above it, of those a point is known of; in one query."""
    lines = {unit.pk: lines_of(unit.path) for unit in units}
    paths = {path for line in lines.values() for path in line}
    placed = Unit.objects.filter(path__in=paths, division__lat__isnull=False, division__lng__isnull=False)
    known = {unit.path: unit.division for unit in placed.select_related("division") if unit.division}
    nearest = ((pk, [known[path] for path in line if path in known][-1:]) for pk, line in lines.items())
    return {pk: found[0] for pk, found in nearest if found}
