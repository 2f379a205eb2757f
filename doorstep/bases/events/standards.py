"""What happens to the standards of bases, their evidence, rules and stewards."""

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


@event("bases.regulation_issued", _("发布制度"))
@dataclass(frozen=True, slots=True)
class RegulationIssued:
    """A base has a new version of a rule."""

    base_id: int
    regulation_id: int


@event("bases.regulation_ended", _("废止制度"))
@dataclass(frozen=True, slots=True)
class RegulationEnded:
    """A version of a rule was ended."""

    base_id: int
    regulation_id: int


@event("bases.regulation_restored", _("恢复制度"))
@dataclass(frozen=True, slots=True)
class RegulationRestored:
    """A version that was ended by mistake holds again."""

    base_id: int
    regulation_id: int


@event("bases.regulation_read", _("签阅制度"))
@dataclass(frozen=True, slots=True)
class RegulationRead:
    """Somebody who works at the base has read a version."""

    base_id: int
    regulation_id: int
