"""Guidance stations: who works there, which schools they serve, and which of these had no coaching this year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may, visible_to
from doorstep.directory.queries import network_offices
from doorstep.faculty.models import Coaching, Station, StationSchool, StationStaff, Teacher
from doorstep.faculty.queries.teachers import teachers_for

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


def _counted() -> QuerySet[Coaching]:
    """The coaching sessions of this year that were not taken back."""
    return Coaching.objects.filter(withdrawn_for="", held_on__year=clock.today().year)


def stations_visible_to(actor: Actor) -> QuerySet[Station]:
    """The stations of the units whose teachers `actor` may see."""
    return visible_to(actor, "faculty.view_teacher", Station.objects.all())


def _number(rows: QuerySet[Any], of: str) -> Coalesce:
    counted = rows.order_by().values(of).annotate(n=Count("pk", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def stations_told(actor: Actor) -> QuerySet[Any]:
    """The same, with how many work there (`size`), are served (`served`), were coached this year (`coached`), were not.

    `coached` counts sessions, `waiting` the served schools without any.
    """
    here = OuterRef("pk")
    open_schools = StationSchool.objects.filter(until=None, station=here)
    without = open_schools.exclude(Exists(_counted().filter(school=OuterRef("pk"))))
    return stations_visible_to(actor).annotate(
        size=_number(StationStaff.objects.filter(until=None, station=here), "station"),
        served=_number(open_schools, "station"),
        coached=_number(_counted().filter(school__station=here), "school__station"),
        waiting=_number(without, "station"),
    )


def station_by_id(station_id: int, actor: Actor) -> Station:
    """One station that `actor` may see; raises NotFound."""
    found = stations_visible_to(actor).select_related("unit").filter(pk=station_id).first()
    if found is None:
        raise NotFound
    return found


def schools_served(actor: Actor) -> QuerySet[Any]:
    """The schools served today by stations `actor` may see, with this year's sessions (`coached`) and the last of all.

    `last_on` is the day of the latest coaching session, None where there never was one.
    """
    rows = visible_to(actor, "faculty.view_teacher", StationSchool.objects.filter(until=None), place="station__place")
    year = Q(coachings__held_on__year=clock.today().year, coachings__withdrawn_for="")
    return rows.annotate(
        coached=Count("coachings", filter=year),
        last_on=Max("coachings__held_on", filter=Q(coachings__withdrawn_for="")),
    ).select_related("station", "unit")


def staff_of(station: Station) -> list[StationStaff]:
    """Who works and worked at a station, the present ones first."""
    rows = station.staff.select_related("teacher__unit").order_by(F("until").desc(nulls_first=True), "since", "pk")
    return list(rows)


def schools_of(station: Station) -> list[Any]:
    """The schools a station serves and served, with this year's coaching sessions, the present ones first."""
    year = Q(coachings__held_on__year=clock.today().year, coachings__withdrawn_for="")
    rows = station.schools.annotate(coached=Count("coachings", filter=year)).select_related("unit")
    return list(rows.order_by(F("until").desc(nulls_first=True), "unit__path", "pk"))


def coachings_of(station: Station, most: int) -> list[Coaching]:
    """The latest coaching sessions of a station, those taken back included."""
    rows = Coaching.objects.filter(school__station=station).select_related("school__unit", "teacher")
    return list(rows.order_by("-held_on", "-pk")[:most])


def staff_to_end(staff_id: int, station: Station) -> StationStaff:
    """One who works at a station; raises NotFound."""
    found = station.staff.select_related("station", "teacher").filter(pk=staff_id).first()
    if found is None:
        raise NotFound
    return found


def school_to_end(school_id: int, station: Station) -> StationSchool:
    """A school that a station serves; raises NotFound."""
    found = station.schools.select_related("station", "unit").filter(pk=school_id).first()
    if found is None:
        raise NotFound
    return found


def teachers_to_staff(station: Station) -> list[Teacher]:
    """Who could work at a station: teachers of its unit and of those above who are not there yet."""
    held = station.staff.filter(until=None).values("teacher")
    return list(teachers_for(station.unit).exclude(pk__in=held))


def units_to_serve(station: Station) -> list[Unit]:
    """The units whose schools a station could serve: the offices below its own that it does not serve yet."""
    held = set(station.schools.filter(until=None).values_list("unit", flat=True))
    below = (unit for unit in network_offices() if unit.path.startswith(station.place) and unit.path != station.place)
    return [unit for unit in below if unit.pk not in held]


def coaches_for(station: Station, actor: Actor) -> list[Teacher]:
    """For whom `actor` may tell of coaching: everybody of the station for its office, oneself for a teacher of it."""
    staff = [held.teacher for held in station.staff.select_related("teacher").order_by("until", "pk")]
    known = {teacher.pk: teacher for teacher in staff}.values()
    action = "faculty.coach_school"
    return [one for one in known if may(actor, action, at=station.place, owner=one.person_id)]


def coaching_by_id(coaching_id: int, actor: Actor) -> Coaching:
    """A coaching session that `actor` may take back; raises NotFound."""
    rows = Coaching.objects.select_related("school__station__unit", "teacher")
    seen = visible_to(actor, "faculty.coach_school", rows, place="school__station__place", owner="teacher__person")
    found = seen.filter(pk=coaching_id).first()
    if found is None:
        raise NotFound
    return found


def stations_of(teacher: Teacher) -> list[Station]:
    """At which stations a teacher works today."""
    return list(Station.objects.filter(staff__teacher=teacher, staff__until=None).order_by("pk"))


def station_counts() -> dict[str, int]:
    """How many guidance stations there are."""
    return {"guidance_station": Station.objects.count()}
