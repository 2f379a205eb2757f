"""The practice cases of the demo city: invented doings at real places, signed by units, never by persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from doorstep.demo.rules.courses import PlannedCourse
from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.network import Network, PlannedBase

CASES, TAUGHT_FROM = 20, 3
# Where those stand that are not accepted, by their place in the plan.
STANDING = {4: "waiting", 9: "declined", 14: "draft", 19: "draft"}
RETURN_NOTE = "成效只写了一次活动，请补上半年以来的数字。"
# A word of the theme of a place, the tag, and what a case about it is called.
KINDS = (
    ("畲", "culture", "把党课讲成畲歌听"),
    ("廉", "clean", "一堂课走一遍清风路"),
    ("生态", "ecology", "林下开课，边走边讲"),
    ("海", "sea", "趁落潮，把课送上渔排"),
    ("茶", "revival", "采茶季的半小时微课"),
    ("扶贫", "poverty", "从一张老照片讲起"),
    ("脱贫", "poverty", "从一张老照片讲起"),
    ("摆脱贫困", "poverty", "一件旧物讲清一段路"),
    ("直播", "training", "线上线下同一堂课"),
    ("基层经验", "governance", "请办成事的人上讲台"),
    ("上岸", "poverty", "船上人家讲上岸"),
    ("治理", "governance", "一件难事，三次夜谈"),
    ("红", "red", "守馆人轮流讲"),
    ("党史", "red", "一件实物一堂课"),
    ("革命", "red", "让学员自己讲一段"),
    ("文创", "revival", "新老村民同上一堂课"),
    ("", "training", "错开农时排课"),
)
PROBLEMS = (
    "党员分散，白天都在地里和海上，集中上课常常凑不齐人。",
    "讲的还是老稿子，来过一次的学员不愿意再来。",
    "接待的班多，讲解的人手少，一天讲三四场讲不动。",
)
ACTIONS = (
    "1. 先问：开课前一周逐户问什么时候有空、想听什么。\n2. 再排：把课拆成三十分钟一段，晚上和雨天各排一段。\n"
    "3. 后改：每讲完一次，请两名学员说哪里没听懂，当天就改稿。",
    "1. 两个支部结对，轮流出人讲、出人听。\n2. 一课一件实物，讲完动手做一做。\n3. 讲的人每季度换一次，老讲解员带新的。",
)


@dataclass(slots=True)
class PlannedCase:
    """A case to be."""

    id: int
    title: str
    base: PlannedBase
    theme: str
    standing: str
    problem: str
    action: str
    result: str
    courses: list[PlannedCourse] = field(default_factory=list)


def plan_cases(network: Network, courses: Sequence[PlannedCourse], *, seed: int) -> list[PlannedCase]:
    """A case of each of the first places of the shipped list; courses taught by cases were made from some."""
    rng, planned = stream(seed, "cases"), []
    places = [base for base in network.bases if not base.code.startswith(("DX-", "LD-"))][:CASES]
    for number, base in enumerate(places):
        _word, theme, title = next(kind for kind in KINDS if kind[0] in base.theme)
        months, people = rng.randrange(3, 10), 10 * rng.randrange(6, 30)
        result = f"{months} 个月办了 {months * 2} 场，来了 {people} 人次；按时到的从六成到九成，{months} 名学员试讲过。"
        said = (rng.choice(PROBLEMS), rng.choice(ACTIONS), result)
        standing = STANDING.get(number, "passed")
        planned.append(PlannedCase(number + 1, f"{base.name}：{title}", base, theme, standing, *said))
    by_case = [course for course in courses if course.is_taught and course.mode == "case"][:TAUGHT_FROM]
    accepted = (case for case in planned if case.standing == "passed")
    for case, course in zip(accepted, by_case, strict=False):
        case.courses.append(course)
    return planned
