"""Drives any HTTP check-in endpoint from a small JSON description, so that systems can be compared in one run.

    python -m benchmarks.driver ours.json theirs.json --connections 8 --count 1000 --turns 3

A description: {"name", "address": "http://127.0.0.1:8000/api/v1/check-ins", "method": "POST", "headers": {…},
"body": "… {code} … {uuid} …", "codes": ["…"] or "codes_file": "one a line", "accepted": [201], "pid": 0, "database_pid": 0}.
`{code}` in body, address and headers is the next code, `{uuid}` a fresh UUID; each code is used once. With the
pids of server and database, CPU milliseconds per request are given too. Systems take turns; the medians are compared.
"""

from __future__ import annotations

import argparse
import json
import statistics
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load import drive, request_text
from benchmarks.processes import cpu_seconds


@dataclass
class System:
    """One described system, its codes not used yet, and what its turns gave."""

    name: str
    address: str
    codes: Iterator[str]
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    accepted: tuple[int, ...] = (200, 201)
    pids: tuple[int, ...] = ()
    turns: list[dict[str, Any]] = field(default_factory=list)

    def requests(self, count: int) -> list[str]:
        """The next `count` requests."""
        return [self._request(code) for code in islice(self.codes, count)]

    def _request(self, code: str) -> str:
        def filled(text: str) -> str:
            return text.replace("{code}", code).replace("{uuid}", str(uuid.uuid4()))

        parts = urlsplit(filled(self.address))
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Host": parts.netloc, **{name: filled(value) for name, value in self.headers.items()}}
        return request_text(self.method, path or "/", headers, filled(self.body))

    def turn(self, *, connections: int, count: int) -> None:
        """Send the next `count` requests and keep what came of them."""
        parts = urlsplit(self.address)
        requests = self.requests(count)
        if not requests:
            raise SystemExit(f"{self.name}: no codes left")
        before = sum(cpu_seconds(pid) for pid in self.pids)
        result = drive(host=parts.hostname or "", port=parts.port or 80, connections=connections, requests=requests)
        if self.pids:
            used = sum(cpu_seconds(pid) for pid in self.pids) - before
            result["cpu_ms"] = round(1000 * used / result["count"], 4)
        result["accepted"] = sum(n for status, n in result["statuses"].items() if int(status) in self.accepted)
        self.turns.append(result)

    def medians(self) -> dict[str, float]:
        """The medians of the turns."""
        figures = [f for f in ("per_second", "p50_ms", "p99_ms", "cpu_ms") if f in self.turns[0]]
        found: dict[str, float] = {f: statistics.median(t[f] for t in self.turns) for f in figures}
        return {**found, "refused": sum(t["count"] - t["accepted"] for t in self.turns)}


def read_system(path: Path) -> System:
    """The system a JSON file describes."""
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    listed = told.get("codes") or (path.parent / told["codes_file"]).read_text("utf-8").split("\n")
    return System(
        name=told.get("name", path.stem),
        address=told["address"],
        codes=iter([code for code in listed if code]),
        method=told.get("method", "POST"),
        headers=told.get("headers", {}),
        body=told.get("body", ""),
        accepted=tuple(told.get("accepted", (200, 201))),
        pids=tuple(pid for pid in (told.get("pid", 0), told.get("database_pid", 0)) if pid),
    )


def main() -> None:
    """Let the systems take turns and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("systems", nargs="+", type=Path)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--count", type=int, default=1000, help="requests of one turn")
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    systems = [read_system(path) for path in asked.systems]
    for _ in range(asked.turns):
        for system in systems:
            system.turn(connections=asked.connections, count=asked.count)
    medians = {system.name: system.medians() for system in systems}
    first = medians[systems[0].name]
    ratios = {
        name: {f: round(first[f] / m[f], 3) for f in ("per_second", "cpu_ms") if m.get(f) and first.get(f)}
        for name, m in medians.items()
    }
    print(json.dumps({"medians": medians, "first_over": ratios, "turns": {s.name: s.turns for s in systems}}))


if __name__ == "__main__":
    main()
