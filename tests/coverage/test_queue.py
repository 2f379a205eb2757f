"""From a closed roll to the figures at the top, through the real queue; and many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from doorstep.attendance.events import RollClosed
from doorstep.core.actors import system_actor
from doorstep.core.clock import at_local, frozen
from doorstep.core.events import record
from doorstep.core.invariants import check_invariants
from doorstep.coverage.handlers import follow_credit
from doorstep.coverage.jobs import turn_day
from doorstep.coverage.models import Delta, Tally
from doorstep.coverage.services import fold_deltas, rebuild_year
from doorstep.directory.services.people import move_member
from doorstep.records.events import CreditPosted
from doorstep.records.handlers import post_closed_roll
from doorstep.records.models import Posting
from tests.cast import Cast
from tests.factories.jobs import run_queued_jobs
from tests.factories.rolls import held_class, next_days

ACTOR = system_actor("tests")


def held(cast: Cast, day: date, *names: str) -> int:
    return held_class(cast.unit("huotong"), [day], {cast.person(name): "present" for name in names}).pk


def top(cast: Cast) -> tuple[int, int, int, int]:
    row = Tally.objects.get(unit=cast.unit("ningde"), year=2026)
    return row.members, row.trained, row.person_times, int(row.hours)


@pytest.mark.django_db(transaction=True)
def test_a_closed_roll_reaches_the_top_through_the_queue(cast_committed: Cast) -> None:
    cast = cast_committed
    rebuild_year(year=2026, actor=ACTOR)
    class_id = held(cast, date(2026, 3, 5), "林秀珍", "雷金妹")
    with transaction.atomic():
        record(RollClosed(class_id), actor=ACTOR, place="1/", county="350902")
        move_member(person=cast.person("林秀珍"), unit=cast.unit("xiangyang"), on=date(2026, 6, 1), actor=cast.system)
    run_queued_jobs()
    assert top(cast) == (8, 2, 2, 16)
    assert not Delta.objects.exists()
    assert [f.name for f in check_invariants() if not f.holds] == []


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_count_nothing_twice(cast_committed: Cast) -> None:
    cast = cast_committed
    rebuild_year(year=2026, actor=ACTOR)
    classes = [held(cast, date(2026, 4, 1 + n), "林秀珍", "雷金妹", "彭有顺") for n in range(6)]

    def work(class_id: int) -> None:
        try:
            with transaction.atomic():
                post_closed_roll(RollClosed(class_id))
            with transaction.atomic():
                follow_credit(CreditPosted(class_id, None))
            fold_deltas(actor=ACTOR)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [*classes, *classes]))
    fold_deltas(actor=ACTOR)
    assert Posting.objects.count() == 36
    assert top(cast) == (8, 3, 18, 144)
    assert [f.name for f in check_invariants() if not f.holds] == []


@pytest.mark.django_db(transaction=True)
def test_a_roll_closed_early_gives_tomorrow_s_hours_tomorrow(cast_committed: Cast) -> None:
    cast, day = cast_committed, date(2026, 4, 1)
    with frozen(at_local(day, 12)):
        rebuild_year(year=2026, actor=ACTOR)
        early = held_class(cast.unit("huotong"), next_days(day, 2), {cast.person("林秀珍"): "present"})
        post_closed_roll(RollClosed(early.pk))
        follow_credit(CreditPosted(early.pk, None))
        fold_deltas(actor=ACTOR)
        today = top(cast)
        assert [f.name for f in check_invariants() if not f.holds] == []
    with frozen(at_local(day + timedelta(days=1), 1)):
        turn_day(0)
        assert [f.name for f in check_invariants() if not f.holds] == []
        assert (today[3] * 2, today[:3]) == (top(cast)[3], top(cast)[:3])
