"""What happens to the rooms of bases: hours, closures, loans, terms, reception."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


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
