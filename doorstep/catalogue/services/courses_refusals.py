"""What can be refused about courses, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class CourseIncomplete(Invalid):
    """Without minutes or a way of teaching nothing can be planned with it."""

    code = "course_incomplete"
    template = _("请选好怎么上，理论和技能的分钟数至少填一样，加起来要大于 0。")


class CourseKindNotHere(Invalid):
    """The general course and its sub-courses are the city's."""

    code = "course_kind"
    template = _("总论和分论由市里统一编写。%(unit)s请选“本地课”或“半天组合”。")


class CourseTaken(Refused):
    """Another course of the unit is called so."""

    code = "course_taken"
    template = _("%(unit)s已经有一门课叫“%(title)s”。请换个名称，或去修改那一门。")


class CourseChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "course_changed"
    template = _("“%(title)s”刚才被别人改过，您这次没有存上。请另开一页看现在的样子，再把要改的补上。")


class CourseWaits(Refused):
    """What waits for review is not changed."""

    code = "course_waits"
    template = _("“%(title)s”已经报送，正在等审核，不能再改。要改的话，请先撤回报送。")


class CourseIsRetired(Refused):
    """What is retired is not changed."""

    code = "course_retired"
    template = _("“%(title)s”已停用，不能修改。要接着用的话，请先恢复。")


class CourseNotReady(Refused):
    """Something speaks against it."""

    code = "course_not_ready"
    template = _("“%(title)s”还不能报送或通过：%(lacking)s。")


class CourseStandsSo(Refused):
    """Nothing would change."""

    code = "course_stands_so"
    template = _("“%(title)s”已经不是那个状态了。请刷新后再看。")


class CourseIsOwn(Refused):
    """Nobody accepts what they wrote or handed in themselves."""

    code = "course_own"
    template = _("“%(title)s”是您自己编写或报送的，请同级或上级的另一位同事审核。")


class CourseNoteMissing(Invalid):
    """Returning and retiring need a reason."""

    code = "course_note_missing"
    template = _("退回要写明哪里要改，停用要写明为什么。请填好原因再点一次。")
