"""Units, people, their keys and accounts of the planned city."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password

from doorstep.core import clock
from doorstep.core.crypto import blind_index, seal
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.tree import FOUNDED, PlannedUnit
from doorstep.directory.rules.search_keys import keys_of

Rows = Iterator[tuple[Any, ...]]
TABLES = (
    "directory_unit",
    "directory_unitplacement",
    "directory_person",
    "directory_membership",
    "directory_post",
    "directory_searchkey",
    "directory_account",
    "directory_rolegrant",
)


def load_directory(city: City) -> None:
    """Write the directory's tables."""
    copy_rows(
        "directory_unit",
        "id code name short_name kind parent_id path depth division_id county sector order external_code "
        "external_scheme valid_from valid_to",
        map(_unit, city.tree.units),
    )
    copy_rows("directory_unitplacement", "id unit_id parent_id path valid_from valid_to", _placements(city))
    copy_rows(
        "directory_person",
        "id county place name sex birth_date birth_month_only ethnicity education degree category membership_state "
        "occupation work_unit join_date formal_date lost_contact lost_since floating flow_to migrant_worker "
        "new_stratum remark "
        "id_number_sealed id_number_index mobile_sealed mobile_index landline_sealed address_sealed "
        "created_at updated_at",
        _people(city),
    )
    copy_rows(
        "directory_membership",
        "id person_id unit_id county is_primary valid_from valid_to reason",
        _memberships(city),
    )
    copy_rows(
        "directory_post",
        "id person_id unit_id post is_leader valid_from valid_to",
        ((n, p.person_id, p.unit.id, p.post, p.is_leader, p.since, p.until) for n, p in enumerate(city.posts, start=1)),
    )
    copy_rows("directory_searchkey", "id key kind object_id place", _search_keys(city))
    _accounts(city)


def _unit(unit: PlannedUnit) -> tuple[Any, ...]:
    return (
        unit.id, unit.code, unit.name, unit.short_name, unit.kind, unit.parent.id if unit.parent else None, unit.path,
        unit.depth, unit.division, unit.county, unit.sector, unit.order, "", "", unit.valid_from, unit.valid_to,
    )  # fmt: skip


def _placements(city: City) -> Rows:
    """Where every unit stands, and where those stood that came with a younger township."""
    number = 0
    for unit in city.tree.units:
        parent, since = unit.parent, unit.valid_from
        if unit.moved is not None:
            zone, since = unit.moved
            number += 1
            above = parent if parent and parent.moved else zone
            yield number, unit.id, above.id, _former_path(unit), FOUNDED, since
        number += 1
        yield number, unit.id, parent.id if parent else None, unit.path, since, unit.valid_to


def _former_path(unit: PlannedUnit) -> str:
    """The path below the zone a unit came from."""
    parent = unit.parent
    if parent is not None and parent.moved:
        return f"{_former_path(parent)}{unit.id}/"
    return f"{unit.moved[0].path if unit.moved else ''}{unit.id}/"


def _people(city: City) -> Rows:
    moment = clock.now()
    for p in city.people:
        yield (
            p.id, p.unit.county, p.unit.path, p.name, p.sex, p.birth, False, p.ethnicity, p.education, "",
            "full" if p.formal else "probationary", "normal", p.occupation, "", p.joined, p.formal,
            p.lost_since is not None, p.lost_since, p.floating, p.flow_to, p.floating and p.occupation == "02", "", "",
            seal(p.id_number, field="id_number"), blind_index(p.id_number, field="id_number"),
            seal(p.mobile, field="mobile"), blind_index(p.mobile, field="mobile"), b"", b"", moment, moment,
        )  # fmt: skip


def _memberships(city: City) -> Rows:
    """One row a person, two for those who were transferred."""
    number = 0
    for p in city.people:
        since, reason = p.joined, ""
        if p.came_from is not None and p.came_on is not None:
            number += 1
            yield number, p.id, p.came_from.id, p.came_from.county, True, since, p.came_on, ""
            since, reason = p.came_on, "组织关系转接"
        number += 1
        yield number, p.id, p.unit.id, p.unit.county, True, since, None, reason


def _search_keys(city: City) -> Rows:
    """The keys of all that is found by name; sorted, so that the index grows at its end."""
    known: dict[str, set[str]] = {}
    rows: list[tuple[str, str, int, str]] = []

    def add(kind: str, object_id: int, place: str, *names: str) -> None:
        text = "\n".join(names)
        keys = known.get(text)
        if keys is None:
            keys = known[text] = keys_of(*names)
        rows.extend((kind, key, object_id, place) for key in keys)

    for person in city.people:
        add("person", person.id, person.unit.path, person.name)
    for unit in city.tree.units:
        add("unit", unit.id, unit.path, unit.name, unit.short_name)
    for planned in city.history.classes:
        add("class", planned.id, planned.unit.path, planned.title)
    for base in city.network.bases:
        add("base", base.id, base.unit.path, base.name)
    for course in city.courses:
        add("course", course.id, course.unit.path, course.title)
    for route in city.routes:
        add("route", route.id, route.unit.path, route.name)
    for package in city.packages:
        add("package", package.id, package.unit.path, package.name)
    for material in city.stock.materials:
        add("material", material.id, material.unit.path, material.title)
    for case in city.cases:
        add("case", case.id, case.base.unit.path, case.title)
    rows.sort()
    for number, (kind, key, object_id, place) in enumerate(rows, start=1):
        yield number, key, kind, object_id, place


def _accounts(city: City) -> None:
    moment = clock.now()
    copy_rows(
        "directory_account",
        "id password username display_name person_id phone_sealed is_active is_demo must_change_password language "
        "type_size session_epoch created_at",
        (
            (
                number, make_password(place.account.password), place.account.username, place.display_name,
                place.person.id if place.person else None, b"", True, True, False, "zh-hans", "normal", 0, moment,
            )
            for number, place in enumerate(city.accounts, start=1)
        ),
    )  # fmt: skip
    copy_rows(
        "directory_rolegrant",
        "id account_id role unit_id valid_from",
        (
            (number, number, place.account.role, place.unit.id, date(city.as_of.year - 2, 1, 1))
            for number, place in enumerate(city.accounts, start=1)
        ),
    )


def account_id(city: City, role: str) -> int:
    """The id of the demo account of a role."""
    return next(n for n, place in enumerate(city.accounts, start=1) if place.account.role == role)
