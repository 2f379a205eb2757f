"""P10: the same roster again writes nobody and is faster."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from benchmarks.reports import Report, run_alone
from benchmarks.rosters import registry, write_roster

LEAST_TIMES = 1.2


def measure(quick: bool) -> Report:
    """Seconds of the first import, with its writing, over those of the second."""
    people, turns = (20_000, 1) if quick else (200_000, 2)
    first, second = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        write_roster(path, people)
        for _ in range(turns):
            with registry() as home:
                first.append(home.run(str(path)))
                second.append(home.run(str(path)))
    before, after = (median(run["check"] + run["write"] for run in runs) for runs in (first, second))
    written = max(run["rows"] for run in second)
    return Report(
        id="P10",
        value={"times_faster": round(before / after, 2), "rows_written": int(written)},
        goal=f"no row written, >= {LEAST_TIMES} times faster",
        holds=before / after >= LEAST_TIMES and not written,
        detail={"rows": people, "first": first, "second": second},
    )


if __name__ == "__main__":
    run_alone(measure)
