"""The forms of orders: what one orders and when, and how it is answered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.classes.models import Order
from doorstep.classes.pages.forms import Choices, DressedForm, NeedsForm, PinForm
from doorstep.classes.rules.orders import WHOLE_DAY, Wish, usual_part
from doorstep.classes.rules.reception import KINDS
from doorstep.classes.services.order_placing import OrderFacts
from doorstep.core.fields import day_field

if TYPE_CHECKING:
    from doorstep.bases.models import Base
    from doorstep.catalogue.models import Course, Package
    from doorstep.faculty.models import Teacher

WILLS = (("own", _("自己点的")), ("assigned", _("上级安排的")))
HALVES = [choice for choice in Order.Part.choices if choice[0] != WHOLE_DAY]


# More people need larger rooms: the calendar is drawn anew, and nothing personal goes into its address.
_DAYS_ANEW = {
    "hx-get": "",
    "hx-trigger": "change",
    "hx-target": "#days",
    "hx-select": "#days",
    "hx-swap": "outerHTML",
    "hx-include": "[name=day],[name=unit]",
}
ALWAYS_SHOWN = ("people", "part", "location", "contact", "phone")


class OrderForm(PinForm, NeedsForm):
    """What a unit orders; the days come from the calendar beside it."""

    people = forms.IntegerField(
        label=_("多少人去"), min_value=1, max_value=10_000, widget=forms.NumberInput(attrs=_DAYS_ANEW)
    )
    part = forms.ChoiceField(label=_("上午还是下午"), choices=HALVES, required=False)
    contact = forms.CharField(label=_("联系人"), max_length=40)
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("只有接单的单位看得到"),
    )
    audience = forms.ChoiceField(label=_("主要是哪些人"), required=False)
    language = forms.ChoiceField(label=_("希望用哪种话讲"), required=False)
    will = forms.ChoiceField(label=_("怎么来点的"), choices=WILLS, required=False)
    note = forms.CharField(
        label=_("还想说什么"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    field_order = (
        "people", "part", "location", "contact", "phone", "audience", "language", "meals", "beds", "parking", "guides",
        "will", "note", "pin", "datum", "township", "key",
    )  # fmt: skip

    def __init__(
        self, *args: Any, half_days: int, is_at_door: bool, audiences: Choices, languages: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.half_days = half_days
        self.fields["audience"].choices = [("", _("没有特别的")), *audiences]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("都可以")), *languages]  # type: ignore[attr-defined]
        if half_days > 1:
            del self.fields["part"]
        if is_at_door:
            self.fields["location"].label = _("送到哪里")
            self.fields["location"].required = True
            for name in KINDS[1:]:
                del self.fields[name]
        else:
            for name in ("location", "pin", "datum", "township"):
                del self.fields[name]

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields everybody sees."""
        return [self[name] for name in ALWAYS_SHOWN if name in self.fields]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The fields few need."""
        return [field for field in self if field.name not in (*ALWAYS_SHOWN, "key")]

    def facts(
        self, days: Iterable[date], *, package: Package | None, course: Course | None, waits: bool = False
    ) -> OrderFacts:
        """What a valid form means, for the days ticked in the calendar, or from one to the other when it `waits`."""
        data = self.cleaned_data
        part = data.get("part") or usual_part(self.half_days)
        return OrderFacts(
            wishes=[Wish(day, part) for day in days],
            people=data["people"],
            contact=data["contact"],
            phone=data["phone"],
            package=package,
            course=course,
            audience=data["audience"],
            language=data["language"],
            location=data.get("location") or "",
            pin=data.get("pin"),
            township_id=data.get("township"),
            note=data["note"],
            is_assigned=data["will"] == "assigned",
            waits=waits,
            needs=self.needs,
            key=data["key"],
        )


class CounterForm(DressedForm):
    """Another day, or another base."""

    day = day_field(_("改到哪天"))
    part = forms.ChoiceField(label=_("上午还是下午"), choices=HALVES, required=False)
    base = forms.TypedChoiceField(label=_("换一处阵地"), coerce=int, required=False, empty_value=None)
    note = forms.CharField(label=_("给对方的话"), max_length=200, required=False)

    def __init__(self, *args: Any, half_days: int, bases: Iterable[Base], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.half_days = half_days
        if half_days > 1:
            del self.fields["part"]
        choices = [("", _("不换地方")), *((base.pk, base.name) for base in bases)]
        self.fields["base"].choices = choices  # type: ignore[attr-defined]

    @property
    def wish(self) -> Wish:
        """The day a valid form offers."""
        data = self.cleaned_data
        return Wish(data["day"], data.get("part") or usual_part(self.half_days))


class AcceptForm(forms.Form):
    """On which of the days wished for, and who teaches where that is known."""

    wish = forms.IntegerField(min_value=1, max_value=9)
    teacher = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, teachers: Iterable[Teacher], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teacher"].choices = [("", ""), *((t.pk, t.name) for t in teachers)]  # type: ignore[attr-defined]


class NoForm(DressedForm):
    """Why not."""

    reason = forms.ChoiceField(label=_("原因"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, reasons: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(code, Order.Reason(code).label) for code in reasons]  # type: ignore[attr-defined]
