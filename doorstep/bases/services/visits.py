"""Visits as the staff of a base count them: entered once, corrected and taken back with the reason in the log."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import VisitCorrected, VisitCounted, VisitTakenBack
from doorstep.bases.models import Base, Visit
from doorstep.bases.queries.visits import visit_limits
from doorstep.bases.rules.visits import VisitFacts, VisitLimits, count_fault, visit_fault
from doorstep.bases.services.standards import locked_base, tell
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, Refused
from doorstep.core.permissions import require


class VisitWrong(Invalid):
    """Nobody came, more than can be, or on a day that cannot be."""

    code = "visit_wrong"
    template = _("%(why)s")


class VisitKeyUsed(Refused):
    """The key came before, with another place."""

    code = "visit_key_used"
    template = _("这张表已经用来登记过别处的参观。请重新打开登记页再填。")


class VisitChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "visit_changed"
    template = _("这次登记刚才被别人改过，您这次没有存上。请另开一页看现在的样子，再把要改的补上。")


class VisitVoid(Refused):
    """It was taken back."""

    code = "visit_void"
    template = _("这次登记已经撤回，不能再改。要补登的话，请另记一次。")


class VisitReasonMissing(Invalid):
    """A correction needs a reason."""

    code = "visit_reason_missing"
    template = _("改已经登记的人次要写明原因，原因会留在日志里。请填好再保存。")


_WHY = {
    "none": _("来的人次要大于 0。请填本地或外地来了多少人次。"),
    "many": _("一次最多登记 %(most)s 人次，填的是 %(found)s。请核对，确实更多就分几次登记。"),
    "future": _("参观的日子 %(day)s 还没有到。请改成今天或以前的日子。"),
    "late": _("只能登记最近 %(days)s 天的参观，%(day)s 太早了。请核对日期，或报上级说明。"),
    "closed": _("%(day)s 这一天阵地没有启用，或已经停用。请核对日期。"),
}


def _check(fault: str, facts: VisitFacts, limits: VisitLimits) -> None:
    """Say what is wrong; raises VisitWrong where something is."""
    if fault:
        values = {"most": limits.most_people, "found": facts.local_count + facts.outside_count}
        values |= {"days": limits.most_days_late}
        raise VisitWrong(why=str(_WHY[fault]) % {**values, "day": facts.visited_on.isoformat()})


@transaction.atomic
def count_visit(*, base: Base, facts: VisitFacts, key: UUID, actor: Actor) -> Visit:
    """Enter a group that came; the same `key` is the same group, however often it is sent.

    Raises VisitWrong, VisitKeyUsed.
    """
    require(actor, "bases.count_visit", at=base.place)
    locked = locked_base(base.pk)
    known = Visit.objects.filter(county=locked.county, key=key, base=locked).first()
    if known is not None:
        return known
    limits = visit_limits(locked.place)
    _check(visit_fault(facts, limits, clock.today(), locked.valid_from, locked.valid_to), facts, limits)
    visit = Visit(base=locked, county=locked.county, year=facts.visited_on.year, visited_on=facts.visited_on, key=key)
    visit.kind, visit.local_count, visit.outside_count = facts.kind, facts.local_count, facts.outside_count
    visit.entered_at, visit.entered_by_id = clock.now(), actor.account_id
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError:
        raise VisitKeyUsed from None
    tell(VisitCounted(locked.pk), locked, actor, visit=str(visit.id), **_shown(visit))
    return visit


def _shown(visit: Visit) -> dict[str, object]:
    day = visit.visited_on.isoformat()
    return {"day": day, "kind": visit.kind, "local": visit.local_count, "outside": visit.outside_count}


def _locked(visit: Visit, reason: str, revision: int) -> Visit:
    """The visit, locked, as it was seen; raises VisitVoid, VisitChangedMeanwhile, VisitReasonMissing."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("base")
    locked = rows.get(county=visit.county, id=visit.id, year=visit.year)
    if locked.voided_at is not None:
        raise VisitVoid
    if locked.revision != revision:
        raise VisitChangedMeanwhile
    if not reason.strip():
        raise VisitReasonMissing
    return locked


@transaction.atomic
def correct_visit(
    *, visit: Visit, kind: str, local_count: int, outside_count: int, reason: str, revision: int, actor: Actor
) -> Visit:
    """Say anew what kind of group came and how many; a wrong day is taken back and entered anew.

    Raises VisitVoid, VisitChangedMeanwhile, VisitReasonMissing, VisitWrong.
    """
    require(actor, "bases.count_visit", at=visit.base.place)
    locked = _locked(visit, reason, revision)
    before = _shown(locked)
    # The day was judged when it was entered: only how many can be wrong now.
    limits = visit_limits(locked.base.place)
    facts = VisitFacts(locked.visited_on, kind, local_count, outside_count)
    _check(count_fault(local_count, outside_count, limits.most_people), facts, limits)
    locked.kind, locked.local_count, locked.outside_count = kind, local_count, outside_count
    locked.revision += 1
    locked.save(update_fields=["kind", "local_count", "outside_count", "revision"])
    tell(VisitCorrected(locked.base_id), locked.base, actor, visit=str(locked.id), before=before,
         after=_shown(locked), reason=reason.strip())  # fmt: skip
    return locked


@transaction.atomic
def take_back_visit(*, visit: Visit, reason: str, revision: int, actor: Actor) -> Visit:
    """Count a visit no more; it stays on record. Raises VisitVoid, VisitChangedMeanwhile, VisitReasonMissing."""
    require(actor, "bases.count_visit", at=visit.base.place)
    locked = _locked(visit, reason, revision)
    locked.voided_at = clock.now()
    locked.revision += 1
    locked.save(update_fields=["voided_at", "revision"])
    tell(VisitTakenBack(locked.base_id), locked.base, actor, visit=str(locked.id), reason=reason.strip(),
         **_shown(locked))  # fmt: skip
    return locked
