"""Closed rolls become ledger lines: once, with reasons, and corrected by reversal."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from doorstep.attendance.events import MarkCorrected, RollClosed
from doorstep.attendance.services.rolls import close_roll, correct_mark, mark_roll
from doorstep.classes.models import Enrolment
from doorstep.classes.queries.people import enrolment_of, nominees
from doorstep.classes.services.people import nominate, withdraw_seat
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.events import handlers_of
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity, Policy
from doorstep.directory.services.people import move_member
from doorstep.records.handlers import post_closed_roll, post_correction
from doorstep.records.models import Posting
from doorstep.records.queries import explain_posting, figures_by_year, invariants
from doorstep.records.services import post_credit
from tests.cast import Cast
from tests.factories.classes import make_class as open_class
from tests.factories.rolls import held_class, make_class, mark, seat

DAYS = [date(2026, 11, 23), date(2026, 11, 24)]


def hours_of(cast: Cast, name: str) -> Decimal:
    return Posting.objects.filter(person=cast.person(name)).aggregate(h=Sum("hours"))["h"] or Decimal(0)


def check_ledger() -> None:
    from django.db import connection

    for invariant in invariants():
        with connection.cursor() as cursor:
            cursor.execute(invariant.sql)
            assert cursor.fetchall() == [], invariant.name


def test_a_closed_roll_posts_once_per_person_and_session(cast: Cast) -> None:
    people = {
        cast.person("林秀珍"): "present",
        cast.person("黄德旺"): {1: "present", 2: "late", 3: "sick_leave", 4: "absent"},
        cast.person("雷金妹"): "official_leave",
    }
    held = held_class(cast.unit("huotong"), DAYS, people)
    post_closed_roll(RollClosed(held.pk))
    assert hours_of(cast, "林秀珍") == 16
    assert hours_of(cast, "黄德旺") == 8
    assert hours_of(cast, "雷金妹") == 0
    before = list(Posting.objects.order_by("pk").values())
    post_closed_roll(RollClosed(held.pk))
    assert list(Posting.objects.order_by("pk").values()) == before
    check_ledger()


def test_the_handlers_hear_the_roll(cast: Cast) -> None:
    assert post_closed_roll in handlers_of("attendance.roll_closed")
    assert post_correction in handlers_of("attendance.mark_corrected")


def test_an_open_roll_posts_nothing(cast: Cast) -> None:
    running = make_class(cast.unit("huotong"), DAYS)
    seat(running, cast.person("林秀珍"))
    mark(running, cast.person("林秀珍"), "present")
    assert post_credit(training_class_id=running.pk, actor=cast.system) == 0


def test_a_correction_reverses_and_posts_anew(cast: Cast) -> None:
    person = cast.person("林秀珍")
    held = held_class(cast.unit("huotong"), DAYS, {person: "present"})
    post_closed_roll(RollClosed(held.pk))
    session = held.sessions.get(number=1)
    mark(held, person, {1: "absent", 2: "present", 3: "present", 4: "present"})
    post_correction(MarkCorrected(held.pk, session.pk, person.pk))
    assert hours_of(cast, "林秀珍") == 12
    mark(held, person, "present")
    post_correction(MarkCorrected(held.pk, session.pk, person.pk))
    post_correction(MarkCorrected(held.pk, session.pk, person.pk))
    lines = (
        Posting.objects.filter(session=session).order_by("revision", "kind").values_list("kind", "hours", "revision")
    )
    assert list(lines) == [("credit", 4, 1), ("reversal", -4, 1), ("credit", 4, 2)]
    check_ledger()


def test_withdrawn_people_earn_nothing(cast: Cast) -> None:
    held = held_class(cast.unit("huotong"), DAYS, {cast.person("林秀珍"): "present"})
    Enrolment.objects.filter(training_class=held).update(status="withdrawn")
    assert post_credit(training_class_id=held.pk, actor=cast.system) == 0


def test_a_class_over_new_year_is_split_by_day(cast: Cast) -> None:
    days = [date(2025, 12, 31), date(2026, 1, 1)]
    held = held_class(cast.unit("huotong"), days, {cast.person("林秀珍"): "present"})
    post_closed_roll(RollClosed(held.pk))
    assert dict(Posting.objects.values_list("year").annotate(h=Sum("hours"))) == {2025: 8, 2026: 8}
    assert figures_by_year() == [(2025, 1, 1, Decimal("8.0")), (2026, 1, 0, Decimal("8.0"))]


def test_the_ceiling_of_a_day_is_shared_by_all_classes_in_any_order_of_closing(cast: Cast) -> None:
    person = cast.person("林秀珍")
    day = [date(2026, 11, 23)]
    results = []
    for first_wins in (True, False):
        with transaction.atomic():
            morning = held_class(cast.unit("huotong"), day, {person: "present"}, parts=("morning", "afternoon"))
            evening = held_class(
                cast.unit("kengtou"), day, {person: "present"}, parts=("evening",), credit_unit="hour", hours=Decimal(2)
            )
            for held in (morning, evening) if first_wins else (evening, morning):
                post_closed_roll(RollClosed(held.pk))
            results.append(
                [
                    Posting.objects.filter(training_class=held).aggregate(h=Sum("hours"))["h"]
                    for held in (morning, evening)
                ]
            )
            check_ledger()
            transaction.set_rollback(True)
    assert results == [[8, None], [8, None]]


def test_when_a_morning_is_corrected_the_evening_counts_after_all(cast: Cast) -> None:
    person, day = cast.person("林秀珍"), [date(2026, 11, 23)]
    morning = held_class(cast.unit("huotong"), day, {person: "present"})
    evening = held_class(
        cast.unit("kengtou"), day, {person: "present"}, parts=("evening",), credit_unit="hour", hours=Decimal(2)
    )
    post_closed_roll(RollClosed(morning.pk))
    post_closed_roll(RollClosed(evening.pk))
    mark(morning, person, {1: "absent", 2: "present"})
    post_correction(MarkCorrected(morning.pk, morning.sessions.get(number=1).pk, person.pk))
    assert hours_of(cast, "林秀珍") == 6
    told = Activity.objects.filter(event="records.credit_posted").values_list("subject_id", "detail__person_id")
    assert set(told) == {(str(morning.pk), None), (str(morning.pk), person.pk), (str(evening.pk), person.pk)}


def test_hours_stay_with_the_unit_of_the_day(cast: Cast) -> None:
    person = cast.person("林秀珍")
    held = held_class(cast.unit("huotong"), DAYS, {person: "present"})
    move_member(person=person, unit=cast.unit("xiangyang"), on=date(2026, 11, 24), actor=cast.system)
    post_closed_roll(RollClosed(held.pk))
    places = Posting.objects.values_list("earned_on", "unit__code", "county").distinct().order_by("earned_on")
    assert list(places) == [
        (DAYS[0], "B-kengtou", "350902"),
        (DAYS[1], "B-xiangyang", "350981"),
    ]


def test_hours_of_who_has_no_unit_that_day_go_to_the_unit_that_enrolled_them(cast: Cast) -> None:
    person = cast.person("林秀珍")
    held = held_class(cast.unit("huotong"), DAYS, {person: "present", cast.person("黄德旺"): "present"})
    person.memberships.update(valid_to=DAYS[1])
    post_closed_roll(RollClosed(held.pk))
    posted = Posting.objects.filter(person=person).values_list("earned_on", "unit__code").distinct()
    assert list(posted.order_by("earned_on")) == [(DAYS[0], "B-kengtou"), (DAYS[1], "B-kengtou")]
    assert hours_of(cast, "林秀珍") == hours_of(cast, "黄德旺") == 16
    check_ledger()


def test_another_place_has_its_own_figures(cast: Cast) -> None:
    saiqi = cast.unit("saiqi")
    for key, value in (("credit.half_day", "3"), ("credit.day_max", "6")):
        Policy.objects.create(
            key=key,
            value=value,
            place=saiqi.path,
            valid_from=date(2026, 1, 1),
            source="local",
            status="local",
            version=2,
        )
    held = held_class(saiqi, DAYS, {cast.person("缪阿妹"): "present"}, parts=("morning", "afternoon", "evening"))
    post_closed_roll(RollClosed(held.pk))
    assert hours_of(cast, "缪阿妹") == 12
    assert set(chain.from_iterable(p.policies.split() for p in Posting.objects.all())) == {
        "credit.half_day@2",
        "credit.day_max@2",
    }


def test_every_line_can_explain_itself(cast: Cast) -> None:
    person = cast.person("林秀珍")
    held = held_class(cast.unit("huotong"), DAYS[:1], {person: {1: "present", 2: "late"}})
    evening = held_class(
        cast.unit("huotong"),
        DAYS[1:],
        {person: "present"},
        parts=("evening",),
        credit_unit="hour",
        hours=Decimal("1.5"),
    )
    post_closed_roll(RollClosed(held.pk))
    post_closed_roll(RollClosed(evening.pk))
    mark(held, person, {1: "absent", 2: "late"})
    post_correction(MarkCorrected(held.pk, held.sessions.get(number=1).pk, person.pk))
    said = [explain_posting(p) for p in Posting.objects.order_by("earned_on", "session", "revision", "kind")]
    assert said == [
        "11月23日上午出勤，半天 4 学时，记 4 学时。依据 credit.half_day@1、credit.day_max@1。",
        "更正：冲销11月23日上午第 1 次入账的 4 学时。",
        "11月23日下午迟到，半天 4 学时，记 4 学时。依据 credit.half_day@1、credit.day_max@1、credit.late_counts@1。",
        "11月24日晚上出勤，1.5 小时，每小时 1 学时，记 1.5 学时。依据 credit.per_hour@1、credit.day_max@1。",
    ]


def test_the_database_refuses_to_change_or_delete_a_line(cast: Cast) -> None:
    held = held_class(cast.unit("huotong"), DAYS, {cast.person("林秀珍"): "present"})
    post_closed_roll(RollClosed(held.pk))
    for spoil in (lambda: Posting.objects.update(hours=99), lambda: Posting.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
    assert hours_of(cast, "林秀珍") == 16


def test_only_offices_above_may_have_credit_worked_out_again(cast: Cast) -> None:
    held = held_class(cast.unit("huotong"), DAYS, {cast.person("林秀珍"): "present"})
    for name in ("township", "secretary", "trainee", "auditor", "other_county"):
        with pytest.raises(NotPermitted):
            post_credit(training_class_id=held.pk, actor=cast.actor(name))
    assert post_credit(training_class_id=held.pk, actor=cast.actor("county")) == 4


def test_a_class_takes_few_statements(cast: Cast, django_assert_max_num_queries: object) -> None:
    people = {cast.person(name): "present" for name in ("林秀珍", "黄德旺", "陈国梁", "雷金妹", "林建华")}
    held = held_class(cast.unit("huotong"), [*DAYS, date(2026, 11, 25)], people)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert post_credit(training_class_id=held.pk, actor=cast.system) == 30


def test_a_lifted_withdrawal_gives_all_the_hours_and_a_new_one_takes_them_back(cast: Cast) -> None:
    """Corrections go through the roll: the ledger follows with reversing lines, none is changed."""
    person, actor = cast.person("黄德旺"), cast.actor("township")
    held = make_class(cast.unit("huotong"), DAYS)
    seat(held, person)
    mark(held, person, {1: "sick_leave", 2: "present", 3: "present", 4: "present"})
    with clock.frozen(clock.at_local(DAYS[-1], 20)):
        close_roll(training_class=held, actor=actor)
        post_closed_roll(RollClosed(held.pk))
        assert hours_of(cast, "黄德旺") == 0
        first = held.sessions.get(number=1)
        correct_mark(session=first, person_id=person.pk, state="late", reason="签到表有签名", actor=actor)
        post_correction(MarkCorrected(held.pk, first.pk, person.pk))
        given = hours_of(cast, "黄德旺")
        before = {line.pk for line in Posting.objects.all()}
        assert given > 12
        assert before
        correct_mark(session=first, person_id=person.pk, state="sick_leave", reason="认错人了", actor=actor)
        post_correction(MarkCorrected(held.pk, first.pk, person.pk))
    assert hours_of(cast, "黄德旺") == 0
    reversals = Posting.objects.filter(person=person, kind="reversal")
    assert -sum(line.hours for line in reversals) == given
    assert before < {line.pk for line in Posting.objects.all()}
    check_ledger()


def test_who_moved_away_and_takes_the_seat_anew_is_credited_once(cast: Cast) -> None:
    person, city = cast.person("林秀珍"), cast.actor("city")
    with clock.frozen(clock.at_local(DAYS[0] - timedelta(days=9), 12)):
        opened = open_class(cast.unit("huotong"), day=DAYS[0])
        first, _ = opened.sessions.order_by("number")
        nominate(training_class=opened, people=nominees([person.pk]), actor=city)
    with clock.frozen(first.starts_at - timedelta(minutes=30)):
        mark_roll(session=first, marks={person.pk: "absent"}, actor=city)
        withdraw_seat(enrolment=enrolment_of(opened, person.pk, city), reason="转走", actor=city)
        move_member(person=person, unit=cast.unit("xiangyang"), on=clock.today(), actor=city)
        (anew,) = nominate(training_class=opened, people=nominees([person.pk]), actor=city)
        assert anew.unit == cast.unit("xiangyang")
        mark_roll(session=first, marks={person.pk: "present"}, actor=city)
    with clock.frozen(clock.at_local(DAYS[1], 12)):
        close_roll(training_class=opened, accept_absent=True, actor=city)
        for _ in range(2):
            post_closed_roll(RollClosed(opened.pk))
            assert hours_of(cast, "林秀珍") == 4
        assert [f.name for f in check_invariants() if not f.holds] == []
