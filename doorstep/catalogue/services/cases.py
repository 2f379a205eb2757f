"""Practice cases: written by a unit, handed in, accepted by the county or the city, turned into courses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.bases.services.files import put_away, read_upload
from doorstep.catalogue.events import (
    CaseChanged,
    CaseHandedIn,
    CaseReviewed,
    CaseTakenBack,
    CaseTurnedIntoCourse,
    CaseWritten,
)
from doorstep.catalogue.models import Case, CaseFile, Course
from doorstep.catalogue.queries.cases import bases_to_name
from doorstep.catalogue.rules.cases import CaseFacts, case_faults, outline_of, title_of_course
from doorstep.catalogue.rules.courses import CourseFacts
from doorstep.catalogue.services.courses import write_course
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at
from doorstep.directory.services.units import write_search_keys

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit

FOLDER = "cases"
DRAFT, HANDED_IN, RETURNED, ACCEPTED = Case.Status
_FAULTS = {
    "no_problem": _("还没有写遇到什么问题"),
    "no_action": _("还没有写怎么做的"),
    "no_result": _("还没有写成效"),
    "no_figures": _("成效里一个数字都没有，请写明做了多少、变了多少"),
    "no_theme": _("还没有选主题"),
    "personal": _("有像身份证号或手机号的数字，公开的页面上不能有，请去掉，联系电话写单位座机"),
}


class CaseTaken(Refused):
    """Another case of the unit is called so."""

    code = "case_taken"
    template = _("%(unit)s已经有一篇案例叫“%(title)s”。请换个题目，或去修改那一篇。")


class CaseConsentMissing(Invalid):
    """A person is named only with their word."""

    code = "case_consent"
    template = _("署个人姓名的，要本人书面同意并在这里勾选。没有同意的，请署单位或公开的职务。")


class CaseChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "case_changed"
    template = _("“%(title)s”刚才被别人改过，您这次没有存上。请另开一页看现在的样子，再把要改的补上。")


class CaseStandsSo(Refused):
    """Nothing would change, or only drafts are changed."""

    code = "case_stands_so"
    template = _("“%(title)s”现在的状态不能这样做。已报送或已通过的要先撤回；请刷新后再看。")


class CaseNotReady(Refused):
    """Something speaks against it."""

    code = "case_not_ready"
    template = _("“%(title)s”还不能报送或通过：%(lacking)s。")


class CaseIsOwn(Refused):
    """Nobody accepts what they wrote or handed in themselves."""

    code = "case_own"
    template = _("“%(title)s”是您自己编写或报送的，请同级或上级的另一位同事审核。")


class CaseNoteMissing(Invalid):
    """Returning needs a reason."""

    code = "case_note_missing"
    template = _("退回要写明哪里要改。请填好再退回。")


class CaseFilesFull(Refused):
    """More than one looks through."""

    code = "case_files_full"
    template = _("一篇案例最多附 %(most)s 个文件。请先去掉不要的，再添新的。")


@dataclass(frozen=True, slots=True)
class Naming:
    """Who is named as the author, and whether a person named has agreed to it in writing."""

    kind: str
    name: str
    has_consent: bool = False


@transaction.atomic
def write_case(*, unit: Unit, facts: CaseFacts, author: Naming, actor: Actor) -> Case:
    """Write a case of `unit`; it is a draft until it is accepted. Raises NotFound, CaseConsentMissing, CaseTaken."""
    require(actor, "catalogue.write_case", at=unit.path)
    case = Case(unit=unit, place=unit.path, county=unit.county, written_by_id=actor.account_id)
    _put(case, facts, author)
    _tell(CaseWritten(case.pk), case, actor, title=case.title)
    return case


def _put(case: Case, facts: CaseFacts, author: Naming) -> None:
    """Let a draft say what `facts` do; the database lets no two of a unit be called the same."""
    if author.kind == Case.Author.PERSON and not author.has_consent:
        raise CaseConsentMissing
    if facts.base_id is not None and not bases_to_name(case.unit).filter(pk=facts.base_id).exists():
        raise NotFound
    case.title, case.base_id, case.themes = facts.title.strip(), facts.base_id, list(facts.themes)
    case.problem, case.action, case.result = facts.problem.strip(), facts.action.strip(), facts.result.strip()
    case.author_kind, case.author = author.kind, author.name.strip()
    case.has_consent = author.has_consent and author.kind == Case.Author.PERSON
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError:
        raise CaseTaken(unit=case.unit.short_name, title=case.title) from None
    write_search_keys(kind="case", object_id=case.pk, place=case.place, names=[case.title])


def _locked(case: Case, *statuses: str) -> Case:
    """The case, locked, if it stands as one of these; raises CaseStandsSo."""
    locked = Case.objects.select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
    if locked.status not in statuses:
        raise CaseStandsSo(title=locked.title)
    return locked


def _tell(happened: Event, case: Case, actor: Actor, **detail: object) -> None:
    record(happened, actor=actor, place=case.place, county=case.county, subject=("case", case.pk), detail=detail)


@transaction.atomic
def change_case(*, case: Case, facts: CaseFacts, author: Naming, version: int, actor: Actor) -> Case:
    """Change a draft, or one that was returned, as its `version` was seen.

    Raises CaseStandsSo, CaseChangedMeanwhile, NotFound, CaseConsentMissing, CaseTaken.
    """
    require(actor, "catalogue.write_case", at=case.place)
    locked = _locked(case, DRAFT, RETURNED)
    if locked.version != version:
        raise CaseChangedMeanwhile(title=locked.title)
    locked.version, locked.written_by_id = version + 1, actor.account_id
    _put(locked, facts, author)
    _tell(CaseChanged(locked.pk), locked, actor)
    return locked


def _must_be_ready(case: Case) -> None:
    told = case_faults(CaseFacts(case.title, case.problem, case.action, case.result, tuple(case.themes)))
    if told:
        lacking = str(_("；")).join(str(_FAULTS[fault]) for fault in told)
        raise CaseNotReady(title=case.title, lacking=lacking)


@transaction.atomic
def hand_in_case(*, case: Case, actor: Actor) -> Case:
    """Ask the level above to accept a draft. Raises CaseStandsSo, CaseNotReady."""
    require(actor, "catalogue.write_case", at=case.place)
    locked = _locked(case, DRAFT, RETURNED)
    _must_be_ready(locked)
    locked.status, locked.review_note, locked.handed_in_by_id = HANDED_IN, "", actor.account_id
    locked.save(update_fields=["status", "review_note", "handed_in_by"])
    _tell(CaseHandedIn(locked.pk), locked, actor)
    return locked


@transaction.atomic
def take_back_case(*, case: Case, actor: Actor) -> Case:
    """Make a case that waits or was accepted a draft again; courses made from it stay. Raises CaseStandsSo."""
    require(actor, "catalogue.write_case", at=case.place)
    locked = _locked(case, HANDED_IN, ACCEPTED)
    locked.status = DRAFT
    locked.reviewed_at = locked.reviewed_by = None
    locked.save(update_fields=["status", "reviewed_at", "reviewed_by"])
    _tell(CaseTakenBack(locked.pk), locked, actor)
    return locked


@transaction.atomic
def review_case(*, case: Case, accept: bool, note: str, version: int, actor: Actor) -> Case:
    """Accept a case as its `version` was seen, or return it with the reason.

    Raises CaseStandsSo, CaseChangedMeanwhile, CaseIsOwn, CaseNoteMissing, CaseNotReady.
    """
    require(actor, "catalogue.review_case", at=case.place)
    locked = _locked(case, HANDED_IN)
    if locked.version != version:
        raise CaseChangedMeanwhile(title=locked.title)
    if actor.account_id is not None and actor.account_id in (locked.written_by_id, locked.handed_in_by_id):
        raise CaseIsOwn(title=locked.title)
    if not accept and not note.strip():
        raise CaseNoteMissing
    if accept:
        _must_be_ready(locked)
    locked.status, locked.review_note = ACCEPTED if accept else RETURNED, note.strip()
    locked.reviewed_at, locked.reviewed_by_id = clock.now(), actor.account_id
    locked.save(update_fields=["status", "review_note", "reviewed_at", "reviewed_by"])
    _tell(CaseReviewed(locked.pk), locked, actor, status=locked.status, note=locked.review_note)
    return locked


@transaction.atomic
def attach_file(*, case: Case, upload: IO[bytes], upload_name: str, actor: Actor) -> CaseFile:
    """Put a PDF or a photograph with a draft. Raises CaseStandsSo, CaseFilesFull, FileNotTaken."""
    require(actor, "catalogue.write_case", at=case.place)
    locked = _locked(case, DRAFT, RETURNED)
    most = policy_at("case.most_files", on=clock.today(), place=locked.place).integer
    if locked.files.count() >= most:
        raise CaseFilesFull(most=most)
    row = CaseFile(case=locked, added_at=clock.now())
    content = read_upload(row, upload, upload_name, folder=FOLDER)
    row.save()
    _tell(CaseChanged(locked.pk), locked, actor, added=row.pk)
    put_away(row.file, content)
    return row


@transaction.atomic
def drop_file(*, file: CaseFile, actor: Actor) -> None:
    """Leave a file out of a draft; what was kept of it is not found any more. Raises CaseStandsSo."""
    require(actor, "catalogue.write_case", at=file.case.place)
    locked = _locked(file.case, DRAFT, RETURNED)
    locked.files.filter(pk=file.pk).delete()
    _tell(CaseChanged(locked.pk), locked, actor, dropped=file.pk)


@transaction.atomic
def make_course_of(*, case: Case, unit: Unit, actor: Actor) -> Course:
    """Make the draft of a course of `unit` from an accepted case; once a unit, which then finds the one it has.

    Its minutes are those of a short course. Source: policy:course.short_minutes.

    Raises CaseStandsSo, CourseTaken.
    """
    require(actor, "catalogue.write_course", at=unit.path)
    locked = _locked(case, ACCEPTED)
    if made := locked.courses.filter(unit=unit).first():
        return made
    # A short course to begin with; whoever teaches it says what it takes.
    minutes = policy_at("course.short_minutes", on=clock.today(), place=unit.path).integer
    facts = CourseFacts(
        title=title_of_course(locked.title),
        kind=Course.Kind.LOCAL,
        mode=Course.Mode.CASE,
        theory_minutes=minutes,
        outline=outline_of(locked.problem, locked.action, locked.result),
        languages=("mandarin",),
    )
    made = write_course(unit=unit, facts=facts, actor=actor)
    locked.courses.add(made)
    _tell(CaseTurnedIntoCourse(locked.pk), locked, actor, course=made.pk, unit=unit.pk)
    return made
