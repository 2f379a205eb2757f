"""What happens in contests of courses."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("catalogue.contest_written", _("写课程评选"))
@dataclass(frozen=True, slots=True)
class ContestWritten:
    """A contest was drafted, or its draft changed."""

    contest_id: int


@event("catalogue.contest_called", _("发布评选通知"))
@dataclass(frozen=True, slots=True)
class ContestCalled:
    """Courses may be entered."""

    contest_id: int


@event("catalogue.contest_cancelled", _("取消评选"))
@dataclass(frozen=True, slots=True)
class ContestCancelled:
    """A contest does not take place."""

    contest_id: int


@event("catalogue.contest_entered", _("课程参评"))
@dataclass(frozen=True, slots=True)
class ContestEntered:
    """A course was entered."""

    entry_id: int


@event("catalogue.contest_entry_taken_back", _("撤回参评"))
@dataclass(frozen=True, slots=True)
class ContestEntryTakenBack:
    """A course is not in the contest any more."""

    entry_id: int


@event("catalogue.contest_juror_named", _("定评委"))
@dataclass(frozen=True, slots=True)
class ContestJurorNamed:
    """Somebody is to judge."""

    contest_id: int


@event("catalogue.contest_juror_released", _("不再做评委"))
@dataclass(frozen=True, slots=True)
class ContestJurorReleased:
    """Somebody judges no more; their points do not count."""

    contest_id: int


@event("catalogue.contest_judged", _("评委打分"))
@dataclass(frozen=True, slots=True)
class ContestJudged:
    """A juror gave or changed the points of an entry; which points is not told."""

    entry_id: int


@event("catalogue.contest_voted", _("评选投票"))
@dataclass(frozen=True, slots=True)
class ContestVoted:
    """Somebody voted, or voted differently; for what is not told."""

    contest_id: int


@event("catalogue.contest_published", _("公示评选结果"))
@dataclass(frozen=True, slots=True)
class ContestPublished:
    """The result is made public for objections."""

    contest_id: int


@event("catalogue.contest_objected", _("对评选结果提异议"))
@dataclass(frozen=True, slots=True)
class ContestObjected:
    """Somebody said something against a result."""

    objection_id: int


@event("catalogue.contest_objection_answered", _("答复评选异议"))
@dataclass(frozen=True, slots=True)
class ContestObjectionAnswered:
    """The office answered what was said against a result."""

    objection_id: int


@event("catalogue.contest_finished", _("评选结束"))
@dataclass(frozen=True, slots=True)
class ContestFinished:
    """The winners are premium courses."""

    contest_id: int
