"""Standings, tallies and figures of any day follow memberships, posts, the tree and the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doorstep.attendance.events import MarkCorrected, RollClosed
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.events import handlers_of
from doorstep.core.models import Policy
from doorstep.core.services import PolicyChanged, change_policy
from doorstep.coverage.handlers import follow_credit, follow_member, follow_policy, follow_post, follow_unit
from doorstep.coverage.models import Delta, KeptYear, Standing, Tally
from doorstep.coverage.queries import Figures, as_of, coverage_of, figures_as_of, invariants, kept_years
from doorstep.coverage.services import fold_deltas, rebuild_year, refresh_standings
from doorstep.directory.events import MemberMoved, PostChanged, UnitMoved
from doorstep.directory.models import Person, Unit
from doorstep.directory.services.people import appoint_post, end_post, move_member
from doorstep.directory.services.units import move_unit
from doorstep.records.events import CreditPosted
from doorstep.records.handlers import post_closed_roll, post_correction
from tests.cast import Cast
from tests.factories.rolls import held_class, mark

TODAY = date(2026, 11, 26)
DAYS = [date(2026, 11, 23), date(2026, 11, 24)]


@pytest.fixture(autouse=True)
def _held_clock() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 10)):
        yield


@pytest.fixture
def kept(cast: Cast) -> Cast:
    """The cast with its current year kept."""
    rebuild_year(year=2026, actor=cast.system)
    return cast


def check(*, whole: bool = True) -> None:
    """Every invariant of coverage; and the figures of every unit equal those worked out from the dated rows."""
    for invariant in invariants():
        with connection.cursor() as cursor:
            cursor.execute(invariant.sql)
            assert cursor.fetchall() == [], invariant.name
    if whole:
        for year in kept_years():
            kept = {t.unit_id: figures(t.unit_id, year) for t in Tally.objects.filter(year=year)}
            ids = list(Unit.objects.values_list("pk", flat=True))
            worked_out = figures_as_of(ids, year, date(year, 12, 31))
            assert {k: v for k, v in kept.items() if v != Figures()} == worked_out


def figures(unit_id: int, year: int = 2026) -> Figures:
    names = list(Figures.__dataclass_fields__)
    row = Tally.objects.filter(unit=unit_id, year=year).values_list(*names).first()
    return Figures(*row) if row else Figures()


def post(training_class_id: int) -> None:
    """Close, post, follow, fold: what the worker does."""
    post_closed_roll(RollClosed(training_class_id))
    follow_credit(CreditPosted(training_class_id, None))


def fold(cast: Cast) -> None:
    fold_deltas(actor=cast.system)


def test_everybody_is_counted_at_home_and_above(kept: Cast) -> None:
    assert figures(kept.unit("ningde").pk).members == 8
    assert figures(kept.unit("jiaocheng").pk).members == 7
    assert figures(kept.unit("huotong").pk) == Figures(members=6, leaders=1)
    assert figures(kept.unit("kengtou").pk) == Figures(members=3, leaders=1)
    check()


def test_people_comings_and_hours_are_three_measures(kept: Cast) -> None:
    person, other = kept.person("林秀珍"), kept.person("雷金妹")
    for held in (
        held_class(kept.unit("huotong"), DAYS, {person: "present", other: "present"}),
        held_class(kept.unit("kengtou"), [date(2026, 3, 5)], {person: "present"}),
        held_class(kept.unit("jiaocheng"), [date(2026, 4, 5)], {kept.person("缪阿妹"): "absent"}),
    ):
        post(held.pk)
    assert Delta.objects.exists()
    assert figures(kept.unit("ningde").pk).trained == 0
    check(whole=False)
    fold(kept)
    assert figures(kept.unit("huotong").pk) == Figures(6, 1, 2, 0, 0, 0, 3, Decimal(40))
    assert figures(kept.unit("kengtou").pk) == Figures(3, 1, 1, 0, 0, 0, 2, Decimal(24))
    assert figures(kept.unit("fuan").pk) == Figures(members=1)
    check()


def test_a_joint_class_counts_a_person_once_in_every_total(kept: Cast) -> None:
    names = ("林秀珍", "雷金妹", "彭有顺", "缪阿妹")
    joint = held_class(kept.unit("ningde"), DAYS, {kept.person(name): "present" for name in names})
    post(joint.pk)
    fold(kept)
    whole = figures(kept.unit("ningde").pk)
    assert (whole.trained, whole.person_times, whole.hours) == (4, 4, 64)
    below = [figures(kept.unit(name).pk) for name in ("jiaocheng", "fuan")]
    assert [sum(getattr(f, k) for f in below) for k in ("trained", "person_times", "hours")] == [4, 4, 64]
    check()


def test_running_everything_twice_changes_nothing(kept: Cast) -> None:
    held = held_class(kept.unit("huotong"), DAYS, {kept.person("林秀珍"): "present"})
    for _ in range(2):
        post(held.pk)
        fold(kept)
        fold(kept)
        assert not Delta.objects.exists()
    assert figures(kept.unit("ningde").pk).hours == 16
    check()


def test_a_correction_takes_back_what_it_gave(kept: Cast) -> None:
    person = kept.person("林秀珍")
    held = held_class(kept.unit("huotong"), DAYS[:1], {person: "present"})
    post(held.pk)
    mark(held, person, "absent")
    post_correction(MarkCorrected(held.pk, held.sessions.get(number=1).pk, person.pk))
    follow_credit(CreditPosted(held.pk, person.pk))
    fold(kept)
    assert figures(kept.unit("ningde").pk) == Figures(members=8, leaders=1)
    check()


def test_a_transfer_in_mid_year_moves_the_person_and_leaves_the_hours(kept: Cast) -> None:
    person = kept.person("林秀珍")
    held = held_class(kept.unit("huotong"), [date(2026, 3, 5)], {person: "present"})
    post(held.pk)
    move_member(person=person, unit=kept.unit("xiangyang"), on=date(2026, 6, 1), actor=kept.system)
    follow_member(MemberMoved(person.pk))
    fold(kept)
    assert figures(kept.unit("kengtou").pk) == Figures(2, 1, 0, 0, 0, 0, 1, Decimal(8))
    assert figures(kept.unit("xiangyang").pk) == Figures(2, 0, 1, 0, 0, 0, 0, Decimal(0))
    assert figures(kept.unit("ningde").pk) == Figures(8, 1, 1, 0, 0, 0, 1, Decimal(8))
    before = coverage_of(kept.unit("kengtou"), 2026, on=date(2026, 5, 31), actor=kept.actor("city"))
    assert before.whole == Figures(3, 1, 1, 0, 0, 0, 1, Decimal(8))
    check()


def test_a_transfer_within_a_class_splits_the_hours_and_counts_one_coming(kept: Cast) -> None:
    person = kept.person("林秀珍")
    held = held_class(kept.unit("huotong"), DAYS, {person: "present"})
    move_member(person=person, unit=kept.unit("shiqiao"), on=DAYS[1], actor=kept.system)
    post(held.pk)
    fold(kept)
    assert figures(kept.unit("kengtou").pk) == Figures(2, 1, 0, 0, 0, 0, 1, Decimal(8))
    assert figures(kept.unit("shiqiao").pk) == Figures(4, 0, 1, 0, 0, 0, 0, Decimal(8))
    check()


def test_a_class_over_new_year_is_one_coming_and_trains_in_both_years(kept: Cast) -> None:
    rebuild_year(year=2025, actor=kept.system)
    days = [date(2025, 12, 31), date(2026, 1, 1)]
    held = held_class(kept.unit("huotong"), days, {kept.person("林秀珍"): "present"})
    post(held.pk)
    fold(kept)
    in_2025, in_2026 = (figures(kept.unit("ningde").pk, year) for year in (2025, 2026))
    assert (in_2025.trained, in_2025.person_times, in_2025.hours) == (1, 1, 8)
    assert (in_2026.trained, in_2026.person_times, in_2026.hours) == (1, 0, 8)
    mark(held, kept.person("林秀珍"), {3: "present", 4: "present"})
    post_closed_roll(RollClosed(held.pk))
    follow_credit(CreditPosted(held.pk, None))
    fold(kept)
    in_2025, in_2026 = (figures(kept.unit("ningde").pk, year) for year in (2025, 2026))
    assert (in_2025.trained, in_2025.person_times, in_2026.person_times) == (0, 0, 1)
    check()


def test_hours_of_a_year_not_kept_yet_make_it_kept(kept: Cast) -> None:
    held = held_class(kept.unit("huotong"), [date(2024, 5, 6)], {kept.person("林秀珍"): "present"})
    post(held.pk)
    assert kept_years() == [2024, 2026]
    assert figures(kept.unit("ningde").pk, 2024).trained == 1
    check()


def test_a_change_of_post_changes_what_is_required(kept: Cast) -> None:
    person = kept.person("林秀珍")
    held = appoint_post(
        person=person,
        unit=kept.unit("kengtou"),
        post="deputy",
        is_leader=True,
        since=date(2026, 7, 2),
        actor=kept.system,
    )
    follow_post(PostChanged(person.pk))
    assert Standing.objects.get(person=person, year=2026).required == 56
    policy = Policy.objects.get(key="hours.change_of_post")
    Policy.objects.filter(pk=policy.pk).update(value="pro_rata")
    refresh_standings(person_ids=[person.pk], actor=kept.system)
    assert Standing.objects.get(person=person, year=2026).required == 44  # 183 of 365 days
    end_post(post=held, on=date(2026, 7, 12), actor=kept.system)
    follow_post(PostChanged(person.pk))
    assert Standing.objects.get(person=person, year=2026).required == Decimal("32.7")
    fold(kept)
    assert figures(kept.unit("kengtou").pk).leaders == 2
    check()


def test_a_county_may_ask_for_more(kept: Cast) -> None:
    Policy.objects.create(
        key="hours.member.min_per_year",
        value="40",
        place=kept.unit("fuan").path,
        valid_from=date(2026, 1, 1),
        source="local",
        status="local",
        version=2,
    )
    rebuild_year(year=2026, actor=kept.system)
    required = dict(Standing.objects.filter(is_home=True).values_list("unit__code", "required").distinct())
    assert (required["B-xiangyang"], required["B-huangjia"]) == (40, 32)


def test_a_changed_figure_reaches_only_its_years_and_places(kept: Cast) -> None:
    rebuild_year(year=2025, actor=kept.system)
    fuan = kept.unit("fuan").path
    before: dict[int, datetime] = {}

    def change(value: str, since: date, place: str, key: str = "hours.member.min_per_year") -> set[int]:
        """Change a figure; the years that were rebuilt whole."""
        before.update(KeptYear.objects.values_list("year", "rebuilt_at"))
        with clock.frozen(clock.now() + timedelta(seconds=1)):
            change_policy(
                key=key, value=value, valid_from=since, place=place, source="local", county="", actor=kept.system
            )
            follow_policy(PolicyChanged(Policy.objects.latest("pk").pk))
        after = dict(KeptYear.objects.values_list("year", "rebuilt_at"))
        return {year for year, at in after.items() if at != before[year]}

    def required(year: int, unit: str) -> Decimal:
        return Standing.objects.filter(year=year, is_home=True, is_leader=False, unit__code=unit)[0].required

    with CaptureQueriesContext(connection) as seen:
        assert change("5", date(2026, 1, 1), "", key="credit.half_day") == set()
    assert not any("coverage_standing" in query["sql"] for query in seen)
    assert change("40", date(2026, 1, 1), fuan) == set()
    assert (required(2026, "B-xiangyang"), required(2026, "B-huangjia"), required(2025, "B-xiangyang")) == (40, 32, 32)
    assert change("34", date(2026, 1, 1), "") == {2026}
    assert (required(2026, "B-xiangyang"), required(2026, "B-huangjia"), required(2025, "B-huangjia")) == (40, 34, 32)
    assert change("36", date(2030, 1, 1), "") == set()
    fold(kept)
    check()


def test_met_needs_the_hours_and_for_leaders_a_concentrated_class(kept: Cast) -> None:
    days = [date(2026, 3, day) for day in range(2, 9)]
    leader, member = kept.person("陈国梁"), kept.person("林秀珍")
    alone = held_class(kept.unit("kengtou"), days, {leader: "present", member: "present"}, is_concentrated=False)
    post(alone.pk)
    fold(kept)
    assert (figures(kept.unit("kengtou").pk).met, figures(kept.unit("kengtou").pk).met_leaders) == (1, 0)
    post(held_class(kept.unit("huotong"), DAYS, {leader: "present"}).pk)
    fold(kept)
    assert (figures(kept.unit("kengtou").pk).met, figures(kept.unit("kengtou").pk).met_leaders) == (2, 1)
    check()


def test_a_unit_that_moves_takes_this_year_along_and_leaves_the_past(kept: Cast) -> None:
    rebuild_year(year=2025, actor=kept.system)
    person = kept.person("林秀珍")
    for day in (date(2025, 3, 5), date(2026, 3, 5)):
        post(held_class(kept.unit("huotong"), [day], {person: "present"}).pk)
    fold(kept)
    moved = move_unit(unit=kept.unit("kengtou"), parent=kept.unit("hubei"), on=date(2026, 6, 1), actor=kept.system)
    follow_unit(UnitMoved(moved.pk))
    follow_unit(UnitMoved(moved.pk))
    assert (figures(kept.unit("huotong").pk).members, figures(kept.unit("hubei").pk).members) == (3, 4)
    assert (figures(kept.unit("huotong").pk).hours, figures(kept.unit("hubei").pk).hours) == (0, 8)
    assert figures(kept.unit("huotong").pk, 2025) == Figures(6, 1, 1, 0, 0, 0, 1, Decimal(8))
    city = kept.actor("city")
    in_may = coverage_of(kept.unit("huotong"), 2026, on=date(2026, 5, 31), actor=city)
    assert in_may.whole == Figures(6, 1, 1, 0, 0, 0, 1, Decimal(8))
    assert [unit.code for unit, _ in in_may.children] == ["B-kengtou", "B-shiqiao"]
    last_year = coverage_of(kept.unit("huotong"), 2025, actor=city)
    assert last_year.whole == in_may.whole
    assert [unit.code for unit, _ in last_year.children] == ["B-kengtou", "B-shiqiao"]
    check()


def test_people_outside_the_rosters_do_not_count_as_members(kept: Cast) -> None:
    Person.objects.filter(name="林秀珍").update(category="activist")
    Person.objects.filter(name="黄德旺").update(membership_state="suspended")
    Person.objects.filter(name="雷金妹").update(join_date=date(2027, 1, 1))
    Person.objects.filter(name="林建华").update(lost_contact=True, floating=True)
    held = held_class(kept.unit("huotong"), DAYS, {kept.person("林秀珍"): "present"})
    post(held.pk)
    rebuild_year(year=2026, actor=kept.system)
    assert figures(kept.unit("huotong").pk) == Figures(3, 1, 0, 0, 0, 0, 1, Decimal(16))
    check()


def test_a_rebuild_mends_whatever_was_wrong(kept: Cast) -> None:
    post(held_class(kept.unit("huotong"), DAYS, {kept.person("林秀珍"): "present"}).pk)
    right = figures_as_of([kept.unit("ningde").pk], 2026, TODAY)[kept.unit("ningde").pk]
    Standing.objects.filter(person=kept.person("黄德旺")).delete()
    Tally.objects.update(hours=3)
    rebuild_year(year=2026, actor=kept.system)
    assert figures(kept.unit("ningde").pk) == right
    assert not Delta.objects.exists()
    check()


def test_as_of_says_when_deltas_wait(kept: Cast) -> None:
    assert as_of(2026) == clock.now()
    assert as_of(2019) is None
    with clock.frozen(clock.at_local(TODAY, 11)):
        post(held_class(kept.unit("huotong"), DAYS, {kept.person("林秀珍"): "present"}).pk)
        assert as_of(2026) == clock.at_local(TODAY, 10)
        fold(kept)
        assert as_of(2026) == clock.at_local(TODAY, 11)


def test_a_year_that_is_not_kept_is_worked_out(kept: Cast) -> None:
    past = coverage_of(kept.unit("ningde"), 2021, actor=kept.actor("city"))
    assert (past.whole, past.is_current, past.on) == (Figures(members=8, leaders=1), False, date(2021, 12, 31))
    assert not KeptYear.objects.filter(year=2021).exists()


def test_own_figures_are_what_the_units_below_do_not_hold(kept: Cast) -> None:
    move_member(person=kept.person("林秀珍"), unit=kept.unit("huotong"), on=TODAY, actor=kept.system)
    follow_member(MemberMoved(kept.person("林秀珍").pk))
    fold(kept)
    seen = coverage_of(kept.unit("huotong"), 2026, actor=kept.actor("township"))
    assert (seen.whole.members, seen.own.members, [f.members for _, f in seen.children]) == (6, 1, [2, 3])


def test_nobody_sees_a_sibling(kept: Cast) -> None:
    for name in ("sibling_township", "other_county", "sibling_secretary", "trainee", "teacher", "auditor"):
        with pytest.raises(NotFound):
            coverage_of(kept.unit("kengtou"), 2026, actor=kept.actor(name))
    for name in ("city", "county", "township", "base", "secretary"):
        assert coverage_of(kept.unit("kengtou"), 2026, actor=kept.actor(name)).whole.members == 3


def test_only_the_city_may_have_it_worked_out_again(kept: Cast) -> None:
    for service in (rebuild_year,):
        with pytest.raises(NotPermitted):
            service(year=2026, actor=kept.actor("county"))
    with pytest.raises(NotPermitted):
        refresh_standings(person_ids=[1], actor=kept.actor("secretary"))
    assert refresh_standings(person_ids=[], actor=kept.actor("city")) == 0


def test_the_handlers_hear_what_is_below() -> None:
    assert follow_credit in handlers_of("records.credit_posted")
    assert follow_member in handlers_of("directory.member_moved")
    assert follow_post in handlers_of("directory.post_changed")
    assert follow_unit in handlers_of("directory.unit_moved")
    assert handlers_of("directory.roster_committed")
    assert handlers_of("directory.roster_undone")
    assert handlers_of("core.policy_changed")
