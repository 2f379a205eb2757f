"""Which units hold a class together, which of them still have to say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from doorstep.classes.models import ClassHost, TrainingClass
from doorstep.classes.rules.hosts import Cost, cost_left
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may, visible_to
from doorstep.directory.queries import network_offices

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

INVITED, ACCEPTED = ClassHost.Status.INVITED, ClassHost.Status.ACCEPTED
SHARING = (INVITED, ACCEPTED)


def hosting(class_id: str = "pk", *, statuses: tuple[str, ...] = (ACCEPTED,)) -> QuerySet[ClassHost]:
    """For filters: the co-hosts of the class in the column `class_id`; with SHARING also those who are asked."""
    return ClassHost.objects.filter(training_class=OuterRef(class_id), status__in=statuses)


def host_places(training_class: TrainingClass) -> tuple[str, ...]:
    """The places of the units that hold a class with its organiser; no query for a class that is not joint."""
    if not training_class.is_joint:
        return ()
    rows = ClassHost.objects.filter(training_class=training_class, status=ACCEPTED)
    return tuple(rows.order_by("pk").values_list("place", flat=True))


def hosts_of(training_class: TrainingClass) -> list[ClassHost]:
    """Every unit that was asked to hold a class too, with its answer, in the order asked."""
    return list(training_class.hosts.select_related("unit", "answered_by").order_by("invited_at", "pk"))


@dataclass(frozen=True, slots=True)
class HostLine:
    """A host on the page of a class, and what one may do about it."""

    host: ClassHost
    may_answer: bool
    may_end: bool

    @property
    def word(self) -> str:
        """The status word; what is declined elsewhere is sent back, here a unit does not join."""
        return "not_joining" if self.host.status == ClassHost.Status.DECLINED else self.host.status

    @property
    def yuan(self) -> str:
        """The sum it bears, in yuan."""
        return f"{self.host.cost_fen // 100:,}" + (
            f".{self.host.cost_fen % 100:02d}" if self.host.cost_fen % 100 else ""
        )


def host_lines(training_class: TrainingClass, actor: Actor, *, is_fixed: bool) -> list[HostLine]:
    """The co-hosts of a class; what may be done about them ends when the class has begun (`is_fixed`)."""
    lines = []
    for host in hosts_of(training_class):
        answers = host.status == INVITED and may(actor, "classes.answer_invitation", at=host.place)
        ends = host.status in SHARING and may(actor, "classes.end_hosting", at=(training_class.place, host.place))
        lines.append(HostLine(host, answers and not is_fixed, ends and not answers and not is_fixed))
    return lines


def hosts_are_fixed(training_class: TrainingClass) -> bool:
    """Whether the hosts of a class can change no more: it is over, or its first session has begun."""
    if training_class.status in ("closed", "cancelled"):
        return True
    return training_class.sessions.filter(is_cancelled=False, starts_at__lte=clock.now()).exists()


def lead_percent(hosts: list[ClassHost]) -> int:
    """The percentage of the costs that the organiser bears, once those asked have agreed."""
    return cost_left(Cost(host.cost_percent, host.cost_fen) for host in hosts if host.status in SHARING)


def host_by_id(training_class: TrainingClass, host_id: int) -> ClassHost:
    """One co-host of a class already seen; raises NotFound."""
    found = training_class.hosts.select_related("unit", "training_class").filter(pk=host_id).first()
    if found is None:
        raise NotFound
    return found


def units_to_invite(training_class: TrainingClass) -> list[Unit]:
    """The offices of the network that could hold a class too: not its organiser, none that is asked already."""
    known = set(training_class.hosts.filter(status__in=SHARING).values_list("unit", flat=True))
    return [unit for unit in network_offices() if unit.pk not in {training_class.unit_id, *known}]


def invitations_waiting(actor: Actor) -> QuerySet[ClassHost]:
    """The invitations `actor` may answer, of classes that are not over, the nearest class first."""
    rows = visible_to(actor, "classes.answer_invitation", ClassHost.objects.filter(status=INVITED))
    rows = rows.filter(training_class__status__in=("draft", "open"))
    return rows.select_related("training_class__unit", "unit").order_by("training_class__starts_on", "pk")


def co_hosts() -> Prefetch[str]:
    """For lists of classes: `co_hosts`, the units that hold each with its organiser, in the order they were asked."""
    rows = ClassHost.objects.filter(status=ACCEPTED).select_related("unit").order_by("invited_at", "pk")
    return Prefetch("hosts", queryset=rows, to_attr="co_hosts")


def co_hosts_of(training_class: TrainingClass) -> list[ClassHost]:
    """The units that hold a class with its organiser; asked of the database unless they were read with it."""
    if not training_class.is_joint:
        return []
    known: list[ClassHost] | None = getattr(training_class, "co_hosts", None)
    return list(training_class.hosts.filter(status=ACCEPTED).order_by("invited_at", "pk")) if known is None else known


def joint_classes() -> QuerySet[TrainingClass]:
    """The classes that several units hold together."""
    return TrainingClass.objects.filter(is_joint=True)


def held_at(place: str) -> Q:
    """For classes: those that units at or below `place` hold, alone, as the lead, or with others; each once."""
    return Q(place__startswith=place) | Q(Exists(hosting().filter(place__startswith=place)), is_joint=True)
