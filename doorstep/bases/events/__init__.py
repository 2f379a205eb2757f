"""What happens to bases and their standards."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.bases.events.reservations import (
    HoldConfirmed as HoldConfirmed,
)
from doorstep.bases.events.reservations import (
    HoldsExpired as HoldsExpired,
)
from doorstep.bases.events.reservations import (
    ReservationApproved as ReservationApproved,
)
from doorstep.bases.events.reservations import (
    ReservationCancelled as ReservationCancelled,
)
from doorstep.bases.events.reservations import (
    ReservationUnanswered as ReservationUnanswered,
)
from doorstep.bases.events.reservations import (
    ReservationUnused as ReservationUnused,
)
from doorstep.bases.events.reservations import (
    SeriesReleased as SeriesReleased,
)
from doorstep.bases.events.reservations import (
    SharingSet as SharingSet,
)
from doorstep.bases.events.reservations import (
    VenueReserved as VenueReserved,
)
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


@event("bases.venue_added", _("登记场地"))
@dataclass(frozen=True, slots=True)
class VenueAdded:
    """A room or spot of a base was entered."""

    base_id: int
    venue_id: int


@event("bases.venue_changed", _("修改场地"))
@dataclass(frozen=True, slots=True)
class VenueChanged:
    """Name, seats or equipment of a venue changed."""

    base_id: int
    venue_id: int


@event("bases.venue_retired", _("停用场地"))
@dataclass(frozen=True, slots=True)
class VenueRetired:
    """A venue is out of use."""

    base_id: int
    venue_id: int


@event("bases.venue_restored", _("恢复场地"))
@dataclass(frozen=True, slots=True)
class VenueRestored:
    """A venue is in use again."""

    base_id: int
    venue_id: int


@event("bases.booking_rule_set", _("定借用规则"))
@dataclass(frozen=True, slots=True)
class BookingRuleSet:
    """It was said for whom a base is there besides its own line."""

    base_id: int


@event("bases.hours_set", _("设开放时间"))
@dataclass(frozen=True, slots=True)
class HoursSet:
    """When a base, or one venue of it, is open each week."""

    base_id: int


@event("bases.place_closed", _("登记不开放"))
@dataclass(frozen=True, slots=True)
class PlaceClosed:
    """A base, or one venue of it, cannot be used for a time."""

    base_id: int
    closure_id: int


@event("bases.place_reopened", _("提前开放"))
@dataclass(frozen=True, slots=True)
class PlaceReopened:
    """A closure was lifted."""

    base_id: int
    closure_id: int


@event("bases.venue_lent", _("登记借用"))
@dataclass(frozen=True, slots=True)
class VenueLent:
    """Another body lends a venue to the base."""

    base_id: int
    venue_id: int
    loan_id: int


@event("bases.loan_ended", _("结束借用"))
@dataclass(frozen=True, slots=True)
class LoanEnded:
    """A loan of a venue ended before its last day."""

    base_id: int
    venue_id: int
    loan_id: int


@event("bases.reception_set", _("登记接待能力"))
@dataclass(frozen=True, slots=True)
class ReceptionSet:
    """How many people a base receives in a day."""

    base_id: int


@event("bases.base_entered", _("登记阵地"))
@dataclass(frozen=True, slots=True)
class BaseEntered:
    """A place was entered at which one can train."""

    base_id: int


@event("bases.base_changed", _("修改阵地"))
@dataclass(frozen=True, slots=True)
class BaseChanged:
    """What is known of a base changed."""

    base_id: int


@event("bases.base_ended", _("停用阵地"))
@dataclass(frozen=True, slots=True)
class BaseEnded:
    """A base is out of use."""

    base_id: int


@event("bases.base_reopened", _("恢复阵地"))
@dataclass(frozen=True, slots=True)
class BaseReopened:
    """A base is in use again."""

    base_id: int


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


@event("bases.visit_counted", _("登记参观"))
@dataclass(frozen=True, slots=True)
class VisitCounted:
    """People came to see a base and were counted."""

    base_id: int


@event("bases.visit_corrected", _("改参观登记"))
@dataclass(frozen=True, slots=True)
class VisitCorrected:
    """How many came was said anew, with the reason."""

    base_id: int


@event("bases.visit_taken_back", _("撤回参观登记"))
@dataclass(frozen=True, slots=True)
class VisitTakenBack:
    """A count of visitors is not counted any more."""

    base_id: int


@event("bases.travel_loaded", _("导入路网时间"))
@dataclass(frozen=True, slots=True)
class TravelLoaded:
    """An operator loaded travel times; how many pairs are new, and how many have another time."""

    new_count: int
    changed_count: int


@event("bases.photo_added", _("传阵地照片"))
@dataclass(frozen=True, slots=True)
class PhotoAdded:
    """A photograph of a base was handed in for review."""

    base_id: int
    photo_id: int


@event("bases.photo_changed", _("修改阵地照片"))
@dataclass(frozen=True, slots=True)
class PhotoChanged:
    """Words, place in the order or cover of the photographs of a base changed."""

    base_id: int
    photo_id: int


@event("bases.photo_reviewed", _("审核阵地照片"))
@dataclass(frozen=True, slots=True)
class PhotoReviewed:
    """The level above published a photograph or returned it with the reason."""

    base_id: int
    photo_id: int


@event("bases.photo_taken_down", _("撤下阵地照片"))
@dataclass(frozen=True, slots=True)
class PhotoTakenDown:
    """A photograph is not shown any more."""

    base_id: int
    photo_id: int


@event("bases.photo_brought_back", _("恢复阵地照片"))
@dataclass(frozen=True, slots=True)
class PhotoBroughtBack:
    """A photograph that had been taken down is shown again."""

    base_id: int
    photo_id: int
