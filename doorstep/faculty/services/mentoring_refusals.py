"""What can be refused about mentor pairs, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class OwnMentor(Invalid):
    """Nobody is their own mentor."""

    code = "own_mentor"
    template = _("%(name)s不能带自己。请另选一位师傅。")


class GoalsMissing(Invalid):
    """A pair has goals, not too many."""

    code = "mentorship_goals_missing"
    template = _("请写 1 到 %(most)s 个目标，一行一个，每个不超过 100 字。出师时按这些目标看。")


class MentorFull(Refused):
    """A mentor has so many apprentices at a time."""

    code = "mentor_full"
    template = _("%(name)s已经在带 %(n)s 位徒弟，规定最多带 %(most)s 位。请另选一位师傅，或等一位出师。")


class PairOpen(Refused):
    """An apprentice has one mentor in a subject at a time."""

    code = "mentorship_open"
    template = _("%(name)s在“%(subject)s”上已经有师傅了。要换师傅，先把现在这一对结束。")


class PairClosed(Refused):
    """What was closed takes no changes."""

    code = "mentorship_closed"
    template = _("这一对师徒%(status)s，不能再改。要继续带，请重新结一对。")


class PairDayWrong(Invalid):
    """What happened in a pair lies between its beginning and today."""

    code = "mentorship_day_wrong"
    template = _("日期要在 %(first)s 到今天之间。请核对。")


class MarksWrong(Invalid):
    """Each goal has a mark."""

    code = "observation_marks_wrong"
    template = _("每个目标都要选一项，这节课没看到的选“没看到”；至少有一个目标看到了。")


class ObservationUnsaid(Invalid):
    """An observed lesson says which one and what was seen."""

    code = "observation_unsaid"
    template = _("请写明听的哪一课、有什么意见。写清楚了，徒弟才知道怎么改。")


class ObservationTaken(Refused):
    """A lesson is observed once."""

    code = "observation_taken"
    template = _("%(day)s的“%(lesson)s”已经记过了，不用再记。要改的话，先撤回那一条。")


class ObservationGone(Refused):
    """What was taken back is not counted any more."""

    code = "observation_gone"
    template = _("这条听课记录已经撤回了，不用再点。")


class ClosingNoteMissing(Invalid):
    """What ends says why."""

    code = "mentorship_note_missing"
    template = _("请写明评语或结束的原因，以后查起来才清楚。")


class LessonsTooFew(Refused):
    """Nobody is signed off before the mentor saw enough lessons."""

    code = "mentorship_lessons_few"
    template = _("才听了 %(n)s 次课，出师前至少要听 %(least)s 次。请师傅再去听课，或者不出师、写明原因结束。")


class GoalsUnmet(Refused):
    """Nobody is signed off before every goal was met."""

    code = "mentorship_goals_unmet"
    template = _("还有目标没做到：%(goals)s。请师傅再听一次课，或者不出师、写明原因结束。")


class OwnSignOff(Refused):
    """Who signs off is neither mentor nor apprentice."""

    code = "own_sign_off"
    template = _("师傅和徒弟不能自己认定出师。请本单位另一位同志来点。")
