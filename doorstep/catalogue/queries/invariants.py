"""What must always be true of the menu, as SQL that finds what is wrong."""

from __future__ import annotations

from doorstep.core.invariants import Invariant

STATED = (
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
)
