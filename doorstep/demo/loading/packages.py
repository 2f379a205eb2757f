"""Packages of the planned city, and what the published ones said when they were published."""

from __future__ import annotations

from datetime import timedelta

from doorstep.catalogue.models import Package, PackageVersion
from doorstep.catalogue.queries.packages_kept import content_of, digest_of
from doorstep.catalogue.queries.packages_told import package_shown, plan_of
from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.packages import LEAST, PlannedPackage

TABLES = ("catalogue_package", "catalogue_packagecourse", "catalogue_packagestep", "catalogue_packageversion")
AGE = timedelta(days=20)


def load_packages(city: City) -> None:
    """Write the packages with their courses, prices and first versions."""
    copy_rows(
        "catalogue_package",
        "id name theme unit_id place county route_id base_id half_days least_people most_people segments "
        "teacher_categories teacher_count meals price_kind price_fen own_is_free price_source terms status revision "
        "return_note published_at",
        (_row(package, city) for package in city.packages),
    )
    lines = ((p.id, n, course.id) for p in city.packages for n, course in enumerate(p.courses, start=1))
    copy_rows(
        "catalogue_packagecourse", "id package_id number course_id", ((n, *line) for n, line in enumerate(lines, 1))
    )
    steps = ((p.id, *step) for p in city.packages for step in p.steps)
    copy_rows(
        "catalogue_packagestep", "id package_id first last fen per", ((n, *step) for n, step in enumerate(steps, 1))
    )
    _freeze()


def _freeze() -> None:
    """A package is published with a version; what it says is worked out by the product itself."""
    versions = []
    for package in Package.objects.filter(status="published").order_by("pk"):
        content = content_of(package_shown(plan_of(package), package.place))
        versions.append(
            PackageVersion(
                package=package,
                number=1,
                content=content,
                digest=digest_of(content),
                frozen_at=package.published_at or clock.now(),
            )
        )
    PackageVersion.objects.bulk_create(versions)


def _row(package: PlannedPackage, city: City) -> tuple[object, ...]:
    status = "published" if package.standing == "lapsed" else package.standing
    at = clock.at_local(city.as_of, 9) - AGE if status == "published" else None
    unit = package.unit
    return (
        package.id, package.name, package.theme, unit.id, unit.path, unit.county,
        package.route.id if package.route else None, package.base.id if package.base else None, package.half_days,
        LEAST, package.most_people, "{" + ",".join(package.segments) + "}", "{" + ",".join(package.teachers) + "}",
        2, package.meals, package.price_kind, package.fen, package.own_is_free, package.source, package.terms, status,
        1, "", at,
    )  # fmt: skip
