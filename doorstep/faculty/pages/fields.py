"""What the forms of this app are made of: days, and choices that depend on who asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms


def day_field(label: Any) -> forms.DateField:
    """A day, as a phone's own calendar gives it."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def offer(form: forms.Form, name: str, choices: Iterable[tuple[int, str]]) -> None:
    """Let a field of a form be chosen from these."""
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]
