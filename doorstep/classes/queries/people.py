"""Who is put forward, who sits in a class, who could still be put forward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest

from doorstep.classes.models import Enrolment, Leave, Session, TrainingClass
from doorstep.classes.queries.hosts import hosting
from doorstep.classes.rules.people import Nominee, Sitting, overlapping
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_filter
from doorstep.directory.queries import home_units, people_by_ids, people_visible_to

HOLDING = (Enrolment.Status.NOMINATED, Enrolment.Status.CONFIRMED)


def ever_sat() -> Q:
    """The seats that people hold, or held once their class had begun."""
    return Q(status__in=[*HOLDING, Enrolment.Status.WITHDRAWN])


def nobody_sat(training_class_id: int) -> bool:
    """True for a class without anybody who holds a seat, or held one once it had begun."""
    return not Enrolment.objects.filter(ever_sat(), training_class=training_class_id).exists()


def nominees(person_ids: Iterable[int], on: date | None = None) -> list[Nominee]:
    """The people with the unit each belongs to on a day (today), in the order asked; those without one are left out."""
    wanted = list(dict.fromkeys(person_ids))
    homes = home_units(wanted, on or clock.today())
    people = people_by_ids(homes)
    return [
        Nominee(pk, people[pk].name, homes[pk].pk, homes[pk].short_name, homes[pk].path, homes[pk].county)
        for pk in wanted
        if pk in homes
    ]


def nominees_in_reach(person_ids: Iterable[int], actor: Actor) -> list[Nominee]:
    """The people as they stand today, in the order asked.

    Raises NotFound for one whom `actor` may not see or who belongs to no unit.
    """
    wanted = list(dict.fromkeys(person_ids))
    if people_visible_to(actor).filter(pk__in=wanted).count() < len(wanted):
        raise NotFound
    found = nominees(wanted)
    if len(found) < len(wanted):
        raise NotFound
    return found


def overlaps_of(training_class: TrainingClass, person_ids: Sequence[int]) -> list[Sitting]:
    """Sessions of other classes in which these people sit at the same time, the first of each person."""
    own = Session.objects.filter(training_class=training_class, is_cancelled=False)
    theirs = (
        Enrolment.objects.filter(person__in=person_ids, status__in=HOLDING)
        .exclude(training_class=training_class)
        .filter(
            training_class__sessions__is_cancelled=False,
            training_class__sessions__held_on__range=(training_class.starts_on, training_class.ends_on),
        )
        .values_list(
            "person_id",
            "training_class__title",
            "training_class__sessions__starts_at",
            "training_class__sessions__ends_at",
        )
    )
    return overlapping(list(own.values_list("starts_at", "ends_at")), (Sitting(*row) for row in theirs))


def people_elsewhere(training_class: TrainingClass, starts_at: datetime, ends_at: datetime) -> int:
    """How many of those who sit in a class have a session of another class at that time."""
    theirs = Enrolment.objects.filter(
        status__in=HOLDING,
        person=OuterRef("person"),
        training_class__sessions__is_cancelled=False,
        training_class__sessions__starts_at__lt=ends_at,
        training_class__sessions__ends_at__gt=starts_at,
    ).exclude(training_class=training_class)
    return Enrolment.objects.filter(Exists(theirs), training_class=training_class, status__in=HOLDING).count()


def enrolments_visible_to(actor: Actor) -> QuerySet[Enrolment]:
    """The seats `actor` may see: of classes one runs or holds with others, of people one looks after, one's own."""
    places, sharing = ("place", "training_class__place"), hosting("training_class")
    seen = visible_filter(actor, "classes.view_enrolment", place=places, owner="person", shared=sharing)
    return Enrolment.objects.none() if seen is None else Enrolment.objects.filter(seen)


def enrolments_of(training_class: TrainingClass, actor: Actor) -> QuerySet[Enrolment]:
    """The seats of a class that `actor` may see, by name."""
    rows = enrolments_visible_to(actor).filter(training_class=training_class)
    return rows.select_related("person", "unit", "replaces_person").order_by("person__name", "person_id")


def seated(training_class: TrainingClass, actor: Actor) -> QuerySet[Enrolment]:
    """The people who hold a seat in a class, as far as `actor` may see them, by name."""
    return enrolments_of(training_class, actor).filter(status__in=HOLDING)


def enrolment_of(training_class: TrainingClass, person_id: int, actor: Actor) -> Enrolment:
    """The newest seat of a person in a class; raises NotFound."""
    rows = enrolments_of(training_class, actor).filter(person=person_id)
    row = rows.order_by("-nominated_at", "-county").select_related("person", "unit", "training_class").first()
    if row is None:
        raise NotFound
    return row


def left_after_closing(training_class_id: int, person_id: int) -> str:
    """Why the closing of the roll ended a person's seat, or nothing: `leave_too_long`, `absent_too_long`."""
    rows = Enrolment.objects.filter(training_class=training_class_id, person=person_id).exclude(left_for="")
    return rows.values_list("left_for", flat=True).first() or ""


def begun_sessions_of(person_id: int) -> list[Session]:
    """The sessions that have begun of classes under way in which a person holds a seat, newest first."""
    seats = Enrolment.objects.filter(person=person_id, status__in=HOLDING).values("training_class")
    rows = Session.objects.filter(training_class__in=seats, is_cancelled=False, starts_at__lte=clock.now())
    rows = rows.exclude(training_class__status__in=["closed", "cancelled"])
    return list(rows.select_related("training_class", "base").order_by("-starts_at", "-pk"))


def seats_held(training_class_id: int) -> list[tuple[int, str, int]]:
    """(person id, county, unit id) of everybody who holds a seat in a class, by person id."""
    rows = Enrolment.objects.filter(training_class=training_class_id, status__in=HOLDING).order_by("person_id")
    return list(rows.values_list("person_id", "county", "unit_id"))


def seated_in(person_ids: Iterable[int]) -> dict[int, Enrolment]:
    """Which of these people hold a seat in a class that is still to come or under way; one seat each, the nearest."""
    rows = Enrolment.objects.filter(
        person__in=list(person_ids),
        status__in=[Enrolment.Status.NOMINATED, Enrolment.Status.CONFIRMED],
        training_class__status__in=[TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING],
    )
    return {row.person_id: row for row in rows.select_related("training_class").order_by("-training_class__starts_on")}


def seats_mark(training_class_id: int) -> list[tuple[object, ...]]:
    """Short sums over the seats and the leave of a class: others as soon as somebody comes, goes or is excused."""
    seats = Enrolment.objects.filter(training_class=training_class_id).values("status")
    seats = seats.annotate(n=Count("person"), at=Max(Greatest("nominated_at", "confirmed_at", "ended_at")))
    leave = Leave.objects.filter(training_class=training_class_id).values("status")
    leave = leave.annotate(n=Count("pk"), at=Max(Greatest("asked_at", "decided_at", "returned_at")))
    shown = ("what", "status", "n", "at")
    rows = seats.annotate(what=Value("seat")).values_list(*shown)
    return sorted(rows.union(leave.annotate(what=Value("leave")).values_list(*shown), all=True))
