"""The form that opens a class asks what orders may say too: meals, beds, coaches, guides, and what goes along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base, Reservation, Venue
from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.bases.services.venues import add_venue, retire_venue, set_reception
from doorstep.classes.models import TrainingClass
from doorstep.classes.queries.receiving import needs_of
from doorstep.classes.rules.reception import Needs
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from tests.cast import Cast
from tests.classes.test_pages import new_form
from tests.factories.classes import SYSTEM, make_base, make_class

NEW = "classes:new"
LIVE = Reservation.objects.filter(state="live")
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with clock.frozen(clock.at_local(date(2026, 11, 23), 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


@pytest.fixture
def coach(school: Base) -> Venue:
    return add_venue(base=school, kind="coach", name="45 座客车", seats=45, actor=SYSTEM)


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def test_what_is_needed_at_the_base_is_asked_and_refused_with_the_figure(
    cast: Cast, school: Base, sign_in: SignIn
) -> None:
    set_reception(base=school, people=90, meals=60, beds=10, actor=SYSTEM)
    client, room = sign_in("township"), school.venues.get()
    asked = client.get(reverse(NEW)).content.decode()
    assert "用餐、住宿、停大巴、讲解员" in asked
    form = new_form(
        unit=cast.unit("huotong").pk, venue=room.pk, location="", meals="40", beds="12", parking="", guides="0"
    )
    refused = client.post(reverse(NEW), form)
    assert refused.status_code == 422
    assert refused.context["form"].errors["meals"] == [
        "12月7日霍童镇党校床位只有 10，已经排了 0，还要 12，不够。请改日期，或少要一些、自己解决。"
    ]
    assert not TrainingClass.objects.exists()
    assert client.post(reverse(NEW), {**form, "beds": "10"}).status_code == 302
    opened = TrainingClass.objects.get()
    assert needs_of(opened) == Needs(40, 40, 10, 0, 0)
    # The next one is filled in after it, and its details stand open.
    start = client.get(reverse(NEW)).context["form"]
    assert [start.initial[name] for name in ("meals", "beds", "parking", "guides")] == [40, 10, 0, 0]
    assert start.has_needs
    wrong = client.post(reverse(NEW), {**form, "meals": "-1"})
    assert wrong.context["form"].errors.keys() == {"meals"}
    holds()


def test_vehicles_go_with_the_class_or_with_one_of_its_sessions(
    cast: Cast, school: Base, coach: Venue, sign_in: SignIn
) -> None:
    boat = add_venue(base=school, kind="boat", name="渡船", seats=30, actor=SYSTEM)
    client, unit = sign_in("township"), cast.unit("huotong")
    text = client.get(reverse(NEW)).content.decode()
    assert ("派客车、船或流动党校" in text, "45 座客车（45 座，霍童镇党校）" in text) == (True, True)
    form = {**new_form(unit=unit.pk), "brings": [coach.pk], "rows-1-brings": [boat.pk, coach.pk]}
    assert client.post(reverse(NEW), form).status_code == 302
    opened = TrainingClass.objects.get()
    first, second = opened.sessions.order_by("number")
    assert (first.brings, second.brings) == ([coach.pk], sorted([coach.pk, boat.pk]))
    assert sorted(LIVE.values_list("venue", "part")) == sorted(
        [(coach.pk, first.pk), (coach.pk, second.pk), (boat.pk, second.pk)]
    )
    holds()
    # Filled in after it: what goes with all stands above, what goes with one at that one.
    again = client.get(reverse(NEW))
    assert again.context["form"].initial["brings"] == [coach.pk]
    assert [row.initial["brings"] for row in again.context["rows"]] == [[], [boat.pk]]
    # Somebody else has it then: told where it was ticked, with what is free instead.
    other = new_form(unit=unit.pk, title="同一天的班", **{"rows-INITIAL_FORMS": "2"})
    taken = client.post(reverse(NEW), {**other, "brings": [coach.pk]})
    assert taken.status_code == 422
    assert "45 座客车派不出来：“农村党员冬训班（第一期）”08:30–11:30 在用" in taken.context["form"].errors["brings"][0]
    at_row = client.post(reverse(NEW), {**other, "rows-1-brings": [boat.pk]})
    assert at_row.status_code == 422
    assert at_row.context["form"].errors == {}
    assert [list(row.errors) for row in at_row.context["rows"]] == [[], ["brings"]]
    assert TrainingClass.objects.count() == 1
    forged = client.post(reverse(NEW), {**other, "brings": [school.venues.rooms().get().pk]})
    assert forged.context["form"].errors.keys() == {"brings"}
    holds()


def test_what_cannot_be_had_is_not_offered(cast: Cast, coach: Venue, sign_in: SignIn) -> None:
    make_class(cast.unit("huotong"))
    retire_venue(venue=coach, actor=SYSTEM)
    page = sign_in("township").get(reverse(NEW))
    assert "brings" not in page.context["form"].fields
    assert "派客车、船或流动党校" not in page.content.decode()
    set_booking_rule(base=coach.base, terms=BookingTerms("own"), actor=SYSTEM)
    Venue.objects.filter(pk=coach.pk).update(is_active=True)
    assert "45 座客车" in sign_in("township").get(reverse(NEW)).content.decode()
    assert "45 座客车" not in sign_in("sibling_township").get(reverse(NEW)).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_form_takes_few_queries(
    cast: Cast, school: Base, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for n in range(number):
        add_venue(base=school, kind="coach", name=f"客车 {n}", seats=45, actor=SYSTEM)
    client = sign_in("township")
    client.get(reverse(NEW))
    with django_assert_num_queries(13):
        client.get(reverse(NEW))
