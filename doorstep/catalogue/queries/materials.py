"""Materials and their editions as they are read: what there is, which course uses what."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from doorstep.catalogue.models import Course, Edition, Material
from doorstep.catalogue.queries.courses import IN_USE, STACK
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import lines_of, visible_filter, visible_to


def materials_visible_to(actor: Actor) -> QuerySet[Material]:
    """The materials `actor` may see: those in use, and all of the units for which they may keep them."""
    rows = visible_to(actor, "catalogue.view_material", Material.objects.all())
    own = visible_filter(actor, "catalogue.keep_material")
    return rows.filter(Q(is_retired=False) if own is None else Q(is_retired=False) | own)


def materials_listed(actor: Actor) -> QuerySet[Material]:
    """The same with unit, number of editions, and year and book number of the newest."""
    newest = Edition.objects.filter(material=OuterRef("pk")).order_by("-number")
    rows = materials_visible_to(actor).select_related("unit").annotate(edition_count=Count("editions"))
    return rows.annotate(year=Subquery(newest.values("year")[:1]), isbn=Subquery(newest.values("isbn")[:1]))


def material_by_id(material_id: int, actor: Actor) -> Material:
    """One material that `actor` may see, with its unit; raises NotFound."""
    return _one(materials_visible_to(actor), material_id)


def material_to_keep(material_id: int, actor: Actor) -> Material:
    """One material of a unit for which `actor` may keep it; raises NotFound."""
    return _one(visible_to(actor, "catalogue.keep_material", Material.objects.all()), material_id)


def _one(rows: QuerySet[Material], material_id: int) -> Material:
    found = rows.select_related("unit").filter(pk=material_id).first()
    if found is None:
        raise NotFound
    return found


def editions_of(material: Material) -> list[Edition]:
    """The editions of a material, the newest first, each with its courses."""
    return list(material.editions.order_by("-number").prefetch_related("courses"))


def edition_to_read(edition_id: int, actor: Actor) -> Edition:
    """One edition whose file `actor` may read; raises NotFound."""
    rows = Edition.objects.filter(material__in=materials_visible_to(actor)).select_related("material__unit")
    found = visible_to(actor, "catalogue.read_material", rows, place="material__place").filter(pk=edition_id).first()
    if found is None:
        raise NotFound
    return found


def edition_to_keep(edition_id: int, actor: Actor) -> Edition:
    """One edition of a material that `actor` may keep; raises NotFound."""
    rows = Edition.objects.select_related("material__unit")
    found = visible_to(actor, "catalogue.keep_material", rows, place="material__place").filter(pk=edition_id).first()
    if found is None:
        raise NotFound
    return found


def courses_to_use(material: Material) -> QuerySet[Course]:
    """The courses that may use a material: in use, of its unit, of those above it and of those below."""
    near = Q(place__in=lines_of(material.place)) | Q(place__startswith=material.place)
    rows = Course.objects.filter(near, stage__in=IN_USE).exclude(kind=STACK)
    return rows.select_related("unit").order_by("place", "code")


def editions_by_ids(ids: Iterable[int]) -> list[Edition]:
    """Editions with their materials, in use or not, by title, the newest first."""
    rows = Edition.objects.filter(pk__in=set(ids)).select_related("material")
    return list(rows.order_by("material__title", "material_id", "-number"))


def editions_to_take_in() -> list[Edition]:
    """The editions of which copies may come in: of materials in use, by title, the newest first."""
    rows = Edition.objects.filter(material__is_retired=False).select_related("material")
    return list(rows.order_by("material__title", "material_id", "-number"))


def edition_by_id(edition_id: int) -> Edition:
    """One edition with its material; which there are is open to everybody who keeps copies. Raises NotFound."""
    found = Edition.objects.select_related("material").filter(pk=edition_id).first()
    if found is None:
        raise NotFound
    return found


def edition_words(edition: Edition) -> str:
    """How an edition is called: its title, its number and its year."""
    words = {"title": edition.material.title, "n": edition.number, "year": edition.year}
    return _("%(title)s（第 %(n)s 版，%(year)s 年）") % words


def editions_for(course_ids: Iterable[int]) -> dict[int, list[Edition]]:
    """course id -> the editions of materials in use that it needs, its own and those of the parts of a half day."""
    courses = Course.objects.in_bulk(set(course_ids))
    users = {one: {one, *course.parts} for one, course in courses.items()}
    every = {user for found in users.values() for user in found}
    rows = Edition.courses.through.objects.filter(course_id__in=every, edition__material__is_retired=False)
    used: dict[int, list[Edition]] = {}
    for link in rows.select_related("edition__material").order_by("edition__material__title", "edition_id"):
        used.setdefault(link.course_id, []).append(link.edition)
    return {
        one: list({edition.pk: edition for user in sorted(found) for edition in used.get(user, ())}.values())
        for one, found in users.items()
    }


def material_counts() -> dict[str, int]:
    """How many materials are in use."""
    return {"material": Material.objects.filter(is_retired=False).count()}
