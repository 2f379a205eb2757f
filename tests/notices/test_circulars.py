"""Circulars: sent down the tree, read and signed by each unit for itself, replaced, withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.models import Base
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.jobs import export_list
from doorstep.core.listing import filtered_rows
from doorstep.core.models import LongTask
from doorstep.notices.models import Circular, CircularReceipt
from doorstep.notices.pages.circulars import RECEIPTS
from doorstep.notices.queries.circulars import (
    circular_by_id,
    circulars_to_acknowledge,
    circulars_visible_to,
    next_number,
    receipt_counts,
    receipts_visible_to,
)
from doorstep.notices.services import circulars, refusals
from doorstep.notices.services.circulars import (
    CircularFacts,
    acknowledge_circular,
    issue_circular,
    note_circular_read,
    withdraw_circular,
)
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.messages import circular_body, circular_facts, given_circular, told

TODAY = date(2026, 11, 24)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def receipt(circular: Circular, unit: str, cast: Cast) -> CircularReceipt:
    return CircularReceipt.objects.select_related("unit").get(circular=circular, unit=cast.unit(unit), base=None)


def page(name: str, *args: object) -> str:
    return reverse(f"notices:{name}", args=args)


def test_it_goes_to_the_units_of_its_levels_and_their_offices_are_told(cast: Cast) -> None:
    circular = given_circular(cast.unit("ningde"))
    assert str(circular) == "冬训安排"
    sent = list(circular.receipts.order_by("place").values_list("unit__short_name", flat=True))
    assert sorted(sent) == sorted(
        cast.unit(name).short_name for name in ("jiaocheng", "fuan", "huotong", "hubei", "saiqi")
    )
    assert circular.html == "<h2>怎么安排</h2>\n<p>各单位<strong>按时</strong>开班。</p>"
    got = told("notices.circular_issued")
    # Saiqi has no office of its own in the cast: its county is told.
    assert got == dict.fromkeys(("county", "other_county", "township", "sibling_township"), ["notices.circular_issued"])


def test_who_sees_what(cast: Cast) -> None:
    circular = given_circular(cast.unit("jiaocheng"), levels=("township",))
    given_circular(cast.unit("jiaocheng"), levels=("branch",), number="〔2026〕2号")
    names = {
        name: sorted(circulars_visible_to(cast.actor(name)).values_list("number", flat=True))
        for name in ("city", "county", "other_county", "township", "secretary", "teacher", "auditor")
    }
    both = ["〔2026〕1号", "〔2026〕2号"]
    # The township looks after the branches that the second one went to.
    assert names == {
        "city": both, "county": both, "other_county": [], "township": both, "secretary": ["〔2026〕2号"],
        "teacher": [], "auditor": both,
    }  # fmt: skip
    assert receipts_visible_to(cast.actor("county"), circular.pk).count() == 2
    assert receipts_visible_to(cast.actor("township"), circular.pk).count() == 1
    with pytest.raises(NotFound):
        circular_by_id(circular.pk, cast.actor("secretary"))


def test_each_unit_signs_for_itself_once(cast: Cast) -> None:
    circular = given_circular(cast.unit("jiaocheng"), levels=("township",))
    own, actor = receipt(circular, "huotong", cast), cast.actor("township")
    assert [one.circular for one in circulars_to_acknowledge(actor)] == [circular]
    note_circular_read(receipt=own, actor=actor)
    with clock.frozen(clock.at_local(TODAY, 13)):
        note_circular_read(receipt=own, actor=actor)
        signed = acknowledge_circular(receipt=own, actor=actor)
        assert (signed.read_at, signed.acknowledged_at) == (clock.at_local(TODAY, 12), clock.at_local(TODAY, 13))
    again = acknowledge_circular(receipt=own, actor=actor)
    assert again.acknowledged_at == clock.at_local(TODAY, 13)
    assert list(circulars_to_acknowledge(actor)) == []
    other = receipt(circular, "hubei", cast)
    for step in (note_circular_read, acknowledge_circular):
        for name in ("county", "township"):
            with pytest.raises(NotPermitted):
                step(receipt=other, actor=cast.actor(name))
    at_once = acknowledge_circular(receipt=other, actor=cast.actor("sibling_township"))
    assert at_once.read_at == at_once.acknowledged_at


def test_counts_and_who_is_late(cast: Cast) -> None:
    circular = given_circular(cast.unit("ningde"), levels=("township",), acknowledge_by=TODAY)
    actor = cast.actor("city")
    note_circular_read(receipt=receipt(circular, "hubei", cast), actor=cast.actor("sibling_township"))
    with clock.frozen(clock.at_local(TODAY + timedelta(days=1), 9)):
        acknowledge_circular(receipt=receipt(circular, "huotong", cast), actor=cast.actor("township"))
        counts = receipt_counts(circular, actor)
        assert (counts.units, counts.read, counts.acknowledged, counts.late) == (3, 2, 1, 3)
        standings = dict(receipts_visible_to(actor, circular.pk).values_list("unit__short_name", "standing"))
        assert sorted(standings.values()) == ["acknowledged", "overdue", "overdue"]
    assert sorted(receipts_visible_to(actor, circular.pk).values_list("standing", flat=True)) == [
        "acknowledged", "read", "unread",
    ]  # fmt: skip
    assert all(finding.holds for finding in check_invariants() if finding.name.startswith("circular"))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"number": " "}, refusals.CircularEmpty),
        ({"text": "电话 13912345678"}, refusals.CircularHoldsNumbers),
        ({"acknowledge_by": TODAY - timedelta(days=1)}, refusals.CircularDaysWrong),
        ({"levels": ("committee",)}, refusals.CircularForNobody),
    ],
)
def test_what_cannot_be_issued_leaves_nothing(
    cast: Cast, changes: dict[str, Any], refusal: type[DoorstepError]
) -> None:
    with pytest.raises(refusal):
        given_circular(cast.unit("ningde"), **changes)
    assert Circular.objects.count() == 0


def test_a_number_is_given_once_and_a_form_sent_twice_is_one_circular(cast: Cast) -> None:
    unit, key = cast.unit("jiaocheng"), uuid4()
    first = issue_circular(unit=unit, facts=circular_facts(), key=key, actor=cast.actor("county"))
    assert issue_circular(unit=unit, facts=circular_facts(), key=key, actor=cast.actor("county")) == first
    with pytest.raises(refusals.CircularNumberTaken):
        given_circular(unit)
    assert next_number(unit, 2026) == "〔2026〕2号"
    with pytest.raises(NotPermitted):
        issue_circular(unit=unit, facts=circular_facts(), key=uuid4(), actor=cast.actor("secretary"))


def test_a_form_whose_twin_was_quicker_is_that_circular(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is written between looking for it and writing one's own."""
    unit, key, check = cast.unit("jiaocheng"), uuid4(), circulars._check
    twins: list[Circular] = []

    def overtaken(facts: CircularFacts) -> None:
        monkeypatch.setattr(circulars, "_check", check)
        twins.append(issue_circular(unit=unit, facts=facts, key=key, actor=SYSTEM))

    monkeypatch.setattr(circulars, "_check", overtaken)
    assert [issue_circular(unit=unit, facts=circular_facts(), key=key, actor=SYSTEM)] == twins
    assert Circular.objects.count() == 1


def test_a_newer_version_replaces_it_and_leaves_it_to_be_seen(cast: Cast) -> None:
    unit = cast.unit("jiaocheng")
    old = given_circular(unit, levels=("township",))
    acknowledge_circular(receipt=receipt(old, "huotong", cast), actor=cast.actor("township"))
    new = given_circular(unit, levels=("township",), number="别的", title="冬训新安排", replaces=old)
    old.refresh_from_db()
    assert (old.status, new.number, new.version, new.replaces_id) == ("replaced", old.number, 2, old.pk)
    assert [one.circular for one in circulars_to_acknowledge(cast.actor("township"))] == [new]
    for step in (
        lambda: given_circular(unit, replaces=old),
        lambda: withdraw_circular(circular=old, reason="错", actor=SYSTEM),
        lambda: acknowledge_circular(receipt=receipt(old, "hubei", cast), actor=SYSTEM),
    ):
        with pytest.raises(refusals.CircularNotInForce):
            step()


def test_withdrawn_with_its_reason_it_asks_nobody_any_more(cast: Cast) -> None:
    circular = given_circular(cast.unit("jiaocheng"), levels=("township",))
    with pytest.raises(refusals.CircularReasonMissing):
        withdraw_circular(circular=circular, reason=" ", actor=cast.actor("county"))
    with pytest.raises(NotPermitted):
        withdraw_circular(circular=circular, reason="错", actor=cast.actor("township"))
    withdraw_circular(circular=circular, reason="日期写错", actor=cast.actor("county"))
    assert list(circulars_to_acknowledge(cast.actor("township"))) == []
    assert told("notices.circular_withdrawn") == dict.fromkeys(
        ("township", "sibling_township"), ["notices.circular_withdrawn"]
    )
    with clock.frozen(clock.at_local(TODAY + timedelta(days=30), 9)):
        assert receipt_counts(circular, cast.actor("county")).late == 0


def _race(cast: Cast, keys: tuple[UUID, UUID]) -> list[str]:
    start = Barrier(2)

    def issue(key: UUID) -> str:
        try:
            with clock.frozen(clock.at_local(TODAY, 12)):
                start.wait(10)
                made = issue_circular(unit=cast.unit("jiaocheng"), facts=circular_facts(), key=key, actor=SYSTEM)
                return str(made.pk)
        except DoorstepError as problem:
            return problem.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(issue, keys))


def test_two_at_one_moment_give_one_number_once(cast_committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    same = uuid4()
    first, second = _race(cast_committed, (same, same))
    assert first == second
    Circular.objects.all().delete()
    assert sorted(map(str.isdecimal, _race(cast_committed, (uuid4(), uuid4())))) == [False, True]
    assert Circular.objects.count() == 1


def _race_of_versions(cast: Cast, old: Circular) -> list[str]:
    """The county replaces and withdraws a circular at one moment."""
    start = Barrier(2)

    def act(turn: int) -> str:
        try:
            with clock.frozen(clock.at_local(TODAY, 12)):
                start.wait(10)
                if turn:
                    given_circular(cast.unit("jiaocheng"), replaces=old)
                else:
                    withdraw_circular(circular=old, reason="错", actor=SYSTEM)
            return "done"
        except DoorstepError as problem:
            return problem.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(act, range(2)))


def test_replaced_or_withdrawn_but_not_both_and_without_the_lock_it_would_be(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = cast_committed.unit("jiaocheng")
    old = given_circular(unit)
    assert _race_of_versions(cast_committed, old) == ["circular_not_in_force", "done"]
    other = given_circular(unit, number="〔2026〕9号")
    both = Barrier(2)

    def unlocked(circular: Circular) -> Circular:
        found = Circular.objects.select_related("unit").get(pk=circular.pk)
        both.wait(10)
        return found

    monkeypatch.setattr(circulars, "_locked_in_force", unlocked)
    assert _race_of_versions(cast_committed, other) == ["done", "done"]


def test_issued_read_and_signed_on_pages(cast: Cast, sign_in: SignIn) -> None:
    county, township = sign_in("county"), sign_in("township")
    blank = county.get(page("circular_new")).content.decode()
    assert 'value="〔2026〕1号"' in blank
    said = circular_body(levels=["township"])
    made = county.post(page("circular_new"), said)
    circular = Circular.objects.get()
    assert made["Location"] == page("circular", circular.pk)
    assert county.post(page("circular_new"), said)["Location"] == page("circular", circular.pk)
    assert "签收通知：冬训安排" in township.get("/").content.decode()
    assert "待签收" in township.get(page("circulars")).content.decode()
    shown = township.get(page("circular", circular.pk)).content.decode()
    assert page("circular_acknowledge", circular.pk) in shown
    assert page("circular_read", circular.pk) in shown
    assert township.post(page("circular_read", circular.pk)).status_code == 204
    assert receipt(circular, "huotong", cast).read_by_id == cast.accounts["township"].pk
    assert page("circular_read", circular.pk) not in township.get(page("circular", circular.pk)).content.decode()
    answer = township.post(page("circular_acknowledge", circular.pk), follow=True).content.decode()
    assert "已签收。" in answer
    assert "签收通知" not in township.get("/").content.decode()
    assert county.post(page("circular_acknowledge", circular.pk)).status_code == 404
    told_by = county.get(page("receipts", circular.pk)).content.decode()
    assert "township" in told_by
    assert "黄家" not in told_by
    only = county.get(page("receipts", circular.pk), {"status": "unread"}).content.decode()
    assert (cast.unit("hubei").short_name in only, cast.unit("huotong").short_name in only) == (True, False)


def test_refusals_stand_on_the_form_and_nothing_typed_is_lost(cast: Cast, sign_in: SignIn) -> None:
    county = sign_in("county")
    answer = county.post(page("circular_new"), circular_body(text="电话 13912345678", levels=["township"]))
    assert (answer.status_code, "没有下发" in answer.content.decode()) == (422, True)
    assert "电话 13912345678" in answer.content.decode()
    assert county.post(page("circular_new"), circular_body(levels=[])).status_code == 422
    # A county sends nothing to counties.
    assert county.post(page("circular_new"), circular_body(levels=["county"])).status_code == 422
    assert sign_in("secretary").get(page("circular_new")).status_code == 404


def test_replaced_and_withdrawn_on_pages(cast: Cast, sign_in: SignIn) -> None:
    county, township = sign_in("county"), sign_in("township")
    old = given_circular(cast.unit("jiaocheng"), levels=("township",))
    assert "冬训安排" in county.get(page("circular_replace", old.pk)).content.decode()
    county.post(page("circular_replace", old.pk), circular_body(number="不算", title="新安排", levels=["township"]))
    new = Circular.objects.get(version=2)
    assert page("circular", new.pk) in township.get(page("circular", old.pk)).content.decode()
    assert "没有签收，现在不用再签收" in township.get(page("circular", old.pk)).content.decode()
    assert township.get(page("circular_replace", new.pk)).status_code == 404
    refused = county.post(page("circular_withdraw", new.pk), {"reason": ""}, follow=True)
    assert refused.redirect_chain == [(page("circular", new.pk), 302)]
    assert Circular.objects.get(pk=new.pk).status == "issued"
    county.post(page("circular_withdraw", new.pk), {"reason": "日期写错"})
    assert "日期写错" in township.get(page("circular", new.pk)).content.decode()
    listed = county.get(page("circulars"), {"q": "新安", "status": "withdrawn"}).content.decode()
    assert ("新安排" in listed, "已撤回" in listed) == (True, True)
    assert "〔2026〕1号" in county.get(page("circulars"), {"q": "1号"}).content.decode()


def test_the_workbook_says_who_signed_when(cast: Cast, sign_in: SignIn) -> None:
    circular = given_circular(cast.unit("jiaocheng"), levels=("township",))
    acknowledge_circular(receipt=receipt(circular, "huotong", cast), actor=cast.actor("township"))
    county = sign_in("county")
    county.post(f"{reverse('core:list_export', args=['notices.receipts'])}?circular={circular.pk}")
    task = LongTask.objects.get()
    export_list.func(task_id=str(task.pk))
    task.refresh_from_db()
    sheet = openpyxl.load_workbook(settings.MEDIA_ROOT / task.result_file).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    moment = "11-24 12:00"
    assert [cast.unit("huotong").short_name, "已签收", None, moment, moment, "township"] in rows
    assert [cast.unit("hubei").short_name, "未读", None, None, None, None] in rows
    assert task.title == "签收情况　冬训安排"
    with pytest.raises(NotFound):
        filtered_rows(RECEIPTS, cast.actor("county"), {"circular": "x"})
    with pytest.raises(NotFound):
        RECEIPTS.called(cast.actor("county"), {})


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_a_fixed_number_of_questions(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    made = [
        given_circular(cast.unit("jiaocheng"), levels=("township",), number=f"〔2026〕{n}号") for n in range(number)
    ]
    county = sign_in("county")
    county.get(page("circulars"))
    with django_assert_num_queries(5):
        county.get(page("circulars"))
    with django_assert_num_queries(7):
        county.get(page("circular", made[0].pk))
    with django_assert_num_queries(6):
        county.get(page("receipts", made[0].pk))
    with django_assert_num_queries(5):
        county.get(page("circular_new"))


def test_demonstration_bases_are_reached_and_sign_for_themselves(cast: Cast, sign_in: SignIn) -> None:
    """Who keeps them, else the office whose they are; a base's word is not its unit's."""
    kept = make_base(cast.unit("huotong"), name="霍童示范基地", kind="demonstration_base")
    own = make_base(cast.unit("jiaocheng"), name="蕉城示范基地", kind="demonstration_base")
    make_base(cast.unit("fuan"), name="别县示范基地", kind="demonstration_base")
    ended = make_base(cast.unit("huotong"), name="停用的", kind="demonstration_base")
    Base.objects.filter(pk=ended.pk).update(valid_to=TODAY)
    make_base(cast.unit("huotong"))
    circular = given_circular(cast.unit("jiaocheng"), levels=("township", "bases"))
    names = sorted(one.name for one in circular.receipts.select_related("base", "unit"))
    assert names == sorted([kept.name, own.name, *(cast.unit(name).short_name for name in ("huotong", "hubei"))])
    got = told("notices.circular_issued")
    assert set(got) == {"county", "township", "sibling_township", "base"}
    keeper, of_base = cast.actor("base"), circular.receipts.get(base=kept)
    assert [one.name for one in circulars_to_acknowledge(keeper)] == ["霍童示范基地"]
    of_unit = receipt(circular, "huotong", cast)
    with pytest.raises(NotPermitted):
        acknowledge_circular(receipt=of_unit, actor=keeper)
    client, address = sign_in("base"), page("circular", circular.pk)
    assert "霍童示范基地请在" in client.get(address).content.decode()
    client.post(page("circular_read", circular.pk))
    client.post(page("circular_acknowledge", circular.pk))
    of_base.refresh_from_db()
    of_unit.refresh_from_db()
    assert (of_base.acknowledged_by, of_unit.read_at) == (cast.accounts["base"], None)
    # The office still signs for itself, though the base whose it is has signed.
    office = sign_in("township")
    assert office.get(address).content.decode().count(page("circular_acknowledge", circular.pk)) == 1
    office.post(page("circular_acknowledge", circular.pk))
    of_unit.refresh_from_db()
    assert of_unit.acknowledged_by == cast.accounts["township"]
    sent = sign_in("county").get(page("receipts", circular.pk)).content.decode()
    assert all(name in sent for name in names)
    assert "别县示范基地" not in sent
    of_city = given_circular(cast.unit("ningde"), levels=("bases",))
    assert sorted(one.name for one in of_city.receipts.select_related("base")) == sorted(
        [kept.name, own.name, "别县示范基地"]
    )
    assert [found.name for found in check_invariants() if not found.holds] == []


def test_without_a_base_below_there_is_nobody_to_send_it_to(cast: Cast) -> None:
    make_base(cast.unit("fuan"), name="别县示范基地", kind="demonstration_base")
    with pytest.raises(refusals.CircularForNobody):
        given_circular(cast.unit("jiaocheng"), levels=("bases",))
