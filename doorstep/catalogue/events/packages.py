"""What happens to packages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("catalogue.package_planned", _("建套餐"))
@dataclass(frozen=True, slots=True)
class PackagePlanned:
    """A unit planned a package."""

    package_id: int


@event("catalogue.package_changed", _("修改套餐"))
@dataclass(frozen=True, slots=True)
class PackageChanged:
    """What a package offers or costs changed."""

    package_id: int


@event("catalogue.package_handed_in", _("报送套餐"))
@dataclass(frozen=True, slots=True)
class PackageHandedIn:
    """A unit handed in a package for publishing."""

    package_id: int


@event("catalogue.package_returned", _("退回套餐"))
@dataclass(frozen=True, slots=True)
class PackageReturned:
    """Who publishes sent a package back with the reason."""

    package_id: int


@event("catalogue.package_published", _("发布套餐"))
@dataclass(frozen=True, slots=True)
class PackagePublished:
    """A package is shown to everybody."""

    package_id: int


@event("catalogue.package_withdrawn", _("撤下套餐"))
@dataclass(frozen=True, slots=True)
class PackageWithdrawn:
    """A package that was handed in or published is a draft again."""

    package_id: int


@event("catalogue.package_ended", _("停用套餐"))
@dataclass(frozen=True, slots=True)
class PackageEnded:
    """A package is not offered any more."""

    package_id: int


@event("catalogue.package_brought_back", _("恢复套餐"))
@dataclass(frozen=True, slots=True)
class PackageBroughtBack:
    """A package that had ended is a draft again."""

    package_id: int


@event("catalogue.package_frozen", _("存下套餐版本"))
@dataclass(frozen=True, slots=True)
class PackageFrozen:
    """What a package said was kept as a version."""

    package_id: int
