"""P3: a burst of check-ins at 64 connections, each durable before its answer, beside the bare floor."""

from __future__ import annotations

from benchmarks.check_ins import match
from benchmarks.reports import Report, run_alone

CONNECTIONS = 64
LEAST_RATIO, MOST_P99_MS = 3.0, 50.0


def measure(quick: bool) -> Report:
    """Turns of product and floor at 64 connections; medians."""
    count, turns = (4000, 2) if quick else (12_000, 5)
    with match(people=20_000, sessions=8) as both:
        for side in (both.product, both.floor):
            both.turn(side, connections=CONNECTIONS, count=2000, keep=False)
        for _ in range(turns):
            both.turn(both.floor, connections=CONNECTIONS, count=count)
            both.turn(both.product, connections=CONNECTIONS, count=count)
    ours, floor = both.product.median("per_second"), both.floor.median("per_second")
    p99 = both.product.median("p99_ms")
    return Report(
        id="P3",
        value={"per_second": ours, "of_floor": round(ours / floor, 2), "p99_ms": p99},
        goal=f">= {LEAST_RATIO} x the floor, p99 < {MOST_P99_MS} ms",
        holds=ours >= LEAST_RATIO * floor and p99 < MOST_P99_MS,
        detail={"product": both.product.turns, "floor": both.floor.turns},
    )


if __name__ == "__main__":
    run_alone(measure)
