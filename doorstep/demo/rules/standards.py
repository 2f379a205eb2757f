"""What the bases of the city have shown for their standards."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from doorstep.bases.rules.standards import ACCEPTED, RETURNED, WAITING, Item, last_good_day
from doorstep.demo.rules.lots import Urn, stream
from doorstep.demo.rules.network import PlannedBase

_TITLES = {
    "committee": "校务委员会成立文件",
    "safety": "消防检查合格单",
    "link": "骨干教师联系书",
    "first_lesson": "首课主课安排表",
    "permits": "消防和食品经营许可证",
    "courses": "特色课程和路线说明",
    "summary": "年度办学情况总结",
    "guarantee": "师资经费安全保障方案",
    "brief": "示范带建设方案",
    "line": "线路图和行程说明",
    "guides": "讲解员名册",
}
_GOOD, _SOON, _OVER, _NEVER = "good", "soon", "over", "never"
_FATES = Urn.of((_GOOD, 95.0), (_SOON, 1.5), (_OVER, 1.0), (WAITING, 1.2), (RETURNED, 0.6), (_NEVER, 0.7))


@dataclass(frozen=True, slots=True)
class PlannedEvidence:
    """A piece of evidence to be: for which item, called what, from when to when, and where it stands."""

    base: PlannedBase
    item: Item
    title: str
    note: str
    issued: date
    expires: date
    status: str
    review_note: str


def plan_evidence(
    bases: Sequence[PlannedBase], items: Mapping[int, Sequence[Item]], *, seed: int, as_of: date
) -> list[PlannedEvidence]:
    """Nearly everything is in order; here and there something has run out, waits, was sent back or never came.

    `items` holds base id -> what its standard asks for.
    """
    rng = stream(seed, "standards")
    planned = []
    for base in bases:
        for number, item in enumerate(items.get(base.id, ()), start=1):
            if item.is_filed and (one := _evidence(base, item, number, _FATES.one(rng), rng, as_of)):
                planned.append(one)
    return planned


def _evidence(
    base: PlannedBase, item: Item, number: int, fate: str, rng: random.Random, as_of: date
) -> PlannedEvidence | None:
    if fate == _NEVER:
        return None
    # About so long ago it was issued that it is still good, soon over, or over.
    whole = (last_good_day(as_of, item.amount) - as_of).days
    ago = {
        _SOON: whole - rng.randint(3, 28),
        _OVER: whole + rng.randint(3, 40),
        WAITING: rng.randint(3, 12),
        RETURNED: rng.randint(15, 30),
    }.get(fate, rng.randint(40, max(41, whole - 40)))
    issued = as_of - timedelta(days=ago)
    status = fate if fate in (WAITING, RETURNED) else ACCEPTED
    note = f"文号：{base.unit.short_name}〔{issued.year}〕{number + rng.randint(0, 20)}号，原件在档案柜。"
    why = "没有盖章，请补章后重新报送。" if status == RETURNED else ""
    title = f"{issued.year}年{_TITLES.get(item.name, item.text)}"
    return PlannedEvidence(base, item, title, note, issued, last_good_day(issued, item.amount), status, why)
