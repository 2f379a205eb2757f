"""A line becomes a class: opened once, linked by hand, taken apart; what comes of it is counted in its own year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.bases.models import Base
from doorstep.classes.models import TrainingClass
from doorstep.classes.services.opening import cancel_class
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.planning.models import ClassLink, PlanLine
from doorstep.planning.queries.lines import classes_unplanned, lines_of_year, lines_shown
from doorstep.planning.queries.plans import schools_of_year
from doorstep.planning.queries.sums import counties_of_year, sum_of_year
from doorstep.planning.services import linking, refusals
from doorstep.planning.services.lines import drop_line
from doorstep.planning.services.linking import Opening, link_class, open_line, unlink_class
from doorstep.records.queries.yearly import ClassFigures, figures_of_groups
from doorstep.records.services import post_credit
from tests.cast import Cast
from tests.factories import rolls
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.plans import given_plan, line_facts, line_of

TODAY = date(2026, 6, 1)
OPENING = Opening("春训班", date(2026, 6, 20), 40)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


def page(name: str, *args: object) -> str:
    return reverse(f"planning:{name}", args=args)


def broken() -> list[str]:
    return [one.name for one in check_invariants() if one.name.startswith("plan_") and not one.holds]


def standings(line: PlanLine) -> list[str]:
    return [one.standing for one in lines_shown(line.plan)]


def test_a_line_opens_one_class(cast: Cast, school: Base) -> None:
    township = cast.actor("township")
    line = line_of(given_plan(school, line_facts(sessions=3), status="approved"))
    assert standings(line) == ["line_behind"]
    opened = open_line(line=line, opening=OPENING, actor=township)
    assert (opened.status, opened.title, opened.capacity, opened.unit) == ("draft", "春训班", 40, cast.unit("huotong"))
    days = list(opened.sessions.order_by("number").values_list("held_on", "part", "title"))
    assert days == [
        (date(2026, 6, 20), "morning", "农村党员春训"),
        (date(2026, 6, 20), "afternoon", "农村党员春训"),
        (date(2026, 6, 21), "morning", "农村党员春训"),
    ]
    with pytest.raises(refusals.LineHasClass):
        open_line(line=line, opening=OPENING, actor=township)
    with pytest.raises(refusals.LineHasClass):
        drop_line(line=line, reason="不办", seen=2, actor=township)
    assert TrainingClass.objects.count() == 1
    assert standings(line) == ["line_behind"]  # a draft is nothing yet
    TrainingClass.objects.update(status="open")
    assert standings(line) == ["line_opened"]
    cancel_class(training_class=TrainingClass.objects.get(), reason="台风", actor=SYSTEM)
    assert standings(line) == ["line_behind"]
    again = open_line(line=line, opening=OPENING, actor=township)
    assert list(ClassLink.objects.order_by("pk").values_list("training_class", "unlinked_for", "is_opened_here")) == [
        (opened.pk, "班次已取消", True),
        (again.pk, "", True),
    ]
    assert broken() == []


def test_a_class_is_linked_and_taken_off_by_hand(cast: Cast, school: Base) -> None:
    township, unit = cast.actor("township"), cast.unit("huotong")
    plan = given_plan(school, line_facts(), line_facts(title="夏训"), status="approved")
    first, second = line_of(plan), line_of(plan, 2)
    held = make_class(unit, day=date(2026, 6, 20))
    assert classes_unplanned(plan) == [held]
    link = link_class(line=first, training_class=held, actor=township)
    assert classes_unplanned(plan) == []
    with pytest.raises(refusals.ClassLinkedAlready):
        link_class(line=second, training_class=held, actor=township)
    with pytest.raises(refusals.PlanReasonMissing):
        unlink_class(link=link, reason=" ", actor=township)
    unlink_class(link=link, reason="对错了", actor=township)
    with pytest.raises(refusals.PlanStandsSo):
        unlink_class(link=link, reason="再来", actor=township)
    link_class(line=second, training_class=held, actor=township)
    elsewhere = make_class(cast.unit("hubei"), day=date(2026, 6, 20))
    with pytest.raises(refusals.ClassElsewhere):
        link_class(line=first, training_class=elsewhere, actor=township)
    next_year = make_class(unit, day=date(2027, 1, 5))
    with pytest.raises(refusals.ClassNotInYear):
        link_class(line=first, training_class=next_year, actor=township)
    with pytest.raises(refusals.ClassNotInYear):
        open_line(line=first, opening=Opening("x", date(2027, 1, 5), 9), actor=township)
    gone = make_class(unit, day=date(2026, 7, 20))
    gone = cancel_class(training_class=gone, reason="台风", actor=SYSTEM)
    with pytest.raises(refusals.ClassIsCancelled):
        link_class(line=first, training_class=gone, actor=township)
    with pytest.raises(NotPermitted):
        link_class(line=first, training_class=held, actor=cast.actor("county"))
    assert TrainingClass.objects.filter(title="x").count() == 0
    assert broken() == []


def test_only_what_was_approved_opens(cast: Cast, school: Base) -> None:
    line = line_of(given_plan(school, status="waiting"))
    with pytest.raises(refusals.PlanNotApproved):
        open_line(line=line, opening=OPENING, actor=cast.actor("township"))
    assert not TrainingClass.objects.exists()


def _winter(cast: Cast) -> TrainingClass:
    """A class of 30 December to 3 January: two come to the whole of it, one only in the new year."""
    days = [date(2025, 12, 30), date(2026, 1, 3)]
    whole = {cast.person("林秀珍"): "present", cast.person("黄德旺"): "present"}
    late: dict[Any, Any] = {cast.person("陈国梁"): {1: "absent", 2: "present"}}
    held = rolls.held_class(cast.unit("huotong"), days, {**whole, **late}, parts=("morning",))
    post_credit(training_class_id=held.pk, actor=SYSTEM)
    return held


def test_a_class_over_new_year_counts_where_its_days_are(cast: Cast, school: Base) -> None:
    with clock.frozen(clock.at_local(date(2025, 12, 1), 9)):
        last = given_plan(school, line_facts(title="冬训", month_from=12, month_to=12), status="approved")
    this = given_plan(school, line_facts(title="冬训续", month_from=1, month_to=1), status="approved")
    held = _winter(cast)
    link_class(line=line_of(last), training_class=held, actor=SYSTEM)
    link_class(line=line_of(this), training_class=held, actor=SYSTEM)
    in_2025, in_2026 = figures_of_groups([(0, held.pk)], 2025)[0], figures_of_groups([(0, held.pk)], 2026)[0]
    assert in_2025.persons == in_2025.person_times
    assert in_2025.person_times + in_2026.person_times == 2 + (in_2026.persons - 2)
    for plan, figures in ((last, in_2025), (this, in_2026)):
        (line,) = lines_shown(plan)
        assert (line.standing, line.persons, line.person_times, line.given_hours) == ("line_held", *figures)
        (row,) = schools_of_year(cast.actor("township"), plan.year)
        assert (row.persons, row.person_times, row.given_hours, row.held, row.lines) == (*figures, 1, 1)
        found = sum_of_year(cast.actor("county"), plan.year)
        assert (found.given, found.planned["heads"], found.planned["planned_hours"]) == (figures, 40, Decimal(320))
        (county,) = counties_of_year(cast.actor("county"), plan.year)
        assert (county.persons, county.person_times, county.given_hours, county.approved) == (*figures, 1)
    assert figures_of_groups([], 2026) == {}
    assert ClassFigures() == (0, 0, Decimal(0))


def test_somebody_in_two_classes_is_one_person_and_two_comings(cast: Cast, school: Base) -> None:
    plan = given_plan(school, line_facts(), line_facts(title="夏训"), status="approved")
    for number, day in enumerate((date(2026, 3, 2), date(2026, 4, 2)), start=1):
        held = rolls.held_class(cast.unit("huotong"), [day], {cast.person("林秀珍"): "present"}, parts=("morning",))
        post_credit(training_class_id=held.pk, actor=SYSTEM)
        link_class(line=line_of(plan, number), training_class=held, actor=SYSTEM)
    found = sum_of_year(cast.actor("city"), 2026)
    assert (found.given.persons, found.given.person_times, found.planned["heads"]) == (1, 2, 80)
    assert (found.planners, found.approved, found.waiting, found.missing) == (3, 1, 0, 2)
    assert {one.standing for one in lines_of_year(cast.actor("city"), 2026)} == {"line_held"}
    empty = sum_of_year(cast.actor("other_county"), 2026)
    assert (empty.planned["heads"], empty.given) == (0, ClassFigures())


def test_opening_and_linking_on_pages(cast: Cast, school: Base, sign_in: SignIn) -> None:
    plan = given_plan(school, line_facts(), line_facts(title="夏训"), status="approved")
    township, line = sign_in("township"), line_of(plan)
    assert 'value="2026-06-08"' in township.get(page("line_open", line.pk)).content.decode()
    venue = school.venues.get()
    body = {"title": "春训班", "starts_on": "2026-06-20", "capacity": "400", "venue": venue.pk, "location": ""}
    refused = township.post(page("line_open", line.pk), body)
    assert (refused.status_code, TrainingClass.objects.count()) == (422, 0)
    opened = township.post(page("line_open", line.pk), {**body, "capacity": "40"})
    held = TrainingClass.objects.get()
    assert opened.url == f"/classes/{held.pk}/"  # type: ignore[attr-defined]
    assert set(held.sessions.values_list("venue", flat=True)) == {venue.pk}
    twice = township.post(page("line_open", line.pk), {**body, "capacity": "40"})
    assert (twice.url, TrainingClass.objects.count()) == (page("plan", plan.pk), 1)  # type: ignore[attr-defined]
    link = ClassLink.objects.get()
    assert township.post(page("link_end", link.pk), {"reason": ""}).status_code == 422
    assert sign_in("county").post(page("link_end", link.pk), {"reason": "x"}).status_code == 404
    assert township.post(page("link_end", link.pk), {"reason": "对错了"}).status_code == 302
    assert township.post(page("line_link", line.pk), {"class": held.pk}).status_code == 302
    again = township.post(page("line_link", line_of(plan, 2).pk), {"class": held.pk})
    assert (again.status_code, "一个班一年只算一次" in again.content.decode()) == (422, True)
    assert township.post(page("line_link", line.pk), {"class": "x"}).status_code == 404
    assert "对错了" in township.get(page("plan", plan.pk)).content.decode()


def _race(cast: Cast, line: PlanLine) -> list[str]:
    """Two click at one moment."""
    start = Barrier(2)

    def click(_turn: int) -> str:
        try:
            with clock.frozen(clock.at_local(TODAY, 12)):
                start.wait(10)
                open_line(line=line, opening=OPENING, actor=SYSTEM)
            return "done"
        except DoorstepError as problem:
            return problem.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(click, range(2)))


def test_two_clicks_open_one_class_and_without_the_lock_the_table_still_refuses(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = given_plan(
        make_base(cast_committed.unit("huotong")), line_facts(), line_facts(title="夏训"), status="approved"
    )
    assert _race(cast_committed, line_of(plan)) == ["done", "plan_line_has_class"]
    both = Barrier(2)
    other = line_of(plan, 2)

    def unlocked(line: PlanLine) -> PlanLine:
        found = PlanLine.objects.select_related("plan__unit", "plan__base").get(pk=line.pk)
        both.wait(10)
        return found

    monkeypatch.setattr(linking, "locked_line", unlocked)
    assert _race(cast_committed, other) == ["done", "plan_class_linked"]
    assert TrainingClass.objects.count() == 2


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_as_often_however_many_rows(cast: Cast, sign_in: SignIn, number: int) -> None:
    school = make_base(cast.unit("huotong"))
    plan = given_plan(school, *(line_facts(title=f"课{n}") for n in range(number)), status="approved")
    for n in range(1, number + 1):
        held = make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 6, 10 + n))])
        link_class(line=line_of(plan, n), training_class=held, actor=SYSTEM)
        make_class(cast.unit("huotong"), sessions=[half_day(date(2026, 7, 10 + n))])
    for n in range(1, number):
        given_plan(make_base(cast.unit("huotong"), name=f"分校{n}"), status="approved")

    def asked(client: Client, name: str, *args: object) -> int:
        client.get(page(name, *args))
        with CaptureQueriesContext(connection) as context:
            assert client.get(page(name, *args)).status_code == 200
        return len(context)

    township, county = sign_in("township"), sign_in("county")
    found = {
        "schools": asked(township, "schools"),
        "lines": asked(township, "lines"),
        "plan": asked(township, "plan", plan.pk),
        "counties": asked(county, "counties"),
    }
    assert found == {"schools": 5, "lines": 5, "plan": 7, "counties": 10}
