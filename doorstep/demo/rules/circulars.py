"""Which circulars the offices of the demo city have sent down, and who answered them when; no text names a person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlannedCircular:
    """A circular to be: by the city or the demo county, so many days ago, to be signed within some days."""

    county: str
    levels: tuple[str, ...]
    age: int
    days: int
    title: str
    text: str
    ending: str = ""


_CITY, HOME = "", "350902"
WITHDRAWN, REPLACED = "withdrawn", "replaced"

CIRCULARS = (
    PlannedCircular(
        _CITY, ("county", "township", "bases"), 60, 10, "关于做好今冬明春党员集中轮训的通知",
        "# 总的要求\n\n年底前，每名党员集中学习不少于规定的学时，一个也不落下。\n\n# 怎么做\n\n"
        "1. 各县（市、区）排出开班计划，乡镇党校至少各办一期\n2. 支部书记把没有参训的党员报到最近的班\n"
        "3. 行动不便的，送课上门\n\n# 报送\n\n在系统里签收，不用另外报纸质回执。",
    ),
    PlannedCircular(
        _CITY, ("county",), 20, 7, "关于开展示范带互评的通知",
        "各县（市、区）之间互相看一条示范带，看完在系统里写意见。\n\n- 不搞迎检，不挂横幅\n- 吃住从简，费用自理",
        REPLACED,
    ),
    PlannedCircular(
        _CITY, ("county", "township"), 3, 7, "关于汛期和低温天气流动党校安全的通知",
        "# 三条底线\n\n1. 有预警不开课，已经开的马上停\n2. 海上、山上的教学点，先看天气再出发\n"
        "3. 每次有一人管安全，写在课表上",
    ),
    PlannedCircular(
        HOME, ("township",), 12, 5, "关于核对党员花名册的通知",
        "请各乡镇对照系统里的花名册，把转走、转来的党员改过来。改好再签收。",
    ),
    PlannedCircular(
        HOME, ("township",), 8, 5, "关于报送乡土教员名单的通知", "请各乡镇推荐乡土教员，每镇不少于三名。", WITHDRAWN
    ),
)  # fmt: skip
REASON = "名单改由系统里的师资库统计，不用另报。"
NEWER = "\n\n# 改动\n\n互评的时间放宽到月底。"


def answered_after(number: int, days: int) -> tuple[int | None, int | None]:
    """After how many days the receiver `number` opened a circular and signed it; None where not yet."""
    turn = number % 7
    if turn == 6:
        return None, None
    if turn == 5:
        return 1, None
    return turn % 3, days + 1 if turn == 4 else turn % 3 + 1


# A list that goes with the first circular, as a file of a few bytes; and how the demo county words what it is told.
LIST = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
LIST_NAME = "开班计划表.pdf"
WORDED = (
    "classes.order_placed",
    "有新点单，请接单：{title}",
    "{unit}点的，{people} 人，最早 {day} 去。{due} 前在“点单”里答复。",
)
