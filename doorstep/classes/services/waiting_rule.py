"""How seats that become free are given to those who wait: an office says it for its classes, from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from doorstep.classes.queries.waiting_order import BY_CRITERIA, ORDER, RANKS
from doorstep.classes.services.waiting_refusals import WaitingRuleEmpty, WaitingRulePast
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.core.policies import policies_at
from doorstep.core.services import change_policy

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


@transaction.atomic
def set_waiting_rule(
    *, unit: Unit, order: str, ranks: Mapping[str, int], valid_from: date, source: str, actor: Actor
) -> bool:
    """Let classes of `unit`, and of all below it without a word of their own, give free seats so from a day on.

    `order` is arrival or criteria, `ranks` says which criterion is looked at first (1), 0 for not at all. The same
    once more changes nothing; returns whether anything did. Raises WaitingRulePast, WaitingRuleEmpty.
    """
    require(actor, "core.change_policy", at=unit.path)
    if valid_from < clock.today():
        raise WaitingRulePast(day=valid_from.isoformat())
    if order == BY_CRITERIA and not any(ranks.values()):
        raise WaitingRuleEmpty
    wanted = {ORDER: order, **{RANKS[name]: str(rank) for name, rank in ranks.items()}}
    now = policies_at(wanted, on=valid_from, place=unit.path)
    changed = [key for key, value in wanted.items() if now[key].value != value]
    if not changed and now[ORDER].source == source:
        return False
    for key in dict.fromkeys((ORDER, *changed)):  # the first carries the source of the whole
        change_policy(
            key=key,
            value=wanted[key],
            valid_from=valid_from,
            place=unit.path,
            source=source,
            county=unit.county,
            actor=actor,
        )
    return True
