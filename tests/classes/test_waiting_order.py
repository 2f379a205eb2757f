"""Seats that become free go by criteria where an office says so: who is served when, and told why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.classes.models import Enrolment, TrainingClass, WaitingPlace
from doorstep.classes.queries.invariants import STATED
from doorstep.classes.queries.people import nominees
from doorstep.classes.queries.waiting import waiting_list, waiting_of
from doorstep.classes.queries.waiting_order import ORDER, RANKS
from doorstep.classes.services import people, waiting, waiting_refusals
from doorstep.classes.services.waiting_rule import set_waiting_rule
from doorstep.core.actors import Actor
from doorstep.core.clock import at_local, frozen
from doorstep.core.errors import NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity, Policy
from doorstep.coverage.models import Standing
from doorstep.directory.models import Person, Post, Unit
from tests.cast import Cast
from tests.factories.classes import make_class, make_people
from tests.factories.policies import set_policy

DAY = date(2026, 12, 7)
TODAY = date(2026, 11, 23)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with frozen(at_local(TODAY, 12)):
        yield


def by_criteria() -> None:
    set_policy(ORDER, "criteria")


def holds() -> None:
    """What classes promise holds; hours are written past the ledger here, so what coverage promises is not asked."""
    promised = {one.name for one in STATED}
    assert [f for f in check_invariants() if not f.holds and f.name in promised] == []


def queue(training_class: TrainingClass, ids: list[int], actor: Actor) -> waiting.Placed:
    return waiting.nominate_or_wait(training_class=training_class, people=nominees(ids), actor=actor)


def put(training_class: TrainingClass, ids: list[int], actor: Actor) -> list[Enrolment]:
    return people.nominate(training_class=training_class, people=nominees(ids), actor=actor)


def give_up(training_class: TrainingClass, person_id: int, actor: Actor) -> None:
    seat = Enrolment.objects.select_related("person", "training_class").get(
        training_class=training_class, person=person_id
    )
    people.withdraw_seat(enrolment=seat, reason="外出", actor=actor)


def has_hours(person: Person, *, year: int = DAY.year) -> None:
    unit = Unit.objects.get(path=person.place)
    Standing.objects.create(county="350902", year=year, person=person, unit=unit, is_home=True, is_trained=True)


def is_secretary(person: Person, since: date) -> None:
    unit = Unit.objects.get(path=person.place)
    Post.objects.create(person=person, unit=unit, post="2", is_leader=True, valid_from=since)


@pytest.fixture
def line(cast: Cast) -> tuple[TrainingClass, list[Person]]:
    """A class of one seat; on its list, as they came: one who has hours, one too who is a new secretary, one without
    any, and one without who came last."""
    by_criteria()
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=1)
    first, *crowd = make_people(cast.unit("kengtou"), 5)
    put(opened, [first.pk], cast.actor("secretary"))
    for person in crowd[:2]:
        has_hours(person)
    Person.objects.filter(pk__in=[one.pk for one in crowd]).update(join_date=date(2001, 7, 1))
    is_secretary(crowd[1], TODAY - timedelta(days=30))
    queue(opened, [one.pk for one in crowd], cast.actor("secretary"))
    return opened, [first, *crowd]


def shown(opened: TrainingClass, actor: Actor) -> list[tuple[int, int]]:
    return [(row.person_id, row.nth) for row in waiting_list(opened, actor).rows]


@pytest.mark.django_db
class TestOrder:
    """Who is served when, and what each is told."""

    def test_as_they_came_is_the_rule_without_any_other_word(self, cast: Cast) -> None:
        opened = make_class(cast.unit("huotong"), day=DAY, capacity=1)
        first, second, third = make_people(cast.unit("kengtou"), 3)
        has_hours(second)
        put(opened, [first.pk], cast.actor("secretary"))
        queue(opened, [second.pk, third.pk], cast.actor("secretary"))
        seen = waiting_list(opened, cast.actor("secretary"))
        assert [(row.person_id, row.nth, row.why) for row in seen.rows] == [
            (second.pk, 1, "排得最早。"),
            (third.pk, 2, "前面 1 人都排得早。"),
        ]
        assert seen.rule == "按排上的先后，先来先得。"
        give_up(opened, first.pk, cast.actor("secretary"))
        row = WaitingPlace.objects.get(person=second)
        assert (row.status, row.given_for) == ("moved", "")
        holds()

    def test_who_has_nothing_yet_comes_first_then_new_secretaries_then_as_they_came(
        self, cast: Cast, line: tuple[TrainingClass, list[Person]]
    ) -> None:
        opened, (seated, trained, secretary, blank, last) = line
        own = cast.actor("secretary")
        assert shown(opened, own) == [(blank.pk, 1), (last.pk, 2), (secretary.pk, 3), (trained.pk, 4)]
        seen = waiting_list(opened, own)
        assert [row.why for row in seen.rows] == [
            "符合“当年还没有学时、当年没有别的班”。排在最前。",
            "符合“当年还没有学时、当年没有别的班”。前面 1 人情况一样、排得早。",
            "符合“新任书记、当年没有别的班”。前面 2 人“当年还没有学时”占先。",
            "符合“当年没有别的班”。前面 3 人：2 人“当年还没有学时”占先，1 人“新任书记”占先。",
        ]
        assert seen.rule == (
            "按条件排：先看当年还没有学时，再看新任书记，再看新党员，再看当年没有别的班；情况一样的，先排上的在前。"
        )
        assert [(row.nth, row.why) for row in waiting_of(trained.pk)] == [(4, seen.rows[3].why)]
        give_up(opened, seated.pk, own)
        assert shown(opened, own) == [(last.pk, 1), (secretary.pk, 2), (trained.pk, 3)]
        row = WaitingPlace.objects.get(person=blank)
        assert (row.status, row.jumped, row.given_for) == ("moved", 0, "按条件：当年还没有学时、当年没有别的班")
        assert Activity.objects.get(event="classes.moved_up").detail["given_for"] == row.given_for
        # Seats in another class, and a new member: both count only where all else is alike.
        other = make_class(cast.unit("huotong"), day=DAY + timedelta(days=9), title="别的班")
        put(other, [last.pk], own)
        newest = make_people(cast.unit("kengtou"), 1)[0]
        Person.objects.filter(pk=newest.pk).update(join_date=TODAY - timedelta(days=100))
        queue(opened, [newest.pk], own)
        assert shown(opened, own) == [(newest.pk, 1), (last.pk, 2), (secretary.pk, 3), (trained.pk, 4)]
        holds()

    def test_a_post_held_for_long_and_a_seat_of_another_year_count_for_nothing(
        self, cast: Cast, line: tuple[TrainingClass, list[Person]]
    ) -> None:
        opened, (_seated, trained, secretary, blank, last) = line
        Post.objects.update(valid_from=TODAY - timedelta(days=300))
        assert [pk for pk, _nth in shown(opened, cast.actor("secretary"))] == [
            blank.pk, last.pk, trained.pk, secretary.pk,
        ]  # fmt: skip
        Post.objects.update(valid_from=TODAY - timedelta(days=30), valid_to=TODAY)
        Standing.objects.update(year=DAY.year - 1)
        assert [pk for pk, _nth in shown(opened, cast.actor("secretary"))] == [
            trained.pk, secretary.pk, blank.pk, last.pk,
        ]  # fmt: skip
        set_policy(RANKS["short"], "1")
        set_policy(RANKS["uncovered"], "0")
        Standing.objects.update(year=DAY.year)
        Standing.objects.filter(person=trained).update(is_met=True)
        assert [pk for pk, _nth in shown(opened, cast.actor("secretary"))] == [
            secretary.pk, blank.pk, last.pk, trained.pk,
        ]  # fmt: skip

    def test_nobody_passes_those_who_come_first_by_the_rule(
        self, cast: Cast, line: tuple[TrainingClass, list[Person]]
    ) -> None:
        opened, (seated, trained, _secretary, blank, last) = line
        own, township = cast.actor("secretary"), cast.actor("township")
        waiting.set_succession(training_class=opened, succession="office", actor=township)
        give_up(opened, seated.pk, own)
        with pytest.raises(waiting_refusals.WaitingFirst) as caught:
            put(opened, [trained.pk], own)
        assert "有 3 人排在前面候补" in caught.value.text
        place = WaitingPlace.objects.select_related("training_class__unit", "person").get(person=last)
        with pytest.raises(waiting_refusals.JumpReasonMissing):
            waiting.take_from_waiting(waiting=place, actor=township)
        # The first by the rule, though the third to come, is no jump for anybody.
        place = WaitingPlace.objects.select_related("training_class__unit", "person").get(person=blank)
        waiting.take_from_waiting(waiting=place, actor=township)
        place.refresh_from_db()
        assert (place.jumped, place.given_for) == (0, "按条件：当年还没有学时、当年没有别的班")
        holds()
        # Who is no better off than all others moves up as they came, and the row says so.
        give_up(opened, blank.pk, own)
        Standing.objects.all().delete()
        for one in (last, _secretary):
            waiting.leave_waiting(waiting=WaitingPlace.objects.get(person=one, status="waiting"), actor=own)
        has_hours(trained)
        other = make_class(cast.unit("huotong"), day=DAY + timedelta(days=9), title="别的班")
        put(other, [trained.pk], own)
        waiting.set_succession(training_class=opened, succession="auto", actor=township)
        row = WaitingPlace.objects.get(person=trained)
        assert (row.status, row.given_for) == ("moved", "按条件都不占先，按先后")
        holds()

    def test_a_seat_of_a_unit_stays_with_the_unit_whatever_the_criteria(self, cast: Cast) -> None:
        from doorstep.classes.services.seats import hand_down_seats

        by_criteria()
        opened = make_class(cast.unit("huotong"), day=DAY, capacity=2)
        kengtou, shiqiao = cast.unit("kengtou"), cast.unit("shiqiao")
        hand_down_seats(training_class=opened, table={kengtou.pk: 1, shiqiao.pk: 1}, actor=cast.actor("township"))
        here, there = make_people(kengtou, 2), make_people(shiqiao, 2)
        put(opened, [here[0].pk], cast.actor("secretary"))
        put(opened, [there[0].pk], cast.actor("sibling_secretary"))
        has_hours(here[1])
        queue(opened, [here[1].pk], cast.actor("secretary"))
        queue(opened, [there[1].pk], cast.actor("sibling_secretary"))
        assert shown(opened, cast.actor("township")) == [(there[1].pk, 1), (here[1].pk, 2)]
        give_up(opened, here[0].pk, cast.actor("secretary"))
        assert shown(opened, cast.actor("township")) == [(there[1].pk, 1)]
        holds()

    def test_the_database_keeps_what_a_seat_was_given_for_with_seats_alone(
        self, line: tuple[TrainingClass, list[Person]]
    ) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            WaitingPlace.objects.filter(person=line[1][1]).update(given_for="按条件")


@pytest.mark.django_db
class TestRule:
    """An office says it, from a day on, with where that is written."""

    def test_a_county_has_a_rule_of_its_own_from_a_day_on(self, cast: Cast) -> None:
        jiaocheng = cast.unit("jiaocheng")
        ranks = {"uncovered": 2, "secretary": 1, "newcomer": 0, "seatless": 0, "short": 0}
        given: dict[str, Any] = {"unit": jiaocheng, "order": "criteria", "ranks": ranks, "source": "蕉组〔2026〕8 号"}
        opened = make_class(cast.unit("huotong"), day=DAY, capacity=1)
        elsewhere = make_class(cast.unit("saiqi"), day=DAY, capacity=1, title="外县的班")
        one, secretary, blank = make_people(cast.unit("kengtou"), 3)
        is_secretary(secretary, TODAY - timedelta(days=30))
        put(opened, [one.pk], cast.actor("secretary"))
        queue(opened, [blank.pk, secretary.pk], cast.actor("secretary"))
        county = cast.actor("county")
        tomorrow = TODAY + timedelta(days=1)
        assert set_waiting_rule(**given, valid_from=tomorrow, actor=county)
        assert shown(opened, county) == [(blank.pk, 1), (secretary.pk, 2)]
        with frozen(at_local(tomorrow, 9)):
            assert shown(opened, county) == [(secretary.pk, 1), (blank.pk, 2)]
            assert waiting_list(opened, county).rule == (
                "按条件排：先看新任书记，再看当年还没有学时；情况一样的，先排上的在前。（依据：蕉组〔2026〕8 号）"
            )
            assert waiting_list(elsewhere, cast.actor("city")).rule == ""
            # Sent twice it is written once.
            rows = Policy.objects.count()
            assert not set_waiting_rule(**given, valid_from=tomorrow, actor=county)
            assert Policy.objects.count() == rows
            assert set_waiting_rule(**{**given, "order": "arrival"}, valid_from=tomorrow, actor=county)
            assert shown(opened, county) == [(blank.pk, 1), (secretary.pk, 2)]

    def test_what_cannot_be_said(self, cast: Cast) -> None:
        given: dict[str, Any] = {
            "unit": cast.unit("jiaocheng"),
            "order": "criteria",
            "source": "x",
            "valid_from": TODAY,
        }
        none, one = dict.fromkeys(RANKS, 0), {**dict.fromkeys(RANKS, 0), "short": 1}
        with pytest.raises(waiting_refusals.WaitingRuleEmpty):
            set_waiting_rule(**given, ranks=none, actor=cast.actor("county"))
        with pytest.raises(waiting_refusals.WaitingRulePast):
            set_waiting_rule(
                **{**given, "valid_from": TODAY - timedelta(days=1)}, ranks=one, actor=cast.actor("county")
            )
        for name in ("township", "secretary", "other_county", "auditor"):
            with pytest.raises(NotPermitted):
                set_waiting_rule(**given, ranks=one, actor=cast.actor(name))

    def test_the_page_says_what_holds_and_changes_it(self, cast: Cast, sign_in: SignIn) -> None:
        county, page = sign_in("county"), reverse("classes:waiting_rule")
        text = county.get(page).content.decode()
        assert ("现在按排上的先后，先来先得。" in text, "这是系统预设，还没有文件依据。" in text) == (True, True)
        sent = {**dict.fromkeys(RANKS, "0"), "order": "criteria", "valid_from": "2026-11-23", "source": "县委会议"}
        refused = county.post(page, sent)
        assert refused.status_code == 422
        assert "至少要有一个条件写上先后" in refused.content.decode()
        assert county.post(page, {**sent, "source": "", "short": "1"}).status_code == 422
        assert "已经过去" in county.post(page, {**sent, "short": "1", "valid_from": "2026-11-22"}).content.decode()
        done = county.post(page, {**sent, "secretary": "1", "uncovered": "1", "short": "2"}, follow=True)
        text = done.content.decode()
        assert "候补规则已保存，从 2026-11-23起照这样排。" in text
        words = "按条件排：先看当年还没有学时、新任书记，再看当年学时还没达标；情况一样的，先排上的在前。"
        assert text.count(words) == 2
        assert "依据：县委会议。" in text
        listed = reverse("classes:waiting_list")
        assert page in county.get(listed).content.decode()
        assert page not in sign_in("township").get(listed).content.decode()
        for name in ("township", "secretary", "trainee", "auditor"):
            assert sign_in(name).get(page).status_code in (403, 404)


@pytest.mark.django_db
class TestPages:
    """The place explains itself to the person, the branch and the office."""

    def test_everybody_is_told_why(self, cast: Cast, line: tuple[TrainingClass, list[Person]], sign_in: SignIn) -> None:
        opened, (seated, trained, _secretary, blank, _last) = line
        queue(opened, [cast.person("林秀珍").pk], cast.actor("secretary"))
        has_hours(cast.person("林秀珍"))
        Person.objects.filter(pk=cast.person("林秀珍").pk).update(join_date=date(2001, 7, 1))
        why = "符合“当年没有别的班”。前面 4 人：2 人“当年还没有学时”占先，1 人“新任书记”占先，1 人情况一样、排得早。"
        assert why in sign_in("trainee").get(reverse("classes:me")).content.decode()
        row = WaitingPlace.objects.get(person=cast.person("林秀珍"))
        asked = sign_in("trainee").get(reverse("classes:waiting_leave", args=[row.pk])).content.decode()
        assert all(words in asked for words in ("现在排第 5 位。", why, "按条件排：先看"))
        township = sign_in("township")
        text = township.get(reverse("classes:people", args=[opened.pk])).content.decode()
        assert why in text
        assert text.index(blank.name) < text.index(trained.name)
        assert why in township.get(reverse("classes:waiting_take", args=[row.pk])).content.decode()
        page = reverse("classes:waiting_list")
        found = township.get(page, {"class": opened.pk})
        rows = found.context["listing"].rows
        assert [(one.nth, one.met) for one in rows] == [
            (1, "当年还没有学时、当年没有别的班"),
            (2, "当年还没有学时、当年没有别的班"),
            (3, "新任书记、当年没有别的班"),
            (4, "当年没有别的班"),
            (5, "当年没有别的班"),
        ]
        assert "按条件排：先看当年还没有学时" in found.content.decode()
        give_up(opened, seated.pk, cast.actor("secretary"))
        gone = township.get(page, {"class": opened.pk, "status": "moved"})
        assert "按条件：当年还没有学时、当年没有别的班" in gone.content.decode()
        assert "按条件：当年还没有学时" in township.get(reverse("classes:people", args=[opened.pk])).content.decode()
        said = township.get(f"/api/v1/classes/{opened.pk}/waiting").json()
        assert [(one["nth"], one["why"].startswith("符合")) for one in said] == [(n, True) for n in range(1, 5)]

    def test_who_is_put_on_the_list_is_told_the_place(
        self, cast: Cast, line: tuple[TrainingClass, list[Person]], sign_in: SignIn
    ) -> None:
        opened = line[0]
        has_hours(cast.person("黄德旺"))
        Person.objects.filter(name__in=["黄德旺", "林秀珍"]).update(join_date=date(2001, 7, 1))
        address = reverse("classes:nominate", args=[opened.pk])
        text = sign_in("secretary").get(address).content.decode()
        assert "按条件排：先看当年还没有学时" in text
        ids = [cast.person(name).pk for name in ("黄德旺", "林秀珍")]
        done = sign_in("secretary").post(address, {"person": ids, "wait": "1"}, follow=True)
        assert "2 人排进候补，排在第 3、6 位。" in done.content.decode()

    @pytest.mark.parametrize("number", [1, 3])
    def test_pages_take_few_queries(
        self, cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, number: int
    ) -> None:
        by_criteria()
        opened = make_class(cast.unit("huotong"), day=DAY, capacity=1)
        put(opened, [cast.person("黄德旺").pk], cast.actor("secretary"))
        crowd = make_people(cast.unit("kengtou"), number)
        rows = queue(opened, [one.pk for one in crowd], cast.actor("secretary")).waiting
        client = sign_in("township")
        # The rule, the hours, the seats of the year, the posts and the people besides what the order of coming needs.
        for address, count in {
            reverse("classes:people", args=[opened.pk]): 13,
            reverse("classes:waiting_list"): 10,
            reverse("classes:waiting_take", args=[rows[0].pk]): 9,
        }.items():
            with django_assert_num_queries(count):
                assert client.get(address).status_code == 200, address
