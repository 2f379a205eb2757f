"""What will be credited once the class is over and its roll is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from doorstep.attendance.queries.evidence import evidence_of, open_sittings_of
from doorstep.core.policies import policies_at
from doorstep.records.queries.policies import KEYS, credit_policy
from doorstep.records.rules import Sitting, hours_earned

if TYPE_CHECKING:
    from doorstep.attendance.queries.evidence import OpenSitting


@dataclass(frozen=True, slots=True)
class PendingLine:
    """A half day that is on an open roll, with the hours it will give if nothing changes."""

    held_on: date
    class_title: str
    session_title: str
    location: str
    state: str
    evidence: str
    hours: Decimal


def pending_of(person_id: int) -> list[PendingLine]:
    """A person's half days in classes that are not over, newest first; days share their ceiling among them."""
    sittings = open_sittings_of(person_id)
    words = evidence_of(person_id, [sitting.session.pk for sitting in sittings])
    lines = []
    for _, day in groupby(sorted(sittings, key=lambda s: s.session.starts_at), lambda s: s.session.held_on):
        held = list(day)
        credits = hours_earned([(_sitting(one), _policy(one)) for one in held])
        for one, credit in zip(held, credits, strict=True):
            lines.append(_line(one, words.get(one.session.pk, ""), credit.hours))
    return lines[::-1]


def _sitting(one: OpenSitting) -> Sitting:
    unit = cast(Any, one.session.credit_unit)
    return Sitting(one.session.pk, unit, one.session.hours, cast(Any, one.state))


def _policy(one: OpenSitting) -> Any:
    return credit_policy(policies_at(KEYS, on=one.session.held_on, place=one.session.training_class.place))


def _line(one: OpenSitting, evidence: str, hours: Decimal) -> PendingLine:
    session = one.session
    where = session.base.name if session.base else session.where
    return PendingLine(session.held_on, session.training_class.title, session.title, where, one.state, evidence, hours)
