"""What the next class of a row is called."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
_TURN = re.compile(r"第([0-9]+|[一二三四五六七八九十]+)期")


def chinese_number(value: int) -> str:
    """1–99 in Chinese numerals: 3 三, 10 十, 21 二十一."""
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def _number_of(text: str) -> int:
    if text.isdigit():
        return int(text)
    head, ten, tail = text.partition("十")
    ones = _DIGITS.index(tail) if tail else 0
    if not ten:
        return _DIGITS.index(head)
    return (_DIGITS.index(head) if head else 1) * 10 + ones


def next_title(title: str) -> str:
    """The title of the class after this one: 第三期 becomes 第四期; without a number it stays.

    A numeral that is none (十十) or beyond 99 stays as well.
    """
    found = _TURN.search(title)
    if found is None:
        return title
    try:
        number = _number_of(found[1]) + 1
    except ValueError:
        return title
    if number > 99 and not found[1].isdigit():
        return title
    text = str(number) if found[1].isdigit() else chinese_number(number)
    return title[: found.start(1)] + text + title[found.end(1) :]
