"""What each host of a joint class gets: shares that add up, a person once, whatever the hosts and the people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorstep.classes.models import ClassHost, TrainingClass
from doorstep.classes.rules.hosts import host_of
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from doorstep.directory.services.people import move_member
from doorstep.records.models import Posting
from doorstep.records.queries.hosts import joint_figures, shares_of
from doorstep.records.services import post_credit
from tests.cast import Cast
from tests.factories import rolls
from tests.factories.classes import SYSTEM

DAY = date(2026, 3, 2)
SignIn = Callable[[str], Client]
UNITS = ("ningde", "jiaocheng", "fuan", "huotong", "hubei", "saiqi")


def co_host(held: TrainingClass, cast: Cast, *names: str) -> None:
    """Units that hold a class with its lead, whatever the day."""
    for name in names:
        unit = cast.unit(name)
        ClassHost.objects.create(
            training_class=held, unit=unit, place=unit.path, status="accepted", invited_at=clock.now(),
            answered_at=clock.now(),
        )  # fmt: skip
    TrainingClass.objects.filter(pk=held.pk).update(is_joint=bool(names))
    held.refresh_from_db()


def held_by(cast: Cast, lead: str, others: tuple[str, ...], came: list[str], day: date = DAY) -> TrainingClass:
    held = rolls.held_class(cast.unit(lead), [day], {cast.person(name): "present" for name in came})
    post_credit(training_class_id=held.pk, actor=SYSTEM)
    co_host(held, cast, *others)
    return held


def shares(held: TrainingClass) -> dict[str, tuple[int, Decimal]]:
    return {one.unit.code: (one.person_times, one.hours) for one in shares_of(held)}


def broken() -> list[str]:
    return [found.name for found in check_invariants() if not found.holds and "joint" in found.name]


def test_each_person_counts_for_the_nearest_host(cast: Cast) -> None:
    held = held_by(cast, "huotong", ("hubei",), ["林秀珍", "雷金妹", "彭有顺", "缪阿妹"])
    code = {name: cast.unit(name).code for name in UNITS}
    assert shares(held) == {code["huotong"]: (3, Decimal(24)), code["hubei"]: (1, Decimal(8))}
    own = {name: joint_figures(2026, cast.unit(name).path) for name in UNITS}
    assert [(f.classes, f.person_times, f.persons, f.hours) for f in (own["huotong"], own["hubei"])] == [
        (1, 3, 3, Decimal(24)),
        (1, 1, 1, Decimal(8)),
    ]
    assert own["jiaocheng"] == joint_figures(2026)
    assert own["saiqi"].classes == 0
    assert broken() == []


def test_a_person_at_two_hosts_is_one_of_each_and_one_of_the_network(cast: Cast) -> None:
    """A move between two classes: each class counts where somebody was then."""
    first = held_by(cast, "huotong", ("hubei",), ["林秀珍"])
    person = cast.person("林秀珍")
    move_member(person=person, unit=cast.unit("huangjia"), on=date(2026, 4, 1), actor=SYSTEM)
    second = held_by(cast, "huotong", ("hubei",), ["林秀珍"], date(2026, 5, 4))
    assert shares(first)[cast.unit("huotong").code] == (1, Decimal(8))
    assert shares(second)[cast.unit("hubei").code] == (1, Decimal(8))
    parts = [joint_figures(2026, cast.unit(name).path) for name in ("huotong", "hubei")]
    whole = joint_figures(2026)
    assert [part.persons for part in parts] == [1, 1]
    assert (whole.persons, whole.person_times, whole.hours) == (1, 2, Decimal(16))


def test_a_move_in_the_middle_of_a_class_splits_nobody(cast: Cast) -> None:
    person = cast.person("林秀珍")
    days = [DAY, date(2026, 3, 3)]
    held = rolls.held_class(cast.unit("huotong"), days, {person: "present"})
    move_member(person=person, unit=cast.unit("huangjia"), on=days[1], actor=SYSTEM)
    post_credit(training_class_id=held.pk, actor=SYSTEM)
    co_host(held, cast, "hubei")
    assert len(set(Posting.objects.values_list("unit", flat=True))) == 2
    assert shares(held) == {cast.unit("huotong").code: (1, Decimal(16)), cast.unit("hubei").code: (0, Decimal(0))}
    assert broken() == []


def test_only_who_agreed_counts(cast: Cast) -> None:
    held = held_by(cast, "huotong", ("hubei",), ["彭有顺"])
    ClassHost.objects.update(status="left", answer="x")
    assert shares(held) == {cast.unit("huotong").code: (1, Decimal(8))}


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_shares_add_up_in_any_world(cast: Cast, data: st.DataObject) -> None:
    lead = data.draw(st.sampled_from(UNITS))
    others = data.draw(st.lists(st.sampled_from([u for u in UNITS if u != lead]), unique=True, max_size=4))
    came = data.draw(st.lists(st.sampled_from(sorted(cast.people)), unique=True, min_size=1))
    with transaction.atomic():
        held = held_by(cast, lead, tuple(others), came)
        before = list(Posting.objects.order_by("id").values_list("id", "hours"))
        found = shares(held)
        expected: dict[str, int] = {cast.unit(name).code: 0 for name in (lead, *others)}
        codes = {cast.unit(name).path: cast.unit(name).code for name in UNITS}
        for name in came:
            home = cast.person(name).memberships.select_related("unit").get(is_primary=True).unit.path
            expected[codes[host_of(home, cast.unit(lead).path, [cast.unit(o).path for o in others])]] += 1
        assert {code: times for code, (times, _hours) in found.items()} == expected
        assert sum(times for times, _hours in found.values()) == len(came)
        assert sum(hours for _times, hours in found.values()) == sum(hours for _id, hours in before)
        whole = joint_figures(2026)
        assert (whole.persons, whole.person_times) == ((len(came), len(came)) if others else (0, 0))
        assert list(Posting.objects.order_by("id").values_list("id", "hours")) == before
        assert broken() == []
        transaction.set_rollback(True)


class TestPages:
    def test_the_list_and_the_piece_of_a_class(self, cast: Cast, sign_in: SignIn) -> None:
        held = held_by(cast, "huotong", ("saiqi",), ["林秀珍", "缪阿妹"])
        other, piece = sign_in("other_county"), reverse("records:class_shares", args=[held.pk])
        text = other.get(piece, headers={"HX-Request": "true"}).content.decode()
        assert "赛岐镇党委" in text
        assert other.get(piece).headers["Location"] == reverse("records:archive", args=[held.pk])
        assert sign_in("sibling_township").get(piece).status_code == 404
        page = reverse("records:joint")
        with clock.frozen(clock.at_local(date(2026, 11, 24), 12)):
            listed = other.get(page, {"year": "2026"}).content.decode()
            assert "1 期，1 人次，1 人，8 学时" in listed
            assert held.title in listed
            assert "1 期，2 人次，2 人，16 学时" in sign_in("city").get(page).content.decode()
            assert held.title not in other.get(page, {"year": "2025"}).content.decode()
            assert held.title not in other.get(page, {"year": "x"}).content.decode()

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_takes_few_queries(
        self, cast: Cast, sign_in: SignIn, number: int, django_assert_num_queries: Any
    ) -> None:
        client = sign_in("city")
        for month in range(1, number + 1):
            held_by(cast, "huotong", ("saiqi", "hubei"), ["林秀珍"], date(2026, month, 5))
        client.get("/")
        with django_assert_num_queries(7):
            client.get(reverse("records:joint"))
