"""A class that was opened elsewhere is offered to the line it could be, by the page and by a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base
from doorstep.core import clock
from doorstep.notices.models import Message
from doorstep.planning.queries.fitting import lines_offered
from doorstep.planning.rules import Shape, fits
from doorstep.planning.services.linking import Opening, open_line
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.messages import told
from tests.factories.plans import given_plan, line_facts, line_of

TODAY = date(2026, 6, 1)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


LINE = Shape(6, 7, "农村党员春训", "lecture", 2)


class TestRule:
    """Months first; then the course, the title, or form and length where no course is named."""

    def test_what_fits(self) -> None:
        other = Shape(6, 6, "别的", "small", 1)
        assert not fits(LINE, other)
        assert fits(LINE, replace(other, title="霍童镇农村党员春训第一期"))
        assert fits(replace(LINE, title="春训"), replace(other, title="春训班"))
        assert fits(LINE, replace(other, form="lecture", half_days=2))
        named = replace(LINE, course_ids=frozenset([7]))
        assert not fits(named, replace(other, form="lecture", half_days=2))
        assert fits(named, replace(other, course_ids=frozenset([7, 8])))

    @given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 12))
    def test_never_outside_its_months(self, first: int, last: int, month: int) -> None:
        line = replace(LINE, month_from=first, month_to=last)
        assert fits(line, replace(LINE, month_from=month, month_to=month)) is (first <= month <= last)


def plan_with_line(school: Base, **changes: object) -> None:
    given_plan(school, line_facts(month_from=6, month_to=7, **changes), status="approved")


@pytest.mark.django_db
class TestOffer:
    """Offered once, linked in one tap, never for another school or what is linked already."""

    def test_the_page_offers_it_and_one_tap_links_it(self, cast: Cast, school: Base, sign_in: SignIn) -> None:
        plan_with_line(school)
        held = make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 6, 20))], title="霍童农村党员春训")
        make_class(cast.unit("hubei"), sessions=[half_day(date(2026, 6, 20))], title="虎𬇙农村党员春训")
        line = line_of(school.plans.get())
        page = reverse("planning:plan", args=[line.plan_id])
        township = sign_in("township")
        shown = township.get(page).content.decode()
        assert ("已经开了一个像的班：2026-06-20　霍童农村党员春训" in shown, "虎𬇙" in shown) == (True, False)
        assert "就是这个班" not in sign_in("county").get(page).content.decode()
        township.post(reverse("planning:line_link", args=[line.pk]), {"class": held.pk})
        assert line.links.get().training_class == held
        assert "就是这个班" not in township.get(page).content.decode()
        assert lines_offered(held.pk) == []

    def test_writers_of_the_plan_hear_of_it(self, cast: Cast, school: Base) -> None:
        plan_with_line(school)
        make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 6, 20))], title="农村党员春训第一期")
        found = told("classes.class_opened")
        assert found["township"] == ["planning.link_offered"]
        one = Message.objects.get(text="planning.link_offered", account=cast.accounts["township"])
        assert one.title == "这个班像是计划里的一项：农村党员春训第一期"
        assert f"{school.name} 2026 年计划里的“农村党员春训”还没有班" in one.body

    def test_nobody_hears_of_what_fits_nothing_or_came_from_the_plan(self, cast: Cast, school: Base) -> None:
        plan_with_line(school)
        make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 9, 20))], title="农村党员秋训")
        make_class(cast.unit("hubei"), sessions=[half_day(date(2026, 6, 20))], title="农村党员春训")
        opening = Opening("农村党员春训", date(2026, 6, 20), 40)
        opened = open_line(line=line_of(school.plans.get()), opening=opening, actor=SYSTEM)
        assert lines_offered(opened.pk) == []
        told("classes.class_opened")
        assert not Message.objects.filter(text="planning.link_offered").exists()

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_page_asks_a_fixed_number_of_questions(
        self, cast: Cast, school: Base, sign_in: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        plan_with_line(school)
        for number in range(count):
            make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 6, 20 + number))], title=f"春训 {number}")
        page = reverse("planning:plan", args=[school.plans.get().pk])
        township = sign_in("township")
        township.get(page)
        with django_assert_num_queries(8):
            township.get(page)
