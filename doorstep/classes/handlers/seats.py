"""What is said of seats: to whose seat it is, and to the secretary of their branch."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.classes.events import MemberNominated, MovedUp, SeatConfirmed, SeatReleased, SeatReplaced, WaitingWritten
from doorstep.classes.models import Enrolment
from doorstep.classes.queries.concerned import branch_keepers, seat_told
from doorstep.classes.queries.waiting import letter_told
from doorstep.directory.queries.recipients import accounts_nearest, accounts_of_people
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, state_text

# The title may leave the product, so who it is about stands in the body alone.
NOMINATED = state_text(
    "classes.nominated", _("您被提名参加：%(title)s"), _("%(unit)s的班，%(first)s 到 %(last)s。等主办方确认。")
)
CONFIRMED = state_text(
    "classes.seat_confirmed", _("名额已确认：%(title)s"), _("%(name)s，%(first)s 到 %(last)s，%(unit)s的班。")
)
TAKEN_OVER = state_text(
    "classes.seat_taken_over", _("您接替参加：%(title)s"), _("%(first)s 到 %(last)s，%(unit)s的班。")
)
REPLACED = state_text("classes.seat_replaced", _("名额换人了：%(title)s"), _("%(name)s的名额由%(other)s接替。"))
MOVED_UP = state_text(
    "classes.moved_up", _("候补轮到了：%(title)s"), _("%(name)s有名额了，%(first)s 到 %(last)s，%(unit)s的班。")
)
RELEASED = state_text("classes.seat_released", _("名额退出了：%(title)s"), _("%(name)s不再参加这个班。"))


def _letter(text: str, seat: Enrolment, to: Iterable[int], other: str = "") -> Letter:
    held = seat.training_class
    fields = {
        "title": held.title,
        "unit": held.unit.short_name,
        "first": held.starts_on,
        "last": held.ends_on,
        "name": seat.person.name,
        "other": other,
    }
    return Letter(text, to, fields, reverse("classes:class", args=[held.pk]))


@tells(MemberNominated)
def tell_nominated(happened: MemberNominated) -> Iterable[Letter]:
    """A person was put forward: that person."""
    seat = seat_told(happened.training_class_id, happened.person_id)
    yield _letter(NOMINATED, seat, accounts_of_people([happened.person_id]))


@tells(SeatConfirmed)
def tell_confirmed(happened: SeatConfirmed) -> Iterable[Letter]:
    """A seat is sure: whose it is, and the secretary."""
    seat = seat_told(happened.training_class_id, happened.person_id)
    yield _letter(CONFIRMED, seat, [*accounts_of_people([happened.person_id]), *branch_keepers(seat)])


@tells(MovedUp)
def tell_moved_up(happened: MovedUp) -> Iterable[Letter]:
    """Who waited has a seat: that person, and the secretary."""
    seat = seat_told(happened.training_class_id, happened.person_id)
    yield _letter(MOVED_UP, seat, [*accounts_of_people([happened.person_id]), *branch_keepers(seat)])


@tells(SeatReplaced)
def tell_replaced(happened: SeatReplaced) -> Iterable[Letter]:
    """Somebody else has the seat: both of them, and their secretaries."""
    leaving = seat_told(happened.training_class_id, happened.person_id)
    taking = seat_told(happened.training_class_id, happened.by_person_id)
    yield _letter(TAKEN_OVER, taking, accounts_of_people([happened.by_person_id]))
    told = [*accounts_of_people([happened.person_id]), *branch_keepers(leaving), *branch_keepers(taking)]
    yield _letter(REPLACED, leaving, told, taking.person.name)


@tells(SeatReleased)
def tell_released(happened: SeatReleased) -> Iterable[Letter]:
    """A seat was given up: whose it was, and the secretary."""
    seat = seat_told(happened.training_class_id, happened.person_id)
    yield _letter(RELEASED, seat, [*accounts_of_people([happened.person_id]), *branch_keepers(seat)])


WRITTEN = state_text("classes.waiting_written", _("候补的消息：%(title)s"), _("%(unit)s写给候补的：%(words)s"))


@tells(WaitingWritten)
def tell_waiting(happened: WaitingWritten) -> Iterable[Letter]:
    """An organiser wrote to a waiting list: who waits, and who looks after them."""
    letter, people, places = letter_told(happened.letter_id)
    held = letter.training_class
    fields = {"title": held.title if held else letter.unit.short_name, "unit": letter.unit.short_name}
    fields["words"] = letter.text
    where = reverse("classes:class", args=[held.pk]) if held else reverse("classes:waiting_orders")
    action = "classes.nominate" if held else "classes.place_order"
    yield Letter(WRITTEN, [*accounts_of_people(people), *accounts_nearest(action, places)], fields, where)
