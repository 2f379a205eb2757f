"""Prints which event wakes which handlers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from doorstep.core.events import flow


class Command(BaseCommand):
    """`doorstep flow`: one line an event, its handlers below it."""

    help = "Print every event with its handlers."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the flow in the order of names."""
        for name, handlers in flow().items():
            self.stdout.write(name)
            for handler in handlers:
                self.stdout.write(f"  -> {handler}")
