"""Circulars of the demo city with their receipts, and what its people were told of them and of its orders."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from uuid import NAMESPACE_OID, uuid5

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import retell
from doorstep.core.models import Activity
from doorstep.demo.rules.circulars import (
    CIRCULARS,
    HOME,
    LIST,
    LIST_NAME,
    NEWER,
    REASON,
    REPLACED,
    WITHDRAWN,
    WORDED,
    PlannedCircular,
    answered_after,
)
from doorstep.demo.rules.city import City
from doorstep.directory.models import Unit
from doorstep.notices.models import Circular, CircularReceipt
from doorstep.notices.queries.wording_checks import Words
from doorstep.notices.services.circulars import CircularFacts, issue_circular, withdraw_circular
from doorstep.notices.services.reminders import remind_circulars_due
from doorstep.notices.services.wordings import word_text

TABLES = (
    "notices_circular",
    "notices_circularfile",
    "notices_circularreceipt",
    "notices_message",
    "notices_wording",
)
MORNING, NOON = 9, 11
WITHDRAWN_AFTER = 4  # days


def load_notices(city: City, actor: Actor) -> None:
    """Circulars in every standing with receipts of every kind; then everybody concerned is told, as it happened."""
    for planned in CIRCULARS:
        unit = Unit.objects.filter(kind="county" if planned.county else "city")
        sender = unit.filter(county=planned.county).first() if planned.county else unit.first()
        if sender is not None:
            _send(planned, sender, city.as_of, actor)
    _word(city, actor)
    with clock.frozen(clock.at_local(city.as_of, MORNING)):
        remind_circulars_due(actor=actor)
    rows = Activity.objects.filter(event__in=_TOLD).order_by("at", "id")
    for row in rows:
        with clock.frozen(row.at):
            retell(row)


_TOLD = (
    *(f"classes.order_{step}" for step in "placed accepted countered agreed refused declined withdrawn".split()),
    "classes.order_overdue",
    "classes.order_lapsed",
    "notices.circular_issued",
    "notices.circular_withdrawn",
    "notices.circular_reminded",
)


def _word(city: City, actor: Actor) -> None:
    """The demo county says in its own words that an order came, from before anybody was told."""
    county = Unit.objects.filter(kind="county", county=HOME).first()
    if county is None:
        return
    text, title, body = WORDED
    with clock.frozen(clock.at_local(city.as_of - timedelta(days=400), MORNING)):
        word_text(unit=county, text=text, way="inbox", words=Words(title, body), seen=0, actor=actor)


def _send(planned: PlannedCircular, sender: Unit, as_of: date, actor: Actor) -> None:
    begin = as_of - timedelta(days=planned.age)
    circular = _issued(planned, sender, begin, planned.text, actor)
    if circular is None:
        return
    if planned.ending == REPLACED:
        begin += timedelta(days=2)
        circular = _issued(planned, sender, begin, planned.text + NEWER, actor, circular) or circular
    end = begin + timedelta(days=WITHDRAWN_AFTER)
    _answer(circular, begin, planned.days, min(end, as_of) if planned.ending == WITHDRAWN else as_of)
    if planned.ending == WITHDRAWN:
        with clock.frozen(clock.at_local(end, NOON)):
            withdraw_circular(circular=circular, reason=REASON, actor=actor)


def _issued(
    planned: PlannedCircular, sender: Unit, on: date, text: str, actor: Actor, replaces: Circular | None = None
) -> Circular | None:
    """One version; None where a small city has nobody to send it to."""
    if not Unit.objects.filter(path__startswith=sender.path, kind__in=planned.levels).exclude(pk=sender.pk).exists():
        return None
    count = Circular.objects.filter(unit=sender).values("number").distinct().count() + 1
    facts = CircularFacts(
        number=f"〔{on.year}〕{count}号",
        title=planned.title,
        text=text,
        levels=planned.levels,
        effective_on=on,
        acknowledge_by=on + timedelta(days=planned.days),
    )
    key = uuid5(NAMESPACE_OID, f"{sender.code} {planned.title} {on}")
    with clock.frozen(clock.at_local(on, MORNING)):
        files = [(BytesIO(LIST), LIST_NAME)] if planned is CIRCULARS[0] else []
        return issue_circular(unit=sender, facts=facts, key=key, replaces=replaces, files=files, actor=actor)


def _answer(circular: Circular, begin: date, days: int, until: date) -> None:
    """Some units sign at once, some late, some have only opened it, some have not; all rows in one go."""
    rows = list(circular.receipts.order_by("place"))

    def moment(after: int | None) -> datetime | None:
        day = begin + timedelta(days=after) if after is not None else until
        return clock.at_local(day, NOON) if day < until else None

    for number, row in enumerate(rows):
        opened, signed = answered_after(number, days)
        row.read_at, row.acknowledged_at = moment(opened), moment(signed)
    CircularReceipt.objects.bulk_update(rows, ["read_at", "acknowledged_at"])
