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
from doorstep.classes.services import opening, sessions
from doorstep.classes.services.bringing import VehicleTaken
from doorstep.classes.services.refusals import VenueTaken
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class

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
