"""What must always be true of texts for the public, as SQL that finds what is wrong."""

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
)
