"""Packages: planned by a township, published by its county, kept as versions that never change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorstep.bases.models import Base, Reception
from doorstep.catalogue.models import Course, Package, PackageStep, PackageVersion, Route
from doorstep.catalogue.queries.packages import package_counts, packages_listed, packages_to_mend, packages_to_publish
from doorstep.catalogue.queries.packages_kept import compared, content_of, digest_of, kept_rule
from doorstep.catalogue.queries.packages_public import package_public, packages_public
from doorstep.catalogue.queries.packages_told import package_shown, plan_of
from doorstep.catalogue.rules.packages import PackagePlan, PriceRule, PriceStep
from doorstep.catalogue.services.courses_review import retire_course
from doorstep.catalogue.services.packages import (
    PackageChangedMeanwhile,
    PackageCourseTwice,
    PackageNotDraft,
    PackagePeopleWrong,
    PackageStepWrong,
    PackageTaken,
    PackageTwoWays,
    change_package,
    plan_package,
)
from doorstep.catalogue.services.packages_life import (
    PackageNoteMissing,
    PackageNotOpen,
    PackageNotReady,
    PackageStandsSo,
    bring_back_package,
    end_package,
    freeze_package,
    hand_in_package,
    publish_package,
    return_package,
    withdraw_package,
)
from doorstep.catalogue.services.routes import hand_in_route, publish_route
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.web.queries.search import found_for
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.courses import given_course, short_courses
from tests.factories.homes import tasks_but_first_lessons
from tests.factories.packages import make_package, package_plan
from tests.factories.routes import make_course, make_route, stop_plan

TODAY = date(2026, 11, 24)
STEPS = (PriceStep(10, 20, 80_000, "group"), PriceStep(21, 50, 3_000, "person"))


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def course(cast: Cast) -> Course:
    return make_course(cast.unit("ningde"))


@pytest.fixture
def package(cast: Cast, course: Course) -> Package:
    return make_package(cast.unit("huotong"))


@pytest.fixture
def route(cast: Cast, course: Course) -> Route:
    """A published morning over two places, of 60 and 90 seats; one eats at the first."""
    unit = cast.unit("huotong")
    places = [make_base(unit, seats=60, name="甲"), make_base(unit, name="乙")]
    stops = (stop_plan(places[0], course_id=course.pk, is_meal=True), stop_plan(places[1]))
    made = make_route(unit, places, stops=stops)
    hand_in_route(route=made, actor=SYSTEM)
    publish_route(route=made, version=1, actor=SYSTEM)
    return Route.objects.get(pk=made.pk)


def fresh(package: Package) -> Package:
    return Package.objects.get(pk=package.pk)


def publish(package: Package) -> Package:
    return publish_package(package=package, revision=fresh(package).revision, actor=SYSTEM)


def bars(package: Package) -> list[str]:
    return [fault.text for fault in package_shown(plan_of(fresh(package)), package.place).bars]


def test_handed_in_by_the_township_published_by_its_county(cast: Cast, package: Package) -> None:
    township, county = cast.actor("township"), cast.actor("county")
    with pytest.raises(NotPermitted):
        publish_package(package=package, revision=1, actor=township)
    assert hand_in_package(package=package, actor=township).status == "waiting"
    with pytest.raises(PackageStandsSo):
        hand_in_package(package=package, actor=township)
    assert [one.pk for one in packages_to_publish(county)] == [package.pk]
    assert [task.words for task in tasks_but_first_lessons(county, TODAY)] == ["发布套餐：一堂党课"]
    assert tasks_but_first_lessons(township, TODAY) == []
    assert package_counts() == {"package": 0}
    published = publish_package(package=package, revision=1, actor=county)
    assert (published.published_at, published.published_by_id) == (clock.now(), county.account_id)
    with pytest.raises(PackageStandsSo):
        publish_package(package=package, revision=1, actor=county)
    assert package_counts() == {"package": 1}
    assert [hit.title for group in found_for("dangke", SYSTEM) for hit in group.hits] == ["一堂党课"]
    (group,) = [group for group in found_for("一堂", SYSTEM) if group.hits]
    assert (group.title, group.hits[0].title) == ("教学套餐", "一堂党课")
    version = PackageVersion.objects.get()
    assert (version.number, version.frozen_at, version.frozen_by_id) == (1, clock.now(), county.account_id)
    told = Activity.objects.filter(subject_kind="package", subject_id=str(package.pk))
    assert sorted(row.event for row in told) == [
        "catalogue.package_frozen",
        "catalogue.package_handed_in",
        "catalogue.package_planned",
        "catalogue.package_published",
    ]


def test_returned_with_the_reason(cast: Cast, package: Package) -> None:
    township, county = cast.actor("township"), cast.actor("county")
    hand_in_package(package=package, actor=township)
    with pytest.raises(PackageNoteMissing):
        return_package(package=package, note=" ", actor=county)
    assert return_package(package=package, note=" 价格没有依据 ", actor=county).status == "draft"
    with pytest.raises(PackageStandsSo):
        return_package(package=package, note="x", actor=county)
    (task,) = tasks_but_first_lessons(township, TODAY)
    assert (task.words, task.note) == ("套餐要改：一堂党课", "价格没有依据")
    told = Activity.objects.get(event="catalogue.package_returned")
    assert told.detail["note"] == "价格没有依据"
    assert hand_in_package(package=package, actor=township).return_note == ""
    assert list(packages_to_mend(township)) == []


def test_withdrawn_put_away_and_brought_back(cast: Cast, package: Package) -> None:
    county = cast.actor("county")
    with pytest.raises(PackageStandsSo):
        withdraw_package(package=package, actor=county)
    with pytest.raises(PackageStandsSo):
        bring_back_package(package=package, actor=county)
    publish(package)
    assert withdraw_package(package=package, actor=county).published_at is None
    assert end_package(package=package, actor=county).status == "disabled"
    with pytest.raises(PackageStandsSo):
        end_package(package=package, actor=county)
    second = make_package(cast.unit("huotong"))
    with pytest.raises(PackageTaken):
        bring_back_package(package=package, actor=county)
    end_package(package=second, actor=county)
    assert bring_back_package(package=package, actor=county).status == "draft"


def test_a_draft_is_changed_as_it_was_seen(cast: Cast, package: Package, course: Course) -> None:
    township = cast.actor("township")
    plan = package_plan(name=" 半天党课 ", price=PriceRule("steps", 77, STEPS, own_is_free=True), least_people=10)
    changed = change_package(package=package, plan=plan, revision=1, actor=township)
    assert (changed.name, changed.revision, changed.price_fen, changed.steps.count()) == ("半天党课", 2, 0, 2)
    assert plan_of(changed) == replace(plan, name="半天党课", price=replace(plan.price, fen=0))
    told = Activity.objects.get(event="catalogue.package_changed").detail
    assert (told["before"]["price"]["fen"], told["after"]["price"]["steps"][0]) == (3000, [10, 20, 80000, "group"])
    with pytest.raises(PackageChangedMeanwhile):
        change_package(package=package, plan=plan, revision=1, actor=township)
    with pytest.raises(PackageChangedMeanwhile):
        publish_package(package=package, revision=1, actor=SYSTEM)
    # A price by the person keeps no steps.
    plan = package_plan(price=PriceRule("person", 500, STEPS))
    change_package(package=package, plan=plan, revision=2, actor=township)
    assert PackageStep.objects.count() == 0
    publish(package)
    with pytest.raises(PackageNotDraft):
        change_package(package=package, plan=plan, revision=3, actor=township)


def test_what_is_not_written_down(cast: Cast, route: Route, course: Course) -> None:
    unit, base = cast.unit("huotong"), Base.objects.get(name="甲")
    plan = partial(plan_package, unit=unit, actor=SYSTEM)
    wrong: list[tuple[PackagePlan, type[Exception]]] = [
        (package_plan(route_id=route.pk), PackageTwoWays),
        (package_plan(route_id=route.pk, course_ids=(), base_id=base.pk), PackageTwoWays),
        (package_plan(least_people=51), PackagePeopleWrong),
        (package_plan(price=PriceRule("steps", 0, (*STEPS, PriceStep(50, 60, 1, "group")))), PackageStepWrong),
        (package_plan(course_ids=(course.pk, course.pk)), PackageCourseTwice),
        (package_plan(course_ids=(0,)), NotFound),
        (package_plan(course_ids=(), route_id=999_999), NotFound),
        (package_plan(base_id=999_999), NotFound),
    ]
    for one, refusal in wrong:
        with pytest.raises(refusal):
            plan(plan=one)
    assert not Package.objects.exists()
    plan(plan=package_plan())
    with pytest.raises(PackageTaken):
        plan(plan=package_plan())


def test_the_database_refuses_too(package: Package) -> None:
    rows = Package.objects.filter(pk=package.pk)
    for wrong in ({"least_people": 51}, {"status": "published"}, {"half_days": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        PackageStep.objects.create(package=package, first=5, last=4, fen=1, per="person")


def test_a_retired_course_flags_it_to_its_unit(cast: Cast, package: Package, course: Course) -> None:
    township = cast.actor("township")
    publish(package)
    assert [one.name for one in packages_public()] == ["一堂党课"]
    retire_course(course=course, reason="旧了", actor=SYSTEM)
    assert bars(package) == ["课程“摆脱贫困”已不开，请换一门"]
    (task,) = tasks_but_first_lessons(township, TODAY)
    assert task.note == "霍童镇党委　有的课程、路线或阵地已约不到"
    assert packages_public() == []
    with pytest.raises(NotFound):
        package_public(package.pk)
    with pytest.raises(PackageNotReady, match="已不开"):
        freeze_package(package=package, actor=cast.actor("secretary"))


def test_a_route_is_checked_as_it_stands(cast: Cast, route: Route) -> None:
    unit, first = cast.unit("huotong"), Base.objects.get(name="甲")
    package = make_package(unit, course_ids=(), route_id=route.pk, most_people=61, meals=1)
    assert bars(package) == [
        "“甲”只容得下 60 人，写的是最多 61 人，请改少，或换一处",
        "“甲”没有登记能用餐的人数，请先在阵地的接待能力里填，或把餐数改成 0",
    ]
    Reception.objects.create(base=first, people=60, meals=30)
    assert bars(package) == [
        "“甲”只容得下 60 人，写的是最多 61 人，请改少，或换一处",
        "“甲”一天最多接待 60 人，写的是最多 61 人，请改少，或换一处",
    ]
    shown = package_shown(plan_of(package), unit.path)
    assert [fault.text for fault in shown.hints] == ["“甲”同时只能 30 人用餐，61 人要分批"]
    with pytest.raises(PackageNotReady, match="只容得下 60 人"):
        hand_in_package(package=package, actor=SYSTEM)
    Package.objects.filter(pk=package.pk).update(terms="订餐打 13900001111")
    assert bars(package)[-1].startswith("写着像身份证号或手机号的数字（139…）")
    plan = package_plan(course_ids=(), route_id=route.pk, meals=1)
    change_package(package=package, plan=plan, revision=1, actor=SYSTEM)
    assert bars(package) == []
    publish(package)
    page = package_public(package.pk)
    assert (page.route, [stop.name for stop in page.stops], page.meals) == ("霍童溪一日行", ["甲", "乙"], 1)
    Base.objects.filter(pk=first.pk).update(valid_to=TODAY)
    assert bars(package) == ["路线“霍童溪一日行”没有发布，或有一站已停用，请换一条，或等它改好"]
    assert [one.is_lapsed for one in packages_listed(cast.actor("city"))] == [True]  # type: ignore[attr-defined]


def test_courses_at_a_base_are_checked_by_it(cast: Cast, course: Course) -> None:
    unit = cast.unit("huotong")
    base = make_base(unit, seats=40)
    package = make_package(unit, base_id=base.pk, meals=1)
    assert bars(package) == [
        "“霍童镇党校”只容得下 40 人，写的是最多 50 人，请改少，或换一处",
        "“霍童镇党校”没有登记能用餐的人数，请先在阵地的接待能力里填，或把餐数改成 0",
    ]
    Base.objects.filter(pk=base.pk).update(valid_to=TODAY, capacity=0)
    Reception.objects.create(base=base, people=90, meals=90)
    assert bars(package) == ["“霍童镇党校”已停用，请换一处"]
    assert [one.is_lapsed for one in packages_listed(cast.actor("city"))] == [True]  # type: ignore[attr-defined]


def test_a_half_day_of_short_courses_takes_as_long_as_they_do(cast: Cast) -> None:
    unit = cast.unit("huotong")
    parts = short_courses(unit)
    stack = given_course(unit, title="半天", kind="stack", mode="", theory_minutes=0, parts=tuple(p.pk for p in parts))
    more = given_course(unit, title="长课", theory_minutes=150)
    package = make_package(unit, course_ids=(stack.pk, more.pk))
    assert bars(package) == ["内容要 350 分钟，写的是 1 个半天，每个半天 300 分钟，至少要 2 个半天"]


def test_what_a_person_pays_at_least(cast: Cast, course: Course) -> None:
    unit = cast.unit("huotong")
    rules = {
        "free": PriceRule(),
        "person": PriceRule("person", 3_001),
        "group": PriceRule("group", 100_001),
        "steps": PriceRule("steps", 0, STEPS),
        "silent": PriceRule("steps"),
    }
    for name, rule in rules.items():
        make_package(unit, name=name, price=rule)
    found = {one.name: one.least_fen for one in packages_listed(cast.actor("city"))}  # type: ignore[attr-defined]
    assert found == {"free": 0, "person": 3_001, "group": 2_001, "steps": 3_000, "silent": None}


def test_ordered_again_is_the_same_version_until_something_changes(cast: Cast, package: Package) -> None:
    secretary = cast.actor("secretary")
    with pytest.raises(PackageNotOpen):
        freeze_package(package=package, actor=secretary)
    publish(package)
    first = freeze_package(package=package, actor=secretary)
    assert (first.number, freeze_package(package=package, actor=secretary).pk) == (1, first.pk)
    withdraw_package(package=package, actor=SYSTEM)
    dearer = package_plan(price=PriceRule("person", 4_000), terms="提前三天约")
    change_package(package=package, plan=dearer, revision=1, actor=SYSTEM)
    publish(package)
    second = freeze_package(package=package, actor=secretary)
    assert second.number == 2
    changed = {line.label: (line.old, line.new) for line in compared(first, second) if line.is_changed}
    assert changed == {"价格": ("每人 30 元", "每人 40 元"), "约定": ("", "提前三天约")}
    assert kept_rule(first.content) == PriceRule("person", 3_000)


def test_a_version_keeps_its_names_when_the_menu_goes_on(cast: Cast, route: Route) -> None:
    package = make_package(cast.unit("huotong"), course_ids=(), route_id=route.pk)
    publish(package)
    Route.objects.filter(pk=route.pk).update(name="改了名")
    kept = PackageVersion.objects.get().content["route"]
    assert (kept["name"], [stop["base"] for stop in kept["stops"]]) == ("霍童溪一日行", ["甲", "乙"])
    second = freeze_package(package=package, actor=cast.actor("secretary"))
    assert [line.label for line in compared(PackageVersion.objects.get(number=1), second) if line.is_changed] == [
        "路线"
    ]


def test_a_version_never_changes(package: Package) -> None:
    publish(package)
    version = PackageVersion.objects.get()
    works = (
        partial(PackageVersion.objects.update, digest="x"),
        version.save,
        version.delete,
        PackageVersion.objects.all().delete,
        package.delete,
    )
    for work in works:
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            work()
    assert PackageVersion.objects.get().digest == digest_of(version.content)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["", "约", "改"])), min_size=1, max_size=6))
def test_versions_in_general(cast: Cast, course: Course, changes: list[tuple[int, str]]) -> None:
    """However often it is changed and published: numbered, a new one exactly where something differs, none changed."""
    with transaction.atomic():
        package = make_package(cast.unit("huotong"), name="每次都一样")
        kept: dict[int, Any] = {}
        expected = 0
        last: Any = None
        for yuan, terms in changes:
            plan = package_plan(name="每次都一样", price=PriceRule("person", yuan * 100), terms=terms)
            change_package(package=package, plan=plan, revision=fresh(package).revision, actor=SYSTEM)
            publish(package)
            expected += (yuan, terms) != last
            last = (yuan, terms)
            versions = list(package.versions.order_by("number"))
            assert [version.number for version in versions] == list(range(1, expected + 1))
            assert versions[-1].content == content_of(package_shown(plan, package.place))
            for version in versions:
                assert kept.setdefault(version.number, version.content) == version.content
            withdraw_package(package=package, actor=SYSTEM)
        transaction.set_rollback(True)


def test_the_public_sees_no_more_than_is_offered(cast: Cast, package: Package) -> None:
    with pytest.raises(NotFound):
        package_public(package.pk)
    publish(package)
    (head,) = packages_public()
    page = package_public(package.pk)
    assert page.package == head
    assert (head.unit, head.least_yuan, head.published_on) == ("霍童镇党委", "30", TODAY)
    assert [one.title for one in page.courses] == ["摆脱贫困"]
    assert (page.price, page.route, page.stops, page.base) == (
        "每人 30 元",
        "",
        (),
        "",
    )
    assert {"teacher", "guide", "contact", "phone", "account"} & set(page.__dataclass_fields__) == set()


def test_invariants_hold_and_notice(cast: Cast, package: Package) -> None:
    publish(package)
    assert [found.name for found in check_invariants() if not found.holds] == []
    Package.objects.filter(pk=package.pk).update(county="350981", price_source="")
    make_package(cast.unit("huotong"), name="没有版本")
    Package.objects.filter(name="没有版本").update(status="published", published_at=clock.now())
    Package.objects.get(name="没有版本").lines.all().delete()
    noticed = {found.name for found in check_invariants() if not found.holds}
    assert noticed == {
        "package_place_is_unit_path",
        "package_price_is_said",
        "package_has_one_content",
        "package_published_is_frozen",
    }


def test_two_at_once(cast_committed: Cast) -> None:
    """Frozen by many at the same moment is one version; published and changed at once is one of them."""
    cast = cast_committed
    with clock.frozen(clock.at_local(TODAY, 12)):
        make_course(cast.unit("ningde"))
        package = make_package(cast.unit("huotong"))
        publish(package)
        secretary = cast.actor("secretary")
    assert both(*[partial(freeze_package, package=package, actor=secretary)] * 4) == ["done"] * 4
    assert PackageVersion.objects.count() == 1
    withdraw_package(package=package, actor=SYSTEM)
    plan = package_plan(price=PriceRule("person", 9_900))
    said = both(
        partial(change_package, package=package, plan=plan, revision=1, actor=cast.actor("township")),
        partial(publish_package, package=package, revision=1, actor=cast.actor("county")),
    )
    assert said in (["done", "package_changed"], ["done", "package_not_draft"])
