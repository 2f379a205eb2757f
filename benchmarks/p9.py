"""P9: importing a roster of 200,000 rows, beside the bare chain and openpyxl's reading in the same run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.reports import Report, run_alone
from benchmarks.rosters import ROOT, registry, write_roster

LEAST_OF_CHAIN = 0.6
LEAST_OF_OPENPYXL = 2.0
MOST_MEMORY = 300


def floor(kind: str, *args: str) -> float:
    """Seconds of a floor program."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.floors.roster_chain", kind, *args],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)


def measure(quick: bool) -> Report:
    """Rows a second of taking in, checking, comparing and answering, over those of the bare chain; turns alternate."""
    people, turns = (20_000, 1) if quick else (200_000, 3)
    chains, ours = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        write_roster(path, people)
        for _ in range(turns):
            with registry() as home:
                chains.append(floor("chain", str(path), home.env["DATABASE_URL"]))
                ours.append(home.run(str(path)))
        openpyxl_seconds = floor("reading", str(path))
    seconds, memory = median(run["check"] for run in ours), max(run["memory"] for run in ours)
    of_chain, of_openpyxl = median(chains) / seconds, openpyxl_seconds / seconds
    return Report(
        id="P9",
        value={"of_chain": round(of_chain, 2), "of_openpyxl": round(of_openpyxl, 2), "memory_mib": round(memory)},
        goal=f">= {LEAST_OF_CHAIN} of the bare chain, >= {LEAST_OF_OPENPYXL} of openpyxl, <= {MOST_MEMORY} MiB",
        holds=of_chain >= LEAST_OF_CHAIN and of_openpyxl >= LEAST_OF_OPENPYXL and memory <= MOST_MEMORY,
        detail={"rows": people, "chain_s": chains, "openpyxl_s": openpyxl_seconds, "runs": ours},
    )


if __name__ == "__main__":
    run_alone(measure)
