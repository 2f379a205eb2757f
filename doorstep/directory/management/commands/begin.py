"""Sets up a real city: its offices, and the first account."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from doorstep.core.actors import system_actor
from doorstep.core.errors import DoorstepError
from doorstep.directory.services.beginning import begin_city

PASSWORD_BYTES = 9


class Command(BaseCommand):
    """`doorstep begin CODE [--account NAME]`: exit code 0: done, 1: refused, nothing was written."""

    help = "Set up the offices of a city from the administrative divisions, and its first account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which city, and how its first account is called."""
        parser.add_argument("code", help="code of the city's division, such as 350900")
        parser.add_argument("--account", default="admin", help="user name of the first account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Found the offices and print the account as `bin/start` prints the demo accounts."""
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        try:
            account = begin_city(
                code=options["code"], username=options["account"], password=password, actor=system_actor("begin")
            )
        except DoorstepError as problem:
            self.stderr.write(str(problem.text))
            raise SystemExit(1) from None
        self.stdout.write(f"account: {account.username} {password} city {options['code']}")
        self.stdout.write("第一次登录要换密码。接着在“单位”里加党委和支部，再导入名册。")
