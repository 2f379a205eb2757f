"""The tables of places where one trains."""

from doorstep.bases.models.photos import Photo
from doorstep.bases.models.places import Base, Belt, Stewardship
from doorstep.bases.models.regulations import Regulation, RegulationReading
from doorstep.bases.models.reservations import Reservation, ReservationSeries
from doorstep.bases.models.standards import AspectState, Evidence
from doorstep.bases.models.travel import TravelPair
from doorstep.bases.models.venues import BookingRule, Closure, Loan, OpenHours, Reception, Venue, VenueRule
from doorstep.bases.models.visits import Visit

__all__ = [
    "AspectState",
    "Base",
    "Belt",
    "BookingRule",
    "Closure",
    "Evidence",
    "Loan",
    "OpenHours",
    "Photo",
    "Reception",
    "Regulation",
    "RegulationReading",
    "Reservation",
    "ReservationSeries",
    "Stewardship",
    "TravelPair",
    "Venue",
    "VenueRule",
    "Visit",
]
