"""What a benchmark says: one JSON object, and whether its goal holds."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Report:
    """The value of one goal; `detail` holds what it was made of."""

    id: str
    value: Any
    goal: str
    holds: bool
    detail: dict[str, Any] = field(default_factory=dict)


def run_alone(measure: Callable[[bool], Report]) -> None:
    """Run one benchmark as a program: prints its JSON, takes `--quick`, ends 1 when the goal does not hold."""
    parser = argparse.ArgumentParser(description=measure.__doc__)
    parser.add_argument("--quick", action="store_true", help="a shorter run, for a first look")
    report = measure(parser.parse_args().quick)
    print(json.dumps(asdict(report), ensure_ascii=False))
    sys.exit(0 if report.holds else 1)
