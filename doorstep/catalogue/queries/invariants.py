"""What must always be true of the menu, as SQL that finds what is wrong."""

from __future__ import annotations

from doorstep.core.invariants import Invariant

STATED = (
    Invariant(
        "course_place_is_unit_path",
        "课程的位置等于编写单位的路径",
        "SELECT c.id FROM catalogue_course c JOIN directory_unit u ON u.id = c.unit_id WHERE c.place <> u.path",
    ),
    Invariant(
        "course_in_use_was_accepted",
        "能上课的课程有通过审核的版本，说的就是最新通过的那一版",
        "SELECT c.id FROM catalogue_course c LEFT JOIN LATERAL (SELECT * FROM catalogue_courseversion "
        "WHERE course_id = c.id AND status = 'passed' ORDER BY number DESC LIMIT 1) v ON true "
        "WHERE coalesce(nullif(c.stage, 'disabled'), c.stage_before) <> 'draft' "
        "AND (v.title, v.kind, v.mode, v.theory_minutes, v.skill_minutes, v.outline, v.parts) IS DISTINCT FROM "
        "(c.title, c.kind, c.mode, c.theory_minutes, c.skill_minutes, c.outline, c.parts)",
    ),
    Invariant(
        "course_takes_time",
        "不是组合的课程，理论和技能的分钟数加起来大于 0",
        "SELECT id FROM catalogue_course WHERE kind <> 'stack' AND theory_minutes + skill_minutes <= 0 "
        "UNION ALL SELECT id FROM catalogue_courseversion WHERE kind <> 'stack' "
        "AND theory_minutes + skill_minutes <= 0",
    ),
    Invariant(
        "course_parts_are_courses",
        "半天组合的每一节都是在册的课程，本身不是组合",
        "SELECT s.id, p.id AS part FROM catalogue_course s CROSS JOIN unnest(s.parts) AS p (id) "
        "LEFT JOIN catalogue_course c ON c.id = p.id WHERE s.kind <> 'stack' OR c.id IS NULL OR c.kind = 'stack'",
    ),
    Invariant(
        "course_versions_are_numbered",
        "课程的版本从 1 起连续编号",
        "SELECT c.id FROM catalogue_course c LEFT JOIN catalogue_courseversion v ON v.course_id = c.id "
        "GROUP BY c.id HAVING count(v.id) = 0 OR min(v.number) <> 1 OR max(v.number) <> count(v.id)",
    ),
    Invariant(
        "route_place_is_unit_path",
        "路线的位置和县与所属单位一致",
        "SELECT r.id FROM catalogue_route r JOIN directory_unit u ON u.id = r.unit_id "
        "WHERE r.place <> u.path OR r.county <> u.county",
    ),
    Invariant(
        "route_stops_are_numbered",
        "路线的站从 1 起连续编号",
        "SELECT route_id FROM catalogue_routestop GROUP BY route_id HAVING min(number) <> 1 OR max(number) <> count(*)",
    ),
    Invariant(
        "route_published_has_stops",
        "待审核和已发布的路线至少有两站",
        "SELECT r.id FROM catalogue_route r WHERE r.status IN ('waiting', 'published') "
        "AND (SELECT count(*) FROM catalogue_routestop s WHERE s.route_id = r.id) < 2",
    ),
    Invariant(
        "route_goes_somewhere_else",
        "相邻两站不在同一处阵地",
        "SELECT a.id FROM catalogue_routestop a JOIN catalogue_routestop b "
        "ON b.route_id = a.route_id AND b.number = a.number + 1 AND b.base_id = a.base_id",
    ),
    Invariant(
        "route_stop_is_a_place",
        "每一站是阵地而不是示范带，选的场地就在那处阵地",
        "SELECT s.id FROM catalogue_routestop s JOIN bases_base b ON b.id = s.base_id "
        "LEFT JOIN bases_venue v ON v.id = s.venue_id WHERE b.kind = 'belt' OR v.base_id <> s.base_id",
    ),
    Invariant(
        "panorama_is_where_its_place_is",
        "实景的位置和县与阵地一致",
        "SELECT p.id FROM catalogue_panorama p JOIN bases_base b ON b.id = p.base_id "
        "WHERE p.place <> b.place OR p.county <> b.county",
    ),
    Invariant(
        "panorama_place_has_an_entrance",
        "有场景在用的阵地正好有一个入口",
        "SELECT base_id FROM catalogue_panorama WHERE status <> 'disabled' "
        "GROUP BY base_id HAVING count(*) FILTER (WHERE is_entrance) <> 1",
    ),
    Invariant(
        "panorama_mark_stays_at_its_place",
        "通路通向同一处阵地的场景",
        "SELECT m.id FROM catalogue_panoramamark m JOIN catalogue_panorama p ON p.id = m.panorama_id "
        "JOIN catalogue_panorama t ON t.id = m.target_id WHERE t.base_id <> p.base_id",
    ),
)
