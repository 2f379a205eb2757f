"""What people of the demo city are called: plausible, and nobody's in particular."""

from __future__ import annotations

import random

from doorstep.demo.rules.lots import Urn

# Given names by sex and generation: characters that come first, characters that come last.
_OLD_MEN = ("国建德金木水石长有庆宗世光维传承其能细阿", "旺福贵生发财明华忠祥根土树财寿康林泉坤朝")
_OLD_WOMEN = ("秀兰玉金凤美月彩桂春细阿素雪瑞爱惠", "英兰珍妹娇花香莲钗菊仙容娥珠云琴凤")
_MIDDLE_MEN = ("建国志文明永少晓成方立伟家荣仁光平新", "华军平强斌辉峰勇忠清锋雄杰钦铭灿敏")
_MIDDLE_WOMEN = ("丽秀晓美淑雪小海春惠燕玉少素琼", "萍芳琴敏娟华燕霞玲红梅英珍钦容")
_YOUNG_MEN = ("子俊宇浩志伟家晨鑫文嘉凯泽承铭", "轩杰豪鹏涛斌超翔宇琳辉晖楠锋龙")
_YOUNG_WOMEN = ("雨思诗欣佳晓梦静雅嘉婷丹雪慧", "婷琳颖萱怡雯洁妍倩瑶燕玲莹丹")
_SINGLE_MEN = "强伟斌勇军杰鹏涛辉峰锋平明超"
_SINGLE_WOMEN = "敏燕丹婷静芳娟玲霞洁颖琳"
_SINGLE_SHARE = {"old": 0.05, "middle": 0.16, "young": 0.12}

_POOLS = {
    ("1", "old"): _OLD_MEN,
    ("2", "old"): _OLD_WOMEN,
    ("1", "middle"): _MIDDLE_MEN,
    ("2", "middle"): _MIDDLE_WOMEN,
    ("1", "young"): _YOUNG_MEN,
    ("2", "young"): _YOUNG_WOMEN,
}


def generation_of(birth_year: int) -> str:
    """Whose fashion in names a person born in `birth_year` follows."""
    if birth_year < 1960:
        return "old"
    return "middle" if birth_year < 1982 else "young"


def given_name(rng: random.Random, sex: str, birth_year: int) -> str:
    """A given name of one or two characters."""
    generation = generation_of(birth_year)
    if rng.random() < _SINGLE_SHARE[generation]:
        return rng.choice(_SINGLE_MEN if sex == "1" else _SINGLE_WOMEN)
    first, last = _POOLS[sex, generation]
    head, tail = rng.choice(first), rng.choice(last)
    return head + tail if head != tail else head + last[0]


def surname_urns(rows: list[dict[str, str]]) -> dict[str, Urn[str]]:
    """Surnames of the shipped list by ethnicity code: 01 for most people, 22 for She."""
    codes = {"汉族": "01", "畲族": "22"}
    return {
        code: Urn.of(*((r["surname"], float(r["weight"])) for r in rows if r["ethnicity"] == name))
        for name, code in codes.items()
    }
