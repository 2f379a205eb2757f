"""Classes and their sessions, for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ninja import Query, Router

from doorstep.bases.queries.places import base_by_id, venues_by_ids
from doorstep.catalogue.queries.courses import courses_visible_to
from doorstep.classes.api.shapes import ClassFilters, ClassIn, ClassOut, SessionIn, SessionOut, class_out, session_out
from doorstep.classes.queries.classes import class_by_id, classes_visible_to, sessions_of, with_standing
from doorstep.classes.queries.hosts import co_hosts
from doorstep.classes.queries.plans import ClassPlan
from doorstep.classes.rules.reception import Needs
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.opening import open_class
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.api import KEY_PARAMETER, Id, Page, page_of, written_once
from doorstep.core.api import words as _
from doorstep.core.errors import NotFound
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import unit_by_id
from doorstep.faculty.queries import teacher_by_id

router = Router(tags=["classes"])


def _session_plan(given: SessionIn, venues: Mapping[int, Any]) -> SessionPlan:
    return SessionPlan(
        title=given.title,
        starts_at=clock.local(given.starts_at),
        ends_at=clock.local(given.ends_at),
        credit_unit=given.credit_unit,
        hours=given.hours,
        base_id=venues[given.venue].base_id if given.venue else None,
        venue_id=given.venue,
        location=given.location,
        pin=(given.pin.lat, given.pin.lng) if given.pin else None,
        township_id=given.pin.township if given.pin else None,
        course_id=given.course,
        teacher_id=given.teacher,
        brings=tuple(given.brings),
    )


def _class_plan(given: ClassIn, actor: Actor) -> ClassPlan:
    """What the body plans; raises NotFound for a base, venue, teacher or course that is not there for the actor."""
    venues = venues_by_ids(s.venue for s in given.sessions if s.venue)
    for teacher_id in {s.teacher for s in given.sessions if s.teacher}:
        teacher_by_id(teacher_id, actor)
    courses = {s.course for s in given.sessions if s.course}
    if courses_visible_to(actor).filter(pk__in=courses).count() < len(courses):
        raise NotFound
    return ClassPlan(
        title=given.title,
        form=given.form,
        capacity=given.capacity,
        sessions=[_session_plan(s, venues) for s in given.sessions],
        base_id=base_by_id(given.base, actor).pk if given.base else None,
        head_id=actor.account_id,
        is_concentrated=given.is_concentrated,
        nominate_by=given.nominate_by,
        note=given.note,
        needs=Needs(0, given.meals, given.beds, given.parking, given.guides),
        seats={row.unit: row.seats for row in given.seats},
    )


@router.get("/classes", response=Page[ClassOut], summary=_("班次列表"))
@view_rule("classes.view_class", kind="list")
def classes(request: DoorstepRequest, filters: Query[ClassFilters]) -> Page[ClassOut]:
    """The classes one may see."""
    wanted: dict[str, Any] = {"standing": filters.status, "year": filters.year, "unit": filters.unit}
    rows = with_standing(classes_visible_to(request.actor)).filter(**{k: v for k, v in wanted.items() if v is not None})
    return page_of(rows.prefetch_related(co_hosts()), filters, lambda found: [class_out(row) for row in found])


@router.post("/classes", response={201: ClassOut}, summary=_("开班"), openapi_extra=KEY_PARAMETER)
@view_rule("classes.open_class", kind="unit")
@written_once(201)
def class_new(request: DoorstepRequest, given: ClassIn) -> ClassOut:
    """Open a class of a unit with its sessions, and hand seats down with it."""
    unit = unit_by_id(given.unit, request.actor)
    plan = _class_plan(given, request.actor)
    opened = open_class(unit=unit, plan=plan, is_draft=given.is_draft, actor=request.actor)
    return class_out(opened)


@router.get("/classes/{int:class_id}", response=ClassOut, summary=_("一个班次"))
@view_rule("classes.view_class", kind="class")
def class_one(request: DoorstepRequest, class_id: Id) -> ClassOut:
    """One class."""
    return class_out(class_by_id(class_id, request.actor))


@router.get("/classes/{int:class_id}/sessions", response=list[SessionOut], summary=_("课次"))
@view_rule("classes.view_class", kind="class")
def class_sessions(request: DoorstepRequest, class_id: Id) -> list[SessionOut]:
    """The sessions of a class in order of time; cancelled ones included."""
    return [session_out(session) for session in sessions_of(class_by_id(class_id, request.actor))]
