"""Which figures credit rests on, on a day and at a place."""

from __future__ import annotations

from collections.abc import Mapping

from doorstep.core.policies import PolicyValue
from doorstep.records.rules import CreditPolicy

SHARES = {
    "late": "credit.late_counts",
    "early": "credit.early_counts",
    "official_leave": "credit.official_leave_counts",
}
KEYS = ("credit.half_day", "credit.per_hour", "credit.day_max", *SHARES.values())


def credit_policy(values: Mapping[str, PolicyValue]) -> CreditPolicy:
    """The figures as the rules take them."""
    return CreditPolicy(
        half_day=values["credit.half_day"].decimal,
        per_hour=values["credit.per_hour"].decimal,
        day_max=values["credit.day_max"].decimal,
        late_share=values[SHARES["late"]].decimal,
        early_share=values[SHARES["early"]].decimal,
        official_leave_share=values[SHARES["official_leave"]].decimal,
    )
