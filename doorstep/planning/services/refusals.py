"""What can be refused about yearly plans: what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class PlanThereAlready(Refused):
    """There is one plan a year."""

    code = "plan_there"
    template = _("%(name)s %(year)s 年的计划已经有了。请打开那一份来改。")


class PlanYearWrong(Invalid):
    """Plans are made for what is to come."""

    code = "plan_year"
    template = _("计划只编今年和明年的。请选 %(this)s 年或 %(next)s 年。")


class PlannerOutOfUse(Refused):
    """Only counties, and schools and academies in use, with an office above them, plan."""

    code = "plan_planner"
    template = _("%(name)s不是在用的乡镇党校、学院或县，或者没有上一级，不编年度计划。请先在阵地里登记好。")


class NothingToCopy(Refused):
    """Last year has no lines."""

    code = "plan_nothing_to_copy"
    template = _("%(year)s 年没有计划可以照抄。请编一份空的，再一项一项加。")


class PlanEmpty(Refused):
    """There is nothing to approve."""

    code = "plan_empty"
    template = _("计划里一项都没有，没有报送。请先加几项。")


class PlanStandsSo(Refused):
    """Nothing would change."""

    code = "plan_stands_so"
    template = _("%(plan)s年计划已经不是那个状态了，这一步没有做。请刷新后再看。")


class PlanWaits(Refused):
    """What waits for the office above is not changed."""

    code = "plan_waits"
    template = _("计划正等上级审核，现在不能改。请先撤回，改好再报送。")


class PlanNotApproved(Refused):
    """Classes come of what was approved."""

    code = "plan_not_approved"
    template = _("计划还没有批准，不能从这里开班或对上班次。请等上级批准。")


class PlanChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "plan_changed"
    template = _("这份计划刚才被别人改过，您这次没有存上。请另开一页看现在的样子，再把要改的补上。")


class PlanIsOwn(Refused):
    """Four eyes."""

    code = "plan_own"
    template = _("这份计划是您自己报送的，要由另一个人来审核。")


class PlanReasonMissing(Invalid):
    """Why is part of the matter."""

    code = "plan_reason"
    template = _("请写明原因，再做一次。批准过的计划改了什么、为什么，上级都看得到。")


class LineNothingChanged(Refused):
    """The line says the same."""

    code = "plan_line_same"
    template = _("这一项和原来一样，没有改。要改的请改好再存。")


class LineMonthsWrong(Invalid):
    """The last month lies before the first."""

    code = "plan_line_months"
    template = _("最迟的月份在开始的月份前面。请对一下两个月份。")


class LineIsDropped(Refused):
    """What was dropped stays as it was."""

    code = "plan_line_dropped"
    template = _("“%(title)s”这一项已经取消，不再改动。要办请另加一项。")


class LineHasClass(Refused):
    """One line, one class."""

    code = "plan_line_has_class"
    template = _("“%(title)s”已经对上班次“%(class)s”。要换请先把它解开，并写明原因。")


class LineCourseUnknown(Invalid):
    """The course cannot be had by the school."""

    code = "plan_line_course"
    template = _("选的课程不在本单位可用的课程里。请从列表里另选一门，或者不选。")


class ClassElsewhere(Refused):
    """Plan and class must belong together."""

    code = "plan_class_elsewhere"
    template = _("“%(class)s”不是这里办的班，不能对上这里的计划。请从列表里另选。")


class ClassNotInYear(Refused):
    """A class counts where its days are."""

    code = "plan_class_year"
    template = _("“%(class)s”在 %(year)s 年里没有课，不能算进这一年的计划。请换一个班，或改上课的日子。")


class ClassLinkedAlready(Refused):
    """One class, one line a year."""

    code = "plan_class_linked"
    template = _("“%(class)s”在 %(year)s 年的计划里已经对上另一项。一个班一年只算一次，请先把那一项解开。")


class ClassIsCancelled(Refused):
    """A cancelled class is none."""

    code = "plan_class_cancelled"
    template = _("“%(class)s”已经取消，不能对上计划。请另选一个班。")
