"""Technicians owed by departments: sent and taught against the quota, taught counted from lessons really given."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.faculty.models import Engagement, Teacher, TechnicianDuty, TechnicianSent


def _given() -> QuerySet[Engagement]:
    """Lessons that teachers agreed to and that are over."""
    return Engagement.objects.filter(status=Engagement.Status.ACCEPTED, ends_at__lt=clock.now())


def duties_told(actor: Actor) -> QuerySet[Any]:
    """The duties of departments and at places whose teachers `actor` may see: `size` sent, `taught`, `is_short`.

    A lesson counts that somebody sent gave in the year of the duty for the place served or a unit below it.
    """
    rows = visible_to(actor, "faculty.view_teacher", TechnicianDuty.objects.all(), place=("place", "served_place"))
    ours = TechnicianSent.objects.filter(duty=OuterRef(OuterRef("pk")), teacher=OuterRef("teacher"))
    lessons = _given().filter(
        Exists(ours), starts_at__year=OuterRef("year"), place__startswith=OuterRef("served_place")
    )
    counted = lessons.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    rows = rows.annotate(
        size=Count("sent", filter=Q(sent__recalled_for="")),
        taught=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
    )
    short = Case(
        When(Q(size__lt=F("quota")) | Q(taught__lt=F("lessons")), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return rows.annotate(is_short=short).select_related("department", "served")


def duty_by_id(duty_id: int, actor: Actor) -> Any:
    """One duty that `actor` may see, as `duties_told` has it; raises NotFound."""
    found = duties_told(actor).filter(pk=duty_id).first()
    if found is None:
        raise NotFound
    return found


def technicians_of(duty: TechnicianDuty) -> list[TechnicianSent]:
    """Who was sent on a duty, those who still are first."""
    return list(duty.sent.select_related("teacher__unit").order_by("recalled_for", "sent_on", "pk"))


def sent_by_id(sent_id: int, actor: Actor) -> TechnicianSent:
    """Somebody sent whom `actor` may recall; raises NotFound."""
    rows = TechnicianSent.objects.select_related("duty", "teacher")
    found = visible_to(actor, "faculty.keep_duty", rows, place="duty__place").filter(pk=sent_id).first()
    if found is None:
        raise NotFound
    return found


def technicians_for(duty: TechnicianDuty) -> list[Teacher]:
    """Who could be sent: the teachers of the department and of the unit above it who are not on the duty."""
    held = duty.sent.filter(recalled_for="").values("teacher")
    above = duty.place.rsplit("/", 2)[0] + "/"
    rows = Teacher.objects.filter(Q(place__startswith=duty.place) | Q(place=above), is_active=True)
    return list(rows.exclude(pk__in=held).select_related("unit").order_by("-place", "name", "pk"))
