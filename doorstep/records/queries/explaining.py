"""Why a ledger line has the hours it has, in one sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.records.models import Posting

_PARTS = {
    "morning": gettext_lazy("上午"),
    "afternoon": gettext_lazy("下午"),
    "evening": gettext_lazy("晚上"),
}
_STATES = {
    "present": gettext_lazy("出勤"),
    "late": gettext_lazy("迟到"),
    "early": gettext_lazy("早退"),
    "personal_leave": gettext_lazy("事假"),
    "sick_leave": gettext_lazy("病假"),
    "official_leave": gettext_lazy("公假"),
    "absent": gettext_lazy("旷课"),
}


def _plain(value: Any) -> str:
    """A number as people write it: 4.0 is 4, 1.50 is 1.5."""
    return f"{Decimal(str(value)):f}".rstrip("0").rstrip(".") if "." in str(value) else str(value)


def explain_posting(posting: Posting) -> str:
    """One sentence: the day, the mark, the sum and the versions of the rules it rests on."""
    terms = posting.explanation
    part = _PARTS.get(terms.get("part", ""), "")
    day = _("%(day)s%(part)s") % {"day": date_format(posting.earned_on, _("n月j日")), "part": part}
    if posting.kind == Posting.Kind.REVERSAL:
        return _("更正：冲销%(day)s第 %(revision)d 次入账的 %(hours)s 学时。") % {
            "day": day,
            "revision": posting.revision,
            "hours": _plain(terms.get("reverses", -posting.hours)),
        }
    return _("%(day)s%(state)s，%(sum)s，记 %(hours)s 学时。依据 %(policies)s。") % {
        "day": day,
        "state": _STATES.get(terms["state"], terms["state"]),
        "sum": _sum_of(terms),
        "hours": _plain(posting.hours),
        "policies": _("、").join(posting.policies.split()),
    }


def _sum_of(terms: dict[str, Any]) -> str:
    """The sum behind the hours: the rate, how often it counts, and the day's ceiling where it cut."""
    if terms["unit"] == "half_day":
        text = _("半天 %(rate)s 学时") % {"rate": _plain(terms["rate"])}
    else:
        text = _("%(times)s 小时，每小时 %(rate)s 学时") % {
            "times": _plain(terms["times"]),
            "rate": _plain(terms["rate"]),
        }
    if Decimal(terms["share"]) != 1:
        text += _("，按 %(share)s 倍计") % {"share": _plain(terms["share"])}
    if Decimal(terms["before"]) + Decimal(terms["value"]) > Decimal(terms["day_max"]):
        text += _("，当天已有 %(before)s 学时，一天最多 %(day_max)s 学时") % {
            "before": _plain(terms["before"]),
            "day_max": _plain(terms["day_max"]),
        }
    return text
