"""What may stand in words that everybody reads."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid
from doorstep.core.masking import personal_number


class WordsHoldNumbers(Invalid):
    """A mobile or an ID number in words that are shown to everybody."""

    code = "words_hold_numbers"
    template = _("里面有“%(number)s”，像手机号或身份证号。这里写的大家都看得到，请去掉；电话写单位座机。")


def refuse_numbers(*words: str) -> None:
    """Raises WordsHoldNumbers where one of the words holds a mobile or an ID number."""
    if number := personal_number("\n".join(words)):
        raise WordsHoldNumbers(number=number)
