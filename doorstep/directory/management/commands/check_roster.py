"""Checks one uploaded roster, for the background job that started it."""

from __future__ import annotations

import os
import sys
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import override

from doorstep.directory.jobs.children import limited_memory
from doorstep.directory.jobs.roster import actor_of_import
from doorstep.directory.models import RosterImport
from doorstep.directory.services.roster_check import check_roster


class Command(BaseCommand):
    """`check_roster ID`: progress as lines of two numbers on standard output."""

    help = "Check one uploaded roster (run by the background worker)."
    requires_system_checks = ()  # the worker that starts it has made them

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The import's number, and the language of whoever uploaded it."""
        parser.add_argument("roster_import", type=int)
        parser.add_argument("--language", default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check it with the rights of the person who uploaded it, within the limit on memory."""
        threading.Thread(target=_end_with_the_job, daemon=True).start()
        roster_import = RosterImport.objects.select_related("unit").get(pk=options["roster_import"])
        with limited_memory(), override(options["language"]):
            check_roster(roster_import=roster_import, report=_report, actor=actor_of_import(roster_import))


def _end_with_the_job() -> None:
    """The job holds the other end of our standard input: when it is gone, so are we, with nothing written."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


def _report(done: int, total: int) -> None:
    sys.stdout.write(f"{done} {total}\n")
    sys.stdout.flush()
