"""What a form says of a field left empty or filled in wrongly: what to do, in the words of the product.

Django's own sentences name "this field" and a rule; whoever fills in a form wants to know what to write there.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _

_OF_FIELDS: dict[type[forms.Field], dict[str, Any]] = {
    forms.Field: {"required": _("请填写。")},
    forms.ChoiceField: {
        "required": _("请选一项。"),
        "invalid_choice": _("“%(value)s”不在可选的里面，请重新选。"),
    },
    forms.MultipleChoiceField: {
        "required": _("请至少选一项。"),
        "invalid_choice": _("“%(value)s”不在可选的里面，请重新选。"),
    },
    forms.ModelChoiceField: {"required": _("请选一项。"), "invalid_choice": _("选的已经不在了，请重新选。")},
    forms.BooleanField: {"required": _("请勾选。")},
    forms.FileField: {
        "required": _("请选一个文件。"),
        "missing": _("请选一个文件。"),
        "empty": _("这个文件是空的。请检查后重新选。"),
    },
    forms.IntegerField: {"invalid": _("请填整数。")},
    forms.FloatField: {"invalid": _("请填数字。")},
    forms.DecimalField: {"invalid": _("请填数字。")},
    forms.DateField: {"invalid": _("请填日期，例如 2026-03-05。")},
    forms.TimeField: {"invalid": _("请填时间，例如 08:30。")},
    forms.DateTimeField: {"invalid": _("请填日期和时间，例如 2026-03-05 08:30。")},
}
_OF_VALIDATORS: dict[type[validators.BaseValidator], Any] = {
    validators.MinValueValidator: _("不能小于 %(limit_value)s。"),
    validators.MaxValueValidator: _("不能大于 %(limit_value)s。"),
    validators.MinLengthValidator: _("至少 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
    validators.MaxLengthValidator: _("最多 %(limit_value)d 个字，现在有 %(show_value)d 个。"),
}
_OF_DECIMALS: dict[str, Any] = {
    "invalid": _("请填数字。"),
    "max_digits": _("数字太长，最多 %(max)s 位。"),
    "max_decimal_places": _("小数点后最多 %(max)s 位。"),
    "max_whole_digits": _("小数点前最多 %(max)s 位。"),
}


def speak_plainly() -> None:
    """Let every field of every form speak so, unless it has words of its own."""
    for field, words in _OF_FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}
    for validator, message in _OF_VALIDATORS.items():
        validator.message = message
    validators.DecimalValidator.messages = _OF_DECIMALS
