"""The rules a school gives itself: issued in versions, ended, brought back, read by its staff."""

from __future__ import annotations

from datetime import date, timedelta
from typing import IO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import RegulationEnded, RegulationIssued, RegulationRead, RegulationRestored
from doorstep.bases.models import Base, Regulation, RegulationReading
from doorstep.bases.queries.regulations import is_of_staff, may_have_regulations
from doorstep.bases.services.files import put_away, read_upload
from doorstep.bases.services.standards import judge_base, locked_base, tell
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at

FOLDER = "regulations"


class RegulationEmpty(Invalid):
    """Neither a text nor a file."""

    code = "regulation_empty"
    template = _("请把制度的正文贴进来，或选一个文件，至少要有一样。")


class RegulationDayWrong(Invalid):
    """Not after the version before, or so far ahead that the year must be mistyped."""

    code = "regulation_day"
    template = _("施行日期 %(day)s 不对：要晚于上一版的 %(after)s，也不能晚于 %(latest)s。请核对日期。")


class RegulationOver(Refused):
    """What is not in force any more is neither ended nor read."""

    code = "regulation_over"
    template = _("“%(title)s”第 %(number)s 版已经不再有效。请看现行的一版。")


class RegulationReplaced(Refused):
    """A version that another has followed does not come back."""

    code = "regulation_replaced"
    template = _("“%(title)s”第 %(number)s 版之后已有新版，或者没有废止过，不能恢复。要用旧内容的话，请另发一版。")


class RegulationEndReasonMissing(Invalid):
    """Ending needs a reason."""

    code = "regulation_end_reason"
    template = _("废止要写明原因。请填好再点一次。")


class NotOfStaff(Refused):
    """Only who works at the base says that they have read its rules."""

    code = "not_of_staff"
    template = _("签阅的是%(base)s自己的工作人员和教师。您可以看，不用签阅。")


@transaction.atomic
def issue_regulation(
    *,
    base: Base,
    kind: str,
    title: str,
    text: str,
    valid_from: date,
    upload: IO[bytes] | None = None,
    upload_name: str = "",
    actor: Actor,
) -> Regulation:
    """Issue the next version of a rule; it is in force from `valid_from` on, and the last one until then.

    How far ahead that may be: policy:regulation.days_ahead.
    Raises NotFound, RegulationEmpty, FileNotTaken, RegulationDayWrong.
    """
    require(actor, "bases.issue_regulation", at=base.place)
    locked = locked_base(base.pk)
    if not may_have_regulations(locked) or kind not in Regulation.Kind.values:
        raise NotFound
    if upload is None and not text.strip():
        raise RegulationEmpty
    last = locked.regulations.filter(kind=kind).order_by("-number").first()
    today = clock.today()
    ahead = policy_at("regulation.days_ahead", on=today, place=locked.place).integer
    latest = today + timedelta(days=ahead)
    after = last.valid_from if last else locked.valid_from - timedelta(days=1)
    if not after < valid_from <= latest:
        raise RegulationDayWrong(day=valid_from.isoformat(), after=after.isoformat(), latest=latest.isoformat())
    if last and (last.valid_to is None or last.valid_to > valid_from):
        last.valid_to, last.end_reason = valid_from, ""
        last.save(update_fields=["valid_to", "end_reason"])
    issued = Regulation(
        base=locked,
        kind=kind,
        number=last.number + 1 if last else 1,
        title=title.strip(),
        text=text.strip(),
        valid_from=valid_from,
        issued_at=clock.now(),
        issued_by_id=actor.account_id,
    )
    content = read_upload(issued, upload, upload_name, folder=FOLDER) if upload else b""
    issued.save()
    tell(RegulationIssued(locked.pk, issued.pk), locked, actor, kind=kind, number=issued.number)
    judge_base(locked, actor)
    if content:
        put_away(issued.file, content)
    return issued


def _locked(regulation: Regulation) -> Regulation:
    """The version, with its base locked: versions follow one another."""
    locked_base(regulation.base_id)
    return Regulation.objects.select_related("base").get(pk=regulation.pk)


@transaction.atomic
def end_regulation(*, regulation: Regulation, reason: str, actor: Actor) -> Regulation:
    """Let a version end today, or before it begins; the version before does not revive.

    Raises RegulationEndReasonMissing, RegulationOver.
    """
    require(actor, "bases.issue_regulation", at=regulation.base.place)
    found = _locked(regulation)
    if not reason.strip():
        raise RegulationEndReasonMissing
    if found.valid_to is not None:
        raise RegulationOver(title=found.title, number=found.number)
    found.valid_to, found.end_reason = max(clock.today(), found.valid_from), reason.strip()
    found.save(update_fields=["valid_to", "end_reason"])
    tell(RegulationEnded(found.base_id, found.pk), found.base, actor, reason=found.end_reason)
    judge_base(found.base, actor)
    return found


@transaction.atomic
def restore_regulation(*, regulation: Regulation, actor: Actor) -> Regulation:
    """Let a version that was ended by mistake hold again. Raises RegulationReplaced."""
    require(actor, "bases.issue_regulation", at=regulation.base.place)
    found = _locked(regulation)
    newer = found.base.regulations.filter(kind=found.kind, number__gt=found.number)
    if not found.end_reason or newer.exists():
        raise RegulationReplaced(title=found.title, number=found.number)
    found.valid_to, found.end_reason = None, ""
    found.save(update_fields=["valid_to", "end_reason"])
    tell(RegulationRestored(found.base_id, found.pk), found.base, actor)
    judge_base(found.base, actor)
    return found


@transaction.atomic
def acknowledge_regulation(*, regulation: Regulation, actor: Actor) -> RegulationReading:
    """Say that one has read a version; once is enough. Raises NotOfStaff, RegulationOver."""
    require(actor, "bases.acknowledge_regulation", at=regulation.base.place)
    found = _locked(regulation)
    if actor.account_id is None or not is_of_staff(actor, found.base):
        raise NotOfStaff(base=found.base.name)
    if found.valid_to is not None and found.valid_to <= clock.today():
        raise RegulationOver(title=found.title, number=found.number)
    reading, is_new = RegulationReading.objects.get_or_create(
        regulation=found, account_id=actor.account_id, defaults={"read_at": clock.now()}
    )
    if is_new:
        tell(RegulationRead(found.base_id, found.pk), found.base, actor)
    return reading
