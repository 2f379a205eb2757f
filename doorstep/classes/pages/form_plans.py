"""From what a form of a class says to its plan, and back to what the form shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from doorstep.classes.queries.plans import ClassPlan
from doorstep.classes.rules.reception import Needs
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.core.clock import LOCAL_ZONE

if TYPE_CHECKING:
    from doorstep.bases.models import Venue
    from doorstep.catalogue.models import Course


def own_title(plan: SessionPlan, courses: Mapping[int, Course]) -> str:
    """The title of a session where it is not its course's."""
    course = courses.get(plan.course_id or 0)
    return "" if course and course.title == plan.title else plan.title


def brought_by_all(plans: Sequence[SessionPlan]) -> list[int]:
    """What goes out with every one of these sessions."""
    return sorted(set.intersection(*(set(plan.brings) for plan in plans)))


def rows_of(plans: Sequence[SessionPlan], venue_id: int | None, courses: Mapping[int, Course]) -> list[dict[str, Any]]:
    """Sessions as the rows of the form show them; a venue is named where it differs from `venue_id`.

    So is what goes out with some of them and not with all.
    """
    first, always = min(plan.held_on for plan in plans), brought_by_all(plans)
    return [
        {
            "day": (plan.held_on - first).days + 1,
            "starts": plan.starts_at.time(),
            "ends": plan.ends_at.time(),
            "course": plan.course_id,
            "title": own_title(plan, courses),
            "mode": plan.mode,
            "credit_unit": plan.credit_unit,
            "hours": plan.hours or None,
            "teacher": plan.teacher_id,
            "venue": plan.venue_id if plan.venue_id != venue_id else None,
            "brings": [pk for pk in plan.brings if pk not in always],
        }
        for plan in plans
    ]


def session_plan(
    data: dict[str, Any], day: date, venue: Venue | None, place: dict[str, Any], courses: Mapping[int, Course]
) -> SessionPlan:
    """The session that a filled-in row means on `day`; `place` holds what was said of a place that is no base."""
    course = courses.get(data["course"])
    return SessionPlan(
        title=data["title"] or (course.title if course else ""),
        starts_at=datetime.combine(day, data["starts"], tzinfo=LOCAL_ZONE),
        ends_at=datetime.combine(day, data["ends"], tzinfo=LOCAL_ZONE),
        credit_unit=data["credit_unit"],
        hours=data["hours"] or Decimal(0),
        base_id=venue.base_id if venue else None,
        venue_id=venue.pk if venue else None,
        location="" if venue else place["location"],
        pin=None if venue else place["pin"],
        township_id=None if venue else place["township"],
        course_id=course.pk if course else None,
        teacher_id=data["teacher"],
        mode=course.mode if course and course.mode else data["mode"],
        brings=tuple(data.get("brings") or ()),
    )


def class_plan(
    data: dict[str, Any],
    rows: Iterable[dict[str, Any]],
    *,
    venues: Mapping[int, Venue],
    courses: Mapping[int, Course],
    seats: dict[int, int],
    head_id: int | None,
    needs: Needs,
) -> ClassPlan:
    """The class that a filled-in form means."""
    always = data.get("brings") or ()
    sessions = [
        session_plan(
            {**row, "brings": sorted({*always, *(row.get("brings") or ())})},
            data["starts_on"] + timedelta(days=row["day"] - 1),
            venues.get(row["venue"] or data["venue"]),
            data,
            courses,
        )
        for row in rows
    ]
    main = venues.get(data["venue"])
    return ClassPlan(
        title=data["title"],
        form=data["form"],
        capacity=data["capacity"],
        sessions=sessions,
        base_id=main.base_id if main else None,
        head_id=head_id,
        is_concentrated=data["is_concentrated"],
        nominate_by=data["nominate_by"],
        note=data["note"],
        seats=seats,
        needs=needs,
    )
