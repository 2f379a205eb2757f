"""Load the demo city into an empty database, or print the accounts with which it can be tried."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from doorstep.core import clock
from doorstep.core.actors import system_actor
from doorstep.demo.queries import account_lines, is_empty_database
from doorstep.demo.services import NotAnEmptyDatabase, build_city
from doorstep.directory.queries import is_demo_database

DEFAULT_MEMBERS, FULL_MEMBERS, LEAST_MEMBERS = 20_000, 170_000, 300
SEED = 1


class Command(BaseCommand):
    """`doorstep demo`."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Size, seed and day."""
        size = parser.add_mutually_exclusive_group()
        size.add_argument("--full", action="store_true", help=f"{FULL_MEMBERS} 名党员 / members")
        size.add_argument("--size", type=int, default=DEFAULT_MEMBERS, help="党员人数 / members (%(default)s)")
        parser.add_argument("--seed", type=int, default=SEED, help="同一种子得同一座城 / same seed, same city")
        parser.add_argument("--as-of", type=date.fromisoformat, default=None, help="城市的“今天”，默认今天 / its today")
        parser.add_argument("--accounts", action="store_true", help="只列演示账号 / only print the accounts")
        parser.add_argument("--if-empty", action="store_true", help="非空数据库不动 / leave a used database alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what is there, or only say it."""
        if not options["accounts"]:
            self._load(options)
        for line in account_lines():
            self.stdout.write(str(line))

    def _load(self, options: dict[str, Any]) -> None:
        if is_demo_database():
            self.stdout.write("演示城市已在，未作改动 / the demo city is there already, nothing changed")
            return
        if options["if_empty"] and not is_empty_database():
            self.stdout.write("数据库已在使用，未装演示城市 / database in use, no demo city loaded")
            return
        members = FULL_MEMBERS if options["full"] else options["size"]
        if members < LEAST_MEMBERS:
            raise CommandError(f"至少 {LEAST_MEMBERS} 名党员 / at least {LEAST_MEMBERS} members")
        started = time.monotonic()
        as_of = options["as_of"] or clock.today()
        try:
            city = build_city(members=members, seed=options["seed"], as_of=as_of, actor=system_actor("demo city"))
        except NotAnEmptyDatabase as refusal:
            raise CommandError(refusal.text) from refusal
        seconds = time.monotonic() - started
        count = len(city.people)
        self.stdout.write(f"演示城市已建好：{count} 名党员，用时 {seconds:.1f} 秒 / demo city built, {count} members")
