"""Textbooks and other materials: entered by the unit that publishes them, in editions, and used by courses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max

from doorstep.bases.services.files import put_away, read_upload
from doorstep.catalogue.events import (
    EditionAdded,
    EditionCoursesChosen,
    MaterialBroughtBack,
    MaterialChanged,
    MaterialEntered,
    MaterialRetired,
)
from doorstep.catalogue.models import Edition, Material
from doorstep.catalogue.queries.materials import courses_to_use
from doorstep.catalogue.rules.materials import isbn_of
from doorstep.catalogue.services.materials_refusals import (
    IsbnTaken,
    IsbnWrong,
    MaterialChangedMeanwhile,
    MaterialStandsSo,
    MaterialTaken,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.services.units import write_search_keys

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit

FOLDER = "materials"


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """What is said of a material; `kind` is one of Material.Kind."""

    title: str
    kind: str
    about: str = ""


@transaction.atomic
def enter_material(*, unit: Unit, facts: MaterialFacts, actor: Actor) -> Material:
    """Enter a material that `unit` publishes; copies come once it has an edition. Raises MaterialTaken."""
    require(actor, "catalogue.keep_material", at=unit.path)
    material = Material(unit=unit, place=unit.path)
    _put(material, facts)
    _tell(MaterialEntered(material.pk), material, actor, title=material.title)
    return material


def _put(material: Material, facts: MaterialFacts) -> None:
    material.title, material.kind, material.about = facts.title.strip(), facts.kind, facts.about.strip()
    _save(material)
    write_search_keys(kind="material", object_id=material.pk, place=material.place, names=[material.title])


def _save(material: Material) -> None:
    """Write a material; the database lets no two in use of a unit be called the same."""
    try:
        with transaction.atomic():
            material.save()
    except IntegrityError:
        raise MaterialTaken(unit=material.unit.short_name, title=material.title) from None


def _locked(material: Material) -> Material:
    """The material, locked: what is said of it and its editions change one after the other."""
    return Material.objects.select_for_update(of=("self",)).select_related("unit").get(pk=material.pk)


def _tell(happened: Event, material: Material, actor: Actor, **detail: object) -> None:
    subject = ("material", material.pk)
    record(happened, actor=actor, place=material.place, county=material.unit.county, subject=subject, detail=detail)


@transaction.atomic
def change_material(*, material: Material, facts: MaterialFacts, version: int, actor: Actor) -> Material:
    """Change what is said of a material as its `version` was seen.

    Raises MaterialStandsSo, MaterialChangedMeanwhile, MaterialTaken.
    """
    require(actor, "catalogue.keep_material", at=material.place)
    locked = _locked(material)
    if locked.is_retired:
        raise MaterialStandsSo(title=locked.title)
    if locked.version != version:
        raise MaterialChangedMeanwhile(title=locked.title)
    before, locked.version = locked.title, version + 1
    _put(locked, facts)
    _tell(MaterialChanged(locked.pk), locked, actor, before=before, after=locked.title)
    return locked


@transaction.atomic
def retire_material(*, material: Material, actor: Actor) -> Material:
    """Let no class be warned about copies of a material any more; what lies there stays. Raises MaterialStandsSo."""
    require(actor, "catalogue.keep_material", at=material.place)
    locked = _turned(material, is_retired=True)
    _tell(MaterialRetired(locked.pk), locked, actor)
    return locked


@transaction.atomic
def bring_back_material(*, material: Material, actor: Actor) -> Material:
    """Use a material that was retired again. Raises MaterialStandsSo, MaterialTaken."""
    require(actor, "catalogue.keep_material", at=material.place)
    locked = _turned(material, is_retired=False)
    _tell(MaterialBroughtBack(locked.pk), locked, actor)
    return locked


def _turned(material: Material, *, is_retired: bool) -> Material:
    locked = _locked(material)
    if locked.is_retired == is_retired:
        raise MaterialStandsSo(title=locked.title)
    locked.is_retired = is_retired
    _save(locked)
    return locked


@transaction.atomic
def add_edition(
    *,
    material: Material,
    year: int,
    isbn: str = "",
    upload: IO[bytes] | None = None,
    upload_name: str = "",
    actor: Actor,
) -> Edition:
    """Enter the next edition of a material; courses go on using the one before until they are said to use this.

    `isbn` with or without dashes, `upload` a PDF, JPG or PNG of at most 10 MB that only staff and teachers may read.
    Raises MaterialStandsSo, IsbnWrong, IsbnTaken, FileNotTaken.
    """
    require(actor, "catalogue.keep_material", at=material.place)
    locked = _locked(material)
    if locked.is_retired:
        raise MaterialStandsSo(title=locked.title)
    number = isbn_of(isbn)
    if isbn.strip() and not number:
        raise IsbnWrong(isbn=isbn.strip())
    last = locked.editions.aggregate(last=Max("number"))["last"] or 0
    edition = Edition(
        material=locked, number=last + 1, year=year, isbn=number, added_at=clock.now(), added_by_id=actor.account_id
    )
    content = read_upload(edition, upload, upload_name, folder=FOLDER) if upload else b""
    try:
        with transaction.atomic():
            edition.save()
    except IntegrityError:
        raise IsbnTaken(isbn=number) from None
    _tell(EditionAdded(edition.pk), locked, actor, number=edition.number)
    if content:
        put_away(edition.file, content)
    return edition


@transaction.atomic
def choose_courses(*, edition: Edition, course_ids: Sequence[int], actor: Actor) -> None:
    """Say which courses use an edition: those in use of the unit's line and below it, and what was chosen before.

    A course uses one edition of a material: it leaves the others. Raises NotFound.
    """
    require(actor, "catalogue.keep_material", at=edition.material.place)
    material = _locked(edition.material)
    before, wanted = set(edition.courses.values_list("pk", flat=True)), set(course_ids)
    offered = set(courses_to_use(material).filter(pk__in=wanted).values_list("pk", flat=True))
    if not wanted <= offered | before:
        raise NotFound
    for other in material.editions.exclude(pk=edition.pk):
        other.courses.remove(*wanted)
    edition.courses.set(wanted)
    _tell(EditionCoursesChosen(edition.pk), material, actor, before=sorted(before), after=sorted(wanted))
