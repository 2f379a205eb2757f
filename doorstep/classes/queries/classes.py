"""Which classes one may see, and which of them concern one today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from doorstep.classes.models import Enrolment, Quota, Session, TrainingClass
from doorstep.classes.queries.hosts import SHARING, held_at, hosting
from doorstep.classes.queries.people import HOLDING, ever_sat
from doorstep.classes.queries.seats import seats_for
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import lines_of, visible_filter, visible_to

if TYPE_CHECKING:
    from doorstep.bases.models import Base
    from doorstep.directory.models import Unit

LIVING = (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING)


def begun(class_id: str = "pk") -> Exists:
    """For querysets: True where the first session of the class in the column `class_id` has begun."""
    rows = Session.objects.filter(training_class=OuterRef(class_id), is_cancelled=False, starts_at__lte=clock.now())
    return Exists(rows)


def _standing() -> Case:
    running = When(Q(begun(), status=TrainingClass.Status.OPEN), then=Value(TrainingClass.Status.RUNNING.value))
    return Case(running, default=F("status"))


def with_standing(rows: QuerySet[TrainingClass]) -> QuerySet[TrainingClass]:
    """Classes with `standing`, the status at this moment: an open class runs from its first session on.

    The column itself follows as soon as something is written, or within minutes by the job.
    """
    return rows.annotate(standing=_standing())


def with_field(rows: QuerySet[TrainingClass]) -> QuerySet[TrainingClass]:
    """Classes with `is_field`: whether a session of them is held at a pin on the map that is no base."""
    pinned = Session.objects.filter(training_class=OuterRef("pk"), lat__isnull=False, is_cancelled=False)
    return rows.annotate(is_field=Exists(pinned))


def standing_of(training_class: TrainingClass) -> str:
    """The status of a class at this moment; asked of the database unless it was read with it."""
    known = getattr(training_class, "standing", None)
    if known is None:
        found = TrainingClass.objects.filter(pk=training_class.pk).annotate(standing=_standing())
        known = found.values_list("standing", flat=True).get()
    return str(known)


def classes_visible_to(actor: Actor) -> QuerySet[TrainingClass]:
    """The classes `actor` may see: run by one's units or those above, with seats for one's units, or one's own.

    Also those that one's units hold with others, or are asked to. A draft is seen only by those who may change it,
    and by those who are asked to hold it.
    """
    places = ("place", "quotas__place")
    rows = visible_to(
        actor,
        "classes.view_class",
        TrainingClass.objects.all(),
        place=places,
        owner="enrolments__person",
        shared=hosting(statuses=SHARING),
    )
    edits = visible_filter(actor, "classes.edit_class")
    answers = visible_to(actor, "classes.answer_invitation", hosting(statuses=SHARING))
    is_seen = ~Q(status=TrainingClass.Status.DRAFT) | Q(Exists(answers))
    return rows.filter(is_seen if edits is None else is_seen | edits)


def class_by_id(class_id: int, actor: Actor) -> TrainingClass:
    """One class that `actor` may see, with organiser, base and head; raises NotFound."""
    rows = with_standing(classes_visible_to(actor)).select_related("unit", "base", "head")
    found = rows.filter(pk=class_id).first()
    if found is None:
        raise NotFound
    return found


def classes_run_by(actor: Actor) -> QuerySet[TrainingClass]:
    """The classes `actor` may run: of one's own units and those below."""
    return visible_to(actor, "classes.run_class", TrainingClass.objects.all())


def classes_helped_by(actor: Actor) -> QuerySet[TrainingClass]:
    """The classes at which `actor` works on the day: those one runs, and those one's units hold with others."""
    return visible_to(actor, "classes.help_class", TrainingClass.objects.all(), shared=hosting())


def session_by_id(training_class: TrainingClass, session_id: int) -> Session:
    """One session of a class already seen; raises NotFound."""
    found = (
        training_class.sessions.select_related("training_class", "venue", "base", "township")
        .filter(pk=session_id)
        .first()
    )
    if found is None:
        raise NotFound
    return found


def sessions_of(training_class: TrainingClass) -> list[Session]:
    """The sessions of a class in order of time, with venue, teacher and course; cancelled ones included."""
    rows = training_class.sessions.select_related("base", "venue", "teacher", "course")
    return list(rows.order_by("starts_at", "number"))


def sessions_on(day: date, actor: Actor) -> QuerySet[Session]:
    """The sessions held on a day in classes `actor` runs or helps with, in order of time, with class and teacher."""
    rows = Session.objects.filter(held_on=day, is_cancelled=False, training_class__in=classes_helped_by(actor))
    living = rows.exclude(training_class__status__in=["draft", "cancelled"])
    return living.select_related("training_class__unit", "venue", "base", "teacher").order_by("starts_at", "pk")


def sessions_at(base: Base, most: int) -> list[Session]:
    """The next sessions at a base, the nearest first, with class and organiser."""
    rows = Session.objects.filter(base=base, is_cancelled=False, ends_at__gt=clock.now())
    rows = rows.filter(training_class__status__in=LIVING).select_related("training_class__unit")
    return list(rows.order_by("starts_at", "pk")[:most])


def classes_to_finish(actor: Actor) -> QuerySet[TrainingClass]:
    """The classes `actor` runs whose last day is past and whose roll is not closed, the oldest first.

    `is_empty` where nobody ever sat: such a class is filled or cancelled, there is no roll to close.
    """
    rows = classes_run_by(actor).filter(status__in=LIVING, ends_on__lt=clock.today()).select_related("unit", "base")
    sat = Enrolment.objects.filter(ever_sat(), training_class=OuterRef("pk"))
    return rows.annotate(is_empty=~Exists(sat)).order_by("ends_on", "pk")


def classes_coming(actor: Actor, days: int) -> QuerySet[TrainingClass]:
    """The classes `actor` runs that begin within so many days, the nearest first."""
    today = clock.today()
    rows = classes_run_by(actor).filter(~begun(), status=TrainingClass.Status.OPEN)
    rows = rows.filter(starts_on__range=(today, today + timedelta(days=days))).select_related("unit", "base")
    return rows.order_by("starts_on", "pk")


def classes_open_for(unit: Unit, actor: Actor) -> list[TrainingClass]:
    """The classes to which people of `unit` can be nominated now, the nearest first, with `seats_open` on each.

    `seats_open` is what is free in the quota nearest above the unit, or in the class when it has no quotas.
    """
    moment = clock.now()
    rows = classes_visible_to(actor).filter(
        ~begun(), Q(nominate_by__isnull=True) | Q(nominate_by__gt=moment), status="open", seats_taken__lt=F("capacity")
    )
    over = Quota.objects.filter(place__in=lines_of(unit.path), seats__gt=0)
    reached = Q(Exists(over.filter(training_class=OuterRef("pk")))) | Q(place__in=lines_of(unit.path))
    found = rows.filter(reached).select_related("unit", "base").order_by("starts_on", "pk")
    open_classes = []
    for training_class in found.prefetch_related("quotas"):
        seats = seats_for(training_class, list(training_class.quotas.all()), unit.path)
        if seats > 0:
            training_class.seats_open = seats  # type: ignore[attr-defined]
            open_classes.append(training_class)
    return open_classes


def quotas_unused(actor: Actor) -> QuerySet[Quota]:
    """The seats of open classes that units of `actor` could still fill, the nearest deadline first."""
    rows = visible_to(actor, "classes.pass_on_seats", Quota.objects.all())
    rows = rows.filter(~begun("training_class"), training_class__status="open", used__lt=F("seats"))
    rows = rows.select_related("training_class", "unit")
    return rows.order_by(F("training_class__nominate_by").asc(nulls_last=True), "training_class__starts_on", "pk")


def classes_of_person(person_id: int) -> QuerySet[Enrolment]:
    """The seats a person holds or held, the newest class first, with class, base and unit."""
    rows = Enrolment.objects.filter(person=person_id).select_related("training_class__unit", "training_class__base")
    return rows.order_by("-training_class__starts_on", "-training_class_id")


def next_sessions_of(person_id: int) -> QuerySet[Session]:
    """The sessions a person still has before them, the nearest first, with class, venue and teacher."""
    seats = Enrolment.objects.filter(person=person_id, status__in=HOLDING, training_class=OuterRef("training_class"))
    rows = Session.objects.filter(Exists(seats), is_cancelled=False, ends_at__gt=clock.now())
    rows = rows.filter(training_class__status__in=LIVING)
    return rows.select_related("training_class", "venue", "base", "teacher", "township").order_by("starts_at", "pk")


def last_class_of(unit: Unit) -> TrainingClass | None:
    """The unit's own class that began last, as the pattern for its next one."""
    rows = TrainingClass.objects.filter(unit=unit).exclude(status__in=["draft", "cancelled"])
    return rows.select_related("unit").order_by("-starts_on", "-pk").first()


def class_counts(year: int, place: str) -> dict[str, int]:
    """How many classes the units at or below `place` hold in a year: `held`, `planned`, `joint` of both together.

    A class of several hosts counts once for each of them, and once for any unit above them all.
    """
    held, planned = Q(status=TrainingClass.Status.CLOSED), Q(status__in=LIVING)
    return TrainingClass.objects.filter(held_at(place), year=year).aggregate(
        held=Count("pk", filter=held),
        planned=Count("pk", filter=planned),
        joint=Count("pk", filter=(held | planned) & Q(is_joint=True)),
    )


def has_session_in(class_id: int, year: int) -> bool:
    """Whether a class has a session that is not cancelled on a day of a year."""
    return Session.objects.filter(training_class=class_id, held_on__year=year, is_cancelled=False).exists()


def classes_in(place: str, year: int) -> QuerySet[TrainingClass]:
    """The classes of the unit at `place` and of those below that have a day in a year and stand, the earliest first."""
    rows = Session.objects.filter(training_class=OuterRef("pk"), held_on__year=year, is_cancelled=False)
    found = TrainingClass.objects.filter(Exists(rows), place__startswith=place)
    return found.exclude(status=TrainingClass.Status.CANCELLED).order_by("starts_on", "pk")


def class_total() -> int:
    """How many classes were held, run or are announced, over all years."""
    return TrainingClass.objects.filter(status__in=[*LIVING, TrainingClass.Status.CLOSED]).count()


def class_where(class_id: int, actor: Actor, action: str) -> TrainingClass:
    """One class, not a draft, at whose place, or as whose co-host, `actor` may do `action` of a higher floor.

    Raises NotFound.
    """
    rows = TrainingClass.objects.exclude(status=TrainingClass.Status.DRAFT)
    rows = visible_to(actor, action, rows, shared=hosting())
    found = with_standing(rows).select_related("unit", "base", "head", "campaign").filter(pk=class_id).first()
    if found is None:
        raise NotFound
    return found


def session_where(session_id: int, actor: Actor, action: str) -> Session:
    """One session at whose class's place, or as whose co-host, `actor` may do `action` of a higher floor.

    Raises NotFound.
    """
    sharing = hosting("training_class")
    rows = visible_to(actor, action, Session.objects.all(), place="training_class__place", shared=sharing)
    rows = rows.exclude(training_class__status=TrainingClass.Status.DRAFT)
    rows = rows.select_related("training_class__unit", "training_class__head", "venue", "base", "teacher", "course")
    found = rows.filter(pk=session_id).first()
    if found is None:
        raise NotFound
    return found


def session_of_code(session_id: int) -> Session | None:
    """The session a signed code names, for working out whether the code is still good; shows nothing by itself."""
    return Session.objects.select_related("training_class").filter(pk=session_id).first()


def own_session(session_id: int, person_id: int) -> Session | None:
    """A session of a class in which this person holds or held a seat, or None."""
    seats = Enrolment.objects.filter(person=person_id, training_class=OuterRef("training_class"))
    rows = Session.objects.filter(Exists(seats), pk=session_id)
    return rows.select_related("training_class__unit", "venue", "base", "teacher").first()


def place_of_class(training_class_id: int) -> tuple[str, str]:
    """The place and the county of a class, for work that no person asks for; raises NotFound."""
    row = TrainingClass.objects.filter(pk=training_class_id).values_list("place", "county").first()
    if row is None:
        raise NotFound
    return row


def classes_to_start() -> list[TrainingClass]:
    """The open classes whose first session has begun, in order."""
    return list(TrainingClass.objects.filter(begun(), status=TrainingClass.Status.OPEN).order_by("pk"))


def taught_in(class_ids: Iterable[int]) -> dict[int, list[int | None]]:
    """class -> the course of each of its sessions that stand, in order, None where none is named."""
    rows = Session.objects.filter(training_class__in=list(class_ids), is_cancelled=False).order_by("starts_at", "pk")
    found: dict[int, list[int | None]] = {}
    for class_id, course_id in rows.values_list("training_class", "course"):
        found.setdefault(class_id, []).append(course_id)
    return found
