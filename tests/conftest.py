"""What every test may ask for."""

from __future__ import annotations

import base64
import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from typing import Any

import hypothesis
import pgtrigger
import pytest
from coverage import Coverage
from django.conf import settings
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connection, transaction
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, sync_playwright

from doorstep.config.database import connection_settings
from doorstep.config.postgres import throwaway
from tests.cast import Cast, build_cast
from tests.factories.browsers import signed_in
from tests.factories.policies import ship_policies

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "client", "admin_client"}

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]

# The same examples in every run, so that a change is judged by what it changes; DOORSTEP_SEED draws others. How long
# drawing takes says how busy the machine is, nothing of the product.
hypothesis.settings.register_profile(
    "steady",
    derandomize="DOORSTEP_SEED" not in os.environ,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("steady")

# Rows, pages and forms come and go by the thousand: looking for cycles after every 700 objects costs a twentieth of the
# whole run.
gc.set_threshold(50_000, 20, 20)

# The field key of the tests: known, so that programs the tests start read what the tests wrote.
os.environ.setdefault("DOORSTEP_FIELD_KEY", base64.b64encode(b"tests only, thirty-two bytes key").decode())


# What goes everywhere once more: which lines it passes says little, and being watched costs it twice its time.
UNCOUNTED = (
    "tests/house/",
    "tests/journeys/",
    "tests/attendance/test_random_worlds.py",
    "tests/attendance/test_kills.py",
    "tests/catalogue/test_panoramas_kills.py",
    "tests/directory/roster/test_kills.py",
    "tests/web/test_api_fuzz",
    "tests/web/test_every_",
    "tests/web/test_in_browser.py",
    "tests/web/test_languages.py",
)
# By which programs that a test starts know that they are watched too.
WATCHED = "COVERAGE_PROCESS_CONFIG"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Lines passed are counted only in the tests that are written for them."""
    counting = Coverage.current() if item.nodeid.startswith(UNCOUNTED) else None
    if counting is None:
        return (yield)
    counting.stop()
    watched = os.environ.pop(WATCHED, None)
    try:
        return (yield)
    finally:
        counting.start()
        if watched is not None:
            os.environ[WATCHED] = watched


# Long tests in few files: begun first, so that two processes end together.
LONG = ("tests/journeys/", "tests/demo/", "tests/house/", "tests/web/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones first; every test that touches the database is marked, so that they can be run on another server."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or names & DATABASE_FIXTURES:
            item.add_marker("database")


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """What the pages of an earlier test kept for some minutes in this process, such as the dots of the map, is gone."""
    cache.clear()


@pytest.fixture(autouse=True)
def _first_language() -> None:
    """A page that was read in another language leaves it on in its thread; each test begins in the first one."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Without DATABASE_URL, the tests get a throw-away server of their own, and so do the programs they start."""
    if os.environ.get("DATABASE_URL"):
        # bin/test migrates once; what is copied has nothing left to migrate.
        if tables := os.environ.get("DOORSTEP_TEST_TABLES"):
            settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = tables
        yield
        return
    name = settings.DATABASES["default"].get("TEST", {}).get("NAME")
    with throwaway() as url:
        os.environ["DATABASE_URL"] = url
        settings.DATABASES["default"].update(connection_settings(settings.DATA))
        settings.DATABASES["default"]["TEST"]["NAME"] = name
        yield
        del os.environ["DATABASE_URL"]


# Rows that migrations write and nobody changes.
KEPT = {"django_content_type", "auth_permission"}


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_between_tests() -> Iterator[None]:
    """After a test that commits Django truncates every table; here those are emptied that hold something: faster.

    Triggers that keep rows for ever let it, and nobody else.
    """

    def emptied(command: flush.Command, **options: Any) -> None:
        names = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in sorted(names))
        with pgtrigger.ignore(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(asked)
            for (name,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {name}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", emptied)
        yield


@pytest.fixture(autouse=True)
def _policies_are_there(request: pytest.FixtureRequest, _django_db_marker: None) -> None:
    """A test that commits leaves empty tables behind; the shipped policies are put back for the next one."""
    for name in ("transactional_db", "db"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
            ship_policies()
            return
    if request.node.get_closest_marker("django_db"):
        ship_policies()


def chromium_path() -> str:
    """The browser bin/test brought, or the one installed; without one the browser tests fail."""
    names = (os.environ.get("DOORSTEP_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "chrome")
    for name in filter(None, names):
        if found := shutil.which(name):
            return found
    pytest.fail("no Chromium: install the package `chromium`, or run bin/test, which does")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole run; Playwright can be started only once a process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def cast(db: None) -> Cast:
    """The named world of `tests/cast.py`."""
    return build_cast()


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[str], Client]:
    """A new browser, signed in as one of the cast."""
    return lambda name: signed_in(cast.accounts[name])


@pytest.fixture
def cast_committed(transactional_db: None) -> Cast:
    """The named world, committed: for tests in which another thread or process looks at it."""
    ship_policies()
    return build_cast()
