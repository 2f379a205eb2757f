"""Bases, venues, pools and teachers of the planned city."""

from __future__ import annotations

from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City

TABLES = (
    "bases_base",
    "bases_venue",
    "faculty_pool",
    "faculty_teacher",
    "faculty_teacher_pools",
)


def load_network(city: City) -> None:
    """Write the tables of bases and faculty."""
    copy_rows(
        "bases_base",
        "id code kind name unit_id place county division_id theme capacity is_flagged has_network lat lng valid_from",
        (
            (
                b.id, b.code, b.kind, b.name, b.unit.id, b.unit.path, b.unit.county, b.division, b.theme, b.capacity,
                b.is_flagged, b.has_network, b.lat, b.lng, b.opened,
            )
            for b in city.network.bases
        ),
    )  # fmt: skip
    copy_rows(
        "bases_venue",
        "id base_id name seats is_active",
        ((v.id, v.base.id, v.name, v.seats, True) for v in city.network.venues),
    )
    _load_faculty(city)


def _load_faculty(city: City) -> None:
    copy_rows(
        "faculty_pool",
        "id unit_id place county name",
        ((p.id, p.unit.id, p.unit.path, p.unit.county, p.name) for p in city.pools),
    )
    copy_rows(
        "faculty_teacher",
        "id name person_id category title specialty dialect unit_id place county is_active",
        (
            (
                t.id, t.name, t.person_id, t.category, t.title, t.specialty, t.dialect, t.pool.unit.id,
                t.pool.unit.path, t.pool.unit.county, True,
            )
            for t in city.teachers
        ),
    )  # fmt: skip
    copy_rows("faculty_teacher_pools", "id teacher_id pool_id", ((t.id, t.id, t.pool.id) for t in city.teachers))
