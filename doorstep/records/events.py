"""What happens to the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("records.credit_posted", _("学时入账"))
@dataclass(frozen=True, slots=True)
class CreditPosted:
    """Lines of a class were written; `person_id` is None when they concern the whole class."""

    training_class_id: int
    person_id: int | None
