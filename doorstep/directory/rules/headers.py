"""Which row of a sheet is its heading, and which column holds what?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from doorstep.directory.rules.codes import clean_yes_no
from doorstep.directory.rules.reference import code_words, roster_columns
from doorstep.directory.rules.roster_source import Row, Source, first_rows
from doorstep.directory.rules.text_forms import packed, simplified
from doorstep.directory.rules.upload_guard import FileRefused

IGNORED = ""
POST_PREFIX = "post:"
LEAST_COLUMNS = 2
MOST_HEADING_CELL = 40
YES_NO_SHARE = 0.5  # below it a column headed by a post holds the names of those who have it

_MARKS = re.compile(r"[*＊：:、,，。.“”\"'?？!！#＃\-—_~]")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_OPTIONAL = re.compile(r"^(?:党员|本人|学员|成员|参训人员|人员|基本|现|个人)|(?:名称|情况|一栏|填写|必填|选填|类型)$")
_DATA_LIKE = re.compile(r"\d{6,}|1[3-9]\d{9}|(?:19|20)\d{2}[年.\-/]\d")
_MULTILINE = re.compile(r"\s+")
# Headings that name somebody else, or something we have no use for.
_OTHERS = re.compile(r"父|母|配偶|子女|介绍人|联系人|填表|审核|书记姓名|书记电话|责任人|监护|紧急|户主|家庭成员|培养")


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """What one column is read as: a key of the roster, `post:4` for a yes/no column of a post, or ignored."""

    index: int
    heading: str
    key: str
    how: str = "exact"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the heading of a sheet ends and what its columns are."""

    header_row: int
    header_rows: int
    columns: tuple[ColumnUse, ...]

    @property
    def keys(self) -> frozenset[str]:
        """The keys some column is read as."""
        return frozenset("post" if use.key.startswith(POST_PREFIX) else use.key for use in self.columns if use.key)

    def with_choices(self, chosen: Mapping[str, str]) -> Layout:
        """The layout with the user's own mapping, column index (as text) to key."""
        columns = tuple(
            replace(use, key=chosen[str(use.index)], how="user") if str(use.index) in chosen else use
            for use in self.columns
        )
        return replace(self, columns=columns)


@lru_cache(maxsize=8192)
def normal_heading(text: str) -> str:
    """A heading for comparing: simplified, without blanks, line breaks and marks."""
    return _MARKS.sub("", simplified(packed(text))).lower()


@lru_cache(maxsize=1)
def _aliases() -> Mapping[str, tuple[str, int]]:
    """Every known heading with its key and how early it stands in the list of that key."""
    found: dict[str, tuple[str, int]] = {}
    for column in roster_columns():
        for order, name in enumerate((column.heading, *column.aliases, *_MORE.get(column.key, ()))):
            found.setdefault(normal_heading(name), (column.key, order))
            found.setdefault(normal_heading(_BRACKETS.sub("", name)), (column.key, order))
    return found


# Headings met in rosters besides those of the reference list.
_MORE: Mapping[str, tuple[str, ...]] = {
    "name": ("姓 名", "党员", "人员姓名"),
    "id_number": (
        "身份证号码(18位)",
        "居民身份证号",
        "居民身份证号码",
        "证件号码",
        "身份证件号",
        "身份证件号码",
        "公民身份号",
        "身份证编号",
        "idcard",
    ),
    "sex": ("性別",),
    "birth_date": ("出生日期时间", "出生时间", "出生年月日期", "生日日期"),
    "education": ("文化", "学历情况", "学历层次", "全日制学历", "最高学历学位"),
    "person_category": ("类别", "党员身份", "正式/预备", "是否正式", "党员状态", "党员性质"),
    "branch": (
        "支部",
        "支部名称",
        "党组织",
        "所在党组织",
        "所属党组织",
        "党支部名称",
        "所属党支部",
        "所在党支部名称",
        "所在党组织名称",
        "组织关系所在支部",
        "组织关系所在党支部",
        "隶属支部",
        "所属支部名称",
    ),
    "join_date": ("入党年月", "入党年月日", "加入中共时间", "加入党组织时间", "加入中国共产党时间", "何时入党"),
    "formal_date": ("转正年月", "转为正式党员时间", "转为正式党员日期", "转正年月日", "何时转正"),
    "post": ("党内职务名称", "支部职务", "党支部职务", "现任党内职务", "党组织职务"),
    "occupation": ("职业类别", "从事职业", "个人身份", "工作职务"),
    "work_unit": ("工作单位名称", "所在单位", "现工作单位"),
    "mobile": ("联系方式", "手机号", "电话号码", "联系号码", "移动电话", "本人电话", "本人联系电话", "联系手机"),
    "landline": ("座机", "家庭电话", "办公电话"),
    "address": ("家庭地址", "现住址", "居住地址", "常住地址", "详细住址", "家庭详细住址", "通讯地址", "户籍地址"),
    "lost_date": ("失联时间", "失去联系时间", "失联日期"),
    "flow_to": ("流入地", "外出地点", "流动去向", "流出地点", "外出地"),
    "floating": ("是否流动", "流动情况"),
    "remark": ("备 注", "说明", "备注说明"),
}


@lru_cache(maxsize=8192)
def key_of_heading(text: str) -> tuple[str, int, str]:
    """The key a heading means, how early its name stands in the list, and whether it is `exact` or `similar`.

    An unknown heading gives an empty key.
    """
    name = normal_heading(text)
    for form, how in ((name, "exact"), (normal_heading(_BRACKETS.sub("", text)), "exact")):
        if form in _aliases():
            return *_aliases()[form], how
    if _OTHERS.search(name):
        return IGNORED, 0, "unknown"
    bare = _OPTIONAL.sub("", _OPTIONAL.sub("", normal_heading(_BRACKETS.sub("", text))))
    if bare in _aliases():
        return *_aliases()[bare], "similar"
    return IGNORED, 0, "unknown"


def _post_of_heading(text: str) -> str:
    """The party post a heading names, as a code, or nothing."""
    name = normal_heading(_BRACKETS.sub("", text)).removeprefix("是否").removeprefix("任").removeprefix("党内职务")
    return code_words()[("party_post", "exact")].get(name, "") if name else ""


def _looks_like_data(cells: Sequence[Any]) -> bool:
    """True when a row holds dates or long numbers, as headings do not."""
    return any(not isinstance(cell, str) or bool(_DATA_LIKE.search(packed(cell))) for cell in cells if cell != "")


def _headings(cells: Sequence[Any]) -> list[str]:
    return [str(c).strip() if isinstance(c, str) and len(c) <= MOST_HEADING_CELL * 2 else "" for c in cells]


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Two heading rows as one: an empty cell above a filled one belongs to the heading on its left."""
    width = max(len(above), len(below))
    found, last = [], ""
    for column in range(width):
        top = above[column] if column < len(above) else ""
        low = below[column] if column < len(below) else ""
        last = top or (last if low else "")
        found.append(_one_heading(last, low))
    return found


def _one_heading(top: str, low: str) -> str:
    if not low or not top:
        return low or top
    if key_of_heading(low)[0] or _post_of_heading(low):
        return low
    return top + low


def _uses(headings: Sequence[str]) -> tuple[ColumnUse, ...]:
    """What each heading is read as; of two columns for one key the better heading wins."""
    found: dict[str, tuple[tuple[int, int, int], int]] = {}
    uses = []
    for index, text in enumerate(headings):
        heading = _MULTILINE.sub("", text)
        key, order, how = key_of_heading(text)
        post = _post_of_heading(text)
        if post and key in ("", "post") and normal_heading(text) not in ("党内职务", "职务"):
            key, how = POST_PREFIX + post, "exact"
        uses.append(ColumnUse(index, heading, key, how))
        rank = (how != "exact", order, index)
        if key and not key.startswith(POST_PREFIX) and (key not in found or rank < found[key][0]):
            found[key] = (rank, index)
    return tuple(
        use
        if not use.key or use.key.startswith(POST_PREFIX) or found[use.key][1] == use.index
        else replace(use, key=IGNORED, how="second")
        for use in uses
    )


def _score(uses: Iterable[ColumnUse]) -> float:
    """How much a row looks like a heading: known columns, those that identify a person most."""
    keys = {use.key: 1.0 if use.how == "exact" else 0.7 for use in uses if use.key}
    return sum(keys.values()) + 2.0 * ("name" in keys) + 2.0 * ("id_number" in keys)


def find_layout(rows: Sequence[Row]) -> Layout | None:
    """The heading among the first rows of a sheet, by how many known columns it names; None when there is none."""
    best: tuple[float, Layout] | None = None
    for position, (number, cells) in enumerate(rows):
        if _looks_like_data(cells):
            continue
        single = _headings(cells)
        for count in (1, 2):
            headings = single
            if count == 2:
                following = rows[position + 1][1] if position + 1 < len(rows) else []
                if not following or _looks_like_data(following) or not any(single):
                    continue
                headings = _joined(single, _headings(following))
            uses = _uses(headings)
            score = _score(uses) - 0.5 * (count - 1)
            if best is None or score > best[0]:
                best = (score, Layout(number, count, uses))
    if best is None:
        return None
    layout = best[1]
    named = {use.key for use in layout.columns if use.key}
    return layout if len(named) >= LEAST_COLUMNS and named & {"name", "id_number"} else None


def best_sheet(source: Source, names: Iterable[str]) -> tuple[str, Layout, list[Row]]:
    """Of the sheets with these names the one whose heading names most columns, with its first rows.

    Raises FileRefused when none has a heading.
    """
    best: tuple[str, Layout, list[Row]] | None = None
    for name in names:
        rows = first_rows(source, name)
        layout = find_layout(rows)
        if layout is not None and (best is None or len(layout.keys) > len(best[1].keys)):
            best = name, layout, rows
    if best is None:
        raise FileRefused("file.no_heading")
    return best


def settled(layout: Layout, sample: Sequence[Row]) -> Layout:
    """The layout after a look at the data: a column of a post is one only where it says yes or no."""
    columns = []
    for use in layout.columns:
        if use.key.startswith(POST_PREFIX) and use.how != "user":
            values = [cells[use.index] for _, cells in sample if use.index < len(cells) and cells[use.index] != ""]
            answers = sum(bool(clean_yes_no(str(v), "post").value) for v in values)
            if answers < YES_NO_SHARE * len(values):
                use = replace(use, key=IGNORED, how="names")
        columns.append(use)
    return replace(layout, columns=tuple(columns))


def is_repeated_heading(cells: Sequence[Any], layout: Layout) -> bool:
    """True for a heading printed again in the middle of the sheet."""
    used = [use for use in layout.columns if use.key and use.index < len(cells) and isinstance(cells[use.index], str)]
    same = sum(1 for use in used if cells[use.index] and _MULTILINE.sub("", cells[use.index]) == use.heading)
    return same > 1 and same * 2 > len(used)
