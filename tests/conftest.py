"""What every test may ask for."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator

import pytest
from django.conf import settings

from doorstep.config.database import connection_settings
from doorstep.config.postgres import throwaway
from tests.cast import Cast, build_cast
from tests.factories.policies import ship_policies

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "client", "admin_client"}


# The field key of the tests: known, so that programs the tests start read what the tests wrote.
os.environ.setdefault("DOORSTEP_FIELD_KEY", base64.b64encode(b"tests only, thirty-two bytes key").decode())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that touches the database, so that they can be run against another server."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or names & DATABASE_FIXTURES:
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Without DATABASE_URL, the tests get a throw-away server of their own, and so do the programs they start."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    name = settings.DATABASES["default"].get("TEST", {}).get("NAME")
    with throwaway() as url:
        os.environ["DATABASE_URL"] = url
        settings.DATABASES["default"].update(connection_settings(settings.DATA))
        settings.DATABASES["default"]["TEST"]["NAME"] = name
        yield
        del os.environ["DATABASE_URL"]


@pytest.fixture
def cast(db: None) -> Cast:
    """The named world of `tests/cast.py`."""
    return build_cast()


@pytest.fixture
def cast_committed(transactional_db: None) -> Cast:
    """The named world, committed: for tests in which another thread or process looks at it."""
    ship_policies()
    return build_cast()
