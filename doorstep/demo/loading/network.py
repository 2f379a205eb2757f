"""Bases, venues, pools and teachers of the planned city."""

from __future__ import annotations

from datetime import timedelta

from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.joint import plan_bookings, plan_room_rules
from doorstep.demo.rules.rooms import Rooms, plan_rooms
from doorstep.demo.rules.teaching import plan_standing
from doorstep.demo.rules.vehicles import plan_vehicles

TABLES = (
    "bases_base",
    "bases_venue",
    "bases_openhours",
    "bases_loan",
    "bases_closure",
    "faculty_pool",
    "faculty_teacher",
    "faculty_poolplace",
    "faculty_vetting",
    "faculty_absence",
    "faculty_engagement",
)


def load_network(city: City) -> None:
    """Write the tables of bases and faculty."""
    copy_rows(
        "bases_base",
        "id code kind name unit_id place county division_id theme host capacity is_flagged has_network lat lng "
        "valid_from",
        (
            (
                b.id, b.code, b.kind, b.name, b.unit.id, b.unit.path, b.unit.county, b.division, b.theme, b.host,
                b.capacity, b.is_flagged, b.has_network, b.lat, b.lng, b.opened,
            )
            for b in city.network.bases
        ),
    )  # fmt: skip
    _load_rooms(city)
    _load_bookings(city)
    _load_faculty(city)


def _load_venues(city: City, rooms: Rooms) -> None:
    copy_rows(
        "bases_venue",
        "id base_id name seats equipment is_active",
        (
            (v.id, v.base.id, v.name, v.seats, "{" + ",".join(rooms.equipment.get(v.id, ())) + "}", True)
            for v in city.network.venues
        ),
    )
    copy_rows(
        "bases_venue",
        "id base_id kind name seats is_active",
        ((one.id, one.base.id, one.kind, one.name, one.seats, True) for one in plan_vehicles(city.network)),
    )


def _load_rooms(city: City) -> None:
    rooms = plan_rooms(city.network, seed=city.seed, as_of=city.as_of)
    _load_venues(city, rooms)
    copy_rows(
        "bases_openhours",
        "id base_id weekday opens_at closes_at",
        ((n, base.id, day, opens, closes) for n, (base, day, opens, closes) in enumerate(rooms.hours, start=1)),
    )
    copy_rows(
        "bases_loan",
        "id venue_id owner valid_from valid_to notice_days terms",
        (
            (n, loan.venue.id, loan.owner, loan.first, loan.last, loan.notice_days, "用完打扫，桌椅归位")
            for n, loan in enumerate(rooms.loans, start=1)
        ),
    )
    entered = clock.at_local(city.as_of - timedelta(days=3), 9)
    copy_rows(
        "bases_closure",
        "id base_id kind starts_at ends_at reason entered_at",
        (
            (
                n, shut.base.id, "shut", shut.starts.replace(tzinfo=clock.LOCAL_ZONE),
                shut.ends.replace(tzinfo=clock.LOCAL_ZONE), shut.reason, entered,
            )
            for n, shut in enumerate(rooms.closures, start=1)
        ),
    )  # fmt: skip
    copy_rows(
        "bases_reception",
        "base_id people meals beds parking guides contact phone note",
        (
            (
                base.id, people, people // 2, people // 4 if base.kind != "teaching_point" else 0, 1 + people // 60,
                1 + people // 80, "党校办公室" if "school" in base.kind else "接待室", f"0593-1{base.id:06d}", "",
            )
            for base, people in rooms.people
        ),
    )  # fmt: skip


def _load_bookings(city: City) -> None:
    copy_rows(
        "bases_bookingrule",
        "base_id reach notice_days quiet_days terms",
        (
            (base.id, reach, days, "{" + ",".join(map(str, quiet)) + "}", terms)
            for base, reach, days, quiet, terms in plan_bookings(city.network.bases)
        ),
    )
    copy_rows(
        "bases_venuerule",
        "venue_id reach notice_days quiet_days terms",
        ((venue.id, reach, days, "{}", terms) for venue, reach, days, terms in plan_room_rules(city.network.venues)),
    )


def _load_faculty(city: City) -> None:
    copy_rows(
        "faculty_pool",
        "id unit_id place county name",
        ((p.id, p.unit.id, p.unit.path, p.unit.county, p.name) for p in city.pools),
    )
    copy_rows(
        "faculty_teacher",
        "id name person_id category title specialty topics languages art_forms school_id unit_id place county "
        "is_active",
        (
            (
                t.id, t.name, t.person_id, t.category, t.title, t.specialty, _array(t.topics), _array(t.languages),
                _array(t.art_forms), t.pool.unit.id if t.category == "school" else None, t.pool.unit.id,
                t.pool.unit.path, t.pool.unit.county, True,
            )
            for t in city.teachers
        ),
    )  # fmt: skip
    standing = plan_standing(city.pools, city.teachers, seed=city.seed, as_of=city.as_of)
    copy_rows(
        "faculty_poolplace",
        "id teacher_id pool_id joined_on left_on left_for",
        ((n, *place) for n, place in enumerate(standing.places, start=1)),
    )
    moment = clock.now()
    copy_rows(
        "faculty_vetting",
        "id teacher_id vetted_on is_passed valid_until note rule entered_at",
        ((n, *vetting, moment) for n, vetting in enumerate(standing.vettings, start=1)),
    )
    copy_rows(
        "faculty_absence",
        "id teacher_id starts_on ends_on reason entered_at",
        ((n, *absence, moment) for n, absence in enumerate(standing.absences, start=1)),
    )


def _array(values: tuple[str, ...]) -> str:
    return "{" + ",".join(values) + "}"
