"""What is said of teaching: to the teacher who is asked or let go, and to who runs the class when one answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.classes.queries.concerned import class_told, runners
from doorstep.core import clock
from doorstep.directory.queries.recipients import accounts_nearest, accounts_of_people
from doorstep.faculty.events import EngagementAnswered, TeacherEngaged, TeacherReleased
from doorstep.faculty.queries.engagements import engagement_told, is_asked_again
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, state_text

if TYPE_CHECKING:
    from doorstep.faculty.models import Engagement

ASKED = state_text("classes.teacher_asked", _("请您讲课：%(title)s"), _("%(starts)s，在%(where)s。请答复能不能来。"))
BOOKED = state_text("classes.teacher_booked", _("安排您讲课：%(title)s"), _("%(starts)s，在%(where)s。"))
SUBSTITUTED = state_text(
    "classes.teacher_substituted", _("这一课换人讲了：%(title)s"), _("原定 %(starts)s，您不用再准备。")
)
LET_GO = state_text("classes.teacher_let_go", _("这一课不用讲了：%(title)s"), _("原定 %(starts)s，已取消或改了时间。"))
COMES = state_text("classes.teacher_comes", _("老师同意来讲课：%(title)s"), _("%(name)s老师 %(starts)s 来。"))
DECLINED = state_text(
    "classes.teacher_declined",
    _("老师来不了：%(title)s"),
    _("%(name)s老师 %(starts)s 来不了。%(reason)s 请换一位老师。"),
)


@tells(TeacherEngaged)
def tell_asked(happened: TeacherEngaged) -> Iterable[Letter]:
    """A teacher is asked for a session: that teacher, and where they have no account, who keeps them.

    Who has been let go or has said no in the meantime is told that alone.
    """
    one = engagement_told(happened.engagement_id)
    text = {"offered": ASKED, "accepted": BOOKED}.get(one.status)
    if text is None:
        return
    own = accounts_of_people([one.teacher.person_id])
    to = own or accounts_nearest("faculty.answer_engagement", [one.teacher.place])
    link = reverse("classes:teaching") if own else reverse("faculty:teacher", args=[one.teacher_id])
    yield Letter(text, to, _fields(one), link)


@tells(TeacherReleased)
def tell_let_go(happened: TeacherReleased) -> Iterable[Letter]:
    """A teacher is not asked any more: that teacher; not when they were asked anew for the same session."""
    one = engagement_told(happened.engagement_id)
    if not is_asked_again(one):
        text = SUBSTITUTED if one.status == "substituted" else LET_GO
        yield Letter(text, accounts_of_people([one.teacher.person_id]), _fields(one), reverse("classes:teaching"))


@tells(EngagementAnswered)
def tell_answered(happened: EngagementAnswered) -> Iterable[Letter]:
    """A teacher said whether they come: who runs the class."""
    one = engagement_told(happened.engagement_id)
    class_id = int(one.group.partition(":")[2])
    text = DECLINED if one.status == "declined" else COMES
    yield Letter(text, runners(class_told(class_id)), _fields(one), reverse("classes:class", args=[class_id]))


def _fields(one: Engagement) -> dict[str, object]:
    return {
        "title": one.title,
        "where": one.where,
        "starts": f"{clock.local(one.starts_at):%Y-%m-%d %H:%M}",
        "name": one.teacher.name,
        "reason": one.reason,
    }
