"""What must always be true of teachers, as SQL that finds what is wrong."""

from __future__ import annotations

from doorstep.core.invariants import Invariant

STATED = (
    Invariant(
        "teacher_place_is_unit_path",
        "教师的位置等于所属单位的路径",
        "SELECT t.id FROM faculty_teacher t JOIN directory_unit u ON u.id = t.unit_id WHERE t.place <> u.path",
    ),
    Invariant(
        "pool_place_is_unit_path",
        "师资库的位置等于所属单位的路径",
        "SELECT p.id FROM faculty_pool p JOIN directory_unit u ON u.id = p.unit_id WHERE p.place <> u.path",
    ),
    Invariant(
        "who_does_not_teach_is_in_no_pool",
        "停用的教师不在任何师资库",
        "SELECT t.id FROM faculty_teacher t JOIN faculty_poolplace p ON p.teacher_id = t.id "
        "WHERE NOT t.is_active AND p.left_on IS NULL",
    ),
    Invariant(
        "pool_is_left_with_a_reason",
        "出库写明原因",
        "SELECT id FROM faculty_poolplace WHERE left_on IS NOT NULL AND left_for = ''",
    ),
    Invariant(
        "teacher_at_one_place",
        "同一位教师的邀请时间不重叠，路上的时间也算",
        "SELECT a.id FROM faculty_engagement a JOIN faculty_engagement b ON b.teacher_id = a.teacher_id "
        "AND b.id > a.id AND b.held_from < a.held_until AND a.held_from < b.held_until "
        "WHERE a.status IN ('offered', 'accepted') AND b.status IN ('offered', 'accepted')",
    ),
    Invariant(
        "who_does_not_come_says_why",
        "来不了写明原因和答复的时间",
        "SELECT id FROM faculty_engagement WHERE status = 'declined' AND (reason = '' OR answered_at IS NULL)",
    ),
    Invariant(
        "nobody_vets_themselves",
        "审核的人不是本人",
        "SELECT v.id FROM faculty_vetting v JOIN faculty_teacher t ON t.id = v.teacher_id "
        "JOIN directory_account a ON a.id = v.vetted_by_id WHERE a.person_id = t.person_id",
    ),
)
