"""The shipped policies, for tests that empty the tables."""

from __future__ import annotations

import importlib

from django.apps import apps

from doorstep.core.models import Policy


def ship_policies() -> None:
    """Load the shipped default policies again, when a test before this one has emptied the tables."""
    if not Policy.objects.exists():
        importlib.import_module("doorstep.core.migrations.0002_default_policies").load(apps, None)


def set_policy(key: str, value: str) -> None:
    """Let a figure be another one, everywhere and from the beginning."""
    assert Policy.objects.filter(key=key).update(value=value) == 1
