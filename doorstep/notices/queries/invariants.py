"""What must always be true of texts for the public, messages and circulars, as SQL that finds what is wrong."""

from __future__ import annotations

from doorstep.core.invariants import Invariant

STATED = (
    Invariant(
        "article_place_is_unit_path",
        "文章的位置等于所属单位的路径",
        "SELECT a.id FROM notices_article a JOIN directory_unit u ON u.id = a.unit_id WHERE a.place <> u.path",
    ),
    Invariant(
        "article_versions_are_numbered",
        "文章的版本从 1 起连续编号，标题是最新一版的",
        "SELECT a.id FROM notices_article a LEFT JOIN notices_articleversion v ON v.article_id = a.id "
        "GROUP BY a.id, a.title HAVING count(v.id) = 0 OR min(v.number) <> 1 OR max(v.number) <> count(v.id) "
        "OR a.title <> (array_agg(v.title ORDER BY v.number DESC))[1]",
    ),
    Invariant(
        "article_out_is_another_s_word",
        "发布文章的不是写稿或报送的人",
        "SELECT id FROM notices_articleversion WHERE published_at IS NOT NULL "
        "AND reviewed_by_id IN (written_by_id, handed_in_by_id)",
    ),
    Invariant(
        "article_pictures_are_its_own",
        "正文里的图片都是这篇文章自己的",
        "SELECT v.id, p.id AS picture FROM notices_articleversion v CROSS JOIN unnest(v.pictures) AS p (id) "
        "LEFT JOIN notices_articlepicture k ON k.id = p.id AND k.article_id = v.article_id WHERE k.id IS NULL",
    ),
    Invariant(
        "message_leaves_after_it_came",
        "消息外发不早于消息产生",
        "SELECT d.id FROM notices_delivery d JOIN notices_message m ON m.id = d.message_id "
        "WHERE d.sent_at < m.created_at OR d.due_at < m.created_at",
    ),
    Invariant(
        "circular_place_is_unit_path",
        "通知文件的位置等于下发单位的路径",
        "SELECT c.id FROM notices_circular c JOIN directory_unit u ON u.id = c.unit_id WHERE c.place <> u.path",
    ),
    Invariant(
        "circular_receipt_of_another_unit",
        "签收记录的位置等于单位的路径，下发单位不给自己签收，打开不早于下发",
        "SELECT r.id FROM notices_circularreceipt r JOIN notices_circular c ON c.id = r.circular_id "
        "JOIN directory_unit u ON u.id = r.unit_id "
        "WHERE r.place <> u.path OR (c.unit_id = r.unit_id AND r.base_id IS NULL) OR r.read_at < c.issued_at",
    ),
    Invariant(
        "circular_has_receivers",
        "每件通知文件至少发给一个单位或基地",
        "SELECT c.id FROM notices_circular c WHERE NOT EXISTS "
        "(SELECT FROM notices_circularreceipt r WHERE r.circular_id = c.id)",
    ),
    Invariant(
        "circular_versions_follow",
        "新版接着它替换的那一版，文号和单位相同，旧版已替换",
        "SELECT n.id FROM notices_circular n JOIN notices_circular o ON o.id = n.replaces_id "
        "WHERE n.version <> o.version + 1 OR n.number <> o.number OR n.unit_id <> o.unit_id OR o.status <> 'replaced'",
    ),
)
