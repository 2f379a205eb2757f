"""What happens to the menu: courses, routes, materials, cases."""

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


@event("catalogue.material_entered", _("登记教材"))
@dataclass(frozen=True, slots=True)
class MaterialEntered:
    """A unit entered a textbook or another material."""

    material_id: int


@event("catalogue.material_changed", _("修改教材"))
@dataclass(frozen=True, slots=True)
class MaterialChanged:
    """What is said of a material changed."""

    material_id: int


@event("catalogue.material_retired", _("停用教材"))
@dataclass(frozen=True, slots=True)
class MaterialRetired:
    """A material is not used any more."""

    material_id: int


@event("catalogue.material_brought_back", _("恢复教材"))
@dataclass(frozen=True, slots=True)
class MaterialBroughtBack:
    """A material that had been retired is used again."""

    material_id: int


@event("catalogue.edition_added", _("登记教材新版"))
@dataclass(frozen=True, slots=True)
class EditionAdded:
    """A material has a new edition."""

    edition_id: int


@event("catalogue.edition_courses_chosen", _("定用书课程"))
@dataclass(frozen=True, slots=True)
class EditionCoursesChosen:
    """Which courses use an edition was said anew."""

    edition_id: int


@event("catalogue.copies_taken_in", _("教材入库"))
@dataclass(frozen=True, slots=True)
class CopiesTakenIn:
    """Copies came from the printer or the bookshop."""

    shelf_id: int


@event("catalogue.copies_sent", _("发出教材"))
@dataclass(frozen=True, slots=True)
class CopiesSent:
    """Copies left for another unit."""

    sending_id: int


@event("catalogue.copies_received", _("点收教材"))
@dataclass(frozen=True, slots=True)
class CopiesReceived:
    """Copies that were sent have arrived and were counted."""

    sending_id: int


@event("catalogue.copies_called_back", _("撤回发出的教材"))
@dataclass(frozen=True, slots=True)
class CopiesCalledBack:
    """Copies that were sent are back before they arrived."""

    sending_id: int


@event("catalogue.copies_issued", _("教材发给班上"))
@dataclass(frozen=True, slots=True)
class CopiesIssued:
    """A class was given copies."""

    shelf_id: int


@event("catalogue.copies_returned", _("班上交回教材"))
@dataclass(frozen=True, slots=True)
class CopiesReturned:
    """A class gave copies back."""

    shelf_id: int


@event("catalogue.copies_counted", _("盘点教材"))
@dataclass(frozen=True, slots=True)
class CopiesCounted:
    """A count found another number than the ledger said."""

    shelf_id: int


@event("catalogue.case_written", _("写案例"))
@dataclass(frozen=True, slots=True)
class CaseWritten:
    """A unit wrote a practice case."""

    case_id: int


@event("catalogue.case_changed", _("修改案例"))
@dataclass(frozen=True, slots=True)
class CaseChanged:
    """What a case says, or what goes with it, changed."""

    case_id: int


@event("catalogue.case_handed_in", _("报送案例"))
@dataclass(frozen=True, slots=True)
class CaseHandedIn:
    """A unit handed in a case for review."""

    case_id: int


@event("catalogue.case_taken_back", _("撤回案例"))
@dataclass(frozen=True, slots=True)
class CaseTakenBack:
    """A case that waited or was accepted is a draft again."""

    case_id: int


@event("catalogue.case_reviewed", _("审核案例"))
@dataclass(frozen=True, slots=True)
class CaseReviewed:
    """The level above accepted a case or returned it with the reason."""

    case_id: int


@event("catalogue.case_turned_into_course", _("案例转成课程"))
@dataclass(frozen=True, slots=True)
class CaseTurnedIntoCourse:
    """The draft of a course was made from a case."""

    case_id: int


@event("catalogue.panorama_added", _("建实景"))
@dataclass(frozen=True, slots=True)
class PanoramaAdded:
    """A place has a scene to be: its picture is being cut."""

    panorama_id: int


@event("catalogue.panorama_changed", _("修改实景"))
@dataclass(frozen=True, slots=True)
class PanoramaChanged:
    """Title, words or directions of a scene, or its place among the others, changed."""

    panorama_id: int


@event("catalogue.panorama_picture_sent", _("换画面"))
@dataclass(frozen=True, slots=True)
class PanoramaPictureSent:
    """Another picture for a scene was handed in."""

    panorama_id: int


@event("catalogue.panorama_picture_cut", _("画面处理完"))
@dataclass(frozen=True, slots=True)
class PanoramaPictureCut:
    """The picture that was handed in is the scene's own now."""

    panorama_id: int


@event("catalogue.panorama_picture_given_up", _("画面没有处理成"))
@dataclass(frozen=True, slots=True)
class PanoramaPictureGivenUp:
    """The picture that was handed in could not be cut, or was taken back."""

    panorama_id: int


@event("catalogue.panorama_published", _("发布实景"))
@dataclass(frozen=True, slots=True)
class PanoramaPublished:
    """A scene is shown."""

    panorama_id: int


@event("catalogue.panorama_withdrawn", _("撤下实景"))
@dataclass(frozen=True, slots=True)
class PanoramaWithdrawn:
    """A scene is a draft again."""

    panorama_id: int


@event("catalogue.panorama_ended", _("停用实景"))
@dataclass(frozen=True, slots=True)
class PanoramaEnded:
    """A scene was put away."""

    panorama_id: int


@event("catalogue.panorama_brought_back", _("恢复实景"))
@dataclass(frozen=True, slots=True)
class PanoramaBroughtBack:
    """A scene that was put away is a draft again."""

    panorama_id: int


@event("catalogue.panorama_marked", _("标注实景"))
@dataclass(frozen=True, slots=True)
class PanoramaMarked:
    """A sign in a scene was set or changed."""

    panorama_id: int


@event("catalogue.panorama_mark_ended", _("去掉标注"))
@dataclass(frozen=True, slots=True)
class PanoramaMarkEnded:
    """A sign was taken out of a scene."""

    panorama_id: int


@event("catalogue.panorama_mark_brought_back", _("恢复标注"))
@dataclass(frozen=True, slots=True)
class PanoramaMarkBroughtBack:
    """A sign stands in its scene again."""

    panorama_id: int
