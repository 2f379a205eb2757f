"""What a rule's figure is, on a date and at a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q, QuerySet

from doorstep.core.models import Policy
from doorstep.core.permissions import lines_of


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """One policy row as a rule sees it."""

    id: int
    key: str
    value: str
    unit: str
    source: str
    status: str
    version: int
    place: str
    rule: str

    @property
    def decimal(self) -> Decimal:
        """The value as a Decimal."""
        return Decimal(self.value)

    @property
    def integer(self) -> int:
        """The value as a whole number."""
        return int(self.value)

    @property
    def ratio(self) -> Fraction:
        """The value as an exact fraction such as 1/7."""
        return Fraction(self.value)

    @property
    def text(self) -> str:
        """The value as it stands."""
        return self.value

    @property
    def reference(self) -> str:
        """`key@version`, as postings name it."""
        return f"{self.key}@{self.version}"


def _value_of(row: Policy) -> PolicyValue:
    return PolicyValue(row.pk, row.key, row.value, row.unit, row.source, row.status, row.version, row.place, row.rule)


def policies_at(keys: Iterable[str], *, on: date, place: str = "") -> dict[str, PolicyValue]:
    """The rows in force for `keys` on `on`; the most specific place wins, then the newest version.

    One query. A key without a row in force raises LookupError.
    """
    wanted = list(keys)
    rows = Policy.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on),
        key__in=wanted,
        valid_from__lte=on,
        place__in=["", *lines_of(place)],
    )
    best: dict[str, Policy] = {}
    for row in sorted(rows, key=lambda r: (len(r.place), r.valid_from, r.version)):
        best[row.key] = row
    missing = [key for key in wanted if key not in best]
    if missing:
        raise LookupError(f"no policy in force on {on}: {', '.join(missing)}")
    return {key: _value_of(row) for key, row in best.items()}


def policy_at(key: str, *, on: date, place: str = "") -> PolicyValue:
    """The row in force for `key` on `on` at `place`; raises LookupError when there is none."""
    return policies_at([key], on=on, place=place)[key]


def policy_reach(policy_id: int) -> tuple[str, str, date]:
    """What a row decides: its key, the place it holds for ("" = everywhere) and its first day."""
    return Policy.objects.values_list("key", "place", "valid_from").get(pk=policy_id)


def policy_days(keys: Iterable[str], *, place: str) -> list[tuple[date, str]]:
    """On which days something was said anew about `keys` for `place`, there or above it; (day, place), in order."""
    rows = Policy.objects.filter(key__in=list(keys), place__in=["", *lines_of(place)])
    return sorted(set(rows.values_list("valid_from", "place")))


def policies_by_place(keys: Iterable[str], *, on: date) -> dict[str, dict[str, PolicyValue]]:
    """For set-based work: every place with a row of its own for any of `keys` on `on`, each with all keys resolved.

    The place "" holds what applies everywhere else. A key without a row in force raises LookupError.
    """
    wanted = list(keys)
    found = _by_place(Policy.objects.filter(key__in=wanted), on)
    for values in found.values():
        missing = [key for key in wanted if key not in values]
        if missing:
            raise LookupError(f"no policy in force on {on}: {', '.join(missing)}")
    return found


def policies_under(prefix: str, *, on: date) -> dict[str, dict[str, PolicyValue]]:
    """As `policies_by_place`, for whatever keys begin with `prefix`; one query."""
    return _by_place(Policy.objects.filter(key__startswith=prefix), on)


def _by_place(rows: QuerySet[Policy], on: date) -> dict[str, dict[str, PolicyValue]]:
    in_force = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)
    known = sorted(in_force, key=lambda r: (len(r.place), r.valid_from, r.version))
    places = sorted({"", *(row.place for row in known)})
    return {place: {row.key: _value_of(row) for row in known if place.startswith(row.place)} for place in places}
