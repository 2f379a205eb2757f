"""What must always be true of bases, as SQL that finds what is wrong."""

from __future__ import annotations

from doorstep.core.invariants import Invariant

STATED = (
    Invariant(
        "regulation_versions_follow",
        "制度的版本从 1 起连续编号，施行日期越来越晚，同一天只有一版有效",
        "SELECT a.id FROM bases_regulation a LEFT JOIN bases_regulation b "
        "ON b.base_id = a.base_id AND b.kind = a.kind AND b.number = a.number - 1 WHERE a.number > 1 "
        "AND (b.id IS NULL OR b.valid_from >= a.valid_from OR b.valid_to IS NULL OR b.valid_to > a.valid_from)",
    ),
    Invariant(
        "evidence_is_at_its_base",
        "证明的位置和县与阵地一致",
        "SELECT e.id FROM bases_evidence e JOIN bases_base b ON b.id = e.base_id "
        "WHERE e.place <> b.place OR e.county <> b.county",
    ),
    Invariant(
        "evidence_waits_where_it_is_reviewed",
        "待审核的证明在直管单位处；没有直管单位的，在阵地自己的位置",
        "SELECT e.id FROM bases_evidence e JOIN bases_base b ON b.id = e.base_id "
        "LEFT JOIN bases_stewardship s ON s.base_id = b.id AND s.valid_to IS NULL "
        "LEFT JOIN directory_unit u ON u.id = s.unit_id "
        "WHERE e.status = 'waiting' AND e.review_place <> coalesce(u.path, b.place) OR s.place <> u.path",
    ),
    Invariant(
        "evidence_reviewed_has_reviewer",
        "审核过的证明记有时间；退回的写明原因；自己不审自己的",
        "SELECT id FROM bases_evidence WHERE (status IN ('passed', 'declined')) <> (reviewed_at IS NOT NULL) "
        "OR (status = 'declined' AND review_note = '') OR reviewed_by_id = filed_by_id",
    ),
    Invariant(
        "aspect_had_lacks_nothing",
        "标准的每一方面：有，就没有缺的条目；没有，就写明缺什么",
        "SELECT id FROM bases_aspectstate WHERE is_had <> (lacking = '[]'::jsonb)",
    ),
    Invariant(
        "belt_has_its_row",
        "示范带都有自己的阵地名单，别的阵地没有；带里没有带",
        "SELECT b.id FROM bases_base b LEFT JOIN bases_belt t ON t.base_id = b.id "
        "WHERE (b.kind = 'belt') <> (t.base_id IS NOT NULL) UNION ALL "
        "SELECT p.belt_id FROM bases_belt_places p JOIN bases_base b ON b.id = p.base_id WHERE b.kind = 'belt'",
    ),
    Invariant(
        "hours_and_closures_are_of_one_base",
        "场地的开放时间和不开放登记，都在场地自己的阵地上",
        "SELECT h.id FROM bases_openhours h JOIN bases_venue v ON v.id = h.venue_id WHERE v.base_id <> h.base_id "
        "UNION ALL SELECT c.id FROM bases_closure c JOIN bases_venue v ON v.id = c.venue_id "
        "WHERE v.base_id <> c.base_id",
    ),
    Invariant(
        "base_place_is_unit_path",
        "阵地的位置等于所属单位的路径",
        "SELECT b.id FROM bases_base b JOIN directory_unit u ON u.id = b.unit_id WHERE b.place <> u.path",
    ),
    Invariant(
        "visit_is_in_the_county_of_its_base",
        "参观登记的县与阵地一致",
        "SELECT v.id FROM bases_visit v JOIN bases_base b ON b.id = v.base_id WHERE v.county <> b.county",
    ),
    Invariant(
        "visit_is_to_a_place",
        "参观登记在阵地上，不在示范带上，日期不早于阵地启用",
        "SELECT v.id FROM bases_visit v JOIN bases_base b ON b.id = v.base_id "
        "WHERE b.kind = 'belt' OR v.visited_on < b.valid_from",
    ),
    Invariant(
        "photo_published_is_anothers_word",
        "公开的照片有标题和文字描述，不是自己审的；封面没有撤下",
        "SELECT id FROM bases_photo WHERE status = 'published' AND (caption = '' OR alt = '' "
        "OR reviewed_by_id = added_by_id) OR is_cover AND status = 'disabled'",
    ),
    Invariant(
        "venue_held_by_one_at_a_time",
        "同一场地、车船、整所流动党校有效的预约不重叠，间隔和路上算在内；几家同时用的，只和同样的重叠",
        "SELECT id FROM (SELECT id, held_from, is_shared, max(free_at) OVER w AS held_until, "
        "max(free_at) FILTER (WHERE NOT is_shared) OVER w AS held_alone_until "
        "FROM bases_reservation WHERE state = 'live' WINDOW w AS (PARTITION BY lane ORDER BY held_from, id "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) t "
        "WHERE held_from < CASE WHEN is_shared THEN held_alone_until ELSE held_until END",
    ),
    Invariant(
        "venue_is_free_after_its_buffer",
        "有效预约之后留够规定的间隔，自己接着用的除外",
        "SELECT a.id FROM bases_reservation a WHERE a.state = 'live' AND NOT a.is_shared "
        "AND a.free_at < a.ends_at + a.buffer_minutes * interval '1 minute' AND NOT EXISTS ("
        "SELECT FROM bases_reservation b WHERE b.state = 'live' AND b.lane = a.lane "
        "AND b.holder = a.holder AND a.holder <> '' AND b.held_from = a.free_at)",
    ),
    Invariant(
        "mobile_school_is_held_whole",
        "预约占着场地或车船自己；流动党校的，占着整所",
        "SELECT r.id FROM bases_reservation r JOIN bases_venue v ON v.id = r.venue_id "
        "JOIN bases_base b ON b.id = v.base_id "
        "WHERE r.lane <> CASE WHEN b.kind = 'mobile_school' AND v.kind = 'room' THEN -b.id ELSE v.id END",
    ),
    Invariant(
        "mobile_school_can_be_held",
        "流动党校都有一间场地，整所派出时占着它",
        "SELECT b.id FROM bases_base b WHERE b.kind = 'mobile_school' AND NOT EXISTS "
        "(SELECT FROM bases_venue v WHERE v.base_id = b.id AND v.kind = 'room')",
    ),
    Invariant(
        "series_ended_holds_nothing",
        "放开了的重复预约，后面没有还占着的",
        "SELECT r.id FROM bases_reservation r JOIN bases_reservationseries s ON s.id = r.series_id "
        "WHERE s.ended_at IS NOT NULL AND r.state = 'live' AND r.starts_at > s.ended_at",
    ),
)
