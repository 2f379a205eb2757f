"""The rules that the schools of the city have given themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.network import PlannedBase

KINDS = ("academy", "demonstration_base", "township_school")
_WORDS = {"training": "培训管理制度", "teachers": "师资管理制度", "teaching": "教学管理制度"}
_ARTICLES = {
    "training": (
        "每年年初按党员名册排全年培训，人人有班上。",
        "开班前三天把通知和名额发到支部，外出党员由支部书记逐个联系。",
        "到课按半天考勤，请假要写原因；缺课三分之一以上的，安排补课。",
        "结班后七天内把考勤和学时核对入账，名单归档。",
    ),
    "teachers": (
        "教师进库由本校提名、上级审核；每年集中备课不少于一次。",
        "上课前交提纲，新课先试讲。",
        "每期听学员意见，两期不满意的先跟班学习再上课。",
        "会讲方言的教师优先到村里上课。",
    ),
    "teaching": (
        "每个班有总论，有分论，现场和动手的课占一半以上。",
        "一堂课不超过四十五分钟，讲本地的人和事。",
        "现场教学先看路线和天气，有人负责安全。",
        "送学上门的课，教案和签到表一起带回。",
    ),
}
LACKING, REVISED = 0.008, 0.35  # shares of rules that were never written, and that have a second version


@dataclass(frozen=True, slots=True)
class PlannedRegulation:
    """A version to be; `ends` is the first day of the next."""

    id: int
    base: PlannedBase
    kind: str
    number: int
    starts: date
    ends: date | None

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{self.base.name}{_WORDS[self.kind]}"

    @property
    def text(self) -> str:
        """Its articles; the first version had one less."""
        articles = _ARTICLES[self.kind] if self.number > 1 else _ARTICLES[self.kind][:-1]
        return "\n".join(f"第{n}条　{said}" for n, said in zip("一二三四", articles, strict=False))


def plan_regulations(bases: Sequence[PlannedBase], *, seed: int, as_of: date) -> list[PlannedRegulation]:
    """Three rules for nearly every school, some of them in a second version."""
    rng = stream(seed, "regulations")
    planned: list[PlannedRegulation] = []
    for base in bases:
        if base.kind not in KINDS:
            continue
        for kind in _WORDS:
            lot = rng.random()
            starts = max(base.opened, as_of - timedelta(days=rng.randrange(400, 900)))
            revised = as_of - timedelta(days=rng.randrange(10, 300)) if lot > 1 - REVISED else None
            if lot < LACKING:
                continue
            revised = revised if revised and revised > starts else None
            planned.append(PlannedRegulation(len(planned) + 1, base, kind, 1, starts, revised))
            if revised:
                planned.append(PlannedRegulation(len(planned) + 1, base, kind, 2, revised, None))
    return planned
