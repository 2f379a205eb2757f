"""What must always be true of arrivals, marks and rolls."""

from __future__ import annotations

from doorstep.core.invariants import Invariant

_SEATLESS = (
    "SELECT x.session_id, x.person_id FROM {} x "
    "LEFT JOIN classes_session s ON s.id = x.session_id WHERE s.id IS NULL OR NOT EXISTS ("
    "SELECT 1 FROM classes_enrolment e WHERE e.county = x.county AND e.person_id = x.person_id "
    "AND e.training_class_id = s.training_class_id)"
)

STATED = (
    Invariant(
        "checkin_of_an_enrolled_person",
        "每条签到都对应该班名单上的一个人和一个现有课次",
        _SEATLESS.format("attendance_checkin"),
    ),
    Invariant(
        "mark_of_an_enrolled_person",
        "每个考勤标记都对应该班名单上的一个人和一个现有课次",
        _SEATLESS.format("attendance_mark"),
    ),
    Invariant(
        "arrival_once_each",
        "同一人同一课次只有一条签到，也只有一个标记",
        "SELECT session_id, person_id FROM attendance_checkin GROUP BY 1, 2 HAVING count(*) > 1 "
        "UNION ALL SELECT session_id, person_id FROM attendance_mark GROUP BY 1, 2 HAVING count(*) > 1",
    ),
    Invariant(
        "arrival_has_a_mark",
        "签到的人在考勤表上有标记",
        "SELECT c.session_id, c.person_id FROM attendance_checkin c LEFT JOIN attendance_mark m ON m.county = c.county "
        "AND m.session_id = c.session_id AND m.person_id = c.person_id AND m.year = c.year WHERE m.session_id IS NULL",
    ),
    Invariant(
        "year_is_the_day_of_the_session",
        "签到和标记记在课次当天所在的年度",
        "SELECT x.session_id, x.person_id FROM attendance_mark x JOIN classes_session s ON s.id = x.session_id "
        "WHERE x.year <> extract(year FROM s.held_on) UNION ALL "
        "SELECT x.session_id, x.person_id FROM attendance_checkin x JOIN classes_session s ON s.id = x.session_id "
        "WHERE x.year <> extract(year FROM s.held_on)",
    ),
    Invariant(
        "closed_roll_is_complete",
        "结了考勤的班，每个在册的人每个没取消的课次都有标记",
        "SELECT s.id AS session_id, e.person_id FROM attendance_roll r "
        "JOIN classes_session s ON s.training_class_id = r.training_class_id AND NOT s.is_cancelled "
        "JOIN classes_enrolment e ON e.training_class_id = r.training_class_id "
        "AND e.status IN ('nominated', 'confirmed') "
        "LEFT JOIN attendance_mark m ON m.session_id = s.id AND m.person_id = e.person_id "
        "WHERE r.closed_at IS NOT NULL AND m.session_id IS NULL",
    ),
)
