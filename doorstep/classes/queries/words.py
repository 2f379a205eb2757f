"""How days, moments and lists of names are said to people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from doorstep.core import clock

_NAMES_SHOWN = 5


def day_text(day: date) -> str:
    """A day as people say it, such as 11月24日."""
    return date_format(day, _("n月j日"))


def moment_text(moment: datetime) -> str:
    """A moment on the local clock, such as 11月24日 14:00."""
    here = clock.local(moment)
    return f"{day_text(here.date())} {here:%H:%M}"


def names_text(names: Sequence[str]) -> str:
    """The first names of a list and how many there are in all."""
    if len(names) <= _NAMES_SHOWN:
        return _("、").join(names)
    return _("%(names)s等 %(count)s 人") % {"names": _("、").join(names[:_NAMES_SHOWN]), "count": len(names)}
