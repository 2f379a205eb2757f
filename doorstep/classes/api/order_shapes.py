"""What the API says of orders, and what it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, Field, model_validator

from doorstep.catalogue.queries.offers import audience_choices
from doorstep.classes.api.shapes import Count, PinIn
from doorstep.classes.models import Order, OrderOffer, OrderWish
from doorstep.core.api import Day, Id, Line, Paging, Text
from doorstep.faculty.queries import language_choices

Part = Literal["whole", "any", "morning", "afternoon"]
Need = Annotated[int, Field(ge=0, le=10_000)]
Status = Literal[
    "placed", "waiting", "offered", "accepted", "countered", "agreed", "refused", "declined", "withdrawn", "lapsed"
]


def _one_of(choices: Callable[[], list[tuple[str, Any]]]) -> Callable[[str], str]:
    """A check that a text is "" or one of the codes of some choices."""

    def known(text: str) -> str:
        codes = [code for code, _word in choices()]
        if text and text not in codes:
            raise ValueError(f"one of {', '.join(codes)}")
        return text

    return known


class WishIn(Schema):
    """A day one would like; without a part it is the whole day, or either half of it where half a day is ordered."""

    day: Day
    part: Part | None = None


class OrderIn(Schema):
    """A package, or a course to be brought to `location`; the days by preference.

    With `waits` the first and last wish are the days between which one that comes free is taken. Meals, beds and
    coaches are people and coaches a day at the base. Only who answers, and who orders, read contact and phone.
    """

    unit: Id
    package: Id | None = None
    course: Id | None = None
    wishes: Annotated[list[WishIn], Field(min_length=1, max_length=20)]
    people: Count
    contact: Annotated[Text, Field(min_length=1, max_length=40)]
    phone: Annotated[Text, Field(max_length=20)] = ""
    audience: Annotated[str, AfterValidator(_one_of(audience_choices))] = ""
    language: Annotated[str, AfterValidator(_one_of(language_choices))] = ""
    location: Annotated[Text, Field(max_length=120)] = ""
    pin: PinIn | None = None
    note: Annotated[Text, Field(max_length=400)] = ""
    is_assigned: bool = False
    waits: bool = False
    meals: Need = 0
    beds: Need = 0
    parking: Need = 0
    guides: Need = 0

    @model_validator(mode="after")
    def is_of_one(self) -> OrderIn:
        """One orders a package or a course, and not both."""
        if (self.package is None) == (self.course is None):
            raise ValueError("package or course, one of the two")
        return self


class WishOut(Schema):
    """A day that was wished for; `number` is what accepting names."""

    number: int
    day: date
    part: str


class CounterOut(Schema):
    """Another day, or another base, that was offered, and the last day for a reply."""

    day: date
    part: str
    base: int | None
    reply_by: date


class KeptOut(Schema):
    """A day that came free and is kept until a moment."""

    day: date
    part: str
    until: datetime


class OrderOut(Schema):
    """An order; `unit` is null for a group from outside, `training_class` until it is taken on."""

    id: int
    code: str
    kind: str
    status: str
    title: str
    theme: str
    package: int | None
    course: int | None
    unit: int | None
    provider: int
    half_days: int
    wishes: list[WishOut]
    people: int
    audience: str
    language: str
    location: str
    meals: int
    beds: int
    parking: int
    guides: int
    is_assigned: bool
    placed_at: datetime
    answer_by: date
    counter: CounterOut | None
    kept: KeptOut | None
    reason: str
    ended_at: datetime | None
    training_class: int | None


class OrderFilters(Paging):
    """Which orders; `since` is the first day wished for."""

    status: Status | None = None
    kind: Literal["package", "lesson"] | None = None
    unit: Id | None = None
    provider: Id | None = None
    since: date | None = None


class AcceptIn(Schema):
    """On which of the days wished for, and who teaches where somebody is chosen."""

    wish: Annotated[int, Field(ge=1, le=20)]
    teacher: Id | None = None


class CounterIn(Schema):
    """Another day, or another base of who answers."""

    day: Day
    part: Part | None = None
    base: Id | None = None
    note: Line = ""


class DeclineIn(Schema):
    """Why not; `other` says it in the note."""

    reason: Literal["no_room", "no_teacher", "not_fitting", "other"]
    note: Line = ""


class WithdrawIn(Schema):
    """Why it is taken back; `other` says it in the note."""

    reason: Literal["changed", "no_room", "other"]
    note: Line = ""


class CallOffIn(Schema):
    """Why one cannot come; `other` says it in the note."""

    reason: Literal["changed", "other"]
    note: Line = ""


class ReplyIn(Schema):
    """What who ordered says to another day, or of waiting."""

    answer: Literal["agree", "refuse", "wait", "take", "pass"]


def orders_out(orders: Sequence[Order]) -> list[OrderOut]:
    """Orders as machines are told of them; two queries however many."""
    wishes: defaultdict[int, list[WishOut]] = defaultdict(list)
    for wish in OrderWish.objects.filter(order__in=orders).order_by("order", "number"):
        wishes[wish.order_id].append(WishOut(number=wish.number, day=wish.day, part=wish.part))
    kept = {
        offer.order_id: KeptOut(day=offer.day, part=offer.part, until=offer.until)
        for offer in OrderOffer.objects.filter(order__in=orders, outcome=OrderOffer.Outcome.OPEN)
    }
    return [_order_out(order, wishes[order.pk], kept.get(order.pk)) for order in orders]


def _order_out(order: Order, wishes: list[WishOut], kept: KeptOut | None) -> OrderOut:
    names = (
        *("id", "code", "kind", "status", "title", "theme", "half_days", "people", "audience", "language", "location"),
        *("meals", "beds", "parking", "guides", "is_assigned", "placed_at", "answer_by", "reason", "ended_at"),
    )
    given: dict[str, Any] = {name: getattr(order, name) for name in names}
    links = ("package", "course", "unit", "provider", "training_class")
    given |= {name: getattr(order, f"{name}_id") for name in links}
    return OrderOut(**given, wishes=wishes, counter=_counter_out(order), kept=kept)


def _counter_out(order: Order) -> CounterOut | None:
    if order.counter_on is None or order.reply_by is None:
        return None
    return CounterOut(
        day=order.counter_on, part=order.counter_part, base=order.counter_base_id, reply_by=order.reply_by
    )
