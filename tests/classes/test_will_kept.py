"""The kept figures of own will and assignment are what counting says, after everything that can change them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.classes.jobs import count_will
from doorstep.classes.models import Enrolment, Order, TrainingClass, WillLine, WillTally, WillYear
from doorstep.classes.queries import invariants
from doorstep.classes.queries.people import nominees
from doorstep.classes.queries.will import Will, will_of, will_totals
from doorstep.classes.rules.will import WillCount
from doorstep.classes.services import people, will_keeping
from doorstep.classes.services.opening import cancel_class, finish_class, judge_seat_again, open_class, publish_class
from doorstep.classes.services.orders import withdraw_order
from doorstep.classes.services.sessions import move_session
from doorstep.classes.services.will_keeping import recount_will, refresh_will
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.events import handlers_of, retell
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.models import Person
from doorstep.directory.services.people import move_member
from doorstep.directory.services.roster_check import check_roster
from doorstep.directory.services.roster_commit import commit_roster
from doorstep.directory.services.roster_files import take_in_roster
from doorstep.directory.services.roster_undo import undo_roster
from doorstep.directory.services.units import move_unit
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.classes.test_will import TODAY, SignIn, a_year, seat
from tests.directory.roster.books import member, write_xlsx
from tests.directory.roster.sample import HEADINGS
from tests.factories.classes import SYSTEM, half_day, make_base, make_class, plan
from tests.factories.jobs import run_queued_jobs
from tests.factories.orders import make_order, package_at

DAY = date(2026, 12, 7)
OWN = ("will_lines_are_seats_and_orders", "will_tally_is_sum_of_lines")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def kept(cast: Cast) -> Cast:
    """The named world with this year's and the next one's figures kept."""
    for year in (2026, 2027):
        recount_will(year=year, actor=SYSTEM)
    return cast


def told() -> None:
    """What the worker does: every event is told, twice, and nothing waits."""
    for _ in range(2):
        for row in Activity.objects.order_by("at", "pk"):
            if any("handlers.will" in handler.__module__ for handler in handlers_of(row.event)):
                retell(row)
    check()


def check() -> None:
    """The kept figures are what seats and orders say."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # while something waits to be told, they may differ
    assert broken() == []


def broken() -> list[str]:
    """Which of the two statements about what is kept do not hold."""
    names = []
    for stated in invariants():
        if stated.name in OWN:
            with connection.cursor() as cursor:
                cursor.execute(stated.sql)
                names += [stated.name] * bool(cursor.fetchall())
    return names


def whole(cast: Cast, unit: str, year: int = 2026) -> WillCount:
    return will_of(cast.unit(unit), year).whole


def put(opened: TrainingClass, person: Person) -> Enrolment:
    return people.nominate(training_class=opened, people=nominees([person.pk]), actor=SYSTEM)[0]


def counted_now(cast: Cast, unit: str, year: int) -> Will:
    """What the page shows of years that are not kept."""
    WillYear.objects.all().delete()
    return will_of(cast.unit(unit), year)


@pytest.mark.django_db
@pytest.mark.parametrize("unit", ["ningde", "jiaocheng", "huotong", "kengtou", "fuan"])
def test_what_is_kept_is_what_is_counted(cast: Cast, unit: str) -> None:
    a_year(cast)
    for year in (2024, 2025, 2026):
        recount_will(year=year, actor=SYSTEM)
    with clock.frozen(clock.at_local(TODAY, 15)):
        found = will_of(cast.unit(unit), 2026)
        assert found.as_of == clock.at_local(TODAY, 12)
        assert found == replace(counted_now(cast, unit, 2026), as_of=found.as_of)
    if unit == "huotong":
        assert found.whole == WillCount(3, 2, 2, 3, 1, 1)


@pytest.mark.django_db
def test_a_year_that_is_not_kept_is_counted_beside_those_that_are(cast: Cast) -> None:
    a_year(cast)
    recount_will(year=2026, actor=SYSTEM)
    Enrolment.objects.filter(year=2025).update(is_self_chosen=False)
    Enrolment.objects.filter(year=2026).update(is_self_chosen=False)
    found = dict(will_of(cast.unit("huotong"), 2026).years)
    assert found == {2024: WillCount(), 2025: WillCount(0, 1, 0, 1), 2026: WillCount(3, 2, 2, 3, 1, 1)}
    assert will_totals(2026)["self_chosen_person_times"] == 3


@pytest.mark.django_db
class TestSeats:
    """A seat given, given up, passed on, lost and given back."""

    def test_given_given_up_and_passed_on(self, kept: Cast) -> None:
        opened = make_class(kept.unit("huotong"), sessions=[half_day(DAY)])
        mine, yours = kept.person("林秀珍"), kept.person("黄德旺")
        row = put(opened, mine)
        assert whole(kept, "ningde") == WillCount()
        told()
        assert whole(kept, "ningde") == whole(kept, "kengtou") == WillCount(0, 1, 0, 1)
        people.replace_person(enrolment=row, by=nominees([yours.pk])[0], actor=SYSTEM)
        told()
        assert [line.person_id for line in WillLine.objects.all()] == [yours.pk]
        people.withdraw_seat(enrolment=Enrolment.objects.get(person=yours), reason="x", actor=SYSTEM)
        told()
        assert (whole(kept, "ningde"), WillLine.objects.count()) == (WillCount(), 0)

    def test_two_classes_are_two_person_times_of_one_person(self, kept: Cast) -> None:
        person = kept.person("林秀珍")
        for day in (DAY, date(2026, 12, 9)):
            put(make_class(kept.unit("huotong"), sessions=[half_day(day)], title=f"班{day}"), person)
        Enrolment.objects.filter(training_class__starts_on=DAY).update(is_self_chosen=True)
        told()
        found = will_of(kept.unit("ningde"), 2026)
        assert found.whole == dict(found.months)[12] == WillCount(1, 1, 1, 1)

    def test_a_correction_takes_a_seat_and_gives_it_back(self, kept: Cast) -> None:
        opened, person = make_class(kept.unit("huotong"), sessions=[half_day(DAY)]), kept.person("林秀珍")
        put(opened, person)
        finish_class(training_class=opened, withdrawn={person.pk: "absent"}, actor=SYSTEM)
        told()
        assert whole(kept, "huotong") == WillCount()
        judge_seat_again(training_class=opened, person_id=person.pk, reason="", actor=SYSTEM)
        told()
        assert whole(kept, "huotong") == WillCount(0, 1, 0, 1)
        judge_seat_again(training_class=opened, person_id=person.pk, reason="absent", actor=SYSTEM)
        told()
        assert whole(kept, "huotong") == WillCount()


@pytest.mark.django_db
class TestClasses:
    """A class published, moved over New Year, cancelled."""

    def test_moved_into_the_next_year_and_cancelled(self, kept: Cast) -> None:
        draft = open_class(unit=kept.unit("huotong"), plan=plan(sessions=[half_day(DAY)]), is_draft=True, actor=SYSTEM)
        seat(draft, kept.person("林秀珍"), own=True)
        TrainingClass.objects.update(seats_taken=1)
        told()
        assert whole(kept, "huotong") == WillCount()
        opened = publish_class(training_class=draft, actor=SYSTEM)
        told()
        assert whole(kept, "huotong") == WillCount(1, 0, 1, 1)
        session = opened.sessions.get()
        move_session(session=session, plan=half_day(date(2027, 1, 4)), actor=SYSTEM)
        told()
        later = will_of(kept.unit("huotong"), 2027)
        assert (whole(kept, "huotong"), later.whole, dict(later.months)[1]) == (
            WillCount(), WillCount(1, 0, 1, 1), WillCount(1, 0, 1, 1),
        )  # fmt: skip
        cancel_class(training_class=opened, reason="x", actor=SYSTEM)
        told()
        assert whole(kept, "huotong", 2027) == WillCount()


@pytest.mark.django_db
class TestOrders:
    """Orders have no persons; what groups from outside order counts nowhere."""

    def test_placed_and_withdrawn(self, kept: Cast) -> None:
        package = package_at(make_base(kept.unit("huotong")))
        mine = make_order(kept.unit("kengtou"), package, date(2026, 12, 20))
        make_order(kept.unit("shiqiao"), package, date(2026, 12, 21))
        Order.objects.exclude(pk=mine.pk).update(is_assigned=True)
        told()
        found = will_of(kept.unit("huotong"), 2026)
        assert (found.whole, dict(found.months)[12]) == (WillCount(orders_own=1, orders_assigned=1),) * 2
        assert (whole(kept, "kengtou"), found.trades) == (WillCount(orders_own=1), [])
        withdraw_order(order=mine, reason="changed", actor=SYSTEM)
        told()
        assert whole(kept, "huotong") == WillCount(orders_assigned=1)


@pytest.mark.django_db
class TestPeopleAndUnits:
    """Who moves leaves what was; what a unit counted goes with it; an occupation is today's."""

    def test_seats_stay_where_a_person_was_and_the_person_is_one_above_both(self, kept: Cast) -> None:
        person = kept.person("林秀珍")
        put(make_class(kept.unit("huotong"), sessions=[half_day(DAY)]), person)
        move_member(person=person, unit=kept.unit("xiangyang"), on=TODAY, actor=SYSTEM)
        put(make_class(kept.unit("jiaocheng"), sessions=[half_day(date(2026, 12, 9))], title="二"), person)
        told()
        assert [whole(kept, unit) for unit in ("kengtou", "xiangyang", "ningde")] == [
            WillCount(0, 1, 0, 1), WillCount(0, 1, 0, 1), WillCount(0, 2, 0, 1),
        ]  # fmt: skip

    def test_a_unit_takes_along_what_it_counted(self, kept: Cast) -> None:
        put(make_class(kept.unit("huotong"), sessions=[half_day(DAY)]), kept.person("林秀珍"))
        told()
        before = [whole(kept, unit) for unit in ("huotong", "hubei", "jiaocheng")]
        move_unit(unit=kept.unit("kengtou"), parent=kept.unit("hubei"), on=TODAY, actor=kept.system)
        told()
        after = [whole(kept, unit) for unit in ("huotong", "hubei", "jiaocheng")]
        one = WillCount(0, 1, 0, 1)
        assert (before, after) == ([one, WillCount(), one], [WillCount(), one, one])

    def test_a_roster_that_names_another_occupation(self, kept: Cast, tmp_path: Path, settings: Any) -> None:
        settings.MEDIA_ROOT = tmp_path / "files"
        person = kept.person("林秀珍")
        put(make_class(kept.unit("huotong"), sessions=[half_day(DAY)]), person)
        told()
        assert [name for name, _ in will_of(kept.unit("huotong"), 2026).trades] == [""]
        path = write_xlsx(
            tmp_path / "roster.xlsx", ["霍童镇党员花名册"], HEADINGS, member(1, "中共蕉城区霍童镇坑头村支部委员会")
        )
        taken = take_in_roster(
            unit=kept.unit("huotong"), upload=path, filename=path.name, allow_demo=True, actor=kept.system
        )
        taken = check_roster(roster_import=taken, report=lambda done, total: None, actor=kept.system)
        commit_roster(roster_import=taken, actor=kept.system)
        come = taken.rows.values_list("person_id", flat=True).get()
        seat(TrainingClass.objects.get(), Person.objects.get(pk=come), own=True)
        told()
        Person.objects.filter(pk=come).update(occupation="农家乐老板")  # as a second roster would say
        told()
        assert dict(will_of(kept.unit("huotong"), 2026).trades)["农家乐老板"] == WillCount(1, 0, 1, 1)
        Enrolment.objects.filter(person=come).delete()
        undo_roster(roster_import=taken, actor=kept.system)
        told()
        assert whole(kept, "huotong") == WillCount(0, 1, 0, 1)


@pytest.mark.django_db
class TestNights:
    """The night counts anew, whatever day it is."""

    def test_the_year_turns(self, cast: Cast) -> None:
        a_year(cast)
        with clock.frozen(clock.at_local(date(2026, 12, 31), 0, 10)):
            count_will.func(timestamp=0)
            assert sorted(WillYear.objects.values_list("year", flat=True)) == [2024, 2025, 2026, 2027]
        WillTally.objects.update(chosen=99)  # somebody wrote past the services
        with clock.frozen(clock.at_local(date(2027, 1, 1), 0, 10)):
            count_will.func(timestamp=0)
            assert sorted(WillYear.objects.values_list("year", flat=True)) == [2024, 2025, 2026, 2027, 2028]
            found = will_of(cast.unit("huotong"), 2027)
        assert found.years == [(2025, WillCount(1, 0, 1, 1)), (2026, WillCount(3, 2, 2, 3, 1, 1)), (2027, WillCount())]
        WillYear.objects.filter(year=2024).delete()
        WillTally.objects.filter(year=2024).delete()
        check()

    def test_only_the_machine_counts(self, cast: Cast) -> None:
        for count in (partial(recount_will, year=2026), partial(refresh_will, person_ids=[1])):
            with pytest.raises(NotPermitted):
                count(actor=cast.actor("city"))
        assert refresh_will(person_ids=[1], actor=SYSTEM) == 0

    def test_the_invariants_find_what_is_wrong(self, cast: Cast) -> None:
        a_year(cast)
        recount_will(year=2026, actor=SYSTEM)
        check()
        WillTally.objects.filter(unit=cast.unit("huotong"), part="month", key="12").update(choosers=3)
        assert broken() == [OWN[1]]
        Enrolment.objects.filter(person=cast.person("黄德旺"), status="confirmed").update(is_self_chosen=True)
        assert broken() == list(OWN)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_reads_what_is_kept(
    kept: Cast, sign_in: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    held = make_class(kept.unit("huotong"), sessions=[half_day(date(2026, 12, 1))])
    for person in Person.objects.filter(place__startswith=kept.unit("huotong").path).order_by("pk")[:count]:
        seat(held, person, own=True)
    for year in range(2024, 2027):
        recount_will(year=year, actor=SYSTEM)
    page, county = reverse("classes:will", args=[kept.unit("huotong").pk]), sign_in("county")
    shown = county.get(page).content.decode()
    assert (f"{count} 人次里 {count} 人次是自己选的" in shown, "数字更新到 2026-11-24 12:00" in shown) == (True, True)
    with django_assert_num_queries(7):
        county.get(page)


STEPS = ("seat", "seat", "status", "will", "month", "class", "place")
STATUSES = ("nominated", "confirmed", "withdrawn", "cancelled")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_following_at_random_is_counting_one_by_one(kept: Cast, seed: int) -> None:
    """Whatever happens to seats in whatever order, following it gives what plain counting in Python gives."""
    lots = Random(seed)
    held = [
        make_class(kept.unit("jiaocheng"), sessions=[half_day(date(2026, 12, 1 + n))], title=f"班{n}") for n in range(3)
    ]
    crowd = list(Person.objects.order_by("pk"))[:8]
    for _ in range(4):
        for _ in range(10):
            touched = _change(lots.choice(STEPS), lots.choice(held), lots.choice(crowd), lots)
            refresh_will(person_ids=touched, actor=SYSTEM)
        check()
        for unit in ("ningde", "jiaocheng", "huotong", "kengtou"):
            found = will_of(kept.unit(unit), 2026)
            months = {str(month): count for month, count in found.months}
            assert {"": found.whole, **months} == _plain(kept.unit(unit).path)


def _change(what: str, held: TrainingClass, person: Person, lots: Random) -> list[int]:
    """One thing happens to a seat or a class; whose figures it may change."""
    row = Enrolment.objects.filter(training_class=held, person=person)
    if what == "seat" and not row.exists():
        seat(held, person, own=lots.random() < 0.5)
    elif what == "status":
        row.update(status=lots.choice(STATUSES))
    elif what == "will":
        row.update(is_self_chosen=lots.random() < 0.5)
    elif what == "place":
        other = lots.choice(Person.objects.order_by("pk"))
        row.update(place=other.place, unit_id=int(other.place.split("/")[-2]))
    elif what in ("month", "class"):
        month = {"starts_on": date(2026, lots.randrange(1, 12), 3)}
        changes = month if what == "month" else {"status": lots.choice(["open", "cancelled"])}
        TrainingClass.objects.filter(pk=held.pk).update(**changes)
        return list(Enrolment.objects.filter(training_class=held).values_list("person_id", flat=True))
    return [person.pk]


def _plain(place: str) -> dict[str, WillCount]:
    """The figures of the year and its months by going through the seats one by one."""
    seats: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    rows = Enrolment.objects.select_related("training_class").filter(status__in=["nominated", "confirmed"])
    for row in rows:
        if row.place.startswith(place) and row.training_class.status in ("open", "running", "closed"):
            for key in ("", str(row.training_class.starts_on.month)):
                seats[key].append((row.person_id, row.is_self_chosen))
    found = {}
    for key in ("", *map(str, range(1, 13))):
        chosen = [person for person, own in seats[key] if own]
        everybody = {person for person, _ in seats[key]}
        found[key] = WillCount(len(chosen), len(seats[key]) - len(chosen), len(set(chosen)), len(everybody))
    return found


@pytest.mark.django_db(transaction=True)
def test_a_seat_reaches_the_top_through_the_queue(cast_committed: Cast) -> None:
    recount_will(year=2026, actor=SYSTEM)
    opened = make_class(cast_committed.unit("huotong"), sessions=[half_day(DAY)])
    put(opened, cast_committed.person("林秀珍"))
    run_queued_jobs()
    assert whole(cast_committed, "ningde") == WillCount(0, 1, 0, 1)
    assert [f.name for f in check_invariants() if not f.holds] == []


def _doubled(person_id: int) -> WillCount:
    """Two workers are told of the same seat; the second begins before the first has committed."""
    counted, go = Event(), Event()

    def first() -> None:
        try:
            with transaction.atomic():
                refresh_will(person_ids=[person_id], actor=SYSTEM)
                counted.set()
                go.wait(10)
        finally:
            connections.close_all()

    def second() -> None:
        try:
            refresh_will(person_ids=[person_id], actor=SYSTEM)
        finally:
            connections.close_all()

    one, two = Thread(target=first), Thread(target=second)
    one.start()
    assert counted.wait(10)
    two.start()
    with connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if cursor.fetchone() != (0,):
                break
            two.join(0.05)
    go.set()
    one.join(20)
    two.join(20)
    return WillCount(
        *WillTally.objects.values_list(*WillCount.__dataclass_fields__).get(unit__kind="city", part="year")
    )


@pytest.mark.parametrize("is_locked", [True, False])
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_seat(cast_committed: Cast, is_locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted once; the control without the lock counts it twice."""
    recount_will(year=2026, actor=SYSTEM)
    person = cast_committed.person("林秀珍")
    put(make_class(cast_committed.unit("huotong"), sessions=[half_day(DAY)]), person)
    if not is_locked:
        monkeypatch.setattr(will_keeping, "_hold", lambda: None)
    assert _doubled(person.pk) == (WillCount(0, 1, 0, 1) if is_locked else WillCount(0, 2, 0, 2))


@pytest.mark.django_db(transaction=True)
def test_eight_workers_lose_nothing(cast_committed: Cast) -> None:
    recount_will(year=2026, actor=SYSTEM)
    held = make_class(cast_committed.unit("jiaocheng"), sessions=[half_day(DAY)])
    crowd = list(Person.objects.filter(place__startswith=cast_committed.unit("jiaocheng").path))[:6]
    for person in crowd:
        seat(held, person, own=True)
    works = [partial(refresh_will, person_ids=[one.pk], actor=SYSTEM) for one in (*crowd, *crowd[:2])]
    assert both(*works) == ["done"] * 8
    assert whole(cast_committed, "ningde") == WillCount(6, 0, 6, 6)
