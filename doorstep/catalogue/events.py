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
