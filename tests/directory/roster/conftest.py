"""What tests of rosters share with programs they start."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection


@pytest.fixture
def child_database(transactional_db: None) -> Iterator[None]:
    """Let the programs a test starts use the test's own database."""
    url = urlsplit(os.environ["DATABASE_URL"])
    before = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = urlunsplit(url._replace(path="/" + connection.settings_dict["NAME"]))
    yield
    os.environ["DATABASE_URL"] = before
