"""Which code does a word in a roster stand for?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from doorstep.directory.rules.reference import code_lists
from doorstep.directory.rules.roster_types import Choice, Cleaned, Problem, ambiguous, error, note, warn
from doorstep.directory.rules.text_forms import is_nothing, packed, simplified

# Words seen in rosters, per list. Plain words mean exactly the code.
_EXACT: Mapping[str, Mapping[str, str]] = {
    "sex": {"男": "1", "女": "2", "男性": "1", "女性": "2", "m": "1", "f": "2", "male": "1", "female": "2", "男子": "1", "女子": "2", "男同志": "1", "女同志": "2", "未知": "0", "未说明": "9"},
    "education": {
        "博士": "11", "博士研究生": "11", "硕士": "14", "硕士研究生": "14", "研究生班": "17", "本科": "21", "大学本科": "21", "大本": "21",
        "本科毕业": "21", "全日制本科": "21", "普通班": "28", "大专": "31", "专科": "31", "大学专科": "31", "大专毕业": "31", "专科毕业": "31",
        "全日制大专": "31", "中专": "41", "中等专科": "41", "中专毕业": "41", "中师": "41", "职高": "44", "职业高中": "44", "职高毕业": "44",
        "技校": "47", "技工学校": "47", "中技": "47", "技校毕业": "47", "高中": "61", "普通高中": "61", "高中毕业": "61", "高中肄业": "63",
        "初中": "71", "初级中学": "71", "初中毕业": "71", "初中肄业": "73", "小学": "81", "小学毕业": "81", "小学肄业": "83",
        "文盲": "90", "半文盲": "90", "其他": "90", "其它": "90", "不识字": "90", "扫盲班": "90", "大专肄业": "33", "本科肄业": "23",
    },
    "person_category": {
        "正式": "1", "正式党员": "1", "中共正式党员": "1", "中共党员": "1", "正": "1", "预备": "2", "预备党员": "2", "中共预备党员": "2", "预": "2", "预备期": "2",
        "发展对象": "3", "积极分子": "4", "入党积极分子": "4", "申请人": "5", "入党申请人": "5",
    },
    "membership_state": {"正常": "1", "停止党籍": "2", "停止": "2", "正常党籍": "1", "党籍正常": "1"},
    "party_post": {
        "党委书记": "1", "党工委书记": "1", "书记": "2", "支部书记": "2", "党支部书记": "2", "支书": "2", "村支书": "2", "村党支部书记": "2", "副书记": "3", "支部副书记": "3",
        "党支部副书记": "3", "党委副书记": "3", "专职副书记": "3", "组织委员": "4", "组委": "4", "支部组织委员": "4", "宣传委员": "5", "宣委": "5", "支部宣传委员": "5", "纪检委员": "6", "纪委委员": "6",
        "纪检": "6", "支部纪检委员": "6", "委员": "7", "支部委员": "7", "支委": "7", "其他委员": "7", "统战委员": "7", "青年委员": "7", "妇女委员": "7", "群工委员": "7",
        "保密委员": "7", "党小组长": "8", "小组长": "8", "无职务": "0", "无职": "0", "普通党员": "0", "党员": "0", "一般党员": "0", "无职党员": "0",
    },
    "member_occupation": {
        "工人": "01", "工勤": "01", "农民": "02", "务农": "02", "种植": "02", "农牧渔民": "02", "渔民": "02", "农牧渔": "02", "村民": "02", "养殖户": "02", "务工": "01",
        "教师": "03", "医生": "03", "护士": "03", "专业技术人员": "03", "技术人员": "03", "工程师": "03", "管理人员": "04", "企业管理人员": "04",
        "公务员": "05", "机关工作人员": "05", "机关干部": "05", "乡镇干部": "05", "学生": "06", "大学生": "06", "其他": "07", "个体": "07", "个体户": "07", "个体工商户": "07", "自由职业": "07", "无业": "07", "待业": "07",
        "退休": "08", "离退休": "08", "退休干部": "08", "退休人员": "08", "离休": "08", "退休教师": "08", "退休工人": "08", "离退休干部": "08",
    },
}
# Words that fit a code only roughly: mapped, and said so.
_ROUGH: Mapping[str, Mapping[str, str]] = {
    "education": {
        "初小": "83", "高小": "81", "私塾": "90", "大学": "21", "学士": "21", "研究生": "14", "党校本科": "21", "中央党校大学": "21", "省委党校大学": "21", "函授本科": "21", "自考本科": "21",
        "在职本科": "21", "党校大专": "31", "函授大专": "31", "自考大专": "31", "成人大专": "31", "电大": "31", "成人本科": "21", "在职研究生": "14", "在职大专": "31", "党校研究生": "14",
        "中学": "71", "高职": "31", "完小": "81",
    },
    "person_category": {"党员": "1"},
    "party_post": {"党总支书记": "1", "总支书记": "1", "第一书记": "7", "村书记": "2", "主任": "0", "村主任": "0", "村委会主任": "0", "支部书记兼村主任": "2", "书记兼主任": "2", "一肩挑": "2"},
}
# Slips of hand and eye: never taken over, only proposed.
_SLIPS: Mapping[str, Mapping[str, str]] = {
    "ethnicity": {"余族": "22", "佘族": "22", "畚族": "22", "舍族": "22", "奢族": "22", "余": "22", "佘": "22", "汗族": "01", "汉子": "01", "汊族": "01", "翰族": "01", "满": "11", "苗": "06", "回": "03", "壮": "08"},
}
_OUTSIDERS = frozenset("群众 共青团员 团员 无党派 无党派人士 民革会员 民盟盟员 民建会员 致公党党员 农工党党员 九三学社社员 少先队员".split())
_GONE = frozenset("已故 死亡 去世 亡故 病故 已去世 出党 开除 开除党籍 除名 已除名 退党 已转出 转出 已转走".split())
_CHOICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "education": {"高中/中专": ("61", "41"), "高中或中专": ("61", "41"), "高中(中专)": ("61", "41"), "中专/高中": ("41", "61"), "大专以上": ("31", "21"), "大专及以上": ("31", "21"), "高中以上": ("61", "31"), "初中以下": ("71", "81"), "小学及以下": ("81", "83", "90"), "本科以上": ("21", "14"), "中职": ("41", "44", "47"), "大学专科/本科": ("31", "21")},
    "party_post": {"纪检宣传委员": ("6", "5"), "组织宣传委员": ("4", "5")},
}
_NOT_A_STEM = re.compile(r"[()（）【】\[\]].*")
_CLOSE = 0.6


@lru_cache(maxsize=16)
def _names(code_list: str) -> Mapping[str, str]:
    """Every exact word of a list, in simplified characters and small letters."""
    known = {simplified(name).lower(): code for code, name in code_lists()[code_list].items()}
    if code_list == "ethnicity":
        known |= {name.removesuffix("族"): code for name, code in known.items() if name.endswith("族") and len(name) > 2}
        known |= {"汉": "01", "畲": "22", "满": "11", "苗": "06", "回": "03", "壮": "08", "藏": "04"}
    return known | _EXACT.get(code_list, {})


def choice(code_list: str, code: str) -> Choice:
    """A code offered under its name."""
    return Choice(code, code_lists()[code_list][code])


@lru_cache(maxsize=65536)
def clean_code(value: str, field: str, code_list: str) -> Cleaned:
    """The code a word stands for, by name first; what only nearly fits is proposed, not taken."""
    text = packed(value)
    if is_nothing(text) and text not in ("无",):
        return Cleaned()
    word = simplified(text).lower()
    if found := _names(code_list).get(word):
        told = () if word == value else (note(field, "code.normalised", name=code_lists()[code_list][found]),)
        return Cleaned(found, told)
    if found := _ROUGH.get(code_list, {}).get(word):
        return Cleaned(found, (warn(field, "code.rough", raw=text, name=code_lists()[code_list][found]),))
    if options := _CHOICES.get(code_list, {}).get(word):
        return Cleaned(problems=(ambiguous(field, "code.several", *(choice(code_list, c) for c in options), raw=text),))
    if word.isdigit():
        return _by_number(word, field, code_list)
    return _unknown(word, text, field, code_list)


def _by_number(word: str, field: str, code_list: str) -> Cleaned:
    """A bare number: taken when the list knows it, and told, since other systems number differently."""
    names = code_lists()[code_list]
    width = len(next(iter(names)))
    code = word.zfill(width)
    if code not in names:
        return Cleaned(problems=(error(field, "code.number_unknown", raw=word),))
    weigh = note if code_list in ("sex", "ethnicity") else warn
    return Cleaned(code, (weigh(field, "code.by_number", raw=word, name=names[code]),))


def _unknown(word: str, text: str, field: str, code_list: str) -> Cleaned:
    if code_list == "person_category" and word in _OUTSIDERS:
        return Cleaned(problems=(error(field, "category.outsider", raw=text),))
    if code_list in ("person_category", "membership_state") and word in _GONE:
        return Cleaned(problems=(error(field, "category.gone", raw=text),))
    if code_list == "member_occupation":
        return Cleaned(problems=(note(field, "occupation.free_text", raw=text),))
    return Cleaned(problems=(error(field, "code.unknown", *_proposals(word, code_list), raw=text),))


def _proposals(word: str, code_list: str) -> tuple[Choice, ...]:
    """What the writer may have meant: a known slip, the word without its brackets, or a close word."""
    if slip := _SLIPS.get(code_list, {}).get(word):
        return (choice(code_list, slip),)
    known = _names(code_list)
    if stem := known.get(_NOT_A_STEM.sub("", word)):
        return (choice(code_list, stem),)
    close = get_close_matches(word, known, n=3, cutoff=_CLOSE)
    return tuple(dict.fromkeys(choice(code_list, known[name]) for name in close))


def sex_of_text(value: Any, *, swapped: bool) -> Cleaned:
    """A sex; `swapped` reads the digits of a system that has 1 for women and 2 for men."""
    found = clean_code(str(int(value)) if isinstance(value, (int, float)) else str(value), "sex", "sex")
    if swapped and packed(value).strip("0.") in ("1", "2"):
        return Cleaned({"1": "2", "2": "1"}[found.value], found.problems)
    return found


_TRUE = frozenset("是 有 y yes true t 1 √ v ✓ ✔ ☑ ✅ 对 o ● ■ 是的 已 √.".split())
_FALSE = frozenset("否 无 n no false f 0 × x ✗ ✘ ☐ □ 不是 没有 未 - — / 不 ○ ❌ 非".split())


@lru_cache(maxsize=8192)
def clean_yes_no(value: str, field: str) -> Cleaned:
    """`1` for yes, `0` for no, empty for an empty cell; anything else is asked about."""
    text = simplified(packed(value)).lower()
    if not text:
        return Cleaned()
    if text in _TRUE:
        return Cleaned("1")
    if text in _FALSE or is_nothing(text):
        return Cleaned("0")
    return Cleaned(problems=(error(field, "yes_no.unreadable", Choice("1", "是"), Choice("0", "否"), raw=text),))


_POST_SEPARATORS = re.compile(r"[、,，;；/+＋兼和及&\n]+")


@lru_cache(maxsize=32768)
def clean_posts(value: str) -> Cleaned:
    """Posts as codes joined by `;`: 副书记兼组织委员 gives 3;4."""
    text = simplified(packed(value))
    whole = clean_code(value, "post", "party_post")
    if whole.value or is_nothing(text):
        return Cleaned("", ()) if whole.value == "0" and text == "无" else whole
    codes: list[str] = []
    problems: list[Problem] = []
    parts = [part for part in _POST_SEPARATORS.split(text) if part]
    for part in parts:
        found = clean_code(part, "post", "party_post")
        codes += [found.value] if found.value else []
        problems += found.problems if len(parts) > 1 else ()
    if any(p.code == "code.unknown" for p in problems) or not codes:
        return Cleaned(problems=(warn("post", "post.not_a_party_post", raw=text),)) if not codes else Cleaned(
            ";".join(dict.fromkeys(codes)), (warn("post", "post.partly_read", raw=text),)
        )
    return Cleaned(";".join(dict.fromkeys(codes)), tuple(problems))
