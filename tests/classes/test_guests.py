"""Booking across borders: let in or refused with a way out by the keeper's rule, seen and objected to by the keeper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doorstep.bases.models import Base
from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.classes.models import Objection, TrainingClass
from doorstep.classes.queries.guests import guests_coming, guests_visible_to, objections_of, objections_waiting
from doorstep.classes.services import joint_refusals as said
from doorstep.classes.services.guests import object_to_guest, settle_objection
from doorstep.classes.services.refusals import VenueShut
from doorstep.classes.services.sessions import move_session
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class

TODAY, DAY = date(2026, 11, 24), date(2026, 12, 7)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def base(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


def at(base: Base, day: date = DAY, **changes: Any) -> Any:
    return half_day(day, base_id=base.pk, venue_id=base.venues.get().pk, **changes)


def rule(base: Base, **terms: Any) -> None:
    set_booking_rule(base=base, terms=BookingTerms(**{"reach": "network", **terms}), actor=SYSTEM)


def guest(cast: Cast, base: Base, unit: str = "saiqi") -> TrainingClass:
    rule(base)
    return make_class(cast.unit(unit), sessions=[at(base)])


def test_another_county_comes_once_it_is_let_in(cast: Cast, base: Base) -> None:
    other = cast.actor("other_county")
    make_base(cast.unit("saiqi"), name="赛岐镇党校")
    with pytest.raises(VenueShut, match="只开放给本县的单位.*换赛岐镇党校镇党校教室"):
        make_class(cast.unit("saiqi"), actor=other, sessions=[at(base)])
    rule(base)
    assert make_class(cast.unit("saiqi"), actor=other, sessions=[at(base)]).pk


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"quiet_days": [1]}, "星期一不接外单位"),
        ({"notice_days": 14}, "外单位要提前 14 天约"),
        ({"reach": "township"}, "本乡镇的单位"),
    ],
)
def test_refused_with_the_reason(cast: Cast, base: Base, terms: dict[str, Any], why: str) -> None:
    rule(base, **terms)
    with pytest.raises(VenueShut, match=why):
        make_class(cast.unit("saiqi"), sessions=[at(base)])
    make_class(cast.unit("kengtou"), sessions=[at(base)])


def test_units_that_are_not_received_are_told_so(cast: Cast, base: Base) -> None:
    rule(base, barred=[cast.unit("fuan")])
    with pytest.raises(VenueShut, match="不接待您的单位"):
        make_class(cast.unit("saiqi"), sessions=[at(base)])


def test_rules_made_later_undo_no_booking(cast: Cast, base: Base) -> None:
    held = guest(cast, base)
    rule(base, reach="own")
    session = held.sessions.get()
    move_session(session=session, plan=at(base, title="另一课"), actor=SYSTEM)
    with pytest.raises(VenueShut):
        move_session(session=session, plan=at(base, date(2026, 12, 8)), actor=SYSTEM)


def test_keepers_see_guests_and_nobody_elses(cast: Cast, base: Base) -> None:
    held, own = guest(cast, base), make_class(cast.unit("kengtou"), sessions=[at(base, date(2026, 12, 9))])
    make_class(cast.unit("hubei"), sessions=[at(base, date(2026, 12, 10))], is_draft=True)
    keeper = cast.actor("base")
    (row,) = guests_visible_to(keeper)
    assert (row.training_class_id, row.objected) == (held.pk, False)  # type: ignore[attr-defined]
    assert own.pk != held.pk
    assert [one.pk for one in guests_coming(keeper, 5)] == [row.pk]
    assert not guests_visible_to(cast.actor("sibling_township")).exists()
    with clock.frozen(clock.at_local(DAY, 9)):
        assert guests_coming(keeper, 5) == []


def test_an_objection_is_told_and_settled(cast: Cast, base: Base) -> None:
    held, keeper, organiser = guest(cast, base), cast.actor("base"), cast.actor("other_county")
    with pytest.raises(said.ObjectionReasonMissing):
        object_to_guest(training_class=held, base=base, reason=" ", actor=keeper)
    with pytest.raises(NotPermitted):
        object_to_guest(training_class=held, base=base, reason="x", actor=organiser)
    made = object_to_guest(training_class=held, base=base, reason="那天停电", actor=keeper)
    with pytest.raises(said.ObjectionOpen):
        object_to_guest(training_class=held, base=base, reason="那天停电", actor=keeper)
    assert [one.pk for one in objections_waiting(organiser)] == [made.pk]
    assert not objections_waiting(keeper).exists()
    assert guests_coming(keeper, 5) == []
    with pytest.raises(said.ObjectionOutcomeMissing):
        settle_objection(objection=made, outcome="", actor=organiser)
    settle_objection(objection=made, outcome="改到 8 号", actor=organiser)
    with pytest.raises(said.ObjectionSettled):
        settle_objection(objection=made, outcome="x", actor=organiser)
    assert not objections_waiting(organiser).exists()
    assert held.sessions.filter(is_cancelled=False).count() == 1  # never undone silently


def test_an_objection_ends_when_the_class_goes_elsewhere(cast: Cast, base: Base) -> None:
    held = guest(cast, base)
    made = object_to_guest(training_class=held, base=base, reason="x", actor=SYSTEM)
    move_session(session=held.sessions.get(), plan=half_day(DAY, location="别处"), actor=SYSTEM)
    assert not objections_waiting(cast.actor("other_county")).exists()
    ((one),) = objections_of(held)
    assert (one.pk, one.is_open) == (made.pk, False)  # type: ignore[attr-defined]
    with pytest.raises(said.ObjectionTooLate):
        object_to_guest(training_class=held, base=base, reason="x", actor=SYSTEM)


def test_ones_own_class_is_changed_not_objected_to(cast: Cast, base: Base) -> None:
    own = make_class(cast.unit("kengtou"), sessions=[at(base)])
    with pytest.raises(said.ObjectionToOwn):
        object_to_guest(training_class=own, base=base, reason="x", actor=SYSTEM)


class TestPages:
    def test_from_finding_a_room_to_an_answer(self, cast: Cast, base: Base, sign_in: SignIn) -> None:
        other, keeper, venue = sign_in("other_county"), sign_in("base"), base.venues.get()
        new = f"{reverse('classes:new')}?venue={venue.pk}"
        assert "镇党校教室" in other.get(new).content.decode()
        body = {
            "unit": cast.unit("fuan").pk, "title": "跨县班", "starts_on": "2026-12-07", "form": "lecture",
            "capacity": "40", "venue": venue.pk, "location": "", "rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0",
            "rows-0-day": "1", "rows-0-starts": "08:30", "rows-0-ends": "11:30", "rows-0-credit_unit": "half_day",
            "rows-0-title": "课",
        }  # fmt: skip
        refused = other.post(reverse("classes:new"), body)
        assert refused.status_code == 422
        assert "本县的单位" in refused.content.decode()
        rule(base)
        assert other.post(reverse("classes:new"), body).status_code == 302
        held = TrainingClass.objects.get(title="跨县班")
        assert "别的单位要来办班" in keeper.get("/").content.decode()
        assert "跨县班" in keeper.get(reverse("classes:guests"), {"when": "coming"}).content.decode()
        assert "跨县班" not in keeper.get(reverse("classes:guests"), {"when": "past"}).content.decode()
        page = reverse("classes:guest", args=[held.sessions.get().pk])
        assert other.get(page).status_code == 404
        assert keeper.post(page, {"reason": ""}).status_code == 422
        assert keeper.post(page, {"reason": "那天开村民大会"}).status_code == 302
        assert keeper.post(page, {"reason": "再说一遍"}).status_code == 422
        assert "跨县班" in keeper.get(reverse("classes:guests"), {"when": "objected"}).content.decode()
        assert "有异议" in other.get("/").content.decode()
        overview = reverse("classes:class", args=[held.pk])
        assert "那天开村民大会" in other.get(overview).content.decode()
        settle = reverse("classes:objection_settle", args=[held.pk, Objection.objects.get().pk])
        assert keeper.post(settle, {"outcome": "x"}).status_code == 404
        assert other.post(settle, {"outcome": "改到下午"}).status_code == 302
        assert "改到下午" in keeper.get(page).content.decode()
        assert "改到下午" in other.get(overview).content.decode()
