"""How much of a sensitive value a page shows."""

from __future__ import annotations


def mask_id_number(value: str) -> str:
    """First four and last four characters of an ID number, stars between."""
    return f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}" if len(value) >= 12 else "*" * len(value)


def mask_phone(value: str) -> str:
    """First three and last four digits of a phone number, stars between."""
    return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}" if len(value) >= 9 else "*" * len(value)
