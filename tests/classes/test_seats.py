"""Seats handed down, filled, replaced and given back; never one too many, also under eight hands at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doorstep.classes.jobs import return_seats
from doorstep.classes.models import Enrolment, Quota, TrainingClass
from doorstep.classes.queries.classes import classes_open_for
from doorstep.classes.queries.people import nominees, seats_held
from doorstep.classes.queries.seats import seat_sheet
from doorstep.classes.services import people, refusals, seats, sessions
from doorstep.classes.services.opening import finish_class, start_class
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.clock import at_local, frozen
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity, Policy
from tests.cast import Cast, build_cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class, make_people
from tests.factories.policies import ship_policies

DAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with frozen(at_local(date(2026, 11, 23), 12)):
        yield


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def put(training_class: TrainingClass, ids: list[int], actor: Actor, **more: bool) -> list[Enrolment]:
    return people.nominate(training_class=training_class, people=nominees(ids), actor=actor, **more)


def ids_of(cast: Cast, *names: str) -> list[int]:
    return [cast.person(name).pk for name in names]


def test_a_county_class_flows_down_to_the_branch(cast: Cast) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY)
    huotong, hubei, kengtou = cast.unit("huotong"), cast.unit("hubei"), cast.unit("kengtou")
    seats.hand_down_seats(training_class=opened, table={huotong.pk: 3, hubei.pk: 2}, actor=cast.actor("county"))
    top = Quota.objects.get(unit=huotong)
    seats.pass_on_seats(quota=top, table={kengtou.pk: 2}, actor=cast.actor("township"))
    sheet = seat_sheet(opened)
    assert [(r.name, r.depth, r.total, r.own_free) for r in sheet.rows] == [
        ("霍童镇党委", 0, 3, 1),
        ("坑头村党支部", 1, 2, 2),
        ("虎𬇙镇党委", 0, 2, 2),
    ]
    assert sheet.pool == 35
    secretary = cast.actor("secretary")
    rows = put(opened, ids_of(cast, "林秀珍", "黄德旺"), secretary)
    assert {r.status for r in rows} == {"nominated"}
    with pytest.raises(refusals.QuotaUsedUp) as caught:
        put(opened, ids_of(cast, "陈国梁"), secretary)
    assert caught.value.text.startswith("坑头村党支部分到 2 个名额，已用 2 个，陈国梁没有名额了。")
    # Who runs the township's seats may use those it kept.
    put(opened, ids_of(cast, "陈国梁"), cast.actor("township"))
    with pytest.raises(refusals.QuotaUsedUp):
        put(opened, ids_of(cast, "雷金妹"), cast.actor("sibling_secretary"))
    opened.refresh_from_db()
    assert opened.seats_taken == 3
    holds()


def test_units_without_seats_are_told_whom_to_ask(cast: Cast) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY)
    seats.hand_down_seats(training_class=opened, table={cast.unit("hubei").pk: 2}, actor=cast.actor("county"))
    with pytest.raises(refusals.NoQuota) as caught:
        put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    assert "请向蕉城区委组织部要名额" in caught.value.text
    county = cast.actor("county")
    assert put(opened, ids_of(cast, "林秀珍"), county)[0].status == "confirmed"
    holds()


def test_without_quotas_the_class_is_open_to_those_below(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=2)
    put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    with pytest.raises(refusals.NoQuota):
        put(opened, ids_of(cast, "彭有顺"), cast.actor("sibling_township"))
    with pytest.raises(refusals.ClassFull) as caught:
        put(opened, ids_of(cast, "黄德旺", "陈国梁"), cast.actor("secretary"))
    assert "共 2 个名额，还剩 1 个，这次要 2 个" in caught.value.text
    holds()


def test_nobody_is_put_forward_from_outside_ones_reach(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    for name in ("sibling_secretary", "trainee", "teacher", "auditor", "base", "other_county"):
        with pytest.raises(NotPermitted):
            put(opened, ids_of(cast, "林秀珍"), cast.actor(name))
    # One stranger among one's own is enough.
    with pytest.raises(NotPermitted):
        put(opened, ids_of(cast, "林秀珍", "雷金妹"), cast.actor("secretary"))
    with pytest.raises(NotPermitted):
        people.nominate(training_class=opened, people=[], actor=cast.actor("secretary"))
    with pytest.raises(refusals.NobodyChosen):
        people.nominate(training_class=opened, people=[], actor=cast.actor("township"))
    assert not Enrolment.objects.exists()


def test_a_person_nominated_twice(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    with pytest.raises(refusals.AlreadyEnrolled) as caught:
        put(opened, ids_of(cast, "林秀珍", "黄德旺"), cast.actor("secretary"))
    assert caught.value.text == ("林秀珍已经在“农村党员冬训班（第三期）”名单里（11月23日提名）。请去掉后再提名其他人。")
    assert Enrolment.objects.count() == 1


def test_an_overlapping_class_is_a_warning(cast: Cast) -> None:
    county_class = make_class(cast.unit("jiaocheng"), day=DAY, title="支部书记班")
    put(county_class, ids_of(cast, "林秀珍"), cast.actor("county"))
    opened = make_class(cast.unit("huotong"), day=DAY)
    with pytest.raises(refusals.OverlappingClass) as caught:
        put(opened, ids_of(cast, "林秀珍", "黄德旺"), cast.actor("secretary"))
    assert "林秀珍12月7日 08:30已排在“支部书记班”" in caught.value.text
    assert len(put(opened, ids_of(cast, "林秀珍", "黄德旺"), cast.actor("secretary"), accept_overlap=True)) == 2
    evening = make_class(cast.unit("huotong"), sessions=[half_day(DAY, 19)])
    put(evening, ids_of(cast, "林秀珍"), cast.actor("secretary"))


def test_after_the_deadline_only_the_organiser_adds_people(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY, nominate_by=at_local(date(2026, 11, 23), 11))
    with pytest.raises(refusals.NominationsOver) as caught:
        put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    assert "11月23日 11:00" in caught.value.text
    put(opened, ids_of(cast, "林秀珍"), cast.actor("township"))
    start_class(training_class=opened, actor=SYSTEM)
    with pytest.raises(refusals.LateReasonMissing):
        put(opened, ids_of(cast, "黄德旺"), cast.actor("township"))
    with pytest.raises(refusals.BegunForBranches):
        put(opened, ids_of(cast, "陈国梁"), cast.actor("secretary"))
    finish_class(training_class=opened, withdrawn={}, actor=SYSTEM)
    with pytest.raises(refusals.ClassIsOver):
        put(opened, ids_of(cast, "陈国梁"), cast.actor("township"))


def test_tables_that_do_not_add_up(cast: Cast) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY, capacity=10)
    huotong, hubei, kengtou = (cast.unit(n).pk for n in ("huotong", "hubei", "kengtou"))
    county = cast.actor("county")
    with pytest.raises(refusals.SeatsExceedSource) as caught:
        seats.hand_down_seats(training_class=opened, table={huotong: 6, hubei: 6}, actor=county)
    assert "请减少 2 个" in caught.value.text
    seats.hand_down_seats(training_class=opened, table={huotong: 6, hubei: 4}, actor=county)
    quota = Quota.objects.get(unit=huotong)
    with pytest.raises(refusals.UnitOutside):
        seats.pass_on_seats(quota=quota, table={hubei: 1}, actor=cast.actor("township"))
    with pytest.raises(refusals.SeatsExceedSource):
        seats.pass_on_seats(quota=quota, table={kengtou: 7}, actor=cast.actor("township"))
    with pytest.raises(NotPermitted):
        seats.pass_on_seats(quota=quota, table={kengtou: 1}, actor=cast.actor("sibling_township"))
    with pytest.raises(NotPermitted):
        seats.hand_down_seats(training_class=opened, table={huotong: 1}, actor=cast.actor("township"))
    with pytest.raises(NotFound):
        seats.hand_down_seats(training_class=opened, table={999_999: 1}, actor=county)
    seats.pass_on_seats(quota=quota, table={kengtou: 4}, actor=cast.actor("township"))
    put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    with pytest.raises(refusals.SeatsInUse) as used:
        seats.hand_down_seats(training_class=opened, table={huotong: 3}, actor=county)
    assert "已经用掉或分下去 4 个名额，不能改成 3 个" in used.value.text
    seats.hand_down_seats(training_class=opened, table={huotong: 4}, actor=county)
    opened.refresh_from_db()
    assert seat_sheet(opened).pool == 2
    holds()


def test_unused_seats_flow_back(cast: Cast) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY, capacity=10)
    huotong, kengtou = cast.unit("huotong"), cast.unit("kengtou")
    seats.hand_down_seats(training_class=opened, table={huotong.pk: 6}, actor=cast.actor("county"))
    seats.pass_on_seats(quota=Quota.objects.get(), table={kengtou.pk: 4}, actor=cast.actor("township"))
    branch = Quota.objects.get(unit=kengtou)
    put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    with pytest.raises(refusals.NothingToReturn):
        seats.return_seats(quota=branch, seats=4, actor=cast.actor("secretary"))
    seats.return_seats(quota=branch, seats=2, actor=cast.actor("secretary"))
    assert Quota.objects.get(unit=huotong).seats == 4
    seats.return_seats(quota=Quota.objects.get(unit=huotong), seats=1, actor=cast.actor("township"))
    opened.refresh_from_db()
    assert seat_sheet(opened).pool == 5
    assert seats.call_in_seats(training_class=opened, actor=cast.actor("county")) == 4
    assert [(r.name, r.total, r.used) for r in seat_sheet(opened).rows] == [
        ("霍童镇党委", 1, 1),
        ("坑头村党支部", 1, 1),
    ]
    holds()


def test_unused_seats_flow_back_by_themselves_at_the_deadline(cast: Cast) -> None:
    until = at_local(date(2026, 11, 24), 18)
    opened = make_class(cast.unit("jiaocheng"), day=DAY, capacity=10, nominate_by=until)
    huotong, kengtou = cast.unit("huotong"), cast.unit("kengtou")
    seats.hand_down_seats(training_class=opened, table={huotong.pk: 6}, actor=cast.actor("county"))
    seats.pass_on_seats(quota=Quota.objects.get(), table={kengtou.pk: 4}, actor=cast.actor("township"))
    put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    for moment, pool, told in ((until - timedelta(seconds=1), 4, 0), (until, 9, 1), (until + timedelta(days=1), 9, 1)):
        with frozen(moment):
            return_seats(0)
        opened.refresh_from_db()
        assert seat_sheet(opened).pool == pool
        assert Activity.objects.filter(event="classes.seats_handed_down", actor_kind="system").count() == told
    row = Activity.objects.get(event="classes.seats_handed_down", actor_kind="system")
    assert (row.detail["called_in"], row.actor_name, row.place) == (5, "classes.return_seats", opened.place)
    holds()


def test_where_every_seat_is_used_nothing_flows_back_and_nothing_is_told(cast: Cast) -> None:
    until = at_local(date(2026, 11, 24), 18)
    opened = make_class(cast.unit("jiaocheng"), day=DAY, capacity=10, nominate_by=until)
    seats.hand_down_seats(training_class=opened, table={cast.unit("kengtou").pk: 1}, actor=cast.actor("county"))
    put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))
    told = Activity.objects.filter(event="classes.seats_handed_down").count()
    with frozen(until):
        assert seats.return_due_seats(training_class=opened, actor=SYSTEM) == 0
    assert Activity.objects.filter(event="classes.seats_handed_down").count() == told
    assert Quota.objects.get().seats == 1
    holds()


def test_units_keep_their_seats_where_the_policy_says_so(cast: Cast) -> None:
    until = at_local(date(2026, 11, 23), 11)
    opened = make_class(cast.unit("jiaocheng"), day=DAY, capacity=10, nominate_by=until)
    seats.hand_down_seats(training_class=opened, table={cast.unit("huotong").pk: 6}, actor=SYSTEM)
    here, since = cast.unit("jiaocheng").path, date(2026, 1, 1)
    Policy.objects.create(key=seats.AFTER_DEADLINE, value="keep", place=here, valid_from=since, source="t")
    return_seats(0)
    assert seat_sheet(opened).pool == 4
    with pytest.raises(NotPermitted):
        seats.return_due_seats(training_class=opened, actor=cast.actor("secretary"))
    Policy.objects.filter(key=seats.AFTER_DEADLINE, value="keep").delete()
    finish_class(training_class=opened, withdrawn={}, actor=SYSTEM)
    assert seats.return_due_seats(training_class=opened, actor=SYSTEM) == 0


def test_confirming_replacing_and_leaving(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    township, secretary = cast.actor("township"), cast.actor("secretary")
    first, second = put(opened, ids_of(cast, "林秀珍", "黄德旺"), secretary)
    with pytest.raises(NotPermitted):
        people.confirm_seats(training_class=opened, person_ids=[first.person_id], actor=secretary)
    with pytest.raises(refusals.NobodyChosen):
        people.confirm_seats(training_class=opened, person_ids=[], actor=township)
    assert people.confirm_seats(training_class=opened, person_ids=[first.person_id], actor=township) == 1
    assert people.confirm_seats(training_class=opened, person_ids=[first.person_id], actor=township) == 0
    by = nominees(ids_of(cast, "陈国梁"))[0]
    taking = people.replace_person(enrolment=first, by=by, actor=secretary)
    assert (taking.status, taking.replaces_person_id) == ("nominated", first.person_id)
    with pytest.raises(refusals.NotInThisClass):
        people.replace_person(enrolment=first, by=by, actor=secretary)
    with pytest.raises(refusals.NotInThisClass):
        people.confirm_seats(training_class=opened, person_ids=[first.person_id], actor=township)
    with pytest.raises(refusals.AlreadyEnrolled):
        people.replace_person(enrolment=second, by=by, actor=secretary)
    released = people.withdraw_seat(enrolment=second, reason="外出", actor=secretary)
    assert released.status == "cancelled"
    with pytest.raises(refusals.NotInThisClass):
        people.withdraw_seat(enrolment=second, reason="外出", actor=secretary)
    # Who left may come back: the same row, one seat.
    put(opened, ids_of(cast, "黄德旺"), secretary)
    opened.refresh_from_db()
    assert opened.seats_taken == 2
    assert len(seats_held(opened.pk)) == 2
    start_class(training_class=opened, actor=SYSTEM)
    assert people.withdraw_seat(enrolment=second, reason="不辞而别", actor=township).status == "withdrawn"
    kinds = list(Activity.objects.filter(subject_kind="class").values_list("event", flat=True))
    assert kinds.count("classes.seat_released") == 2
    holds()


def test_a_seat_stays_with_its_unit(cast: Cast) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY)
    seats.hand_down_seats(
        training_class=opened,
        table={cast.unit("kengtou").pk: 1, cast.unit("shiqiao").pk: 1},
        actor=cast.actor("county"),
    )
    seat = put(opened, ids_of(cast, "林秀珍"), cast.actor("secretary"))[0]
    other = nominees(ids_of(cast, "雷金妹"))[0]
    with pytest.raises(refusals.OutsideTheQuota):
        people.replace_person(enrolment=seat, by=other, actor=cast.actor("township"))
    with pytest.raises(NotPermitted):
        people.replace_person(enrolment=seat, by=other, actor=cast.actor("secretary"))
    with pytest.raises(NotPermitted):
        people.replace_person(enrolment=seat, by=other, actor=cast.actor("sibling_secretary"))
    own = nominees(ids_of(cast, "黄德旺"))[0]
    busy = make_class(cast.unit("huotong"), day=DAY)
    put(busy, ids_of(cast, "黄德旺"), cast.actor("secretary"))
    with pytest.raises(refusals.OverlappingClass):
        people.replace_person(enrolment=seat, by=own, actor=cast.actor("secretary"))
    county = cast.actor("county")
    taking = people.replace_person(enrolment=seat, by=own, accept_overlap=True, actor=county)
    assert taking.status == "confirmed"
    holds()


def test_which_classes_take_our_people(cast: Cast) -> None:
    kengtou, secretary = cast.unit("kengtou"), cast.actor("secretary")
    own = make_class(cast.unit("huotong"), day=DAY, capacity=3)
    make_class(cast.unit("hubei"), day=DAY)
    county = make_class(cast.unit("jiaocheng"), day=date(2026, 12, 20))
    seats.hand_down_seats(training_class=county, table={cast.unit("huotong").pk: 2}, actor=cast.actor("county"))
    elsewhere = make_class(cast.unit("jiaocheng"), day=date(2026, 12, 21))
    seats.hand_down_seats(training_class=elsewhere, table={cast.unit("hubei").pk: 2}, actor=cast.actor("county"))
    found = classes_open_for(kengtou, secretary)
    assert [(c.pk, c.seats_open) for c in found] == [(own.pk, 3), (county.pk, 2)]


def test_the_organisers_own_seats_run_out_too(cast: Cast) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY, capacity=3)
    county = cast.actor("county")
    seats.hand_down_seats(
        training_class=opened, table={cast.unit("hubei").pk: 3, cast.unit("saiqi").pk: 0}, actor=county
    )
    assert Quota.objects.count() == 1
    with pytest.raises(refusals.ClassFull) as caught:
        put(opened, ids_of(cast, "林秀珍"), county)
    assert "还剩 0 个" in caught.value.text
    opened.delete()
    with pytest.raises(NotFound):
        put(TrainingClass(pk=999_999, place=cast.unit("jiaocheng").path), ids_of(cast, "林秀珍"), county)


def test_many_at_once_take_few_queries(cast: Cast) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY)
    few, many = make_people(cast.unit("kengtou"), 2), make_people(cast.unit("kengtou"), 20)

    def statements(ids: list[int]) -> int:
        chosen = nominees(ids)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            people.nominate(training_class=opened, people=chosen, actor=cast.actor("secretary"))
        # What happened is one row a person, and so is the job that tells those concerned.
        told = ("core_activity", "procrastinate", "SAVEPOINT")
        return sum(1 for q in caught.captured_queries if not any(word in q["sql"] for word in told))

    assert statements([p.pk for p in few]) == statements([p.pk for p in many])


# --- several hands at once, on real transactions -------------------------------------------------------


def _in_threads(work: list[object]) -> list[object]:
    def run(job: object) -> object:
        try:
            return job()  # type: ignore[operator]
        except refusals.Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return [f.result(timeout=60) for f in [pool.submit(run, job) for job in work]]


@pytest.mark.django_db(transaction=True)
def test_two_people_take_the_last_seat_at_once() -> None:
    ship_policies()
    cast = build_cast()
    opened = make_class(cast.unit("huotong"), capacity=1)
    secretary, ids = cast.actor("secretary"), ids_of(cast, "林秀珍", "黄德旺")
    answers = _in_threads([lambda pk=pk: len(put(opened, [pk], secretary)) for pk in ids])
    assert sorted(map(str, answers)) == ["1", "class_full"]
    holds()


@pytest.mark.django_db(transaction=True)
def test_eight_hands_on_one_class_never_take_too_many() -> None:
    ship_policies()
    cast = build_cast()
    opened = make_class(cast.unit("jiaocheng"), capacity=20)
    branches = [cast.unit("kengtou"), cast.unit("shiqiao"), cast.unit("huangjia")]
    county = cast.actor("county")
    seats.hand_down_seats(
        training_class=opened, table={cast.unit("huotong").pk: 8, cast.unit("hubei").pk: 4}, actor=county
    )
    crowd = {unit.pk: [p.pk for p in make_people(unit, 12)] for unit in branches}

    def hand(number: int) -> int:
        done = 0
        unit = branches[number % 3]
        for step in range(6):
            chosen = crowd[unit.pk][(number * 3 + step) % 12 :][:2]
            try:
                rows = put(opened, chosen, county)
                done += len(rows)
                if step % 3 == 2:
                    people.withdraw_seat(enrolment=rows[0], reason="", actor=county)
            except refusals.Refused:
                if number == 0:
                    seats.call_in_seats(training_class=opened, actor=county)
        return done

    _in_threads([lambda n=n: hand(n) for n in range(8)])
    opened.refresh_from_db()
    held = len(seats_held(opened.pk))
    assert 0 < held <= 20
    assert opened.seats_taken == held
    holds()


@pytest.mark.django_db(transaction=True)
def test_two_organisers_race_for_one_venue() -> None:
    ship_policies()
    cast = build_cast()
    room = make_base(cast.unit("huotong")).venues.get()
    day = clock.today() + timedelta(days=10)
    start = Barrier(4)

    def hold(unit: str, hour: int) -> str:
        start.wait()
        return make_class(cast.unit(unit), sessions=[half_day(day, hour, venue_id=room.pk)]).status

    answers = _in_threads([lambda u=u, h=h: hold(u, h) for u, h in (("huotong", 8), ("hubei", 9)) * 2])
    assert sorted(map(str, answers)) == ["open", *["venue_taken"] * 3]
    opened = make_class(cast.unit("hubei"), sessions=[half_day(day + timedelta(days=1), venue_id=room.pk)])
    meeting = opened.sessions.get()
    race = [
        lambda: sessions.move_session(session=meeting, plan=half_day(day, 14, venue_id=room.pk), actor=cast.system).pk,
        lambda: make_class(cast.unit("huotong"), sessions=[half_day(day, 15, venue_id=room.pk)]).pk,
    ]
    assert [answer for answer in _in_threads(race) if isinstance(answer, str)] == ["venue_taken"]
    holds()
