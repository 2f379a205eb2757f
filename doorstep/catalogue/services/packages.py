"""Packages: planned by a unit and changed while they are drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.events import PackageChanged, PackagePlanned
from doorstep.catalogue.models import Package, PackageCourse, PackageStep
from doorstep.catalogue.queries.packages_told import package_shown, plan_of
from doorstep.catalogue.rules.packages import STEPS, PackagePlan, wrong_step
from doorstep.catalogue.services.routes import RouteChangedMeanwhile, RouteNotDraft
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.services.units import write_search_keys

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit


class PackageTaken(Refused):
    """Another package of the unit is called so."""

    code = "package_taken"
    template = _("本单位已经有一个套餐叫“%(name)s”。请换个名字，或去修改那一个。")


class PackageChangedMeanwhile(RouteChangedMeanwhile):
    """Somebody else was quicker."""

    code = "package_changed"


class PackageNotDraft(RouteNotDraft):
    """Only drafts are changed."""

    code = "package_not_draft"


class PackageTwoWays(Invalid):
    """A route and courses of its own at once."""

    code = "package_two_ways"
    template = _("选了路线，就不用再选课程和上课的阵地：课程和阵地都由路线定。请去掉一样。")


class PackagePeopleWrong(Invalid):
    """The fewest are more than the most."""

    code = "package_people"
    template = _("最少 %(least)s 人比最多 %(most)s 人还多。请改一下人数。")


class PackageStepWrong(Invalid):
    """Steps of the price overlap, or one ends before it begins."""

    code = "package_step"
    template = _("价格里“%(first)s 到 %(last)s 人”这一段和别的段重叠，或前后颠倒。请改一下。")


class PackageCourseTwice(Invalid):
    """A course is in it twice."""

    code = "package_course_twice"
    template = _("同一门课程选了两次。请去掉一次。")


@transaction.atomic
def plan_package(*, unit: Unit, plan: PackagePlan, actor: Actor) -> Package:
    """Plan a package for `unit`; it is a draft until it is published.

    Raises NotFound, PackageTwoWays, PackagePeopleWrong, PackageStepWrong, PackageCourseTwice, PackageTaken.
    """
    require(actor, "catalogue.plan_package", at=unit.path)
    package = Package(unit=unit, place=unit.path, county=unit.county)
    _write(package, plan)
    tell(PackagePlanned(package.pk), package, actor, name=package.name)
    return package


@transaction.atomic
def change_package(*, package: Package, plan: PackagePlan, revision: int, actor: Actor) -> Package:
    """Change a draft that stands as its `revision` was seen.

    Raises PackageNotDraft, PackageChangedMeanwhile, and what `plan_package` raises.
    """
    require(actor, "catalogue.plan_package", at=package.place)
    locked = Package.objects.select_for_update().get(pk=package.pk)
    if locked.status != Package.Status.DRAFT:
        raise PackageNotDraft(name=locked.name)
    if locked.revision != revision:
        raise PackageChangedMeanwhile(name=locked.name)
    before = plan_of(locked)
    locked.revision += 1
    _write(locked, plan)
    tell(PackageChanged(locked.pk), locked, actor, before=_traced(before), after=_traced(plan))
    return locked


def _traced(plan: PackagePlan) -> dict[str, object]:
    """What the log keeps of a plan: what it costs and what it is made of."""
    steps = [[step.first, step.last, step.fen, step.per] for step in plan.price.steps]
    price = {"kind": plan.price.kind, "fen": plan.price.fen, "steps": steps, "own_is_free": plan.price.own_is_free}
    return {"name": plan.name, "route": plan.route_id, "courses": list(plan.course_ids), "price": price}


def _check(plan: PackagePlan, place: str) -> None:
    if plan.route_id and (plan.course_ids or plan.base_id):
        raise PackageTwoWays
    if plan.least_people > plan.most_people:
        raise PackagePeopleWrong(least=plan.least_people, most=plan.most_people)
    if plan.price.kind == STEPS and (step := wrong_step(plan.price.steps)):
        raise PackageStepWrong(first=step.first, last=step.last)
    if len(set(plan.course_ids)) < len(plan.course_ids):
        raise PackageCourseTwice
    package_shown(plan, place)  # what it names is there


def _write(package: Package, plan: PackagePlan) -> None:
    """Write a draft with its lines; what the kind of price does not ask for is not kept."""
    _check(plan, package.place)
    for name in ("name", "theme", "price_source", "terms"):
        setattr(package, name, getattr(plan, name).strip())
    for name in ("half_days", "least_people", "most_people", "route_id", "base_id", "meals", "teacher_count"):
        setattr(package, name, getattr(plan, name))
    package.segments, package.teacher_categories = list(plan.segments), list(plan.teacher_categories)
    package.price_kind, package.own_is_free = plan.price.kind, plan.price.own_is_free
    package.price_fen = plan.price.fen if plan.price.kind in ("person", "group") else 0
    save_package(package)
    package.lines.all().delete()
    package.steps.all().delete()
    PackageCourse.objects.bulk_create(
        PackageCourse(package=package, number=n, course_id=pk) for n, pk in enumerate(plan.course_ids, start=1)
    )
    steps = plan.price.steps if plan.price.kind == STEPS else ()
    PackageStep.objects.bulk_create(
        PackageStep(package=package, first=step.first, last=step.last, fen=step.fen, per=step.per) for step in steps
    )
    write_search_keys(kind="package", object_id=package.pk, place=package.place, names=[package.name])


def save_package(package: Package) -> None:
    """Save; the database lets no two packages in use of a unit be called the same. Raises PackageTaken."""
    try:
        with transaction.atomic():
            package.save()
    except IntegrityError:
        raise PackageTaken(name=package.name) from None


def tell(happened: Event, package: Package, actor: Actor, **detail: object) -> None:
    """Leave a trace of what happened to a package."""
    subject = ("package", package.pk)
    record(happened, actor=actor, place=package.place, county=package.county, subject=subject, detail=detail)
