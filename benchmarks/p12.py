"""P12: searching people by two Chinese characters, beside the keyset floor page of the same run."""

from __future__ import annotations

from urllib.parse import quote

from benchmarks.pages import over_floor, page_times
from benchmarks.reports import Report, run_alone

MOST_TIMES = 2.0
PAGES = tuple(f"/search/?q={quote(name)}" for name in ("林秀", "黄德", "国梁", "雷金"))


def measure(quick: bool) -> Report:
    """p95 of the search page over p95 of the floor; 20 million members are in `benchmarks.largest`."""
    members, turns = (20_000, 40) if quick else (200_000, 100)
    return judged(members, page_times(members, PAGES, turns))


def judged(members: int, times: dict[str, float]) -> Report:
    """The report on the p95 of each of `PAGES` and of the floor."""
    return over_floor("P12", MOST_TIMES, members, times)


if __name__ == "__main__":
    run_alone(measure)
