"""Classes one can still join, campaigns and series as everybody sees them: what, when, where; never who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.bases.queries.public import HOMES, county_name, county_names
from doorstep.classes.models import Campaign, Session, TrainingClass
from doorstep.classes.queries.campaigns import with_counts
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListFilter, ListSpec
from doorstep.core.public import PublicPage, public_page_of
from doorstep.directory.queries import named
from doorstep.directory.rules.search_keys import is_found, keys_of, ways_of_query

# What a branch holds for its own members is no invitation.
INVITING = ("city", "county", "township")


@dataclass(frozen=True, slots=True)
class PublicSession:
    """One sitting: what, when, where, in which class, since when one knows of it."""

    class_id: int
    number: int
    title: str
    starts_at: datetime
    ends_at: datetime
    where: str
    announced_at: datetime


@dataclass(frozen=True, slots=True)
class PublicClass:
    """A class one can still join; seats in people."""

    id: int
    title: str
    form: str
    form_word: str
    unit: str
    county: str
    county_name: str
    base_id: int | None
    where: str
    starts_on: date
    ends_on: date
    nominate_by: datetime | None
    capacity: int
    seats_left: int
    changed_at: datetime
    sessions: tuple[PublicSession, ...]


@dataclass(frozen=True, slots=True)
class PublicCampaign:
    """A campaign or a series; `target`, `held` and `coming` in lectures, a target of 0 is none."""

    id: int
    kind: str
    kind_word: str
    title: str
    unit: str
    about: str
    starts_on: date
    ends_on: date
    target: int
    held: int
    coming: int
    lectures: tuple[PublicSession, ...]


def public_classes() -> QuerySet[TrainingClass]:
    """The classes of the city, counties and townships that have not begun and still take names."""
    open_still = Q(nominate_by__isnull=True) | Q(nominate_by__gt=clock.now())
    rows = TrainingClass.objects.filter(
        open_still,
        status=TrainingClass.Status.OPEN,
        level__in=INVITING,
        starts_on__gte=clock.today(),
        is_outside=False,
    )
    sessions = Session.objects.filter(is_cancelled=False).select_related("base", "venue", "course")
    ordered = Prefetch("sessions", sessions.order_by("starts_at", "pk"))
    return rows.select_related("unit", "base").prefetch_related(ordered)


def where_for_all(session: Session) -> str:
    """The place of a session; what was written by hand, or is somebody's home, stays inside."""
    if session.base is None or session.base.kind in HOMES:
        return _("地点报名后通知")
    return f"{session.base.name}　{session.venue.name}" if session.venue else session.base.name


def _public_session(session: Session) -> PublicSession:
    title = session.course.title if session.course else session.title
    held = session.training_class
    return PublicSession(
        class_id=held.pk,
        number=session.number,
        title=title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        where=where_for_all(session),
        announced_at=held.created_at,
    )


def _public_class(one: TrainingClass) -> PublicClass:
    sessions = list(one.sessions.all())
    base = one.base or next((session.base for session in sessions if session.base), None)
    is_shown = base is not None and base.kind not in HOMES
    return PublicClass(
        id=one.pk,
        title=one.title,
        form=one.form,
        form_word=str(one.get_form_display()),
        unit=one.unit.short_name,
        county=one.county,
        county_name=county_name(one.county),
        base_id=base.pk if base and is_shown and not base.valid_to else None,
        where=base.name if base and is_shown else _("地点报名后通知"),
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        nominate_by=one.nominate_by,
        capacity=one.capacity,
        seats_left=one.capacity - one.seats_taken,
        changed_at=one.created_at,
        sessions=tuple(_public_session(session) for session in sessions),
    )


_CLASSES = ListSpec(
    name="portal.classes",
    title=gettext_lazy("近期开班"),
    columns=(),
    source=lambda actor, params: public_classes(),
    default_sort=("starts_on",),
    filters=(
        ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="class"), "text"),
        ListFilter(
            "county",
            gettext_lazy("县（市、区）"),
            lambda rows, v: rows.filter(county=v),
            choices=lambda a: county_names(),
        ),
        ListFilter(
            "form",
            gettext_lazy("形式"),
            lambda rows, v: rows.filter(form=v),
            choices=TrainingClass.Form.choices,
        ),
        ListFilter(
            "free",
            gettext_lazy("有没有座位"),
            lambda rows, v: rows.filter(seats_taken__lt=F("capacity")) if v == "1" else rows.none(),
            choices=[("1", gettext_lazy("只看还有座位的"))],
        ),
    ),
    page_size=30,
)


def classes_shown(params: Mapping[str, str]) -> PublicPage[PublicClass]:
    """One page of the classes one can still join, the soonest first."""
    return public_page_of(_CLASSES, params, lambda rows: [_public_class(one) for one in rows])


def coming_classes(most: int, *, base_id: int | None = None) -> list[PublicClass]:
    """The next classes one can still join, at most so many; with `base_id` those held there."""
    rows = public_classes()
    if base_id is not None:
        rows = rows.filter(Q(base=base_id) | Q(base__isnull=True, sessions__base=base_id)).distinct()
    return [_public_class(one) for one in rows.order_by("starts_on", "pk")[:most]]


def named_classes(text: str, most: int) -> list[PublicClass]:
    """The classes one can still join whose title matches `text` in Chinese or pinyin initials."""
    rows = named(public_classes(), text, kind="class").order_by("starts_on", "pk")
    return [_public_class(one) for one in rows[:most]]


def public_class(class_id: int) -> PublicClass:
    """One class that can still be joined; raises NotFound."""
    found = public_classes().filter(pk=class_id).first()
    if found is None:
        raise NotFound
    return _public_class(found)


def public_campaigns(lectures: int) -> list[PublicCampaign]:
    """The campaigns and series that go on or are to come, each with so many of its next lectures."""
    rows = with_counts(Campaign.objects.filter(put_away_at=None, ends_on__gte=clock.today())).select_related("unit")
    campaigns = list(rows.order_by("kind", "starts_on", "pk"))
    by_campaign = _lectures_to_come(campaigns, lectures)
    return [_campaign(one, by_campaign.get(one.pk, [])) for one in campaigns]


def public_campaign(campaign_id: int, lectures: int) -> PublicCampaign:
    """One campaign or series that is not put away, with so many of its next lectures; raises NotFound."""
    rows = with_counts(Campaign.objects.filter(pk=campaign_id, put_away_at=None)).select_related("unit")
    found = rows.first()
    if found is None:
        raise NotFound
    return _campaign(found, _lectures_to_come([found], lectures).get(found.pk, []))


def named_campaigns(text: str, most: int) -> list[Campaign]:
    """The campaigns and series everybody may read of whose name matches in Chinese or pinyin, at most so many.

    There are few, so their names are looked at one by one instead of being keyed.
    """
    ways = ways_of_query(text)
    if not ways:
        return []
    rows = Campaign.objects.filter(put_away_at=None).select_related("unit").order_by("-ends_on", "pk")
    return [one for one in rows if is_found(ways, keys_of(one.title))][:most]


def public_campaign_ids(most: int) -> list[int]:
    """The campaigns and series everybody may read of, at most so many."""
    return list(Campaign.objects.filter(put_away_at=None).order_by("pk").values_list("pk", flat=True)[:most])


def _campaign(one: Any, lectures: Sequence[Session]) -> PublicCampaign:
    return PublicCampaign(
        id=one.pk,
        kind=one.kind,
        kind_word=str(one.get_kind_display()),
        title=one.title,
        unit=one.unit.short_name,
        about=one.about,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        target=one.target,
        held=one.held,
        coming=one.coming,
        lectures=tuple(_public_session(session) for session in lectures),
    )


def _lectures_to_come(campaigns: Sequence[Campaign], most: int) -> dict[int, list[Session]]:
    """campaign id -> its next lectures in classes that everybody may know."""
    rows = Session.objects.filter(
        training_class__in=public_classes().order_by().values("pk"),
        training_class__campaign__in=campaigns,
        is_cancelled=False,
        starts_at__gt=clock.now(),
    ).select_related("base", "venue", "course", "training_class")
    found: dict[int, list[Session]] = {}
    for session in rows.order_by("starts_at", "pk"):
        listed = found.setdefault(session.training_class.campaign_id or 0, [])
        if len(listed) < most:
            listed.append(session)
    return found
