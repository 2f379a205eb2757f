"""Whatever is sent to the doors for machines, drawn from their own description or against it, is answered."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from doorstep.directory.services.accounts import issue_token
from doorstep.web.api import described
from tests.cast import Cast
from tests.factories.classes import make_class

EXAMPLES = 25  # of each operation and way of drawing
# Arrivals are answered before Django; their door has a test of its own.
OPERATIONS = [
    operation
    for found in schemathesis.openapi.from_dict(described()).get_all_operations()
    if (operation := found.ok()) and not (operation.method == "post" and "/check-ins" in operation.path)
]
# What neither a database nor a header can hold, and what only looks like another sign.
SIGNS = ("", "\x00", "\ud800", "𬇙", "'", "\u202e", "9" * 40)

Numbers = dict[str, list[int]]


@pytest.fixture
def numbers(cast: Cast) -> Numbers:
    """Numbers of things that are there, by the name of the parameter that takes them."""
    training_class = make_class(cast.unit("huotong"))
    return {
        "class_id": [training_class.pk],
        "unit_id": [cast.unit(name).pk for name in ("ningde", "huotong", "kengtou")],
        "person_id": [person.pk for person in cast.people.values()],
    }


def spoilt(value: Any, sign: str) -> Any:
    """The same value with the sign at the end of each text in it."""
    if isinstance(value, str):
        return value + sign
    if isinstance(value, list):
        return [spoilt(part, sign) for part in value]
    return {key: spoilt(part, sign) for key, part in value.items()} if isinstance(value, dict) else value


def address_of(case: Case, numbers: Numbers, draw: Callable[[Any], Any]) -> str:
    """The address of a case; its numbers are often those of something that is there, so that more than 404 is met."""
    drawn = case.path_parameters or {}

    def part(found: re.Match[str]) -> str:
        value = draw(st.sampled_from([*numbers.get(found[1], []), drawn.get(found[1], 0)]))
        return quote(str(value), safe="", errors="replace")

    return re.sub(r"{(\w+)}", part, case.path)


def body_of(case: Case, sign: str) -> bytes:
    """What is sent, as JSON wherever it can be written so."""
    if not isinstance(case.body, (dict, list, str, int, float, bool, type(None))):
        return b""
    try:
        return json.dumps(spoilt(case.body, sign)).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError):
        return b"{"


@pytest.mark.django_db
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: str(mode.value))
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_call_breaks_a_door(operation: Any, mode: GenerationMode, cast: Cast, numbers: Numbers) -> None:
    secret = issue_token(account=cast.accounts["city"], name="x", scopes=[], days=3, actor=cast.actor("city"))[1]
    client, seen = Client(), set[int]()

    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), sign=st.sampled_from(SIGNS), data=st.data())
    def call(case: Case, sign: str, data: st.DataObject) -> None:
        cache.clear()
        answer = client.generic(
            case.method,
            address_of(case, numbers, data.draw),
            body_of(case, sign),
            "application/json",
            query_params=spoilt({k: str(v) for k, v in (case.query or {}).items()}, sign.replace("\ud800", "")),
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": str(uuid.uuid4())},
        )
        seen.add(answer.status_code)
        assert answer.status_code < 500, answer.content
        if answer.status_code >= 400:
            assert {"code", "text"} <= answer.json().keys()

    call()
    assert seen
