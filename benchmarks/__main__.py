"""Runs every benchmark, or those named, and prints a table: `python -m benchmarks [p2 p3 …] [--quick]`."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run the programs one after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="p2, p3, …; all when none is named")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    known = sorted((p.stem for p in HERE.glob("p*.py") if re.fullmatch(r"p\d+", p.stem)), key=lambda n: int(n[1:]))
    failed = 0
    print(f"{'id':4} {'holds':5}  value | goal")
    for name in asked.names or known:
        command = [sys.executable, "-m", f"benchmarks.{name}", *(["--quick"] if asked.quick else [])]
        done = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False)
        try:
            report = json.loads(done.stdout.strip().splitlines()[-1])
        except (IndexError, ValueError):
            report = {"id": name.upper(), "holds": False, "value": f"ended {done.returncode}", "goal": ""}
        failed += not report["holds"]
        print(
            f"{report['id']:4} {'yes' if report['holds'] else 'NO':5}  {report['value']} | {report['goal']}", flush=True
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
