"""Evidence for the standards of bases, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from doorstep.bases.models import Base, Evidence
from doorstep.bases.services.standards import file_evidence
from doorstep.core import clock
from tests.factories.classes import SYSTEM

LINK = "standard.township_school.teachers.link"


def file_link(base: Base, **changes: Any) -> Evidence:
    """The letter of a link teacher, issued three days ago; `changes` go into it."""
    values: dict[str, Any] = {
        "item": LINK,
        "title": "2026 年第 3 号联系书",
        "issued_on": clock.today() - timedelta(days=3),
        "note": "区委党校〔2026〕3号",
        "actor": SYSTEM,
        **changes,
    }
    return file_evidence(base=base, **values)
