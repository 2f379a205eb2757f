"""Proves every stated invariant on the data there is."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from doorstep.core.invariants import check_invariants


class Command(BaseCommand):
    """`doorstep check-invariants [--json]`: exit code 1 when any is broken."""

    help = "Prove every stated invariant in SQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--json` prints one object."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check them all and say which hold."""
        findings = check_invariants()
        if options["json"]:
            rows = [
                {"name": f.name, "meaning": f.meaning, "holds": f.holds, "offenders": f.offenders} for f in findings
            ]
            said = {"holds": all(f.holds for f in findings), "invariants": rows}
            self.stdout.write(json.dumps(said, ensure_ascii=False, default=str))
        else:
            for finding in findings:
                self.stdout.write(f"{'ok    ' if finding.holds else 'BROKEN'} {finding.name}  {finding.meaning}")
                for row in finding.offenders:
                    self.stdout.write(f"         {row}")
        if not all(f.holds for f in findings):
            sys.exit(1)
