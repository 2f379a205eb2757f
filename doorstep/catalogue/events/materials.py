"""What happens to materials and their copies."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("catalogue.material_entered", _("登记教材"))
@dataclass(frozen=True, slots=True)
class MaterialEntered:
    """A unit entered a textbook or another material."""

    material_id: int


@event("catalogue.material_changed", _("修改教材"))
@dataclass(frozen=True, slots=True)
class MaterialChanged:
    """What is said of a material changed."""

    material_id: int


@event("catalogue.material_retired", _("停用教材"))
@dataclass(frozen=True, slots=True)
class MaterialRetired:
    """A material is not used any more."""

    material_id: int


@event("catalogue.material_brought_back", _("恢复教材"))
@dataclass(frozen=True, slots=True)
class MaterialBroughtBack:
    """A material that had been retired is used again."""

    material_id: int


@event("catalogue.edition_added", _("登记教材新版"))
@dataclass(frozen=True, slots=True)
class EditionAdded:
    """A material has a new edition."""

    edition_id: int


@event("catalogue.edition_courses_chosen", _("定用书课程"))
@dataclass(frozen=True, slots=True)
class EditionCoursesChosen:
    """Which courses use an edition was said anew."""

    edition_id: int


@event("catalogue.copies_taken_in", _("教材入库"))
@dataclass(frozen=True, slots=True)
class CopiesTakenIn:
    """Copies came from the printer or the bookshop."""

    shelf_id: int


@event("catalogue.copies_sent", _("发出教材"))
@dataclass(frozen=True, slots=True)
class CopiesSent:
    """Copies left for another unit."""

    sending_id: int


@event("catalogue.copies_received", _("点收教材"))
@dataclass(frozen=True, slots=True)
class CopiesReceived:
    """Copies that were sent have arrived and were counted."""

    sending_id: int


@event("catalogue.copies_called_back", _("撤回发出的教材"))
@dataclass(frozen=True, slots=True)
class CopiesCalledBack:
    """Copies that were sent are back before they arrived."""

    sending_id: int


@event("catalogue.copies_issued", _("教材发给班上"))
@dataclass(frozen=True, slots=True)
class CopiesIssued:
    """A class was given copies."""

    shelf_id: int


@event("catalogue.copies_returned", _("班上交回教材"))
@dataclass(frozen=True, slots=True)
class CopiesReturned:
    """A class gave copies back."""

    shelf_id: int


@event("catalogue.copies_counted", _("盘点教材"))
@dataclass(frozen=True, slots=True)
class CopiesCounted:
    """A count found another number than the ledger said."""

    shelf_id: int
