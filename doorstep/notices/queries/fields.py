"""What messages fill in: the word of each field, an example, and whether it may leave the product in a title."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from doorstep.notices.rules.texts import MessageText
from doorstep.notices.rules.wordings import fields_in


@dataclass(frozen=True, slots=True)
class Field:
    """The word by which offices name a field, what it could say, and whether it names no person and no reason."""

    word: Any
    example: Any
    may_leave: bool = True


FIELDS: Mapping[str, Field] = {
    "base": Field(_("阵地"), _("某某镇党校")),
    "counter": Field(_("改到的日子"), "2026-12-08"),
    "day": Field(_("日子"), "2026-12-05"),
    "due": Field(_("期限"), "2026-12-01"),
    "effective": Field(_("施行日期"), "2026-12-01"),
    "first": Field(_("第一天"), "2026-12-05"),
    "group": Field(_("宣讲团"), _("某某镇理论宣讲团")),
    "item": Field(_("标准的哪一项"), _("有年度教学计划")),
    "last": Field(_("最后一天"), "2026-12-06"),
    "line": Field(_("计划项目"), _("党员冬训")),
    "name": Field(_("人名"), _("某同志"), may_leave=False),
    "note": Field(_("附言"), _("路上在修，请走东门。"), may_leave=False),
    "number": Field(_("文号"), _("〔2026〕3号")),
    "other": Field(_("另一个"), _("另一位同志"), may_leave=False),
    "people": Field(_("人数"), "40"),
    "provider": Field(_("承接单位"), _("某某镇党校")),
    "instead": Field(_("还空着的"), _("这个场地 12月8日 09:00–11:00 空着。")),
    "purpose": Field(_("用途"), _("支部会议"), may_leave=False),
    "reason": Field(_("原因"), _("台风停课"), may_leave=False),
    "reply": Field(_("回复期限"), "2026-12-03"),
    "school": Field(_("学校"), _("某某镇党校")),
    "session": Field(_("课次"), _("乡村振兴怎么干")),
    "sittings": Field(_("哪几次"), _("2026-12-05 08:30 党员冬训班；2026-12-08 08:30 党务干部班")),
    "starts": Field(_("开始时间"), "2026-12-05 08:30"),
    "subject": Field(_("学什么"), _("基层治理")),
    "title": Field(_("标题"), _("党员冬训班")),
    "unit": Field(_("单位"), _("某某村党支部")),
    "until": Field(_("到期日"), "2027-12-05"),
    "venue": Field(_("场地"), _("大教室")),
    "where": Field(_("地点"), _("某某镇党校大教室")),
    "words": Field(_("写的话"), _("名额还在协调，月底前给答复。"), may_leave=False),
    "year": Field(_("年份"), "2026"),
}


def words_for(names: tuple[str, ...]) -> dict[str, str]:
    """field -> its word in the language of the moment; a field nobody named is its own word."""
    return {name: str(FIELDS[name].word) if name in FIELDS else name for name in names}


def allowed_in_title(text: MessageText) -> dict[str, str]:
    """The fields a title may fill in: those of the shipped title, and of its body what names no person and no reason.

    A title leaves the product by the channels people chose; a body stays in it.
    """
    own = fields_in(str(text.title))
    besides = (name for name in fields_in(str(text.body)) if name in FIELDS and FIELDS[name].may_leave)
    return words_for(tuple(dict.fromkeys((*own, *besides))))


def allowed_in_body(text: MessageText) -> dict[str, str]:
    """The fields a body may fill in: all that the shipped text has."""
    return words_for(fields_in(f"{text.title}{text.body}"))


def examples() -> dict[str, str]:
    """field -> what it could say."""
    return {name: str(one.example) for name, one in FIELDS.items()}
