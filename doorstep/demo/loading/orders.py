"""Orders of the demo city in every standing, sent and answered by the product itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from doorstep.bases.models import Reservation, Venue
from doorstep.bases.queries.places import venues_at
from doorstep.bases.rules.claims import Claim
from doorstep.bases.services.claims import VenueHeld, lock_venues, write_claims
from doorstep.bases.services.reservations import cancel_reservation
from doorstep.catalogue.models import Course, Package
from doorstep.catalogue.queries.courses import IN_USE
from doorstep.catalogue.queries.offers import offer_of_package
from doorstep.catalogue.queries.packages import with_standing
from doorstep.classes.models import Order
from doorstep.classes.queries.order_rooms import FREE, days_offered, order_figures
from doorstep.classes.rules.orders import AFTERNOON, ANY_HALF, MORNING, WHOLE_DAY, HalfDay, Wish
from doorstep.classes.services import orders
from doorstep.classes.services.order_placing import OrderFacts, place_order
from doorstep.classes.services.order_waiting import offer_days
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.demo.rules.city import City
from doorstep.directory.models import Unit

TABLES = ("classes_order", "classes_orderwish", "classes_orderoffer")
PEOPLE, DAYS, MEETINGS = 20, 12, 2
NOTES = ("想看看冬闲时节怎么管茶园。", "有三位老同志走不快，请安排平路。", "", "希望讲讲集体经济怎么分红。")


def load_orders(city: City, actor: Actor) -> None:
    """Orders of the secretary's branch and of other branches, at a package with a base and at one with a route."""
    home = Unit.objects.get(pk=next(p.unit.id for p in city.accounts if p.account.role == "secretary"))
    for package in _packages():
        near = list(Unit.objects.filter(county=package.county, kind="branch", valid_to=None).order_by("pk")[:9])
        units = near if package.route_id else [home, *near]
        days = _free_days(package, units[0], city.as_of) if units else []  # a small city has no branch in some counties
        if len(days) == DAYS + MEETINGS:
            _at_package(package, days[:DAYS], units, city.as_of, actor)
            # Those taken on have used up some of what their teachers give in a month: free is what is free now.
            left = _free_days(package, units[0], city.as_of)[-MEETINGS:]
            if len(left) == MEETINGS:
                _waiting(package, left, units, city.as_of, actor)
    course = Course.objects.filter(stage__in=IN_USE, unit__county=home.county).select_related("unit").first()
    if course is not None:
        _lessons(course, home, city.as_of, actor)


def _packages() -> list[Package]:
    """The first package with a base and the first with a route, of those one can order."""
    rows: QuerySet[Any] = with_standing(
        Package.objects.filter(status=Package.Status.PUBLISHED, least_people__lte=PEOPLE)
    )
    found = rows.filter(is_lapsed=False, most_people__gte=PEOPLE).select_related("unit").order_by("pk")
    return [*found.filter(base__isnull=False)[:1], *found.filter(route__isnull=False)[:1]]


def _free_days(package: Package, unit: Unit, as_of: date) -> list[date]:
    first = as_of + timedelta(days=8)
    figures = order_figures(package.unit.path)
    offered = days_offered(
        offer_of_package(package), unit=unit, provider=package.unit, people=PEOPLE, first=first,
        last=first + timedelta(90), figures=figures,
    )  # fmt: skip
    return [day.day for day in offered if day.word == FREE][: DAYS + MEETINGS]


def _placed(unit: Unit, days: list[date], at: date, actor: Actor, **changes: Any) -> Order:
    number = Order.objects.count()
    part = ANY_HALF if changes.get("course") or changes["package"].half_days == 1 else WHOLE_DAY
    values: dict[str, Any] = {
        "wishes": [Wish(day, part) for day in days],
        "people": PEOPLE,
        "contact": f"{unit.short_name}办公室",
        "phone": f"0593-1{number:06d}",
        "note": NOTES[number % len(NOTES)],
        "is_assigned": number % 3 == 2,
        **changes,
    }
    with clock.frozen(clock.at_local(at, 9, 30)):
        return place_order(unit=unit, facts=OrderFacts(**values), actor=actor)


def _at_package(package: Package, days: list[date], units: list[Unit], as_of: date, actor: Actor) -> None:
    """One order in each standing; none of them wants the day of another."""

    def at(ago: int, act: Callable[..., Any], order: Order, **given: Any) -> None:
        with clock.frozen(clock.at_local(as_of - timedelta(days=ago), 15)):
            act(order=order, actor=actor, **given)

    def placed(ago: int, *wished: date) -> Order:
        unit = units[Order.objects.count() % len(units)]
        return _placed(unit, list(wished), as_of - timedelta(days=ago), actor, package=package)

    part = ANY_HALF if package.half_days == 1 else WHOLE_DAY
    other = Wish(days[-1], part)
    placed(1, days[0], days[1])
    at(3, orders.accept_order, placed(4, days[2]), wish_number=1)
    at(1, orders.counter_order, placed(2, days[3]), wish=other, note="那天已经排了别的班，这天可以。")
    agreed = placed(6, days[4])
    at(5, orders.counter_order, agreed, wish=Wish(days[5], part), note="换这一天，场地更大。")
    at(4, orders.agree_order, agreed)
    refused = placed(6, days[6])
    at(5, orders.counter_order, refused, wish=Wish(days[7], part), note="")
    at(4, orders.refuse_order, refused)
    at(2, orders.decline_order, placed(3, days[7]), reason="no_teacher", note="那几天老师都在外面讲课。")
    at(2, orders.withdraw_order, placed(3, days[8]), reason="no_room", note="")
    late = placed(5, days[9])
    at(0, orders.tell_overdue, late)
    gone = placed(30, as_of - timedelta(days=20))
    at(19, orders.lapse_order, gone)


def _waiting(package: Package, days: list[date], units: list[Unit], as_of: date, actor: Actor) -> None:
    """Two units wait for a day on which the township has the rooms itself; one has a day that came free kept for it."""
    offer = offer_of_package(package)
    if offer.is_route:
        return
    rooms = [room for room in venues_at(offer.base_ids).values() if room.is_active and room.seats >= PEOPLE]
    meetings = [_meet(rooms, day, package) for day in days] if rooms else []
    for number, day in enumerate([days[1], days[0], days[0]] if rooms else []):
        _placed(
            units[number % len(units)], [day], as_of - timedelta(days=3 - number), actor, package=package, waits=True
        )
    with clock.frozen(clock.at_local(as_of, 8, 30)):
        for row in meetings[1] if meetings else []:
            cancel_reservation(reservation=row, reason="会议改期", actor=actor)
        offer_days(actor=actor)


def _meet(rooms: list[Venue], day: date, package: Package) -> list[Reservation]:
    """A meeting of the unit in every room that is free on a day, in the morning and in the afternoon."""
    figures = order_figures(package.unit.path)
    rows: list[Reservation] = []
    locked = lock_venues(room.pk for room in rooms)
    told: dict[str, Any] = {"kind": Reservation.Kind.MEETING, "unit_id": package.unit_id, "purpose": "全镇干部大会"}
    for room in locked.values():
        for part in (MORNING, AFTERNOON):
            starts_at, ends_at = figures.span(HalfDay(day, part))
            with suppress(VenueHeld):
                rows += write_claims([Claim(room.pk, starts_at, ends_at, room.seats, ends_at)], locked, **told)
    return rows


def _lessons(course: Course, home: Unit, as_of: date, actor: Actor) -> None:
    """Lessons asked for at the door of villages: one waits, one is taken on, one was asked for another day."""
    beside = list(Unit.objects.filter(county=home.county, kind="branch", valid_to=None).exclude(pk=home.pk)[:2])
    placed = [
        _placed(
            unit,
            [as_of + timedelta(days=9 + n)],
            as_of - timedelta(days=1),
            actor,
            package=None,
            course=course,
            location="村部会议室",
        )
        for n, unit in enumerate((*beside, home))
    ]
    if beside:
        orders.accept_order(order=placed[0], wish_number=1, actor=actor)
    orders.counter_order(order=placed[-1], wish=Wish(as_of + timedelta(days=15), "morning"), actor=actor)
