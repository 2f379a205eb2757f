"""The rule for one person, and the SQL for everybody, are the same rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorstep.core import clock
from doorstep.core.models import Policy
from doorstep.coverage.models import Standing
from doorstep.coverage.queries import figures_as_of
from doorstep.coverage.rules import (
    Belonging,
    Line,
    Period,
    Requirement,
    Stand,
    hours_required,
    last_day,
    leading_days,
    standings_of,
)
from doorstep.coverage.services import rebuild_year, refresh_standings
from doorstep.directory.models import Membership, Person, Post
from doorstep.records.models import Posting
from tests.cast import Cast
from tests.factories.rolls import make_class

TODAY = date(2026, 10, 15)
ASKED = Requirement(Decimal(32), Decimal(56), 1, "full")
UNITS = ("kengtou", "shiqiao", "huangjia", "xiangyang")


@pytest.fixture(autouse=True)
def _held_clock() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 10)):
        yield


def test_the_last_day_is_today_or_the_end_of_a_past_year() -> None:
    assert [last_day(year, TODAY) for year in (2025, 2026, 2027)] == [date(2025, 12, 31), TODAY, TODAY]


def test_posts_that_overlap_count_once_and_open_ones_to_the_end_of_the_year() -> None:
    posts = [Period(date(2026, 12, 1), None), Period(date(2025, 1, 1), date(2026, 1, 11))]
    assert leading_days(posts, 2026, date(2026, 12, 31)) == 41
    assert leading_days(posts, 2026, date(2026, 11, 30)) == 10
    assert leading_days([*posts, Period(date(2026, 12, 20), None)], 2026, date(2026, 12, 31)) == 41


def test_the_hours_required_follow_the_days_in_post_or_not() -> None:
    pro_rata = Requirement(Decimal(32), Decimal(56), 1, "pro_rata")
    assert [hours_required(days, 365, ASKED) for days in (0, 1, 365)] == [32, 56, 56]
    assert [hours_required(days, 365, pro_rata) for days in (0, 73, 365)] == [32, Decimal("36.8"), 56]


day = st.dates(date(2024, 12, 1), date(2026, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(day)
    length = draw(st.none() | st.integers(1, 500))
    return Period(start, start + timedelta(length) if length else None)


@st.composite
def belongings(draw: st.DrawFn) -> list[tuple[str, Period]]:
    """One primary unit at a time: cuts in the calendar, a unit or none between them."""
    cuts = sorted(set(draw(st.lists(day, max_size=3))))
    found = []
    for start, end in zip([date(2024, 1, 1), *cuts], [*cuts, None], strict=True):
        unit = draw(st.sampled_from([*UNITS, None]))
        if unit:
            found.append((unit, Period(start, end)))
    return found


@st.composite
def credits(draw: st.DrawFn) -> list[tuple[int, int, str, Decimal, bool]]:
    """Which session of which class gave how much at which unit, and whether it was taken back."""
    keys = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=6, unique=True))
    return [
        (c, s, draw(st.sampled_from(UNITS)), Decimal(draw(st.integers(1, 40))), draw(st.booleans())) for c, s in keys
    ]


# Three classes of four days: in the year, over New Year, the year before.
CLASS_DAYS = (date(2026, 3, 2), date(2025, 12, 30), date(2025, 5, 5))


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    homes=belongings(),
    posts=st.lists(periods(), max_size=3),
    given_hours=credits(),
    mode=st.sampled_from(["full", "pro_rata"]),
    year=st.sampled_from([2025, 2026]),
    is_counted=st.booleans(),
    on=day,
)
def test_sql_and_rule_agree(
    cast: Cast,
    homes: list[tuple[str, Period]],
    posts: list[Period],
    given_hours: list[tuple[int, int, str, Decimal, bool]],
    mode: str,
    year: int,
    is_counted: bool,
    on: date,
) -> None:
    with transaction.atomic():
        person, lines = _write(cast, homes, posts, given_hours, mode, is_counted)
        asked = Requirement(Decimal(32), Decimal(56), 1, mode)  # type: ignore[arg-type]

        def rule(day: date) -> list[Stand]:
            return standings_of(
                year,
                day,
                is_counted=is_counted,
                belongings=[Belonging(cast.unit(name).pk, period) for name, period in homes],
                posts=posts,
                lines=lines,
                requirement_at=lambda unit_id: asked,
            )

        rebuild_year(year=year, actor=cast.system)
        assert _stored(person, year) == rule(last_day(year, TODAY))
        refresh_standings(person_ids=[person.pk], years=[year], actor=cast.system)
        assert _stored(person, year) == rule(last_day(year, TODAY))
        then = min(on, last_day(year, TODAY))
        if then.year == year:
            _check_as_of(cast, rule(then), year, then)
        transaction.set_rollback(True)


def _write(
    cast: Cast,
    homes: list[tuple[str, Period]],
    posts: list[Period],
    given_hours: list[tuple[int, int, str, Decimal, bool]],
    mode: str,
    is_counted: bool,
) -> tuple[Person, list[Line]]:
    Policy.objects.filter(key="hours.change_of_post").update(value=mode)
    now = clock.now()
    category = "full" if is_counted else "activist"
    person = Person.objects.create(county="350902", name="某某", category=category, created_at=now, updated_at=now)
    Membership.objects.bulk_create(
        Membership(
            person=person,
            unit=cast.unit(name),
            county=cast.unit(name).county,
            valid_from=period.start,
            valid_to=period.end,
        )
        for name, period in homes
    )
    Post.objects.bulk_create(
        Post(
            person=person, unit=cast.unit("kengtou"), post="deputy", is_leader=True, valid_from=p.start, valid_to=p.end
        )
        for p in posts
    )
    classes = [
        make_class(
            cast.unit("huotong"),
            [first + timedelta(n) for n in range(4)],
            parts=("morning",),
            is_concentrated=index != 2,
        )
        for index, first in enumerate(CLASS_DAYS)
    ]
    postings, lines = [], []
    for index, number, name, hours, taken_back in given_hours:
        session = classes[index].sessions.get(number=number + 1)
        unit = cast.unit(name)
        for kind, amount in (("credit", hours), ("reversal", -hours))[: 2 if taken_back else 1]:
            postings.append(
                Posting(
                    county=unit.county,
                    year=session.held_on.year,
                    person=person,
                    unit=unit,
                    session=session,
                    training_class=classes[index],
                    earned_on=session.held_on,
                    hours=amount,
                    kind=kind,
                    revision=1,
                    is_concentrated=classes[index].is_concentrated,
                    explanation={},
                    posted_at=now,
                )
            )
            lines.append(Line(classes[index].pk, session.pk, unit.pk, session.held_on, amount, index != 2))
    Posting.objects.bulk_create(postings)
    return person, lines


def _stored(person: Person, year: int) -> list[Stand]:
    rows = Standing.objects.filter(person=person, year=year).order_by("unit")
    return [
        Stand(
            row.unit_id,
            row.is_home,
            row.is_leader,
            row.required,
            row.earned,
            row.is_trained,
            row.is_met,
            row.person_times,
            row.hours,
        )
        for row in rows
    ]


def _check_as_of(cast: Cast, stands: list[Stand], year: int, then: date) -> None:
    """The figures of a day at the top are those of this person beside the cast's eight."""
    top = cast.unit("ningde").pk
    found = figures_as_of([top], year, then)[top]
    assert found.members == 8 + sum(s.is_home for s in stands)
    assert found.trained == sum(s.is_trained for s in stands)
    assert found.leaders == 1 + sum(s.is_leader for s in stands)
    assert found.met == sum(s.is_met for s in stands)
    assert found.person_times == sum(s.person_times for s in stands)
    assert found.hours == sum((s.hours for s in stands), Decimal(0))
