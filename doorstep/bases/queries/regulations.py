"""The rules schools have given themselves: which are in force, who has read them, which are lacking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from doorstep.bases.models import Base, Regulation, RegulationReading
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.directory.queries import staff_at, staff_of, staff_places

if TYPE_CHECKING:
    from doorstep.directory.models import Account

KINDS = (Base.Kind.ACADEMY, Base.Kind.DEMONSTRATION, Base.Kind.TOWNSHIP_SCHOOL)


def may_have_regulations(base: Base) -> bool:
    """The academy, demonstration bases and township schools give themselves rules."""
    return base.kind in KINDS


def in_force(on: date, through: str = "") -> Q:
    """A filter: versions in force on a day; `through` leads to them from other rows."""
    ends = Q(**{f"{through}valid_to": None}) | Q(**{f"{through}valid_to__gt": on})
    return Q(**{f"{through}valid_from__lte": on}) & ends


def standing_of(regulation: Regulation, today: date) -> str:
    """The status word of a version: in force, to come, replaced by the next, ended."""
    if regulation.valid_to is not None and regulation.valid_to <= max(today, regulation.valid_from):
        return "disabled" if regulation.end_reason else "replaced"
    return "valid" if regulation.valid_from <= today else "upcoming"


def regulations_visible_to(actor: Actor) -> QuerySet[Regulation]:
    """The versions `actor` may see."""
    return visible_to(actor, "bases.view_regulation", Regulation.objects.all(), place="base__place")


def regulation_by_id(regulation_id: int, actor: Actor) -> Regulation:
    """One version that `actor` may see; raises NotFound."""
    rows = regulations_visible_to(actor).select_related("base__unit", "issued_by")
    found = rows.filter(pk=regulation_id).first()
    if found is None:
        raise NotFound
    return found


def regulations_of(base: Base) -> list[Regulation]:
    """Every version of a base, by kind, the newest first, each with `reading_count`."""
    rows = base.regulations.select_related("issued_by").annotate(reading_count=Count("readings"))
    order = {kind: number for number, kind in enumerate(Regulation.Kind.values)}
    return sorted(rows, key=lambda one: (order[one.kind], -one.number))


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who works at the base, and since when they have read a version."""

    name: str
    read_at: datetime | None


def readers_of(regulation: Regulation) -> list[Reader]:
    """Those who work at the base today, who has not read it first, then those who have left since."""
    read: dict[int, RegulationReading] = {
        one.account_id: one for one in regulation.readings.select_related("account").order_by("read_at")
    }
    staff: list[Account] = list(staff_at(regulation.base.unit))
    found = [Reader(one.display_name, read[one.pk].read_at if one.pk in read else None) for one in staff]
    known = {one.pk for one in staff}
    gone = [Reader(one.account.display_name, one.read_at) for pk, one in read.items() if pk not in known]
    return sorted(found, key=lambda one: one.read_at is not None) + gone


def has_read(regulation: Regulation, actor: Actor) -> bool:
    """True when `actor` has said so."""
    return regulation.readings.filter(account=actor.account_id).exists()


def is_of_staff(actor: Actor, base: Base) -> bool:
    """True for an account that works at the base today."""
    return staff_at(base.unit).filter(pk=actor.account_id or 0).exists()


def regulations_to_read(actor: Actor) -> QuerySet[Regulation]:
    """The versions in force at the units one works at that one has not said to have read, the oldest first."""
    holding = Regulation.objects.filter(in_force(clock.today()), base__valid_to=None)
    mine = holding.filter(base__place__in=staff_places(actor))
    read = RegulationReading.objects.filter(regulation=OuterRef("pk"), account=actor.account_id)
    return mine.exclude(Exists(read)).select_related("base").order_by("valid_from", "pk")


def schools_with_regulations(actor: Actor) -> QuerySet[Base]:
    """Bases that should have rules, for each kind the version in force as `number_<kind>` and `since_<kind>`.

    `lacking` counts kinds without one, `unread` what staff has not read yet: a person and a version count one.
    """
    today = clock.today()
    rows = Base.objects.filter(kind__in=KINDS, valid_to=None).select_related("unit")
    rows = visible_to(actor, "bases.view_regulation", rows)
    holding = Regulation.objects.filter(in_force(today), base=OuterRef("pk"))
    for kind in Regulation.Kind.values:
        one = holding.filter(kind=kind)
        rows = rows.annotate(
            **{
                f"number_{kind}": Subquery(one.values("number")[:1]),
                f"since_{kind}": Subquery(one.values("valid_from")[:1]),
            }
        )
    held = holding.order_by().values("base").annotate(count=Count("pk")).values("count")
    there = RegulationReading.objects.filter(in_force(today, "regulation__"), regulation__base=OuterRef("pk"))
    working = staff_of("regulation__base__unit").filter(pk=OuterRef("account"))
    read = there.filter(Exists(working)).order_by().values("regulation__base").annotate(n=Count("pk")).values("n")
    staff = staff_of("unit").order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk", distinct=True))
    zero = Value(0)
    rows = rows.annotate(held=Coalesce(Subquery(held), zero), staff=Coalesce(Subquery(staff.values("n")), zero))
    return rows.annotate(
        lacking=Value(len(Regulation.Kind.values)) - F("held"),
        unread=F("held") * F("staff") - Coalesce(Subquery(read, output_field=IntegerField()), zero),
    )
