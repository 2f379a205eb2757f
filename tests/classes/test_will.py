"""What was chosen and what was assigned: by month, year, unit and occupation; person-times and persons apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.classes.jobs import export_will
from doorstep.classes.models import Enrolment, Order, TrainingClass
from doorstep.classes.queries.will import unit_with_will, will_of, will_totals
from doorstep.classes.rules.will import WillCount, share_of
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.models import LongTask
from doorstep.directory.models import Person
from tests.cast import Cast
from tests.factories.classes import half_day, make_base, make_class
from tests.factories.orders import make_order, package_at

TODAY = date(2026, 11, 24)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


class TestRules:
    """Shares."""

    def test_a_share_is_never_rounded_up_and_nothing_has_none(self) -> None:
        assert (share_of(2, 3), share_of(1999, 2000), share_of(0, 0)) == (Decimal("66.6"), Decimal("99.9"), None)
        count = WillCount(chosen=1, assigned=3, choosers=1, persons=2, orders_own=1, orders_assigned=1)
        assert (count.chosen_share, count.own_share, count.person_times, count.orders) == (25, 50, 4, 2)


def seat(held: TrainingClass, person: Person, *, own: bool, status: str = "confirmed") -> None:
    """A seat as the ledger of seats holds it, at the person's unit."""
    Enrolment.objects.create(
        county=person.county, year=held.year, training_class=held, person=person, place=person.place,
        unit_id=int(person.place.split("/")[-2]), status=status, is_self_chosen=own, nominated_at=clock.now(),
    )  # fmt: skip


def a_year(cast: Cast) -> None:
    """Seats in two months of two branches and two counties, of two years, some that do not count."""
    held = {
        day: make_class(cast.unit("huotong"), sessions=[half_day(day)], title=f"班{day}")
        for day in (date(2026, 12, 1), date(2026, 12, 8))
    }
    december, later = held.values()
    TrainingClass.objects.filter(pk=later.pk).update(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 2))
    old = make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 12, 15))], title="去年的")
    TrainingClass.objects.filter(pk=old.pk).update(starts_on=date(2025, 5, 5), ends_on=date(2025, 5, 5), year=2025)
    old.year = 2025
    gone = make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 12, 16))], title="取消的")
    TrainingClass.objects.filter(pk=gone.pk).update(status="cancelled")
    person = {name: cast.person(name) for name in ("林秀珍", "黄德旺", "雷金妹")}
    far = Person.objects.filter(place__startswith=cast.unit("fuan").path).first()
    Person.objects.filter(pk=person["林秀珍"].pk).update(occupation="农家乐老板")
    for one in (december, later):
        seat(one, person["林秀珍"], own=True)
    seat(december, person["黄德旺"], own=False)
    seat(later, person["黄德旺"], own=True, status="withdrawn")
    seat(december, person["雷金妹"], own=False)
    seat(later, person["雷金妹"], own=True)
    seat(old, person["雷金妹"], own=True)
    seat(gone, person["雷金妹"], own=True)
    if far is not None:
        seat(december, far, own=False)
    package = package_at(make_base(cast.unit("huotong")))
    for assigned, status in ((False, "placed"), (True, "placed"), (False, "withdrawn")):
        made = make_order(cast.unit("kengtou"), package, date(2026, 12, 20))
        changes: dict[str, Any] = {"is_assigned": assigned, "status": status}
        if status == "withdrawn":
            changes |= {"ended_at": clock.now(), "reason": "changed"}
        Order.objects.filter(pk=made.pk).update(**changes)


@pytest.mark.django_db
class TestFigures:
    """The same seats by each view of them."""

    def test_each_view_counts_what_holds_and_persons_once(self, cast: Cast) -> None:
        a_year(cast)
        found = will_of(cast.unit("huotong"), 2026)
        assert found.whole == WillCount(3, 2, 2, 3, 1, 1)
        months = {month: count for month, count in found.months if count != WillCount()}
        assert months == {3: WillCount(2, 0, 2, 2), 12: WillCount(1, 2, 1, 3, 1, 1)}
        assert dict(found.years) == {2024: WillCount(), 2025: WillCount(1, 0, 1, 1), 2026: found.whole}
        units = {unit.pk if unit else None: count for unit, count in found.units}
        assert units == {
            cast.unit("kengtou").pk: WillCount(2, 1, 1, 2, 1, 1),
            cast.unit("shiqiao").pk: WillCount(1, 1, 1, 1),
        }
        trades = dict(found.trades)
        assert trades["农家乐老板"] == WillCount(2, 0, 1, 1)
        assert sum(count.person_times for count in trades.values()) == 5

    def test_a_branch_has_its_own_line_and_a_county_nothing_of_another(self, cast: Cast) -> None:
        a_year(cast)
        branch = will_of(cast.unit("kengtou"), 2026)
        assert branch.units == [(None, WillCount(2, 1, 1, 2, 1, 1))]
        assert will_of(cast.unit("jiaocheng"), 2026).whole == WillCount(3, 2, 2, 3, 1, 1)
        assert will_of(cast.unit("fuan"), 2026).whole.chosen == 0
        whole = will_of(cast.unit("ningde"), 2026).whole
        assert will_totals(2026) == {
            "self_chosen_person_times": 3, "assigned_person_times": whole.assigned, "self_choosing_persons": 2,
            "own_order": 1, "assigned_order": 1,
        }  # fmt: skip
        assert will_totals(2020)["own_order"] == 0

    def test_only_offices_and_only_below_them(self, cast: Cast) -> None:
        assert unit_with_will(cast.unit("huotong").pk, cast.actor("county")) == cast.unit("huotong")
        for who, unit in (
            ("township", "hubei"),
            ("county", "fuan"),
            ("secretary", "kengtou"),
            ("township", "jiaocheng"),
        ):
            with pytest.raises(NotFound):
                unit_with_will(cast.unit(unit).pk, cast.actor(who))


@pytest.mark.django_db
class TestPages:
    """The page and its workbook."""

    def test_the_page_says_shares_persons_and_where_to_go_on(self, cast: Cast, sign_in: SignIn) -> None:
        a_year(cast)
        county = sign_in("county")
        home = county.get(reverse("classes:will_home"))
        assert home["Location"] == reverse("classes:will", args=[cast.unit("jiaocheng").pk])
        shown = county.get(reverse("classes:will", args=[cast.unit("huotong").pk])).content.decode()
        assert ("60.0%" in shown, "5 人次里 3 人次是自己选的" in shown, "农家乐老板" in shown) == (True, True, True)
        by_unit, by_trade = shown.split("按职业看", 1)  # an order has no occupation: no columns of noughts there
        assert ("自己点的单" in by_unit, "自己点的单" in by_trade, "自选人次" in by_trade) == (True, False, True)
        empty = county.get(reverse("classes:will", args=[cast.unit("huotong").pk]), {"year": "2024"}).content.decode()
        assert "这一年还没有报名和点单" in empty
        assert sign_in("secretary").get(reverse("classes:will_home")).status_code == 404

    def test_the_workbook_has_the_same_lines(self, cast: Cast, sign_in: SignIn) -> None:
        a_year(cast)
        unit = cast.unit("huotong")
        answer = sign_in("township").post(f"{reverse('classes:will_export', args=[unit.pk])}?year=2026")
        task = LongTask.objects.get()
        assert answer["Location"] == reverse("core:task", args=[task.pk])
        export_will.func(task_id=str(task.pk))
        task.refresh_from_db()
        sheet: Any = openpyxl.load_workbook(settings.MEDIA_ROOT / task.result_file).active
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        assert rows[0][:4] == ["分类", "项目", "自选（人次）", "安排（人次）"]
        assert rows[1] == ["全年", "霍童镇党委", 3, 2, 60, 2, 3, 1, 1, 50]
        assert [row[1] for row in rows if row[0] == "按单位"] == ["坑头村党支部", "石桥村党支部"]

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_page_asks_a_fixed_number_of_questions(
        self, cast: Cast, sign_in: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        held = make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 12, 1))])
        for person in Person.objects.filter(place__startswith=cast.unit("huotong").path).order_by("pk")[:count]:
            seat(held, person, own=True)
        page = reverse("classes:will", args=[cast.unit("huotong").pk])
        county = sign_in("county")
        county.get(page)
        with django_assert_num_queries(7):
            county.get(page)
