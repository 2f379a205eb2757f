"""How an empty database becomes the demo city."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.classes.services.will_keeping import recount_will
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.coverage.services import rebuild_year
from doorstep.demo.events import CityBuilt
from doorstep.demo.loading import (
    articles,
    attendance,
    calendars,
    catalogue,
    classes,
    contests,
    directory,
    guiding,
    keeping,
    lecturing,
    materials,
    network,
    notices,
    orders,
    outside,
    packages,
    panoramas,
    plans,
    reservations,
    routes,
    standards,
    visits,
)
from doorstep.demo.loading.copying import advance_sequences, analyze
from doorstep.demo.queries import is_empty_database
from doorstep.demo.rules.city import City, plan_city
from doorstep.directory.services.divisions import load_divisions

YEARS = 3
_LOCK = 0x64656D6F  # one builder at a time
_GROWN = (
    "directory_unit directory_person directory_membership directory_searchkey classes_enrolment attendance_mark "
    "attendance_checkin records_posting coverage_standing coverage_tally bases_visit bases_reservation"
).split()


class NotAnEmptyDatabase(Refused):
    """The database holds units, people or accounts that are not of the demo city."""

    code = "demo_database_in_use"
    template = _(
        "数据库里已有真实的单位、人员或账号，演示城市只能装进空库。请换一个空的 DATABASE_URL 或 DOORSTEP_DATA。"
    )


@transaction.atomic
def build_city(*, members: int, seed: int, as_of: date, actor: Actor) -> City:
    """Load the demo city with so many members into an empty database, in one transaction; returns what was loaded.

    The history is of the three years up to `as_of`. Raises NotAnEmptyDatabase when anything is there already.
    """
    require(actor, "demo.build_city")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL jit = off")  # few, large, sorted statements
    if not is_empty_database():
        raise NotAnEmptyDatabase
    with clock.frozen(clock.at_local(as_of, 0, 5)):
        load_divisions(actor=actor)
        city = plan_city(members=members, seed=seed, as_of=as_of)
        _load(city, actor)
        for year in range(as_of.year - YEARS + 1, as_of.year + 1):
            rebuild_year(year=year, actor=actor)
            recount_will(year=year, actor=actor)
        root = city.tree.units[0]
        record(
            CityBuilt(len(city.people), seed, as_of.isoformat()),
            actor=actor,
            place=root.path,
            county=root.county,
            subject=("unit", root.id),
        )
    for table in _GROWN:
        analyze(table)
    return city


def _load(city: City, actor: Actor) -> None:
    menu = (catalogue, routes, panoramas, packages, materials)
    loaded = (
        directory, network, guiding, standards, articles, *menu, classes, lecturing, reservations, plans, orders,
        outside, notices, calendars, contests,
    )  # fmt: skip
    tables = [name for part in loaded for name in part.TABLES]
    advance_sequences(tables)  # the same city has the same ids, whatever was there before
    directory.load_directory(city)
    network.load_network(city)
    standards.load_standards(city)
    catalogue.load_catalogue(city)
    guiding.load_guiding(city)
    routes.load_routes(city)
    packages.load_packages(city)
    visits.load_visits(city)
    panoramas.load_panoramas(city)
    articles.load_articles(city)
    classes.load_classes(city)
    guiding.load_duty_lessons(city)
    lecturing.load_lecturing(city)
    reservations.load_reservations(city)
    materials.load_materials(city)
    materials.load_cases(city)
    materials.load_photos(city)
    attendance.load_attendance(city)
    plans.load_plans(city)
    standards.judge_city(actor)
    advance_sequences(tables)
    orders.load_orders(city, actor)
    outside.load_outside(city, actor)
    keeping.load_keeping(city, actor)
    notices.load_notices(city, actor)
    calendars.load_feeds()
    contests.load_contests(city, actor)
