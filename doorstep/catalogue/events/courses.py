"""What happens to courses."""

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
