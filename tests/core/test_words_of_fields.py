"""A field that is left empty or filled in wrongly says what to do, in each language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.utils.translation import override

CHOICES = [("a", "甲")]


def said(field: forms.Field, value: Any) -> list[str]:
    """What a field says of a value."""
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(value)
    return list(refused.value.messages)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (forms.CharField(), "", "请填写。"),
        (forms.CharField(max_length=2), "一二三", "最多 2 个字，现在有 3 个。"),
        (forms.CharField(min_length=4), "一二三", "至少 4 个字，现在有 3 个。"),
        (forms.ChoiceField(choices=CHOICES), "", "请选一项。"),
        (forms.ChoiceField(choices=CHOICES), "b", "“b”不在可选的里面，请重新选。"),
        (forms.MultipleChoiceField(choices=CHOICES), [], "请至少选一项。"),
        (forms.BooleanField(), False, "请勾选。"),
        (forms.FileField(), None, "请选一个文件。"),
        (forms.IntegerField(), "x", "请填整数。"),
        (forms.IntegerField(min_value=1), "0", "不能小于 1。"),
        (forms.IntegerField(max_value=9), "10", "不能大于 9。"),
        (forms.DecimalField(), "x", "请填数字。"),
        (forms.DecimalField(max_digits=4, decimal_places=1), Decimal("1.25"), "小数点后最多 1 位。"),
        (forms.DateField(), "昨天", "请填日期，例如 2026-03-05。"),
        (forms.TimeField(), "中午", "请填时间，例如 08:30。"),
    ],
)
def test_a_field_says_what_to_do(field: forms.Field, value: Any, text: str) -> None:
    assert said(field, value) == [text]


def test_a_field_with_words_of_its_own_keeps_them() -> None:
    assert said(forms.CharField(error_messages={"required": "请写原因。"}), "") == ["请写原因。"]


@pytest.mark.parametrize(("language", "text"), [("en", "Please fill this in."), ("zh-hant", "請填寫。")])
def test_other_languages_say_so_too(language: str, text: str) -> None:
    with override(language):
        assert said(forms.CharField(), "") == [text]
