"""One small demo city for all tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from doorstep.core.actors import system_actor
from doorstep.demo.rules.city import City
from doorstep.demo.services import build_city
from tests.factories.policies import ship_policies

AS_OF = date(2026, 11, 24)
MEMBERS = 1200


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    """A demo city of 1,200 members, taken back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        ship_policies()
        yield build_city(members=MEMBERS, seed=1, as_of=AS_OF, actor=system_actor("tests"))
        transaction.set_rollback(True)
