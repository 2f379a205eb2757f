"""What a home page says needs doing: its shape, and what rooms, materials, cases, photographs and scenes ask of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.bases.queries.photos import photos_to_mend, photos_to_review
from doorstep.bases.queries.reservations import holds_to_confirm, reservations_to_answer, series_released
from doorstep.catalogue.queries.cases import cases_to_mend, cases_to_review
from doorstep.catalogue.queries.materials import edition_words
from doorstep.catalogue.queries.panoramas_states import panoramas_to_mend, panoramas_to_review
from doorstep.catalogue.queries.stock import sendings_to_receive
from doorstep.classes.queries.materials import Short, materials_short
from doorstep.classes.queries.teaching import sessions_in_doubt
from doorstep.core.actors import Actor
from doorstep.core.clock import local
from doorstep.faculty.queries.engagements import DECLINED, SILENT, UNVETTED, engagements_waiting
from doorstep.faculty.queries.groups import STOP
from doorstep.faculty.queries.rights import rights_ending
from doorstep.faculty.queries.teachers import teachers_to_vet

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
    """Copies to receive and too few of them, cases, photographs and scenes to look at or to mend."""
    return [*_copies(actor, today), *_cases(actor, today), *_photos(actor, today), *_scenes(actor, today)]


def room_tasks(actor: Actor, today: date) -> Iterator[Task]:
    """Venues that are only held, rooms guests ask for, and rows of bookings that were let go because nobody came."""
    for hold in holds_to_confirm(actor)[:MOST]:
        due = local(hold.expires_at).date() if hold.expires_at else today
        words = _("先留的场地要确认：%(what)s") % {"what": hold.purpose}
        note = f"{hold.unit.short_name}　{hold.venue.base.name} {hold.venue.name}"
        yield Task(due, words, note, _("去确认"), reverse("bases:reservation", args=[hold.pk]))
    for asked in reservations_to_answer(actor)[:MOST]:
        due = local(asked.expires_at).date() if asked.expires_at else today
        words = _("答复约场地：%(what)s") % {"what": asked.purpose}
        note = f"{asked.unit.short_name}　{asked.venue.base.name} {asked.venue.name}"
        yield Task(due, words, note, _("去答复"), reverse("bases:reservation", args=[asked.pk]))
    for series in series_released(actor)[:MOST]:
        words = _("重复预约放开了：%(base)s %(venue)s") % {"base": series.venue.base.name, "venue": series.venue.name}
        note = _("%(unit)s几次没有来用，还要用就重新约") % {"unit": series.unit.short_name}
        yield Task(today, words, note, _("去约"), reverse("bases:reserve", args=[series.venue_id]))


def teacher_tasks(actor: Actor, today: date) -> list[Task]:
    """Invitations to answer, sessions whose teacher may not be there, teachers to vet, rights that end soon."""
    return [*_to_answer(actor), *_without_teacher(actor), *_to_vet(actor, today), *_rights_to_renew(actor)]


def _to_answer(actor: Actor) -> Iterator[Task]:
    for one in engagements_waiting(actor)[:MOST]:
        words = _("请您讲课：%(title)s") % {"title": one.title}
        own = reverse("classes:teaching")
        url = reverse("faculty:engagement", args=[one.pk]) if one.key.startswith(STOP) else own
        yield Task(local(one.starts_at).date(), words, one.where, _("去答复"), url)


IN_DOUBT = {
    DECLINED: gettext_lazy("%(name)s老师来不了：%(title)s"),
    UNVETTED: gettext_lazy("%(name)s老师没有通过审核：%(title)s"),
    SILENT: gettext_lazy("%(name)s老师还没有答复：%(title)s"),
}


def _without_teacher(actor: Actor) -> Iterator[Task]:
    for session, why in sessions_in_doubt(actor)[:MOST]:
        name = session.teacher.name if session.teacher else ""
        words = str(IN_DOUBT[why]) % {"name": name, "title": session.title}
        url = reverse("classes:substitutes", args=[session.training_class_id, session.pk])
        yield Task(session.held_on, words, session.training_class.title, _("换一位老师"), url)


def _to_vet(actor: Actor, today: date) -> list[Task]:
    """Teachers of one's own units without a vetting that lasts: the one in words, several by their number."""
    lapsed = list(teachers_to_vet(actor)[:500])
    if not lapsed:
        return []
    if len(lapsed) == 1:
        words = _("教师要审核：%(name)s") % {"name": lapsed[0].name}
        url = reverse("faculty:teacher", args=[lapsed[0].pk])
        return [Task(lapsed[0].valid_until or today, words, str(_STANDING_NOTES[lapsed[0].standing]), _("去审核"), url)]
    words = _("%(n)s 位教师要审核") % {"n": len(lapsed)}
    counts = Counter(one.standing for one in lapsed)
    note = _("，").join(_("%(word)s %(n)s 位") % {"word": _STANDINGS[code], "n": n} for code, n in counts.items())
    due = min((one.valid_until or today for one in lapsed), default=today)
    url = f"{reverse('faculty:teachers')}?standing={lapsed[0].standing}&active=1"
    return [Task(due, words, note, _("看是哪几位"), url)]


def _rights_to_renew(actor: Actor) -> list[Task]:
    """Rights to teach that end soon: the one in words, several by their number."""
    ending = list(rights_ending(actor)[:500])
    if not ending:
        return []
    first, url = ending[0], f"{reverse('faculty:rights')}?standing=expiring"
    words = _("%(n)s 项授课资格快到期") % {"n": len(ending)}
    if len(ending) == 1:
        words = _("授课资格快到期：%(name)s") % {"name": first.teacher.name}
    return [Task(first.valid_until, words, first.taught, _("去看"), url)]


_STANDINGS = {
    "unvetted": gettext_lazy("没审核过"),
    "expired": gettext_lazy("已过期"),
    "expiring": gettext_lazy("快到期"),
    "not_passed": gettext_lazy("没通过"),
}
_STANDING_NOTES = {
    "unvetted": gettext_lazy("还没有审核过，审核通过以后才能排课"),
    "expired": gettext_lazy("审核已过期，重审通过以后才能排课"),
    "expiring": gettext_lazy("审核快到期，请及早重审"),
    "not_passed": gettext_lazy("审核没有通过，补好以后再审"),
}


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


def _scenes(actor: Actor, today: date) -> Iterator[Task]:
    """One task for all scenes that wait for one's word, one each for those returned."""
    waiting = list(panoramas_to_review(actor)[:50])
    if waiting:
        names = _("、").join(list(dict.fromkeys(one.base.name for one in waiting))[:UNITS_NAMED])
        words = _("审核 %(n)s 处实景") % {"n": len(waiting)}
        url = reverse("catalogue:panorama", args=[waiting[0].pk])
        url = url if len(waiting) == 1 else f"{reverse('catalogue:panoramas_list')}?status={waiting[0].status}"
        yield Task(today, words, names, _("去审核"), url)
    for scene in panoramas_to_mend(actor)[:MOST]:
        words = _("实景要改：%(base)s　%(title)s") % {"base": scene.base.name, "title": scene.title}
        yield Task(today, words, scene.review_note, _("去改"), reverse("catalogue:panorama", args=[scene.pk]))
