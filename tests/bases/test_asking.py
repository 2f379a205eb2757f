"""A keeper who wants to be asked: a guest's booking waits for their word, held meanwhile; silence is told too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.urls import reverse

from doorstep.bases.models import Base, Reservation, Venue
from doorstep.bases.queries.reservations import holds_to_confirm, reservations_to_answer, status_of
from doorstep.bases.rules.booking import Booking, Ground, is_to_ask
from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.bases.services.reservations import (
    ReservationAsked,
    ReservationOver,
    VenueNotFree,
    approve_reservation,
    cancel_reservation,
    confirm_hold,
)
from doorstep.bases.services.using import expire_holds
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.models import Activity
from doorstep.notices.models import Message
from tests.bases.test_at_once import gathered
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, make_base
from tests.factories.messages import told
from tests.factories.reservations import reserve

NOON = clock.at_local(date(2026, 11, 23), 12)
DAY = date(2026, 12, 7)  # a Monday
BASE, NEAR = Ground("1/2/4/", "A"), Ground("1/2/5/", "A")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    """A school that wants to be asked."""
    return asking(make_base(cast.unit("huotong")))


@pytest.fixture
def room(school: Base) -> Venue:
    return Venue.objects.select_related("base").get(base=school)


def asking(base: Base) -> Base:
    set_booking_rule(base=base, terms=BookingTerms("county", asks_first=True), actor=SYSTEM)
    return base


def body(cast: Cast, **changes: Any) -> dict[str, Any]:
    said = {"unit": cast.unit("hubei").pk, "first_on": f"{DAY}", "begins": "09:00", "ends": "11:00", "heads": "20"}
    return {**said, "purpose": "党员大会", "kind": "meeting", "key": str(uuid4()), "answer": "book", **changes}


def test_only_guests_ask_and_only_where_they_are_to() -> None:
    asked = Booking("county", asks_first=True)
    found = [is_to_ask(asked, BASE, guest) for guest in (NEAR, Ground("1/2/4/9/", "A"), Ground("1/2/", "A"))]
    assert (found, is_to_ask(Booking("county"), BASE, NEAR)) == ([True, False, False], False)


def test_a_guest_asks_the_keeper_agrees_and_both_hear_of_it(cast: Cast, school: Base, room: Venue) -> None:
    guest, keeper = signed_in(cast.accounts["sibling_township"]), signed_in(cast.accounts["base"])
    said = guest.post(reverse("bases:reserve", args=[room.pk]), body(cast), follow=True).content.decode()
    assert "已送出，等霍童镇党校同意。这段时间先给您留着。" in said
    row = Reservation.objects.get()
    assert (status_of(row), row.expires_at) == ("asked", NOON + timedelta(hours=48))
    assert told("bases.venue_reserved") == {
        "base": ["bases.reservation_asked"],
        "township": ["bases.reservation_asked"],
    }
    with pytest.raises(VenueNotFree):
        reserve(cast.unit("kengtou"), room, DAY, 9, 11)
    with pytest.raises(ReservationAsked):
        confirm_hold(reservation=row, actor=cast.actor("sibling_township"))
    assert not holds_to_confirm(cast.actor("sibling_township")).exists()
    assert list(reservations_to_answer(cast.actor("base"))) == [row]
    assert not reservations_to_answer(cast.actor("county")).exists()
    assert "答复约场地：党员大会" in keeper.get("/").content.decode()
    page, agree = (reverse(f"bases:{name}", args=[row.pk]) for name in ("reservation", "reservation_approve"))
    assert "同意</button>" not in guest.get(page).content.decode()
    assert guest.post(agree).status_code == 403
    assert "虎𬇙镇党委想约，最晚 11月25日 12:00 答复。" in keeper.get(page).content.decode()
    assert "已同意，对方会收到消息。" in keeper.post(agree, follow=True).content.decode()
    row.refresh_from_db()
    assert (status_of(row), row.expires_at, row.is_asked) == ("booked", None, False)
    Message.objects.all().delete()
    assert told("bases.reservation_approved") == {"sibling_township": ["bases.reservation_approved"]}
    with pytest.raises(ReservationOver):
        approve_reservation(reservation=row, actor=SYSTEM)
    with pytest.raises(NotPermitted):
        approve_reservation(reservation=row, actor=cast.actor("sibling_township"))


def test_the_own_line_asks_nobody_and_a_row_is_agreed_to_as_one(cast: Cast, school: Base, room: Venue) -> None:
    (own,) = reserve(cast.unit("kengtou"), room, DAY, 14, 16)
    assert status_of(own) == "booked"
    rows = reserve(cast.unit("hubei"), room, DAY, 9, 11, repeat="weekly", until=DAY + timedelta(14))
    assert [status_of(row) for row in rows] == ["asked"] * 3
    assert [row.pk for row in reservations_to_answer(cast.actor("base"))] == [rows[0].pk]
    approve_reservation(reservation=rows[0], actor=cast.actor("base"))
    assert Reservation.objects.filter(expires_at=None, is_asked=False).count() == 4


def test_whoever_hears_no_or_nothing_is_told_what_is_free(cast: Cast, school: Base, room: Venue) -> None:
    first, second = reserve(cast.unit("hubei"), room, DAY, 9, 11)[0], reserve(cast.unit("hubei"), room, DAY, 14, 16)[0]
    cancel_reservation(reservation=first, reason="要考试", actor=cast.actor("base"))
    told("bases.reservation_cancelled")
    (no,) = Message.objects.filter(account=cast.accounts["sibling_township"])
    assert "要考试" in no.body
    assert "空着" in no.body
    Message.objects.all().delete()
    with clock.frozen(NOON + timedelta(hours=49)):
        assert status_of(second) == "released"
        reserve(cast.unit("kengtou"), room, DAY, 14, 16)  # the next who comes lets go of it
        for _again in range(2):
            expire_holds(actor=SYSTEM)
        assert Activity.objects.filter(event="bases.reservation_unanswered").count() == 1
        assert list(told("bases.reservation_unanswered")) == ["sibling_township"]
        assert "阵地到期没有答复，已经放开。这个场地" in Message.objects.get().body


def test_the_rule_is_set_on_the_page_and_shown(cast: Cast, school: Base) -> None:
    set_booking_rule(base=school, terms=None, actor=SYSTEM)
    keeper, page = signed_in(cast.accounts["base"]), reverse("bases:booking", args=[school.pk])
    assert "外单位约场地，先要我们同意" in keeper.get(page).content.decode()
    assert keeper.post(page, {"reach": "county", "notice_days": "0", "asks_first": "on"}).status_code == 302
    assert school.booking_rule.asks_first
    assert "外单位约的，要阵地同意" in keeper.get(reverse("bases:base", args=[school.pk])).content.decode()


def test_the_table_holds_what_is_asked_for_a_while_only(cast: Cast, school: Base, room: Venue) -> None:
    (row,) = reserve(cast.unit("hubei"), room, DAY, 9, 11)
    with pytest.raises(IntegrityError, match="reservation_asked_for_a_while"):
        Reservation.objects.filter(pk=row.pk).update(expires_at=None)


def test_of_sixteen_who_answer_at_once_one_does(cast_committed: Cast) -> None:
    base = asking(make_base(cast_committed.unit("huotong")))
    (row,) = reserve(cast_committed.unit("hubei"), base.venues.get(), DAY, 9, 11)

    def answer(number: int) -> None:
        with clock.frozen(NOON):
            if number % 2:
                approve_reservation(reservation=row, actor=cast_committed.actor("base"))
            else:
                cancel_reservation(reservation=row, actor=cast_committed.actor("sibling_township"))

    said = gathered(answer)
    row.refresh_from_db()
    agreed = Activity.objects.filter(event="bases.reservation_approved").count()
    assert agreed <= 1
    # Whoever agreed first may still see it taken back; nobody agrees to what was taken back.
    assert (said["done"], row.state) == (1 + agreed, "cancelled")
