"""What can be refused about trainer courses and rights to teach, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class TrainerCourseWrong(Invalid):
    """A trainer course has a name, hours, and ends when or after it begins."""

    code = "trainer_course_wrong"
    template = _("请写明班名；学时要大于 0，不超过 999；结束不早于开始。请核对后再保存。")


class TrainerCourseTaken(Refused):
    """A unit holds a trainer course of a name once on a day."""

    code = "trainer_course_taken"
    template = _("%(unit)s %(day)s 已有“%(title)s”。请打开那个班，或换一个名字。")


class TrainingNotOver(Refused):
    """Results come after the last day."""

    code = "trainer_course_not_over"
    template = _("“%(title)s”%(day)s 才结束。结束以后再记结果。")


class TraineeHoursWrong(Invalid):
    """Nobody was there longer than the course lasted."""

    code = "trainee_hours_wrong"
    template = _("学时要在 0 到 %(most)s 之间。请核对。")


class TraineeHoursFew(Invalid):
    """Who was there for too little of it does not pass."""

    code = "trainee_hours_few"
    template = _("到课 %(hours)s 学时，不到规定的 %(share)s，不能算学成。请核对学时，或记为没有学成。")


class TraineeElsewhere(Refused):
    """A unit trains its own teachers and those below it."""

    code = "trainee_elsewhere"
    template = _("%(name)s不归%(unit)s管。请由这位老师所在县的组织部来办。")


class OwnRight(Refused):
    """Nobody gives themselves a right."""

    code = "own_right"
    template = _("不能认定自己的授课资格。请本单位另一位同志来办。")


class BasisMissing(Invalid):
    """A right says where it comes from."""

    code = "right_basis_missing"
    template = _("请写明凭什么认定，例如文件的名称和文号。")


class RightDayWrong(Invalid):
    """A right lasts beyond today, and not longer than the rule says."""

    code = "right_day_wrong"
    template = _("有效期要在今天以后，最晚到 %(last)s。请改日期。")


class RightHeld(Refused):
    """Who has the right for as long needs it no second time."""

    code = "right_held"
    template = _("%(name)s讲“%(taught)s”的资格到 %(day)s 才到期，不用再认定。要延长，请填更晚的日期。")


class RightGone(Refused):
    """What was withdrawn is withdrawn."""

    code = "right_gone"
    template = _("这项资格已经收回了，不用再点。")


class TeacherHasNoRight(Refused):
    """No right, no assignment."""

    code = "teacher_has_no_right"
    template = _(
        "%(day)s%(name)s没有讲“%(title)s”的资格，或者资格已到期，不能排。请换一位有资格的老师，或请%(office)s安排培训、认定资格。"
    )
