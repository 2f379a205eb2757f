"""Bring the administrative divisions to the state of the shipped lists; part of every installation and update."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from doorstep.core.actors import system_actor
from doorstep.directory.services.divisions import load_divisions


class Command(BaseCommand):
    """`doorstep load-divisions`."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how many there are."""
        count = load_divisions(actor=system_actor("load divisions"))
        self.stdout.write(f"{count} 个行政区划已就绪 / divisions in place")
