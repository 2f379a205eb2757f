"""What must always be true of stations, mentor pairs, rights to teach, guides and technicians, as SQL."""

from __future__ import annotations

from doorstep.core.invariants import Invariant

STATED = (
    Invariant(
        "station_place_is_unit_path",
        "指导站的位置等于所属单位的路径",
        "SELECT s.id FROM faculty_station s JOIN directory_unit u ON u.id = s.unit_id WHERE s.place <> u.path",
    ),
    Invariant(
        "coaching_while_served_and_staffed",
        "指导记录那天，站在指导这所党校，老师在站",
        "SELECT c.id FROM faculty_coaching c JOIN faculty_stationschool s ON s.id = c.school_id "
        "WHERE c.withdrawn_for = '' AND (c.held_on < s.since OR c.held_on >= s.until OR NOT EXISTS ("
        "SELECT FROM faculty_stationstaff w WHERE w.station_id = s.station_id AND w.teacher_id = c.teacher_id "
        "AND w.since <= c.held_on AND (w.until IS NULL OR c.held_on < w.until)))",
    ),
    Invariant(
        "observation_marks_each_goal",
        "每次听课对每个目标都有评价",
        "SELECT o.id FROM faculty_observation o JOIN faculty_mentorship m ON m.id = o.mentorship_id "
        "WHERE cardinality(o.marks) <> cardinality(m.goals)",
    ),
    Invariant(
        "observation_within_the_pair",
        "听课的日子在结成师徒到结束之间",
        "SELECT o.id FROM faculty_observation o JOIN faculty_mentorship m ON m.id = o.mentorship_id "
        "WHERE o.withdrawn_for = '' AND (o.observed_on < m.begun_on OR o.observed_on > m.closed_on)",
    ),
    Invariant(
        "signed_off_after_lessons",
        "出师以前听过课",
        "SELECT m.id FROM faculty_mentorship m "
        "WHERE m.status = 'signed' AND NOT EXISTS (SELECT FROM faculty_observation o "
        "WHERE o.mentorship_id = m.id AND o.withdrawn_for = '')",
    ),
    Invariant(
        "right_of_a_course_was_earned",
        "凭培训得的授课资格，培训是学成的",
        "SELECT r.id FROM faculty_teachingright r LEFT JOIN faculty_trainee t "
        "ON t.course_id = r.trainer_course_id AND t.teacher_id = r.teacher_id "
        "WHERE r.source = 'course' AND r.withdrawn_for = '' AND t.is_passed IS NOT TRUE",
    ),
    Invariant(
        "guide_checked_while_paired",
        "抽查的日子在挂钩期间",
        "SELECT c.id FROM faculty_guidecheck c JOIN faculty_guidepair p ON p.id = c.pair_id "
        "WHERE c.checked_on < p.since OR c.checked_on > p.until",
    ),
    Invariant(
        "technicians_within_the_quota",
        "派的专技人员不超过要派的人数",
        "SELECT d.id FROM faculty_technicianduty d JOIN faculty_techniciansent s ON s.duty_id = d.id "
        "WHERE s.recalled_for = '' GROUP BY d.id, d.quota HAVING count(*) > d.quota",
    ),
    Invariant(
        "trainee_hours_within_the_course",
        "参训学时不超过培训班的学时",
        "SELECT t.id FROM faculty_trainee t JOIN faculty_trainercourse c ON c.id = t.course_id WHERE t.hours > c.hours",
    ),
)
