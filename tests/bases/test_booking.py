"""For whom a base is there besides its own line: the rule alone, in the database, on pages, in the lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.models import Base, BookingRule, Venue, VenueRule
from doorstep.bases.queries.booking import bookings_of, ground_of, open_to, reach_of
from doorstep.bases.queries.gaps import townships_with_functions
from doorstep.bases.queries.places import venues_for
from doorstep.bases.queries.venues import Use, obstacles
from doorstep.bases.rules.booking import Booking, Ground, hindrance, is_of_the_line, township_of
from doorstep.bases.rules.datum import read_point, to_gcj02
from doorstep.bases.services.booking import BarsItself, BookingTerms, NeverOpen, set_booking_rule
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.models import Activity, Policy
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base

TODAY, MONDAY = date(2026, 11, 24), date(2026, 12, 7)
SignIn = Callable[[str], Client]
BASE, NEAR, FAR = Ground("1/2/4/", "A"), Ground("1/2/5/", "A"), Ground("1/3/6/", "B")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.mark.parametrize(
    ("booking", "guest", "why"),
    [
        (Booking("own"), Ground("1/2/4/9/", "A"), ""),
        (Booking("own", 99, range(1, 8)), Ground("1/2/", "A"), ""),
        (Booking("own"), NEAR, "far"),
        (Booking("township"), NEAR, "far"),
        (Booking("county"), NEAR, ""),
        (Booking("county"), FAR, "far"),
        (Booking("network"), FAR, ""),
        (Booking("network", barred=["1/3/"]), FAR, "barred"),
        (Booking("network", barred=["1/3/66/"]), FAR, ""),
        (Booking("network", quiet_days=[1]), FAR, "quiet"),
        (Booking("network", quiet_days=[2]), FAR, ""),
        (Booking("network", notice_days=13), FAR, ""),
        (Booking("network", notice_days=14), FAR, "late"),
    ],
)
def test_who_may_come(booking: Booking, guest: Ground, why: str) -> None:
    assert hindrance(booking, BASE, guest, MONDAY, TODAY) == why


def test_no_notice_is_due_for_what_was_asked_before_or_is_past() -> None:
    booking = Booking("network", notice_days=99)
    assert hindrance(booking, BASE, FAR, MONDAY, None) == ""
    assert hindrance(booking, BASE, FAR, date(2026, 11, 1), TODAY) == ""


def test_a_townships_bases_are_open_to_its_own() -> None:
    spot = Ground("1/2/4/7/", "A")
    assert hindrance(Booking("township"), spot, Ground("1/2/4/8/", "A"), MONDAY, TODAY) == ""
    assert township_of("1/2/4/7/9/") == "1/2/4/"
    assert township_of("1/2/") == "1/2/"


PLACES = st.lists(st.sampled_from("1234"), min_size=1, max_size=4).map(lambda steps: "".join(f"{s}/" for s in steps))


@given(base=PLACES, guest=PLACES, reach=st.sampled_from(["own", "township", "county", "network"]))
def test_the_line_is_never_kept_out_and_wider_is_never_less(base: str, guest: str, reach: str) -> None:
    one, other = Ground(base, base[:3]), Ground(guest, guest[:3])
    why = hindrance(Booking(reach), one, other, MONDAY, TODAY)
    assert why == "" or not is_of_the_line(one, other)
    if why == "":
        assert hindrance(Booking("network"), one, other, MONDAY, TODAY) == ""


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("26.75, 119.48", (26.75, 119.48)),
        ("119.48，26.75", (26.75, 119.48)),
        (" 26.75 119.48 ", (26.75, 119.48)),
        ("26.75", None),
        ("北纬 26", None),
        ("119.4, 119.5", None),
        ("26.75, 200", None),
    ],
)
def test_points_as_people_paste_them(text: str, point: tuple[float, float] | None) -> None:
    assert read_point(text, "wgs84") == point


def test_points_of_chinese_maps_are_brought_home() -> None:
    lat, lng = to_gcj02(26.75, 119.48)
    found = read_point(f"{lat:.6f}, {lng:.6f}", "gcj02")
    assert found == pytest.approx((26.75, 119.48), abs=2e-6)


@pytest.fixture
def base(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


def rule(base: Base, venue: Venue | None = None, **terms: Any) -> Any:
    said = BookingTerms(**{"reach": "network", **terms})
    return set_booking_rule(base=base, venue=venue, terms=said, actor=SYSTEM)


@pytest.mark.parametrize("reach", ["", "own", "township", "county", "network"])
@pytest.mark.parametrize("barred", ["", "saiqi", "fuan", "hubei"])
def test_the_filter_says_what_the_rule_says(cast: Cast, base: Base, reach: str, barred: str) -> None:
    if reach:
        rule(base, reach=reach, barred=[cast.unit(barred)] if barred else [])
    ((stands, booking),) = bookings_of([(base.pk, None)]).values()
    for unit in cast.units.values():
        opened = not hindrance(booking, stands, ground_of(unit), MONDAY, None)
        assert Base.objects.filter(open_to(unit, "")).exists() == opened, unit.short_name
        assert venues_for(unit).exists() == opened, unit.short_name
        asked = venues_for(unit, besides=Venue.objects.get().pk)
        assert asked.exists()


@pytest.mark.parametrize("own", ["own", "county", "network"])
@pytest.mark.parametrize("of_base", ["", "own", "network"])
def test_a_venue_with_a_rule_of_its_own_goes_by_it(cast: Cast, base: Base, own: str, of_base: str) -> None:
    hall, room = base.venues.get(), Venue.objects.create(base=base, name="小教室", seats=20)
    if of_base:
        rule(base, reach=of_base, barred=[cast.unit("hubei")])
    rule(base, hall, reach=own, barred=[cast.unit("fuan")])
    known = bookings_of([(base.pk, hall.pk), (base.pk, room.pk)])
    for unit in cast.units.values():
        opened = set(venues_for(unit).values_list("pk", flat=True))
        for venue in (hall, room):
            stands, booking = known[base.pk, venue.pk]
            is_open = not hindrance(booking, stands, ground_of(unit), MONDAY, None)
            assert (venue.pk in opened) == is_open, (unit.short_name, venue.name)
    set_booking_rule(base=base, venue=hall, terms=None, actor=SYSTEM)
    assert bookings_of([(base.pk, hall.pk)])[base.pk, hall.pk] == known[base.pk, room.pk]
    told = Activity.objects.get(event="bases.booking_rule_set", detail__after={}).detail
    assert (told["venue"], told["before"]["reach"]) == (hall.pk, own)


def test_a_room_of_its_own_rule_is_shut_where_its_base_is_open(cast: Cast, base: Base) -> None:
    hall = base.venues.get()
    rule(base)
    rule(base, hall, notice_days=30)
    use = Use(base.pk, hall.pk, clock.at_local(MONDAY, 9), clock.at_local(MONDAY, 11))
    guest = ground_of(cast.unit("saiqi"))
    assert obstacles([use], booked_on=TODAY, guest=guest) == {0: "外单位要提前 30 天约"}
    assert obstacles([use], booked_on=TODAY, guest=ground_of(cast.unit("kengtou"))) == {}
    set_booking_rule(base=base, venue=hall, terms=None, actor=SYSTEM)
    assert obstacles([use], booked_on=TODAY, guest=guest) == {}
    other = make_base(cast.unit("hubei"), name="另一处")
    with pytest.raises(NotFound):
        rule(other, hall)


def test_where_nothing_is_said_the_policy_holds(cast: Cast, base: Base) -> None:
    assert reach_of(base) == "本县的单位"
    Policy.objects.filter(key="base.booking_reach").update(value="network")
    assert venues_for(cast.unit("saiqi")).exists()
    assert reach_of(base) == "全市的单位"
    rule(base, reach="own")
    assert not venues_for(cast.unit("saiqi")).exists()
    assert reach_of(base) == "本单位"


def test_what_is_said_stays_in_the_log(cast: Cast, base: Base) -> None:
    keeper = cast.actor("base")
    set_booking_rule(base=base, terms=BookingTerms("county", 3, [7, 7, 9], terms=" 打扫 "), actor=keeper)
    with clock.frozen(clock.at_local(TODAY, 13)):
        set_booking_rule(base=base, terms=BookingTerms("own", barred=[cast.unit("hubei")]), actor=keeper)
    first, second = Activity.objects.filter(event="bases.booking_rule_set").order_by("at", "id")
    assert first.detail["before"] == {}
    told = {"reach": "county", "notice_days": 3, "quiet_days": [7], "barred": [], "terms": "打扫", "asks_first": False}
    assert first.detail["after"] == second.detail["before"] == told
    assert second.detail["after"]["barred"] == [cast.unit("hubei").pk]


def test_what_cannot_be_said(cast: Cast, base: Base) -> None:
    with pytest.raises(NeverOpen):
        rule(base, quiet_days=range(1, 8))
    for unit in ("huotong", "jiaocheng", "kengtou"):
        with pytest.raises(BarsItself):
            rule(base, barred=[cast.unit(unit)])
    with pytest.raises(NotPermitted):
        set_booking_rule(base=base, terms=BookingTerms("own"), actor=cast.actor("sibling_township"))
    Base.objects.filter(pk=base.pk).update(kind="belt")
    with pytest.raises(NotFound):
        rule(base)


def test_the_resource_map_says_what_is_open_across_borders(cast: Cast, base: Base) -> None:
    def opened() -> dict[str, bool]:
        rows = townships_with_functions(SYSTEM)
        return {unit.code: unit.open_school for unit in rows}  # type: ignore[attr-defined]

    codes = [cast.unit(name).code for name in ("huotong", "hubei", "saiqi")]
    assert [opened()[code] for code in codes] == [False, True, False]
    rule(base)
    assert [opened()[code] for code in codes] == [False, True, True]
    rule(base, barred=[cast.unit("fuan")])
    assert [opened()[code] for code in codes] == [False, True, False]


class TestPages:
    def test_the_keeper_says_it_of_one_venue(self, cast: Cast, base: Base, sign_in: SignIn) -> None:
        keeper, hall = sign_in("base"), base.venues.get()
        page, shown = reverse("bases:booking", args=[base.pk]), reverse("bases:venue", args=[hall.pk])
        assert "和整个阵地的借用规则一样" in keeper.get(shown).content.decode()
        asked = f"{page}?venue={hall.pk}"
        sent = keeper.post(asked, {"reach": "own", "notice_days": "0", "terms": "只给本镇开会用"})
        assert (sent.status_code, sent.headers["Location"]) == (302, shown)
        assert (VenueRule.objects.get().reach, BookingRule.objects.exists()) == ("own", False)
        text = sign_in("other_county").get(shown).content.decode()
        assert "外单位：本单位" in text
        assert "只给本镇开会用" in text
        assert "另有规则" in keeper.get(reverse("bases:base", args=[base.pk])).content.decode()
        assert "和整个阵地一样" in keeper.get(asked).content.decode()
        assert keeper.post(asked, {"answer": "drop"}).headers["Location"] == shown
        assert not VenueRule.objects.exists()
        other = make_base(cast.unit("kengtou"), name="另一处").venues.get()
        assert keeper.get(f"{page}?venue={other.pk}").status_code == 404

    def test_the_keeper_says_and_others_read(self, cast: Cast, base: Base, sign_in: SignIn) -> None:
        keeper, other = sign_in("base"), sign_in("other_county")
        page, shown = reverse("bases:booking", args=[base.pk]), reverse("bases:base", args=[base.pk])
        assert other.get(page).status_code == 404
        assert "按全市的规定" in other.get(shown).content.decode()
        body = {"reach": "network", "notice_days": "5", "quiet_days": ["6", "7"], "terms": "自带茶杯"}
        assert keeper.post(page, {**body, "notice_days": "-1"}).status_code == 422
        full = keeper.post(page, {**body, "quiet_days": [str(day) for day in range(1, 8)]})
        assert "一周七天" in full.content.decode()
        assert keeper.post(page, {**body, "barred": [cast.unit("saiqi").pk]}).status_code == 302
        text = other.get(shown).content.decode()
        for words in ("全市的单位", "外单位至少 5 天", "星期六、星期日", "赛岐镇党委", "自带茶杯"):
            assert words in text
        assert 'value="5"' in keeper.get(page).content.decode()
        venue = base.venues.get()
        assert "外单位：全市的单位" in other.get(reverse("bases:venue", args=[venue.pk])).content.decode()

    def test_no_rules_for_what_is_out_of_use(self, cast: Cast, base: Base, sign_in: SignIn) -> None:
        Base.objects.filter(pk=base.pk).update(valid_to=TODAY)
        assert sign_in("base").get(reverse("bases:booking", args=[base.pk])).status_code == 404
