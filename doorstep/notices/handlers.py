"""How events become messages: each app says whom one concerns, and circulars say so here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.core.actors import system_actor
from doorstep.core.events import current_occurrence, handles
from doorstep.notices.events import CircularIssued, CircularReminded, CircularWithdrawn
from doorstep.notices.queries.circulars import circular_told, circular_unsigned
from doorstep.notices.rules.texts import Letter, state_text
from doorstep.notices.services.telling import write_messages

_ACTOR = system_actor("notices.tell")

Tell = Callable[[Any], Iterable[Letter]]


def tells(event: type[Any]) -> Callable[[Tell], Tell]:
    """Register a function of a `handlers` room that says whom an event concerns: its letters become messages.

    It may run twice. Each account gets the first letter that names it, once a happening; whoever did it is not told.
    """

    def add(function: Tell) -> Tell:
        @wraps(function)
        def tell(happened: Any) -> None:
            write_messages(letters=list(function(happened)), occurrence=current_occurrence(), actor=_ACTOR)

        handles(event)(tell)
        return function

    return add


ISSUED = state_text(
    "notices.circular_issued",
    _("新的通知文件：%(title)s"),
    _("%(unit)s 下发 %(number)s，%(effective)s 起施行。请在 %(due)s 前签收。"),
)
WITHDRAWN = state_text(
    "notices.circular_withdrawn",
    _("通知文件已撤回：%(title)s"),
    _("%(unit)s 撤回 %(number)s。原因：%(reason)s"),
)


@tells(CircularIssued)
def tell_of_circular(happened: CircularIssued) -> Iterable[Letter]:
    """A circular is there: the offices of the units it was sent to."""
    circular, to = circular_told(happened.circular_id)
    fields = {
        "title": circular.title,
        "number": circular.number,
        "unit": circular.unit.short_name,
        "effective": circular.effective_on,
        "due": circular.acknowledge_by,
    }
    yield Letter(ISSUED, to, fields, reverse("notices:circular", args=[circular.pk]))


@tells(CircularWithdrawn)
def tell_of_withdrawal(happened: CircularWithdrawn) -> Iterable[Letter]:
    """A circular holds no longer: the same offices."""
    circular, to = circular_told(happened.circular_id)
    fields = {
        "title": circular.title,
        "number": circular.number,
        "unit": circular.unit.short_name,
        "reason": circular.reason,
    }
    yield Letter(WITHDRAWN, to, fields, reverse("notices:circular", args=[circular.pk]))


UNREAD = state_text(
    "notices.circular_unread",
    _("还没有读通知文件：%(title)s"),
    _("%(unit)s 下发的 %(number)s，你们还没有打开。请在 %(due)s 前看完并签收。"),
)
UNSIGNED = state_text(
    "notices.circular_unsigned",
    _("还没有签收通知文件：%(title)s"),
    _("%(unit)s 下发的 %(number)s，你们读过了，还没有签收。请在 %(due)s 前签收。"),
)


@tells(CircularReminded)
def tell_to_sign(happened: CircularReminded) -> Iterable[Letter]:
    """A circular is asked for once more: units that have not opened it, and those that opened it and did not sign."""
    circular, unread, unsigned = circular_unsigned(happened.circular_id)
    fields = {
        "title": circular.title,
        "number": circular.number,
        "unit": circular.unit.short_name,
        "due": circular.acknowledge_by,
    }
    where = reverse("notices:circular", args=[circular.pk])
    yield Letter(UNREAD, unread, fields, where)
    yield Letter(UNSIGNED, unsigned, fields, where)
