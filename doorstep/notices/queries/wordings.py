"""How offices word messages: what holds for whom, and every version there was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from doorstep.core.actors import Actor
from doorstep.core.permissions import lines_of, visible_to
from doorstep.directory.queries.recipients import places_of_accounts
from doorstep.notices.models import Wording

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


def wordings_visible_to(actor: Actor) -> QuerySet[Wording]:
    """Every version that the offices of `actor` wrote, with its unit and writer."""
    rows = visible_to(actor, "notices.word_messages", Wording.objects.all())
    return rows.select_related("unit", "written_by")


def wordings_of(unit: Unit, text: str, way: str) -> list[Wording]:
    """The versions of one text by one way in a unit, the newest first."""
    rows = Wording.objects.filter(unit=unit, text=text, way=way).select_related("written_by")
    return list(rows.order_by("-version"))


def wordings_in_force(unit: Unit) -> dict[tuple[str, str], Wording]:
    """(text, way) -> the unit's own words that hold; what is as shipped is left out."""
    rows = Wording.objects.filter(unit=unit, is_in_force=True).exclude(title="")
    return {(row.text, row.way): row for row in rows}


def wordings_for(texts: Mapping[int, str]) -> dict[tuple[int, str], Wording]:
    """(account, way) -> the wording that holds for what this account is told; those told as shipped are left out.

    `texts` is account -> text. The nearest office above where somebody works wins: a county before the city.
    """
    rows = Wording.objects.filter(text__in=set(texts.values()), is_in_force=True).exclude(title="")
    at = {(row.place, row.text, row.way): row for row in rows}
    if not at:
        return {}
    found: dict[tuple[int, str], Wording] = {}
    for account_id, place in places_of_accounts(texts).items():
        for line in lines_of(place):
            for way in Wording.Way.values:
                if row := at.get((line, texts[account_id], way)):
                    found[account_id, way] = row
    return found
