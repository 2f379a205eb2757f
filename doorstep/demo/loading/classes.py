"""Classes, sessions, quotas, seats and leave of the planned city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows, run
from doorstep.demo.loading.directory import account_id
from doorstep.demo.rules.city import City
from doorstep.demo.rules.classes import PlannedClass, PlannedSeat, is_chosen, unit_on
from doorstep.demo.rules.courses import courses_by_county
from doorstep.demo.rules.diary import WAY, Diary, PlannedAsk, vetted_through
from doorstep.demo.rules.joint import PlannedHost, plan_fields, plan_hosts
from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.teaching import PlannedTeacher, plan_standing
from doorstep.demo.rules.waiting import plan_waiting

Rows = Iterator[tuple[Any, ...]]
LECTURES_EACH_MEMBER = 0.045  # what the campaign of the year is to reach
ASKED_AHEAD = 120  # days for which a teacher of the demo city must be vetted to be asked
WITH_GENERAL = 0.6  # share of classes that begin with the general course
TABLES = (
    "classes_trainingclass",
    "classes_session",
    "classes_quota",
    "classes_leave",
    "classes_leave_sessions",
    "classes_campaign",
    "classes_campaignshare",
    "classes_classhost",
    "classes_waitingplace",
)
ANNOUNCED, NOMINATED, CONFIRMED, NOMINATION_ENDS = 20, 10, 7, 3  # days before the first one


def load_classes(city: City) -> None:
    """Write the tables of classes; gives every session and quota its number on the way."""
    hosts = plan_hosts(city.history.classes, city.tree.units, seed=city.seed)
    quotas = {
        (planned.id, unit.id): number
        for number, (planned, unit) in enumerate(
            ((c, unit) for c in city.history.classes for unit, _ in c.quotas.values()), start=1
        )
    }
    copy_rows(
        "classes_trainingclass",
        "id code title form status unit_id place county year base_id head_id level is_concentrated capacity "
        "seats_taken starts_on ends_on nominate_by note created_at is_joint",
        _classes(city, {host.planned.id for host in hosts if host.status == "accepted"}),
    )
    asked: list[PlannedAsk] = []
    copy_rows(
        "classes_session",
        "id training_class_id number title held_on part starts_at ends_at credit_unit hours base_id venue_id location "
        "lat lng township_id course_id teacher_id mode is_cancelled",
        _sessions(city, asked),
    )
    _load_asked(asked)
    copy_rows("classes_quota", "id training_class_id unit_id place seats used", _quotas(city, quotas))
    copy_rows(
        "classes_enrolment",
        "county year training_class_id person_id unit_id place quota_id status is_self_chosen replaces_person_id "
        "nominated_at confirmed_at ended_at left_for",
        _seats(city, quotas),
    )
    _load_leaves(city)
    _load_campaigns(city)
    _load_hosts(hosts)
    _load_waiting(city)


def _load_waiting(city: City) -> None:
    """Who waits for a seat where their unit has used all of its own; put on the list this morning."""
    lines = plan_waiting(city.history.classes, city.people)
    moment = clock.now()
    copy_rows(
        "classes_waitingplace",
        "id training_class_id number person_id unit_id place accepts_overlap status listed_at reason jumped",
        (
            (
                n, one.planned.id, one.number, one.person.id, one.person.unit.id, one.person.unit.path, False,
                "waiting", moment, "", 0,
            )
            for n, one in enumerate(lines, start=1)
        ),
    )  # fmt: skip


def _load_asked(asked: list[PlannedAsk]) -> None:
    """What teachers are asked for: those who answer have mostly agreed, some not yet, a few cannot come."""
    copy_rows(
        "faculty_engagement",
        "id teacher_id status group key title where starts_at ends_at held_from held_until place county asked_at "
        "answered_at reason",
        (
            (
                n, ask.teacher.id, ask.status, f"class:{ask.planned.id}", f"session:{ask.session}",
                f"{ask.planned.title}　{ask.title}", ask.where, ask.starts_at, ask.ends_at, ask.starts_at - WAY,
                ask.ends_at + WAY, ask.planned.unit.path, ask.planned.unit.county, _moment(ask.planned, ANNOUNCED),
                None if ask.status == "offered" else _moment(ask.planned, NOMINATED),
                "那几天要去省里开会" if ask.status == "declined" else "",
            )
            for n, ask in enumerate(asked, start=1)
        ),
    )  # fmt: skip


def _load_hosts(hosts: list[PlannedHost]) -> None:
    copy_rows(
        "classes_classhost",
        "id training_class_id unit_id place status seats cost_percent cost_fen terms invited_at answered_at answer",
        (
            (
                n, host.planned.id, host.unit.id, host.unit.path, host.status, host.seats, host.percent, host.fen,
                host.words, _moment(host.planned, ANNOUNCED),
                _moment(host.planned, ANNOUNCED, 16) if host.status == "accepted" else None, "",
            )
            for n, host in enumerate(hosts, start=1)
        ),
    )  # fmt: skip


def _load_campaigns(city: City) -> None:
    """A campaign of a thousand lectures shared out by members, and a series of the city's own lectures."""
    year, root = city.as_of.year, city.tree.units[0]
    counties = [unit for unit in city.tree.units if unit.kind == "county"]
    first, last = date(year, 1, 1), date(year, 12, 31)
    target = max(10, round(LECTURES_EACH_MEMBER * len(city.people)))
    about = "四下基层，把党课讲到田头、渔排和车间。", "请走在一线的人来讲，讲自己干过的事。"
    named = (("campaign", "千堂党课下基层", target, about[0]), ("series", "“向基层学习”大讲堂", 0, about[1]))
    copy_rows(
        "classes_campaign",
        "id kind title unit_id place starts_on ends_on target about",
        ((n, kind, title, root.id, root.path, first, last, count, said)
         for n, (kind, title, count, said) in enumerate(named, 1)),
    )  # fmt: skip
    part, more = divmod(target, len(counties))
    shares = ((n, 1, unit.id, unit.path, part + (n <= more)) for n, unit in enumerate(counties, start=1))
    copy_rows("classes_campaignshare", "id campaign_id unit_id place target", shares)
    days = {"first": first, "last": last}
    run(
        "UPDATE classes_trainingclass SET campaign_id = CASE WHEN level = 'city' THEN 2 ELSE 1 END "
        "WHERE form = 'lecture' AND status <> 'cancelled' AND starts_on BETWEEN %(first)s AND %(last)s",
        **days,
    )


def _moment(planned: PlannedClass, days_before: int, hour: int = 9) -> datetime:
    """A moment before the class, never after the city's present."""
    return min(clock.at_local(planned.starts_on - timedelta(days=days_before), hour), clock.now())


def _classes(city: City, joint: set[int]) -> Rows:
    head = account_id(city, "township")
    school = next(place.unit for place in city.accounts if place.account.role == "township")
    for c in city.history.classes:
        yield (
            c.id, c.code, c.title, c.form, c.status, c.unit.id, c.unit.path, c.unit.county, c.starts_on.year,
            c.base.id if c.base else None, head if c.unit is school else None, c.level, True, c.capacity, c.taken,
            c.starts_on, c.ends_on, clock.at_local(c.starts_on - timedelta(days=NOMINATION_ENDS), 20), "",
            _moment(c, ANNOUNCED), c.id in joint,
        )  # fmt: skip


def _sessions(city: City, asked: list[PlannedAsk]) -> Rows:
    """Each session with a course and a teacher of the organiser's pool, or of the city's.

    Those who are to come are `asked` for it: nobody for two places at one time, nobody too often.
    """
    rng = stream(city.seed, "sessions")
    teachers: dict[int, list[PlannedTeacher]] = defaultdict(list)
    vetted = vetted_through(plan_standing(city.pools, city.teachers, seed=city.seed, as_of=city.as_of))
    for one in city.teachers:
        if vetted.get(one.id, city.as_of) > city.as_of + timedelta(days=ASKED_AHEAD):
            teachers[one.pool.unit.id].append(one)
    by_county, general = courses_by_county(city.courses), city.courses[0]
    own = next(place.person.id for place in city.accounts if place.person and place.account.role == "teacher")
    number, fields = 0, plan_fields(city.history.classes, seed=city.seed)
    diary = Diary()
    for c in city.history.classes:
        offered = by_county.get(c.unit.county, by_county[""])
        pool = teachers[c.unit.id] or teachers[c.unit.group.id if c.unit.group else 1] or teachers[1]
        for s in c.sessions:
            number += 1
            is_general = s.number == 1 and rng.random() < WITH_GENERAL
            course, chosen = general if is_general else rng.choice(offered), rng.choice(pool)
            teacher: PlannedTeacher | None = chosen
            is_coming = c.status in ("open", "running") and s.held_on > city.as_of
            if is_coming:
                times = _at(s.held_on, s.starts), _at(s.held_on, s.ends)
                known = [t for t in course.teachers if t in teachers[t.pool.unit.id]]
                mine = [t for t in pool if t.person_id == own]
                ways = ((mine, mine[:1]), (known, known[:1]), (pool, [chosen]))
                tried = (diary.free(group, first[0], *times) for group, first in ways if group)
                teacher = next((one for one in tried if one), None)
            spot = fields.get((c.id, s.number))
            venue = None if spot else s.venue
            base = None if spot else venue.base if venue else c.base
            if teacher and is_coming:
                where = spot.words if spot else f"{base.name} {venue.name}" if base and venue else s.location
                asked.append(PlannedAsk(c, number, course.title, where, teacher, *diary.last))
            yield (
                number, c.id, s.number, course.title, s.held_on, s.part, _at(s.held_on, s.starts),
                _at(s.held_on, s.ends), s.credit_unit, s.hours, base.id if base else None,
                venue.id if venue else None, spot.words if spot else s.location,
                spot.lat if spot else None, spot.lng if spot else None, c.unit.id if spot else None,
                course.id, teacher.id if teacher else None, course.mode, c.status == "cancelled",
            )  # fmt: skip


def _at(day: date, when: time) -> datetime:
    return clock.at_local(day, when.hour, when.minute)


def _quotas(city: City, numbers: dict[tuple[int, int], int]) -> Rows:
    for c in city.history.classes:
        used: dict[int, int] = defaultdict(int)
        for seat in c.seats:
            share = c.share_of(seat)
            if share is not None and seat.holds:
                used[share.id] += 1
        for unit, seats in c.quotas.values():
            yield numbers[c.id, unit.id], c.id, unit.id, unit.path, seats, used[unit.id]


def _seats(city: City, quotas: dict[tuple[int, int], int]) -> Rows:
    for c in city.history.classes:
        nominated, confirmed = _moment(c, NOMINATED), _moment(c, CONFIRMED)
        for seat in sorted(c.seats, key=lambda s: s.person.id):
            unit = unit_on(seat.person, c.starts_on)
            share = c.share_of(seat)
            yield (
                unit.county, c.starts_on.year, c.id, seat.person.id, unit.id, unit.path,
                quotas.get((c.id, share.id)) if share else None, seat.status,
                is_chosen(seat.person.id, c.id, c.starts_on.year - city.as_of.year),
                seat.replaces.id if seat.replaces else None, nominated,
                None if seat.status == "nominated" else confirmed, _ended(c, seat),
                "leave_too_long" if seat.status == "withdrawn" else "",
            )  # fmt: skip


def _ended(planned: PlannedClass, seat: PlannedSeat) -> datetime | None:
    """When the seat was given up, taken away or cancelled."""
    if seat.holds:
        return None
    if seat.status == "withdrawn":
        return clock.at_local(planned.ends_on, 18)
    return _moment(planned, 2)


def _load_leaves(city: City) -> None:
    first = {}
    number = 1
    for c in city.history.classes:
        first[c.id] = number
        number += len(c.sessions)
    leaves = list(enumerate(city.today.leaves, start=1))
    head = account_id(city, "township")
    now = clock.now()
    copy_rows(
        "classes_leave",
        "id training_class_id person_id place kind reason status asked_at decided_at decided_by_id decision_note",
        (
            (
                n, leave.planned.id, leave.person.id, leave.person.unit.path, leave.kind, leave.reason, leave.status,
                now - timedelta(hours=20 + n % 9), now - timedelta(hours=6) if leave.status == "approved" else None,
                head if leave.status == "approved" else None, "",
            )
            for n, leave in leaves
        ),
    )  # fmt: skip
    copy_rows(
        "classes_leave_sessions",
        "id leave_id session_id",
        ((n, n, first[leave.planned.id] + leave.session - 1) for n, leave in leaves),
    )
