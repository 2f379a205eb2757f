"""The description of the API is true: what is refused is declared, and its body fits the schema."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client

from doorstep.attendance.api.door import BULK, SINGLE, CheckInDoor
from doorstep.directory.services.accounts import issue_token
from doorstep.web.api import described
from tests.cast import Cast
from tests.factories.loops import waited

DOCUMENT = json.loads(json.dumps(described(), cls=DjangoJSONEncoder))
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
REFUSALS = {"401", "403", "404", "409", "413", "422", "503"}
NOBODYS = {"task_id": str(uuid.UUID(int=0))}
Said = tuple[int, Any]


@pytest.fixture
def door() -> Iterator[CheckInDoor]:
    """A door of its own."""
    made = CheckInDoor()
    yield made
    made.close()


def ask(door: CheckInDoor, method: str, path: str, body: bytes, *, secret: str, query: str = "") -> Said:
    key = str(uuid.uuid4())
    if method == "POST" and path in (SINGLE, BULK):
        authorization = f"Bearer {secret}" if secret else ""
        status, said = waited(door.answer(path, authorization=authorization, key=key, body=body))
        return status, json.loads(said)
    headers = {"Idempotency-Key": key, **({"Authorization": f"Bearer {secret}"} if secret else {})}
    client = Client(enforce_csrf_checks=True)
    answer = client.generic(method, path, body, "application/json", headers=headers, QUERY_STRING=query)
    return answer.status_code, answer.json()


def fits(operation: dict[str, Any], status: int, said: Any) -> None:
    """The status is declared and the body is as its schema says, no field more."""
    schema = operation["responses"][str(status)]["content"]["application/json"]["schema"]
    whole = {**schema, "components": DOCUMENT["components"]}
    jsonschema_rs.validate(whole, said)
    assert said.keys() <= {"code", "text", "params", "fields"}
    assert re.search("[\u4e00-\u9fff]", said["text"])
    for field in said.get("fields", []):
        assert not re.search("[a-z]{4,} [a-z]{2,}", field["text"]), field
        assert field["field"].split(".")[0] not in ("given", "filters", "query", "path")


def test_every_operation_declares_every_refusal() -> None:
    for method, path, operation in OPERATIONS:
        assert operation["responses"].keys() >= REFUSALS, (method, path)
    assert len(OPERATIONS) >= 30


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one[0]} {one[1]}")
def test_what_an_operation_refuses_is_declared(
    operation: tuple[str, str, dict[str, Any]], cast_committed: Cast, door: CheckInDoor
) -> None:
    method, path, described_as = operation
    cast = cast_committed
    secret = issue_token(account=cast.accounts["city"], name="x", scopes=[], days=1, actor=cast.actor("city"))[1]
    address = re.sub(r"{(\w+)}", lambda found: NOBODYS.get(found[1], "999999999"), path)
    status, said = ask(door, method, address, b"{}", secret="")
    assert (status, said["code"]) == (401, "token_refused")
    fits(described_as, status, said)
    if "requestBody" in described_as:
        for body in (b"{", b"[]", b"{}", b'{"people": ["x"], "unit": "x", "arrivals": 1}'):
            status, said = ask(door, method, address, body, secret=secret)
            if status in (404, 422):
                fits(described_as, status, said)
            if body == b"{":
                assert status == 422
    elif "{" not in path and any(one["in"] == "query" for one in described_as.get("parameters", [])):
        status, said = ask(door, method, address, b"", secret=secret, query="limit=x&after=%00")
        assert (status, said["code"]) == (422, "unreadable")
        fits(described_as, status, said)
    if "{" in path and method == "GET":
        status, said = ask(door, method, address, b"", secret=secret)
        assert (status, said["code"]) == (404, "not_found")
        fits(described_as, status, said)
