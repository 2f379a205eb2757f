"""Where the copies are: what a unit holds of which edition, what is on its way, what a class was given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from doorstep.catalogue.models import Movement, Sending, Shelf
from doorstep.catalogue.rules.materials import balance_of
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may, visible_to
from doorstep.directory.queries import children_of, units_by_ids

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

_OF_A_CLASS = (Movement.Kind.ISSUED, Movement.Kind.RETURNED)


def balance_on(shelf: Shelf) -> int:
    """How many copies are there now: the sum of all that came and went."""
    return balance_of(shelf.movements.values_list("copies", flat=True))


def given_to(shelf: Shelf, training_class_id: int) -> int:
    """How many copies from a shelf a class has now."""
    lines = shelf.movements.filter(training_class_id=training_class_id, kind__in=_OF_A_CLASS)
    return -balance_of(lines.values_list("copies", flat=True))


def _with_figures(rows: QuerySet[Shelf]) -> QuerySet[Shelf]:
    """Shelves with `balance`, what is there, and `coming`, what is on its way to them."""
    lines = Movement.objects.filter(shelf=OuterRef("pk")).order_by().values("shelf")
    parcels = Sending.objects.filter(status="sent", edition=OuterRef("edition"), to_unit=OuterRef("unit")).order_by()
    held, coming = lines.annotate(n=Sum("copies")), parcels.values("edition").annotate(n=Sum("copies"))
    return rows.annotate(
        balance=Coalesce(Subquery(held.values("n")), 0), coming=Coalesce(Subquery(coming.values("n")), 0)
    )


def shelves_visible_to(actor: Actor) -> QuerySet[Shelf]:
    """What the units hold whose stock `actor` may see, with edition, unit, `balance` and `coming`."""
    rows = visible_to(actor, "catalogue.view_stock", Shelf.objects.all())
    return _with_figures(rows).select_related("edition__material", "unit")


def shelves_of(unit: Unit) -> list[Shelf]:
    """What a unit holds, by title and edition, with `balance` and `coming`."""
    rows = _with_figures(unit.shelves.all()).select_related("edition__material")
    return list(rows.order_by("edition__material__title", "edition__material_id", "-edition__number"))


def holdings_of(unit_ids: Iterable[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """(unit, edition) -> how many copies it has and how many are on their way to it."""
    units = set(unit_ids)
    lines = Movement.objects.filter(shelf__unit__in=units).order_by()
    held = {(unit, edition): n for unit, edition, n in _summed(lines, "shelf__unit", "shelf__edition")}
    parcels = Sending.objects.filter(to_unit__in=units, status=Sending.Status.SENT).order_by()
    coming = {(unit, edition): n for unit, edition, n in _summed(parcels, "to_unit", "edition")}
    return {key: (held.get(key, 0), coming.get(key, 0)) for key in held | coming}


def _summed(rows: QuerySet[Any], *by: str) -> Iterable[tuple[int, int, int]]:
    sums: Iterable[tuple[int, int, int]] = rows.values_list(*by).annotate(n=Sum("copies"))
    return sums


def given_by_class(class_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """(class, edition) -> how many copies it has now."""
    rows = Movement.objects.filter(training_class_id__in=set(class_ids), kind__in=_OF_A_CLASS).order_by()
    return {(one, edition): -copies for one, edition, copies in _summed(rows, "training_class_id", "shelf__edition")}


def movements_visible_to(actor: Actor) -> QuerySet[Movement]:
    """The lines of the ledgers of units whose stock `actor` may see."""
    rows = visible_to(actor, "catalogue.view_stock", Movement.objects.all(), place="shelf__place")
    return rows.select_related("shelf__edition__material", "shelf__unit")


def latest_movements(unit: Unit, count: int) -> list[Movement]:
    """The last lines of a unit's ledgers, the newest first."""
    rows = Movement.objects.filter(shelf__unit=unit).select_related("shelf__edition__material")
    return list(rows.order_by("-moved_at", "id")[:count])


def sendings_visible_to(actor: Actor) -> QuerySet[Sending]:
    """The parcels from or to units whose stock `actor` may see."""
    ends = ("from_place", "to_place")
    rows = visible_to(actor, "catalogue.view_stock", Sending.objects.all(), place=ends)
    return rows.select_related("edition__material", "from_unit", "to_unit")


def sending_by_id(sending_id: int, actor: Actor) -> Sending:
    """One parcel that `actor` may see; raises NotFound."""
    found = sendings_visible_to(actor).select_related("sent_by", "ended_by").filter(pk=sending_id).first()
    if found is None:
        raise NotFound
    return found


def sendings_to_receive(actor: Actor) -> QuerySet[Sending]:
    """What is on its way to the very units one works at, the oldest first."""
    own = [grant.place for grant in actor.grants]
    rows = Sending.objects.filter(status=Sending.Status.SENT, to_place__in=own)
    found = visible_to(actor, "catalogue.move_stock", rows, place="to_place")
    return found.select_related("edition__material", "from_unit", "to_unit").order_by("sent_at", "pk")


def sendings_with(unit: Unit) -> list[Sending]:
    """What is on its way from or to a unit, the oldest first."""
    rows = Sending.objects.filter(status=Sending.Status.SENT)
    near = rows.filter(from_unit=unit) | rows.filter(to_unit=unit)
    return list(near.select_related("edition__material", "from_unit", "to_unit").order_by("sent_at", "pk"))


def unit_with_stock(unit_id: int, actor: Actor) -> Unit:
    """One unit whose stock `actor` may see; raises NotFound."""
    unit = units_by_ids([unit_id]).get(unit_id)
    if unit is None or not may(actor, "catalogue.view_stock", at=unit.path):
        raise NotFound
    return unit


def receivers_of(unit: Unit) -> list[Unit]:
    """Where a unit may send copies: the units right below it, and back to the one right above."""
    return [*children_of(unit), *([unit.parent] if unit.parent else [])]
