"""What happens to the menu."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("catalogue.course_written", _("写课程"))
@dataclass(frozen=True, slots=True)
class CourseWritten:
    """A unit wrote a course."""

    course_id: int


@event("catalogue.course_changed", _("修改课程"))
@dataclass(frozen=True, slots=True)
class CourseChanged:
    """What a course says, or would say, changed."""

    course_id: int


@event("catalogue.course_handed_in", _("报送课程"))
@dataclass(frozen=True, slots=True)
class CourseHandedIn:
    """A unit handed in a course for review."""

    course_id: int


@event("catalogue.course_taken_back", _("撤回课程"))
@dataclass(frozen=True, slots=True)
class CourseTakenBack:
    """A unit took back a course that nobody had reviewed yet."""

    course_id: int


@event("catalogue.course_reviewed", _("审核课程"))
@dataclass(frozen=True, slots=True)
class CourseReviewed:
    """The level above accepted a course or returned it with the reason."""

    course_id: int


@event("catalogue.course_promoted", _("课程升降"))
@dataclass(frozen=True, slots=True)
class CoursePromoted:
    """A course passed its trial, was named premium, or lost that name."""

    course_id: int


@event("catalogue.course_retired", _("停用课程"))
@dataclass(frozen=True, slots=True)
class CourseRetired:
    """A course is not taught any more."""

    course_id: int


@event("catalogue.course_brought_back", _("恢复课程"))
@dataclass(frozen=True, slots=True)
class CourseBroughtBack:
    """A course that had been retired stands as before."""

    course_id: int


@event("catalogue.course_teachers_chosen", _("定授课教师"))
@dataclass(frozen=True, slots=True)
class CourseTeachersChosen:
    """Who may give a course was said anew."""

    course_id: int


@event("catalogue.route_planned", _("建路线"))
@dataclass(frozen=True, slots=True)
class RoutePlanned:
    """A unit planned a route."""

    route_id: int


@event("catalogue.route_changed", _("修改路线"))
@dataclass(frozen=True, slots=True)
class RouteChanged:
    """Name, times or stops of a route changed."""

    route_id: int


@event("catalogue.route_handed_in", _("报送路线"))
@dataclass(frozen=True, slots=True)
class RouteHandedIn:
    """A unit handed in a route for publishing."""

    route_id: int


@event("catalogue.route_returned", _("退回路线"))
@dataclass(frozen=True, slots=True)
class RouteReturned:
    """Who publishes sent a route back with the reason."""

    route_id: int


@event("catalogue.route_published", _("发布路线"))
@dataclass(frozen=True, slots=True)
class RoutePublished:
    """A route is shown to everybody."""

    route_id: int


@event("catalogue.route_withdrawn", _("撤下路线"))
@dataclass(frozen=True, slots=True)
class RouteWithdrawn:
    """A route that was handed in or published is a draft again."""

    route_id: int


@event("catalogue.route_ended", _("停用路线"))
@dataclass(frozen=True, slots=True)
class RouteEnded:
    """A route is not used any more."""

    route_id: int


@event("catalogue.route_brought_back", _("恢复路线"))
@dataclass(frozen=True, slots=True)
class RouteBroughtBack:
    """A route that had ended is a draft again."""

    route_id: int


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
