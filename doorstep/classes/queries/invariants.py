"""What must always be true of classes and seats."""

from __future__ import annotations

from doorstep.classes.queries.will_counting import lines_that_differ, tallies_that_differ
from doorstep.core.invariants import Invariant

STATED = (
    Invariant(
        "INV-B1 class_never_over_capacity",
        "有效报名数不超过班次名额",
        "SELECT c.id, c.capacity, count(e.*) AS held FROM classes_trainingclass c JOIN classes_enrolment e "
        "ON e.training_class_id = c.id AND e.status IN ('nominated', 'confirmed') "
        "GROUP BY c.id, c.capacity HAVING count(e.*) > c.capacity",
    ),
    Invariant(
        "INV-B4 seats_taken_is_count",
        "班次的已占名额等于有效报名数",
        "SELECT c.id, c.seats_taken, h.held FROM classes_trainingclass c LEFT JOIN (SELECT training_class_id, count(*) "
        "AS held FROM classes_enrolment WHERE status IN ('nominated', 'confirmed') GROUP BY training_class_id) h "
        "ON h.training_class_id = c.id WHERE c.seats_taken <> coalesce(h.held, 0)",
    ),
    Invariant(
        "INV-B4 quota_used_is_count",
        "名额的已用数等于记在它名下的有效报名数，且不超过分到的数",
        "SELECT q.id, q.seats, q.used, h.held FROM classes_quota q LEFT JOIN (SELECT quota_id, count(*) AS held "
        "FROM classes_enrolment WHERE status IN ('nominated', 'confirmed') GROUP BY quota_id) h ON h.quota_id = q.id "
        "WHERE q.used <> coalesce(h.held, 0) OR q.used > q.seats",
    ),
    Invariant(
        "quotas_within_capacity",
        "分下去的名额与直接占用的名额之和不超过班次名额",
        "SELECT c.id, c.capacity, c.seats_taken, sum(q.seats) AS handed, sum(q.used) AS used "
        "FROM classes_trainingclass c JOIN classes_quota q ON q.training_class_id = c.id "
        "GROUP BY c.id, c.capacity, c.seats_taken HAVING sum(q.seats) + c.seats_taken - sum(q.used) > c.capacity",
    ),
    Invariant(
        "one_seat_a_person_and_class",
        "一个人在一个班里只有一行报名，最多占一个名额",
        "SELECT training_class_id, person_id FROM classes_enrolment "
        "GROUP BY training_class_id, person_id HAVING count(*) > 1",
    ),
    Invariant(
        "seat_in_its_quota",
        "占的名额是本班的名额",
        "SELECT e.training_class_id, e.person_id FROM classes_enrolment e JOIN classes_quota q ON q.id = e.quota_id "
        "WHERE q.training_class_id <> e.training_class_id",
    ),
    Invariant(
        "waiting_is_not_seated",
        "候补的人不占名额；只有报名中的班有人候补",
        "SELECT w.id FROM classes_waitingplace w JOIN classes_trainingclass c ON c.id = w.training_class_id "
        "LEFT JOIN classes_enrolment e ON e.training_class_id = w.training_class_id AND e.person_id = w.person_id "
        "AND e.status IN ('nominated', 'confirmed') "
        "WHERE w.status = 'waiting' AND (e.person_id IS NOT NULL OR c.status <> 'open')",
    ),
    Invariant(
        "nobody_waits_while_a_seat_is_free",
        "自动递补的班开课前，能给候补的人的名额空着时没有人候补",
        "SELECT w.id FROM classes_waitingplace w JOIN classes_trainingclass c ON c.id = w.training_class_id "
        "LEFT JOIN LATERAL (SELECT q.seats - q.used AS free FROM classes_quota q WHERE q.training_class_id = c.id "
        "AND q.seats + q.used > 0 AND starts_with(w.place, q.place) ORDER BY length(q.place) DESC LIMIT 1) n ON true "
        "WHERE w.status = 'waiting' AND c.succession = 'auto' AND NOT EXISTS (SELECT 1 FROM classes_session s "
        "WHERE s.training_class_id = c.id AND NOT s.is_cancelled AND s.starts_at <= now()) AND (n.free > 0 "
        "OR c.seats_taken < c.capacity AND starts_with(w.place, c.place) AND NOT EXISTS (SELECT 1 FROM classes_quota q "
        "WHERE q.training_class_id = c.id AND q.seats + q.used > 0))",
    ),
    Invariant(
        "nobody_jumps_the_waiting_list",
        "按先后递补的班，同一个支部候补的人，后来的不会没有原因就比先来的早进班",
        "SELECT b.id FROM classes_waitingplace a JOIN classes_waitingplace b ON b.training_class_id = "
        "a.training_class_id AND b.place = a.place AND b.number > a.number WHERE b.status = 'moved' AND b.jumped = 0 "
        "AND b.given_for = '' "
        "AND (a.status = 'waiting' OR a.status = 'moved' AND a.ended_at > b.ended_at)",
    ),
    Invariant(
        "class_dates_are_its_sessions",
        "班次的起止日期等于未取消课次的首末日",
        "SELECT c.id FROM classes_trainingclass c JOIN (SELECT training_class_id, min(held_on) AS first, "
        "max(held_on) AS last FROM classes_session WHERE NOT is_cancelled GROUP BY training_class_id) s "
        "ON s.training_class_id = c.id WHERE c.starts_on <> s.first OR c.ends_on <> s.last",
    ),
    Invariant(
        "class_place_is_unit_path",
        "班次的位置等于主办单位的路径",
        "SELECT c.id FROM classes_trainingclass c JOIN directory_unit u ON u.id = c.unit_id WHERE c.place <> u.path",
    ),
    Invariant(
        "cancelled_class_holds_no_seat",
        "已取消的班次不占名额也不占场地",
        "SELECT c.id FROM classes_trainingclass c WHERE c.status = 'cancelled' AND (c.seats_taken > 0 OR EXISTS "
        "(SELECT 1 FROM classes_session s WHERE s.training_class_id = c.id AND NOT s.is_cancelled))",
    ),
    Invariant(
        "joint_is_agreed",
        "合办的班恰好是有单位同意合办的班；主办单位不请自己；承担的费用不超过全部",
        "SELECT c.id FROM classes_trainingclass c LEFT JOIN (SELECT training_class_id, "
        "count(*) FILTER (WHERE status = 'accepted') AS agreed, "
        "sum(cost_percent) FILTER (WHERE status IN ('accepted', 'invited')) AS percent "
        "FROM classes_classhost GROUP BY 1) h ON h.training_class_id = c.id "
        "WHERE c.is_joint <> (coalesce(h.agreed, 0) > 0) OR coalesce(h.percent, 0) > 100 "
        "UNION ALL SELECT c.id FROM classes_trainingclass c JOIN classes_classhost h ON h.training_class_id = c.id "
        "JOIN directory_unit u ON u.id = h.unit_id WHERE h.unit_id = c.unit_id OR h.place <> u.path",
    ),
    Invariant(
        "objection_is_at_its_base",
        "异议记在阵地的位置，对象是别的单位的班",
        "SELECT o.id FROM classes_objection o JOIN bases_base b ON b.id = o.base_id "
        "JOIN classes_trainingclass c ON c.id = o.training_class_id "
        "WHERE o.place <> b.place OR starts_with(c.place, b.place)",
    ),
    Invariant(
        "field_session_says_where",
        "田间课堂的课次写明地点和乡镇，不占阵地的场地",
        "SELECT s.id FROM classes_session s LEFT JOIN directory_unit u ON u.id = s.township_id WHERE s.lat IS NOT NULL "
        "AND (s.location = '' OR u.kind IS DISTINCT FROM 'township' OR s.base_id IS NOT NULL)",
    ),
    Invariant(
        "left_by_closing_is_withdrawn",
        "结考勤按退学处理的人，状态是按退学处理，班次已结",
        "SELECT e.training_class_id, e.person_id FROM classes_enrolment e JOIN classes_trainingclass c "
        "ON c.id = e.training_class_id WHERE e.left_for <> '' AND (e.status <> 'withdrawn' OR c.status <> 'closed')",
    ),
    Invariant(
        "teacher_is_asked_for_what_is_held",
        "占着教师的邀请，课次没有取消，教师和时间与课次一致",
        "SELECT e.id FROM faculty_engagement e LEFT JOIN classes_session s ON 'session:' || s.id = e.key "
        "WHERE e.status IN ('offered', 'accepted') AND starts_with(e.key, 'session:') "
        "AND (s.id IS NULL OR s.is_cancelled OR s.teacher_id IS DISTINCT FROM e.teacher_id "
        "OR s.starts_at <> e.starts_at OR s.ends_at <> e.ends_at)",
    ),
    Invariant(
        "copies_go_to_a_class_of_the_unit",
        "发给班上的教材，班在册，由有库存的单位主办",
        "SELECT DISTINCT m.training_class_id FROM catalogue_movement m JOIN catalogue_shelf s ON s.id = m.shelf_id "
        "LEFT JOIN classes_trainingclass c ON c.id = m.training_class_id "
        "WHERE m.training_class_id IS NOT NULL AND c.unit_id IS DISTINCT FROM s.unit_id",
    ),
    Invariant(
        "sessions_hold_their_venues",
        "课次都占着自己的场地和随班派出的车船、流动党校，时间、人数相符；取消的课次什么都不占",
        "WITH living AS (SELECT s.*, c.capacity FROM classes_session s JOIN classes_trainingclass c "
        "ON c.id = s.training_class_id WHERE NOT s.is_cancelled AND (s.venue_id IS NOT NULL OR s.brings <> '{}')) "
        "SELECT s.id AS session, r.id AS reservation FROM ("
        "SELECT id, training_class_id, venue_id, starts_at, ends_at, capacity FROM living WHERE venue_id IS NOT NULL "
        "UNION ALL SELECT id, training_class_id, unnest(brings), starts_at, ends_at, capacity FROM living) s "
        "FULL JOIN (SELECT * FROM bases_reservation WHERE kind = 'class' "
        "AND state = 'live') r ON r.holder = 'class:' || s.training_class_id AND r.part = s.id "
        "AND r.venue_id = s.venue_id AND r.starts_at = s.starts_at AND r.ends_at = s.ends_at AND r.heads = s.capacity "
        "WHERE s.id IS NULL OR r.id IS NULL",
    ),
    Invariant(
        "order_opened_once",
        "接了的点单恰好有一个班，由被点的单位主办；没接的没有班",
        "SELECT o.id FROM classes_order o LEFT JOIN classes_trainingclass c ON c.id = o.training_class_id "
        "WHERE (o.status IN ('accepted', 'agreed')) <> (c.id IS NOT NULL) OR c.unit_id <> o.provider_id",
    ),
    Invariant(
        "order_has_its_days",
        "每张点单写明想去的日子，最早最晚与之相符；位置等于点单单位和被点单位的路径",
        "SELECT o.id FROM classes_order o LEFT JOIN directory_unit u ON u.id = o.unit_id "
        "LEFT JOIN classes_outsidegroup g ON g.id = o.outside_id "
        "JOIN directory_unit p ON p.id = o.provider_id LEFT JOIN (SELECT order_id, min(day) AS first, max(day) AS last "
        "FROM classes_orderwish GROUP BY order_id) w ON w.order_id = o.id WHERE w.first IS DISTINCT FROM o.first_on "
        "OR w.last IS DISTINCT FROM o.last_on OR o.place <> coalesce(u.path, '0/' || g.number_id || '/') "
        "OR o.provider_place <> p.path",
    ),
    Invariant(
        "outsiders_sit_apart",
        "外单位的点单开的班恰好是给外单位办的班，里面没有本地党员的报名、名额和候补",
        "SELECT c.id FROM classes_trainingclass c LEFT JOIN classes_order o ON o.training_class_id = c.id "
        "WHERE c.is_outside <> (o.outside_id IS NOT NULL) OR c.is_outside AND (c.seats_taken > 0 "
        "OR EXISTS (SELECT 1 FROM classes_enrolment e WHERE e.training_class_id = c.id) "
        "OR EXISTS (SELECT 1 FROM classes_quota q WHERE q.training_class_id = c.id) "
        "OR EXISTS (SELECT 1 FROM classes_waitingplace w WHERE w.training_class_id = c.id))",
    ),
    Invariant(
        "outsiders_are_in_no_ledger",
        "给外单位办的班没有考勤记录，也没有记学时",
        "SELECT c.id FROM classes_trainingclass c WHERE c.is_outside AND ("
        "EXISTS (SELECT 1 FROM classes_session s JOIN attendance_mark m ON m.session_id = s.id "
        "WHERE s.training_class_id = c.id) "
        "OR EXISTS (SELECT 1 FROM records_posting p WHERE p.training_class_id = c.id))",
    ),
    Invariant(
        "outside_contact_is_kept_or_erased",
        "没有到期的外单位号码有密文和索引；到期清除的什么联系方式都不留，点单上也不留",
        "SELECT n.id FROM classes_outsidenumber n WHERE (n.erased_at IS NULL) <> (length(n.phone_sealed) > 0) "
        "OR n.erased_at IS NOT NULL AND EXISTS (SELECT 1 FROM classes_outsidegroup g "
        "LEFT JOIN classes_order o ON o.outside_id = g.id WHERE g.number_id = n.id AND (length(g.contact_sealed) > 0 "
        "OR o.note <> ''))",
    ),
    Invariant(
        "outside_order_holds_no_number",
        "外单位的点单上不另存联系人和号码，只存在验证过的号码上",
        "SELECT id FROM classes_order WHERE outside_id IS NOT NULL AND (contact <> '' OR length(phone_sealed) > 0)",
    ),
    Invariant(
        "quotes_are_of_outsiders",
        "报价和合同只有外单位的点单才有；报价都有明细，版次连着",
        "SELECT o.id FROM classes_order o LEFT JOIN classes_quote q ON q.order_id = o.id "
        "LEFT JOIN classes_contractfile f ON f.order_id = o.id WHERE (q.id IS NOT NULL OR f.id IS NOT NULL) "
        "AND o.outside_id IS NULL UNION ALL SELECT q.order_id FROM classes_quote q "
        "WHERE NOT EXISTS (SELECT 1 FROM classes_quoteline l WHERE l.quote_id = q.id) UNION ALL "
        "SELECT order_id FROM classes_quote GROUP BY order_id HAVING max(number) <> count(*)",
    ),
    Invariant(
        "order_ended_says_when",
        "有结果的点单写明时间，没办成的写明原因，等答复的都没有",
        "SELECT id FROM classes_order WHERE "
        "(status IN ('placed', 'countered', 'waiting', 'offered')) <> (ended_at IS NULL) "
        "OR (status IN ('declined', 'refused', 'withdrawn', 'lapsed')) <> (reason <> '')",
    ),
    Invariant(
        "place_lectured_at_is_of_its_unit",
        "宣讲、巡讲、联系和联系点写的阵地属于写的单位",
        "SELECT b.id FROM bases_base b JOIN ("
        "SELECT base_id, unit_id FROM faculty_lecture UNION SELECT base_id, unit_id FROM faculty_tourstop "
        "UNION SELECT base_id, unit_id FROM faculty_standinglink "
        "UNION SELECT base_id, host_id FROM faculty_liaisonpoint) x ON x.base_id = b.id WHERE b.unit_id <> x.unit_id",
    ),
    Invariant(
        "lecture_is_no_session",
        "宣讲不和同一位教师给培训班上的课重复计数",
        "SELECT l.id FROM faculty_lecture l JOIN classes_session s ON s.teacher_id = l.teacher_id "
        "AND s.starts_at < l.ends_at AND l.starts_at < s.ends_at "
        "JOIN classes_trainingclass c ON c.id = s.training_class_id "
        "WHERE l.voided_at IS NULL AND NOT s.is_cancelled AND c.status IN ('open', 'running', 'closed')",
    ),
    Invariant(
        "order_offered_holds_its_day",
        "有空位的点单恰好有一个留着的日子，在它等的日子里；别的点单没有",
        "SELECT o.id FROM classes_order o LEFT JOIN classes_orderoffer f ON f.order_id = o.id AND f.outcome = 'open' "
        "WHERE (o.status = 'offered') <> (f.id IS NOT NULL) OR f.day < o.first_on OR f.day > o.last_on",
    ),
    Invariant(
        "order_offer_over_holds_no_room",
        "已经有结果的空位不再留着场地",
        "SELECT f.id FROM classes_orderoffer f JOIN classes_orderoffer_reservations m ON m.orderoffer_id = f.id "
        "JOIN bases_reservation r ON r.id = m.reservation_id "
        "WHERE f.outcome <> 'open' AND r.state = 'live' AND r.expires_at IS NOT NULL",
    ),
    Invariant(
        "order_answered_keeps_nothing",
        "有结果的、没有提改期也没有空位的点单，不再留着场地和接待的人数",
        "SELECT o.id FROM classes_order o JOIN classes_keptday k ON k.order_id = o.id "
        "WHERE o.status NOT IN ('countered', 'offered') UNION ALL "
        "SELECT o.id FROM classes_order o JOIN classes_order_kept m ON m.order_id = o.id "
        "JOIN bases_reservation r ON r.id = m.reservation_id "
        "WHERE o.status <> 'countered' AND r.state = 'live' AND r.expires_at IS NOT NULL",
    ),
    Invariant(
        "session_takes_along_what_goes",
        "随班派出的都是车船或流动党校",
        "SELECT s.id FROM classes_session s CROSS JOIN unnest(s.brings) AS one (id) LEFT JOIN bases_venue v "
        "ON v.id = one.id LEFT JOIN bases_base b ON b.id = v.base_id "
        "WHERE v.id IS NULL OR v.kind = 'room' AND b.kind <> 'mobile_school'",
    ),
    Invariant(
        "mobile_school_goes_with_its_sessions",
        "在流动党校上、又没有定场地的课次，都占着这所流动党校",
        "SELECT s.id FROM classes_session s JOIN classes_trainingclass c ON c.id = s.training_class_id "
        "JOIN bases_base b ON b.id = coalesce(s.base_id, c.base_id) AND b.kind = 'mobile_school' "
        "WHERE s.venue_id IS NULL AND NOT s.is_cancelled AND s.starts_at > now() AND NOT EXISTS "
        "(SELECT FROM bases_venue v WHERE v.base_id = b.id AND v.kind = 'room' AND v.id = ANY (s.brings))",
    ),
    Invariant(
        "session_changed_has_moment",
        "改过的课次有最近一次改的时间，没有改过的没有",
        "SELECT id, revision FROM classes_session WHERE (revision > 0) <> (changed_at IS NOT NULL)",
    ),
    Invariant(
        "feed_times_in_order",
        "日历订阅地址先生成，后读、后停用；停用以后不再被读",
        "SELECT id FROM classes_calendarfeed WHERE read_at < made_at OR revoked_at < made_at OR read_at > revoked_at",
    ),
    Invariant("will_lines_are_seats_and_orders", "记下的自选和安排等于逐条报名、点单重数", lines_that_differ()),
    Invariant("will_tally_is_sum_of_lines", "各单位的自选和安排等于记下的逐行相加", tallies_that_differ()),
)
