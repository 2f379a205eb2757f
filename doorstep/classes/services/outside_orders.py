"""What a group from outside orders: sent with its name and contact, changed before an answer, counted afterwards."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from doorstep.classes.events import OutsideContactRevealed, OutsideOrderChanged, OutsidersCounted
from doorstep.classes.models import Order, OrderWish, OutsideGroup, OutsideNumber, Quote
from doorstep.classes.queries.orders import offer_of_order
from doorstep.classes.queries.outside import CONTACT, IN_LINE, LIVING, came_before, contact_of, figure
from doorstep.classes.queries.receiving import needs_of
from doorstep.classes.services.opening import finish_class
from doorstep.classes.services.order_placing import OrderFacts, check_order, fill_order, new_order, written_order
from doorstep.classes.services.order_refusals import OrderStandsSo
from doorstep.classes.services.order_steps import tell
from doorstep.classes.services.outside_refusals import CameAgainWrong, NotTheirClass, TooManyOpen
from doorstep.core import clock
from doorstep.core.actors import Actor, system_actor
from doorstep.core.crypto import seal
from doorstep.core.errors import NotFound
from doorstep.core.permissions import require
from doorstep.directory.services.people import ReasonNeeded

if TYPE_CHECKING:
    from datetime import datetime

_REASON = 4  # letters of a reason at least


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """Which body orders, of what kind, from where, and whom to ask for."""

    name: str
    kind: str
    contact: str
    origin: str = ""


@transaction.atomic
def order_from_outside(*, number: OutsideNumber, group: GroupFacts, facts: OrderFacts, actor: Actor) -> Order:
    """Send an order of a group from outside, by whoever proved the number; the same form sent twice is one order.

    Raises TooManyOpen, and what `place_order` raises.
    """
    require(actor, "classes.order_from_outside", at=number.place)
    locked = OutsideNumber.objects.select_for_update().get(pk=number.pk)
    # The key of a form is theirs alone: what another number sends under it is another order.
    key = uuid.uuid5(facts.key, locked.place) if facts.key else uuid.uuid4()
    before = Order.objects.filter(key=key).first()
    if before is not None:
        return before
    most = figure("open_orders")
    if Order.objects.filter(place=locked.place, status__in=(*LIVING, *IN_LINE)).count() >= most:
        raise TooManyOpen(most=most)
    order = Order(key=key, outside=_named(locked, group), place=locked.place)
    # The terms are frozen by the product for them: whoever has no account changes nothing in the menu.
    offer = new_order(order, facts, system_actor("classes.order_from_outside"))
    order.county = order.provider.county
    return written_order(order, facts, actor, offer)


def _named(number: OutsideNumber, facts: GroupFacts) -> OutsideGroup:
    said = {
        "kind": facts.kind,
        "origin": facts.origin.strip(),
        "contact_sealed": seal(facts.contact.strip(), field=CONTACT),
    }
    group, _is_new = OutsideGroup.objects.update_or_create(
        number=number, name=facts.name.strip(), defaults=said, create_defaults={**said, "created_at": clock.now()}
    )
    return group


@transaction.atomic
def change_outside_order(*, order: Order, facts: OrderFacts, actor: Actor) -> Order:
    """Change days, heads, needs, audience, language and note of an order nobody has answered yet; a quote for other
    heads or needs holds no longer.

    Raises OrderStandsSo, OrderDaysWrong, OrderTooEarly, OrderTooLate, OrderPeopleWrong, OrderNeedsTooMuch.
    """
    require(actor, "classes.order_from_outside", at=order.place)
    rows = Order.objects.select_for_update(of=("self",))
    locked = rows.select_related("outside", "unit", "provider", "package", "version", "course").get(pk=order.pk)
    if locked.status != Order.Status.PLACED:
        raise OrderStandsSo(status=locked.get_status_display())
    offer, before = offer_of_order(locked), needs_of(locked)
    check_order(facts, offer, locked.provider_place)
    fill_order(locked, offer, facts)
    locked.overdue_at = None
    locked.save()
    locked.wishes.all().delete()
    OrderWish.objects.bulk_create(
        OrderWish(order=locked, number=n, day=wish.day, part=wish.part) for n, wish in enumerate(facts.wishes, start=1)
    )
    if needs_of(locked) != before:
        in_force = locked.quotes.filter(status__in=(Quote.Status.OPEN, Quote.Status.ACCEPTED))
        in_force.update(status=Quote.Status.REPLACED)
    tell(OutsideOrderChanged(locked.pk), locked, actor, people=locked.people, before=before.people)
    return locked


@transaction.atomic
def count_outsiders(*, order: Order, came: int, again: int | None = None, actor: Actor) -> Order:
    """Enter how many of a group came to its class, `again` of whom had come before that year; again, it is corrected.

    Without `again` a group that comes for the first time that year is new to the last head; of another nobody knows.
    Once its last session is over this closes the class, which has no roll of its own.
    Raises NotTheirClass, CameAgainWrong.
    """
    require(actor, "classes.run_class", at=order.provider_place)
    locked = Order.objects.select_for_update(of=("self",)).select_related("training_class").get(pk=order.pk)
    held = locked.training_class
    if locked.outside_id is None or held is None:
        raise NotFound
    begins: datetime | None = (
        held.sessions.filter(is_cancelled=False).order_by("starts_at").values_list("starts_at", flat=True).first()
    )
    if held.status == "cancelled" or begins is None or begins > clock.now() or not 0 <= came <= 10 * held.capacity:
        raise NotTheirClass(most=10 * held.capacity)
    if again is not None and not 0 <= again <= came:
        raise CameAgainWrong(came=came)
    before, locked.came = locked.came, came
    locked.came_again = again if again is not None or came_before(locked) else 0
    locked.save(update_fields=["came", "came_again"])
    if held.status != "closed" and not held.sessions.filter(is_cancelled=False, ends_at__gt=clock.now()).exists():
        finish_class(training_class=held, withdrawn={}, actor=actor)
    tell(OutsidersCounted(locked.pk), locked, actor, came=came, again=locked.came_again, before=before)
    return locked


@transaction.atomic
def reveal_outside(*, order: Order, reason: str, actor: Actor) -> tuple[str, str]:
    """Whom to ask for and the number in full, for a stated reason that goes into the log. Raises ReasonNeeded."""
    require(actor, "classes.reveal_outside", at=order.provider_place)
    if order.outside is None:
        raise NotFound
    if len(reason.strip()) < _REASON:
        raise ReasonNeeded
    tell(OutsideContactRevealed(order.pk), order, actor, reason=reason.strip()[:200])
    return contact_of(order.outside)
