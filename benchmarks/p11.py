"""P11: list pages and dashboards beside the keyset floor page of the same run."""

from __future__ import annotations

from benchmarks.pages import over_floor, page_times
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
    return over_floor("P11", MOST_TIMES, members, times)


if __name__ == "__main__":
    run_alone(measure)
