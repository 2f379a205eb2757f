"""Plans of counties and of the academy: approved above, and plan against actual summed over what is below."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.bases.models import Base
from doorstep.classes.models import TrainingClass
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.directory.models import RoleGrant
from doorstep.planning.models import Plan
from doorstep.planning.queries.lines import classes_unplanned
from doorstep.planning.queries.planners import Planner, planners_where
from doorstep.planning.queries.plans import plan_by_id, planners_due, plans_to_decide
from doorstep.planning.queries.sums import county_year, sum_of_year
from doorstep.planning.services import refusals
from doorstep.planning.services.lines import add_line
from doorstep.planning.services.linking import Opening, link_class, open_line
from doorstep.planning.services.plans import approve_plan, hand_in_plan, make_plan
from doorstep.records.services import post_credit
from doorstep.web.queries.home_plans import plan_tasks
from tests.cast import Cast
from tests.factories import rolls
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.messages import told
from tests.factories.plans import given_plan, line_body, line_facts, line_of

TODAY = date(2026, 6, 1)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def page(name: str, *args: object) -> str:
    return reverse(f"planning:{name}", args=args)


def broken() -> list[str]:
    return [one.name for one in check_invariants() if one.name.startswith("plan_") and not one.holds]


def an_academy(cast: Cast) -> Base:
    """An academy of a unit right below the city; here that of a county, which stands there."""
    return make_base(cast.unit("jiaocheng"), name="学院", kind="academy")


def test_a_county_hands_in_and_the_city_approves(cast: Cast) -> None:
    county, city, unit = cast.actor("county"), cast.actor("city"), cast.unit("jiaocheng")
    plan = make_plan(planner=Planner(unit), year=2026, copies=False, actor=county)
    assert (str(plan), plan.base, plan.above_place) == ("蕉城区委组织部 2026", None, cast.unit("ningde").path)
    with pytest.raises(refusals.PlanThereAlready):
        make_plan(planner=Planner(unit), year=2026, copies=False, actor=county)
    with pytest.raises(refusals.NothingToCopy):
        make_plan(planner=Planner(unit), year=2027, copies=True, actor=cast.actor("county"))
    with pytest.raises(refusals.PlannerOutOfUse):
        make_plan(planner=Planner(cast.unit("ningde")), year=2026, copies=False, actor=SYSTEM)
    for name in ("city", "other_county", "township", "auditor", "base"):
        with pytest.raises(NotPermitted):
            make_plan(planner=Planner(unit), year=2027, copies=False, actor=cast.actor(name))
    plan = given_plan(cast.unit("fuan"), line_facts(title="书记示范班"))
    hand_in_plan(plan=plan, actor=cast.actor("other_county"))
    assert [one.pk for one in plans_to_decide(city)] == [plan.pk]
    assert list(plans_to_decide(county)) == []
    assert told("planning.plan_handed_in") == {"city": ["planning.plan_handed_in"]}
    with pytest.raises(NotPermitted):
        approve_plan(plan=plan, seen=2, actor=county)
    approve_plan(plan=Plan.objects.get(pk=plan.pk), seen=2, actor=city)
    assert told("planning.plan_approved")["other_county"] == ["planning.plan_approved"]
    for name in ("county", "township", "secretary"):
        with pytest.raises(NotFound):
            plan_by_id(plan.pk, cast.actor(name))
    assert broken() == []


def test_last_year_of_a_county_is_its_own(cast: Cast) -> None:
    """A school that stands at the county itself has a plan beside it, and neither copies the other."""
    unit = cast.unit("jiaocheng")
    with clock.frozen(clock.at_local(date(2025, 3, 1), 9)):
        given_plan(make_base(unit), line_facts(title="党校的"), status="approved")
        given_plan(unit, line_facts(title="县里的"), status="approved")
    plan = make_plan(planner=Planner(unit), year=2026, copies=True, actor=cast.actor("county"))
    assert list(plan.lines.values_list("title", flat=True)) == ["县里的"]


def test_the_table_refuses_a_second_plan_of_a_county(cast: Cast) -> None:
    plan = given_plan(cast.unit("jiaocheng"))
    with pytest.raises(IntegrityError, match="plan_one_a_year_of_county"), transaction.atomic():
        Plan.objects.create(
            unit=plan.unit, place=plan.place, above_place=plan.above_place, county="350902", year=2026,
            made_at=clock.now(),
        )  # fmt: skip


def test_who_plans_where(cast: Cast) -> None:
    school, academy = make_base(cast.unit("huotong")), an_academy(cast)
    make_base(cast.unit("huotong"), name="示范基地", kind="demonstration_base")

    def names(who: str, action: str = "planning.write_plan") -> list[str]:
        return [one.name for one in planners_where(cast.actor(who), action)]

    assert names("county") == ["蕉城区委组织部", academy.name]
    assert (names("other_county"), names("city")) == (["福安市委组织部"], [])
    assert names("township") == [school.name]
    assert names("city", "planning.view_plan") == ["蕉城区委组织部", "福安市委组织部", academy.name, school.name]
    assert [(one.key, plan) for one, _due, plan in planners_due(cast.actor("county"), TODAY)] == [
        (f"unit-{cast.unit('jiaocheng').pk}", None),
        (f"base-{academy.pk}", None),
    ]
    draft = given_plan(cast.unit("jiaocheng"))
    given_plan(academy, status="waiting")
    assert [(one.key, plan) for one, _due, plan in planners_due(cast.actor("county"), TODAY)] == [
        (f"unit-{cast.unit('jiaocheng').pk}", draft.pk)
    ]
    assert [task.words for task in plan_tasks(cast.actor("city"), TODAY)] == ["审核 1 份年度计划"]
    hand_in_plan(plan=draft, actor=cast.actor("county"))
    given_plan(cast.unit("fuan"), status="waiting")
    found = [(task.words, task.url) for task in plan_tasks(cast.actor("city"), TODAY)]
    assert found[0] == ("审核 2 份年度计划", "/plans/counties/?own=waiting&year=2026")
    assert [words for words, _url in found] == ["审核 2 份年度计划", "审核 1 份年度计划"]


def test_a_county_counts_its_own_classes_alone(cast: Cast) -> None:
    county, unit = cast.actor("county"), cast.unit("jiaocheng")
    line = line_of(given_plan(unit, line_facts(), line_facts(title="夏训"), status="approved"))
    below = make_class(cast.unit("huotong"), day=date(2026, 6, 20))
    with pytest.raises(refusals.ClassElsewhere):
        link_class(line=line, training_class=below, actor=county)
    own = make_class(unit, day=date(2026, 6, 21))
    assert classes_unplanned(line.plan) == [own]
    link_class(line=line, training_class=own, actor=county)
    opened = open_line(line=line_of(line.plan, 2), opening=Opening("夏训班", date(2026, 7, 1), 40), actor=county)
    assert (opened.unit, classes_unplanned(line.plan), broken()) == (unit, [], [])
    TrainingClass.objects.filter(pk=own.pk).update(unit=below.unit, place=below.place)
    assert broken() == ["plan_class_is_of_the_plan"]


def test_an_academy_counts_what_the_office_above_holds_in_it(cast: Cast) -> None:
    academy, city = an_academy(cast), cast.unit("ningde")
    line = line_of(given_plan(academy, line_facts(), line_facts(title="夏训"), status="approved"))
    there = {"base_id": academy.pk, "venue_id": academy.venues.get().pk}
    held = make_class(city, sessions=[half_day(date(2026, 6, 20), **there)], base_id=academy.pk)
    elsewhere = make_class(city, sessions=[half_day(date(2026, 6, 21))])
    draft = make_class(city, sessions=[half_day(date(2026, 6, 23), **there)], base_id=academy.pk, is_draft=True)
    own = make_class(cast.unit("jiaocheng"), sessions=[half_day(date(2026, 6, 22))])
    assert draft.status == "draft"
    assert classes_unplanned(line.plan) == [held, own]
    county = cast.actor("county")
    with pytest.raises(refusals.ClassElsewhere):
        link_class(line=line, training_class=elsewhere, actor=county)
    link_class(line=line, training_class=held, actor=county)
    link_class(line=line_of(line.plan, 2), training_class=own, actor=county)
    assert (classes_unplanned(line.plan), broken()) == ([], [])
    TrainingClass.objects.filter(pk=held.pk).update(base=None)
    assert broken() == ["plan_class_is_of_the_plan"]


def test_a_county_sums_itself_and_its_schools(cast: Cast) -> None:
    """One person in a class of the county and in one of a school: once in each line, once in the whole."""
    unit = cast.unit("jiaocheng")
    own = given_plan(unit, line_facts(heads=30), status="approved")
    school = given_plan(make_base(cast.unit("huotong")), line_facts(), line_facts(title="夏训"), status="approved")
    given_plan(make_base(cast.unit("hubei"), name="另一所"), status="waiting")
    given_plan(make_base(cast.unit("saiqi"), name="别县的"), status="approved")
    for where, line, day in ((unit, line_of(own), 2), (cast.unit("huotong"), line_of(school), 3)):
        held = rolls.held_class(where, [date(2026, 3, day)], {cast.person("林秀珍"): "present"}, parts=("morning",))
        post_credit(training_class_id=held.pk, actor=SYSTEM)
        link_class(line=line, training_class=held, actor=SYSTEM)
    year = county_year(own)
    rows = [(row.planned["lines"], row.planned["held"], row.planned["heads"], row.given.persons,
             row.given.person_times, row.given.hours) for row in (year.own, year.schools, year.whole)]  # fmt: skip
    each = Decimal(4)
    assert rows == [(1, 1, 30, 1, 1, each), (2, 1, 80, 1, 1, each), (3, 2, 110, 1, 2, 2 * each)]
    found = sum_of_year(cast.actor("county"), 2026)
    assert (found.planners, found.approved, found.waiting, found.missing) == (3, 2, 1, 0)
    assert (found.planned["lines"], found.given.persons, found.given.person_times) == (3, 1, 2)


def test_the_whole_way_on_pages(cast: Cast, sign_in: SignIn) -> None:
    county, city = sign_in("county"), sign_in("city")
    make_base(cast.unit("huotong"))
    key = f"unit-{cast.unit('jiaocheng').pk}"
    assert f'value="{key}"' in county.get(f"{page('plan_new')}?planner={key}").content.decode()
    assert county.post(page("plan_new"), {"planner": "unit-0", "year": 2026, "start": "empty"}).status_code == 422
    assert county.post(page("plan_new"), {"planner": key, "year": 2026, "start": "empty"}).status_code == 302
    plan = Plan.objects.get()
    assert county.post(page("line_new", plan.pk), line_body()).status_code == 302
    assert county.post(page("plan_turn", plan.pk), {"answer": "hand_in"}).status_code == 302
    listed = city.get(page("counties"), {"own": "waiting"}).content.decode()
    assert ("蕉城区委组织部" in listed, "福安市委组织部" in listed) == (True, False)
    assert city.post(page("plan_decide", plan.pk), {"answer": "approve", "seen": 2}).status_code == 302
    shown = county.get(page("plan", plan.pk)).content.decode()
    for words in ("全县合计", "本级", "各校", "按计划开班"):
        assert words in shown
    assert county.get(page("line_open", line_of(plan).pk)).status_code == 200
    assert sign_in("township").get(page("plan", plan.pk)).status_code == 404
    assert "宁德市委组织部" in city.get(page("counties")).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_county_asks_as_often_however_many_schools(cast: Cast, sign_in: SignIn, number: int) -> None:
    plan = given_plan(cast.unit("jiaocheng"), status="approved")
    for n in range(number):
        given_plan(make_base(cast.unit("huotong"), name=f"党校{n}"), status="approved")
    county = sign_in("county")
    county.get(page("plan", plan.pk))
    with CaptureQueriesContext(connection) as context:
        assert county.get(page("plan", plan.pk)).status_code == 200
    assert len(context) == 11


def test_the_plan_of_the_city_s_own_academy_is_approved_by_its_office_never_by_who_handed_it_in(
    cast: Cast, sign_in: SignIn
) -> None:
    city = cast.unit("ningde")
    academy = make_base(city, name="市委党校", kind="academy")
    planner = Planner(city, academy)
    for name in ("city", "county", "township", "base"):  # who approves does not write, nor does anybody below
        with pytest.raises(NotPermitted):
            make_plan(planner=planner, year=2026, copies=False, actor=cast.actor(name))
    keeper = cast.accounts["base"]
    RoleGrant.objects.filter(account=keeper).update(unit=city)
    assert [one.name for one in planners_where(cast.actor("base"), "planning.write_plan")] == ["市委党校"]
    plan = make_plan(planner=planner, year=2026, copies=False, actor=cast.actor("base"))
    add_line(plan=plan, facts=line_facts(), reason="", seen=plan.revision, actor=cast.actor("base"))
    said = sign_in("base").get(page("plan", plan.pk)).content.decode()
    assert f"由{city.short_name}审核，报送的人自己不能批" in said
    hand_in_plan(plan=plan, actor=cast.actor("base"))
    assert told("planning.plan_handed_in") == {"city": ["planning.plan_handed_in"]}
    assert [one.pk for one in plans_to_decide(cast.actor("city"))] == [plan.pk]
    waiting = Plan.objects.get(pk=plan.pk)
    for name in ("base", "county", "auditor"):
        with pytest.raises(NotPermitted):
            approve_plan(plan=waiting, seen=waiting.revision, actor=cast.actor(name))
    # One person with both roles is still one pair of eyes.
    RoleGrant.objects.create(account=keeper, unit=city, role="city", valid_from=date(2020, 1, 1))
    with pytest.raises(refusals.PlanIsOwn):
        approve_plan(plan=waiting, seen=waiting.revision, actor=cast.actor("base"))
    approve_plan(plan=waiting, seen=waiting.revision, actor=cast.actor("city"))
    line = line_of(plan)
    there = {"base_id": academy.pk, "venue_id": academy.venues.get().pk}
    held = make_class(city, sessions=[half_day(date(2026, 6, 20), **there)], base_id=academy.pk)
    elsewhere = make_class(city, sessions=[half_day(date(2026, 6, 21))])
    assert [one.pk for one in classes_unplanned(Plan.objects.get(pk=plan.pk))] == [held.pk]
    link_class(line=line, training_class=held, actor=cast.actor("base"))
    assert elsewhere.pk not in [one.pk for one in classes_unplanned(Plan.objects.get(pk=plan.pk))]
    assert broken() == []
