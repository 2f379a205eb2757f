"""How much of a sensitive value a page shows, and whether one stands in a text that everybody may read."""

from __future__ import annotations

import re
import unicodedata

_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:[ -]?\d){11}[ -]?[\dXx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ .·-]?\d{4}[ .·-]?\d{4}(?!\d)")


def mask_id_number(value: str) -> str:
    """First four and last four characters of an ID number, stars between."""
    return f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}" if len(value) >= 12 else "*" * len(value)


def mask_phone(value: str) -> str:
    """First three and last four digits of a phone number, stars between."""
    return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}" if len(value) >= 9 else "*" * len(value)


def personal_number(text: str) -> str:
    """An ID number or a mobile number in `text`, all but its first three signs hidden; "" when there is none.

    Wide digits are digits too.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = _ID_NUMBER.search(plain) or _MOBILE.search(plain)
    return f"{found[0][:3]}…" if found else ""
