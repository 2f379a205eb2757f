"""Is every page of the router sound: at every width, in both type sizes, for the eye, the hand and the machine?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from doorstep.core import clock
from tests.house.matrix.doors import Door
from tests.house.matrix.world import NOON
from tests.journeys.conftest import HeldClock
from tests.journeys.every_page import OPENED, POST_ALONE, Site, address_of, open_site, page_doors

pytestmark = pytest.mark.django_db  # each test reads; the world below is committed once for all


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any, browser: Browser) -> Iterator[Site]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "_frozen", HeldClock(NOON))
        with open_site(browser) as site:
            yield site


@pytest.mark.parametrize("door", page_doors(), ids=str)
def test_every_page_is_sound(door: Door, site: Site) -> None:
    path = address_of(site, door)
    who = site.visitor(door, path)
    if who is not POST_ALONE:
        _sound(site.faults(path, who), f"{path} as {who}")


@pytest.mark.parametrize(("who", "path"), OPENED)
def test_what_each_role_opens_first_is_sound(who: str, path: str, site: Site) -> None:
    _sound(site.faults(path, who), f"{path} as {who}")


@pytest.mark.parametrize("path", ["/nowhere/", "/people/?q=nobody", "/search/?q=nobody"])
def test_what_is_not_there_is_sound(path: str, site: Site) -> None:
    _sound([said for said in site.faults(path, "township@own") if "404 (Not Found)" not in said], path)


def _sound(faults: list[str], where: str) -> None:
    assert not faults, "\n".join([where, *faults])
