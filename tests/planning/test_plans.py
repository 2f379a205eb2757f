"""Plans: made, handed in, returned, approved, changed with reasons; who may what; what people are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doorstep.bases.models import Base
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import DoorstepError, NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.planning.models import Plan, PlanChange, PlanLine
from doorstep.planning.queries import plan_counts
from doorstep.planning.queries.planners import Planner
from doorstep.planning.queries.plans import plan_by_id, planners_due, plans_to_decide, plans_to_mend
from doorstep.planning.services import refusals
from doorstep.planning.services.lines import add_line, change_line, drop_line, move_line
from doorstep.planning.services.plans import approve_plan, hand_in_plan, make_plan, return_plan, take_back_plan
from doorstep.web.queries.home_plans import plan_tasks
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.courses import given_course
from tests.factories.messages import told
from tests.factories.plans import given_plan, line_body, line_facts, line_of
from tests.factories.teachers import given_teacher

TODAY = date(2026, 3, 2)
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


def of(base: Base) -> Planner:
    return Planner(base.unit, base)


def fresh(plan: Plan) -> Plan:
    return Plan.objects.select_related("base", "unit").get(pk=plan.pk)


def broken() -> list[str]:
    return [one.name for one in check_invariants() if one.name.startswith("plan_") and not one.holds]


def test_from_an_empty_plan_to_an_approved_one(cast: Cast, school: Base) -> None:
    township, county = cast.actor("township"), cast.actor("county")
    plan = make_plan(planner=of(school), year=2026, copies=False, actor=township)
    assert (str(plan), plan.above_place, plan.status) == ("霍童镇党校 2026", cast.unit("jiaocheng").path, "draft")
    with pytest.raises(refusals.PlanEmpty):
        hand_in_plan(plan=plan, actor=township)
    line = add_line(plan=plan, facts=line_facts(), reason="", seen=1, actor=township)
    assert (str(line), line.number) == ("农村党员春训", 1)
    hand_in_plan(plan=plan, actor=township)
    assert [one.pk for one in plans_to_decide(county)] == [plan.pk]
    assert list(plans_to_decide(cast.actor("city"))) == []
    assert told("planning.plan_handed_in") == {"county": ["planning.plan_handed_in"]}
    return_plan(plan=fresh(plan), note=" 少了冬训 ", seen=2, actor=county)
    assert [one.decision_note for one in plans_to_mend(township)] == ["少了冬训"]
    add_line(plan=plan, facts=line_facts(month_from=12, month_to=12), reason="", seen=2, actor=township)
    hand_in_plan(plan=plan, actor=township)
    approve_plan(plan=fresh(plan), seen=3, actor=county)
    assert fresh(plan).holds
    assert plan_counts() == {"plan": 1}
    heard = told("planning.plan_approved", "planning.plan_returned")["township"]
    assert sorted(heard) == ["planning.plan_approved", "planning.plan_returned"]
    assert broken() == []


def test_last_year_is_copied_without_what_was_dropped(cast: Cast, school: Base) -> None:
    with clock.frozen(clock.at_local(date(2025, 3, 1), 9)):
        last = given_plan(school, line_facts(title="留"), line_facts(title="去"), status="approved")
        drop_line(line=line_of(last, 2), reason="并班", seen=3, actor=SYSTEM)
    plan = make_plan(planner=of(school), year=2026, copies=True, actor=cast.actor("base"))
    assert list(plan.lines.values_list("number", "title", "heads")) == [(1, "留", 40)]
    with pytest.raises(refusals.PlanThereAlready):
        make_plan(planner=of(school), year=2026, copies=False, actor=cast.actor("township"))
    with pytest.raises(refusals.PlanYearWrong):
        make_plan(planner=of(school), year=2024, copies=False, actor=cast.actor("township"))
    other = make_base(cast.unit("huotong"), name="分校")
    with pytest.raises(refusals.NothingToCopy):
        make_plan(planner=of(other), year=2026, copies=True, actor=cast.actor("township"))
    Base.objects.filter(pk=other.pk).update(valid_to=TODAY)
    with pytest.raises(refusals.PlannerOutOfUse):
        make_plan(planner=of(other), year=2026, copies=False, actor=cast.actor("township"))


def test_a_wrong_turn_is_refused_and_nothing_changes(cast: Cast, school: Base) -> None:
    plan = given_plan(school)
    township, county = cast.actor("township"), cast.actor("county")
    with pytest.raises(refusals.PlanStandsSo):
        take_back_plan(plan=plan, actor=township)
    with pytest.raises(refusals.PlanStandsSo):
        approve_plan(plan=plan, seen=2, actor=county)
    hand_in_plan(plan=plan, actor=township)
    with pytest.raises(refusals.PlanStandsSo):
        hand_in_plan(plan=plan, actor=township)
    with pytest.raises(refusals.PlanChangedMeanwhile):
        approve_plan(plan=plan, seen=1, actor=county)
    with pytest.raises(refusals.PlanReasonMissing):
        return_plan(plan=plan, note=" ", seen=2, actor=county)
    with pytest.raises(refusals.PlanWaits):
        add_line(plan=plan, facts=line_facts(), reason="", seen=2, actor=township)
    with pytest.raises(refusals.PlanStandsSo):
        move_line(line=line_of(plan), is_up=True, actor=township)
    Plan.objects.filter(pk=plan.pk).update(handed_in_by=cast.accounts["county"])
    with pytest.raises(refusals.PlanIsOwn):
        approve_plan(plan=plan, seen=2, actor=county)
    assert list(plans_to_decide(county)) == []
    take_back_plan(plan=plan, actor=township)
    assert fresh(plan).status == "draft"


@pytest.mark.parametrize("name", ["sibling_township", "secretary", "trainee", "teacher", "auditor", "county", "city"])
def test_nobody_else_writes(cast: Cast, school: Base, name: str) -> None:
    plan = given_plan(school)
    with pytest.raises(NotPermitted):
        hand_in_plan(plan=plan, actor=cast.actor(name))
    with pytest.raises(NotPermitted):
        add_line(plan=plan, facts=line_facts(), reason="", seen=2, actor=cast.actor(name))
    assert fresh(plan).status == "draft"


@pytest.mark.parametrize("name", ["township", "base", "other_county", "auditor", "secretary"])
def test_nobody_else_approves(cast: Cast, school: Base, name: str) -> None:
    plan = given_plan(school, status="waiting")
    with pytest.raises(NotPermitted):
        approve_plan(plan=plan, seen=2, actor=cast.actor(name))


def test_who_sees_a_plan(cast: Cast, school: Base) -> None:
    plan = given_plan(school)
    for name in ("township", "base", "county", "city", "auditor"):
        assert plan_by_id(plan.pk, cast.actor(name)) == plan
    for name in ("sibling_township", "other_county", "secretary", "trainee", "teacher"):
        with pytest.raises(NotFound):
            plan_by_id(plan.pk, cast.actor(name))


def test_lines_in_the_making_change_freely(cast: Cast, school: Base) -> None:
    plan = given_plan(school, line_facts(title="一"), line_facts(title="二"))
    township = cast.actor("township")
    move_line(line=line_of(plan, 2), is_up=True, actor=township)
    move_line(line=line_of(plan, 1), is_up=True, actor=township)
    assert list(plan.lines.order_by("number").values_list("title", flat=True)) == ["二", "一"]
    move_line(line=line_of(plan, 1), is_up=False, actor=township)
    with pytest.raises(refusals.PlanChangedMeanwhile):
        change_line(line=line_of(plan), facts=line_facts(heads=60), reason="", seen=1, actor=township)
    seen = fresh(plan).revision
    change_line(line=line_of(plan), facts=line_facts(heads=60), reason="", seen=seen, actor=township)
    drop_line(line=line_of(plan, 2), reason="", seen=seen + 1, actor=township)
    assert list(plan.lines.values_list("title", "heads")) == [("农村党员春训", 60)]
    assert not PlanChange.objects.exists()


def test_what_was_approved_changes_only_with_a_reason_and_the_county_is_told(cast: Cast, school: Base) -> None:
    plan = given_plan(school, line_facts(), line_facts(title="冬训", month_from=12, month_to=12), status="approved")
    township = cast.actor("township")
    with pytest.raises(refusals.PlanReasonMissing):
        change_line(line=line_of(plan), facts=line_facts(heads=60), reason=" ", seen=3, actor=township)
    change_line(line=line_of(plan), facts=line_facts(heads=60), reason="村里人多", seen=3, actor=township)
    with pytest.raises(refusals.LineNothingChanged):
        change_line(line=line_of(plan), facts=line_facts(heads=60), reason="再来", seen=4, actor=township)
    add_line(plan=plan, facts=line_facts(title="加的"), reason="省里新要求", seen=4, actor=township)
    drop_line(line=line_of(plan, 2), reason="并到春训", seen=5, actor=township)
    with pytest.raises(refusals.LineIsDropped):
        change_line(line=line_of(plan, 2), facts=line_facts(), reason="x", seen=6, actor=township)
    rows = list(PlanChange.objects.order_by("pk").values_list("kind", "before", "after", "reason"))
    assert rows[0] == ("changed", {"heads": 40}, {"heads": 60}, "村里人多")
    assert [(kind, reason) for kind, _b, _a, reason in rows[1:]] == [("added", "省里新要求"), ("dropped", "并到春训")]
    assert PlanLine.objects.get(plan=plan, number=2).dropped_at == clock.now()
    assert told("planning.plan_amended") == {"county": ["planning.plan_amended"] * 3}
    assert broken() == []


def test_what_a_line_says_is_checked(cast: Cast, school: Base) -> None:
    plan = given_plan(school)
    township = cast.actor("township")
    with pytest.raises(refusals.LineMonthsWrong):
        add_line(plan=plan, facts=line_facts(month_from=5, month_to=4), reason="", seen=2, actor=township)
    elsewhere = given_course(cast.unit("saiqi"))
    with pytest.raises(refusals.LineCourseUnknown):
        add_line(plan=plan, facts=line_facts(course_id=elsewhere.pk), reason="", seen=2, actor=township)
    own = given_course(cast.unit("huotong"))
    line = add_line(plan=plan, facts=line_facts(course_id=own.pk), reason="", seen=2, actor=township)
    assert line.course_id == own.pk


def test_the_home_says_what_is_to_do(cast: Cast, school: Base) -> None:
    township, county = cast.actor("township"), cast.actor("county")

    def words(actor: Actor, day: date = TODAY) -> list[tuple[str, date]]:
        return [(task.words, task.due) for task in plan_tasks(actor, day)]

    assert words(township, date(2026, 1, 29)) == []
    assert words(township) == [("霍童镇党校 2026 年的计划还没报", date(2026, 3, 31))]
    plan = given_plan(school)
    assert [found for _s, _d, found in planners_due(township, TODAY)] == [plan.pk]
    hand_in_plan(plan=plan, actor=township)
    assert words(township) == []
    own = ("蕉城区委组织部 2026 年的计划还没报", date(2026, 3, 31))
    assert words(county) == [own, ("审核 1 份年度计划", TODAY)]
    other = given_plan(make_base(cast.unit("hubei"), name="虎𬇙镇党校"), status="waiting")
    _own, task = plan_tasks(county, TODAY)
    assert (task.words, task.url) == ("审核 2 份年度计划", "/plans/?standing=waiting&year=2026")
    return_plan(plan=other, note="少了冬训", seen=2, actor=county)
    assert words(cast.actor("sibling_township")) == [("虎𬇙镇党校 2026 年的计划要改", TODAY)]


def test_the_whole_way_on_pages(cast: Cast, school: Base, sign_in: SignIn) -> None:
    township, county = sign_in("township"), sign_in("county")
    given_teacher(cast.unit("huotong"), on=TODAY)
    assert "编计划" in township.get(page("schools")).content.decode()
    body = {"planner": f"base-{school.pk}", "year": 2026, "start": "copy"}
    refused = township.post(page("plan_new"), body)
    assert refused.status_code == 422
    assert "2025 年没有计划可以照抄" in refused.content.decode()
    made = township.post(page("plan_new"), {**body, "start": "empty"})
    plan = Plan.objects.get()
    assert made.url == page("plan", plan.pk)  # type: ignore[attr-defined]
    assert "计划还是空的" in township.get(made.url).content.decode()  # type: ignore[attr-defined]
    assert township.get(page("line_new", plan.pk)).status_code == 200
    wrong = township.post(page("line_new", plan.pk), line_body(month_from=6))
    assert "请对一下两个月份" in wrong.content.decode()
    assert township.post(page("line_new", plan.pk), line_body()).status_code == 302
    assert township.post(page("line_new", plan.pk), line_body(seen=2, title="冬训")).status_code == 302
    second = line_of(plan, 2)
    assert township.post(page("line_move", second.pk), {"answer": "up"}).status_code == 302
    assert township.get(page("line_edit", second.pk)).status_code == 200
    changed = township.post(page("line_edit", second.pk), line_body(seen=4, title="冬训", heads=50))
    assert changed.status_code == 302
    stale = township.post(page("line_edit", second.pk), line_body(seen=1, title="冬训", heads=60))
    assert "刚才被别人改过" in stale.content.decode()
    assert township.post(page("plan_turn", plan.pk), {"answer": "hand_in"}).status_code == 302
    assert "撤回来改" in township.get(page("plan", plan.pk)).content.decode()
    assert county.post(page("plan_turn", plan.pk), {"answer": "take_back"}).status_code == 403
    short = county.post(page("plan_decide", plan.pk), {"answer": "return", "seen": 5, "note": ""})
    assert (short.status_code, "请写明原因" in short.content.decode()) == (422, True)
    assert county.post(page("plan_decide", plan.pk), {"answer": "return", "seen": 5, "note": "缺"}).status_code == 302
    assert "退回的原因：缺" in township.get(page("plan", plan.pk)).content.decode()
    dropped = township.post(page("line_drop", line_of(plan, 2).pk), {"seen": 5})
    assert dropped.status_code == 302
    township.post(page("plan_turn", plan.pk), {"answer": "hand_in"})
    assert county.post(page("plan_decide", plan.pk), {"answer": "approve", "seen": 6}).status_code == 302
    left = line_of(plan)
    no_reason = township.post(page("line_drop", left.pk), {"seen": 6})
    assert (no_reason.status_code, PlanLine.objects.get().dropped_at) == (422, None)
    own = given_course(cast.unit("huotong"))
    amended = line_body(seen=6, title="冬训", heads=70, course=own.pk, reason="人多")
    assert township.post(page("line_edit", left.pk), amended).status_code == 302
    assert township.get(page("line_edit", left.pk)).status_code == 200
    shown = county.get(page("plan", plan.pk)).content.decode()
    for words in ("原因：人多", "50 → 70", own.title):
        assert words in shown
    added = township.post(page("line_new", plan.pk), line_body(seen=7, title="加的", reason="要求"))
    assert added.status_code == 302
    assert township.post(page("line_drop", left.pk), {"seen": 8, "reason": "不办"}).status_code == 302
    for name in ("schools", "lines", "counties"):
        for who in ("township", "county", "city", "auditor"):
            assert sign_in(who).get(page(name)).status_code == 200


def test_who_has_no_business_gets_nothing(cast: Cast, school: Base, sign_in: SignIn) -> None:
    plan = given_plan(school, status="approved")
    line = line_of(plan)
    for name in ("sibling_township", "secretary", "trainee", "teacher", "other_county"):
        client = sign_in(name)
        assert client.get(page("plan", plan.pk)).status_code == 404
        assert client.post(page("line_edit", line.pk), line_body(seen=2, reason="x")).status_code == 404
        assert client.post(page("line_drop", line.pk), {"seen": 2, "reason": "x"}).status_code == 404
    assert sign_in("county").get(page("line_new", plan.pk)).status_code == 404
    assert sign_in("city").get(page("plan_new")).status_code == 404
    assert fresh(plan).revision == 2
    assert PlanLine.objects.get().dropped_at is None


def test_lists_filter(cast: Cast, school: Base, sign_in: SignIn) -> None:
    given_plan(school, status="approved")
    make_base(cast.unit("hubei"), name="虎𬇙镇党校")
    county = sign_in("county")

    def names(name: str, query: str) -> str:
        return county.get(f"{page(name)}?{query}").content.decode()

    assert "虎𬇙镇党校" in names("schools", "standing=plan_missing")
    assert "霍童镇党校" not in names("schools", "standing=plan_missing")
    assert "霍童镇党校" in names("schools", "standing=approved&behind=no&county=350902&q=霍童")
    assert "没有符合筛选的记录" in names("schools", "behind=yes")
    assert "农村党员春训" in names("lines", "standing=line_planned&month=4&form=lecture&county=350902&q=春")
    assert "没有符合筛选的记录" in names("lines", "month=5")
    assert "还没有批准的计划" in names("lines", "year=2025")
    assert "蕉城" in names("counties", "missing=yes&year=2026")
    assert "没有符合筛选的记录" in names("counties", "missing=no&year=9999")


@pytest.mark.parametrize("facts", [{"title": ""}, {"heads": "0"}, {"hours": "x"}, {"month_from": "13"}])
def test_what_cannot_be_read_comes_back(cast: Cast, school: Base, sign_in: SignIn, facts: dict[str, Any]) -> None:
    plan = given_plan(school)
    answer = sign_in("township").post(page("line_new", plan.pk), line_body(seen=2, **facts))
    assert (answer.status_code, plan.lines.count()) == (422, 1)


def test_refusals_say_what_to_do() -> None:
    words = {"name": "x", "year": 1, "this": 1, "next": 2, "plan": "x", "title": "x", "class": "x"}
    found = [
        c
        for c in vars(refusals).values()
        if isinstance(c, type) and issubclass(c, DoorstepError) and c.__module__ == refusals.__name__
    ]
    assert len({c.code for c in found}) == len(found) == 20
    assert all(str(c.template) % words for c in found)
