"""A round that is proposed: where to, on which days; the order with the shortest way, and why; taken with one click."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.policies import policies_at
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press
from doorstep.core.views import view_rule
from doorstep.faculty.models import LectureGroup, Tour
from doorstep.faculty.pages.fields import SpotField, time_field
from doorstep.faculty.pages.groups import group_to_keep
from doorstep.faculty.queries.groups import members_within, tour_by_id
from doorstep.faculty.queries.touring import Proposal, Wish, round_proposed
from doorstep.faculty.services.tours import StopFacts, add_stops

SATURDAY = 6


class SpotsField(SpotField, forms.MultipleChoiceField):
    """Several units or bases of a county; what it gives is a list of `Spot`."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        """The chosen spots, in the order of the list."""
        return [self.spots[key] for key in forms.MultipleChoiceField.clean(self, value)]


class RoundForm(forms.Form):
    """From which day to which a round goes, when on each of them, and where to."""

    first_on = day_field(gettext_lazy("从哪天"))
    last_on = day_field(gettext_lazy("到哪天"))
    morning = time_field(gettext_lazy("上午几点开始"), required=False, help_text=gettext_lazy("上午不讲就留空"))
    afternoon = time_field(gettext_lazy("下午几点开始"), required=False, help_text=gettext_lazy("下午不讲就留空"))
    minutes = forms.IntegerField(label=gettext_lazy("一场多少分钟"), min_value=15, max_value=240)
    weekends = forms.BooleanField(label=gettext_lazy("周末也去"), required=False)
    spots = SpotsField(label=gettext_lazy("去哪些地方"))

    def __init__(self, *args: Any, group: LectureGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spots: Any = self.fields["spots"]
        spots.offer(group.county)
        found = policies_at(("tour.most_places", "tour.most_days"), on=clock.today(), place=group.place)
        self.most_places, self.most_days = found["tour.most_places"].integer, found["tour.most_days"].integer

    def clean(self) -> dict[str, Any]:
        """Not more than can be worked out, and at least one time of one day to come."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        if len(data["spots"]) > self.most_places:
            self.add_error("spots", _("一次最多排 %(n)s 处，请分成几轮来排。") % {"n": self.most_places})
        if data["morning"] is None and data["afternoon"] is None:
            self.add_error("morning", _("上午、下午至少写一个开始时间。"))
        elif not self._times_in_order(data):
            self.add_error("afternoon", _("下午这一场要在上午讲完以后开始，当天讲完。"))
        if data["last_on"] - data["first_on"] >= timedelta(days=self.most_days):
            self.add_error("last_on", _("一次最多排 %(n)s 天，请分成几轮来排。") % {"n": self.most_days})
        elif not self._days(data):
            self.add_error("last_on", _("这几天里没有可以排的日子。请看看次序，或勾上“周末也去”。"))
        return data

    def _times_in_order(self, data: dict[str, Any]) -> bool:
        """Each begins after the one before it, and is over the same day."""
        moments = [moment for times in self._times(data) for moment in times]
        return moments == sorted(moments)

    def _times(self, data: dict[str, Any]) -> list[tuple[time, time]]:
        length, day = timedelta(minutes=data["minutes"]), clock.today()
        begins = [at for at in (data["morning"], data["afternoon"]) if at]
        return [(at, (datetime.combine(day, at) + length).time()) for at in begins]

    def _days(self, data: dict[str, Any]) -> list[date]:
        count = (data["last_on"] - data["first_on"]).days + 1
        days = [data["first_on"] + timedelta(days=number) for number in range(max(count, 0))]
        return [day for day in days if data["weekends"] or day.isoweekday() < SATURDAY]

    @property
    def wish(self) -> Wish:
        """What a valid form asks for."""
        data = self.cleaned_data
        return Wish(data["spots"], self._days(data), self._times(data))


@view_rule("faculty.keep_group", kind="tour")
def round_new(request: DoorstepRequest, tour_id: int) -> HttpResponse:
    """Have a round proposed, and take it as it stands; what is not free any more is proposed anew."""
    planned = tour_by_id(tour_id, request.actor)
    group = group_to_keep(request, planned.group_id)
    asked = request.POST if request.method == "POST" else request.GET
    form = RoundForm(asked if request.method == "POST" or "first_on" in asked else None, group=group, initial=_first())
    if not form.is_bound or not form.is_valid():
        return _page(request, planned, form, None)
    if request.method != "POST":
        return _page(request, planned, form, round_proposed(group, form.wish))
    facts = _facts(request, group, form)
    said, to = _("已排好 %(n)s 场，也请了老师。") % {"n": len(facts)}, reverse("faculty:tour", args=[planned.pk])

    def page(problem: str) -> HttpResponse:
        return _page(request, planned, form, round_proposed(group, form.wish), problem)

    return press(request, said, add_stops, to=to, page=page, tour=planned, planned=facts)


def _first() -> dict[str, Any]:
    begins = clock.today() + timedelta(days=7)
    return {
        "first_on": begins,
        "last_on": begins + timedelta(days=4),
        "morning": "09:00",
        "afternoon": "15:00",
        "minutes": 90,
    }


def _facts(request: DoorstepRequest, group: LectureGroup, form: RoundForm) -> list[StopFacts]:
    """The sittings that were shown and are taken now; raises NotFound for what no page has shown."""
    spots: Any = form.fields["spots"]
    days = form.wish.days
    members = {str(one.teacher_id): one.teacher_id for one in members_within(group, min(days), max(days))}
    found = []
    for said in request.POST.getlist("stop"):
        try:
            teacher, key, *moments = said.split()
            starts_at, ends_at = (clock.local(_moment(one)) for one in moments)
            found.append(StopFacts(members[teacher], spots.spots[key], starts_at, ends_at))
        except (KeyError, ValueError):
            raise NotFound from None
    if not found:
        raise NotFound
    return found


def _moment(said: str) -> datetime:
    """A moment with its zone, whichever the server has; raises ValueError."""
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError(said)
    return moment


def _page(
    request: DoorstepRequest, planned: Tour, form: RoundForm, proposal: Proposal | None, problem: str = ""
) -> HttpResponse:
    spots: Any = form.fields["spots"]
    keys = {spot: key for key, spot in spots.spots.items()}
    names = {spots.spots[key]: words for _county, rows in spots.choices for key, words in rows}
    shown: dict[str, Any] = {"tour": planned, "group": planned.group, "form": form, "problem": problem}
    if proposal:
        legs = [(day.teacher.pk, leg) for day in proposal.days for leg in day.legs]
        shown |= {
            "proposal": proposal,
            "days": [(day, [(names[leg.spot], leg) for leg in day.legs]) for day in proposal.days],
            "left": [names[spot] for spot in proposal.left],
            "shut": [(names[spot], day) for spot, day in proposal.shut],
            "stops": [
                f"{who} {keys[leg.spot]} {leg.starts_at.isoformat()} {leg.ends_at.isoformat()}" for who, leg in legs
            ],
        }
    status = 422 if form.errors or problem else 200
    return render(request, "faculty/round.html", shown, status=status)
