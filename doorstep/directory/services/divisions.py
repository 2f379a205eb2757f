"""How the shipped lists of administrative divisions get into the database."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

from django.db import transaction

from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.directory.models import Division, DivisionPast

# Nothing we keep is older; the lists do not tell when a place that is on the first of them was founded.
BEFORE_OUR_RECORDS = date(1999, 12, 31)


@transaction.atomic
def load_divisions(*, actor: Actor) -> int:
    """Bring divisions and villages to the state of the shipped lists; gives how many there are.

    Running it again changes nothing. A division missing from the lists is left alone: other cities add their own.
    """
    require(actor, "directory.load_divisions")
    townships = [_division(row) for row in _rows("divisions.csv")]
    villages = [_village(row) for row in _rows("villages.csv")]
    for level in Division.Level.values:
        _write([d for d in (*townships, *villages) if d.level == level])
    past = [_past(row) for row in _rows("division_history.csv")]
    DivisionPast.objects.bulk_create(
        past,
        update_conflicts=True,
        unique_fields=["division", "valid_from"],
        update_fields=["name", "short_name", "kind", "parent", "valid_to"],
    )
    return len(townships) + len(villages)


def _write(divisions: list[Division]) -> None:
    changing = [f.name for f in Division._meta.concrete_fields if f.name != "code"]
    Division.objects.bulk_create(
        divisions, batch_size=2000, update_conflicts=True, unique_fields=["code"], update_fields=changing
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("doorstep.directory").joinpath("reference", name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _division(row: dict[str, str]) -> Division:
    return Division(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        aliases=[a for a in row["aliases"].split(";") if a],
        level=row["level"],
        kind=row["kind"],
        parent_id=row["parent_code"] or None,
        pinyin=row["pinyin"],
        lat=float(row["lat"]) if row["lat"] else None,
        lng=float(row["lng"]) if row["lng"] else None,
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
    )


def _village(row: dict[str, str]) -> Division:
    return Division(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        level=Division.Level.VILLAGE,
        kind=row["kind"],
        parent_id=row["parent_code"],
        valid_from=BEFORE_OUR_RECORDS,
    )


def _past(row: dict[str, str]) -> DivisionPast:
    return DivisionPast(
        division_id=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        kind=row["kind"],
        parent_id=row["parent_code"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]),
    )
