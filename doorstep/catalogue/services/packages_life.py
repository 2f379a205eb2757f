"""The life of a package: handed in, published by its county or the city, put away; and what it said, kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.events import (
    PackageBroughtBack,
    PackageEnded,
    PackageFrozen,
    PackageHandedIn,
    PackagePublished,
    PackageReturned,
    PackageWithdrawn,
)
from doorstep.catalogue.models import Package, PackageVersion
from doorstep.catalogue.queries.packages_kept import content_of, digest_of
from doorstep.catalogue.queries.packages_told import PackageShown, package_shown, plan_of
from doorstep.catalogue.services.packages import PackageChangedMeanwhile, save_package, tell
from doorstep.catalogue.services.routes import RouteNoteMissing, RouteNotReady, RouteStandsSo
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Refused
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

DRAFT, HANDED_IN, PUBLISHED, ENDED = Package.Status


class PackageNotReady(RouteNotReady):
    """Something speaks against it."""

    code = "package_not_ready"


class PackageStandsSo(RouteStandsSo):
    """Nothing would change."""

    code = "package_stands_so"


class PackageNoteMissing(RouteNoteMissing):
    """Returning needs a reason."""

    code = "package_note_missing"


class PackageNotOpen(Refused):
    """Only what is published can be ordered."""

    code = "package_not_open"
    template = _("“%(name)s”没有发布，或已经撤下，现在不能点。请换一个套餐，或问问办它的单位。")


def _locked(package: Package, *statuses: str) -> Package:
    """The package, locked, if it stands as one of these; raises PackageStandsSo."""
    locked = Package.objects.select_for_update().get(pk=package.pk)
    if locked.status not in statuses:
        raise PackageStandsSo(name=locked.name)
    return locked


def _ready(package: Package) -> PackageShown:
    """What a package holds; raises PackageNotReady where something speaks against offering it."""
    shown = package_shown(plan_of(package), package.place)
    if shown.bars:
        raise PackageNotReady(name=package.name, lacking=str(_("；")).join(fault.text for fault in shown.bars))
    return shown


def _put(package: Package, status: str, happened: Event, actor: Actor, note: str | None = None) -> Package:
    """Give a locked package another status and tell of it; without a `note` the one it has stays."""
    is_shown = status == PUBLISHED
    package.status = status
    package.return_note = package.return_note if note is None else note
    package.published_at = clock.now() if is_shown else None
    package.published_by_id = actor.account_id if is_shown else None
    save_package(package)
    tell(happened, package, actor, **({"note": note} if note else {}))
    return package


def _freeze(package: Package, shown: PackageShown, actor: Actor) -> PackageVersion:
    """The version that says what a locked package says; a new one only where it says something else than the last."""
    content = content_of(shown)
    last = package.versions.order_by("-number").first()
    digest = digest_of(content)
    if last is not None and last.digest == digest:
        return last
    made = PackageVersion.objects.create(
        package=package,
        number=last.number + 1 if last else 1,
        content=content,
        digest=digest,
        frozen_at=clock.now(),
        frozen_by_id=actor.account_id,
    )
    tell(PackageFrozen(package.pk), package, actor, number=made.number)
    return made


@transaction.atomic
def hand_in_package(*, package: Package, actor: Actor) -> Package:
    """Ask the level above to publish a draft. Raises PackageNotReady, PackageStandsSo."""
    require(actor, "catalogue.plan_package", at=package.place)
    locked = _locked(package, DRAFT)
    _ready(locked)
    return _put(locked, HANDED_IN, PackageHandedIn(locked.pk), actor, note="")


@transaction.atomic
def return_package(*, package: Package, note: str, actor: Actor) -> Package:
    """Send a package that was handed in back with the reason. Raises PackageNoteMissing, PackageStandsSo."""
    require(actor, "catalogue.publish_package", at=package.place)
    locked = _locked(package, HANDED_IN)
    if not note.strip():
        raise PackageNoteMissing
    return _put(locked, DRAFT, PackageReturned(locked.pk), actor, note=note.strip())


@transaction.atomic
def publish_package(*, package: Package, revision: int, actor: Actor) -> Package:
    """Offer a package to everybody as its `revision` was seen, and keep what it says as a version.

    Raises PackageNotReady, PackageChangedMeanwhile, PackageStandsSo.
    """
    require(actor, "catalogue.publish_package", at=package.place)
    locked = _locked(package, DRAFT, HANDED_IN)
    if locked.revision != revision:
        raise PackageChangedMeanwhile(name=locked.name)
    shown = _ready(locked)
    _put(locked, PUBLISHED, PackagePublished(locked.pk), actor, note="")
    _freeze(locked, shown, actor)
    return locked


@transaction.atomic
def freeze_package(*, package: Package, actor: Actor) -> PackageVersion:
    """What a published package says now, as a version that never changes; ordering calls this.

    The same content is the same version, however often it is ordered. Raises PackageNotOpen, PackageNotReady.
    """
    require(actor, "catalogue.freeze_package", at=package.place)
    locked = Package.objects.select_for_update().get(pk=package.pk)
    if locked.status != PUBLISHED:
        raise PackageNotOpen(name=locked.name)
    return _freeze(locked, _ready(locked), actor)


@transaction.atomic
def withdraw_package(*, package: Package, actor: Actor) -> Package:
    """Make a package that was handed in or published a draft again. Raises PackageStandsSo."""
    require(actor, "catalogue.plan_package", at=package.place)
    locked = _locked(package, HANDED_IN, PUBLISHED)
    return _put(locked, DRAFT, PackageWithdrawn(locked.pk), actor)


@transaction.atomic
def end_package(*, package: Package, actor: Actor) -> Package:
    """Put a package away; it can be brought back. Raises PackageStandsSo."""
    require(actor, "catalogue.plan_package", at=package.place)
    locked = _locked(package, DRAFT, HANDED_IN, PUBLISHED)
    return _put(locked, ENDED, PackageEnded(locked.pk), actor)


@transaction.atomic
def bring_back_package(*, package: Package, actor: Actor) -> Package:
    """Take a package that was put away as a draft again. Raises PackageStandsSo, PackageTaken."""
    require(actor, "catalogue.plan_package", at=package.place)
    locked = _locked(package, ENDED)
    return _put(locked, DRAFT, PackageBroughtBack(locked.pk), actor)
