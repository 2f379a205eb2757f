"""Who gives what was ordered: asked when it is taken on, kept until another day is agreed to, let go otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from doorstep.classes.models import Order
from doorstep.classes.queries.order_lecturers import teachers_chosen
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.locking import lock_codes
from doorstep.classes.services.order_refusals import NoLecturerFree
from doorstep.core.actors import system_actor
from doorstep.faculty.queries.engagements import DECLINED, LIVING, statuses_of
from doorstep.faculty.services.engagements import keep_engagements

if TYPE_CHECKING:
    from doorstep.core.actors import Actor
    from doorstep.faculty.rules.engaging import Ask


def with_teachers(
    order: Order, sessions: Sequence[SessionPlan], *, teacher_id: int | None = None, kept: Mapping[int, int] | None
) -> list[SessionPlan]:
    """The sessions of an order with who gives them: the one who is named, who was kept, else the nearest who is free.

    Where the day was promised, `kept` is given, and what nobody can give stays open for the provider to fill.
    Raises NoLecturerFree.
    """
    if teacher_id is not None:
        return [replace(plan, teacher_id=teacher_id) for plan in sessions]
    given = dict(kept or {})
    chosen = _chosen(order, sessions, without=_declined(order), may_lack=kept is not None)
    given = {number: ask.teacher_id for number, ask in chosen.items()} | given
    return [replace(plan, teacher_id=given.get(number)) for number, plan in enumerate(sessions)]


def can_be_given(order: Order, sessions: Sequence[SessionPlan]) -> bool:
    """Whether somebody of those its courses name is free for each of the sessions of an order."""
    return all(teachers_chosen(order, sessions, _declined(order)).values())


def keep_teachers(order: Order, sessions: Sequence[SessionPlan], title: str, actor: Actor) -> None:
    """Ask those who give a locked order under a title, so that nobody else has them then.

    Raises NoLecturerFree, TeacherTaken and the like where somebody was quicker.
    """
    group = kept_under(order)
    asks = [
        replace(ask, key=f"{group}:{number}", title=title, where=sessions[number].location)
        for number, ask in _chosen(order, sessions).items()
    ]
    _let(order, asks, actor)


def _chosen(
    order: Order, sessions: Sequence[SessionPlan], *, without: Collection[int] = (), may_lack: bool = False
) -> dict[int, Ask]:
    """Who gives each session; a lesson that is brought to a door is nothing without somebody who brings it."""
    found = teachers_chosen(order, sessions, without)
    lacking = [sessions[number] for number, ask in found.items() if ask is None]
    if not may_lack and any(plan.base_id is None for plan in lacking):
        raise NoLecturerFree
    return {number: ask for number, ask in found.items() if ask}


def teachers_kept(order: Order) -> dict[int, int]:
    """number of a session -> the teacher who is kept for it, without those who have said no meanwhile."""
    rows = statuses_of(kept_under(order)).items()
    return {int(key.rpartition(":")[2]): row.teacher_id for key, row in rows if row.status in LIVING}


def _declined(order: Order) -> set[int]:
    return {row.teacher_id for row in statuses_of(kept_under(order)).values() if row.status == DECLINED}


def drop_teachers(order: Order) -> None:
    """Let those go who are kept for a locked order, if anybody is."""
    if teachers_kept(order):
        lock_codes(order.provider_id)  # who opens a class of the provider locks them before its teachers
        _let(order, [], system_actor("classes.drop_kept"))


def _let(order: Order, asks: Sequence[Ask], actor: Actor) -> None:
    place, county = order.provider.path, order.provider.county
    keep_engagements(group=kept_under(order), asks=asks, place=place, county=county, actor=actor)


def kept_under(order: Order) -> str:
    """Under which name teachers are asked for an order that is not a class yet."""
    return f"order:{order.pk}"
