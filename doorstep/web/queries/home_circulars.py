"""What circulars ask of one: to read and acknowledge them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.core.actors import Actor
from doorstep.notices.queries.circulars import circulars_to_acknowledge
from doorstep.web.queries.home_tasks import MOST, Task


def circular_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """The circulars that one's own units have not acknowledged."""
    for receipt in circulars_to_acknowledge(actor)[:MOST]:
        circular = receipt.circular
        words = _("签收通知：%(title)s") % {"title": circular.title}
        note = f"{circular.unit.short_name}　{circular.number}"
        yield Task(circular.acknowledge_by, words, note, _("去签收"), reverse("notices:circular", args=[circular.pk]))
