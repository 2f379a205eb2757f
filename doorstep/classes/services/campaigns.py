"""Campaigns and series: planned, shared out among units, put away, joined by classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.classes.events import CampaignJoined, CampaignPlanned, CampaignSharedOut, CampaignTurned
from doorstep.classes.models import Campaign, CampaignShare, TrainingClass
from doorstep.classes.services.locking import lock_class, note_event
from doorstep.classes.services.planning import check_campaign
from doorstep.classes.services.refusals import (
    CampaignDaysWrong,
    CampaignHoldsNumbers,
    CampaignStandsSo,
    CampaignTaken,
    ClassIsOver,
    SharesExceedTarget,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.events import record
from doorstep.core.masking import personal_number
from doorstep.core.permissions import require
from doorstep.directory.queries import units_by_ids

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """What is said of a campaign; `target` in lectures, 0 for a series without a number to reach."""

    kind: str
    title: str
    starts_on: date
    ends_on: date
    target: int = 0
    about: str = ""


def _tell(happened: Event, campaign: Campaign, actor: Actor, **detail: object) -> None:
    subject = ("campaign", campaign.pk)
    record(happened, actor=actor, place=campaign.place, county=campaign.unit.county, subject=subject, detail=detail)


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).select_related("unit").get(pk=campaign.pk)


def _save(campaign: Campaign) -> None:
    """Write it; the database lets no two campaigns of a unit be called the same. Raises CampaignTaken."""
    try:
        with transaction.atomic():
            campaign.save()
    except IntegrityError:
        raise CampaignTaken(unit=campaign.unit.short_name, title=campaign.title) from None


def _put(campaign: Campaign, facts: CampaignFacts) -> None:
    if facts.ends_on < facts.starts_on:
        raise CampaignDaysWrong
    if number := personal_number(f"{facts.title}\n{facts.about}"):
        raise CampaignHoldsNumbers(number=number)
    campaign.kind, campaign.title, campaign.about = facts.kind, facts.title.strip(), facts.about.strip()
    campaign.starts_on, campaign.ends_on, campaign.target = facts.starts_on, facts.ends_on, facts.target
    _save(campaign)


@transaction.atomic
def plan_campaign(*, unit: Unit, facts: CampaignFacts, actor: Actor) -> Campaign:
    """Begin a campaign or a series of `unit` for it and all below.

    Raises CampaignDaysWrong, CampaignHoldsNumbers, CampaignTaken.
    """
    require(actor, "classes.plan_campaign", at=unit.path)
    campaign = Campaign(unit=unit, place=unit.path)
    _put(campaign, facts)
    _tell(CampaignPlanned(campaign.pk), campaign, actor, title=campaign.title, target=campaign.target)
    return campaign


@transaction.atomic
def change_campaign(*, campaign: Campaign, facts: CampaignFacts, actor: Actor) -> Campaign:
    """Change what is said of it; classes that have joined stay.

    Raises CampaignDaysWrong, CampaignHoldsNumbers, CampaignTaken, SharesExceedTarget.
    """
    require(actor, "classes.plan_campaign", at=campaign.place)
    locked = _locked(campaign)
    _must_fit(facts.target, sum(locked.shares.values_list("target", flat=True)))
    before = {"title": locked.title, "target": locked.target, "ends_on": locked.ends_on.isoformat()}
    _put(locked, facts)
    _tell(CampaignPlanned(locked.pk), locked, actor, before=before, title=locked.title, target=locked.target)
    return locked


def _must_fit(target: int, shared: int) -> None:
    if target and shared > target:
        raise SharesExceedTarget(sum=shared, target=target, over=shared - target)


@transaction.atomic
def share_out(*, campaign: Campaign, table: Mapping[int, int], actor: Actor) -> None:
    """Say how many lectures each unit is to hold: unit id -> number, 0 for none; units left out keep theirs.

    Raises NotFound for a unit that is not below, SharesExceedTarget.
    """
    require(actor, "classes.plan_campaign", at=campaign.place)
    locked = _locked(campaign)
    units = units_by_ids(table)
    below = [unit for unit in units.values() if unit.path.startswith(locked.place) and unit.pk != locked.unit_id]
    if len(below) != len(table):
        raise NotFound
    kept = dict(locked.shares.exclude(unit__in=table).values_list("unit", "target"))
    targets = {**kept, **{pk: target for pk, target in table.items() if target}}
    _must_fit(locked.target, sum(targets.values()))
    locked.shares.filter(unit__in=table).delete()
    CampaignShare.objects.bulk_create(
        CampaignShare(campaign=locked, unit=unit, place=unit.path, target=table[unit.pk])
        for unit in below
        if table[unit.pk]
    )
    _tell(CampaignSharedOut(locked.pk), locked, actor, shares={str(pk): target for pk, target in targets.items()})


@transaction.atomic
def turn_campaign(*, campaign: Campaign, put_away: bool, actor: Actor) -> Campaign:
    """Put it away, so that no class joins any more, or bring it back. Raises CampaignStandsSo, CampaignTaken."""
    require(actor, "classes.plan_campaign", at=campaign.place)
    locked = _locked(campaign)
    if (locked.put_away_at is not None) == put_away:
        raise CampaignStandsSo(title=locked.title)
    locked.put_away_at = clock.now() if put_away else None
    _save(locked)
    _tell(CampaignTurned(locked.pk), locked, actor, put_away=put_away)
    return locked


@transaction.atomic
def join_campaign(*, training_class: TrainingClass, campaign: Campaign | None, actor: Actor) -> TrainingClass:
    """Let a class count for a campaign, for another, or with None for none; also one that is closed already.

    Raises ClassIsOver for a cancelled class, OutsideCampaign.
    """
    require(actor, "classes.edit_class", at=training_class.place)
    locked = lock_class(training_class.pk)
    if locked.status == TrainingClass.Status.CANCELLED:
        raise ClassIsOver(title=locked.title, status=locked.get_status_display())
    if campaign is not None:
        check_campaign(campaign, place=locked.place, starts_on=locked.starts_on)
    before, locked.campaign = locked.campaign_id, campaign
    locked.save(update_fields=["campaign"])
    note_event(CampaignJoined(locked.pk, campaign.pk if campaign else None), locked, actor, before=before)
    return locked
