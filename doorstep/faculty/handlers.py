"""What is said to teachers of themselves, and to who planned a tour when its lecturers answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.directory.queries.recipients import accounts_nearest, accounts_of_people
from doorstep.faculty.events import (
    EngagementAnswered,
    GroupJoined,
    LinkMade,
    MentorshipBegun,
    MentorshipClosed,
    RightGiven,
    RightWithdrawn,
    TeacherVetted,
)
from doorstep.faculty.queries.engagements import engagement_told, engagements_ahead, words_of
from doorstep.faculty.queries.groups import member_told, tour_of_group_key
from doorstep.faculty.queries.links import link_told
from doorstep.faculty.queries.mentoring import mentorship_told
from doorstep.faculty.queries.rights import right_told
from doorstep.faculty.queries.teachers import vetting_told
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, one_to_each, state_text

if TYPE_CHECKING:
    from doorstep.faculty.models import Engagement

COMES = state_text("faculty.lecturer_comes", _("老师同意来宣讲：%(title)s"), _("%(name)s老师 %(starts)s 来。"))
DECLINED = state_text(
    "faculty.lecturer_declined",
    _("老师来不了：%(title)s"),
    _("%(name)s老师 %(starts)s 来不了。%(reason)s 请换一位，或另排一场。"),
)
UNVETTED = state_text(
    "faculty.lecturer_unvetted",
    _("老师没有通过审核：%(title)s"),
    _("%(name)s老师还排着宣讲：%(sittings)s。请换一位，或等重新审核通过。"),
)
PASSED = state_text("faculty.vetting_passed", _("您通过了教师审核"), _("管到 %(until)s，到期前再审。"))
NOT_PASSED = state_text(
    "faculty.vetting_not_passed",
    _("教师审核没有通过"),
    _("%(note)s 补好以后请再审。已经排的课，办班的单位会另请人。"),
)
RIGHT = state_text("faculty.right_given", _("您可以讲：%(title)s"), _("授课资格管到 %(until)s。"))
RIGHT_GONE = state_text("faculty.right_withdrawn", _("授课资格收回了：%(title)s"), _("原因：%(reason)s"))
JOINED = state_text(
    "faculty.group_joined", _("您加入了宣讲团：%(group)s"), _("从 %(day)s 起。请您去讲的，会另外告诉您。")
)
LINKED = state_text(
    "faculty.link_made", _("请您联系：%(where)s"), _("从 %(day)s 起。走访、上课以后，在“我的课”里登记。")
)
PAIR = state_text("faculty.mentorship_begun", _("结成师徒，学%(subject)s"), _("%(name)s带%(other)s，从 %(day)s 起。"))
PAIR_SIGNED = state_text(
    "faculty.mentorship_signed", _("出师了，学的是%(subject)s"), _("%(name)s带%(other)s。%(note)s")
)
PAIR_ENDED = state_text(
    "faculty.mentorship_ended", _("师徒结束了，学的是%(subject)s"), _("%(name)s带%(other)s。%(note)s")
)


@tells(EngagementAnswered)
def tell_tour_answered(happened: EngagementAnswered) -> Iterable[Letter]:
    """A lecturer said whether they come: who keeps the group of the tour, and who planned it."""
    one = engagement_told(happened.engagement_id)
    yield from _to_planners(DECLINED if one.status == "declined" else COMES, [one])


@tells(TeacherVetted)
def tell_vetted(happened: TeacherVetted) -> Iterable[Letter]:
    """A teacher was vetted: that teacher; when they did not pass, who still counts on them for a tour."""
    one = vetting_told(happened.vetting_id)
    text = PASSED if one.is_passed else NOT_PASSED
    yield _to_people(text, [one.teacher.person_id], {"until": one.valid_until or "", "note": one.note})
    if not one.is_passed:
        yield from one_to_each(_to_planners(UNVETTED, engagements_ahead(happened.teacher_id)))


@tells(RightGiven)
def tell_right(happened: RightGiven) -> Iterable[Letter]:
    """A teacher may teach something: that teacher."""
    one = right_told(happened.right_id)
    yield _to_people(RIGHT, [one.teacher.person_id], {"title": one.taught, "until": one.valid_until})


@tells(RightWithdrawn)
def tell_right_gone(happened: RightWithdrawn) -> Iterable[Letter]:
    """A teacher may not teach something any more: that teacher."""
    one = right_told(happened.right_id)
    yield _to_people(RIGHT_GONE, [one.teacher.person_id], {"title": one.taught, "reason": one.withdrawn_for})


@tells(GroupJoined)
def tell_joined(happened: GroupJoined) -> Iterable[Letter]:
    """Somebody is in a lecture group: that teacher."""
    one = member_told(happened.group_id, happened.teacher_id)
    yield _to_people(JOINED, [one.teacher.person_id], {"group": one.group.name, "day": one.joined_on})


@tells(LinkMade)
def tell_linked(happened: LinkMade) -> Iterable[Letter]:
    """A teacher looks after a place: that teacher."""
    one = link_told(happened.link_id)
    link = reverse("faculty:link", args=[one.pk])
    yield _to_people(LINKED, [one.teacher.person_id], {"where": one.target, "day": one.valid_from}, link)


@tells(MentorshipBegun)
def tell_pair(happened: MentorshipBegun) -> Iterable[Letter]:
    """A teacher takes on another one: both."""
    yield _of_pair(PAIR, happened.mentorship_id)


@tells(MentorshipClosed)
def tell_pair_closed(happened: MentorshipClosed) -> Iterable[Letter]:
    """An apprentice was signed off, or a pair ended before: both."""
    signed = mentorship_told(happened.mentorship_id).status == "signed"
    yield _of_pair(PAIR_SIGNED if signed else PAIR_ENDED, happened.mentorship_id)


def _to_planners(text: str, engagements: Iterable[Engagement]) -> Iterable[Letter]:
    """To who keeps the group of each tour and who planned it; what others ask for is theirs to tell."""
    for one in engagements:
        tour = tour_of_group_key(one.group)
        if tour is not None:
            planned = [tour.planned_by_id] if tour.planned_by_id else []
            to = sorted({*planned, *accounts_nearest("faculty.keep_group", [tour.group.place])})
            yield Letter(text, to, words_of(one), reverse("faculty:tour", args=[tour.pk]))


def _of_pair(text: str, mentorship_id: int) -> Letter:
    one = mentorship_told(mentorship_id)
    fields = {
        "name": one.mentor.name, "other": one.apprentice.name, "subject": one.get_subject_display(),
        "day": one.begun_on, "note": one.closing_note,
    }  # fmt: skip
    people = [one.mentor.person_id, one.apprentice.person_id]
    return _to_people(text, people, fields, reverse("faculty:mentorship", args=[one.pk]))


def _to_people(text: str, person_ids: Iterable[int | None], fields: dict[str, object], link: str = "") -> Letter:
    """To people by accounts of their own."""
    return Letter(text, accounts_of_people(person_ids), fields, link)
