"""Groups from outside the demo city: their orders in every standing, some held, with who came; all invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.db.models import QuerySet

from doorstep.catalogue.models import Package
from doorstep.catalogue.queries.offers import offer_of_package
from doorstep.catalogue.queries.packages import with_standing
from doorstep.classes.models import Order, OutsideNumber
from doorstep.classes.queries.order_rooms import FREE, days_offered, order_figures
from doorstep.classes.queries.outside import PHONE
from doorstep.classes.rules.orders import ANY_HALF, WHOLE_DAY, Wish
from doorstep.classes.services import orders
from doorstep.classes.services.contracts import add_contract
from doorstep.classes.services.order_placing import OrderFacts
from doorstep.classes.services.outside_orders import GroupFacts, count_outsiders, order_from_outside
from doorstep.classes.services.quotes import Line, accept_quote, decline_quote, make_quote
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import blind_index, seal
from doorstep.demo.rules.city import City
from doorstep.demo.rules.contracts import NAME, contract_file, contract_lines

TABLES = ("classes_outsidenumber", "classes_outsidegroup", "classes_quote", "classes_quoteline", "classes_contractfile")
PEOPLE, DAYS, PAST = 24, 8, 3
LINES = (Line("讲课", 80_000, 2), Line("午餐", 3_500, PEOPLE), Line("讲解", 20_000, 1))
TOTAL = sum(line.unit_fen * line.count for line in LINES)
# (name, kind, from where, whom to ask for): bodies and people that do not exist.
GROUPS = (
    ("云岫县供销联合社", "institution", "浙江云岫", "柳工"),
    ("青禾市城建集团党委", "enterprise", "江西青禾", "方主任"),
    ("白榆大学马克思主义学院", "school", "广东白榆", "许老师"),
    ("溪源县税务局党委", "office", "福建溪源", "卢科长"),
    ("长汀湾社区党总支", "village", "福建长汀湾", "苏书记"),
    ("赤橡公益促进会", "society", "上海", "温老师"),
    ("乌石县茶叶协会", "society", "安徽乌石", "丁会长"),
    ("北泽职业技术学院", "school", "湖南北泽", "范老师"),
)


def load_outside(city: City, actor: Actor) -> None:
    """Orders from outside at two packages: waiting, quoted, counted upon, declined, taken back, held with who came."""
    for turn, package in enumerate(_packages()):
        days = _free_days(package, city.as_of)
        if len(days) == DAYS:
            _coming(package, days, city.as_of, actor, 4 * turn)
        _held(package, city.as_of, actor, 4 * turn)


def _packages() -> list[Package]:
    """Packages at a base one can order, the last of them first, for the first are ordered by branches."""
    rows: QuerySet[Any] = with_standing(
        Package.objects.filter(status=Package.Status.PUBLISHED, base__isnull=False, least_people__lte=PEOPLE)
    )
    return list(rows.filter(is_lapsed=False, most_people__gte=PEOPLE).select_related("unit").order_by("-pk")[:2])


def _free_days(package: Package, as_of: date, *, first: int = 10, span: int = 60, most: int = DAYS) -> list[date]:
    begin = as_of + timedelta(days=first)
    offered = days_offered(
        offer_of_package(package),
        unit=package.unit,
        provider=package.unit,
        people=PEOPLE,
        first=begin,
        last=begin + timedelta(days=span),
        figures=order_figures(package.unit.path),
    )
    return [day.day for day in offered if day.word == FREE][:most]


def _number(n: int) -> OutsideNumber:
    phone = f"1990000{n:04d}"
    found = OutsideNumber.objects.filter(phone_index=blind_index(phone, field=PHONE)).first()
    return found or OutsideNumber.objects.create(
        phone_index=blind_index(phone, field=PHONE), phone_sealed=seal(phone, field=PHONE), created_at=clock.now()
    )


def _placed(package: Package, n: int, day: date, at: date, actor: Actor) -> Order:
    name, kind, origin, contact = GROUPS[n % len(GROUPS)]
    part = ANY_HALF if package.half_days == 1 else WHOLE_DAY
    facts = OrderFacts(wishes=[Wish(day, part)], people=PEOPLE, contact="", package=package, note="")
    with clock.frozen(clock.at_local(at, 9, 10)):
        number = _number(n % len(GROUPS))
        group = GroupFacts(name, kind, contact, origin)
        made = order_from_outside(number=number, group=group, facts=facts, actor=actor)
    return Order.objects.select_related("outside__number", "provider").get(pk=made.pk)


def _coming(package: Package, days: list[date], as_of: date, actor: Actor, n: int) -> None:
    """One order in each standing; none of them wants the day of another."""

    def at(ago: int, act: Callable[..., Any], **given: Any) -> Any:
        with clock.frozen(clock.at_local(as_of - timedelta(days=ago), 15)):
            return act(**given, actor=actor)

    def placed(k: int, ago: int) -> Order:
        return _placed(package, n + k % 4, days[k], as_of - timedelta(days=ago), actor)

    at(0, make_quote, order=placed(0, 1), lines=LINES)
    accepted = placed(1, 4)
    at(2, accept_quote, quote=at(3, make_quote, order=accepted, lines=LINES, note="含往返接送。"))
    said = contract_lines(
        accepted.who, accepted.provider.name, accepted.title, days[1].isoformat(), PEOPLE, f"{TOTAL // 100:,}"
    )
    at(2, add_contract, order=accepted, upload=BytesIO(contract_file(said)), name=NAME)
    at(1, orders.accept_order, order=accepted, wish_number=1)
    part = ANY_HALF if package.half_days == 1 else WHOLE_DAY
    at(1, orders.counter_order, order=placed(2, 2), wish=Wish(days[-1], part), note="那天已有安排，这天可以。")
    at(2, orders.decline_order, order=placed(3, 3), reason="no_teacher", note="那几天老师都在外面讲课。")
    at(2, orders.withdraw_order, order=placed(4, 3), reason="changed")
    refused = placed(5, 5)
    at(3, decline_quote, quote=at(4, make_quote, order=refused, lines=LINES))


def _held(package: Package, as_of: date, actor: Actor, n: int) -> None:
    """One that came some weeks ago, counted, and one that nobody answered."""
    ordered = as_of - timedelta(days=75)
    with clock.frozen(clock.at_local(ordered, 9)):
        days = _free_days(package, ordered, span=45, most=2)
    for day in days[1:]:
        late = _placed(package, n + 1, day, ordered, actor)
        with clock.frozen(clock.at_local(day, 1)):
            orders.lapse_order(order=late, actor=actor)
    for day in days[:1]:
        order = _placed(package, n, day, ordered, actor)
        with clock.frozen(clock.at_local(ordered + timedelta(days=1), 10)):
            orders.accept_order(order=order, wish_number=1, actor=actor)
        with clock.frozen(clock.at_local(day + timedelta(days=3), 9)):
            count_outsiders(order=order, came=PEOPLE - n % 5, actor=actor)
