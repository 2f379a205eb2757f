"""What a package holds and costs in words, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.bases.queries.places import bases_by_ids
from doorstep.bases.queries.venues import receptions_of
from doorstep.catalogue.models import Course, Package, Route
from doorstep.catalogue.queries.courses import IN_USE, parts_of
from doorstep.catalogue.queries.routes import standing_of, with_standing
from doorstep.catalogue.queries.routes_days import DayShown, SaidFault, day_of, personal_faults
from doorstep.catalogue.rules.packages import (
    FREE,
    GROUP,
    PERSON,
    CourseLine,
    HostLine,
    PackageFault,
    PackageLimits,
    PackagePlan,
    PackageState,
    Price,
    PriceRule,
    PriceStep,
    RouteLine,
    package_faults,
    price_of,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.policies import policies_at
from doorstep.faculty.queries import category_choices

if TYPE_CHECKING:
    from doorstep.bases.models import Base

_FAULTS = {
    "empty": gettext_lazy("还没有选路线，也没有选课程，至少要有一样"),
    "route_lapsed": gettext_lazy("路线“%(name)s”没有发布，或有一站已停用，请换一条，或等它改好"),
    "course_retired": gettext_lazy("课程“%(name)s”已不开，请换一门"),
    "host_gone": gettext_lazy("“%(name)s”已停用，请换一处"),
    "too_short": gettext_lazy(
        "内容要 %(minutes)s 分钟，写的是 %(found)s 个半天，每个半天 %(half)s 分钟，至少要 %(wanted)s 个半天"
    ),
    "too_long": gettext_lazy("写的是 %(found)s 个半天，至多 %(most)s 个，请分成几个套餐"),
    "too_many": gettext_lazy("写的是最多 %(found)s 人，一批至多 %(most)s 人，请改少"),
    "too_small": gettext_lazy("“%(name)s”只容得下 %(found)s 人，写的是最多 %(wanted)s 人，请改少，或换一处"),
    "too_many_a_day": gettext_lazy("“%(name)s”一天最多接待 %(found)s 人，写的是最多 %(wanted)s 人，请改少，或换一处"),
    "nowhere_to_eat": gettext_lazy("包餐却没有一处用餐：请在路线里勾“在这里用餐”，或选好上课的阵地，或把餐数改成 0"),
    "no_meals": gettext_lazy("“%(name)s”没有登记能用餐的人数，请先在阵地的接待能力里填，或把餐数改成 0"),
    "eat_in_turns": gettext_lazy("“%(name)s”同时只能 %(found)s 人用餐，%(wanted)s 人要分批"),
    "no_price": gettext_lazy("%(first)s 到 %(last)s 人没有写价格，请补一段，或改人数"),
    "no_source": gettext_lazy("收费的套餐要写明价格由谁、哪份文件定的"),
}


@dataclass(frozen=True, slots=True)
class PackageShown:
    """A package as people read it: what it names, and what speaks against it."""

    plan: PackagePlan
    route: Route | None
    day: DayShown | None
    base: Base | None
    courses: list[Course]
    faults: list[SaidFault]

    @property
    def bars(self) -> list[SaidFault]:
        """What keeps the package from being offered."""
        return [fault for fault in self.faults if fault.bars]

    @property
    def hints(self) -> list[SaidFault]:
        """What to think of besides."""
        return [fault for fault in self.faults if not fault.bars]

    @property
    def price(self) -> str:
        """What it costs, in words."""
        return price_words(self.plan.price)

    @property
    def segments(self) -> str:
        """Whom it suits, in words."""
        return listed(Course.Audience.choices, self.plan.segments)

    @property
    def teachers(self) -> str:
        """Who teaches, in words: how many, of which kinds."""
        return teacher_words(self.plan.teacher_count, self.plan.teacher_categories)


def listed(choices: Iterable[tuple[str, Any]], codes: Iterable[str]) -> str:
    """The words for some codes, in the order of the choices."""
    wanted = set(codes)
    return _("、").join(str(word) for code, word in choices if code in wanted)


def teacher_words(count: int, categories: Iterable[str]) -> str:
    """So many teachers of these kinds; "" where neither is said."""
    kinds = listed(category_choices(), categories)
    number = _("%(n)s 位") % {"n": count} if count else ""
    return _("，").join(part for part in (number, kinds) if part)


def yuan(fen: int) -> str:
    """Fen in yuan: 3000 is 30, 3050 is 30.50."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"


def _step_words(step: PriceStep) -> str:
    words = _("每人 %(yuan)s 元") if step.per == PERSON else _("每批 %(yuan)s 元")
    return words % {"yuan": yuan(step.fen)}


def price_words(rule: PriceRule) -> str:
    """A price rule in words."""
    if rule.kind == FREE:
        return _("免费")
    if rule.kind in (PERSON, GROUP):
        words = _step_words(PriceStep(1, 1, rule.fen, rule.kind))
    else:
        spans = ({"first": s.first, "last": s.last, "price": _step_words(s)} for s in rule.steps)
        words = _("；").join(_("%(first)s–%(last)s 人%(price)s") % span for span in spans)
    return _("%(price)s，本单位党员不收") % {"price": words} if rule.own_is_free else words


def price_said(price: Price) -> str:
    """What a group pays and why, in a sentence."""
    values = {"n": price.people, "payers": price.payers, "price": _step_words(price.step), "yuan": yuan(price.fen)}
    values["free"] = price.people - price.payers
    if not price.step.fen:
        return _("%(n)s 人，不收费。") % values
    if not price.payers:
        return _("%(n)s 人都是本单位党员，不收费。") % values
    if price.payers == price.people:
        return _("%(n)s 人，%(price)s，一共 %(yuan)s 元。") % values
    if price.step.per == GROUP:
        return _("%(n)s 人，其中 %(free)s 人是本单位党员，%(price)s按批收，不减，一共 %(yuan)s 元。") % values
    return _("%(n)s 人，其中 %(free)s 人是本单位党员不收，%(payers)s 人%(price)s，一共 %(yuan)s 元。") % values


def priced(plan: PackagePlan, people: int, own: int) -> str:
    """What a group would pay, in a sentence; or why it cannot come."""
    if not plan.least_people <= people <= plan.most_people:
        return _("这个套餐一批接 %(least)s 到 %(most)s 人，%(n)s 人请分批，或换一个套餐。") % {
            "least": plan.least_people,
            "most": plan.most_people,
            "n": people,
        }
    price = price_of(plan.price, people, own)
    return price_said(price) if price else _("%(n)s 人没有写价格，请问办它的单位。") % {"n": people}


def rule_of(package: Package) -> PriceRule:
    """How a package is paid."""
    steps = tuple(PriceStep(s.first, s.last, s.fen, s.per) for s in package.steps.order_by("first"))
    return PriceRule(package.price_kind, package.price_fen, steps, package.own_is_free)


def plan_of(package: Package) -> PackagePlan:
    """What a package says, as it would be planned anew."""
    return PackagePlan(
        name=package.name,
        theme=package.theme,
        half_days=package.half_days,
        least_people=package.least_people,
        most_people=package.most_people,
        route_id=package.route_id,
        base_id=package.base_id,
        course_ids=tuple(package.lines.order_by("number").values_list("course_id", flat=True)),
        meals=package.meals,
        segments=tuple(package.segments),
        teacher_categories=tuple(package.teacher_categories),
        teacher_count=package.teacher_count,
        price=rule_of(package),
        price_source=package.price_source,
        terms=package.terms,
    )


_LIMITS = ("half_day_minutes", "most_half_days", "most_people")


def package_limits(place: str) -> PackageLimits:
    """What packages of a unit at `place` must keep to today. Source: policies `package.*`."""
    found = policies_at([f"package.{name}" for name in _LIMITS], on=clock.today(), place=place)
    return PackageLimits(*(found[f"package.{name}"].integer for name in _LIMITS))


def package_shown(plan: PackagePlan, place: str) -> PackageShown:
    """What a plan names, and what speaks against it by the figures that hold at `place`; raises NotFound."""
    route = _route(plan)
    day = day_of(route) if route else None
    courses = courses_in_order(plan.course_ids)
    base = bases_by_ids([plan.base_id]).get(plan.base_id) if plan.base_id else None
    if plan.base_id and base is None:
        raise NotFound
    state = PackageState(
        plan=plan,
        courses=tuple(_course_line(course) for course in courses),
        route=_route_line(route, day) if route and day else None,
        hosts=tuple(_hosts(base, day)),
    )
    faults = [_said(fault) for fault in package_faults(state, package_limits(place))]
    faults += personal_faults(plan.name, plan.theme, plan.price_source, plan.terms)
    return PackageShown(plan, route, day, base, courses, faults)


def _route(plan: PackagePlan) -> Route | None:
    if plan.route_id is None:
        return None
    found = with_standing(Route.objects.filter(pk=plan.route_id)).select_related("unit").first()
    if found is None:
        raise NotFound
    return found


def courses_in_order(ids: Sequence[int]) -> list[Course]:
    """Courses by id in this order; raises NotFound when one is missing."""
    found = Course.objects.in_bulk(ids)
    if set(ids) - found.keys():
        raise NotFound
    return [found[pk] for pk in ids]


def _course_line(course: Course) -> CourseLine:
    """A stack takes as long as its parts together."""
    own = course.theory_minutes + course.skill_minutes
    return CourseLine(course.title, own + sum(part.minutes for part in parts_of(course)), course.stage in IN_USE)


def _route_line(route: Route, day: DayShown) -> RouteLine:
    narrowest = next((line.stop.base.name for line in day.lines if line.fits == day.capacity), route.name)
    is_open = standing_of(route) == Route.Status.PUBLISHED
    return RouteLine(route.name, day.way + day.dwell, is_open, day.capacity, narrowest)


def _hosts(base: Base | None, day: DayShown | None) -> Iterator[HostLine]:
    """The bases one comes to, each once; along a route one eats at the stops that say so."""
    bases = {base.pk: base} if base else {}
    eating = set(bases)
    if day is not None:
        bases = {line.stop.base_id: line.stop.base for line in day.lines}
        eating = {line.stop.base_id for line in day.lines if line.stop.is_meal}
    receptions = receptions_of(bases) if bases else {}
    today = clock.today()
    for pk, found in bases.items():
        stated = receptions.get(pk)
        yield HostLine(
            name=found.name,
            capacity=found.capacity,
            people=stated.people if stated else None,
            meals=stated.meals if stated else 0,
            eats=pk in eating,
            is_in_use=day is not None or found.valid_to is None or found.valid_to > today,
        )


def _said(fault: PackageFault) -> SaidFault:
    return SaidFault(str(_FAULTS[fault.code]) % fault.values, 0, fault.bars)
