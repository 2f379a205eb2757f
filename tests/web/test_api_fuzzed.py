"""Whatever is sent to the doors for machines, drawn from their own description or against it, is answered."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from doorstep.core import clock
from doorstep.directory.services.accounts import issue_token
from tests.cast import Cast
from tests.factories.classes import make_base, make_class
from tests.factories.fuzzing import SCHEMA, SIGNS, body_of, both_ways, drawn, spoilt
from tests.factories.messages import given_message
from tests.factories.orders import make_order, package_at
from tests.factories.reservations import reserve

EXAMPLES = 25  # of each operation and way of drawing
# Arrivals are answered before Django; their door has a test of its own.
OPERATIONS = [
    operation
    for found in SCHEMA.get_all_operations()
    if (operation := found.ok()) and not (operation.method == "post" and "/check-ins" in operation.path)
]

Numbers = dict[str, list[int]]


@pytest.fixture
def numbers(cast: Cast) -> Numbers:
    """Numbers of things that are there, by the name of the parameter that takes them."""
    training_class = make_class(cast.unit("huotong"))
    room = make_base(cast.unit("huotong")).venues.get()
    booked = reserve(cast.unit("kengtou"), room, clock.today() + timedelta(days=9))
    package = package_at(make_base(cast.unit("huotong"), name="坑头村教学点"))
    asked = [make_order(cast.unit("kengtou"), package), make_order(cast.unit("shiqiao"), package)]
    return {
        "order_id": [one.pk for one in asked],
        "message_id": [given_message(cast.accounts["city"])[0].pk],
        "class_id": [training_class.pk],
        "unit_id": [cast.unit(name).pk for name in ("ningde", "huotong", "kengtou")],
        "reservation_id": [one.pk for one in booked],
        "person_id": [person.pk for person in cast.people.values()],
    }


def address_of(case: Case, numbers: Numbers, draw: Callable[[Any], Any]) -> str:
    """The address of a case; its numbers are often those of something that is there, so that more than 404 is met."""
    drawn = case.path_parameters or {}

    def part(found: re.Match[str]) -> str:
        value = draw(st.sampled_from([*numbers.get(found[1], []), drawn.get(found[1], 0)]))
        return quote(str(value), safe="", errors="replace")

    return re.sub(r"{(\w+)}", part, case.path)


@pytest.mark.django_db
@both_ways
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_call_breaks_a_door(operation: Any, mode: GenerationMode, cast: Cast, numbers: Numbers) -> None:
    secret = issue_token(account=cast.accounts["city"], name="x", scopes=[], days=3, actor=cast.actor("city"))[1]
    client, seen = Client(), set[int]()

    @drawn(EXAMPLES)
    @given(case=operation.as_strategy(generation_mode=mode), sign=st.sampled_from(SIGNS), data=st.data())
    def call(case: Case, sign: str, data: st.DataObject) -> None:
        cache.clear()
        answer = client.generic(
            case.method,
            address_of(case, numbers, data.draw),
            body_of(case.body, sign),
            "application/json",
            query_params=spoilt({k: str(v) for k, v in (case.query or {}).items()}, sign.replace("\ud800", "")),
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": str(uuid.uuid4())},
        )
        seen.add(answer.status_code)
        assert answer.status_code < 500, answer.content
        if answer.status_code >= 400:
            assert {"code", "text"} <= answer.json().keys()

    call()
    if operation.method == "get" and mode is GenerationMode.POSITIVE and "{task_id}" not in operation.path:
        assert 200 in seen, "never got further than a refusal"
