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
    Invariant(
        "who_does_not_teach_goes_round_nowhere",
        "停用的教师不在任何宣讲团，也没有联系的地方",
        "SELECT t.id FROM faculty_teacher t WHERE NOT t.is_active AND ("
        "EXISTS (SELECT FROM faculty_groupmember m WHERE m.teacher_id = t.id AND m.left_on IS NULL) "
        "OR EXISTS (SELECT FROM faculty_standinglink l WHERE l.teacher_id = t.id AND l.valid_to IS NULL))",
    ),
    Invariant(
        "group_is_led_by_a_member",
        "团长是本团现在的成员",
        "SELECT g.id FROM faculty_lecturegroup g WHERE g.leader_id IS NOT NULL AND NOT EXISTS ("
        "SELECT FROM faculty_groupmember m WHERE m.group_id = g.id AND m.teacher_id = g.leader_id "
        "AND m.left_on IS NULL)",
    ),
    Invariant(
        "lecture_is_of_a_member_and_a_topic_of_the_year",
        "宣讲的人那天在团里，专题是本团当年的，位置是宣讲团的",
        "SELECT l.id FROM faculty_lecture l JOIN faculty_grouptopic t ON t.id = l.topic_id "
        "JOIN faculty_lecturegroup g ON g.id = l.group_id WHERE l.voided_at IS NULL AND ("
        "t.group_id <> l.group_id OR t.year <> extract(year FROM l.given_on) OR l.place <> g.place "
        "OR l.given_on <> (l.starts_at AT TIME ZONE 'Asia/Shanghai')::date "
        "OR NOT EXISTS (SELECT FROM faculty_groupmember m WHERE m.group_id = l.group_id "
        "AND m.teacher_id = l.teacher_id AND m.joined_on <= l.given_on "
        "AND (m.left_on IS NULL OR m.left_on > l.given_on)))",
    ),
    Invariant(
        "lecture_is_counted_once",
        "同一位教师登记的宣讲时间不重叠，一场只算一次",
        "SELECT a.id FROM faculty_lecture a JOIN faculty_lecture b ON b.teacher_id = a.teacher_id AND b.id > a.id "
        "AND b.starts_at < a.ends_at AND a.starts_at < b.ends_at WHERE a.voided_at IS NULL AND b.voided_at IS NULL",
    ),
    Invariant(
        "tour_stop_ahead_holds_its_teacher",
        "以后的每场巡讲都请了老师，或者老师说了来不了",
        "SELECT s.id FROM faculty_tourstop s WHERE s.cancelled_at IS NULL AND s.starts_at > now() AND NOT EXISTS ("
        "SELECT FROM faculty_engagement e WHERE e.key = 'stop:' || s.id AND e.teacher_id = s.teacher_id "
        "AND e.status IN ('offered', 'accepted', 'declined'))",
    ),
    Invariant(
        "link_visit_lies_within_its_link",
        "走访在联系的日子里",
        "SELECT v.id FROM faculty_linkvisit v JOIN faculty_standinglink l ON l.id = v.link_id "
        "WHERE v.voided_at IS NULL AND (v.visited_on < l.valid_from OR v.visited_on >= l.valid_to)",
    ),
    Invariant(
        "first_lesson_is_of_the_leader_of_the_day",
        "第一课由那天挂钩的县领导上",
        "SELECT f.id FROM faculty_firstlesson f JOIN faculty_leaderlink l ON l.id = f.leader_id "
        "WHERE f.unit_id <> l.unit_id OR f.given_on < l.valid_from OR f.given_on >= l.valid_to",
    ),
)
