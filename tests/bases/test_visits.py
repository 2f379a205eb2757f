"""Visits: counted once however often they are sent, corrected with a trace, told by month and year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base, Visit
from doorstep.bases.queries.visits import VisitSum, visit_counts, visit_sums
from doorstep.bases.rules.visits import VisitFacts, VisitLimits, visit_fault
from doorstep.bases.services.visits import (
    VisitChangedMeanwhile,
    VisitKeyUsed,
    VisitReasonMissing,
    VisitVoid,
    VisitWrong,
    correct_visit,
    count_visit,
    take_back_visit,
)
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.web.queries.figures import network_figures
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base
from tests.factories.visits import make_visit, visit_facts

TODAY = date(2026, 11, 24)
LIMITS = VisitLimits(most_people=100, most_days_late=30)
OPENED = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def base(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


@pytest.mark.parametrize(
    ("day", "local", "outside", "fault"),
    [
        (TODAY, 1, 0, ""),
        (TODAY, 0, 100, ""),
        (TODAY, 0, 0, "none"),
        (TODAY, -1, 5, "none"),
        (TODAY, 5, -1, "none"),
        (TODAY, 51, 50, "many"),
        (TODAY + timedelta(1), 1, 0, "future"),
        (date(2026, 10, 25), 1, 0, "closed"),
        (date(2026, 10, 24), 1, 0, "late"),
        (OPENED, 1, 0, ""),
    ],
)
def test_which_counts_can_be_right(day: date, local: int, outside: int, fault: str) -> None:
    assert visit_fault(VisitFacts(day, "own", local, outside), LIMITS, TODAY, OPENED, None) == fault


def test_not_after_a_place_was_given_up() -> None:
    facts = VisitFacts(date(2026, 11, 20), "own", 1, 0)
    assert visit_fault(facts, LIMITS, TODAY, OPENED, date(2026, 11, 20)) == "closed"
    assert visit_fault(facts, LIMITS, TODAY, OPENED, date(2026, 11, 21)) == ""


@given(st.integers(-3, 200), st.integers(-3, 200))
def test_of_so_many_exactly_those_are_taken(local: int, outside: int) -> None:
    is_taken = visit_fault(VisitFacts(TODAY, "own", local, outside), LIMITS, TODAY, OPENED, None) == ""
    assert is_taken == (local >= 0 and outside >= 0 and 1 <= local + outside <= 100)


def test_counted_once_however_often_it_is_sent(cast: Cast, base: Base) -> None:
    keeper, key = cast.actor("base"), uuid4()
    first = count_visit(base=base, facts=visit_facts(), key=key, actor=keeper)
    assert (first.people, first.county, first.year, first.entered_by_id) == (42, "350902", 2026, keeper.account_id)
    again = count_visit(base=base, facts=visit_facts(local_count=99), key=key, actor=keeper)
    assert (again.pk, Visit.objects.count()) == (first.pk, 1)
    told = Activity.objects.get(event="bases.visit_counted")
    assert (told.detail["local"], told.detail["outside"], told.detail["visit"]) == (12, 30, str(first.id))
    other = make_base(cast.unit("hubei"), name="虎𬇙镇党校")
    with pytest.raises(VisitKeyUsed):
        count_visit(base=other, facts=visit_facts(), key=key, actor=SYSTEM)
    with pytest.raises(NotPermitted):
        count_visit(base=base, facts=visit_facts(), key=uuid4(), actor=cast.actor("trainee"))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"local_count": 0, "outside_count": 0}, "来的人次要大于 0"),
        ({"local_count": 5_000}, "一次最多登记 5000 人次，填的是 5030"),
        ({"visited_on": TODAY + timedelta(1)}, "2026-11-25 还没有到"),
        ({"visited_on": TODAY - timedelta(93)}, "只能登记最近 92 天的参观"),
    ],
)
def test_what_is_not_written_down(base: Base, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(VisitWrong) as refused:
        make_visit(base, **changes)
    assert why in refused.value.text
    assert not Visit.objects.exists()


def test_corrected_and_taken_back_with_a_trace(cast: Cast, base: Base) -> None:
    keeper, visit = cast.actor("base"), make_visit(base)
    correct = partial(correct_visit, visit=visit, kind="public", local_count=2, outside_count=3, actor=keeper)
    with pytest.raises(VisitReasonMissing):
        correct(reason=" ", revision=1)
    with pytest.raises(VisitChangedMeanwhile):
        correct(reason="数错了", revision=2)
    corrected = correct(reason=" 数错了 ", revision=1)
    assert (corrected.people, corrected.kind, corrected.revision) == (5, "public", 2)
    told = Activity.objects.get(event="bases.visit_corrected").detail
    assert (told["before"]["local"], told["after"]["local"], told["reason"]) == (12, 2, "数错了")
    with pytest.raises(VisitWrong, match="大于 0"):
        correct_visit(visit=visit, kind="own", local_count=0, outside_count=0, reason="x", revision=2, actor=keeper)
    take_back = partial(take_back_visit, visit=visit, actor=keeper)
    with pytest.raises(VisitReasonMissing):
        take_back(reason="", revision=2)
    assert take_back(reason="登了两次", revision=2).voided_at == clock.now()
    for again in (partial(take_back, reason="x", revision=3), partial(correct, reason="x", revision=3)):
        with pytest.raises(VisitVoid):
            again()
    assert (visit_sums(base), visit_counts()) == ([], {"visit": 0})


def test_told_by_month_and_year(base: Base) -> None:
    with clock.frozen(clock.at_local(date(2025, 12, 31), 12)):
        make_visit(base, local_count=1, outside_count=0)
    for month, local in ((9, 5), (9, 6), (11, 7)):
        make_visit(base, visited_on=date(2026, month, 20), local_count=local)
    (this, months), (last, _) = visit_sums(base)
    assert this == VisitSum(2026, 0, 18, 90)
    assert months == [VisitSum(2026, 9, 11, 60), VisitSum(2026, 11, 7, 30)]
    assert (last.total, this.total) == (1, 108)
    assert network_figures()["visit"] == 109
    with clock.frozen(clock.at_local(date(2028, 1, 1), 12)):
        assert visit_counts() == {"visit": 108}


def test_the_database_refuses_too(base: Base) -> None:
    visit = make_visit(base)
    for wrong in ({"local_count": 0, "outside_count": 0}, {"visited_on": date(2025, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.filter(id=visit.id).update(**wrong)


def test_invariants_hold_and_notice(cast: Cast, base: Base) -> None:
    make_visit(base)
    assert [found.name for found in check_invariants() if not found.holds] == []
    Visit.objects.update(county="350981")
    Base.objects.filter(pk=base.pk).update(valid_from=TODAY + timedelta(1))
    noticed = {found.name for found in check_invariants() if not found.holds}
    assert noticed == {"visit_is_in_the_county_of_its_base", "visit_is_to_a_place"}


def body(key: UUID | str = "", **changes: Any) -> dict[str, Any]:
    values = {"visited_on": "2026-11-24", "kind": "public", "local_count": 3, "outside_count": 4}
    return {**values, "key": str(key or uuid4()), **changes}


def test_entered_on_the_form_and_seen_on_the_page(cast: Cast, base: Base) -> None:
    keeper, key = signed_in(cast.accounts["base"]), uuid4()
    new = reverse("bases:visit_new", args=[base.pk])
    assert 'value="2026-11-24"' in keeper.get(new).content.decode()
    for _ in range(2):
        answer = keeper.post(new, body(key), follow=True)
        assert "已登记 7 人次。" in answer.content.decode()
    assert Visit.objects.count() == 1
    assert "看每次登记" in answer.content.decode()
    wrong = keeper.post(new, body(visited_on="2026-11-25"))
    assert (wrong.status_code, "还没有到" in wrong.content.decode()) == (422, True)
    assert keeper.post(new, body(key="x")).status_code == 422
    trainee = signed_in(cast.accounts["trainee"])
    page = trainee.get(reverse("bases:base", args=[base.pk])).content.decode()
    assert "按月看" in page
    assert "登记参观" not in page
    assert "看每次登记" not in page
    assert trainee.get(new).status_code == 404


def test_corrected_on_the_form(cast: Cast, base: Base) -> None:
    keeper, visit = signed_in(cast.accounts["base"]), make_visit(base)
    url = reverse("bases:visit", args=[base.pk, visit.id])
    assert 'value="30"' in keeper.get(url).content.decode()
    sent = {"kind": "own", "local_count": 1, "outside_count": 1, "version": 1}
    refused = keeper.post(url, sent)
    assert (refused.status_code, "要写明原因" in refused.content.decode()) == (422, True)
    assert "刚才被别人改过" in keeper.post(url, {**sent, "version": "x", "reason": "x"}).content.decode()
    assert keeper.post(url, {**sent, "local_count": "x"}).status_code == 422
    assert "已改好。" in keeper.post(url, {**sent, "reason": "数错了"}, follow=True).content.decode()
    gone = keeper.post(url, {**sent, "version": 2, "reason": "重了", "answer": "take_back"}, follow=True)
    assert "已撤回，不再计数" in gone.content.decode()
    assert "一共 0 人次" in gone.content.decode()
    for late in (keeper.get(url, follow=True), keeper.post(url, sent, follow=True)):
        assert (late.status_code, "已经撤回，不能再改" in late.content.decode()) == (200, True)
        assert late.redirect_chain == [(f"{reverse('bases:visits')}?base={base.pk}", 302)]
    other = make_base(cast.unit("hubei"), name="别处")
    assert keeper.get(reverse("bases:visit", args=[other.pk, visit.id])).status_code == 404


@pytest.fixture
def county(cast: Cast) -> Client:
    return signed_in(cast.accounts["county"])


def test_the_list_of_a_base_and_of_a_unit(cast: Cast, base: Base, county: Client) -> None:
    other = make_base(cast.unit("hubei"), name="虎𬇙镇党校")
    Base.objects.filter(pk=other.pk).update(is_flagged=True)
    make_visit(base, visited_on=date(2026, 10, 1))
    make_visit(other, kind="own", local_count=1)
    for asked, names in (
        ({}, {"霍童镇党校", "虎𬇙镇党校"}),
        ({"base": base.pk}, {"霍童镇党校"}),
        ({"unit": cast.unit("hubei").pk}, {"虎𬇙镇党校"}),
        ({"unit": cast.unit("jiaocheng").pk}, {"霍童镇党校", "虎𬇙镇党校"}),
        ({"kind": "own"}, {"虎𬇙镇党校"}),
        ({"from": "2026-11-01"}, {"虎𬇙镇党校"}),
        ({"until": "2026-11-01"}, {"霍童镇党校"}),
        ({"flagged": "1"}, {"虎𬇙镇党校"}),
        ({"flagged": "0"}, {"霍童镇党校"}),
        ({"county": "350981"}, set()),
        ({"q": "霍童"}, {"霍童镇党校"}),
    ):
        page = county.get(reverse("bases:visits"), asked).content.decode().split("<caption")[-1]
        assert {name for name in ("霍童镇党校", "虎𬇙镇党校") if f">{name}</a>" in page} == names, asked
    page = county.get(reverse("bases:visits"), {"base": base.pk}).content.decode()
    assert "本地 12 人次，外地 30 人次，一共 42 人次" in page
    assert county.get(reverse("bases:visits"), {"base": "x"}).status_code == 404
    assert county.get(reverse("bases:visits"), {"unit": "99999999"}).status_code == 404


def test_the_list_asks_the_same_of_one_and_of_three(
    cast: Cast, base: Base, county: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 3):
        while Visit.objects.count() < count:
            make_visit(base)
        with django_assert_num_queries(6):
            county.get(reverse("bases:visits"))


def test_a_belt_has_no_visitors(cast: Cast, base: Base) -> None:
    Base.objects.filter(pk=base.pk).update(kind="belt")
    assert signed_in(cast.accounts["base"]).get(reverse("bases:visit_new", args=[base.pk])).status_code == 404


def test_two_taps_at_once_are_one_visit(cast_committed: Cast) -> None:
    cast, key = cast_committed, uuid4()
    base = make_base(cast.unit("huotong"))
    count = partial(count_visit, base=base, facts=VisitFacts(TODAY, "own", 1, 0), key=key, actor=SYSTEM)
    assert both(count, count, count) == ["done"] * 3
    visit = Visit.objects.get()
    change = partial(
        correct_visit, visit=visit, kind="own", local_count=2, outside_count=0, reason="x", revision=1, actor=SYSTEM
    )
    assert both(change, partial(take_back_visit, visit=visit, reason="x", revision=1, actor=SYSTEM)) in (
        ["done", "visit_changed"],
        ["done", "visit_void"],
    )
