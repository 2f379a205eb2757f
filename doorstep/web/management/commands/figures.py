"""`doorstep figures [--json]`: the headline numbers of the network."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from doorstep.web.queries.figures import network_figures


class Command(BaseCommand):
    """Says how large the network is and what it has done."""

    help = "体系总数：阵地、师资、党员、班次，各年参训人数、人次、学时。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to answer with one JSON object."""
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the numbers."""
        figures = network_figures()
        if options["as_json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
            return
        for name, value in figures.items():
            shown = "  ".join(f"{y}: {n:,}" for y, n in value.items()) if isinstance(value, dict) else f"{value:,}"
            self.stdout.write(f"{name:<19} {shown}")
