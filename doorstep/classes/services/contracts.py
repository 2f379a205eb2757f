"""Contracts of orders from outside, as files: handed in by either side, looked at first, replaced but never lost."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.db import transaction

from doorstep.bases.services.files import FileNotTaken, put_away, read_upload
from doorstep.classes.events import ContractAdded
from doorstep.classes.models import ContractFile, Order
from doorstep.classes.services.order_refusals import OrderStandsSo
from doorstep.classes.services.order_steps import tell
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from doorstep.core.actors import Actor

FOLDER = "contracts"
MOST_VERSIONS = 20
_OVER = (Order.Status.DECLINED, Order.Status.REFUSED, Order.Status.WITHDRAWN, Order.Status.LAPSED)


@transaction.atomic
def add_contract(*, order: Order, upload: IO[bytes], name: str, actor: Actor) -> ContractFile:
    """Keep a contract as a PDF, JPG or PNG of at most 10 MB; it takes the place of the one before, which stays.

    Raises FileNotTaken; OrderStandsSo where the order came to nothing.
    """
    require(actor, "classes.keep_contract", at=[order.provider_place, order.place])
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if locked.outside_id is None:
        raise NotFound
    if locked.status in _OVER:
        raise OrderStandsSo(status=locked.get_status_display())
    if locked.contracts.count() >= MOST_VERSIONS:
        raise FileNotTaken(name=name)
    made = ContractFile(order=locked, added_at=clock.now(), added_by_id=actor.account_id)
    content = read_upload(made, upload, name, folder=FOLDER)
    locked.contracts.filter(replaced_at=None).update(replaced_at=clock.now())
    made.save()
    tell(ContractAdded(locked.pk, made.pk), locked, actor, by_group=made.is_by_group, size=made.file_size)
    put_away(made.file, content)
    return made
