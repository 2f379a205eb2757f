"""Fields of forms that every app shares."""

from __future__ import annotations

from typing import Any

from django import forms


def day_input() -> forms.DateInput:
    """Where a day is chosen: the calendar of the browser."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def day_field(label: Any, **more: Any) -> forms.DateField:
    """A day; `more` is what a field of days takes besides."""
    return forms.DateField(label=label, widget=day_input(), **more)
