"""Who could teach instead, the best first, and why in words for whoever chooses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from doorstep.core import clock
from doorstep.core.policies import policy_at
from doorstep.core.registry import Journey, ways_of
from doorstep.faculty.models import Teacher, TourStop
from doorstep.faculty.queries.engagements import booked
from doorstep.faculty.queries.groups import members_on
from doorstep.faculty.queries.teachers import language_words, topic_words
from doorstep.faculty.rules.engaging import Ask, Candidate, Wanted, obstacle, substitutes


@dataclass(frozen=True, slots=True)
class Substitute:
    """Somebody who could teach instead, and why."""

    teacher: Teacher
    why: str


def ranked(wanted: Wanted, candidates: Iterable[Candidate], teachers: Mapping[int, Teacher]) -> list[Substitute]:
    """Those of `candidates` who have a lesson left that month, the best first, each with the reasons."""
    best = substitutes(wanted, list(candidates))
    return [Substitute(teachers[one.teacher_id], _why(one, wanted)) for one in best]


def substitutes_at(stop: TourStop) -> list[Substitute]:
    """Who else of the group could give a sitting of a tour, the best first, with the reasons.

    Left out are those who are not vetted that day, are away, elsewhere or on the way, or asked often enough that month.
    """
    starts_at, ends_at = clock.local(stop.starts_at), clock.local(stop.ends_at)
    group, day = stop.tour.group, starts_at.date()
    rows = members_on(group, day).exclude(teacher=stop.teacher_id).select_related("teacher__unit", "teacher__home")
    offered = {one.teacher_id: one.teacher for one in rows}
    homes = {pk: one.home or one.unit for pk, one in offered.items()}
    ways = ways_of("bases.ways", [Journey(home.pk, stop.unit_id, stop.base_id) for home in homes.values()])
    times = booked(list(offered.values()), day, day)
    least = policy_at("teacher.buffer_minutes", on=day, place=group.place).integer
    found = []
    for (pk, teacher), minutes in zip(offered.items(), ways, strict=True):
        if not obstacle(Ask(pk, "", "", "", starts_at, ends_at, minutes or 0), times[pk], least):
            lessons, most = times[pk].counts.get((day.year, day.month), 0), times[pk].most_a_month
            found.append(Candidate(pk, frozenset(teacher.topics), frozenset(teacher.languages), minutes, lessons, most))
    return ranked(Wanted(frozenset(stop.teacher.topics), frozenset(stop.teacher.languages)), found, offered)


def _why(one: Candidate, wanted: Wanted) -> str:
    """In one sentence: shared topics and languages, the way, the month."""
    topics, spoken = one.topics & wanted.topics, one.languages & wanted.languages
    said = [
        _("也讲%(topics)s") % {"topics": topic_words(sorted(topics))} if topics else _("讲的题目不同"),
        _("会说%(languages)s") % {"languages": language_words(sorted(spoken))} if spoken else _("不会说要用的话"),
        _way(one.way_minutes),
        _("这个月已排 %(n)s 次，最多 %(most)s 次") % {"n": one.lessons, "most": one.most_a_month},
    ]
    return _("，").join(said) + _("。")


def _way(minutes: int | None) -> str:
    if minutes is None:
        return _("路程不清楚")
    return _("路上约 %(n)s 分钟") % {"n": minutes} if minutes else _("就在当地")
