"""P2: CPU of one check-in, web and database together, beside a bare Django view with hand-written SQL."""

from __future__ import annotations

from benchmarks.check_ins import match
from benchmarks.reports import Report, run_alone

CONNECTIONS = 8
MOST_MS, MOST_RATIO = 1.6, 1.5


def measure(quick: bool) -> Report:
    """Turns of product and floor at 8 connections; medians."""
    count, turns = (1500, 2) if quick else (5000, 5)
    with match(people=10_000, sessions=8) as both:
        for side in (both.product, both.floor):
            both.turn(side, connections=CONNECTIONS, count=1000, keep=False)
        for _ in range(turns):
            both.turn(both.floor, connections=CONNECTIONS, count=count)
            both.turn(both.product, connections=CONNECTIONS, count=count)
    ours, floor = both.product.median("cpu_ms"), both.floor.median("cpu_ms")
    return Report(
        id="P2",
        value={"cpu_ms": ours, "of_floor": round(ours / floor, 3)},
        goal=f"<= {MOST_MS} ms and <= {MOST_RATIO} of the floor",
        holds=ours <= MOST_MS and ours <= MOST_RATIO * floor,
        detail={"product": both.product.turns, "floor": both.floor.turns},
    )


if __name__ == "__main__":
    run_alone(measure)
