"""What a page asks a service for, and how it says what is refused: by a button, by a form, or by a field of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import messages
from django.core import validators
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.requests import DoorstepRequest

# What the person can mend; anything else is no word to them but a page of its own.
REFUSALS = (409, 422)
Turn = tuple[Callable[..., object], str]
# The page a button stands on, drawn anew with what was refused.
Page = Callable[[str], HttpResponse]
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


def press(
    request: DoorstepRequest,
    said: str,
    service: Callable[..., object],
    /,
    *,
    to: str,
    page: Page | None = None,
    **given: Any,
) -> HttpResponse:
    """Do what a button asks for and go on to the address `to`; a refusal is said on the `page` it was pressed on.

    Without a `page` it is said where one goes on to. What may not be done, or is not there, stays a page of its own.
    """
    try:
        service(**given, actor=request.actor)
    except DoorstepError as problem:
        if problem.status not in REFUSALS:
            raise
        if page is not None:
            return page(problem.text)
        messages.error(request, problem.text)
        return redirect(to)
    messages.success(request, said)
    return redirect(to)


def press_one_of(
    request: DoorstepRequest, turns: Mapping[str, Turn], /, *, to: str, page: Page | None = None, **what: Any
) -> HttpResponse:
    """`press` the button that was answered with, of those the page has. Raises NotFound for any other."""
    chosen = turns.get(request.POST.get("answer", ""))
    if chosen is None:
        raise NotFound
    turn, said = chosen
    return press(request, said, turn, to=to, page=page, **what)


@contextmanager
def said_above(form: forms.BaseForm) -> Iterator[None]:
    """Do what a sent form asks for; what is refused stands above the form, with all that was filled in."""
    try:
        yield
    except DoorstepError as problem:
        form.add_error(None, problem.text)


def speak_plainly() -> None:
    """Let every field of every form say what to write there, unless it has words of its own.

    Django's own sentences name "this field" and a rule; whoever fills in a form wants to know what to do.
    """
    for field, words in _OF_FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}
    for validator, message in _OF_VALIDATORS.items():
        validator.message = message
    validators.DecimalValidator.messages = _OF_DECIMALS
