"""ORDERS: which days are free for a year ahead, with 800 places, their sessions and teachers, beside the floor page."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

from benchmarks.city import load, scratch_server
from benchmarks.pages import over_floor, times_over
from benchmarks.reports import Report, run_alone

MOST_TIMES = 6.0
PLACES, WEEKS = 800, 52
# Each place has two rooms with hours, and a class in the larger one on a weekday of every week.
FILL = """
INSERT INTO bases_base (id, code, kind, name, unit_id, place, county, theme, host, capacity, is_flagged, has_network,
    valid_from)
SELECT n, 'b' || n, 'demonstration_base', '阵地' || n, u.id, u.path, u.county, '', '', 90, false, true, '2020-01-01'
FROM generate_series(1, %(places)s) n, directory_unit u WHERE u.id = 1;
INSERT INTO bases_venue (id, base_id, name, seats, equipment, is_active)
SELECT 2 * b.id - r, b.id, '教室' || r, 60 + 30 * r, '{}', true FROM bases_base b, generate_series(0, 1) r;
INSERT INTO bases_openhours (base_id, weekday, opens_at, closes_at)
SELECT b.id, d, '08:00', '18:00' FROM bases_base b, generate_series(1, 5) d;
INSERT INTO bases_reception (base_id, people, meals, beds, parking, guides, contact, phone, note)
SELECT id, 200, 100, 0, 2, 2, '', '', '' FROM bases_base;
INSERT INTO classes_session (training_class_id, number, title, held_on, part, starts_at, ends_at, credit_unit, hours,
    base_id, venue_id, location, mode, is_cancelled)
SELECT (SELECT min(id) FROM classes_trainingclass), 100 + row_number() OVER (), '课', day, 'morning',
       (day + time '08:30') AT TIME ZONE 'Asia/Shanghai', (day + time '11:30') AT TIME ZONE 'Asia/Shanghai',
       'half_day', 0, b.id, 2 * b.id - 1, '', '', false
FROM bases_base b, generate_series(0, %(weeks)s - 1) w,
     LATERAL (SELECT %(monday)s::date + 7 * w::int + (b.id %% 5)::int AS day) d;
INSERT INTO catalogue_package (id, name, theme, unit_id, place, county, base_id, half_days, least_people, most_people,
    segments, teacher_categories, teacher_count, meals, price_kind, price_fen, own_is_free, price_source, terms, status,
    revision, return_note, published_at)
SELECT b.id, '套餐' || b.id, '乡村振兴', b.unit_id, b.place, b.county, b.id, 1, 10, 50, '{}', '{}', 0, 0, 'free', 0, false,
       '', '', 'published', 1, '', now() FROM bases_base b;
"""


def fill(places: int, weeks: int) -> None:
    """The places, their rooms, hours and sessions, and a package at each."""
    from django.db import connection

    from doorstep.core import clock

    today = clock.today()
    params = {"places": places, "weeks": weeks, "monday": today - timedelta(days=today.weekday())}
    with connection.cursor() as cursor:
        # One class holds them all, which numbers no real class would reach.
        cursor.execute("ALTER TABLE classes_session ALTER COLUMN number TYPE integer")
        cursor.execute("SELECT setval(pg_get_serial_sequence('classes_session', 'id'), max(id)) FROM classes_session")
        for statement in FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, params)
        cursor.execute("ANALYZE")
    _teachers(places, weeks)


def _teachers(places: int, weeks: int) -> None:
    """A course of each package, which names four teachers, each of whom is somewhere every week."""
    from django.db import connection

    from doorstep.catalogue.models import Course, PackageCourse
    from doorstep.core import clock
    from doorstep.directory.models import Unit
    from doorstep.faculty.models import Teacher, Vetting

    root, now, today = Unit.objects.get(pk=1), clock.now(), clock.today()
    there = {"unit": root, "place": root.path}
    taught = Course.objects.bulk_create(
        Course(
            code=f"k{n}",
            title=f"课{n}",
            kind="local",
            mode="theory",
            theory_minutes=60,
            stage="reviewed",
            stage_at=now,
            **there,
        )
        for n in range(places)
    )
    who = Teacher.objects.bulk_create(
        Teacher(name=f"教师{n}", category="local", county=root.county, most_a_month=20, **there) for n in range(places)
    )
    Vetting.objects.bulk_create(
        Vetting(teacher=one, vetted_on=today, is_passed=True, valid_until=today + timedelta(days=500), entered_at=now)
        for one in who
    )
    named = Course.teachers.through
    named.objects.bulk_create(
        named(course=course, teacher=who[(n + k) % places]) for n, course in enumerate(taught) for k in range(4)
    )
    PackageCourse.objects.bulk_create(
        PackageCourse(package_id=n + 1, number=1, course=course) for n, course in enumerate(taught)
    )
    _engage(who, root, weeks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _engage(who: list[Any], root: Any, weeks: int) -> None:
    """A lesson of three hours for each teacher in every week."""
    from doorstep.core import clock
    from doorstep.faculty.models import Engagement

    now, today = clock.now(), clock.today()
    Engagement.objects.bulk_create(
        [
            Engagement(
                teacher=one, status="accepted", group=f"b{n}", key=f"b{n}:{week}", title="课", place=root.path,
                county=root.county, asked_at=now, starts_at=at, ends_at=at + timedelta(hours=3), held_from=at,
                held_until=at + timedelta(hours=4),
            )
            for n, one in enumerate(who)
            for week in range(weeks)
            for at in [clock.at_local(today + timedelta(days=7 * week + n % 5), 8, 30)]
        ],
        batch_size=5_000,
    )  # fmt: skip


def free_days(sample: int) -> list[float]:
    """Milliseconds to say of a year's days at one place which are free, place by place."""
    from doorstep.catalogue.models import Package
    from doorstep.catalogue.queries.offers import offer_of_package
    from doorstep.classes.queries.order_rooms import days_offered, order_figures
    from doorstep.core import clock
    from doorstep.directory.models import Unit

    unit, spent = Unit.objects.get(pk=1), []
    for package in Package.objects.order_by("pk").select_related("unit")[:sample]:
        begun = time.perf_counter()
        first = clock.today()
        found: list[Any] = days_offered(
            offer_of_package(package), unit=unit, provider=unit, people=30, first=first, last=first + timedelta(days=364),
            figures=order_figures(unit.path),
        )  # fmt: skip
        spent.append(1000 * (time.perf_counter() - begun))
        assert len(found) == 365
    return spent


def measure(quick: bool) -> Report:
    """p95 of the calendar of a year over p95 of the floor page, and of the answer behind it for every place."""
    members, turns, sample = (20_000, 20, 50) if quick else (200_000, 60, PLACES)
    os.environ["DOORSTEP_DB_POOL"] = "0"
    with scratch_server():
        country = load(members, search_keys=True)
        fill(PLACES, WEEKS)
        times = times_over(country, ["/orders/packages/400/"], turns)
        spent = free_days(sample)
    report = over_floor("ORDERS", MOST_TIMES, members, times)
    p95 = round(statistics.quantiles(spent, n=20)[-1], 1)
    values = {**report.value, "place_year_ms_p95": p95}
    detail = {
        **report.detail,
        "places": PLACES,
        "sessions": PLACES * WEEKS,
        "tried": sample,
        "sum_s": sum(spent) / 1000,
    }
    return replace(report, value=values, detail=detail)


if __name__ == "__main__":
    run_alone(measure)
