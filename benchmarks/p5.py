"""P5: an upload of 50 arrivals from a device that was offline: CPU of one upload, arrivals taken in a second."""

from __future__ import annotations

import json
import statistics
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from benchmarks.check_ins import HEADERS
from benchmarks.load import drive, request_text
from benchmarks.processes import cpu_seconds, free_port, running
from benchmarks.reports import Report, run_alone
from benchmarks.world import World, rooms_full_of_people

ROWS = 50
CONNECTIONS = 4
MOST_MS, LEAST_PER_SECOND = 3.0, 20_000


def _uploads(pairs: Iterator[tuple[int, int]], count: int) -> list[str]:
    """`count` uploads of 50 fresh arrivals each, of two minutes ago."""
    when = (datetime.now(UTC) - timedelta(minutes=2)).isoformat(timespec="seconds")
    texts = []
    for _ in range(count):
        rows = [
            {"key": str(uuid.uuid4()), "session": session, "person": person, "arrived_at": when}
            for session, person in islice(pairs, ROWS)
        ]
        headers = {**HEADERS, "Idempotency-Key": str(uuid.uuid4())}
        texts.append(request_text("POST", "/api/v1/check-ins/bulk", headers, json.dumps({"arrivals": rows})))
    return texts


def _turn(world: World, pid: int, port: int, uploads: list[str]) -> dict[str, Any]:
    before = cpu_seconds(pid) + cpu_seconds(world.server_pid)
    result = drive(port=port, connections=CONNECTIONS, requests=uploads)
    result["cpu_ms"] = round(1000 * (cpu_seconds(pid) + cpu_seconds(world.server_pid) - before) / result["count"], 3)
    result["arrivals_per_second"] = round(result["per_second"] * ROWS)
    return result


def measure(quick: bool) -> Report:
    """Turns of uploads at 4 connections; medians."""
    count, turns = (150, 2) if quick else (500, 5)
    with rooms_full_of_people(people=20_000, sessions=8) as world:
        port = free_port()
        serve = [sys.executable, "-c", "from doorstep.config.serving import serve; serve()"]
        with running(serve, port=port, env={**world.env, "DOORSTEP_PORT": str(port)}) as pid:
            pairs = world.pairs()
            _turn(world, pid, port, _uploads(pairs, 50))
            results = [_turn(world, pid, port, _uploads(pairs, count)) for _ in range(turns)]
        with world.connect() as connection:
            row = connection.execute("SELECT count(*) FROM attendance_checkin").fetchone()
    written = int(str(row[0])) if row else 0
    cpu = statistics.median(r["cpu_ms"] for r in results)
    rate = statistics.median(r["arrivals_per_second"] for r in results)
    return Report(
        id="P5",
        value={"cpu_ms_per_upload": cpu, "arrivals_per_second": rate},
        goal=f"<= {MOST_MS} ms and >= {LEAST_PER_SECOND} arrivals/s",
        holds=cpu <= MOST_MS and rate >= LEAST_PER_SECOND and written == ROWS * (50 + count * turns),
        detail={"turns": results, "written": written},
    )


if __name__ == "__main__":
    run_alone(measure)
