"""A mobile school is held by the classes at it, also those that name none of its rooms, with the way there and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from doorstep.bases.models import Base, Reservation
from doorstep.bases.services.places import PlaceFacts, enter_base
from doorstep.bases.services.venues import close_place
from doorstep.catalogue.queries.offers import offer_of_package
from doorstep.classes.queries.order_rooms import days_offered, order_figures
from doorstep.classes.rules.orders import Wish
from doorstep.classes.services import opening, orders, sessions
from doorstep.classes.services.bringing import VehicleTaken
from doorstep.classes.services.order_refusals import OrderNoRoom
from doorstep.classes.services.order_waiting import offer_days, take_offer
from doorstep.classes.services.refusals import VenueTaken
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.orders import make_order, package_at

DAY = date(2026, 12, 7)
LIVE = Reservation.objects.filter(state="live")


@pytest.fixture
def noon(db: None) -> Iterator[None]:
    with clock.frozen(clock.at_local(date(2026, 11, 23), 12)):
        yield


@pytest.fixture
def mobile(cast: Cast, noon: None) -> Base:
    base = make_base(cast.unit("huotong"), name="海上渔排流动党校")
    Base.objects.filter(pk=base.pk).update(kind="mobile_school", lat=26.9, lng=119.4)
    base.refresh_from_db()
    return base


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def spans() -> list[tuple[datetime, datetime]]:
    return list(LIVE.order_by("starts_at").values_list("held_from", "free_at"))


def at_school(mobile: Base, hour: int = 8, **changes: Any) -> Any:
    return half_day(DAY, hour, base_id=mobile.pk, **changes)


class TestHeld:
    """It is at one place at a time, whoever plans and however it is said."""

    def test_a_session_at_the_school_without_a_room_holds_the_whole_of_it(self, cast: Cast, mobile: Base) -> None:
        unit, room = cast.unit("huotong"), mobile.venues.get()
        opened = make_class(unit, sessions=[at_school(mobile)])
        session = opened.sessions.get()
        assert (session.base_id, session.venue_id, session.brings) == (mobile.pk, None, [room.pk])
        assert list(LIVE.values_list("lane", "part", "heads")) == [(-mobile.pk, session.pk, 40)]
        holds()
        for plan in (at_school(mobile, 10), half_day(DAY, 10, base_id=mobile.pk, venue_id=room.pk)):
            with pytest.raises((VehicleTaken, VenueTaken)):
                make_class(unit, sessions=[plan], title="同时的班")
        assert LIVE.count() == 1
        # Named along with it once more it is the same claim, and no place that need not be taken along.
        opening.cancel_class(training_class=opened, reason="台风", actor=SYSTEM)
        assert not LIVE.exists()
        twice = make_class(unit, sessions=[at_school(mobile, brings=(room.pk,))])
        assert (twice.sessions.get().brings, LIVE.count()) == ([room.pk], 1)
        holds()

    def test_the_way_there_and_back_counts(self, cast: Cast, mobile: Base) -> None:
        far = {"pin": (26.9, 119.2), "township_id": cast.unit("huotong").pk, "location": "葡萄园"}
        make_class(cast.unit("huotong"), base_id=mobile.pk, sessions=[half_day(DAY, **far)])
        way, after = timedelta(minutes=51), timedelta(minutes=15)  # 20 km, half as far again on the road, 35 km an hour
        starts, ends = clock.at_local(DAY, 8, 30), clock.at_local(DAY, 11, 30)
        (span,) = spans()
        assert span[0] == starts - way
        assert span[1] in (ends + way, ends + way + after)
        # Until it is back it cannot set out for anybody else.
        with pytest.raises(VehicleTaken) as refused:
            make_class(cast.unit("huotong"), sessions=[half_day(DAY, 11, base_id=mobile.pk)], title="下一个班")
        assert refused.value.text == (
            "12月7日镇党校教室派不出来：“农村党员冬训班（第三期）”08:30–11:30 在用。请改时间，或不带它去。"
        )
        holds()

    def test_a_class_that_moves_to_the_school_takes_it_and_one_that_leaves_lets_it_go(
        self, cast: Cast, mobile: Base
    ) -> None:
        unit = cast.unit("huotong")
        opened = make_class(unit, sessions=[half_day(DAY, location="渔排"), half_day(DAY, 14, location="渔排")])

        def edit(base_id: int | None) -> Any:
            return opening.edit_class(
                training_class=opened, title=opened.title, form="lecture", capacity=40, base_id=base_id, head_id=None,
                nominate_by=None, note="", actor=SYSTEM,
            )  # fmt: skip

        edit(mobile.pk)
        assert LIVE.count() == 2
        assert all(one.revision == 1 for one in opened.sessions.all())
        holds()
        added = sessions.add_session(training_class=opened, plan=half_day(DAY, 18), actor=SYSTEM)
        moved = sessions.move_session(session=added, plan=half_day(DAY, 19), actor=SYSTEM)
        assert (moved.brings, LIVE.count()) == ([mobile.venues.get().pk], 3)
        holds()
        edit(None)
        assert LIVE.count() == 0
        make_class(unit, sessions=[at_school(mobile)], title="先到的班")
        with pytest.raises(VehicleTaken):
            edit(mobile.pk)
        opened.refresh_from_db()
        assert (opened.base_id, LIVE.count()) == (None, 1)
        assert list(opened.sessions.exclude(brings=[])) == []
        holds()

    def test_a_refusal_is_said_on_the_page_of_the_class(self, cast: Cast, mobile: Base) -> None:
        unit, township = cast.unit("huotong"), signed_in(cast.accounts["township"])
        make_class(unit, sessions=[at_school(mobile)], title="先到的班")
        opened = make_class(unit, sessions=[half_day(DAY, location="渔排")])
        form = {
            "title": opened.title,
            "form": "lecture",
            "capacity": "40",
            "base": mobile.pk,
            "nominate_by": "",
            "note": "",
        }
        answer = township.post(reverse("classes:edit", args=[opened.pk]), form)
        assert answer.status_code == 422
        assert "派不出来：“先到的班”08:30–11:30 在用" in answer.content.decode()

    def test_when_the_school_is_closed_it_does_not_go(self, cast: Cast, mobile: Base) -> None:
        close_place(
            base=mobile,
            venue=None,
            kind="other",
            starts_at=clock.at_local(DAY, 0),
            ends_at=clock.at_local(DAY, 12),
            reason="船检",
            actor=SYSTEM,
        )
        mobile.venues.update(is_active=False)
        with pytest.raises(VehicleTaken) as refused:
            make_class(cast.unit("huotong"), sessions=[at_school(mobile)])
        assert "船检" in refused.value.text
        make_class(cast.unit("huotong"), sessions=[at_school(mobile, 14)])
        Base.objects.filter(pk=mobile.pk).update(valid_to=date(2026, 12, 1))
        with pytest.raises(VehicleTaken) as refused:
            make_class(cast.unit("huotong"), sessions=[at_school(mobile, 18)])
        assert "已停用" in refused.value.text

    def test_a_school_that_says_nothing_of_seats_can_be_held_too(self, cast: Cast, noon: None) -> None:
        facts = PlaceFacts(name="山区流动党校", capacity=0)
        entered = enter_base(
            unit=cast.unit("huotong"), kind="mobile_school", facts=facts, opened_on=date(2026, 1, 1), actor=SYSTEM
        )
        room = entered.venues.get()
        assert (room.name, room.seats, room.is_active) == ("山区流动党校", 0, False)
        make_class(cast.unit("huotong"), sessions=[at_school(entered)])
        assert list(LIVE.values_list("lane", flat=True)) == [-entered.pk]
        holds()

    def test_schools_entered_before_are_given_what_they_are_held_by(self, cast: Cast, mobile: Base) -> None:
        mobile.venues.all().delete()
        assert [f.name for f in check_invariants() if not f.holds] == ["mobile_school_can_be_held"]
        import_module("doorstep.bases.migrations.0017_mobile_schools_can_be_held").add(apps, None)
        assert list(mobile.venues.values_list("seats", "is_active")) == [(90, True)]
        holds()


class TestOrdered:
    """What is ordered at a school that has no room of its own looks at the school, and keeps it."""

    @pytest.fixture
    def package(self, mobile: Base) -> Any:
        package = package_at(mobile)
        mobile.venues.update(is_active=False, seats=0)
        return package

    def told(self, cast: Cast, package: Any, day: date = DAY) -> tuple[str, tuple[str, ...]]:
        given: Any = {"unit": cast.unit("kengtou"), "provider": package.unit, "people": 30}
        given |= {"figures": order_figures(package.unit.path), "first": day, "last": day}
        found = days_offered(offer_of_package(package), **given)[0]
        return found.word, found.starts

    def test_days_on_which_it_is_out_are_not_free(self, cast: Cast, mobile: Base, package: Any) -> None:
        unit = cast.unit("huotong")
        assert self.told(cast, package) == ("free", ("morning", "afternoon"))
        far = {"pin": (26.9, 119.2), "township_id": unit.pk, "location": "葡萄园"}
        out = make_class(unit, base_id=mobile.pk, sessions=[half_day(DAY, **far)], capacity=20)
        assert self.told(cast, package) == ("free", ("afternoon",))
        assert self.told(cast, package, DAY + timedelta(1)) == ("free", ("morning", "afternoon"))
        make_class(unit, sessions=[at_school(mobile, 14)], capacity=20, title="下午的班")
        assert self.told(cast, package) == ("full", ())
        order = make_order(cast.unit("kengtou"), package, DAY)
        with pytest.raises(OrderNoRoom, match="镇党校教室已被占用"):
            orders.accept_order(order=order, wish_number=1, actor=SYSTEM)
        # Who waits for it has the half day that comes free.
        waits = make_order(cast.unit("kengtou"), package, DAY, waits=True)
        assert offer_days(actor=SYSTEM) == 0
        opening.cancel_class(training_class=out, reason="台风", actor=SYSTEM)
        assert offer_days(actor=SYSTEM) == 1
        assert list(LIVE.exclude(expires_at=None).values_list("lane", "heads")) == [(-mobile.pk, 30)]
        assert self.told(cast, package) == ("full", ())
        taken = take_offer(order=waits, actor=cast.actor("secretary"))
        assert taken.training_class is not None
        assert LIVE.filter(holder=f"class:{taken.training_class.pk}").count() == 1
        holds()

    def test_another_day_keeps_it(self, cast: Cast, mobile: Base, package: Any) -> None:
        other = DAY + timedelta(2)
        order = make_order(cast.unit("kengtou"), package, DAY)
        orders.counter_order(order=order, wish=Wish(other, "morning"), actor=SYSTEM)
        assert list(LIVE.values_list("lane", "starts_at", "heads")) == [(-mobile.pk, clock.at_local(other, 8, 30), 30)]
        assert self.told(cast, package, other) == ("free", ("afternoon",))
        with pytest.raises(VehicleTaken):
            make_class(cast.unit("huotong"), sessions=[half_day(other, base_id=mobile.pk)], capacity=20)
        agreed = orders.agree_order(order=order, actor=cast.actor("secretary"))
        assert agreed.training_class is not None
        assert [row.holder for row in LIVE] == [f"class:{agreed.training_class.pk}"]
        holds()

    def test_when_it_is_closed_no_day_is_free(self, cast: Cast, mobile: Base, package: Any) -> None:
        shut = {"starts_at": clock.at_local(DAY, 0), "ends_at": clock.at_local(DAY + timedelta(1), 0)}
        close_place(base=mobile, venue=None, kind="other", reason="船检", **shut, actor=SYSTEM)
        assert self.told(cast, package) == ("shut", ())
