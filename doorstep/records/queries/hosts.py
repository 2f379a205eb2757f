"""What each host of a joint class gets of its results: each person counts for exactly one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import DecimalField, IntegerField, QuerySet
from django.db.models.expressions import RawSQL

from doorstep.classes.queries.hosts import ACCEPTED, hosts_of, joint_classes

if TYPE_CHECKING:
    from doorstep.classes.models import TrainingClass
    from doorstep.directory.models import Unit

# A person's hours in a class are what stands of them, and they are of the unit of their first line there: a move in
# the middle of a class splits nobody. The host is the nearest at or above that unit, the lead where none is; in
# Python `classes.rules.hosts.host_of`. {classes} narrows to some classes.
RESULTS = """
SELECT n.training_class_id, n.person_id, n.hours,
       coalesce(h.unit_id, c.unit_id) AS host_id, coalesce(h.place, c.place) AS host_place
FROM (SELECT p.training_class_id, p.person_id, sum(p.hours) AS hours,
          (array_agg(p.unit_id ORDER BY p.earned_on, p.session_id, p.revision))[1] AS unit_id
      FROM records_posting p WHERE {classes} GROUP BY 1, 2 HAVING sum(p.hours) > 0) n
JOIN classes_trainingclass c ON c.id = n.training_class_id
JOIN directory_unit u ON u.id = n.unit_id
LEFT JOIN LATERAL (
    SELECT o.unit_id, o.place FROM classes_classhost o
    WHERE o.training_class_id = c.id AND o.status = 'accepted' AND starts_with(u.path, o.place)
      AND length(o.place) > CASE WHEN starts_with(u.path, c.place) THEN length(c.place) ELSE 0 END
    ORDER BY length(o.place) DESC LIMIT 1
) h ON true
"""
_OF_CLASSES = "SELECT training_class_id, host_id, count(*), sum(hours) FROM ({results}) r GROUP BY 1, 2"
_BY_IDS = RESULTS.format(classes="p.training_class_id = ANY(%s)")
_OF_ROW = RESULTS.format(classes="p.training_class_id = classes_trainingclass.id")
_OWN = "WHERE EXISTS (SELECT FROM unnest(%s::text[]) own WHERE starts_with(host_place, own))"
_OF_YEAR = """
SELECT count(DISTINCT training_class_id), count(*), count(DISTINCT person_id), coalesce(sum(hours), 0)
FROM ({results}) r {where}
"""


@dataclass(frozen=True, slots=True)
class HostShare:
    """What one host gets of a class: comings, which are people within one class, and hours."""

    unit: Unit
    is_lead: bool
    person_times: int
    hours: Decimal


def shares_of(training_class: TrainingClass) -> list[HostShare]:
    """The results of a class by host, the lead first; they add up to those of the class."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_CLASSES.format(results=_BY_IDS), [[training_class.pk]])
        found = {host: (count, hours) for _class, host, count, hours in cursor.fetchall()}
    co_hosts = [host.unit for host in hosts_of(training_class) if host.status == ACCEPTED]
    units = [training_class.unit, *co_hosts]
    return [HostShare(unit, number == 0, *found.get(unit.pk, (0, Decimal(0)))) for number, unit in enumerate(units)]


@dataclass(frozen=True, slots=True)
class JointFigures:
    """Joint classes in sums: classes, comings, people each once, hours."""

    classes: int
    person_times: int
    persons: int
    hours: Decimal


def joint_figures(year: int, place: str = "") -> JointFigures:
    """What the joint classes of a year gave to the hosts at or below `place`; "" is the network, each person once.

    Classes, comings and hours of hosts that lie apart add up; a person who came to two hosts is one of each, and one
    of the network.
    """
    ids = list(joint_classes().filter(year=year).values_list("pk", flat=True))
    where = "WHERE starts_with(host_place, %s)" if place else ""
    params: list[Any] = [ids, place] if place else [ids]
    with connection.cursor() as cursor:
        cursor.execute(_OF_YEAR.format(results=_BY_IDS, where=where), params)
        return JointFigures(*(cursor.fetchone() or (0, 0, 0, Decimal(0))))


def with_results(rows: QuerySet[TrainingClass], places: Iterable[str]) -> QuerySet[TrainingClass]:
    """Classes with `came` and `hours`, all of them, and `own_came` and `own_hours`, of the hosts at or below `places`.

    Where nothing is posted yet, all are 0.
    """
    own = sorted(places)
    return rows.annotate(
        came=_result("count(*)", IntegerField()),
        hours=_result("coalesce(sum(hours), 0)", DecimalField()),
        own_came=_result("count(*)", IntegerField(), own),
        own_hours=_result("coalesce(sum(hours), 0)", DecimalField(), own),
    )


def _result(what: str, output: Any, places: list[str] | None = None) -> RawSQL:
    where = "" if places is None else _OWN
    statement = f"(SELECT {what} FROM ({_OF_ROW}) r {where})"  # noqa: S608 - text of ours
    return RawSQL(statement, () if places is None else (places,), output)
