"""What groups that go round and the places teachers are linked to ask of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.classes.queries.first_lessons import MISSING, UNLINKED, alert_day, first_lessons_missing
from doorstep.core.actors import Actor
from doorstep.core.clock import local
from doorstep.core.policies import policy_at
from doorstep.faculty.queries.groups import stops_in_doubt
from doorstep.faculty.queries.links import follow_ups_due, points_quiet
from doorstep.faculty.rules.lecturing import next_visit_due
from doorstep.web.queries.home_tasks import IN_DOUBT, MOST, UNITS_NAMED, Task


def link_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """Sittings without their teacher, points nobody was at, what is to follow from visits, first lessons missing."""
    for stop, why in stops_in_doubt(actor)[:MOST]:
        words = str(IN_DOUBT[why]) % {"name": stop.teacher.name, "title": stop.tour.title}
        url = reverse("faculty:stop_hand_over", args=[stop.pk])
        yield Task(local(stop.starts_at).date(), words, stop.tour.group.name, _("换一位老师"), url)
    quiet = list(points_quiet(actor)[:MOST])
    days = policy_at("liaison.visit_days", on=today).integer if quiet else 0
    for point in quiet:
        due = next_visit_due(point.latest, point.valid_from, days)
        words = _("联系点很久没有走访：%(name)s") % {"name": point.name}
        note = _("上次 %(day)s") % {"day": point.latest.isoformat()} if point.latest else _("还没有走访过")
        yield Task(due, words, note, _("去看"), reverse("faculty:point", args=[point.pk]))
    for visit in follow_ups_due(actor)[:MOST]:
        words = _("跟进走访：%(what)s") % {"what": visit.follow_up}
        note = f"{visit.link.teacher.name}　{visit.link.target}"
        yield Task(visit.due_on or today, words, note, _("去办"), reverse("faculty:link", args=[visit.link_id]))
    yield from _first_lessons(actor, today)


def _first_lessons(actor: Actor, today: date) -> Iterator[Task]:
    """One task for all schools without the first lesson of the year, one for those without a leader to give it."""
    left = first_lessons_missing(actor)
    words = {MISSING: _("%(n)s 所乡镇党校今年的第一课还没上"), UNLINKED: _("%(n)s 所乡镇党校没有挂钩县领导")}
    for standing, said in words.items():
        schools = [school.name for school in left if school.standing == standing]
        if schools:
            url = f"{reverse('classes:first_lessons')}?standing={standing}"
            names = _("、").join(schools[:UNITS_NAMED])
            yield Task(alert_day(today.year), said % {"n": len(schools)}, names, _("看是哪几所"), url)
