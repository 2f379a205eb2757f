"""What can be refused about materials and their copies, in words that say what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class MaterialTaken(Refused):
    """Another material of the unit is called so."""

    code = "material_taken"
    template = _("%(unit)s已经有一种教材叫“%(title)s”。请换个名称，或在那一种下面登记新版。")


class MaterialChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "material_changed"
    template = _("“%(title)s”刚才被别人改过，您这次没有存上。请另开一页看现在的样子，再把要改的补上。")


class MaterialStandsSo(Refused):
    """Nothing would change, or it is out of use."""

    code = "material_stands_so"
    template = _("“%(title)s”已停用，或者已经是这样了。请刷新后再看；停用的要先恢复。")


class IsbnWrong(Invalid):
    """The check digit does not fit."""

    code = "isbn_wrong"
    template = _("书号“%(isbn)s”不对，校验位对不上。请照着版权页核对 10 位或 13 位数字；没有书号就空着。")


class IsbnTaken(Refused):
    """Another edition has this number."""

    code = "isbn_taken"
    template = _("书号 %(isbn)s 已经登记给另一版教材。请核对版权页，或去用已登记的那一版。")


class NotEnoughCopies(Refused):
    """A shelf would owe copies."""

    code = "copies_not_enough"
    template = _("%(unit)s的“%(title)s”现在只有 %(held)s 册，不够 %(wanted)s 册。请减少册数，或先入库。")


class CopiesWrong(Invalid):
    """Not a number of copies."""

    code = "copies_wrong"
    template = _("册数要在 %(least)s 到 %(most)s 之间，填的是 %(copies)s。请核对后再填。")


class CountNoteMissing(Invalid):
    """A difference needs a reason."""

    code = "count_note_missing"
    template = _("盘点 %(counted)s 册，账上 %(held)s 册，对不上。请写明原因再保存。")


class StockMovedMeanwhile(Refused):
    """Copies moved while one counted."""

    code = "stock_moved"
    template = _("盘点的时候库存动过：打开页面时账上 %(seen)s 册，现在 %(held)s 册。请再点一遍。")


class SendingOver(Refused):
    """It has been received or called back already."""

    code = "sending_over"
    template = _("这批“%(title)s”已经不在途中：不是已点收，就是已撤回。请刷新后看结果。")


class SendingElsewhere(Refused):
    """Copies go down the tree, and surplus goes back up."""

    code = "sending_elsewhere"
    template = _("%(from)s只能发给直属下级，或退回直接上级。请在名单里选收书的单位。")


class DifferenceUntold(Invalid):
    """Fewer or more than were sent need a reason."""

    code = "difference_untold"
    template = _("发出 %(copies)s 册，点收 %(received)s 册，对不上。请写明差在哪里再点收。")


class ReturnTooMany(Refused):
    """More than the class was given."""

    code = "return_too_many"
    template = _("这个班手里只有 %(given)s 册“%(title)s”，不能交回 %(copies)s 册。请核对册数。")
