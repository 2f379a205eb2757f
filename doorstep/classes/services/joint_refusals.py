"""What can be refused about holding classes together, guests at a base, and pictures, with what to do instead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class HostsFixed(Refused):
    """Once a class has begun its hosts stay: the results are shared by them."""

    code = "hosts_fixed"
    template = _("“%(title)s”%(day)s已经开课，成果按现有的合办单位算，不能再加减。下一期再请。")


class HostIsOrganiser(Invalid):
    """The organiser need not be asked."""

    code = "host_is_organiser"
    template = _("%(unit)s就是这个班的主办单位，不用请。请选另一个单位。")


class HostAskedAlready(Refused):
    """The unit has been asked, or holds the class already."""

    code = "host_asked"
    template = _("已经请过%(unit)s了，现在是“%(status)s”。要改名额或费用，先让它退出再请一次。")


class TooManyHosts(Refused):
    """More units than a class may have."""

    code = "too_many_hosts"
    template = _("“%(title)s”已经有 %(most)s 个合办单位，不能再多。请先让一个单位退出。")


class HostHasNoOffice(Invalid):
    """Branches do not hold classes with others; their township does."""

    code = "host_no_office"
    template = _("%(unit)s没有办班的机构，不能合办。请选它所在的乡镇（街道）或县。")


class CostsExceed(Invalid):
    """More than all of the costs is shared out."""

    code = "costs_exceed"
    template = _("各单位承担的费用加起来超过了 100%%，多了 %(over)s%%。请减少。")


class CostSaidTwice(Invalid):
    """A percentage and a sum."""

    code = "cost_twice"
    template = _("费用要么填百分之几，要么填多少元，只填一样。请去掉一个。")


class InvitationAnswered(Refused):
    """It has been answered, or taken back."""

    code = "invitation_answered"
    template = _("%(unit)s的邀请现在是“%(status)s”，不能再答复。请刷新后再看。")


class HostReasonMissing(Invalid):
    """Saying no, and leaving, need a reason."""

    code = "host_reason_missing"
    template = _("不参加或退出要写明原因，对方才好另作安排。请填好再发。")


class ObjectionReasonMissing(Invalid):
    """An objection needs its reason."""

    code = "objection_reason_missing"
    template = _("提异议要写明原因，主办单位才知道怎么改。请填好再发。")


class ObjectionOpen(Refused):
    """One is open already."""

    code = "objection_open"
    template = _("%(base)s对“%(title)s”已经提过异议，主办单位还在处理。请等回复，或打电话商量。")


class ObjectionTooLate(Refused):
    """Nothing of the class is still to come there."""

    code = "objection_too_late"
    template = _("“%(title)s”在%(base)s的课已经开始或改走了，不用再提异议。")


class ObjectionToOwn(Refused):
    """A keeper changes their own classes; they do not object to them."""

    code = "objection_to_own"
    template = _("“%(title)s”是%(base)s本单位的班，直接改课次就行，不用提异议。")


class ObjectionSettled(Refused):
    """Somebody was quicker."""

    code = "objection_settled"
    template = _("%(base)s的异议已经处理过了。请刷新后再看。")


class ObjectionOutcomeMissing(Invalid):
    """What was done about it has to be said."""

    code = "objection_outcome_missing"
    template = _("请写明怎么处理的，例如“已改到二号教室”。阵地那边会看到。")


class FieldClassTooLarge(Invalid):
    """More people than a class at a place that is no base may have."""

    code = "field_class_too_large"
    template = _("田间课堂一班最多 %(limit)s 人，这个班有 %(capacity)s 个名额。请减少名额，或换一个场地。")


class PinTooFar(Invalid):
    """A pin far from the township it is said to be in."""

    code = "pin_too_far"
    template = _("第 %(number)s 课次的坐标离%(where)s有 %(km)s 公里，多半填错了。请看看纬度和经度是不是填反了。")


class PinHasVenue(Invalid):
    """At a venue and in the field at once."""

    code = "pin_has_venue"
    template = _("第 %(number)s 课次选了场地，又填了田间课堂的坐标。在阵地上课就不填坐标；在田间上课就不选场地。")


class PinUnsaid(Invalid):
    """A pin without words, or without its township."""

    code = "pin_unsaid"
    template = _("第 %(number)s 课次在田间上课，要写明地点和所在乡镇（街道），学员才找得到。请填上。")


class PhotoTooEarly(Refused):
    """A session that has not begun has nothing to show."""

    code = "photo_too_early"
    template = _("“%(session)s”%(starts)s才开始，上课以后才能传照片。")


class TooManyPhotos(Refused):
    """Enough pictures of one session."""

    code = "too_many_photos"
    template = _("“%(session)s”已经有 %(most)s 张照片，够用了。要换，先去掉一张。")


class PhotoGone(Refused):
    """Somebody was quicker."""

    code = "photo_gone"
    template = _("这张照片已经去掉了。请刷新后再看。")
