"""What is wrong with one field of a request, in words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

# By the beginning of the kind pydantic names; the first that fits.
_WORDS: tuple[tuple[str, Any], ...] = (
    ("missing", _("缺少这一项。")),
    ("extra_forbidden", _("没有这一项，请去掉。")),
    ("int_", _("这里要填整数。")),
    ("float_", _("这里要填数。")),
    ("decimal_", _("这里要填数，位数见接口文档。")),
    ("finite_number", _("这里要填数。")),
    ("bool_", _("这里要填 true 或 false。")),
    ("string_too_long", _("太长，最多 %(max_length)s 个字。")),
    ("string_too_short", _("太短，至少 %(min_length)s 个字。")),
    ("string_", _("这里要填文字。")),
    ("too_long", _("太多，最多 %(max_length)s 项。")),
    ("too_short", _("太少，至少 %(min_length)s 项。")),
    ("greater_than_equal", _("太小，不能小于 %(ge)s。")),
    ("greater_than", _("太小，要大于 %(gt)s。")),
    ("less_than_equal", _("太大，不能大于 %(le)s。")),
    ("less_than", _("太大，要小于 %(lt)s。")),
    ("literal_error", _("只能填 %(expected)s 之一。")),
    ("enum", _("只能填 %(expected)s 之一。")),
    ("timezone", _("时间要写明时区，例如 2026-11-23T08:30:00+08:00。")),
    ("datetime", _("这里要填时间，例如 2026-11-23T08:30:00+08:00。")),
    ("date", _("这里要填日期，例如 2026-11-23。")),
    ("time", _("这里要填钟点，例如 08:30。")),
    ("uuid", _("这里要填 UUID。")),
    ("list_type", _("这里要填列表。")),
    ("dict_type", _("这里要填对象。")),
    ("model", _("这里要填对象。")),
    ("year_out_of_reach", _("年份要在 %(first)s 到 %(last)s 之间。")),
)
_ELSE = _("这一项的内容不能用，请按接口文档改。")


def field_text(kind: str, context: Mapping[str, Any]) -> str:
    """What is wrong and what belongs there, for a kind of error as pydantic names it and its figures."""
    for beginning, words in _WORDS:
        if kind.startswith(beginning):
            return str(words) % {name: _shown(value) for name, value in context.items()} if context else str(words)
    return str(_ELSE)


def _shown(value: Any) -> str:
    """Values to choose from as pydantic lists them, without its English words."""
    comma = str(_("、"))
    return str(value).replace(" or ", comma).replace(", ", comma).replace("'", "")


def field_name(where: Sequence[str | int], single: str | None) -> str:
    """The path of a field as it was sent: without the part of the request it stood in and our own name for a body."""
    parts = list(where[1:])
    if single is not None and parts[:1] == [single]:
        parts = parts[1:]
    return ".".join(map(str, parts)) or str(where[0])
