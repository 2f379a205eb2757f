"""Who comes from outside, by which visit, with which orders, quotes and contracts; and how many of them came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doorstep.catalogue.queries.packages_told import yuan
from doorstep.classes.models import (
    ContractFile,
    Order,
    OutsideCode,
    OutsideGroup,
    OutsideNumber,
    Quote,
    QuoteLine,
    TrainingClass,
)
from doorstep.classes.queries.orders import orders_visible_to
from doorstep.classes.rules.outside import Came, OutsideCount, is_idle, outside_count, quote_answers, quote_total
from doorstep.core import clock
from doorstep.core.actors import Actor, Grant
from doorstep.core.crypto import sign, unseal
from doorstep.core.errors import NotFound
from doorstep.core.masking import mask_phone
from doorstep.core.permissions import may, visible_to
from doorstep.core.policies import policies_at, policy_at

PHONE, CONTACT, ADDRESS, CODE, TOKEN = (f"outside_{name}" for name in ("phone", "contact", "address", "code", "token"))
OUTSIDE, STRANGER_ROLE = "outside", "stranger"
# Somebody who has proved nothing: may ask for a code, and prove a number with it.
STRANGER = Actor(None, None, "", (Grant(STRANGER_ROLE, "0/"),), kind="outside")
# What may still come of an order.
LIVING = (Order.Status.PLACED, Order.Status.COUNTERED)
IN_LINE = (Order.Status.WAITING, Order.Status.OFFERED)


def outside_actor(number: OutsideNumber) -> Actor:
    """Whoever proved a number, for as long as the visit lasts."""
    return Actor(None, None, "", (Grant(OUTSIDE, number.place),), kind="outside")


def figure(name: str) -> int:
    """A whole number of the figures for outsiders. Source: policies `outside.*`."""
    return policy_at(f"outside.{name}", on=clock.today()).integer


def figures(*names: str) -> list[int]:
    """Several whole numbers of the figures for outsiders, in one query. Source: policies `outside.*`."""
    found = policies_at([f"outside.{name}" for name in names], on=clock.today())
    return [found[f"outside.{name}"].integer for name in names]


def visit_of(token: str) -> OutsideCode | None:
    """The visit that a browser holds the token of, with its number; None when it is over or was never proved."""
    if not token:
        return None
    rows = OutsideCode.objects.select_related("number").filter(token_digest=sign(token, purpose=TOKEN))
    found = rows.filter(ended_at=None, number__isnull=False, number__erased_at=None).first()
    if found is None or found.seen_at is None or is_idle(found.seen_at, clock.now(), figure("visit_minutes")):
        return None
    return found


def own_orders(actor: Actor) -> QuerySet[Order]:
    """The orders of the number that `actor` proved, the last first."""
    rows = orders_visible_to(actor).filter(outside__isnull=False)
    return rows.select_related("outside__number", "unit", "provider", "training_class").order_by("-placed_at", "-pk")


def own_order(order_id: int, actor: Actor) -> Order:
    """One order of the number that `actor` proved; raises NotFound for any other."""
    rows = own_orders(actor).select_related(
        "outside__number", "unit", "provider", "package__unit", "version", "course__unit", "training_class",
        "counter_base", "township",
    )  # fmt: skip
    found = rows.filter(pk=order_id).first()
    if found is None:
        raise NotFound
    return found


def last_group(number: OutsideNumber) -> OutsideGroup | None:
    """The group that was last named with a number."""
    return number.groups.order_by("-created_at", "-pk").first()


def contact_of(group: OutsideGroup) -> tuple[str, str]:
    """Whom to ask for, and the number, in full; both empty once they were erased."""
    number = group.number
    return unseal(group.contact_sealed, field=CONTACT), unseal(number.phone_sealed, field=PHONE)


def contact_masked(group: OutsideGroup) -> tuple[str, str]:
    """Whom to ask for by the first sign of the name, and the number with its middle hidden."""
    name, phone = contact_of(group)
    return (f"{name[:1]}{'*' * (len(name) - 1)}" if name else ""), mask_phone(phone)


@dataclass(frozen=True, slots=True)
class QuoteShown:
    """A quote as people read it; `total` in fen, `sums` with each line its price and what it comes to, in words."""

    quote: Quote
    lines: list[QuoteLine]
    total: int
    word: str
    may_answer: bool

    @property
    def total_words(self) -> str:
        """What it comes to, in yuan."""
        return _("%(yuan)s 元") % {"yuan": yuan(self.total)}

    @property
    def sums(self) -> list[tuple[QuoteLine, str, str]]:
        """Each line with its price and what it comes to, in yuan."""
        return [(line, yuan(line.unit_fen), yuan(line.fen)) for line in self.lines]


def quotes_of(order: Order) -> list[QuoteShown]:
    """The quotes of an order, the newest first."""
    rows = order.quotes.prefetch_related("lines").order_by("-number")
    return [_shown(order, quote) for quote in rows]


def _shown(order: Order, quote: Quote) -> QuoteShown:
    lines = sorted(quote.lines.all(), key=lambda line: line.number)
    over = quote.status == Quote.Status.OPEN and quote.valid_until < clock.today()
    words = {"open": "invited", "accepted": "accepted", "declined": "not_wanted", "replaced": "replaced"}
    return QuoteShown(
        quote=quote,
        lines=lines,
        total=quote_total((line.unit_fen, line.count) for line in lines),
        word="expired" if over else words[quote.status],
        may_answer=quote_answers(order.status, quote.status) and not over,
    )


def quote_by_number(order: Order, number: int) -> QuoteShown:
    """One quote of an order already seen; raises NotFound."""
    found = next((one for one in quotes_of(order) if one.quote.number == number), None)
    if found is None:
        raise NotFound
    return found


def agreed_quote(order: Order) -> Quote | None:
    """The quote the group has agreed to; an agreement lasts, whatever its date was."""
    return order.quotes.filter(status=Quote.Status.ACCEPTED).first()


def contracts_of(order: Order) -> list[ContractFile]:
    """The contracts of an order, the one in force first."""
    return list(order.contracts.order_by("-pk"))


def contract_by_id(order: Order, contract_id: int) -> ContractFile:
    """One contract of an order that the reader may see the papers of; raises NotFound."""
    found = order.contracts.filter(pk=contract_id).first()
    if found is None:
        raise NotFound
    return found


def outside_shown(order: Order, actor: Actor) -> dict[str, Any]:
    """What the page of an order from outside says besides: whom to ask for, masked; quotes, contracts, who came."""
    if order.outside is None:
        return {}
    held = order.training_class
    return {
        "group": order.outside,
        "masked": contact_masked(order.outside),
        "quotes": quotes_of(order),
        "contracts": contracts_of(order),
        "texts": list(order.texts.order_by("-pk")),
        "came_before": came_before(order),
        "may_quote": order.status in LIVING and may(actor, "classes.answer_order", at=order.provider_place),
        "may_read": may(actor, "classes.read_contract", at=order.provider_place),
        "may_keep": may(actor, "classes.keep_contract", at=order.provider_place),
        "may_reveal": may(actor, "classes.reveal_outside", at=order.provider_place),
        "may_count": held is not None
        and held.status != TrainingClass.Status.CANCELLED
        and held.starts_on <= clock.today()
        and may(actor, "classes.run_class", at=order.provider_place),
    }


def came_before(order: Order) -> bool:
    """Whether a group came to another class of the year of its order's, so that some may have come twice."""
    held = order.training_class
    if held is None or order.outside_id is None:
        return False
    others = Order.objects.filter(outside=order.outside_id, came__gt=0, training_class__year=held.year)
    return others.exclude(pk=order.pk).exclude(training_class__status=TrainingClass.Status.CANCELLED).exists()


def outside_classes(actor: Actor) -> QuerySet[Order]:
    """The orders from outside that became classes which were not cancelled, of providers `actor` may count for."""
    rows = Order.objects.filter(outside__isnull=False, training_class__isnull=False)
    rows = rows.exclude(training_class__status=TrainingClass.Status.CANCELLED)
    seen = visible_to(actor, "classes.view_outside", rows, place="provider_place")
    return seen.select_related("outside", "unit", "provider", "training_class__base")


def counted(rows: Iterable[Order]) -> OutsideCount:
    """Classes, person-times and persons of orders from outside whose heads were entered."""
    return outside_count(Came(row.outside_id or 0, row.came, row.came_again) for row in rows if row.came is not None)


def counted_by(actor: Actor) -> list[tuple[int, str, OutsideCount]]:
    """(year, base, count) of the outsiders `actor` may count, the newest year first; never mixed with members."""
    found: dict[tuple[int, str], list[Order]] = {}
    for row in outside_classes(actor).filter(came__isnull=False):
        held = row.training_class
        if held is not None:
            found.setdefault((held.year, held.base.name if held.base else ""), []).append(row)
    return [(year, base, counted(found[year, base])) for year, base in sorted(found, key=lambda k: (-k[0], k[1]))]


def outside_totals() -> dict[str, Any]:
    """How many orders came from outside, and person-times and persons of outsiders by year; members are not in it."""
    rows = Order.objects.filter(outside__isnull=False)
    held = rows.filter(came__isnull=False).exclude(training_class__status=TrainingClass.Status.CANCELLED)
    years: dict[int, list[Order]] = {}
    for row in held.select_related("training_class"):
        years.setdefault(row.training_class.year if row.training_class else 0, []).append(row)
    counts = {str(year): counted(found) for year, found in sorted(years.items())}
    return {
        "outside_order": rows.count(),
        "outside_person_times": {year: count.person_times for year, count in counts.items()},
        "outside_persons": {year: count.persons for year, count in counts.items()},
    }


def numbers_to_erase() -> list[OutsideNumber]:
    """The numbers nothing is left to do with: all their orders are long over, or they never ordered."""
    days, class_days = figures("erase_days", "erase_class_days")
    now = clock.now()
    rows = OutsideNumber.objects.filter(erased_at=None, created_at__lte=now - timedelta(days=days))
    orders = Order.objects.exclude(outside=None)
    held = orders.filter(training_class__ends_on__gt=clock.today() - timedelta(days=class_days))
    unheld = orders.filter(training_class=None)
    fresh = unheld.filter(ended_at=None) | unheld.filter(ended_at__gt=now - timedelta(days=days))
    kept = [*held.values_list("outside__number", flat=True), *fresh.values_list("outside__number", flat=True)]
    return list(rows.exclude(pk__in=kept).order_by("pk"))
