"""P11: list pages and dashboards beside the keyset floor page of the same run."""

from __future__ import annotations

from benchmarks.pages import FLOOR, page_times
from benchmarks.reports import Report, run_alone

MOST_TIMES = 3.0
PAGES = (
    "/people/",
    "/coverage/1/?year={year}",
    "/coverage/{county}/?year={year}",
    "/coverage/{township}/?year={year}",
    "/coverage/1/left/?year={year}",
    "/coverage/{county}/left/?year={year}",
    "/coverage/{branch}/left/?year={year}",
)


def measure(quick: bool) -> Report:
    """p95 of each page over p95 of the floor; 20 million members are in `benchmarks.largest`."""
    members, turns = (20_000, 40) if quick else (200_000, 100)
    return judged(members, page_times(members, PAGES, turns))


def judged(members: int, times: dict[str, float]) -> Report:
    """The report on the p95 of each of `PAGES` and of the floor."""
    floor = times.pop(FLOOR)
    worst = max(times.values()) / floor
    return Report(
        id="P11",
        value={"worst_of_floor": round(worst, 2)},
        goal=f"every page's p95 <= {MOST_TIMES} of the keyset floor page",
        holds=worst <= MOST_TIMES,
        detail={"members": members, "floor_ms": floor, "pages_ms": times},
    )


if __name__ == "__main__":
    run_alone(measure)
