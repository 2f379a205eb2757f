"""Whatever is sent to the API, the fault is never ours: requests made up from its own description."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorstep.attendance.api.door import BULK, SINGLE, CheckInDoor
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.people import nominate
from doorstep.directory.services.accounts import issue_token
from doorstep.web.api import described
from tests.cast import Cast
from tests.factories.classes import make_base, make_class
from tests.factories.loops import waited

DOCUMENT = json.loads(json.dumps(described(), cls=DjangoJSONEncoder))
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
# Requests for each operation; more by name.
CASES = int(os.environ.get("DOORSTEP_FUZZ", "30"))
SOON = datetime(2026, 12, 1)  # noqa: DTZ001 - the zone is written behind it
# What people, scripts and attackers send instead of what is asked for.
NASTY = st.sampled_from(
    [
        None, True, 0, -1, 2**31, 2**63 - 1, 2**63, 10**30, 1.5, 1e308, "", " ", "\0", "a\0b", "\ud800", "𬇙", "١٢",
        "null", "0x1", "1e3", "-0", "2026-02-30", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00", "2026-11-23T12:00:00", "2026-11-23T25:00:00Z", "NaN", "Infinity", "' OR 1=1 --",
        "%", "../..", "<b>", "x" * 5000, [], [[]], {}, {"$ref": "#"}, {"": None},
    ]
)  # fmt: skip
KEYS = st.sampled_from(["", "k", "x" * 81, "00000000-0000-0000-0000-000000000001"])
ANYTHING = st.recursive(
    NASTY | st.text(max_size=20) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


Ids = dict[str, list[int]]
# What a number is called where it names something that is there.
NAMED = {
    **dict.fromkeys(("unit", "unit_id", "parent"), "unit"),
    **dict.fromkeys(("person", "person_id", "people", "by"), "person"),
    **dict.fromkeys(("class", "class_id"), "class"),
    "session": "session",
    "venue": "venue",
}


def _number(name: str, ids: Ids) -> st.SearchStrategy[int]:
    """Mostly the number of something there is, where the name asks for one."""
    there = st.sampled_from(ids[NAMED[name]]) if name in NAMED else st.integers(1, 40)
    return st.integers(0, 3).flatmap(lambda dice: st.integers(-2, 3000) if dice == 3 else there)


def _moment(name: str) -> st.SearchStrategy[datetime]:
    """Mostly a morning to begin at and an afternoon to end at, now and then any time there ever was."""
    noon = SOON + timedelta(hours=4)
    likely = st.datetimes(noon, noon + timedelta(hours=4)) if name == "ends_at" else st.datetimes(SOON, noon)
    return st.integers(0, 5).flatmap(lambda dice: st.datetimes() if dice == 5 else likely)


def _like(schema: dict[str, Any], ids: Ids, name: str = "") -> st.SearchStrategy[Any]:
    """Mostly what the schema asks for under this name, now and then something else."""
    schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    if "anyOf" in schema:
        honest = st.one_of([_like(part, ids, name) for part in schema["anyOf"]])
    elif "enum" in schema or "const" in schema:
        honest = st.sampled_from(schema.get("enum") or [schema["const"]])
    elif schema.get("type") == "object":
        wanted = schema.get("required", [])
        fields = {name: _like(part, ids, name) for name, part in schema.get("properties", {}).items()}
        must = {name: one for name, one in fields.items() if name in wanted}
        honest = st.fixed_dictionaries(must, optional={n: one for n, one in fields.items() if n not in wanted})
    elif schema.get("type") == "array":
        honest = st.lists(_like(schema.get("items", {}), ids, name), min_size=schema.get("minItems", 0), max_size=4)
    elif schema.get("type") in ("integer", "number"):
        honest = _number(name, ids)
    elif schema.get("type") == "boolean":
        honest = st.booleans()
    elif schema.get("format") == "date-time":
        honest = _moment(name).map(lambda moment: moment.isoformat() + "Z")
    elif schema.get("format") == "date":
        honest = st.dates().map(str)
    else:
        honest = st.text(min_size=schema.get("minLength", 0), max_size=30)
    return st.integers(0, 19).flatmap(lambda dice: ANYTHING if dice == 19 else honest)


@dataclass
class Machine:
    """A script with a token."""

    secret: str
    ids: Ids
    door: CheckInDoor
    client: Client

    def send(self, method: str, path: str, query: str, body: bytes, key: str) -> int:
        """The status of an answer; machines are answered in JSON, whatever they sent."""
        if method == "POST" and path in (SINGLE, BULK):
            return self._at_the_door(path, body, key)
        headers = {"Authorization": f"Bearer {self.secret}", **({"Idempotency-Key": key} if key else {})}
        answer = self.client.generic(method, path, body, "application/json", headers=headers, QUERY_STRING=query)
        assert answer["Content-Type"].startswith("application/json"), answer.content[:200]
        json.loads(answer.content)
        return answer.status_code

    def _at_the_door(self, path: str, body: bytes, key: str) -> int:
        answered = self.door.answer(path, authorization=f"Bearer {self.secret}", key=key, body=body)
        status, said = waited(answered)
        json.loads(said)
        return status


@pytest.fixture
def machine(cast_committed: Cast) -> Iterator[Machine]:
    """A township's script, and a class to try things on."""
    cast = cast_committed
    opened = make_class(cast.unit("huotong"))
    account, actor = cast.accounts["township"], cast.actor("township")
    put_in = nominees([cast.person(name).pk for name in ("林秀珍", "黄德旺")])
    nominate(training_class=opened, people=put_in, actor=actor)
    secret = issue_token(account=account, name="x", scopes=[], days=1, actor=actor)[1]
    ids = {
        "class": [opened.pk],
        "session": [session.pk for session in opened.sessions.all()],
        "unit": [cast.unit("huotong").pk, cast.unit("kengtou").pk],
        "person": [cast.person(name).pk for name in ("林秀珍", "黄德旺", "陈国梁", "雷金妹")],
        "venue": [make_base(cast.unit("huotong")).venues.get().pk],
    }

    door = CheckInDoor()
    yield Machine(secret, ids, door, Client(raise_request_exception=False))
    door.close()


def _in_an_address(name: str, ids: Ids) -> st.SearchStrategy[Any]:
    """What stands in an address for a number of this name."""
    odd = st.integers(0, 10**25) | st.just("x")
    return st.integers(0, 9).flatmap(lambda dice: odd if dice == 9 else _number(name, ids))


def _drawn_path(path: str, ids: Ids, data: st.DataObject) -> str:
    while "{" in path:
        before, rest = path.split("{", 1)
        name, after = rest.split("}", 1)
        path = f"{before}{data.draw(_in_an_address(name, ids), label=name)}{after}"
    return path


def _drawn_query(operation: dict[str, Any], ids: Ids, data: st.DataObject) -> str:
    parts = []
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query" and data.draw(st.booleans()):
            value = data.draw(_like(parameter["schema"], ids, parameter["name"]), label=parameter["name"])
            parts.append(f"{parameter['name']}={quote(str(value), errors='surrogatepass')}")
    return "&".join(parts)


def _drawn_body(operation: dict[str, Any], ids: Ids, data: st.DataObject) -> bytes:
    if "requestBody" not in operation:
        return b""
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    raw = st.sampled_from([b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 5_000, b"NaN", b"null", b'"x"'])
    whole = _like(schema, ids).map(lambda body: json.dumps(body).encode())
    return data.draw(st.integers(0, 19).flatmap(lambda dice: raw if dice == 19 else whole), label="body")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one[0]} {one[1]}")
def test_nothing_that_is_sent_is_our_fault(operation: tuple[str, str, dict[str, Any]], machine: Machine) -> None:
    method, path, described_as = operation

    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(data=st.data())
    def send(data: st.DataObject) -> None:
        address = _drawn_path(path, machine.ids, data)
        query = _drawn_query(described_as, machine.ids, data)
        body = _drawn_body(described_as, machine.ids, data)
        key = data.draw(st.integers(0, 5).flatmap(lambda dice: KEYS if dice == 5 else st.uuids().map(str)))
        assert machine.send(method, address, query, body, key) < 500

    send()
