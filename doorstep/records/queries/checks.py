"""What must always be true of the ledger."""

from __future__ import annotations

from doorstep.core.invariants import Invariant
from doorstep.records.queries.hosts import RESULTS

_STATED = (
    Invariant(
        "posting_reversal_pairs",
        "每笔冲销恰好抵去同号的一笔入账",
        "SELECT session_id, person_id, revision FROM records_posting GROUP BY 1, 2, 3 "
        "HAVING count(*) FILTER (WHERE kind = 'reversal') > 0 "
        "AND (count(*) <> 2 OR sum(hours) <> 0 "
        "OR count(DISTINCT unit_id) <> 1)",
    ),
    Invariant(
        "posting_one_standing",
        "每人每课次最多一笔有效入账",
        "SELECT session_id, person_id FROM (SELECT session_id, person_id, revision FROM records_posting "
        "GROUP BY 1, 2, 3 HAVING count(*) FILTER (WHERE kind = 'reversal') = 0) standing "
        "GROUP BY 1, 2 HAVING count(*) > 1",
    ),
    Invariant(
        "posting_year_is_day",
        "入账年度等于培训日期的年度",
        "SELECT id FROM records_posting WHERE year <> extract(year FROM earned_on)",
    ),
    Invariant(
        "posting_day_ceiling",
        "一人一天的学时不超过当天的上限",
        "SELECT person_id, earned_on, sum(hours) FROM records_posting GROUP BY person_id, earned_on "
        "HAVING sum(hours) > max((explanation->>'day_max')::numeric) OR sum(hours) < 0",
    ),
    Invariant(
        "posting_rests_on_roll",
        "有学时的人，考勤上有可计学时的记录，且名册未退",
        "SELECT p.person_id, p.session_id FROM (SELECT county, person_id, session_id, training_class_id FROM "
        "records_posting GROUP BY 1, 2, 3, 4 HAVING sum(hours) > 0) p "
        "LEFT JOIN attendance_mark m ON m.session_id = p.session_id AND m.person_id = p.person_id "
        "AND m.state IN ('present', 'late', 'early', 'official_leave') "
        "LEFT JOIN attendance_roll r ON r.training_class_id = p.training_class_id AND r.closed_at IS NOT NULL "
        "WHERE m.person_id IS NULL OR r.id IS NULL",
    ),
    Invariant(
        "marks_are_posted",
        "考勤已结的班次，到课的人当天都有学时或已到当天上限",
        "SELECT m.person_id, m.session_id FROM attendance_mark m "
        "JOIN classes_session s ON s.id = m.session_id AND NOT s.is_cancelled "
        "AND (s.credit_unit = 'half_day' OR s.hours > 0) "
        "JOIN attendance_roll r ON r.training_class_id = s.training_class_id AND r.closed_at IS NOT NULL "
        "JOIN classes_enrolment e ON e.training_class_id = s.training_class_id AND e.person_id = m.person_id "
        "AND e.status IN ('nominated', 'confirmed') "
        "LEFT JOIN (SELECT person_id, earned_on, sum(hours) AS hours FROM records_posting GROUP BY 1, 2) p "
        "ON p.person_id = m.person_id AND p.earned_on = s.held_on "
        "WHERE m.state = 'present' AND coalesce(p.hours, 0) = 0 AND NOT EXISTS (SELECT FROM procrastinate_jobs "
        "WHERE task_name = 'core.deliver' AND status IN ('todo', 'doing'))",
    ),
)


# The same hosts found another way: of those at or above somebody's unit, the one with no other between.
_JOINT = """
WITH net AS (
    SELECT p.training_class_id, p.person_id, sum(p.hours) AS hours
    FROM records_posting p JOIN classes_trainingclass c ON c.id = p.training_class_id AND c.is_joint
    GROUP BY 1, 2 HAVING sum(p.hours) > 0
), whole AS (
    SELECT training_class_id, count(*) AS times, count(DISTINCT person_id) AS people, sum(hours) AS hours
    FROM net GROUP BY 1
), shared AS (
    SELECT training_class_id, sum(times) AS times, sum(people) AS people, sum(hours) AS hours FROM (
        SELECT training_class_id, host_id, count(*) AS times, count(DISTINCT person_id) AS people, sum(hours) AS hours
        FROM ({results}) r GROUP BY 1, 2) by_host GROUP BY 1
)
SELECT w.training_class_id FROM whole w LEFT JOIN shared s USING (training_class_id)
WHERE (w.times, w.people, w.hours) IS DISTINCT FROM (s.times, s.people, s.hours)
UNION ALL
SELECT r.training_class_id FROM ({results}) r JOIN classes_classhost h ON h.training_class_id = r.training_class_id
JOIN records_posting p ON p.training_class_id = r.training_class_id AND p.person_id = r.person_id AND p.unit_id = ANY(
    SELECT u.id FROM directory_unit u WHERE starts_with(u.path, h.place))
WHERE h.status = 'accepted' AND length(h.place) > length(r.host_place) AND NOT EXISTS (
    SELECT FROM records_posting q JOIN directory_unit v ON v.id = q.unit_id
    WHERE q.training_class_id = r.training_class_id AND q.person_id = r.person_id AND NOT starts_with(v.path, h.place))
"""


def invariants() -> tuple[Invariant, ...]:
    """Reversal pairs, one standing credit a session and person, the day's ceiling, the roll, shares of joint ones."""
    results = RESULTS.format(classes="p.training_class_id IN (SELECT id FROM classes_trainingclass WHERE is_joint)")
    shares = Invariant(
        "joint_shares_add_up",
        "合办班各主办单位的人次、人和学时之和等于全班，每人只算给一个单位，而且是离支部最近的那个",
        _JOINT.format(results=results),
    )
    return (*_STATED, shares)
