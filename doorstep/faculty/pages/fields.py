"""Fields that several forms share: the time of a sitting, a place to choose, choices that depend on who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from doorstep.core.clock import LOCAL_ZONE
from doorstep.core.fields import day_field
from doorstep.core.requests import DoorstepRequest
from doorstep.faculty.models import Teacher
from doorstep.faculty.queries.spots import Spot, spots_around

MOST_OFFERED = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """The teachers one can choose from, by id; where there are more, those whose names begin as one typed."""

    teachers: dict[int, Teacher]
    typed: str
    is_cut: bool

    @property
    def words(self) -> list[tuple[int, str]]:
        """The same as choices of a form."""
        return [(pk, f"{one.name}　{one.unit.short_name}") for pk, one in self.teachers.items()]


def offered_teachers(request: DoorstepRequest, rows: QuerySet[Teacher]) -> Offer:
    """Who can be chosen of `rows`, with their units."""
    typed = request.GET.get("q", "").strip()[:60]
    found = list(rows.filter(name__startswith=typed)[: MOST_OFFERED + 1])
    return Offer({one.pk: one for one in found[:MOST_OFFERED]}, typed, len(found) > MOST_OFFERED)


def offer(form: forms.Form, name: str, choices: Iterable[tuple[int, str]]) -> None:
    """Let a field of a form be chosen from these."""
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]


def time_field(label: Any, **more: Any) -> forms.TimeField:
    """A time of the day."""
    return forms.TimeField(label=label, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **more)


class SpotField(forms.ChoiceField):
    """A unit or a base, chosen from those of a county; what it gives is a `Spot`."""

    spots: dict[str, Spot]

    def offer(self, county: str, *, only_bases: bool = False) -> None:
        """Say what can be chosen."""
        spots, groups = spots_around(county)
        self.spots = {key: spot for key, spot in spots.items() if spot.base_id or not only_bases}
        kept = ((name, [(key, words) for key, words in rows if key in self.spots]) for name, rows in groups)
        self.choices = [(name, rows) for name, rows in kept if rows]

    def clean(self, value: Any) -> Any:
        """The chosen spot."""
        return self.spots[super().clean(value)]


class SittingForm(forms.Form):
    """Who lectures, where and from when to when."""

    teacher = forms.TypedChoiceField(label=gettext_lazy("谁讲"), coerce=int)
    spot = SpotField(label=gettext_lazy("在哪里"))
    where = forms.CharField(
        label=gettext_lazy("具体地点"), required=False, max_length=120, help_text=gettext_lazy("例如：文化礼堂")
    )
    on = day_field(gettext_lazy("哪天"))
    begins = time_field(gettext_lazy("几点开始"))
    ends = time_field(gettext_lazy("几点结束"))

    @property
    def sitting(self) -> dict[str, Any]:
        """The sitting that a valid form means; moments on the local clock."""
        data = self.cleaned_data
        starts, ends = (datetime.combine(data["on"], data[name], LOCAL_ZONE) for name in ("begins", "ends"))
        named = {"teacher_id": data["teacher"], "spot": data["spot"], "where": data["where"]}
        return {**named, "starts_at": starts, "ends_at": ends}
