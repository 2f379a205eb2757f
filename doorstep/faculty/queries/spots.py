"""Where one can lecture or be linked to: every office, and what the bases state as places to go to."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from doorstep.core.registry import choices_of
from doorstep.directory.queries import network_offices

Groups = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit, or one of its bases."""

    unit_id: int
    base_id: int | None = None


def spots_around(county: str) -> tuple[dict[str, Spot], Groups]:
    """What can be chosen by somebody of a county, and the same in words by county; by the city's everything.

    Two queries.
    """
    offices = network_offices()
    names = {unit.county: unit.short_name for unit in offices if unit.kind == "county"}
    own = county if county in names else ""
    spots: dict[str, Spot] = {}
    words: dict[str, list[tuple[str, str]]] = {}
    for unit in offices:
        if not own or unit.county == own:
            spots[f"unit-{unit.pk}"] = Spot(unit.pk)
            words.setdefault(unit.county, []).append((f"unit-{unit.pk}", unit.short_name))
    for base in choices_of("bases.spots", own):
        spots[f"base-{base.id}"] = Spot(base.unit_id, base.id)
        words.setdefault(base.county, []).append((f"base-{base.id}", base.words))
    return spots, [(names.get(code, _("市")), rows) for code, rows in words.items()]
