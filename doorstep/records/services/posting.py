"""How closed rolls become lines of the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from django.db import connection, transaction

from doorstep.attendance.queries.sittings import SittingRow, sittings_sharing_days
from doorstep.classes.queries.classes import place_of_class
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.core.policies import PolicyValue, policies_at
from doorstep.directory.queries import home_units, units_by_ids
from doorstep.records.events import CreditPosted
from doorstep.records.models import Posting
from doorstep.records.queries.policies import KEYS, SHARES, credit_policy
from doorstep.records.rules import Booked, Credit, Sitting, Step, hours_earned, lines_towards

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

_LEDGER = 0x6C656467  # one writer of the ledger at a time: days are shared between classes
Policies = dict[tuple[date, str], dict[str, PolicyValue]]


@transaction.atomic
def post_credit(*, training_class_id: int, person_ids: Collection[int] | None = None, actor: Actor) -> int:
    """Bring the ledger to what the closed rolls say for a class's people on its days; return the lines written.

    Run again it writes nothing. Hours that changed are reversed and credited anew; lines already there stay as
    they were. `person_ids` narrows to some people of the class.
    """
    require(actor, "records.post_credit", at=place_of_class(training_class_id)[0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LEDGER])
    rows = sittings_sharing_days(training_class_id, person_ids)
    lines = list(_missing_lines(rows, actor))
    Posting.objects.bulk_create(lines, batch_size=2000)
    whole_class = person_ids is None
    for class_id, written in groupby(sorted(lines, key=_class_of), _class_of):
        _tell(class_id, list(written), whole_class=whole_class, actor=actor)
    return len(lines)


def _class_of(line: Posting) -> int:
    return line.training_class_id


def _tell(class_id: int, lines: list[Posting], *, whole_class: bool, actor: Actor) -> None:
    """Record what was posted: once for a class, or once a person when only some people were looked at."""
    place, county = place_of_class(class_id)
    people: list[int | None] = [None] if whole_class else [*sorted({line.person_id for line in lines})]
    for person_id in people:
        of_person = [line for line in lines if person_id in (None, line.person_id)]
        hours = sum((line.hours for line in of_person), Decimal(0))
        record(
            CreditPosted(class_id, person_id),
            actor=actor,
            place=place,
            county=county,
            subject=("class", class_id),
            detail={"lines": len(of_person), "hours": str(hours)},
        )


def _missing_lines(rows: list[SittingRow], actor: Actor) -> Iterator[Posting]:
    """The lines that are missing from the ledger for these sittings, person by person and day by day."""
    policies = _policies_of(rows)
    booked = _booked(rows)
    homes = _homes_of(rows)
    now = clock.now()
    for _, day in groupby(rows, lambda row: (row.person_id, row.held_on)):
        sittings = list(day)
        earned = hours_earned([(_sitting(r), credit_policy(policies[r.held_on, r.place])) for r in sittings])
        for row, credit in zip(sittings, earned, strict=True):
            live, last = booked.get((row.session_id, row.person_id), (None, Booked(Decimal(0), 0)))
            for step in lines_towards(credit.hours, last):
                if step.kind == "reversal" and live is not None:
                    yield _reversal(live, step, now, actor)
                else:
                    unit = homes[row.person_id, row.held_on]
                    yield _credit(row, credit, step, unit, policies[row.held_on, row.place], now, actor)


def _sitting(row: SittingRow) -> Sitting:
    return Sitting(
        row.session_id,
        cast(Any, row.credit_unit),
        row.hours,
        cast(Any, row.state),
        row.is_withdrawn,
    )


def _policies_of(rows: Iterable[SittingRow]) -> Policies:
    pairs = sorted({(row.held_on, row.place) for row in rows})
    return {(day, place): policies_at(KEYS, on=day, place=place) for day, place in pairs}


def _booked(rows: list[SittingRow]) -> dict[tuple[int, int], tuple[Posting | None, Booked]]:
    """Per session and person: the last credit line and what stands of it."""
    sums: dict[tuple[int, int], tuple[Posting | None, Booked]] = {}
    lines = Posting.objects.filter(
        session_id__in={row.session_id for row in rows}, person_id__in={row.person_id for row in rows}
    ).order_by("revision", "kind")
    for line in lines:
        live, before = sums.get((line.session_id, line.person_id), (None, Booked(Decimal(0), 0)))
        live = line if line.kind == Posting.Kind.CREDIT else live
        sums[line.session_id, line.person_id] = (live, Booked(before.hours + line.hours, line.revision))
    return sums


def _homes_of(rows: list[SittingRow]) -> dict[tuple[int, date], Unit]:
    """The unit of each person on each day: the primary one, or for people without one the unit that enrolled them."""
    homes: dict[tuple[int, date], Unit] = {}
    for day in sorted({row.held_on for row in rows}):
        people = {row.person_id for row in rows if row.held_on == day}
        homes |= {(person_id, day): unit for person_id, unit in home_units(people, day).items()}
    strangers = [row for row in rows if (row.person_id, row.held_on) not in homes and row.enrolled_unit_id]
    if strangers:
        enrolling = units_by_ids({row.enrolled_unit_id for row in strangers if row.enrolled_unit_id})
        homes |= {(row.person_id, row.held_on): enrolling[row.enrolled_unit_id or 0] for row in strangers}
    return homes


def _credit(
    row: SittingRow,
    credit: Credit,
    step: Step,
    unit: Unit,
    values: dict[str, PolicyValue],
    now: datetime,
    actor: Actor,
) -> Posting:
    """The line that gives the hours of a sitting, with the policies it rests on and the terms of its sum."""
    rate = values["credit.half_day" if row.credit_unit == "half_day" else "credit.per_hour"]
    share = values.get(SHARES.get(row.state, ""))
    named = [value.reference for value in (rate, values["credit.day_max"], share) if value]
    return Posting(
        county=unit.county,
        year=row.held_on.year,
        person_id=row.person_id,
        unit=unit,
        session_id=row.session_id,
        training_class_id=row.training_class_id,
        earned_on=row.held_on,
        hours=step.hours,
        kind=step.kind,
        revision=step.revision,
        is_concentrated=row.is_concentrated,
        policies=" ".join(named),
        explanation={
            "part": row.part,
            "state": row.state,
            "unit": row.credit_unit,
            "rate": rate.value,
            "times": str(row.hours.normalize()) if row.credit_unit == "hour" else "1",
            "share": share.value if share else "1",
            "value": str(credit.value),
            "before": str(credit.before),
            "day_max": values["credit.day_max"].value,
        },
        posted_at=now,
        account_id=actor.account_id,
    )


def _reversal(live: Posting, step: Step, now: datetime, actor: Actor) -> Posting:
    """The line that takes `live` back, in the same unit, year and revision."""
    return Posting(
        county=live.county,
        year=live.year,
        person_id=live.person_id,
        unit_id=live.unit_id,
        session_id=live.session_id,
        training_class_id=live.training_class_id,
        earned_on=live.earned_on,
        hours=step.hours,
        kind=step.kind,
        revision=step.revision,
        is_concentrated=live.is_concentrated,
        policies=live.policies,
        explanation={"part": live.explanation.get("part", ""), "reverses": str(live.hours)},
        posted_at=now,
        account_id=actor.account_id,
    )
