"""P6: how much of the posting rate stays when coverage is kept current: deltas appended, folded by one worker."""

from __future__ import annotations

import statistics

from benchmarks.city import YEAR, cpu_ms, load, own_ms, scratch_server
from benchmarks.reports import Report, run_alone

LEAST_KEPT = 0.75
PEOPLE, SESSIONS = 100, 6

_CLASS = """
INSERT INTO classes_trainingclass (id, code, title, form, status, unit_id, place, county, year, level, is_concentrated,
    capacity, seats_taken, starts_on, ends_on, note, created_at)
SELECT %(id)s, 'b' || %(id)s, '班', 'lecture', 'closed', id, path, county, %(year)s, 'township', true, 100, 100,
       make_date(%(year)s, 5, 1), make_date(%(year)s, 5, 3), '', now()
FROM directory_unit WHERE kind = 'township' ORDER BY id LIMIT 1;
INSERT INTO classes_session (id, training_class_id, number, title, held_on, part, starts_at, ends_at, credit_unit, hours,
    location, mode, is_cancelled)
SELECT %(id)s * 10 + s, %(id)s, s, '课', make_date(%(year)s, 5, (s + 1) / 2), 'morning',
       now() + make_interval(hours => s), now() + make_interval(hours => s + 1), 'half_day', 0, '', '', false
FROM generate_series(1, %(sessions)s) s;
INSERT INTO classes_enrolment (county, year, training_class_id, person_id, unit_id, place, status, is_self_chosen,
    nominated_at)
SELECT m.county, %(year)s, %(id)s, m.person_id, m.unit_id, '1/', 'confirmed', false, now()
FROM directory_membership m WHERE m.person_id BETWEEN %(first)s AND %(first)s + %(people)s - 1;
INSERT INTO attendance_mark (county, year, session_id, person_id, state, source, revision, marked_at)
SELECT county, year, %(id)s * 10 + s, person_id, 'present', 'check_in', 0, now()
FROM classes_enrolment, generate_series(1, %(sessions)s) s WHERE training_class_id = %(id)s;
INSERT INTO attendance_roll (training_class_id, closed_at, present_count) VALUES (%(id)s, now(), 100);
"""


def measure(quick: bool) -> Report:
    """Classes of 100 people and six half days, with and without coverage following, in turns; CPU of the whole."""
    members, turns = (20_000, 6) if quick else (200_000, 20)
    with scratch_server():
        load(members)
        from doorstep.core.actors import system_actor
        from doorstep.coverage.services import rebuild_year

        rebuild_year(year=YEAR, actor=system_actor("benchmark"))
        spent: dict[bool, list[float]] = {False: [], True: []}
        for turn in range(2 * turns + 2):
            cost = _turn(1_000_000 + turn, first=1 + PEOPLE * turn, follow=bool(turn % 2))
            if turn > 1:
                spent[bool(turn % 2)].append(cost)
    alone, followed = statistics.median(spent[False]), statistics.median(spent[True])
    kept = alone / followed
    return Report(
        id="P6",
        value={"kept": round(kept, 3), "coverage_ms_per_arrival": round((followed - alone) / (PEOPLE * SESSIONS), 4)},
        goal=f">= {LEAST_KEPT} of the posting rate kept; check-ins themselves do not wait for coverage",
        holds=kept >= LEAST_KEPT,
        detail={"members": members, "class_cpu_ms_alone": round(alone, 1), "class_cpu_ms_followed": round(followed, 1)},
    )


def _turn(class_id: int, *, first: int, follow: bool) -> float:
    """CPU milliseconds, here and in the database, from a closed roll to its hours, or to the root's coverage."""
    from django.db import connection

    from doorstep.core.actors import system_actor
    from doorstep.coverage.services import fold_deltas, refresh_standings
    from doorstep.records.services import post_credit

    actor = system_actor("benchmark")
    with connection.cursor() as cursor:
        cursor.execute(_CLASS, {"id": class_id, "year": YEAR, "people": PEOPLE, "sessions": SESSIONS, "first": first})
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    began = cpu_ms(backend) + own_ms()
    post_credit(training_class_id=class_id, actor=actor)
    if follow:
        refresh_standings(person_ids=range(first, first + PEOPLE), years=[YEAR], actor=actor)
        fold_deltas(actor=actor)
    return cpu_ms(backend) + own_ms() - began


if __name__ == "__main__":
    run_alone(measure)
