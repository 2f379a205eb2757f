"""Places entered by those who may, kept true, ended and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.models import Base, Venue
from doorstep.bases.queries.belts import belts_visible_to, lacking_aspects
from doorstep.bases.queries.places import divisions_of, entering_units, kinds_to_enter
from doorstep.bases.rules.belts import straight_km
from doorstep.bases.rules.datum import from_gcj02, to_gcj02
from doorstep.bases.services.belts import plan_belt
from doorstep.bases.services.places import (
    BaseStandsSo,
    MicroSiteTooLarge,
    PlaceFacts,
    PlaceNamed,
    PlaceTooFar,
    change_base,
    end_base,
    enter_base,
    reopen_base,
)
from doorstep.classes.services.refusals import VenueShut
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.directory.models import Division
from doorstep.directory.queries import search_hits
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def entered(cast: Cast, kind: str = "teaching_point", who: str = "township", **facts: object) -> Base:
    said = PlaceFacts(**{"name": "葡萄园现场教学点", "capacity": 60, **facts})  # type: ignore[arg-type]
    return enter_base(unit=cast.unit("huotong"), kind=kind, facts=said, opened_on=TODAY, actor=cast.actor(who))


@given(st.floats(21, 42), st.floats(98, 125))
def test_what_a_map_shows_is_brought_back_to_where_it_is(lat: float, lng: float) -> None:
    """The shift is at most some hundred metres, and going there and back ends where it began."""
    shown = to_gcj02(lat, lng)
    assert straight_km(lat, lng, *shown) < 1.2
    assert straight_km(lat, lng, *from_gcj02(*shown)) < 0.00002  # kilometres: two centimetres


def test_a_known_point() -> None:
    """Tiananmen: the pair published with the formula."""
    shown = to_gcj02(39.908823, 116.397470)
    assert [round(one, 4) for one in shown] == [39.9102, 116.4037]


def test_who_enters_what(cast: Cast) -> None:
    here = cast.unit("huotong").path
    names = {
        who: {kind for kind, _word in kinds_to_enter(cast.actor(who), here)} for who in ("township", "county", "city")
    }
    light = {"teaching_point", "mobile_school", "micro_site", "lecture_hall"}
    assert names == {
        "township": light,
        "county": light | {"township_school"},
        "city": light | {"township_school", "demonstration_base", "academy"},
    }
    with pytest.raises(NotPermitted):
        entered(cast, "township_school")
    assert entering_units(cast.actor("secretary")) == []
    assert [unit.short_name for unit in entering_units(cast.actor("township"))][0] == cast.unit("huotong").short_name


def test_entered_found_changed_ended_and_brought_back(cast: Cast) -> None:
    keeper = cast.actor("township")
    base = entered(cast, theme="产业实训", host="坑头村党支部", point=(26.9, 119.4))
    assert (base.lat, base.lng, base.county, base.host) == (26.9, 119.4, cast.unit("huotong").county, "坑头村党支部")
    assert search_hits("葡萄园", keeper, kind="base") == [base.pk]
    assert base.venues.get().seats == 60
    assert not entered(cast, name="还没有座位的点", capacity=0).venues.exists()
    with pytest.raises(PlaceNamed):
        entered(cast)
    change_base(base=base, facts=PlaceFacts(name="茶园现场教学点", capacity=40), actor=keeper)
    assert search_hits("茶园", keeper, kind="base") == [base.pk]
    assert search_hits("葡萄园", keeper, kind="base") == []
    end_base(base=base, actor=keeper)
    with pytest.raises(BaseStandsSo):
        end_base(base=base, actor=keeper)
    twin = entered(cast, name="茶园现场教学点")
    with pytest.raises(PlaceNamed):
        reopen_base(base=base, actor=keeper)
    end_base(base=twin, actor=keeper)
    reopen_base(base=base, actor=keeper)
    with pytest.raises(BaseStandsSo):
        reopen_base(base=base, actor=keeper)
    assert Base.objects.get(pk=base.pk).valid_to is None


def test_a_micro_site_is_small_and_a_point_lies_near_its_unit(cast: Cast) -> None:
    with pytest.raises(MicroSiteTooLarge) as refused:
        entered(cast, "micro_site", capacity=31)
    assert refused.value.text == "微课堂最多坐 30 人，填的是 31 人。人再多的请登记成现场教学点。"
    assert entered(cast, "micro_site", capacity=30).kind == "micro_site"
    town = {"level": "township", "kind": "镇", "lat": 26.9, "lng": 119.4, "valid_from": date(2000, 1, 1)}
    division = Division.objects.create(code="350902105", name="霍童镇", short_name="霍童", **town)
    place = {**town, "level": "village", "kind": "村", "parent": division}
    Division.objects.create(code="350902105201", name="坑头村", short_name="坑头", **place)
    assert divisions_of(cast.unit("huotong")) == []
    cast.unit("huotong").division = division
    with pytest.raises(PlaceTooFar) as refused:
        entered(cast, name="填反了", point=(27.9, 119.4))
    assert "有 111 公里，多半填错了" in refused.value.text
    own, village = divisions_of(cast.unit("huotong"))
    assert own == division
    assert entered(cast, name="在村里", point=(26.95, 119.45), division=village).division_id == village.code


def test_a_base_that_ends_takes_its_rooms_along(cast: Cast) -> None:
    school, other = make_base(cast.unit("huotong")), make_base(cast.unit("hubei"), name="虎𬇙党校")
    Base.objects.filter(pk__in=[school.pk, other.pk]).update(lat=26.85, lng=119.4, is_flagged=True)
    belt = plan_belt(
        unit=cast.unit("jiaocheng"), name="带", theme="x", places=[school, other], argument="近", actor=SYSTEM
    )
    before = len(lacking_aspects(belt.base))
    room = Venue.objects.get(base=school)
    end_base(base=school, actor=cast.actor("county"))
    end_base(base=other, actor=cast.actor("county"))
    assert len(lacking_aspects(belt.base)) == before + 2  # no premium place, nobody is received
    sitting = half_day(date(2026, 12, 7), base_id=school.pk, venue_id=room.pk)
    with pytest.raises(VenueShut, match="已停用"):
        make_class(cast.unit("huotong"), sessions=[sitting])


def test_a_belt_is_put_away_and_brought_back_by_its_county(cast: Cast) -> None:
    school, other = make_base(cast.unit("huotong")), make_base(cast.unit("hubei"), name="虎𬇙党校")
    belt = plan_belt(
        unit=cast.unit("jiaocheng"), name="带", theme="x", places=[school, other], argument="近", actor=SYSTEM
    )
    county, use = signed_in(cast.accounts["county"]), reverse("bases:base_use", args=[belt.pk])
    with pytest.raises(NotPermitted):
        end_base(base=belt.base, actor=cast.actor("township"))
    assert county.post(use, {"answer": "end"}).status_code == 302
    page = county.get(reverse("bases:base", args=[belt.pk])).content.decode()
    assert "恢复使用" in page
    assert "带里的阵地" not in page
    assert not belts_visible_to(cast.actor("county"))
    again = plan_belt(
        unit=cast.unit("jiaocheng"), name="带", theme="x", places=[school, other], argument="近", actor=SYSTEM
    )
    assert county.post(use, {"answer": "reopen"}).status_code == 409
    end_base(base=again.base, actor=cast.actor("county"))
    assert county.post(use, {"answer": "reopen"}).status_code == 302
    assert "停用" in county.get(reverse("bases:base", args=[belt.pk])).content.decode()
    assert [base.pk for base in belts_visible_to(cast.actor("county"))] == [belt.pk]
    with pytest.raises(NotFound):
        change_base(base=belt.base, facts=PlaceFacts(name="x", capacity=1), actor=SYSTEM)


def test_pages(cast: Cast) -> None:
    keeper, address = signed_in(cast.accounts["township"]), reverse("bases:base_new")
    sent = {"kind": "teaching_point", "name": "葡萄园", "capacity": "60", "opened_on": "2026-11-01", "lat": "26.9",
            "lng": "119.4", "datum": "gcj02", "has_network": "on"}  # fmt: skip
    assert "纬度和经度要一起填" in keeper.post(address, {**sent, "lng": ""}).content.decode()
    assert keeper.post(address, {**sent, "kind": "academy"}).status_code == 422
    assert keeper.post(address, sent).status_code == 302
    assert keeper.post(address, sent).status_code == 422
    base = Base.objects.get(name="葡萄园")
    assert base.lat is not None
    assert base.lng is not None
    assert 0.1 < straight_km(26.9, 119.4, base.lat, base.lng) < 1
    edit = reverse("bases:base_edit", args=[base.pk])
    assert f'value="{base.lat}"' in keeper.get(edit).content.decode()
    assert keeper.post(edit, {"name": "茶园", "capacity": "31"}).status_code == 302
    assert Base.objects.get(pk=base.pk).lat is None
    use = reverse("bases:base_use", args=[base.pk])
    assert keeper.post(use, {"answer": "end"}).status_code == 302
    assert keeper.get(edit).status_code == 404
    assert "恢复使用" in keeper.get(reverse("bases:base", args=[base.pk])).content.decode()
    assert keeper.post(use, {"answer": "end"}).status_code == 409
    assert keeper.post(use, {"answer": "reopen"}).status_code == 302
    assert signed_in(cast.accounts["secretary"]).get(address).status_code == 404
    assert "登记阵地" in keeper.get(reverse("bases:bases")).content.decode()
