"""Calls drawn from the description of the API, or against it, with signs that nothing can keep."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode

from doorstep.web.api import described

SCHEMA = schemathesis.openapi.from_dict(described())
# What neither a database nor a header can hold, and what only looks like another sign.
SIGNS = ("", "\x00", "\ud800", "𬇙", "'", "\u202e", "9" * 40)

both_ways = pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: str(mode.value))


def drawn(examples: int) -> settings:
    """So many calls, whatever each costs to draw and to answer."""
    return settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def spoilt(value: Any, sign: str) -> Any:
    """The same value with the sign at the end of each text in it."""
    if isinstance(value, str):
        return value + sign
    if isinstance(value, list):
        return [spoilt(part, sign) for part in value]
    return {key: spoilt(part, sign) for key, part in value.items()} if isinstance(value, dict) else value


def body_of(body: Any, sign: str) -> bytes:
    """What is sent, as JSON wherever it can be written so; nothing where there is no body."""
    if not isinstance(body, (dict, list, str, int, float, bool, type(None))):
        return b""
    try:
        return json.dumps(spoilt(body, sign)).encode()
    except (TypeError, ValueError):
        return b"{"
