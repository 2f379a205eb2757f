"""Driving the product's check-in and its floor in turn over one database."""

from __future__ import annotations

import json
import statistics
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from benchmarks.load import drive, request_text
from benchmarks.processes import cpu_seconds, free_port, running
from benchmarks.world import TOKEN, World, rooms_full_of_people

HEADERS = {"Host": "127.0.0.1", "Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}


@dataclass
class Side:
    """One of the two under comparison: where it listens, who it is, what its turns gave."""

    name: str
    port: int
    pid: int
    path: str
    turns: list[dict[str, Any]] = field(default_factory=list)

    def median(self, figure: str) -> float:
        """The median of a figure over the turns."""
        return float(statistics.median(turn[figure] for turn in self.turns))


@dataclass
class Match:
    """The product and its floor on one database, and the arrivals not used yet."""

    world: World
    product: Side
    floor: Side
    pairs: Iterator[tuple[int, int]]

    def turn(self, side: Side, *, connections: int, count: int, keep: bool = True) -> None:
        """Send `count` fresh check-ins to one side and keep rate, latencies and CPU milliseconds each."""
        requests = [self._request(side, *pair) for pair in islice(self.pairs, count)]
        web, database = cpu_seconds(side.pid), cpu_seconds(self.world.server_pid)
        result = drive(port=side.port, connections=connections, requests=requests)
        result["web_cpu_ms"] = round(1000 * (cpu_seconds(side.pid) - web) / result["count"], 4)
        result["database_cpu_ms"] = round(1000 * (cpu_seconds(self.world.server_pid) - database) / result["count"], 4)
        result["cpu_ms"] = round(result["web_cpu_ms"] + result["database_cpu_ms"], 4)
        if set(result["statuses"]) != {"201"}:
            raise RuntimeError(f"{side.name} answered {result['statuses']}")
        if keep:
            side.turns.append(result)

    def _request(self, side: Side, session: int, person: int) -> str:
        body = json.dumps({"session": session, "person": person, **({"code": "x" * 32} if side is self.floor else {})})
        return request_text("POST", side.path, {**HEADERS, "Idempotency-Key": str(uuid.uuid4())}, body)


@contextmanager
def match(*, people: int, sessions: int) -> Iterator[Match]:
    """Start both sides on one database of their own."""
    with ExitStack() as stack:
        world = stack.enter_context(rooms_full_of_people(people, sessions))
        ports = free_port(), free_port()
        serve = [sys.executable, "-c", "from doorstep.config.serving import serve; serve()"]
        env = {**world.env, "DOORSTEP_PORT": str(ports[0])}
        product = stack.enter_context(running(serve, port=ports[0], env=env))
        floor_command = [
            sys.executable,
            "-m",
            "benchmarks.floors.serve",
            "benchmarks.floors.bare_view:application",
            str(ports[1]),
        ]
        floor = stack.enter_context(running(floor_command, port=ports[1], env=world.env))
        yield Match(
            world,
            Side("product", ports[0], product, "/api/v1/check-ins"),
            Side("floor", ports[1], floor, "/check-in"),
            world.pairs(),
        )
