"""What a keeper fills in about rooms, hours, closures, loans and guests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from doorstep.bases.models import Closure, Venue
from doorstep.bases.queries.venues import weekday_word
from doorstep.bases.rules.opening import WEEK, OpenSpan
from doorstep.core.clock import LOCAL_ZONE
from doorstep.core.fields import day_input

MOST = 100_000
LONGEST_NOTICE = 365  # days


def _ticks() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple(attrs={"class": "checkbox"})


class VenueForm(forms.Form):
    """A room or spot."""

    name = forms.CharField(label=_("场地名称"), max_length=80, help_text=_("例如：多功能厅、二号教室、现场教学区"))
    seats = forms.IntegerField(label=_("座位"), min_value=1, max_value=MOST)
    equipment = forms.MultipleChoiceField(
        label=_("设备"), choices=Venue.Equipment.choices, required=False, widget=_ticks()
    )


class VehicleForm(forms.Form):
    """A coach or a boat."""

    kind = forms.ChoiceField(label=_("是什么"), choices=Venue.Kind.choices[1:])
    name = forms.CharField(label=_("叫什么"), max_length=80, help_text=_("例如：45 座客车（闽J 12345）、渡船二号"))
    seats = forms.IntegerField(label=_("座位"), min_value=1, max_value=MOST)


class ClosureForm(forms.Form):
    """From when to when a place cannot be used."""

    venue = forms.TypedChoiceField(label=_("哪里不开放"), coerce=int, required=False, empty_value=None)
    kind = forms.ChoiceField(label=_("什么情况"), choices=Closure.Kind.choices)
    starts_at = forms.DateTimeField(label=_("从什么时候"))
    ends_at = forms.DateTimeField(label=_("到什么时候"))
    reason = forms.CharField(
        label=_("原因"), required=False, max_length=200, help_text=_("会显示给要用这里的人，例如：屋顶维修")
    )

    def __init__(self, *args: Any, rooms: Iterable[Venue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("整个阵地")), *((venue.pk, venue.name) for venue in rooms)]
        self.fields["venue"].choices = choices  # type: ignore[attr-defined]
        for name in ("starts_at", "ends_at"):
            self.fields[name].widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def clean(self) -> dict[str, Any]:
        """What was typed is local time."""
        data = super().clean() or self.cleaned_data
        for name in ("starts_at", "ends_at"):
            if moment := data.get(name):
                data[name] = moment.replace(tzinfo=LOCAL_ZONE)
        return data


class LoanForm(forms.Form):
    """Whose the venue is, from when to when it is lent, and on which terms."""

    owner = forms.CharField(label=_("产权单位"), max_length=80, help_text=_("例如：镇文化服务中心"))
    valid_from = forms.DateField(label=_("从哪天起能用"))
    valid_to = forms.DateField(label=_("用到哪天（含当天）"))
    notice_days = forms.IntegerField(
        label=_("至少提前几天约"), min_value=0, max_value=LONGEST_NOTICE, initial=0, help_text=_("不用提前就填 0")
    )
    terms = forms.CharField(
        label=_("其他约定"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("例如：用完打扫，电费自理"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("valid_from", "valid_to"):
            self.fields[name].widget = day_input()


class ReceptionForm(forms.Form):
    """How many guests a day, with what, and whom to call."""

    people = forms.IntegerField(label=_("每天最多接待（人）"), min_value=0, max_value=MOST)
    meals = forms.IntegerField(label=_("同时用餐（人）"), min_value=0, max_value=MOST, initial=0)
    beds = forms.IntegerField(label=_("床位（张）"), min_value=0, max_value=MOST, initial=0)
    parking = forms.IntegerField(label=_("大巴车位（个）"), min_value=0, max_value=MOST, initial=0)
    guides = forms.IntegerField(label=_("同时能派的讲解员（人）"), min_value=0, max_value=MOST, initial=0)
    contact = forms.CharField(label=_("联系科室"), required=False, max_length=40, help_text=_("例如：党校办公室"))
    phone = forms.CharField(
        label=_("办公电话"),
        required=False,
        max_length=20,
        validators=[RegexValidator(r"^[0-9 +\-]{5,20}$", _("电话只能有数字和横线，例如 0593-1234567。"))],
        help_text=_("会公开，请填办公室电话，不要填个人手机"),
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


def _clock_field(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, required=False, widget=widget)


class HourGroup(forms.Form):
    """Days of the week with the same hours: one stretch, or two with a break between."""

    days = forms.TypedMultipleChoiceField(label=_("哪几天"), coerce=int, required=False, widget=_ticks())
    opens = _clock_field(_("开门"))
    closes = _clock_field(_("关门"))
    opens_again = _clock_field(_("下午开门"))
    closes_again = _clock_field(_("下午关门"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [(day, weekday_word(day)) for day in WEEK]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Days need a first stretch, times need days, and a stretch has both ends."""
        data = super().clean() or self.cleaned_data
        times = [data.get(name) for name in ("opens", "closes", "opens_again", "closes_again")]
        if data.get("days") and not all(times[:2]) and not self.errors:
            self.add_error("opens", _("请填开门和关门时间。"))
        if any(times) and not data.get("days") and not self.errors:
            self.add_error("days", _("请勾选是哪几天。"))
        if bool(times[2]) != bool(times[3]) and not self.errors:
            self.add_error("opens_again", _("第二段的开门和关门时间要一起填，只有一段就都空着。"))
        return data


HourGroups = forms.formset_factory(HourGroup, extra=1, max_num=len(WEEK), absolute_max=len(WEEK))


def spans_of(groups: Any) -> list[OpenSpan]:
    """The stretches that filled-in groups mean."""
    found = []
    for data in groups.cleaned_data:
        for opens, closes in (("opens", "closes"), ("opens_again", "closes_again")):
            if data.get(opens) and data.get(closes):
                found += [OpenSpan(day, data[opens], data[closes]) for day in data["days"]]
    return found


def groups_of(spans: Sequence[OpenSpan]) -> list[dict[str, Any]]:
    """Stretches as the groups of the form: days with the same times together."""
    by_times: dict[tuple[tuple[time, time], ...], list[int]] = {}
    for day in WEEK:
        times = tuple((span.opens_at, span.closes_at) for span in spans if span.weekday == day)
        if times:
            by_times.setdefault(times, []).append(day)
    groups = []
    for times, days in by_times.items():
        row: dict[str, Any] = {"days": days, "opens": times[0][0], "closes": times[0][1]}
        if len(times) > 1:
            row |= {"opens_again": times[1][0], "closes_again": times[1][1]}
        groups.append(row)
    return groups
