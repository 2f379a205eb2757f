"""What the departments of the demo city have written for everybody; no text names a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from doorstep.demo.rules.tree import PlannedUnit


@dataclass(frozen=True, slots=True)
class PlannedArticle:
    """A text to be; `age` in days, `standing` is the status of its one version."""

    id: int
    kind: str
    unit: PlannedUnit
    title: str
    summary: str
    text: str
    age: int
    standing: str = "published"
    note: str = ""


_CITY, _HOME, _COAST = "350900", "350902", "350921"
_RETURNED = "请写明从哪天停到哪天。"
_TEXTS: tuple[tuple[str, str, int, str, str, str, str], ...] = (
    (
        "how_to", _CITY, 300, "published", "外地单位怎么来",
        "外地单位来培训的四步。",
        "1. 在门户上选一个套餐、一条路线或一门课，点“外单位预约”，看哪天有空。\n"
        "2. 用手机号验证，选一到三个日子，写人数、单位和联系人，送出预约。\n"
        "3. 对方答复会发短信；用同一个手机号到“我的预约”里看答复和报价，合同也在那里传。\n"
        "4. 双方确认后，按约定的时间到集合地点。网上约不了的，打下面的办公电话。\n\n"
        "- 讲解免费，午餐自理\n- 一条路线一次最多多少人，路线页上写着\n- 提前十天约，农忙和汛期要更早",
    ),
    (
        "contact", _CITY, 300, "published", "市委组织部培训联络",
        "工作日接听，各县的电话也在这里。",
        "**市委组织部**\n办公电话 [0593-0000000](tel:0593-0000000)，工作日 8:00–12:00、14:30–17:30\n\n"
        "## 各县（市、区）\n\n"
        "请打当地县委组织部的办公电话，或到乡镇党校当面问。演示数据，电话是编的。",
    ),
    (
        "news", _CITY, 6, "published", "冬季党课排到了村口",
        "各县冬训班陆续开课，农闲时节，半天一堂，讲方言。",
        "# 课开在村口\n\n入冬以来，各乡镇党校把课排在农闲的上午。**半天一堂**，讲本地的人和事，多数用方言。\n\n"
        "- 上午讲政策，下午下地看\n- 走不开的，附近的教学点补一堂\n\n> 听得懂，用得上，才算上了课。\n\n"
        "在[近期开班](/portal/classes/)里看哪里有座位。",
    ),
    (
        "news", _HOME, 15, "published", "霍童溪边多了一条线路",
        "沿霍童溪走几站，半天看、半天讲。",
        "蕉城把霍童溪边的几处教学点连成一条线，一天走完，每一站都有课。\n\n看[全部路线](/portal/routes/)。",
    ),
    (
        "news", _COAST, 40, "published", "海上的课用船送",
        "渔排上开课，等潮水也等人。",
        "三都澳的渔排上，党课跟着补给船走。风浪大的日子改到岸上的讲堂。",
    ),
    (
        "news", _HOME, 1, "waiting", "腊月里的课怎么排",
        "年前的班早点报名。",
        "外出的党员腊月陆续回乡，各党校把补训排在腊月。请支部早点通知。",
    ),
    (
        "news", _COAST, 3, "declined", "茶季停课通知",
        "", "茶季到了，山上的课停两周。",
    ),
)  # fmt: skip


def plan_articles(units: Mapping[str, PlannedUnit]) -> list[PlannedArticle]:
    """The texts, by the code of the unit that wrote them."""
    made = []
    for number, row in enumerate(_TEXTS, start=1):
        kind, code, age, standing, title, summary, text = row
        note = _RETURNED if standing == "declined" else ""
        made.append(PlannedArticle(number, kind, units[code], title, summary, text, age, standing, note))
    return made
