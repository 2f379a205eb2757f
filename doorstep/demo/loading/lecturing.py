"""Lecture groups, tours, lectures, liaison points, links and leaders of the planned city."""

from __future__ import annotations

from datetime import datetime

from doorstep.core import clock
from doorstep.demo.loading.copying import advance_sequences, copy_rows, run
from doorstep.demo.rules.city import City, reference_rows
from doorstep.demo.rules.diary import ANSWER_FIRST, WAY, vetted_through
from doorstep.demo.rules.lecturing import DONE, EVENING, OUTLINE, Lecturing, PlannedLecture, plan_lecturing
from doorstep.demo.rules.names import surname_urns
from doorstep.demo.rules.teaching import plan_standing

TABLES = (
    "faculty_lecturegroup",
    "faculty_groupmember",
    "faculty_grouptopic",
    "faculty_tour",
    "faculty_tourstop",
    "faculty_lecture",
    "faculty_liaisonpoint",
    "faculty_standinglink",
    "faculty_linkvisit",
    "faculty_leaderlink",
    "faculty_firstlesson",
)
YEARS = 3

# A sitting to come holds its teacher where nothing else does; one that finds no room was never planned.
_ASKED = """
INSERT INTO faculty_engagement (teacher_id, status, "group", key, title, "where", starts_at, ends_at, held_from,
    held_until, place, county, asked_at, answered_at, reason)
SELECT s.teacher_id, CASE WHEN t.category = ANY(%(answer)s) THEN 'offered' ELSE 'accepted' END, 'tour:' || o.id,
    'stop:' || s.id, o.title || '　' || p.title, trim(coalesce(b.name, u.short_name) || ' ' || s."where"), s.starts_at,
    s.ends_at, s.starts_at - %(way)s, s.ends_at + %(way)s, g.place, g.county, %(now)s,
    CASE WHEN t.category = ANY(%(answer)s) THEN NULL ELSE %(now)s END, ''
FROM faculty_tourstop s JOIN faculty_tour o ON o.id = s.tour_id JOIN faculty_grouptopic p ON p.id = o.topic_id
JOIN faculty_lecturegroup g ON g.id = o.group_id JOIN faculty_teacher t ON t.id = s.teacher_id
JOIN directory_unit u ON u.id = s.unit_id LEFT JOIN bases_base b ON b.id = s.base_id ORDER BY s.id
ON CONFLICT DO NOTHING
"""
_UNPLANNED = """
DELETE FROM faculty_tourstop s WHERE NOT EXISTS (SELECT FROM faculty_engagement e WHERE e.key = 'stop:' || s.id)
"""


def load_lecturing(city: City) -> None:
    """Write the tables; classes come first, so that nobody is asked for two places."""
    standing = plan_standing(city.pools, city.teachers, seed=city.seed, as_of=city.as_of)
    surnames = surname_urns(reference_rows("demo", "surnames.csv"))["01"]
    planned = plan_lecturing(
        city.tree, city.network, city.teachers, surnames, vetted_through(standing), seed=city.seed, as_of=city.as_of
    )
    _load_groups(planned, city)
    _load_lectures(planned, city)
    _load_links(planned)
    _load_leaders(planned)


def _load_groups(planned: Lecturing, city: City) -> None:
    copy_rows(
        "faculty_lecturegroup",
        "id unit_id place county level name leader_id founded_on ended_for",
        (
            (g.id, g.unit.id, g.unit.path, g.unit.county, g.level, g.name, g.members[0].id, g.founded, "")
            for g in planned.groups
        ),
    )
    members = ((g.id, one.id, g.founded, "") for g in planned.groups for one in g.members)
    copy_rows("faculty_groupmember", "group_id teacher_id joined_on left_for", members)
    years = range(city.as_of.year - YEARS + 1, city.as_of.year + 1)
    topics = ((g.id, year, f"{g.theme}宣讲", OUTLINE) for g in planned.groups for year in years)
    copy_rows(
        "faculty_grouptopic",
        "id group_id year title outline",
        ((n, *topic) for n, topic in enumerate(topics, start=1)),
    )


def _topic(lecture: PlannedLecture, last: int) -> int:
    """The number of the topic of its group and year, as they were written."""
    return (lecture.group.id - 1) * YEARS + YEARS - (last - lecture.day.year)


def _load_lectures(planned: Lecturing, city: City) -> None:
    year, now = city.as_of.year, clock.now()

    def times(one: PlannedLecture) -> tuple[datetime, datetime]:
        return clock.at_local(one.day, EVENING, 30), clock.at_local(one.day, EVENING + 1, 30)

    def spot(one: PlannedLecture) -> tuple[object, ...]:
        return one.teacher.id, one.unit.id, one.base.id if one.base else None, one.where, *times(one)

    copy_rows(
        "faculty_lecture",
        "group_id topic_id place county given_on heads revision entered_at teacher_id unit_id base_id where starts_at "
        "ends_at",
        (
            (
                one.group.id, _topic(one, year), one.group.unit.path, one.group.unit.county, one.day, one.heads, 1,
                times(one)[1], *spot(one),
            )
            for one in _once(planned.given)
        ),
    )  # fmt: skip
    tours = {one.group.id: one.group for one in planned.to_come}
    copy_rows(
        "faculty_tour",
        "id group_id topic_id title planned_at",
        (
            (n, group.id, group.id * YEARS, f"{group.theme}进村巡讲", now)
            for n, group in enumerate(tours.values(), start=1)
        ),
    )
    number = {group: n for n, group in enumerate(tours, start=1)}
    copy_rows(
        "faculty_tourstop",
        "id tour_id cancelled_for teacher_id unit_id base_id where starts_at ends_at",
        ((n, number[one.group.id], "", *spot(one)) for n, one in enumerate(planned.to_come, start=1)),
    )
    advance_sequences(["faculty_engagement"])  # those of classes came with numbers of their own
    run(_ASKED, answer=list(ANSWER_FIRST), way=WAY, now=now)
    run(_UNPLANNED)


def _once(given: list[PlannedLecture]) -> list[PlannedLecture]:
    """Nobody lectures twice on one evening, in whichever group."""
    return list({(one.teacher.id, one.day): one for one in given}.values())


def _load_links(planned: Lecturing) -> None:
    city = planned.groups[0].unit
    copy_rows(
        "faculty_liaisonpoint",
        "id unit_id place name host_id base_id county valid_from",
        (
            (
                n,
                city.id,
                city.path,
                f"{base.name}理论进基层联系点",
                base.unit.id,
                base.id,
                base.unit.county,
                base.opened,
            )
            for n, base in enumerate(planned.points, start=1)
        ),
    )
    copy_rows(
        "faculty_standinglink",
        "id teacher_id unit_id place county base_id point_id valid_from ended_for",
        (
            (
                one.id, one.teacher.id, one.base.unit.id, city.path if one.point else one.base.unit.path,
                one.base.unit.county, one.base.id, one.point or None, one.since, "",
            )
            for one in planned.links
        ),
    )  # fmt: skip
    copy_rows(
        "faculty_linkvisit",
        "link_id kind visited_on findings follow_up due_on done_on outcome entered_at",
        (
            (
                v.link.id, v.kind, v.day, v.findings, v.follow_up, v.due, v.done, DONE if v.done else "",
                clock.at_local(v.day, 18),
            )
            for v in planned.visits
        ),
    )  # fmt: skip


def _load_leaders(planned: Lecturing) -> None:
    copy_rows(
        "faculty_leaderlink",
        "id unit_id place county name post valid_from",
        (
            (one.id, one.unit.id, one.unit.path, one.unit.county, one.name, one.post, one.since)
            for one in planned.leaders
        ),
    )
    copy_rows(
        "faculty_firstlesson",
        "leader_id unit_id place county year given_on title entered_at",
        (
            (one.id, one.unit.id, one.unit.path, one.unit.county, day.year, day, title, clock.at_local(day, 18))
            for one in planned.leaders
            for day, title in one.lessons
        ),
    )
