"""Full classes: who waits, who moves up when, who may not pass whom, and what sixteen hands at once make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from doorstep.classes.jobs import return_seats
from doorstep.classes.models import Enrolment, TrainingClass, WaitingPlace
from doorstep.classes.queries.people import nominees
from doorstep.classes.queries.waiting import waiting_list, waiting_of
from doorstep.classes.services import locking, opening, people, refusals, seats, waiting, waiting_refusals
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.clock import at_local, frozen
from doorstep.core.errors import NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.services.people import move_member
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.classes import make_class, make_people

DAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with frozen(at_local(date(2026, 11, 23), 12)):
        yield


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def ids_of(cast: Cast, *names: str) -> list[int]:
    return [cast.person(name).pk for name in names]


def put(training_class: TrainingClass, ids: list[int], actor: Actor, **more: Any) -> list[Enrolment]:
    return people.nominate(training_class=training_class, people=nominees(ids), actor=actor, **more)


def queue(training_class: TrainingClass, ids: list[int], actor: Actor, **more: Any) -> waiting.Placed:
    return waiting.nominate_or_wait(training_class=training_class, people=nominees(ids), actor=actor, **more)


def give_up(training_class: TrainingClass, person_id: int, actor: Actor) -> None:
    seat = Enrolment.objects.select_related("person", "training_class").get(
        training_class=training_class, person=person_id
    )
    people.withdraw_seat(enrolment=seat, reason="外出", actor=actor)


def line(training_class: TrainingClass) -> list[str]:
    rows = WaitingPlace.objects.filter(training_class=training_class, status="waiting").order_by("number")
    return list(rows.values_list("person__name", flat=True))


def place_of(cast: Cast, name: str) -> WaitingPlace:
    rows = WaitingPlace.objects.select_related("training_class__unit", "person")
    return rows.filter(person=cast.person(name)).latest("pk")


def seated(training_class: TrainingClass) -> set[str]:
    rows = Enrolment.objects.filter(training_class=training_class, status__in=["nominated", "confirmed"])
    return set(rows.values_list("person__name", flat=True))


@pytest.fixture
def full(cast: Cast) -> TrainingClass:
    """A class of the township with one seat, taken by 林秀珍, and 黄德旺 and 雷金妹 waiting."""
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=1)
    put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    queue(opened, ids_of(cast, "黄德旺"), cast.actor("secretary"))
    queue(opened, ids_of(cast, "雷金妹"), cast.actor("sibling_secretary"))
    return opened


def test_who_finds_no_seat_waits_and_moves_up_as_soon_as_one_is_free(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=2)
    placed = queue(opened, ids_of(cast, "林秀珍", "黄德旺", "陈国梁"), cast.actor("secretary"))
    assert [row.person_id for row in placed.seats] == ids_of(cast, "林秀珍", "黄德旺")
    assert [(row.person_id, row.number) for row in placed.waiting] == [(cast.person("陈国梁").pk, 1)]
    assert [row.number for row in queue(opened, ids_of(cast, "雷金妹"), cast.actor("sibling_secretary")).waiting] == [2]
    opened.refresh_from_db()
    assert opened.seats_taken == 2
    holds()
    give_up(opened, cast.person("黄德旺").pk, cast.actor("secretary"))
    assert seated(opened) == {"林秀珍", "陈国梁"}
    assert line(opened) == ["雷金妹"]
    row = place_of(cast, "陈国梁")
    assert (row.status, row.word, row.jumped, row.ended_at) == ("moved", "moved_up", 0, clock.now())
    seat = Enrolment.objects.get(training_class=opened, person=cast.person("陈国梁"))
    assert (seat.status, seat.nominated_by_id) == ("nominated", cast.accounts["secretary"].pk)
    told = Activity.objects.get(event="classes.moved_up")
    assert (told.detail["person_id"], told.detail["number"]) == (cast.person("陈国梁").pk, 1)
    holds()


def test_seats_of_a_unit_go_to_the_first_of_that_unit(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=3)
    township, own, sibling = cast.actor("township"), cast.actor("secretary"), cast.actor("sibling_secretary")
    kengtou, shiqiao = cast.unit("kengtou"), cast.unit("shiqiao")
    seats.hand_down_seats(training_class=opened, table={kengtou.pk: 1, shiqiao.pk: 1}, actor=township)
    put(opened, ids_of(cast, "林秀珍"), own)
    put(opened, ids_of(cast, "雷金妹"), sibling)
    queue(opened, ids_of(cast, "林建华"), sibling)
    queue(opened, ids_of(cast, "黄德旺"), own)
    # The organiser keeps one seat of its own; nobody gets at it by waiting.
    assert line(opened) == ["林建华", "黄德旺"]
    holds()
    give_up(opened, cast.person("林秀珍").pk, own)
    assert line(opened) == ["林建华"]
    assert seated(opened) == {"雷金妹", "黄德旺"}
    # More seats for the unit, and the first of it is in.
    seats.hand_down_seats(training_class=opened, table={shiqiao.pk: 2}, actor=township)
    assert line(opened) == []
    holds()


def test_seats_added_called_in_or_handed_back_go_to_the_list_first(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=4)
    township, own, sibling = cast.actor("township"), cast.actor("secretary"), cast.actor("sibling_secretary")
    table = {cast.unit("kengtou").pk: 1, cast.unit("shiqiao").pk: 2}
    seats.hand_down_seats(training_class=opened, table=table, actor=township)
    put(opened, ids_of(cast, "林秀珍"), own)
    queue(opened, ids_of(cast, "黄德旺", "陈国梁"), own)
    more = [p.pk for p in make_people(cast.unit("kengtou"), 2)]
    queue(opened, more, own)
    assert len(line(opened)) == 4
    # One given back by the unit that does not need it, then the other called in.
    quota = opened.quotas.get(unit=cast.unit("shiqiao"))
    seats.return_seats(quota=quota, seats=1, actor=sibling)
    assert "黄德旺" in seated(opened)
    seats.call_in_seats(training_class=opened, actor=township)
    assert "陈国梁" in seated(opened)
    assert len(line(opened)) == 2
    opened.refresh_from_db()
    opening.edit_class(
        training_class=opened, title=opened.title, form="lecture", capacity=5, base_id=None, head_id=None,
        nominate_by=None, note="", actor=township,
    )  # fmt: skip
    assert len(line(opened)) == 1
    opened.refresh_from_db()
    # The seat that the organiser kept from the start is its own still.
    assert (opened.capacity, opened.seats_taken) == (5, 4)
    # Seats taken away from a unit are free for the list as well.
    seats.hand_down_seats(training_class=opened, table={cast.unit("shiqiao").pk: 1}, actor=township)
    assert len(line(opened)) == 1
    seats.hand_down_seats(training_class=opened, table={cast.unit("shiqiao").pk: 0}, actor=township)
    assert line(opened) == []
    holds()


def test_seats_that_go_back_at_the_deadline_go_to_the_list(cast: Cast) -> None:
    until = at_local(date(2026, 11, 24), 12)
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=2, nominate_by=until)
    table = {cast.unit("kengtou").pk: 1, cast.unit("shiqiao").pk: 1}
    seats.hand_down_seats(training_class=opened, table=table, actor=cast.actor("township"))
    put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    queue(opened, ids_of(cast, "黄德旺"), cast.actor("secretary"))
    with frozen(until + timedelta(minutes=1)):
        return_seats(0)
        assert seated(opened) == {"林秀珍", "黄德旺"}
        with pytest.raises(refusals.NominationsOver):
            queue(opened, ids_of(cast, "陈国梁"), cast.actor("secretary"))
        assert queue(opened, ids_of(cast, "陈国梁"), cast.actor("township")).waiting[0].number == 2
    holds()


def test_seats_passed_on_reach_those_who_wait_for_them(cast: Cast) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY, capacity=9)
    huotong, kengtou = cast.unit("huotong"), cast.unit("kengtou")
    seats.hand_down_seats(training_class=opened, table={huotong.pk: 2}, actor=cast.actor("county"))
    quota = opened.quotas.get(unit=huotong)
    seats.pass_on_seats(quota=quota, table={kengtou.pk: 1}, actor=cast.actor("township"))
    put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    queue(opened, ids_of(cast, "黄德旺"), cast.actor("secretary"))
    # Who runs the seats of the township may give one of them, and only to the first of those who wait.
    with pytest.raises(waiting_refusals.WaitingFirst):
        put(opened, ids_of(cast, "陈国梁"), cast.actor("township"))
    quota.refresh_from_db()
    seats.pass_on_seats(quota=quota, table={kengtou.pk: 2}, actor=cast.actor("township"))
    assert seated(opened) == {"林秀珍", "黄德旺"}
    holds()


def test_nobody_is_put_forward_past_those_who_wait(cast: Cast, full: TrainingClass) -> None:
    township, own = cast.actor("township"), cast.actor("secretary")
    waiting.set_succession(training_class=full, succession="office", actor=township)
    give_up(full, cast.person("林秀珍").pk, own)
    assert line(full) == ["黄德旺", "雷金妹"]
    for actor in (own, township):
        with pytest.raises(waiting_refusals.WaitingFirst) as caught:
            put(full, ids_of(cast, "陈国梁"), actor)
    assert caught.value.text == (
        "“农村党员冬训班（第三期）”有 2 人排在前面候补，空出来的名额先给他们，不能越过。请排到候补后面；"
        "确实要先安排的，请霍童镇党委在候补名单里安排，写明原因。"
    )
    with pytest.raises(waiting_refusals.WaitingFirst):
        put(full, ids_of(cast, "雷金妹"), cast.actor("sibling_secretary"))
    assert queue(full, ids_of(cast, "陈国梁"), own).seats == []
    assert line(full) == ["黄德旺", "雷金妹", "陈国梁"]
    # The first of the list may be put forward as anybody else.
    put(full, ids_of(cast, "黄德旺"), own)
    assert line(full) == ["雷金妹", "陈国梁"]
    assert place_of(cast, "黄德旺").ended_by_id == cast.accounts["secretary"].pk
    holds()


def test_a_seat_is_not_handed_on_past_those_who_wait_for_it(cast: Cast, full: TrainingClass) -> None:
    seat = Enrolment.objects.select_related("person", "training_class").get(training_class=full)
    township = cast.actor("township")
    for name in ("陈国梁", "雷金妹"):
        (by,) = nominees(ids_of(cast, name))
        with pytest.raises(waiting_refusals.WaitingFirst):
            people.replace_person(enrolment=seat, by=by, actor=township)
    (by,) = nominees(ids_of(cast, "黄德旺"))
    people.replace_person(enrolment=seat, by=by, actor=township)
    assert seated(full) == {"黄德旺"}
    assert line(full) == ["雷金妹"]
    holds()


def test_the_office_takes_whom_it_says_and_why(cast: Cast, full: TrainingClass) -> None:
    township = cast.actor("township")
    second = place_of(cast, "雷金妹")
    with pytest.raises(refusals.ClassFull):
        waiting.take_from_waiting(waiting=second, reason="急", actor=township)
    assert waiting.set_succession(training_class=full, succession="office", actor=township) == 0
    give_up(full, cast.person("林秀珍").pk, township)
    with pytest.raises(waiting_refusals.JumpReasonMissing) as caught:
        waiting.take_from_waiting(waiting=second, reason=" ", actor=township)
    assert caught.value.text == "雷金妹前面还有 1 人在候补。要先安排，请写明原因，会和您的名字一起留在记录里。"
    for name in ("secretary", "sibling_township", "trainee", "auditor"):
        with pytest.raises(NotPermitted):
            waiting.take_from_waiting(waiting=second, reason="急", actor=cast.actor(name))
    taken = waiting.take_from_waiting(waiting=second, reason="今年最后一次机会", actor=township)
    assert (taken.status, taken.confirmed_at) == ("confirmed", clock.now())
    row = place_of(cast, "雷金妹")
    assert (row.status, row.jumped, row.reason) == ("moved", 1, "今年最后一次机会")
    assert row.ended_by_id == cast.accounts["township"].pk
    detail = Activity.objects.filter(event="classes.moved_up").latest("pk").detail
    assert (detail["jumped"], detail["reason"]) == (1, "今年最后一次机会")
    with pytest.raises(waiting_refusals.WaitsNoLonger) as gone:
        waiting.take_from_waiting(waiting=second, reason="", actor=township)
    assert gone.value.text == "雷金妹现在不在“农村党员冬训班（第三期）”的候补里（已递补）。请刷新页面看结果。"
    # Back to moving by itself: who waits while a seat is free is in at once.
    give_up(full, cast.person("雷金妹").pk, township)
    assert line(full) == ["黄德旺"]
    assert waiting.set_succession(training_class=full, succession="auto", actor=township) == 1
    assert seated(full) == {"黄德旺"}
    with pytest.raises(waiting_refusals.SuccessionStandsSo):
        waiting.set_succession(training_class=full, succession="auto", actor=township)
    with pytest.raises(NotPermitted):
        waiting.set_succession(training_class=full, succession="office", actor=cast.actor("secretary"))
    holds()


def test_who_waits_may_leave_and_sees_the_own_place(cast: Cast, full: TrainingClass) -> None:
    queue(full, ids_of(cast, "陈国梁"), cast.actor("secretary"))
    assert [row.nth for row in waiting_of(cast.person("陈国梁").pk)] == [3]
    seen = waiting_list(full, cast.actor("secretary"))
    assert ([(w.person.name, w.nth) for w in seen.rows], seen.total) == ([("黄德旺", 1), ("陈国梁", 3)], 3)
    for name in ("sibling_secretary", "other_county", "auditor", "teacher"):
        with pytest.raises(NotPermitted):
            waiting.leave_waiting(waiting=place_of(cast, "黄德旺"), actor=cast.actor(name))
    left = waiting.leave_waiting(waiting=place_of(cast, "黄德旺"), reason=" 外出务工 ", actor=cast.actor("secretary"))
    assert (left.status, left.reason) == ("left", "外出务工")
    assert [row.nth for row in waiting_of(cast.person("陈国梁").pk)] == [2]
    with pytest.raises(waiting_refusals.WaitsNoLonger):
        waiting.leave_waiting(waiting=left, actor=cast.actor("secretary"))
    # One's own place, without any right over others: the account of the secretary is 陈国梁's, as a plain member.
    own = Actor(account_id=None, person_id=cast.person("陈国梁").pk, name="x", grants=cast.actor("trainee").grants)
    assert waiting.leave_waiting(waiting=place_of(cast, "陈国梁"), actor=own).status == "left"
    # Who comes again stands at the end, with a number of their own.
    assert [w.number for w in queue(full, ids_of(cast, "黄德旺"), cast.actor("secretary")).waiting] == [4]
    assert line(full) == ["雷金妹", "黄德旺"]
    holds()


def test_who_may_be_put_on_the_list(cast: Cast, full: TrainingClass) -> None:
    own, township = cast.actor("secretary"), cast.actor("township")
    with pytest.raises(waiting_refusals.AlreadyWaiting) as caught:
        queue(full, ids_of(cast, "黄德旺"), own)
    assert caught.value.text == (
        "黄德旺已经在“农村党员冬训班（第三期）”的候补名单里。不用再排，等着轮到就行；不想等了，可以退出候补。"
    )
    with pytest.raises(refusals.AlreadyEnrolled):
        queue(full, ids_of(cast, "林秀珍"), own)
    with pytest.raises(NotPermitted):
        queue(full, ids_of(cast, "林建华"), own)
    with pytest.raises(NotPermitted):
        queue(full, ids_of(cast, "陈国梁", "林建华"), own)
    with pytest.raises(refusals.NobodyChosen):
        queue(full, [], township)
    with pytest.raises(NotPermitted):
        queue(full, [], own)
    with pytest.raises(refusals.NoQuota):
        queue(full, ids_of(cast, "彭有顺"), cast.actor("sibling_township"))
    other = make_class(cast.unit("huotong"), day=DAY, title="支部书记班")
    put(other, ids_of(cast, "陈国梁"), own)
    with pytest.raises(refusals.OverlappingClass):
        queue(full, ids_of(cast, "陈国梁"), own)
    assert queue(full, ids_of(cast, "陈国梁"), own, accept_overlap=True).waiting[0].accepts_overlap
    draft = make_class(cast.unit("huotong"), day=DAY, is_draft=True)
    with pytest.raises(refusals.ClassNotOpen):
        queue(draft, ids_of(cast, "陈国梁"), own)
    holds()


def test_who_cannot_take_the_seat_is_passed_over_with_the_reason(cast: Cast, full: TrainingClass) -> None:
    own, township = cast.actor("secretary"), cast.actor("township")
    queue(full, ids_of(cast, "林建华"), cast.actor("sibling_secretary"))
    elsewhere = make_class(cast.unit("huotong"), day=DAY, title="支部书记班")
    put(elsewhere, ids_of(cast, "黄德旺"), own)
    move_member(person=cast.person("雷金妹"), unit=cast.unit("kengtou"), on=clock.today(), actor=cast.system)
    give_up(full, cast.person("林秀珍").pk, own)
    assert seated(full) == {"林建华"}
    assert line(full) == []
    rows = [place_of(cast, name) for name in ("黄德旺", "雷金妹")]
    assert [(w.status, w.reason) for w in rows] == [
        ("passed", "轮到时12月7日 08:30已排在“支部书记班”，时间重叠"),
        ("passed", "轮到时已不在石桥村党支部"),
    ]
    assert Activity.objects.filter(event="classes.passed_over").count() == 2
    holds()
    # The office meets the same: an overlap is asked about, once accepted it is no obstacle.
    queue(full, ids_of(cast, "黄德旺"), own, accept_overlap=True)
    waiting.set_succession(training_class=full, succession="office", actor=township)
    give_up(full, cast.person("林建华").pk, township)
    WaitingPlace.objects.filter(status="waiting").update(accepts_overlap=False)
    with pytest.raises(refusals.OverlappingClass):
        waiting.take_from_waiting(waiting=place_of(cast, "黄德旺"), actor=township)
    taken = waiting.take_from_waiting(waiting=place_of(cast, "黄德旺"), accept_overlap=True, actor=township)
    assert taken.status == "confirmed"
    holds()


def test_who_belongs_to_no_unit_any_more_is_not_taken(cast: Cast, full: TrainingClass) -> None:
    from doorstep.directory.models import Membership

    waiting.set_succession(training_class=full, succession="office", actor=cast.actor("township"))
    give_up(full, cast.person("林秀珍").pk, cast.actor("township"))
    Membership.objects.filter(person=cast.person("黄德旺")).update(valid_to=clock.today())
    with pytest.raises(refusals.NotOnTheRoster):
        waiting.take_from_waiting(waiting=place_of(cast, "黄德旺"), actor=cast.actor("township"))


def test_a_class_that_has_begun_moves_nobody_up(cast: Cast, full: TrainingClass) -> None:
    with frozen(at_local(DAY, 9)):
        give_up(full, cast.person("林秀珍").pk, cast.actor("township"))
        assert seated(full) == set()
        assert place_of(cast, "黄德旺").status == "over"
        with pytest.raises(refusals.BegunForBranches):
            queue(full, ids_of(cast, "陈国梁"), cast.actor("secretary"))
        with pytest.raises(waiting_refusals.NobodyWaits):
            queue(full, ids_of(cast, "陈国梁"), cast.actor("township"))
        with pytest.raises(waiting_refusals.WaitsNoLonger):
            waiting.take_from_waiting(waiting=place_of(cast, "黄德旺"), actor=cast.actor("township"))
    holds()


def test_a_cancelled_class_keeps_nobody_waiting(cast: Cast, full: TrainingClass) -> None:
    opening.cancel_class(training_class=full, reason="台风", actor=cast.actor("township"))
    assert set(WaitingPlace.objects.values_list("status", flat=True)) == {"over"}
    with pytest.raises(refusals.ClassIsOver):
        waiting.leave_waiting(waiting=place_of(cast, "黄德旺"), actor=cast.actor("secretary"))
    holds()


def test_in_a_class_of_the_office_who_finds_a_seat_nobody_waits_for_is_in(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=3)
    township, own, sibling = cast.actor("township"), cast.actor("secretary"), cast.actor("sibling_secretary")
    table = {cast.unit("kengtou").pk: 1, cast.unit("shiqiao").pk: 1}
    seats.hand_down_seats(training_class=opened, table=table, actor=township)
    waiting.set_succession(training_class=opened, succession="office", actor=township)
    put(opened, ids_of(cast, "林秀珍"), own)
    queue(opened, ids_of(cast, "黄德旺"), own)
    assert [row.person_id for row in queue(opened, ids_of(cast, "雷金妹"), sibling).seats] == ids_of(cast, "雷金妹")
    # The organiser's own seat is no way past those who wait either.
    with pytest.raises(waiting_refusals.WaitingFirst):
        put(opened, ids_of(cast, "陈国梁"), township)
    holds()


def test_the_database_refuses_too(cast: Cast, full: TrainingClass) -> None:
    row = place_of(cast, "黄德旺")
    changes: tuple[dict[str, Any], ...] = ({"number": 2}, {"status": "left"}, {"jumped": 1})
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            WaitingPlace.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        WaitingPlace.objects.filter(person=cast.person("雷金妹")).update(person=cast.person("黄德旺"))


# --- sixteen hands at once, on real transactions -------------------------------------------------------


def _hands(cast: Cast) -> tuple[TrainingClass, list[Callable[[], object]]]:
    """A class of eight, full, and sixteen hands: half give a seat up, half put two people each on the list."""
    opened = make_class(cast.unit("huotong"), capacity=8)
    own = cast.actor("secretary")
    crowd = [p.pk for p in make_people(cast.unit("kengtou"), 24)]
    put(opened, crowd[:8], own)
    works: list[Callable[[], object]] = [partial(give_up, opened, pk, own) for pk in crowd[:8]]
    works += [partial(queue, opened, crowd[n : n + 2], own) for n in range(8, 24, 2)]
    return opened, works


def _jumps(opened: TrainingClass) -> int:
    """How many wait although somebody with a higher number has moved up."""
    moved = WaitingPlace.objects.filter(training_class=opened, status="moved").order_by("-number").first()
    rows = WaitingPlace.objects.filter(training_class=opened, status="waiting")
    return rows.filter(number__lt=moved.number).count() if moved else 0


def test_sixteen_hands_never_seat_one_too_many_and_nobody_jumps(cast_committed: Cast) -> None:
    opened, works = _hands(cast_committed)
    assert both(*works) == ["done"] * 16
    opened.refresh_from_db()
    # Sixteen new people for eight seats that were given up: the class is full and eight wait, in order.
    assert (opened.seats_taken, len(line(opened)), _jumps(opened)) == (8, 8, 0)
    numbers = list(WaitingPlace.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    holds()


def test_without_the_lock_of_the_class_it_goes_wrong(cast_committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same hands with the lock taken away break what the test above finds whole."""

    def unlocked(class_id: int) -> TrainingClass:
        return TrainingClass.objects.select_related("unit").get(pk=class_id)

    monkeypatch.setattr(locking, "lock_class", unlocked)
    wrong = 0
    for _ in range(5):
        opened, works = _hands(cast_committed)
        try:
            said = _failing(works)
        finally:
            connections.close_all()
        opened.refresh_from_db()
        taken = len(seated(opened))
        wrong += said != ["done"] * 16 or taken != 8 or _jumps(opened) > 0 or opened.seats_taken != taken
        if wrong:
            break
    assert wrong


def _failing(works: list[Callable[[], object]]) -> list[str]:
    """What came of works that may break a constraint of the database."""

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except IntegrityError as error:
            raise refusals.ClassFull(title="x", capacity=0, left=0, wanted=0) from error

    return both(*(partial(run, work) for work in works))
