"""The forms of groups from outside, and those by which staff quote and count them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.classes.models import Order, OutsideGroup
from doorstep.classes.pages.forms import Choices, DressedForm, NeedsForm
from doorstep.classes.pages.order_forms import HALVES
from doorstep.classes.rules.orders import WHOLE_DAY, Wish
from doorstep.classes.rules.reception import KINDS
from doorstep.classes.services.order_placing import OrderFacts
from doorstep.classes.services.outside_orders import GroupFacts
from doorstep.classes.services.quotes import Line
from doorstep.core.fields import day_field

if TYPE_CHECKING:
    from doorstep.catalogue.models import Course, Package

QUOTE_LINES = 8


class OutsideForm(NeedsForm):
    """What a group from outside orders; the days come from the calendar beside it."""

    people = forms.IntegerField(label=_("多少人来"), min_value=1, max_value=10_000)
    part = forms.ChoiceField(label=_("上午还是下午"), choices=HALVES, required=False)
    location = forms.CharField(label=_("送到哪里"), max_length=120)
    name = forms.CharField(label=_("单位名称"), max_length=60, widget=forms.TextInput({"autocomplete": "organization"}))
    kind = forms.ChoiceField(label=_("单位类别"), choices=OutsideGroup.Kind.choices)
    contact = forms.CharField(label=_("联系人"), max_length=40, widget=forms.TextInput({"autocomplete": "name"}))
    origin = forms.CharField(label=_("从哪里来"), max_length=40, required=False, help_text=_("例如：江西上饶"))
    audience = forms.ChoiceField(label=_("主要是哪些人"), required=False)
    language = forms.ChoiceField(label=_("希望用哪种话讲"), required=False)
    note = forms.CharField(
        label=_("还想说什么"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(
        self,
        *args: Any,
        half_days: int,
        is_at_door: bool,
        audiences: Choices,
        languages: Choices,
        is_new: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.half_days = half_days
        self.fields["audience"].choices = [("", _("没有特别的")), *audiences]  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("都可以")), *languages]  # type: ignore[attr-defined]
        dropped = [] if is_new else ["name", "kind", "contact", "origin"]
        dropped += ["part"] if half_days > 1 else []
        dropped += KINDS[1:] if is_at_door else ["location"]
        for name in dropped:
            del self.fields[name]

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields everybody fills in."""
        names = ("people", "part", "location", "name", "kind", "contact")
        return [self[name] for name in names if name in self.fields]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The fields few need."""
        names = (*KINDS[1:], "origin", "audience", "language", "note")
        return [self[name] for name in names if name in self.fields]

    def group(self) -> GroupFacts:
        """Who a valid form says orders."""
        data = self.cleaned_data
        return GroupFacts(data["name"], data["kind"], data["contact"], data["origin"])

    def facts(
        self,
        days: Iterable[date],
        *,
        package: Package | None = None,
        course: Course | None = None,
        waits: bool = False,
    ) -> OrderFacts:
        """What a valid form asks for, on the days ticked, or from one to the other when it `waits`.

        The contact is kept with the group.
        """
        data = self.cleaned_data
        part = WHOLE_DAY if self.half_days > 1 else data.get("part") or Order.Part.ANY
        return OrderFacts(
            wishes=[Wish(day, part) for day in days],
            people=data["people"],
            contact="",
            package=package,
            course=course,
            audience=data["audience"],
            language=data["language"],
            location=data.get("location") or "",
            note=data["note"],
            waits=waits,
            needs=self.needs,
            key=data["key"],
        )


class QuoteForm(DressedForm):
    """A quote: some lines of what, how much each in yuan, and how many; until when it holds."""

    valid_until = day_field(_("有效到哪天"), required=False)
    note = forms.CharField(label=_("说明"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, QUOTE_LINES + 1):
            self.fields[f"what_{n}"] = forms.CharField(label=_("项目"), max_length=60, required=False)
            self.fields[f"yuan_{n}"] = forms.DecimalField(
                label=_("单价（元）"), min_value=Decimal(0), max_digits=11, decimal_places=2, required=False
            )
            self.fields[f"count_{n}"] = forms.IntegerField(
                label=_("数量"), min_value=1, max_value=1_000_000, required=False
            )
            for name in ("what", "yuan", "count"):
                self.fields[f"{name}_{n}"].widget.attrs["class"] = "input w-full"

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each line."""
        return [[self[f"{name}_{n}"] for name in ("what", "yuan", "count")] for n in range(1, QUOTE_LINES + 1)]

    def lines(self) -> list[Line]:
        """The lines in which anything was written; what is missing in one is refused by the service."""
        data, found = self.cleaned_data, []
        for n in range(1, QUOTE_LINES + 1):
            what, yuan, count = (data[f"{name}_{n}"] for name in ("what", "yuan", "count"))
            if what or yuan is not None or count is not None:
                found.append(Line(what, -1 if yuan is None else int(yuan * 100), count or 0))
        return found


class ContractForm(DressedForm):
    """A contract as a file."""

    contract = forms.FileField(
        label=_("合同文件"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        help_text=_("PDF、JPG 或 PNG，最大 10 MB。传新的以后，旧的还留着。"),
    )


class CameForm(DressedForm):
    """How many of a group came."""

    came = forms.IntegerField(label=_("外来实到（人）"), min_value=0, max_value=100_000)
    again = forms.IntegerField(label=_("其中今年来过的（人）"), min_value=0, max_value=100_000, required=False)


class RevealForm(DressedForm):
    """Why somebody wants to see a contact in full."""

    reason = forms.CharField(label=_("为什么要看"), max_length=200)
