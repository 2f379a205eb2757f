"""Places entered by those who may, kept true, ended and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.models import Base, Venue
from doorstep.bases.queries.belts import belts_visible_to, lacking_aspects
from doorstep.bases.queries.places import base_counts, divisions_of, entering_units, kinds_to_enter
from doorstep.bases.rules.belts import straight_km
from doorstep.bases.rules.datum import from_gcj02, to_gcj02
from doorstep.bases.services.belts import plan_belt
from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.bases.services.photos import PhotoFacts, add_photo
from doorstep.bases.services.places import (
    BaseStandsSo,
    MicroSiteTooLarge,
    NoPointToFlag,
    OpenedOnWrong,
    PlaceFacts,
    PlaceNamed,
    PlaceTooFar,
    change_base,
    end_base,
    enter_base,
    flag_point,
    reopen_base,
)
from doorstep.bases.services.venues import close_place, lend_venue, set_reception
from doorstep.bases.services.wording import WordsHoldNumbers
from doorstep.classes.services.refusals import VenueShut
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.models import Activity
from doorstep.directory.models import Division, Unit
from doorstep.directory.queries import search_hits
from doorstep.directory.services.units import found_unit
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.materials import picture
from tests.factories.policies import set_policy

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
    assert "已经有一处叫“带”的阵地" in county.post(use, {"answer": "reopen"}, follow=True).content.decode()
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
    assert "已经是这样了" in keeper.post(use, {"answer": "end"}, follow=True).content.decode()
    assert keeper.post(use, {"answer": "reopen"}).status_code == 302
    assert signed_in(cast.accounts["secretary"]).get(address).status_code == 404
    assert "登记阵地" in keeper.get(reverse("bases:bases")).content.decode()


def test_where_a_base_lies_outlives_a_change_of_its_words(cast: Cast) -> None:
    """The unit of a base that stands for itself has no division of its own: it lies in that of the township above."""
    town = Division.objects.create(
        code="350902105", level="township", kind="镇", name="霍童镇", short_name="霍童", valid_from=date(2000, 1, 1)
    )
    village = Division.objects.create(
        code="350902105201", level="village", kind="村", name="坑头村", short_name="坑头", parent=town,
        valid_from=date(2000, 1, 1),
    )  # fmt: skip
    Unit.objects.filter(pk=cast.unit("huotong").pk).update(division=town)
    above = cast.unit("huotong")
    own = found_unit(
        code="HTX-1", name="霍童溪基地", short_name="霍童溪基地", kind="base", parent=above, county=above.county,
        valid_from=TODAY, actor=cast.system,
    )  # fmt: skip
    base = make_base(own, name="霍童溪基地")
    Base.objects.filter(pk=base.pk).update(division=village)
    address = reverse("bases:base_edit", args=[base.pk])
    browser = signed_in(cast.accounts["township"])
    shown = browser.get(address).content.decode()
    assert '<option value="350902105201" selected>' in shown
    sent = {"name": "霍童溪基地", "theme": "治水", "capacity": 90, "division": "350902105201", "has_network": "on"}
    assert browser.post(address, sent).status_code == 302
    # A village that has gone to another township since is not lost either.
    Division.objects.filter(pk=village.pk).update(parent=None)
    assert '<option value="350902105201" selected>' in browser.get(address).content.decode()
    assert browser.post(address, sent).status_code == 302
    base.refresh_from_db()
    assert (base.division_id, base.theme) == ("350902105201", "治水")


def test_the_city_says_which_points_teach_the_new_thought(cast: Cast) -> None:
    point, school = entered(cast), make_base(cast.unit("huotong"))
    other = entered(cast, name="九都现场教学点")
    belt = plan_belt(
        unit=cast.unit("jiaocheng"), name="带", theme="x", argument="近", actor=SYSTEM,
        places=[point, make_base(cast.unit("hubei"), name="虎𬇙党校")],
    )  # fmt: skip
    lacks = len(lacking_aspects(belt.base))
    page, address = reverse("bases:base", args=[point.pk]), reverse("bases:flag", args=[point.pk])
    city, county = signed_in(cast.accounts["city"]), signed_in(cast.accounts["county"])
    assert "定为新思想教学点" not in county.get(page).content.decode()
    assert county.post(address, {"answer": "begin"}).status_code == 403
    assert "定为新思想教学点" in city.get(page).content.decode()
    assert city.post(address, {"answer": "begin"}).status_code == 302
    assert "新思想现场教学点" in county.get(page).content.decode()
    assert len(lacking_aspects(belt.base)) == lacks - 1  # it is a premium place of its belt now
    flagged = county.get(reverse("bases:bases"), {"flagged": "1"}).content.decode()
    assert (point.name in flagged, other.name in flagged) == (True, False)
    assert base_counts()["flagged_point"] == 1
    assert "已经是这样了" in city.post(address, {"answer": "begin"}, follow=True).content.decode()
    assert city.post(address, {"answer": "x"}).status_code == 404
    for where in (school, end_base(base=other, actor=cast.actor("township"))):
        with pytest.raises(NoPointToFlag):
            flag_point(base=where, actor=cast.actor("city"))
    assert city.post(address, {"answer": "end"}).status_code == 302
    assert len(lacking_aspects(belt.base)) == lacks
    told = Activity.objects.filter(event__in=("bases.point_flagged", "bases.point_unflagged"))
    assert sorted(told.values_list("event", "subject_id")) == [
        ("bases.point_flagged", str(point.pk)),
        ("bases.point_unflagged", str(point.pk)),
    ]


def test_when_a_place_opened_can_be_set_right_by_who_may_enter_it(cast: Cast) -> None:
    """Its years are one of the gates: a keeper does not make the own place older."""
    for day in (date(1921, 7, 22), TODAY + timedelta(days=367)):
        with pytest.raises(OpenedOnWrong) as refused:
            enter_base(
                unit=cast.unit("huotong"), kind="micro_site", facts=PlaceFacts(name="王家院落"), opened_on=day,
                actor=cast.actor("township"),
            )  # fmt: skip
        assert refused.value.text == (f"启用日期 {day} 不对：不能早于 1921-07-23，也不能晚于 2027-11-25。请核对年份。")
    school = make_base(cast.unit("huotong"))
    facts = PlaceFacts(name=school.name, capacity=90)
    set_policy("base.opened_earliest", "1949-10-01")
    set_policy("base.opened_days_ahead", "30")
    for day in (date(1949, 9, 30), TODAY + timedelta(days=31)):
        with pytest.raises(OpenedOnWrong, match="不能早于 1949-10-01，也不能晚于 2026-12-24"):
            change_base(base=school, facts=facts, opened_on=day, actor=cast.actor("county"))
    with pytest.raises(NotPermitted):
        change_base(base=school, facts=facts, opened_on=date(2010, 1, 1), actor=cast.actor("township"))
    change_base(base=school, facts=facts, opened_on=school.valid_from, actor=cast.actor("township"))
    with pytest.raises(OpenedOnWrong):
        change_base(base=school, facts=facts, opened_on=date(1800, 1, 1), actor=cast.actor("county"))
    edit = reverse("bases:base_edit", args=[school.pk])
    sent = {"name": school.name, "capacity": "90", "opened_on": "2026-12-01"}
    keeper, county = signed_in(cast.accounts["township"]), signed_in(cast.accounts["county"])
    assert "启用" not in keeper.get(edit).content.decode()
    assert keeper.post(edit, sent).status_code == 302
    assert Base.objects.get(pk=school.pk).valid_from == date(2020, 1, 1)
    assert county.post(edit, sent).status_code == 302
    assert Base.objects.get(pk=school.pk).valid_from == date(2026, 12, 1)
    assert "未开始" in keeper.get(reverse("bases:base", args=[school.pk])).content.decode()


MOBILE = "13800138000"


@pytest.mark.parametrize(
    "write",
    [
        lambda base, actor: change_base(base=base, facts=PlaceFacts(name=f"找王某{MOBILE}"), actor=actor),
        lambda base, actor: change_base(base=base, facts=PlaceFacts(name="x", host=f"王某 {MOBILE}"), actor=actor),
        lambda base, actor: set_reception(base=base, people=1, phone=MOBILE, actor=actor),
        lambda base, actor: set_reception(base=base, people=1, contact="１３８００１３８０００", actor=actor),
        lambda base, actor: set_reception(base=base, people=1, note=f"打 {MOBILE}", actor=actor),
        lambda base, actor: close_place(
            base=base, kind="shut", starts_at=clock.now(), ends_at=clock.now() + timedelta(1), reason=MOBILE,
            actor=actor,
        ),
        lambda base, actor: lend_venue(
            venue=base.venues.get(), owner="文化站", valid_from=TODAY, valid_to=TODAY, terms=f"钥匙找 {MOBILE}",
            actor=actor,
        ),
        lambda base, actor: set_booking_rule(base=base, terms=BookingTerms("network", terms=MOBILE), actor=actor),
        lambda base, actor: add_photo(
            base=base, upload=BytesIO(picture()), upload_name="x.jpg", facts=PhotoFacts("课", f"王某 {MOBILE}"),
            actor=actor,
        ),
    ],
)  # fmt: skip
def test_words_that_everybody_reads_hold_no_mobile_number(
    cast: Cast, write: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    base = make_base(cast.unit("huotong"))
    with pytest.raises(WordsHoldNumbers) as refused:
        write(base, cast.actor("township"))
    assert "“138…”" in refused.value.text
    assert list(tmp_path.rglob("*.*")) == []


def test_ones_own_places_stand_first(cast: Cast) -> None:
    for unit in ("saiqi", "hubei", "huotong"):
        make_base(cast.unit(unit), name=f"{unit}党校")

    def order(who: str) -> list[str]:
        shown = signed_in(cast.accounts[who]).get(reverse("bases:bases")).content.decode()
        return sorted(("saiqi", "hubei", "huotong"), key=lambda unit: shown.index(f"{unit}党校"))

    assert order("base") == ["huotong", "hubei", "saiqi"]
    assert order("other_county")[0] == "saiqi"
