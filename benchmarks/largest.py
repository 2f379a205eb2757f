"""P7, P11 and P12 at 20 million members, over one country loaded once: `python -m benchmarks.largest [--members N]`.

Takes an hour or so and 60 GB of disk; prints one JSON object a figure.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict

from benchmarks import p7, p11, p12
from benchmarks.city import YEAR, load, scratch_server
from benchmarks.pages import FLOOR, times_over
from benchmarks.reports import Report

SMALLEST, LARGEST = 20_000, 20_000_000
TURNS = 100


def main() -> int:
    """1 when a goal does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=LARGEST)
    members = parser.parse_args().members
    os.environ["DOORSTEP_DB_POOL"] = "0"
    with scratch_server():
        small = p7.counted(load(SMALLEST))
        country = load(members, search_keys=True)
        said = [_said(p7.judged([small, p7.counted(country)]))]
        from doorstep.core.actors import system_actor
        from doorstep.coverage.services import rebuild_year

        rebuild_year(year=YEAR + 1, actor=system_actor("benchmark"))
        times = times_over(country, [*p11.PAGES, *p12.PAGES], TURNS)
        searches = {path: spent for path, spent in times.items() if path in (FLOOR, *p12.PAGES)}
        pages = {path: spent for path, spent in times.items() if path not in p12.PAGES}
        said += [_said(p11.judged(members, pages)), _said(p12.judged(members, searches))]
    return 0 if all(said) else 1


def _said(report: Report) -> bool:
    print(json.dumps(asdict(report), ensure_ascii=False), flush=True)
    return report.holds


if __name__ == "__main__":
    sys.exit(main())
