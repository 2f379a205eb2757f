"""Which views of a list an account keeps."""

from __future__ import annotations

from django.db.models import QuerySet

from doorstep.core.actors import Actor
from doorstep.core.models import SavedView


def views_of(actor: Actor, list_name: str) -> QuerySet[SavedView]:
    """One's own views of a list, the oldest first."""
    if actor.account_id is None:
        return SavedView.objects.none()
    return SavedView.objects.filter(account_id=actor.account_id, list_name=list_name).order_by("pk")
