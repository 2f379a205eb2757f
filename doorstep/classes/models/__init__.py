"""What is held: classes with their sessions, seats, leave and hosts; and the orders that classes come from."""

from __future__ import annotations

from doorstep.classes.models.calendars import CalendarFeed
from doorstep.classes.models.classes import (
    Campaign,
    CampaignShare,
    ClassHost,
    Enrolment,
    Leave,
    Objection,
    Quota,
    Session,
    SessionPhoto,
    TrainingClass,
)
from doorstep.classes.models.orders import KeptDay, Order, OrderOffer, OrderWish
from doorstep.classes.models.outside import (
    ContractFile,
    OutsideCode,
    OutsideGroup,
    OutsideNumber,
    OutsideText,
    Quote,
    QuoteLine,
)
from doorstep.classes.models.waiting import WaitingLetter, WaitingPlace
from doorstep.classes.models.will import WillLine, WillTally, WillYear

__all__ = [
    "CalendarFeed",
    "Campaign",
    "CampaignShare",
    "ClassHost",
    "ContractFile",
    "Enrolment",
    "KeptDay",
    "Leave",
    "Objection",
    "Order",
    "OrderOffer",
    "OrderWish",
    "OutsideCode",
    "OutsideGroup",
    "OutsideNumber",
    "OutsideText",
    "Quota",
    "Quote",
    "QuoteLine",
    "Session",
    "SessionPhoto",
    "TrainingClass",
    "WaitingLetter",
    "WaitingPlace",
    "WillLine",
    "WillTally",
    "WillYear",
]
