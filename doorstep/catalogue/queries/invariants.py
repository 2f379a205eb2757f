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
        "package_place_is_unit_path",
        "套餐的位置和县与所属单位一致",
        "SELECT p.id FROM catalogue_package p JOIN directory_unit u ON u.id = p.unit_id "
        "WHERE p.place <> u.path OR p.county <> u.county",
    ),
    Invariant(
        "package_has_one_content",
        "套餐要么有路线，要么有课程，不同时有；待审核和已发布的必有一样",
        "SELECT p.id FROM catalogue_package p WHERE p.route_id IS NOT NULL "
        "AND EXISTS (SELECT 1 FROM catalogue_packagecourse c WHERE c.package_id = p.id) "
        "OR p.status IN ('waiting', 'published') AND p.route_id IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM catalogue_packagecourse c WHERE c.package_id = p.id)",
    ),
    Invariant(
        "package_price_is_said",
        "收费的套餐发布时写明依据；只有按人数分段的才有价格段，各段不重叠",
        "SELECT p.id FROM catalogue_package p WHERE p.status IN ('waiting', 'published') "
        "AND p.price_kind <> 'free' AND p.price_source = '' UNION ALL "
        "SELECT s.package_id FROM catalogue_packagestep s JOIN catalogue_package p ON p.id = s.package_id "
        "WHERE p.price_kind <> 'steps' UNION ALL "
        "SELECT a.package_id FROM catalogue_packagestep a JOIN catalogue_packagestep b "
        "ON b.package_id = a.package_id AND b.first > a.first AND b.first <= a.last",
    ),
    Invariant(
        "package_published_is_frozen",
        "已发布的套餐存有版本，版本从 1 起连续编号",
        "SELECT p.id FROM catalogue_package p LEFT JOIN catalogue_packageversion v ON v.package_id = p.id "
        "GROUP BY p.id HAVING p.status = 'published' AND count(v.id) = 0 "
        "OR count(v.id) > 0 AND (min(v.number) <> 1 OR max(v.number) <> count(v.id))",
    ),
    Invariant(
        "material_place_is_unit_path",
        "教材的位置等于编写单位的路径",
        "SELECT m.id FROM catalogue_material m JOIN directory_unit u ON u.id = m.unit_id WHERE m.place <> u.path",
    ),
    Invariant(
        "editions_are_numbered",
        "教材的版次从 1 起连续编号",
        "SELECT material_id FROM catalogue_edition GROUP BY material_id "
        "HAVING min(number) <> 1 OR max(number) <> count(*)",
    ),
    Invariant(
        "course_uses_one_edition",
        "一门课只用同一种教材的一版",
        "SELECT c.course_id FROM catalogue_edition_courses c JOIN catalogue_edition e ON e.id = c.edition_id "
        "GROUP BY c.course_id, e.material_id HAVING count(*) > 1",
    ),
    Invariant(
        "shelf_is_at_its_unit",
        "库存的位置和县与单位一致，出入库的县与库存一致",
        "SELECT s.id FROM catalogue_shelf s JOIN directory_unit u ON u.id = s.unit_id "
        "LEFT JOIN catalogue_movement m ON m.shelf_id = s.id "
        "WHERE s.place <> u.path OR s.county <> u.county OR m.county <> s.county",
    ),
    Invariant(
        "stock_was_never_below_nothing",
        "任何一处的库存，按出入库的先后加起来从来不小于 0",
        "SELECT shelf_id FROM (SELECT shelf_id, sum(copies) OVER (PARTITION BY shelf_id ORDER BY moved_at "
        "RANGE UNBOUNDED PRECEDING) AS held FROM catalogue_movement) m WHERE held < 0",
    ),
    Invariant(
        "class_gives_back_what_it_has",
        "班上交回的册数不超过发给它的",
        "SELECT shelf_id, training_class_id FROM catalogue_movement WHERE training_class_id IS NOT NULL "
        "GROUP BY shelf_id, training_class_id HAVING sum(copies) > 0",
    ),
    Invariant(
        "sending_is_in_both_ledgers",
        "每批发送在发出单位记一笔去，点收后在收书单位记一笔来，撤回后在发出单位记一笔来，册数一致",
        "SELECT s.id FROM catalogue_sending s LEFT JOIN LATERAL (SELECT count(*) AS lines, "
        "count(*) FILTER (WHERE m.kind = 'sent' AND m.copies = -s.copies AND h.unit_id = s.from_unit_id) AS went, "
        "count(*) FILTER (WHERE m.kind = 'received' AND m.copies = s.received AND h.unit_id = s.to_unit_id "
        "OR m.kind = 'taken_back' AND m.copies = s.copies AND h.unit_id = s.from_unit_id) AS came "
        "FROM catalogue_movement m JOIN catalogue_shelf h ON h.id = m.shelf_id "
        "WHERE m.sending_id = s.id AND h.edition_id = s.edition_id) l ON true "
        "WHERE l.went <> 1 OR l.came <> (s.status <> 'sent')::int OR l.lines <> l.went + l.came",
    ),
    Invariant(
        "case_place_is_unit_path",
        "案例的位置和县与编写单位一致",
        "SELECT c.id FROM catalogue_case c JOIN directory_unit u ON u.id = c.unit_id "
        "WHERE c.place <> u.path OR c.county <> u.county",
    ),
    Invariant(
        "case_accepted_says_all",
        "待审核和已通过的案例写明问题、做法、成效和主题；自己不审自己的",
        "SELECT id FROM catalogue_case WHERE status IN ('waiting', 'passed') "
        "AND (problem = '' OR action = '' OR result = '' OR themes = '{}') "
        "OR status = 'passed' AND reviewed_by_id IN (written_by_id, handed_in_by_id)",
    ),
    Invariant(
        "contest_points_are_of_its_entries",
        "评委打的分，是同一次评选里参评的课；公示以前没有名次和总分",
        "SELECT s.id FROM catalogue_contestscore s JOIN catalogue_contestjuror j ON j.id = s.juror_id "
        "JOIN catalogue_contestentry e ON e.id = s.entry_id WHERE e.contest_id <> j.contest_id "
        "UNION ALL SELECT v.id FROM catalogue_contestvote v JOIN catalogue_contestentry e ON e.id = v.entry_id "
        "WHERE e.contest_id <> v.contest_id "
        "UNION ALL SELECT e.id FROM catalogue_contestentry e JOIN catalogue_contest c ON c.id = e.contest_id "
        "WHERE c.published_on IS NULL AND (e.score IS NOT NULL OR e.rank IS NOT NULL OR e.is_winner)",
    ),
    Invariant(
        "contest_result_was_answered",
        "评选结束时，每条异议都有答复；异议成立的不评为精品",
        "SELECT o.id FROM catalogue_contestobjection o JOIN catalogue_contestentry e ON e.id = o.entry_id "
        "JOIN catalogue_contest c ON c.id = e.contest_id "
        "WHERE o.is_upheld AND e.is_winner OR c.status = 'done' AND o.answered_at IS NULL",
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
    Invariant(
        "panorama_shown_was_accepted",
        "已发布的实景公开的就是现在这一份；停用的不公开",
        "SELECT p.id FROM catalogue_panorama p LEFT JOIN catalogue_panoramaedition e ON e.panorama_id = p.id "
        "WHERE p.status = 'published' AND (e.title, e.seen, e.credit, e.folder, e.width) "
        "IS DISTINCT FROM (p.title, p.seen, p.credit, p.folder, p.width) "
        "OR p.status = 'disabled' AND e.id IS NOT NULL",
    ),
)
