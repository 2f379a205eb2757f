"""What must always be true of the ledger."""

from __future__ import annotations

from doorstep.core.invariants import Invariant

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


def invariants() -> tuple[Invariant, ...]:
    """Reversal pairs, one standing credit a session and person, the day's ceiling, hours as the roll says."""
    return _STATED
