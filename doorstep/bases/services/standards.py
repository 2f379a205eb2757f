"""Evidence for the standards of bases: filed by the keeper, reviewed by the level above, judged anew each time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import (
    EvidenceFiled,
    EvidenceReviewed,
    EvidenceTakenBack,
    StandardLapsed,
    StandardMet,
    StewardChanged,
)
from doorstep.bases.models import AspectState, Base, Evidence, Stewardship
from doorstep.bases.queries.standards import (
    belts_around,
    building_places,
    building_unit,
    filing_places,
    review_place_of,
    standards_of,
    states_of,
    stewardship_of,
)
from doorstep.bases.rules.standards import Item, ItemState, aspects_of, lacking_since, last_good_day
from doorstep.bases.services.files import put_away, read_upload
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.events import record
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit

FOLDER = "evidence"


class EvidenceEmpty(Invalid):
    """Neither a file nor a note."""

    code = "evidence_empty"
    template = _("请选一个文件，或在说明里写清文号和内容，至少要有一样。")


class IssuedWrong(Invalid):
    """Issued in the future, or so long ago that it is over."""

    code = "evidence_date"
    template = _(
        "出具日期 %(issued)s 不对：不能晚于今天，有效期 %(months)s 个月也不能已经过完。请核对日期，或传新的证明。"
    )


class EvidenceWaits(Refused):
    """One piece for the item waits already."""

    code = "evidence_waits"
    template = _("这一条已经报送了“%(title)s”，正在等审核。要换一份的话，请先撤回那一份。")


class EvidenceReviewedAlready(Refused):
    """Somebody was quicker."""

    code = "evidence_reviewed"
    template = _("“%(title)s”已经不在待审核里了。请刷新后看结果。")


class EvidenceIsOwn(Refused):
    """Nobody reviews what they filed themselves."""

    code = "evidence_own"
    template = _("“%(title)s”是您自己报送的，请同级或上级的另一位同事审核。")


class StewardedAlready(Refused):
    """Nothing would change."""

    code = "stewarded_already"
    template = _("“%(base)s”的直管已经是这样，不用再改。请刷新后再看。")


class ReviewNoteMissing(Invalid):
    """Returning needs a reason."""

    code = "review_note_missing"
    template = _("退回要写明缺什么、怎么补。请填好再退回。")


@transaction.atomic
def file_evidence(
    *,
    base: Base,
    item: str,
    title: str,
    issued_on: date,
    note: str = "",
    upload: IO[bytes] | None = None,
    upload_name: str = "",
    actor: Actor,
) -> Evidence:
    """File evidence for an item of the base's standard, for a belt by any who build it; it counts once it is accepted.

    `item` is the key of the item, `upload` a PDF, JPG or PNG of at most 10 MB.
    Raises NotFound, EvidenceEmpty, FileNotTaken, IssuedWrong, EvidenceWaits.
    """
    require(actor, "bases.file_evidence", at=base.place, shared=building_places(base))
    locked, today = locked_base(base.pk), clock.today()
    wanted = next((one for one in standards_of([locked], today)[locked.pk] if one.key == item and one.is_filed), None)
    if wanted is None:
        raise NotFound
    if upload is None and not note.strip():
        raise EvidenceEmpty
    if issued_on > today or (last := last_good_day(issued_on, wanted.amount)) < today:
        raise IssuedWrong(issued=issued_on.isoformat(), months=wanted.amount)
    if waiting := locked.evidence.filter(item=item, status=Evidence.Status.FILED).first():
        raise EvidenceWaits(title=waiting.title)
    evidence = Evidence(
        base=locked,
        place=locked.place,
        review_place=review_place_of(locked),
        county=locked.county,
        item=item,
        asked=wanted.text,
        rule=wanted.reference,
        title=title.strip(),
        note=note.strip(),
        issued_on=issued_on,
        expires_on=last,
        filed_at=clock.now(),
        filed_by_id=actor.account_id,
        filed_for=building_unit(locked, actor),
    )
    content = read_upload(evidence, upload, upload_name, folder=FOLDER) if upload else b""
    evidence.save()
    tell(EvidenceFiled(locked.pk, evidence.pk), locked, actor, item=item)
    judge_base(locked, actor)
    if content:
        put_away(evidence.file, content)
    return evidence


def locked_base(base_id: int) -> Base:
    """The base, locked: its evidence, states and places change one after the other.

    Rows that name the base may be written meanwhile: whoever holds a venue of it waits for nobody here.
    """
    return Base.objects.select_for_update(no_key=True).get(pk=base_id)


def tell(happened: Event, base: Base, actor: Actor, **detail: object) -> None:
    """Leave a trace of what happened to a base."""
    record(happened, actor=actor, place=base.place, county=base.county, subject=("base", base.pk), detail=detail)


@transaction.atomic
def review_evidence(*, evidence: Evidence, accept: bool, note: str, actor: Actor) -> Evidence:
    """Accept evidence or return it with the reason; nobody reviews what they filed themselves.

    Raises EvidenceReviewedAlready, EvidenceIsOwn, ReviewNoteMissing.
    """
    require(actor, "bases.review_evidence", at=evidence.review_place)
    base = locked_base(evidence.base_id)
    found = _waiting(evidence)
    if actor.account_id is not None and actor.account_id == found.filed_by_id:
        raise EvidenceIsOwn(title=found.title)
    if not accept and not note.strip():
        raise ReviewNoteMissing
    found.status = Evidence.Status.ACCEPTED if accept else Evidence.Status.RETURNED
    found.reviewed_at, found.reviewed_by_id, found.review_note = clock.now(), actor.account_id, note.strip()
    found.save(update_fields=["status", "reviewed_at", "reviewed_by", "review_note"])
    tell(EvidenceReviewed(base.pk, found.pk), base, actor, status=found.status, note=found.review_note)
    judge_base(base, actor)
    return found


def _waiting(evidence: Evidence) -> Evidence:
    found = Evidence.objects.get(pk=evidence.pk)
    if found.status != Evidence.Status.FILED:
        raise EvidenceReviewedAlready(title=found.title)
    return found


@transaction.atomic
def take_back_evidence(*, evidence: Evidence, actor: Actor) -> Evidence:
    """Take back evidence that nobody has reviewed yet, a unit that helps to build a belt its own alone.

    Raises EvidenceReviewedAlready.
    """
    require(actor, "bases.file_evidence", at=evidence.place, shared=filing_places(evidence))
    base = locked_base(evidence.base_id)
    found = _waiting(evidence)
    found.status = Evidence.Status.TAKEN_BACK
    found.save(update_fields=["status"])
    tell(EvidenceTakenBack(base.pk, found.pk), base, actor)
    judge_base(base, actor)
    return found


@transaction.atomic
def steward_base(*, base: Base, unit: Unit | None, actor: Actor) -> Stewardship | None:
    """Let `unit` look after a base from today on, or with None nobody but the levels above it; what waits goes along.

    `unit` is one at which the actor may do so. What was before stays on record with its days. Raises StewardedAlready.
    """
    require(actor, "bases.steward_base", at=base.place)
    if unit is not None:
        require(actor, "bases.steward_base", at=unit.path)
    locked = locked_base(base.pk)
    standing = stewardship_of(locked)
    if (standing.unit_id if standing else None) == (unit.pk if unit else None):
        raise StewardedAlready(base=locked.name)
    if standing is not None:
        standing.valid_to = clock.today()
        standing.save(update_fields=["valid_to"])
    begun = None
    if unit is not None:
        begun = Stewardship.objects.create(base=locked, unit=unit, place=unit.path, valid_from=clock.today())
    waiting = locked.evidence.filter(status=Evidence.Status.FILED)
    waiting.update(review_place=unit.path if unit else locked.place)
    before, after = standing.unit_id if standing else None, unit.pk if unit else None
    tell(StewardChanged(locked.pk), locked, actor, before=before, after=after)
    return begun


@transaction.atomic
def judge_standards(*, actor: Actor) -> int:
    """Judge every base that has a standard as of today; returns how many aspects changed."""
    require(actor, "bases.judge_standards")
    bases = list(Base.objects.select_for_update().filter(valid_to__isnull=True).order_by("pk"))
    # Belts come last: whether their places are premium is known by then.
    belts = [base for base in bases if base.kind == Base.Kind.BELT]
    return _judge([base for base in bases if base.kind != Base.Kind.BELT], actor) + _judge(belts, actor)


def judge_base(base: Base, actor: Actor) -> None:
    """Judge a locked base whose evidence or figures have changed, and the belts it belongs to."""
    _judge([base], actor)
    _judge(belts_around(base), actor)


def _judge(bases: Iterable[Base], actor: Actor) -> int:
    """Write how each aspect of the standards of locked bases stands; tells what was met or has lapsed."""
    by_id, today = {base.pk: base for base in bases}, clock.today()
    known = {(state.base_id, state.aspect): state for state in AspectState.objects.filter(base__in=by_id)}
    new, changed = [], []
    for base_id, states in states_of(list(by_id.values()), today).items():
        for aspect, items in aspects_of(states).items():
            lacking = [_told(state) for state in items if not state.is_had]
            standing = {"is_had": not lacking, "lacking": lacking}
            state, since = known.pop((base_id, aspect), None), lacking_since(items, today)
            if state is None:
                new.append(AspectState(base_id=base_id, aspect=aspect, since=since, **standing))
                continue
            if state.lacking == lacking:
                continue
            if state.is_had == bool(lacking):
                state.since = since
                happened = StandardLapsed(base_id, aspect) if lacking else StandardMet(base_id, aspect)
                tell(happened, by_id[base_id], actor, lacking=lacking)
            for name, value in standing.items():
                setattr(state, name, value)
            changed.append(state)
    AspectState.objects.bulk_create(new)
    AspectState.objects.bulk_update(changed, ["is_had", "lacking", "since"], batch_size=500)
    # What no standard asks for any more.
    AspectState.objects.filter(pk__in=[state.pk for state in known.values()]).delete()
    return len(new) + len(changed)


def _told(state: ItemState) -> dict[str, object]:
    """A lacking item as it is kept: what was asked for, how it stands, and the figures of it."""
    item: Item = state.item
    until = state.until.isoformat() if state.until else None
    return {
        "item": item.key, "text": item.text, "code": state.code, "until": until, "figure": state.figure,
        "amount": item.amount,
    }  # fmt: skip
