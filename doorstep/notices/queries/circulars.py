"""Circulars as units read them: which one may see, who has read and acknowledged, what waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.directory.queries.recipients import accounts_nearest
from doorstep.notices.models import Circular, CircularFile, CircularReceipt
from doorstep.notices.rules.circulars import number_after

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


@dataclass(frozen=True, slots=True)
class ReceiptCounts:
    """How many units a circular was sent to, how many have read and acknowledged it, and how many are late."""

    units: int
    read: int
    acknowledged: int
    late: int


def circulars_visible_to(actor: Actor) -> QuerySet[Circular]:
    """The circulars `actor` may see: written in one's own reach, or sent there; with `is_open`.

    `is_open` says that a unit for which the actor speaks has not acknowledged it.
    """
    seen = visible_to(actor, "notices.view_circular", Circular.objects.all(), place=("place", "receipts__place"))
    own = _own(actor).filter(circular=OuterRef("pk"), acknowledged_at=None)
    return seen.annotate(is_open=Exists(own)).select_related("unit")


def _own(actor: Actor) -> QuerySet[CircularReceipt]:
    """The receipts that this actor may give: of units, and of bases."""
    units = visible_to(actor, "notices.acknowledge_circular", CircularReceipt.objects.filter(base=None))
    bases = visible_to(actor, "notices.acknowledge_for_base", CircularReceipt.objects.filter(base__isnull=False))
    return units | bases


def circular_by_id(circular_id: int, actor: Actor) -> Circular:
    """One circular that `actor` may see, with its unit and the version it replaces; raises NotFound."""
    rows = circulars_visible_to(actor).select_related("unit", "replaces", "issued_by", "ended_by")
    found = rows.filter(pk=circular_id).first()
    if found is None:
        raise NotFound
    return found


def circular_to_issue(circular_id: int, actor: Actor) -> Circular:
    """One circular of a unit for which `actor` may issue; raises NotFound."""
    rows = visible_to(actor, "notices.issue_circular", Circular.objects.select_related("unit"))
    found = rows.filter(pk=circular_id).first()
    if found is None:
        raise NotFound
    return found


def newer_version(circular: Circular) -> Circular | None:
    """The version that replaced a circular, or None."""
    return Circular.objects.filter(replaces=circular).first()


def own_receipts(circular: Circular, actor: Actor) -> list[CircularReceipt]:
    """The receipts of the units for which this actor speaks."""
    rows = _own(actor).filter(circular=circular).select_related("unit", "base", "acknowledged_by")
    return list(rows.order_by("place", "base"))


def receipts_visible_to(actor: Actor, circular_id: int) -> QuerySet[CircularReceipt]:
    """The receipts of a circular: all of them for who issued it and those above, else those in one's own reach.

    Each with `standing` (unread, read, acknowledged, overdue) and `is_late`.
    """
    rows = CircularReceipt.objects.filter(circular=circular_id)
    seen = visible_to(actor, "notices.view_circular", rows, place=("circular__place", "place"))
    today = clock.today()
    is_overdue = Q(acknowledged_at=None, circular__acknowledge_by__lt=today, circular__status=Circular.Status.ISSUED)
    is_late = is_overdue | Q(acknowledged_at__date__gt=F("circular__acknowledge_by"))
    standing = Case(
        When(acknowledged_at__isnull=False, then=Value("acknowledged")),
        When(is_overdue, then=Value("overdue")),
        When(read_at__isnull=False, then=Value("read")),
        default=Value("unread"),
        output_field=CharField(),
    )
    late = ExpressionWrapper(is_late, output_field=BooleanField())
    joined = seen.annotate(standing=standing, is_late=late)
    return joined.select_related("unit", "base", "circular", "read_by", "acknowledged_by")


def receipt_counts(circular: Circular, actor: Actor) -> ReceiptCounts:
    """How a circular stands with the units in sight; late is who signed after the last day, or has not by then."""
    found = receipts_visible_to(actor, circular.pk).aggregate(
        units=Count("pk"),
        read=Count("pk", filter=Q(read_at__isnull=False)),
        acknowledged=Count("pk", filter=Q(acknowledged_at__isnull=False)),
        late=Count("pk", filter=Q(is_late=True)),
    )
    return ReceiptCounts(**found)


def next_number(unit: Unit, year: int) -> str:
    """The number the next circular of a unit gets."""
    return number_after(Circular.objects.filter(unit=unit).values_list("number", flat=True), year)


def circulars_to_acknowledge(actor: Actor) -> QuerySet[CircularReceipt]:
    """What this actor's own units have not acknowledged yet, the most urgent first."""
    rows = _own(actor).filter(acknowledged_at=None, circular__status=Circular.Status.ISSUED)
    return rows.select_related("circular__unit", "unit", "base").order_by("circular__acknowledge_by", "pk")


def circular_told(circular_id: int) -> tuple[Circular, Sequence[int]]:
    """A circular with the ids of the accounts of the units and bases it was sent to."""
    circular = Circular.objects.select_related("unit").get(pk=circular_id)
    return circular, _signers(circular.receipts.all())


def circular_unsigned(circular_id: int) -> tuple[Circular, Sequence[int], Sequence[int]]:
    """A circular with the accounts of those who have not opened it, and of those who did and have not signed."""
    circular = Circular.objects.select_related("unit").get(pk=circular_id)
    left = circular.receipts.filter(acknowledged_at=None)
    return circular, _signers(left.filter(read_at=None)), _signers(left.filter(read_at__isnull=False))


def _signers(receipts: QuerySet[CircularReceipt]) -> list[int]:
    """The accounts nearest to some receipts that may sign them."""
    places: dict[str, set[str]] = {}
    for receipt in receipts:
        places.setdefault(receipt.signing_action, set()).add(receipt.place)
    return sorted({pk for action, found in places.items() for pk in accounts_nearest(action, found)})


def files_of_circular(circular: Circular) -> list[CircularFile]:
    """The files that go with a circular, in their order."""
    return list(circular.files.order_by("number"))


def file_of_circular(circular: Circular, number: int) -> CircularFile:
    """One of them; raises NotFound."""
    found = circular.files.filter(number=number).first()
    if found is None:
        raise NotFound
    return found
