"""Every address times every method as a cell of the matrix: what should be answered, and what is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import md5
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from doorstep.core.views import ViewRule, rule_of
from doorstep.web.api import operation_rules
from tests.house.matrix.oracle import Need, Who, all_allowed, allowed
from tests.house.matrix.things import Thing, besides, bodies, things
from tests.house.matrix.world import Seat, World

ANYBODY_ELSE = "anonymous"
# Where an allowed person may still find nothing: the object has no map, no file, nothing to show.
MAY_BE_EMPTY = {
    "coverage:map",
    "directory:import_workbook",
    "core:task_file",
    "bases:evidence_file",
    "classes:photo_file",
    "classes:contract_file",
    "notices:circular_file",
    "bases:regulation_file",
    "catalogue:case_file",
    "catalogue:contest_file",
    "catalogue:edition_file",
    "faculty:own_absence",
}


KEY = {"Idempotency-Key": "once"}

# People are put forward from the unit asked for, besides from one's own.
CHOSEN = ViewRule("classes.nominate", "chosen_unit", public=False)


@dataclass(frozen=True)
class Door:
    """One address and one method with its rule; `rule` is None when nobody declared one."""

    name: str
    method: str
    route: str
    rule: ViewRule | None
    module: str = ""  # where the view stands, such as classes.pages.leave

    def __str__(self) -> str:
        return f"{self.method} {self.route}"

    @property
    def action(self) -> str:
        """The action this method needs."""
        rule = self.rule
        assert rule is not None
        return rule.post if self.method == "POST" and rule.post else rule.action

    @property
    def is_api(self) -> bool:
        """True for the doors for machines."""
        return self.route.startswith("api/")


def _patterns(resolver: Any, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route, entry.namespace or space)
        else:
            yield f"{space}:{entry.name}", route, entry


@cache
def all_doors() -> tuple[Door, ...]:
    """Every pattern times GET and POST; API patterns times the methods of their operations."""
    rules = operation_rules()
    doors: dict[tuple[str, str], Door] = {}
    for name, route, pattern in _patterns(get_resolver()):
        address = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
        methods = [method for method, known in rules if known == address]
        for method in methods or ("GET", "POST"):
            own = address if methods else name
            rule = rules.get((method, address)) or rule_of(pattern.callback)
            module = str(getattr(pattern.callback, "__module__", "")).removeprefix("doorstep.")
            doors[method, route] = Door(own, method, route, rule, module)
    nominate = next(door for door in doors.values() if door.name == "classes:nominate")
    chosen = Door(nominate.name, "GET", f"{nominate.route}?unit=<unit_id>", CHOSEN, nominate.module)
    return (*doors.values(), chosen)


TABLES = [m._meta.db_table for m in apps.get_models() if m.__module__.startswith("doorstep.")]
_WRITTEN = " + ".join(f"sum(pg_stat_get_xact_tuples_{done}(t))" for done in ("inserted", "updated", "deleted"))


def _one(sql: str, params: Any = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
    return row[0] if row else None


@cache
def _table_ids() -> list[int]:
    return list(_one("SELECT array_agg(t::regclass::oid::bigint) FROM unnest(%s::text[]) t", [TABLES]))


def rows_written() -> int:
    """How many rows of the product this transaction has written so far, given up ones included."""
    return int(_one(f"SELECT {_WRITTEN} FROM unnest(%s::oid[]) t", [_table_ids()]) or 0)


def digest() -> str:
    """A digest of every row of the product; in which order the tables come is the planner's own affair."""
    every = [f"SELECT '{table}', string_agg(t::text, chr(10) ORDER BY t::text) FROM {table} t" for table in TABLES]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")  # helpers would lock each table once more
        cursor.execute(" UNION ALL ".join(f"({sql})" for sql in every))
        return md5(repr(sorted(cursor.fetchall())).encode()).hexdigest()


class Matrix:
    """The world with its objects; asks one door as one person at a time, and takes everything back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.things: dict[str, Thing] = things(world)
        self.bodies, self.besides = bodies(world), besides(world)
        # Refusals as JSON: the same decision without drawing a page for each.
        self.client = Client(raise_request_exception=False, headers={"Accept": "application/json"})
        self.untouched = digest()
        self.written = rows_written()
        self.drawn: set[tuple[Door, str]] = set()

    @cached_property
    def seats(self) -> list[Seat | None]:
        """Everybody, and None for nobody signed in."""
        return [*self.world.seats, None]

    def thing(self, door: Door) -> Thing:
        """The object an address names."""
        assert door.rule is not None, f"{door}: no rule; put @view_rule(action, kind=...) on the view"
        assert door.rule.kind in self.things, f"{door}: kind {door.rule.kind!r} is not in tests/house/matrix/things.py"
        return self.things[door.rule.kind]

    def address(self, door: Door) -> str:
        """The address with the object's values in it."""
        path = "/" + door.route.replace("^.+$", "nowhere")
        while "<" in path:
            before, rest = path.split("<", 1)
            parameter, after = rest.split(">", 1)
            name = parameter.split(":")[-1]
            values = self.thing(door).values
            assert name in values, f"{door}: kind {door.rule.kind if door.rule else ''} has no value for {name}"
            path = f"{before}{values[name]}{after}"
        return path

    def ask(self, door: Door, seat: Seat | None) -> tuple[int, bool]:
        """The status answered, and whether the database is as it was; afterwards it is in any case."""
        self.client.cookies.clear()
        if seat is not None:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = seat.session
        body: Any = self.bodies.get(door.name, {}) if door.method == "POST" else None
        before, point = self.written, transaction.savepoint()
        if door.method == "GET":
            answer = self._read(door, seat)
        elif door.is_api:
            answer = self.client.post(self.address(door), json.dumps(body), "application/json", headers=KEY)
        else:
            answer = self.client.post(self.address(door), body)
        # Only a reading or a refusal must leave all as it was; a digest of everything is dear.
        must_be_same = door.method == "GET" or answer.status_code in (401, 403, 404)
        self.written = rows_written()
        is_same = self.written == before or must_be_same and digest() == self.untouched
        transaction.savepoint_rollback(point)
        connection.needs_rollback = False
        location = answer.headers.get("Location", "")
        # Whoever signs out is sent there too.
        signs_out = seat is not None and door.name == "directory:sign_out"
        to_sign_in = location.startswith(settings.LOGIN_URL) and not signs_out
        return (401 if to_sign_in else answer.status_code), is_same

    def _read(self, door: Door, seat: Seat | None) -> Any:
        """The answer to a GET; the page is drawn once for each role, for it decides nothing and costs the most."""
        role = seat.who.name.partition("@")[0] if seat else ANYBODY_ELSE
        with pytest.MonkeyPatch.context() as patch:
            if (door, role) in self.drawn:
                patch.setattr(Template, "render", lambda *_args: SafeString())
            answer = self.client.get(self.address(door))
        if answer.status_code == 200:
            self.drawn.add((door, role))
        return answer

    def answers(self, door: Door) -> bool:
        """False when the address does not know the method at all."""
        return self.ask(door, self.world.seats[0])[0] != 405

    def problem(self, door: Door, seat: Seat | None) -> str:
        """What is wrong with one cell, or nothing."""
        status, is_same = self.ask(door, seat)
        who = seat.who if seat else None
        expected, wrong = self._judge(door, who, status)
        if wrong:
            return f"{who.name if who else ANYBODY_ELSE}: expected {expected}, got {status}"
        if not is_same and (door.method == "GET" or status in (401, 403, 404)):
            return f"{who.name if who else ANYBODY_ELSE}: the database changed ({status})"
        return ""

    def _judge(self, door: Door, who: Who | None, status: int) -> tuple[str, bool]:
        """What is expected in words, and whether the status is something else."""
        rule, thing = door.rule, self.thing(door)
        assert rule is not None
        if status >= 500:
            return "no fault of ours", True
        if rule.public:
            return "no refusal of access", status == 401 and door.name != "attendance:code"
        if who is None:
            return "401 or the sign-in page", status != 401
        if rule.kind in ("own_task", "own_token", "own_view", "own_message", "own_feed"):
            return "404 (another account's)", status != 404
        if rule.kind in ("own_class", "own_person") and who.person is None:
            return "nothing or 404", status not in (200, 302, 404)
        if rule.kind == "list":
            is_there = door.is_api or allowed(who, Need(door.action, at_own=True, owner=who.person))
            return ("200", status != 200) if is_there else ("403", status != 403)
        sees = all_allowed(who, thing.seen)
        needs = (thing.need(door.action), *self.besides.get((door.name, door.method), ()))
        if sees and all_allowed(who, needs):
            empty = status == 404 and door.name in MAY_BE_EMPTY
            return "no refusal of access", status in (401, 403, 404) and not empty
        if sees:
            return "403 or 404", status not in (403, 404)
        return "404", status != 404
