"""Campaigns and series as they are read: how many lectures were really held, by whom, which come next."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from doorstep.classes.models import Campaign, CampaignShare, Session, TrainingClass
from doorstep.classes.queries.classes import classes_visible_to
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import lines_of, visible_to

if TYPE_CHECKING:
    pass

# A lecture has been held when the roll of its class is closed; one to come stands on a timetable.
_HELD = Q(training_class__status=TrainingClass.Status.CLOSED)
_COMING = Q(training_class__status__in=(TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING))


def _lectures(condition: Q, **where: Any) -> Coalesce:
    """A count of sessions, none of them cancelled, for a column."""
    rows = Session.objects.filter(condition, is_cancelled=False, **where).order_by()
    counted = rows.values("training_class__campaign").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def with_counts(rows: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Campaigns with `held` and `coming`, in lectures, and `standing`, the status word of today."""
    own, today = {"training_class__campaign": OuterRef("pk")}, clock.today()
    standing = Case(
        When(put_away_at__isnull=False, then=Value("disabled")),
        When(starts_on__gt=today, then=Value("upcoming")),
        When(ends_on__lt=today, then=Value("done")),
        default=Value("running"),
    )
    return rows.annotate(held=_lectures(_HELD, **own), coming=_lectures(_COMING, **own), standing=standing)


def campaigns_visible_to(actor: Actor) -> QuerySet[Campaign]:
    """The campaigns `actor` may see: all, those put away only where one may plan them."""
    rows = visible_to(actor, "classes.view_campaign", Campaign.objects.all())
    planned = visible_to(actor, "classes.plan_campaign", Campaign.objects.all())
    return rows.filter(Q(put_away_at=None) | Q(pk__in=planned.values("pk")))


def campaign_by_id(campaign_id: int, actor: Actor) -> Campaign:
    """One campaign that `actor` may see, with its counts; raises NotFound."""
    rows = with_counts(campaigns_visible_to(actor)).select_related("unit")
    found = rows.filter(pk=campaign_id).first()
    if found is None:
        raise NotFound
    return found


def shares_of(campaign: Campaign) -> list[CampaignShare]:
    """What each unit is to hold, with `held` and `coming` by it and all below, in official order."""
    below = {
        "training_class__campaign": OuterRef("campaign"),
        "training_class__place__startswith": OuterRef("place"),
    }
    rows = campaign.shares.select_related("unit").order_by("unit__order", "unit__path")
    return list(rows.annotate(held=_lectures(_HELD, **below), coming=_lectures(_COMING, **below)))


def episodes_of(campaign: Campaign, actor: Actor, most: int) -> list[tuple[Session, bool, str]]:
    """The lectures of a campaign that were held or stand on a timetable, the newest first.

    Each with whether `actor` may open its class, and its status word: begun ones run until their roll is closed.
    """
    rows = Session.objects.filter(_HELD | _COMING, training_class__campaign=campaign, is_cancelled=False)
    rows = rows.select_related("training_class__unit", "base", "teacher").order_by("-starts_at", "-pk")[:most]
    sessions = list(rows)
    ids = {one.training_class_id for one in sessions}
    seen = set(classes_visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return [(one, one.training_class_id in seen, _word(one)) for one in sessions]


def _word(session: Session) -> str:
    if session.training_class.status == TrainingClass.Status.CLOSED:
        return "done"
    return "running" if session.starts_at <= clock.now() else "upcoming"


def campaigns_along(place: str) -> QuerySet[Campaign]:
    """The campaigns that classes at `place` may count for in their days: of the unit and of those above it."""
    rows = Campaign.objects.filter(place__in=lines_of(place), put_away_at=None)
    return rows.select_related("unit").order_by("-place", "title")


def campaigns_on(place: str, starts_on: date) -> QuerySet[Campaign]:
    """Those that a class at `place` may count for when it begins on a day: the day must lie within theirs."""
    return campaigns_along(place).filter(starts_on__lte=starts_on, ends_on__gte=starts_on)
