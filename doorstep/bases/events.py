"""What happens to bases and their standards."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("bases.evidence_filed", _("报送证明"))
@dataclass(frozen=True, slots=True)
class EvidenceFiled:
    """A keeper filed evidence for an item of the standard."""

    base_id: int
    evidence_id: int


@event("bases.evidence_reviewed", _("审核证明"))
@dataclass(frozen=True, slots=True)
class EvidenceReviewed:
    """The level above accepted or returned evidence."""

    base_id: int
    evidence_id: int


@event("bases.evidence_taken_back", _("撤回证明"))
@dataclass(frozen=True, slots=True)
class EvidenceTakenBack:
    """A keeper took back evidence that nobody had reviewed."""

    base_id: int
    evidence_id: int


@event("bases.steward_changed", _("直管变动"))
@dataclass(frozen=True, slots=True)
class StewardChanged:
    """A unit began to look after a base from outside the line above it, or no longer does."""

    base_id: int


@event("bases.standard_met", _("标准达到"))
@dataclass(frozen=True, slots=True)
class StandardMet:
    """A base has an aspect of its standard that it had not."""

    base_id: int
    aspect: str


@event("bases.standard_lapsed", _("标准失效"))
@dataclass(frozen=True, slots=True)
class StandardLapsed:
    """A base has an aspect of its standard no longer."""

    base_id: int
    aspect: str


@event("bases.belt_planned", _("建示范带"))
@dataclass(frozen=True, slots=True)
class BeltPlanned:
    """A belt was put together."""

    base_id: int


@event("bases.belt_changed", _("修改示范带"))
@dataclass(frozen=True, slots=True)
class BeltChanged:
    """Name, theme or places of a belt changed."""

    base_id: int


@event("bases.belt_published", _("发布示范带"))
@dataclass(frozen=True, slots=True)
class BeltPublished:
    """A belt that has its five ones is shown to everybody."""

    base_id: int


@event("bases.belt_withdrawn", _("撤下示范带"))
@dataclass(frozen=True, slots=True)
class BeltWithdrawn:
    """A belt is no longer shown."""

    base_id: int
