"""Pages of the product beside the keyset floor page, in turns, in one process over one database."""

from __future__ import annotations

import logging
import os
import statistics
from collections.abc import Sequence
from typing import Any

from benchmarks.city import YEAR, Country, cpu_ms, load, own_ms, scratch_server
from benchmarks.reports import Report

FLOOR = "/floor/?after=10000"


def page_times(members: int, addresses: Sequence[str], turns: int) -> dict[str, float]:
    """The p95 of each address and of the floor, in CPU milliseconds of web and database together.

    `{year}` in an address is the year with hours, `{county}` and `{township}` units in the middle of the tree.
    """
    os.environ["DOORSTEP_DB_POOL"] = "0"
    with scratch_server():
        country = load(members, search_keys=True)
        from doorstep.core.actors import system_actor
        from doorstep.coverage.services import rebuild_year

        for year in {YEAR, YEAR + 1}:
            rebuild_year(year=year, actor=system_actor("benchmark"))
        return times_over(country, addresses, turns)


def times_over(country: Country, addresses: Sequence[str], turns: int) -> dict[str, float]:
    """As `page_times`, over a country that is loaded and counted."""
    from django.db import connection
    from django.test import Client, override_settings

    logging.disable(logging.CRITICAL)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    levels = {kind: first + count // 2 for kind, first, count in reversed(country.levels)}
    paths = [FLOOR, *(a.format(year=YEAR, **levels) for a in addresses)]
    with override_settings(ROOT_URLCONF="benchmarks.floors.keyset_page", ALLOWED_HOSTS=["*"]):
        return _times(_signed_in(Client()), paths, turns)


def over_floor(name: str, most: float, members: int, times: dict[str, float]) -> Report:
    """The report on p95s of pages and of the floor: the worst page may take `most` times the floor."""
    floor, pages = times[FLOOR], {path: spent for path, spent in times.items() if path != FLOOR}
    worst = max(pages.values()) / floor
    return Report(
        id=name,
        value={"worst_of_floor": round(worst, 2)},
        goal=f"every page's p95 <= {most} of the keyset floor page",
        holds=worst <= most,
        detail={"members": members, "floor_ms": floor, "pages_ms": pages},
    )


def _signed_in(client: Any) -> Any:
    from doorstep.core import clock
    from doorstep.directory.models import Account, RoleGrant

    account = Account.objects.create(username="city", display_name="city", password="!", created_at=clock.now())
    RoleGrant.objects.create(account=account, role="city", unit_id=1, valid_from=clock.today())
    client.force_login(account, backend="doorstep.directory.sign_in.NameOrPhoneBackend")
    return client


def _times(client: Any, paths: list[str], turns: int) -> dict[str, float]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    # The test client closes the connection after each request; the benchmark measures one that stays open.
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    times: dict[str, list[float]] = {path: [] for path in paths}
    for turn in range(turns + 3):
        for path in paths:
            began = cpu_ms(backend) + own_ms()
            answer = client.get(path)
            spent = cpu_ms(backend) + own_ms() - began
            if answer.status_code != 200:
                raise RuntimeError(f"{path} answered {answer.status_code}")
            if turn >= 3:
                times[path].append(spent)
    return {path: round(statistics.quantiles(found, n=20)[-1], 2) for path, found in times.items()}
