"""What happens to places and belts, to what is shown of them, and to who came to see them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


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


@event("bases.point_flagged", _("定为新思想教学点"))
@dataclass(frozen=True, slots=True)
class PointFlagged:
    """The city named a teaching point one of those it vouches for."""

    base_id: int


@event("bases.point_unflagged", _("不再是新思想教学点"))
@dataclass(frozen=True, slots=True)
class PointUnflagged:
    """A teaching point is none of those the city vouches for any more."""

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
