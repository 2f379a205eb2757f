"""What a home page says needs doing: its shape, and what rooms, materials, cases and photographs ask of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.bases.queries.photos import photos_to_mend, photos_to_review
from doorstep.bases.queries.reservations import holds_to_confirm, series_released
from doorstep.catalogue.queries.cases import cases_to_mend, cases_to_review
from doorstep.catalogue.queries.materials import edition_words
from doorstep.catalogue.queries.stock import sendings_to_receive
from doorstep.classes.queries.materials import Short, materials_short
from doorstep.core.actors import Actor
from doorstep.core.clock import local

UNITS_NAMED = 3
MOST = 10


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: by when, what, a note, and the button that does it."""

    due: date
    words: str
    note: str
    action: str
    url: str

    def urgency(self, today: date) -> str:
        """overdue or today `now`, within a week `soon`, else `later`."""
        days = (self.due - today).days
        return "now" if days <= 0 else "soon" if days <= 7 else "later"


def material_tasks(actor: Actor, today: date) -> list[Task]:
    """Copies to receive and too few of them, cases and photographs to look at or to mend."""
    return [*_copies(actor, today), *_cases(actor, today), *_photos(actor, today)]


def room_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """Venues that are only held, and rows of bookings that were let go because nobody came."""
    for hold in holds_to_confirm(actor)[:MOST]:
        due = local(hold.expires_at).date() if hold.expires_at else today
        words = _("先留的场地要确认：%(what)s") % {"what": hold.purpose}
        note = f"{hold.unit.short_name}　{hold.venue.base.name} {hold.venue.name}"
        yield Task(due, words, note, _("去确认"), reverse("bases:reservation", args=[hold.pk]))
    for series in series_released(actor)[:MOST]:
        words = _("重复预约放开了：%(base)s %(venue)s") % {"base": series.venue.base.name, "venue": series.venue.name}
        note = _("%(unit)s几次没有来用，还要用就重新约") % {"unit": series.unit.short_name}
        yield Task(today, words, note, _("去约"), reverse("bases:reserve", args=[series.venue_id]))


def _copies(actor: Actor, today: date) -> Iterator[Task]:
    for parcel in sendings_to_receive(actor)[:MOST]:
        words = _("点收 %(n)s 册：%(title)s") % {"n": parcel.copies, "title": edition_words(parcel.edition)}
        note = _("%(unit)s发来") % {"unit": parcel.from_unit.short_name}
        yield Task(today, words, note, _("去点收"), reverse("catalogue:sending", args=[parcel.pk]))
    by_unit: dict[int, list[Short]] = {}
    for short in materials_short(actor):
        by_unit.setdefault(short.unit.pk, []).append(short)
    for unit_id, shorts in list(by_unit.items())[:MOST]:
        lacking = sum(short.lacking for short in shorts)
        words = _("教材不够开班用：%(unit)s还差 %(n)s 册") % {"unit": shorts[0].unit.short_name, "n": lacking}
        names = _("、").join(edition_words(short.edition) for short in shorts[:UNITS_NAMED])
        yield Task(today, words, names, _("看库存"), reverse("catalogue:stock_of", args=[unit_id]))


def _cases(actor: Actor, today: date) -> Iterator[Task]:
    for case in cases_to_review(actor)[:MOST]:
        words = _("审核案例：%(title)s") % {"title": case.title}
        yield Task(today, words, case.unit.short_name, _("去审核"), reverse("catalogue:case", args=[case.pk]))
    for case in cases_to_mend(actor)[:MOST]:
        words = _("案例要改：%(title)s") % {"title": case.title}
        yield Task(today, words, case.review_note, _("去改"), reverse("catalogue:case", args=[case.pk]))


def _photos(actor: Actor, today: date) -> Iterator[Task]:
    """One task for all photographs that wait for one's review, one each for those returned."""
    waiting = list(photos_to_review(actor)[:50])
    if waiting:
        names = _("、").join(list(dict.fromkeys(one.base.name for one in waiting))[:UNITS_NAMED])
        words = _("审核 %(n)s 张阵地照片") % {"n": len(waiting)}
        one_base = len({one.base_id for one in waiting}) == 1
        url = reverse("bases:photos", args=[waiting[0].base_id])
        url = url if one_base else f"{reverse('bases:photos_list')}?status={waiting[0].status}"
        yield Task(today, words, names, _("去审核"), url)
    for photo in photos_to_mend(actor)[:MOST]:
        words = _("照片要改：%(base)s　%(caption)s") % {"base": photo.base.name, "caption": photo.caption}
        yield Task(today, words, photo.review_note, _("去改"), reverse("bases:photos", args=[photo.base_id]))
