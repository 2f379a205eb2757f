"""What is said of teaching: to the teacher who is asked or let go, and to who runs the class when one answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.classes.queries.concerned import class_told, runners
from doorstep.classes.queries.teaching import class_of_group
from doorstep.directory.queries.recipients import accounts_nearest, accounts_of_people
from doorstep.faculty.events import (
    EngagementAnswered,
    EngagementChanged,
    EngagementReminded,
    RightWithdrawn,
    TeacherEngaged,
    TeacherReleased,
    TeacherVetted,
)
from doorstep.faculty.queries.engagements import (
    LIVING,
    engagement_told,
    engagements_ahead,
    is_asked_again,
    words_of,
)
from doorstep.faculty.queries.rights import right_told
from doorstep.faculty.queries.teachers import vetting_told
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, one_to_each, state_text

if TYPE_CHECKING:
    from doorstep.faculty.models import Engagement

ASKED = state_text("classes.teacher_asked", _("请您讲课：%(title)s"), _("%(starts)s，在%(where)s。请答复能不能来。"))
BOOKED = state_text("classes.teacher_booked", _("安排您讲课：%(title)s"), _("%(starts)s，在%(where)s。"))
SUBSTITUTED = state_text(
    "classes.teacher_substituted", _("这一课换人讲了：%(title)s"), _("原定 %(starts)s，您不用再准备。")
)
LET_GO = state_text("classes.teacher_let_go", _("这一课不用讲了：%(title)s"), _("原定 %(starts)s，已取消或改了时间。"))
CHANGED = state_text(
    "classes.teacher_lesson_changed",
    _("您要讲的课改了地点或内容：%(title)s"),
    _("还是 %(starts)s，现在在%(where)s。来不了请告诉办班的单位。"),
)
COMES = state_text("classes.teacher_comes", _("老师同意来讲课：%(title)s"), _("%(name)s老师 %(starts)s 来。"))
DECLINED = state_text(
    "classes.teacher_declined",
    _("老师来不了：%(title)s"),
    _("%(name)s老师 %(starts)s 来不了。%(reason)s 请换一位老师。"),
)
REMINDED = state_text(
    "classes.teacher_reminded",
    _("请答复能不能来讲课：%(title)s"),
    _("%(starts)s，在%(where)s。快开课了，还没有您的答复。"),
)
UNVETTED = state_text(
    "classes.teacher_unvetted",
    _("老师没有通过审核：%(title)s"),
    _("%(name)s老师还排着课：%(sittings)s。请换一位老师，或等重新审核通过。"),
)
RIGHT_GONE = state_text(
    "classes.teacher_right_gone",
    _("老师的授课资格收回了：%(title)s"),
    _("%(name)s老师还排着这门课：%(sittings)s。请换一位老师。"),
)


@tells(TeacherEngaged)
def tell_asked(happened: TeacherEngaged) -> Iterable[Letter]:
    """A teacher is asked for a session: that teacher, and where they have no account, who keeps them.

    Who has been let go or has said no in the meantime is told that alone.
    """
    one = engagement_told(happened.engagement_id)
    text = {"offered": ASKED, "accepted": BOOKED}.get(one.status)
    if text is not None:
        yield _to_teacher(text, one)


@tells(TeacherReleased)
def tell_let_go(happened: TeacherReleased) -> Iterable[Letter]:
    """A teacher is not asked any more: that teacher; not when they were asked anew for the same session."""
    one = engagement_told(happened.engagement_id)
    if not is_asked_again(one):
        text = SUBSTITUTED if one.status == "substituted" else LET_GO
        yield Letter(text, accounts_of_people([one.teacher.person_id]), words_of(one), reverse("classes:teaching"))


@tells(EngagementChanged)
def tell_changed(happened: EngagementChanged) -> Iterable[Letter]:
    """What a teacher was asked for is elsewhere or another lesson, at the same time: as when they were asked."""
    one = engagement_told(happened.engagement_id)
    if one.status in LIVING:
        yield _to_teacher(CHANGED, one)


@tells(EngagementReminded)
def tell_reminded(happened: EngagementReminded) -> Iterable[Letter]:
    """A teacher has not answered and it begins soon: as when they were asked. Who answered meanwhile is let be."""
    one = engagement_told(happened.engagement_id)
    if one.status == "offered":
        yield _to_teacher(REMINDED, one)


@tells(TeacherVetted)
def tell_unvetted(happened: TeacherVetted) -> Iterable[Letter]:
    """A teacher did not pass: who runs the classes in which they still teach, without the reason."""
    if not vetting_told(happened.vetting_id).is_passed:
        yield from one_to_each(_to_runners(UNVETTED, engagements_ahead(happened.teacher_id)))


@tells(RightWithdrawn)
def tell_right_withdrawn(happened: RightWithdrawn) -> Iterable[Letter]:
    """A teacher may not teach a course any more: who runs the classes in which they still do."""
    right = right_told(happened.right_id)
    yield from one_to_each(_to_runners(RIGHT_GONE, engagements_ahead(happened.teacher_id, right.key)))


@tells(EngagementAnswered)
def tell_answered(happened: EngagementAnswered) -> Iterable[Letter]:
    """A teacher said whether they come: who runs the class. Who planned a tour is told by the faculty itself."""
    one = engagement_told(happened.engagement_id)
    class_id = class_of_group(one.group)
    if class_id is None:
        return
    text = DECLINED if one.status == "declined" else COMES
    yield Letter(text, runners(class_told(class_id)), words_of(one), reverse("classes:class", args=[class_id]))


def _to_runners(text: str, engagements: Iterable[Engagement]) -> Iterator[Letter]:
    """To who runs the class of each, the nearest lesson first; of tours nothing is said here."""
    for one in engagements:
        class_id = class_of_group(one.group)
        if class_id is not None:
            link = reverse("classes:class", args=[class_id])
            yield Letter(text, runners(class_told(class_id)), words_of(one), link)


def _to_teacher(text: str, one: Engagement) -> Letter:
    """To the teacher, and where they have no account, to who keeps them."""
    own = accounts_of_people([one.teacher.person_id])
    to = own or accounts_nearest("faculty.answer_engagement", [one.teacher.place])
    link = reverse("classes:teaching") if own else reverse("faculty:teacher", args=[one.teacher_id])
    return Letter(text, to, words_of(one), link)
