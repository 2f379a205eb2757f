"""Campaigns and series: planned, shared out, joined by classes, counted from lectures that were held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.classes.models import Campaign, CampaignShare, Session, TrainingClass
from doorstep.classes.queries.campaigns import campaign_by_id, episodes_of, shares_of
from doorstep.classes.services import refusals
from doorstep.classes.services.campaigns import (
    CampaignFacts,
    CampaignStandsSo,
    change_campaign,
    join_campaign,
    plan_campaign,
    share_out,
    turn_campaign,
)
from doorstep.classes.services.opening import cancel_class, clone_class
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_class

TODAY = date(2026, 11, 24)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def facts(**changes: Any) -> CampaignFacts:
    values: dict[str, Any] = {
        "kind": "campaign", "title": "千堂党课", "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31),
        "target": 10,
    }  # fmt: skip
    return CampaignFacts(**{**values, **changes})


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return plan_campaign(unit=cast.unit("ningde"), facts=facts(), actor=cast.actor("city"))


def counts(campaign: Campaign) -> tuple[int, int]:
    found: Any = campaign_by_id(campaign.pk, SYSTEM)
    return found.held, found.coming


def joined(cast: Cast, campaign: Campaign, unit: str = "huotong", day: date = date(2026, 12, 7)) -> TrainingClass:
    held = make_class(cast.unit(unit), day=day)
    return join_campaign(training_class=held, campaign=campaign, actor=SYSTEM)


def close(held: TrainingClass) -> None:
    TrainingClass.objects.filter(pk=held.pk).update(status="closed")


def test_lectures_count_once_their_roll_is_closed(cast: Cast, campaign: Campaign) -> None:
    held = joined(cast, campaign)
    assert counts(campaign) == (0, 2)
    Session.objects.filter(training_class=held, number=2).update(is_cancelled=True)
    assert counts(campaign) == (0, 1)
    close(held)
    assert counts(campaign) == (1, 0)
    join_campaign(training_class=held, campaign=None, actor=cast.actor("township"))
    assert counts(campaign) == (0, 0)
    assert held.campaign_id == campaign.pk  # the row one held in hand is the old one
    draft = make_class(cast.unit("huotong"), day=date(2026, 12, 20), is_draft=True)
    join_campaign(training_class=draft, campaign=campaign, actor=SYSTEM)
    assert counts(campaign) == (0, 0)


def test_a_cancelled_class_counts_for_nothing_and_joins_nothing(cast: Cast, campaign: Campaign) -> None:
    held = joined(cast, campaign)
    cancel_class(training_class=held, reason="x", actor=SYSTEM)
    assert counts(campaign) == (0, 0)
    with pytest.raises(refusals.ClassIsOver):
        join_campaign(training_class=held, campaign=None, actor=SYSTEM)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_only_classes_that_begin_within_its_days(cast: Cast, campaign: Campaign, day: date) -> None:
    """One over New Year counts where it begins."""
    with clock.frozen(clock.at_local(date(2025, 12, 1), 9)):
        held = make_class(cast.unit("huotong"), sessions=[half_day(day)])
        with pytest.raises(refusals.OutsideCampaign, match="2026-01-01 到 2026-12-31"):
            join_campaign(training_class=held, campaign=campaign, actor=SYSTEM)
        over = make_class(cast.unit("hubei"), sessions=[half_day(date(2026, 12, 31)), half_day(date(2027, 1, 1))])
        join_campaign(training_class=over, campaign=campaign, actor=SYSTEM)
    assert counts(campaign) == (0, 2)


def test_only_classes_of_its_unit_and_below(cast: Cast) -> None:
    own = plan_campaign(unit=cast.unit("huotong"), facts=facts(), actor=cast.actor("township"))
    for unit in ("hubei", "jiaocheng", "saiqi"):
        with pytest.raises(refusals.OutsideCampaign):
            joined(cast, own, unit)
    joined(cast, own, "kengtou")
    assert counts(own) == (0, 2)


def test_each_unit_has_its_share_and_what_it_has_held(cast: Cast, campaign: Campaign) -> None:
    table = {cast.unit("jiaocheng").pk: 6, cast.unit("fuan").pk: 4}
    share_out(campaign=campaign, table=table, actor=cast.actor("city"))
    close(joined(cast, campaign))
    joined(cast, campaign, "saiqi")
    found: list[Any] = shares_of(campaign)
    assert [(one.unit.code, one.target, one.held, one.coming) for one in found] == [
        (cast.unit("jiaocheng").code, 6, 2, 0),
        (cast.unit("fuan").code, 4, 0, 2),
    ]
    with pytest.raises(refusals.SharesExceedTarget, match="多 1 堂"):
        share_out(campaign=campaign, table={cast.unit("fuan").pk: 5}, actor=SYSTEM)
    with pytest.raises(refusals.SharesExceedTarget):
        change_campaign(campaign=campaign, facts=facts(target=9), actor=SYSTEM)
    share_out(campaign=campaign, table={cast.unit("fuan").pk: 0}, actor=SYSTEM)
    assert list(CampaignShare.objects.values_list("target", flat=True)) == [6]
    change_campaign(campaign=campaign, facts=facts(target=0), actor=SYSTEM)
    share_out(campaign=campaign, table={cast.unit("fuan").pk: 500}, actor=SYSTEM)


def test_shares_go_to_units_below_alone(cast: Cast) -> None:
    own = plan_campaign(unit=cast.unit("jiaocheng"), facts=facts(), actor=cast.actor("county"))
    for unit in ("jiaocheng", "saiqi", "ningde"):
        with pytest.raises(NotFound):
            share_out(campaign=own, table={cast.unit(unit).pk: 1}, actor=SYSTEM)
    with pytest.raises(NotFound):
        share_out(campaign=own, table={9**9: 1}, actor=SYSTEM)
    assert not CampaignShare.objects.exists()


def test_what_cannot_be_is_refused(cast: Cast, campaign: Campaign) -> None:
    city, unit = cast.actor("city"), cast.unit("ningde")
    with pytest.raises(refusals.CampaignDaysWrong):
        plan_campaign(unit=unit, facts=facts(ends_on=date(2025, 12, 31)), actor=city)
    with pytest.raises(refusals.CampaignHoldsNumbers, match="139…"):
        plan_campaign(unit=unit, facts=facts(title="别的", about="报名打 13900001111"), actor=city)
    with pytest.raises(refusals.CampaignTaken, match="千堂党课"):
        plan_campaign(unit=unit, facts=facts(), actor=city)
    with pytest.raises(NotPermitted):
        plan_campaign(unit=unit, facts=facts(title="别的"), actor=cast.actor("county"))
    plan_campaign(unit=cast.unit("jiaocheng"), facts=facts(), actor=cast.actor("county"))
    assert Campaign.objects.count() == 2


def test_put_away_and_brought_back(cast: Cast, campaign: Campaign) -> None:
    held = make_class(cast.unit("huotong"))
    turn_campaign(campaign=campaign, put_away=True, actor=cast.actor("city"))
    with pytest.raises(refusals.CampaignStandsSo):
        turn_campaign(campaign=campaign, put_away=True, actor=SYSTEM)
    with pytest.raises(refusals.OutsideCampaign):
        join_campaign(training_class=held, campaign=campaign, actor=SYSTEM)
    with pytest.raises(NotFound):
        campaign_by_id(campaign.pk, cast.actor("county"))
    again = plan_campaign(unit=cast.unit("ningde"), facts=facts(), actor=SYSTEM)
    with pytest.raises(refusals.CampaignTaken):
        turn_campaign(campaign=campaign, put_away=False, actor=SYSTEM)
    turn_campaign(campaign=again, put_away=True, actor=SYSTEM)
    turn_campaign(campaign=campaign, put_away=False, actor=SYSTEM)
    assert campaign_by_id(campaign.pk, cast.actor("county")).pk == campaign.pk


@pytest.mark.parametrize(
    ("day", "word"), [(date(2025, 12, 31), "upcoming"), (TODAY, "running"), (date(2027, 1, 1), "done")]
)
def test_how_it_stands(campaign: Campaign, day: date, word: str) -> None:
    with clock.frozen(clock.at_local(day, 9)):
        found: Any = campaign_by_id(campaign.pk, SYSTEM)
        assert found.standing == word


def test_the_next_class_of_a_row_counts_too_while_it_lasts(cast: Cast, campaign: Campaign) -> None:
    held = joined(cast, campaign)
    for day, kept in ((date(2026, 12, 21), campaign.pk), (date(2027, 1, 4), None)):
        fresh = TrainingClass.objects.select_related("unit", "campaign").get(pk=held.pk)
        made = clone_class(training_class=fresh, starts_on=day, head_id=None, actor=SYSTEM)
        assert made.campaign_id == kept
    turn_campaign(campaign=campaign, put_away=True, actor=SYSTEM)
    fresh = TrainingClass.objects.select_related("unit", "campaign").get(pk=held.pk)
    later = clone_class(training_class=fresh, starts_on=date(2026, 12, 28), head_id=None, actor=SYSTEM)
    assert later.campaign_id is None


def test_lectures_are_named_to_all_and_opened_by_those_who_see_the_class(cast: Cast, campaign: Campaign) -> None:
    joined(cast, campaign, "saiqi")
    assert [seen for _one, seen, _word in episodes_of(campaign, cast.actor("other_county"), 60)] == [True, True]
    shown = episodes_of(campaign, cast.actor("township"), 60)
    assert [(seen, word) for _one, seen, word in shown] == [(False, "upcoming"), (False, "upcoming")]
    with clock.frozen(clock.at_local(date(2026, 12, 7), 12)):
        assert [word for _one, _seen, word in episodes_of(campaign, SYSTEM, 60)] == ["upcoming", "running"]
    close(TrainingClass.objects.get())
    assert [word for _one, _seen, word in episodes_of(campaign, SYSTEM, 60)] == ["done", "done"]
    assert len(episodes_of(campaign, SYSTEM, 1)) == 1


class TestPages:
    def test_from_plan_to_count(self, cast: Cast, sign_in: SignIn) -> None:
        city, township = sign_in("city"), sign_in("township")
        new = reverse("classes:campaign_new")
        body = {
            "kind": "campaign",
            "title": "千堂党课",
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "target": "10",
        }
        assert city.post(new, {**body, "ends_on": "2025-01-01"}).status_code == 422
        assert city.post(new, body).status_code == 302
        campaign = Campaign.objects.get()
        page, shares = (reverse(f"classes:{name}", args=[campaign.pk]) for name in ("campaign", "campaign_shares"))
        field = f"unit-{cast.unit('jiaocheng').pk}"
        assert "看不懂" in city.post(shares, {field: "多"}).content.decode()
        assert "多 1 堂" in city.post(shares, {field: "11"}).content.decode()
        assert city.post(shares, {field: "6"}).status_code == 302
        held = make_class(cast.unit("huotong"))
        overview = reverse("classes:class", args=[held.pk])
        assert "计入活动" in township.get(overview).content.decode()
        join = reverse("classes:campaign_join", args=[held.pk])
        assert township.post(join, {"campaign": "999999"}).status_code == 404
        assert township.post(join, {"campaign": campaign.pk}).status_code == 302
        assert "千堂党课" in township.get(overview).content.decode()
        text = township.get(page).content.decode()
        assert "另有 2 堂排上了课表" in text
        assert "收起这个活动" not in text
        close(held)
        assert "33.3%" in city.get(page).content.decode()
        assert township.post(join, {"campaign": ""}).status_code == 302
        edit, turn = (reverse(f"classes:{name}", args=[campaign.pk]) for name in ("campaign_edit", "campaign_turn"))
        assert city.post(edit, {**body, "target": "3"}).status_code == 422
        assert city.post(edit, {**body, "title": "百堂党课"}).status_code == 302
        city.post(turn, {"answer": "put_away"})
        twice = city.post(turn, {"answer": "put_away"})
        assert (twice.status_code, twice.templates[0].name) == (422, "classes/campaign.html")
        assert CampaignStandsSo(title="百堂党课").text in twice.content.decode()
        assert township.get(page).status_code == 404
        assert "百堂党课" not in township.get(reverse("classes:campaigns")).content.decode()
        city.post(turn, {"answer": "bring_back"})
        for when, is_found in (
            ("running", True),
            ("done", False),
            ("upcoming", False),
            ("disabled", False),
            ("x", False),
        ):
            text = township.get(reverse("classes:campaigns"), {"when": when}).content.decode()
            assert ("百堂党课" in text) is is_found, when

    def test_a_class_is_opened_into_it(self, cast: Cast, campaign: Campaign, sign_in: SignIn) -> None:
        township = sign_in("township")
        form = township.get(reverse("classes:new")).context["form"]
        assert [value for value, _word in form.fields["campaign"].choices] == ["", campaign.pk]
        turn_campaign(campaign=campaign, put_away=True, actor=SYSTEM)
        assert "计入哪个活动" not in township.get(reverse("classes:new")).content.decode()

    def test_out_of_reach(self, cast: Cast, campaign: Campaign, sign_in: SignIn) -> None:
        for who in ("county", "township", "trainee"):
            client = sign_in(who)
            assert client.get(reverse("classes:campaign", args=[campaign.pk])).status_code == 200
            for name in ("campaign_edit", "campaign_shares"):
                assert client.get(reverse(f"classes:{name}", args=[campaign.pk])).status_code == 404, (who, name)

    @pytest.mark.parametrize("number", [1, 3])
    def test_pages_ask_few_questions(
        self, cast: Cast, campaign: Campaign, sign_in: SignIn, number: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:  # fmt: skip
        units = ("jiaocheng", "fuan")[:number]
        share_out(campaign=campaign, table={cast.unit(unit).pk: 1 for unit in units}, actor=SYSTEM)
        for n in range(number):
            joined(cast, campaign, day=date(2026, 12, 1 + n))
        city = sign_in("city")
        city.get("/")
        for name, args, count in (
            ("campaigns", [], 5), ("campaign", [campaign.pk], 6), ("campaign_edit", [campaign.pk], 3),
            ("campaign_shares", [campaign.pk], 5),
        ):  # fmt: skip
            with django_assert_num_queries(count):
                assert city.get(reverse(f"classes:{name}", args=args)).status_code == 200, name
