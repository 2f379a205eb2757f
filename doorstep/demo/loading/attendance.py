"""Marks, arrivals, closed rolls and the ledger of the planned city, worked out in the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from doorstep.core.policies import policies_at
from doorstep.demo.loading.copying import analyze, copy_rows, keys_are_known, run
from doorstep.demo.rules.city import City

TABLES = ("attendance_roll",)

_LAPSES = """
CREATE TEMPORARY TABLE demo_lapse (
    training_class_id bigint, person_id bigint, session_number int, state text,
    PRIMARY KEY (training_class_id, person_id)
) ON COMMIT DROP
"""

# Two in a hundred are late, one leaves early: by an even spread over people and sessions, the same for every seed.
# Those who withdrew came to the first session and were on leave from then on: more than a seventh of the hours.
_MARKS = """
INSERT INTO attendance_mark (county, session_id, person_id, year, state, source, revision, marked_at)
SELECT e.county, s.id, e.person_id, extract(year FROM s.held_on), m.state,
    CASE WHEN m.state IN ('present', 'late', 'early') THEN 'check_in' WHEN m.state = 'absent' THEN 'closing'
        ELSE 'leave' END,
    0,
    CASE WHEN m.state = 'late' THEN s.starts_at + make_interval(mins => 12 + r.lot %% 15)
        WHEN m.state IN ('present', 'early') THEN s.starts_at - make_interval(mins => r.lot %% 35)
        ELSE s.ends_at END
FROM classes_trainingclass c
JOIN classes_session s ON s.training_class_id = c.id AND NOT s.is_cancelled
JOIN classes_enrolment e ON e.training_class_id = c.id AND e.status IN ('confirmed', 'withdrawn')
LEFT JOIN demo_lapse l ON l.training_class_id = c.id AND l.person_id = e.person_id
CROSS JOIN LATERAL (SELECT ((e.person_id * 7919 + s.id * 104729 + %(seed)s) %% 1000)::int AS lot) r
CROSS JOIN LATERAL (SELECT CASE
    WHEN l.state = 'left' THEN CASE WHEN s.number = 1 THEN 'present' ELSE 'personal_leave' END
    WHEN l.session_number IN (0, s.number) THEN l.state
    WHEN r.lot < 21 THEN 'late' WHEN r.lot < 30 THEN 'early' ELSE 'present' END AS state) m
WHERE c.status = 'closed' OR (c.status = 'running' AND s.held_on < %(as_of)s)
ORDER BY e.county, s.id, e.person_id
"""

_ARRIVALS = """
INSERT INTO attendance_checkin (county, year, session_id, person_id, key, arrived_at, received_at, method, device)
SELECT county, year, session_id, person_id, md5(session_id || '-' || person_id || '-' || %(seed)s)::uuid,
    marked_at, marked_at,
    CASE WHEN (session_id + person_id) %% 10 < 7 THEN 'room_code'
        WHEN (session_id + person_id) %% 10 < 9 THEN 'personal_code' ELSE 'roll_call' END, ''
FROM attendance_mark WHERE state IN ('present', 'late', 'early')
ORDER BY county, session_id, person_id
"""

_ROLLS = """
INSERT INTO attendance_roll (training_class_id, closed_at, present_count)
SELECT c.id, max(s.ends_at) + interval '1 hour',
    count(DISTINCT m.person_id) FILTER (WHERE m.state IN ('present', 'late', 'early'))
FROM classes_trainingclass c JOIN classes_session s ON s.training_class_id = c.id
LEFT JOIN attendance_mark m ON m.session_id = s.id
WHERE c.status = 'closed' GROUP BY c.id ORDER BY c.id
"""

# The same sum as `records.rules.hours_earned`, for all people and days at once; `check-invariants` compares them.
_POSTINGS = """
INSERT INTO records_posting (county, year, id, person_id, unit_id, session_id, training_class_id, earned_on, hours,
    kind, revision, is_concentrated, policies, explanation, posted_at)
WITH sittings AS (
    SELECT m.person_id, m.state, s.id AS session_id, s.training_class_id, s.held_on, s.starts_at, s.part, s.credit_unit,
        s.hours AS times, c.is_concentrated, r.closed_at, h.unit_id, h.county, rate.value AS rate, rate.key AS rate_key,
        share.value AS share, share.key AS share_key, round(rate.value::numeric * share.value::numeric
            * CASE WHEN s.credit_unit = 'hour' THEN s.hours ELSE 1 END, 1) AS value
    FROM attendance_roll r
    JOIN classes_trainingclass c ON c.id = r.training_class_id
    JOIN classes_session s ON s.training_class_id = c.id AND NOT s.is_cancelled
    JOIN attendance_mark m ON m.session_id = s.id
    JOIN classes_enrolment e ON e.training_class_id = c.id AND e.person_id = m.person_id AND e.status = 'confirmed'
    JOIN directory_membership h ON h.person_id = m.person_id AND h.is_primary
        AND h.valid_from <= s.held_on AND (h.valid_to IS NULL OR h.valid_to > s.held_on)
    JOIN demo_rate rate ON rate.name = s.credit_unit
    JOIN demo_rate share ON share.name = m.state
), summed AS (
    SELECT *, coalesce(sum(value) OVER (PARTITION BY person_id, held_on ORDER BY starts_at, session_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM sittings
)
SELECT county, extract(year FROM held_on),
    (lpad(to_hex(session_id), 12, '0') || substr(md5(session_id || '-' || person_id || '-' || %(seed)s), 1, 20))::uuid,
    person_id, unit_id, session_id, training_class_id, held_on, least(value, %(day_max)s::numeric - before),
    'credit', 1, is_concentrated, concat_ws(' ', rate_key, %(day_max_key)s, share_key),
    jsonb_build_object('part', part, 'state', state, 'unit', credit_unit, 'rate', rate,
        'times', CASE WHEN credit_unit = 'hour' THEN trim_scale(times)::text ELSE '1' END, 'share', share,
        'value', value::text, 'before', CASE WHEN before = 0 THEN '0' ELSE before::text END, 'day_max', %(day_max)s),
    closed_at
FROM summed WHERE least(value, %(day_max)s::numeric - before) > 0
ORDER BY county, extract(year FROM held_on), session_id, person_id
"""


def load_attendance(city: City) -> None:
    """Write marks, arrivals, rolls and postings from the classes that are there."""
    run(_LAPSES)
    copy_rows("demo_lapse", "training_class_id person_id session_number state", _lapses(city))
    for table in ("classes_trainingclass", "classes_session", "classes_enrolment", "directory_membership"):
        analyze(table)
    with keys_are_known():
        run(_MARKS, seed=city.seed, as_of=city.as_of)
        run(_ARRIVALS, seed=city.seed)
    analyze("attendance_mark")
    run(_ROLLS)
    analyze("attendance_roll")
    _load_rates(city)
    policy = policies_at(["credit.day_max"], on=city.as_of)["credit.day_max"]
    with keys_are_known():
        run(_POSTINGS, seed=city.seed, day_max=policy.value, day_max_key=policy.reference)


def _lapses(city: City) -> Iterator[tuple[Any, ...]]:
    for planned in city.history.classes:
        for seat in planned.seats:
            if seat.lapse is not None:
                yield planned.id, seat.person.id, *seat.lapse


def _load_rates(city: City) -> None:
    """What a unit of credit and each mark are worth, from the policies in force."""
    wanted = {
        "half_day": "credit.half_day",
        "hour": "credit.per_hour",
        "late": "credit.late_counts",
        "early": "credit.early_counts",
        "official_leave": "credit.official_leave_counts",
    }
    found = policies_at(wanted.values(), on=city.as_of)
    rows: list[tuple[str, str, str | None]] = [("present", "1", None)]
    rows += [(name, found[key].value, found[key].reference) for name, key in wanted.items()]
    run("CREATE TEMPORARY TABLE demo_rate (name text PRIMARY KEY, value text, key text) ON COMMIT DROP")
    copy_rows("demo_rate", "name value key", rows)
