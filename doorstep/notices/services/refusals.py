"""What can be refused about texts for the public, channels and circulars: what, why and what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from doorstep.core.errors import Invalid, Refused


class ArticleEmpty(Invalid):
    """Without a title or words there is nothing to read."""

    code = "article_empty"
    template = _("标题和正文都要写。请补上再保存。")


class ArticlePictureUnknown(Invalid):
    """The text shows a picture that is not there."""

    code = "article_picture_unknown"
    template = _("正文里写了图 %(number)s，可是没有这张图片。请先添加图片，或把这一行去掉。")


class ArticleKindNotHere(Invalid):
    """The fixed texts of the portal are the city's."""

    code = "article_kind"
    template = _("首页导语、办事指南和联系方式由市里写，全站各一篇。%(unit)s请选“动态”。")


class ArticleThereAlready(Refused):
    """The portal has one text of this kind."""

    code = "article_there"
    template = _("这一种已经有一篇了。请打开那一篇来修改。")


class ArticleHoldsNumbers(Refused):
    """A number of a private person would stand on a public page."""

    code = "article_personal"
    template = _("文章里有像身份证号或手机号的数字（%(number)s），公开的页面上不能有。请去掉，联系电话写单位座机。")


class ArticleChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "article_changed"
    template = _("“%(title)s”刚才被别人改过，您这次没有存上。请另开一页看现在的样子，再把要改的补上。")


class ArticleWaits(Refused):
    """What waits for the city is not changed."""

    code = "article_waits"
    template = _("“%(title)s”正等市里审核，现在不能改。请先撤回，改好再报送。")


class ArticleStandsSo(Refused):
    """Nothing would change."""

    code = "article_stands_so"
    template = _("“%(title)s”已经不是那个状态了。请刷新后再看。")


class ArticleIsOwn(Refused):
    """Four eyes before everybody's."""

    code = "article_own"
    template = _("“%(title)s”是您自己写的或报送的，要由另一个人来发布：公开以后收不回来，两个人看过才放心。")


class ArticleNoteMissing(Invalid):
    """Returning needs a reason."""

    code = "article_note"
    template = _("退回要写明哪里要改。请填好再退回。")


class PictureInUse(Refused):
    """A text that shows it would have a hole."""

    code = "article_picture_used"
    template = _("图 %(number)s 还在正文里用着，不能删。请先把正文里的那一行去掉，存好再删。")


class ChannelAddressWrong(Invalid):
    """That cannot be an address of the channel."""

    code = "channel_address_wrong"
    template = _("这个地址不对，没有保存。邮件请填邮箱，短信请填 11 位手机号，企业微信和钉钉请填本单位通讯录里的账号。")


class CircularEmpty(Invalid):
    """Number, title and words make a circular."""

    code = "circular_empty"
    template = _("文号、标题和正文都要写，没有下发。请补上空着的再下发。")


class CircularHoldsNumbers(Invalid):
    """A circular goes to many: no ID or mobile numbers in it."""

    code = "circular_holds_numbers"
    template = _("里面有像身份证号或手机号的数字（%(number)s），没有下发。请去掉，联系方式写单位电话。")


class CircularDaysWrong(Invalid):
    """The last day to acknowledge is over already."""

    code = "circular_days_wrong"
    template = _("签收期限已经过了，没有下发。请选今天或以后的一天。")


class CircularForNobody(Invalid):
    """There is no unit of these levels below."""

    code = "circular_for_nobody"
    template = _("%(unit)s下面没有选中的这几级单位或基地，没有下发。请另选再下发。")


class CircularNumberTaken(Refused):
    """A unit gives a number once."""

    code = "circular_number_taken"
    template = _("文号“%(number)s”已经用过，没有下发。请换一个文号；要改原来那一件，请打开它改出新版。")


class CircularNotInForce(Refused):
    """It was replaced or withdrawn."""

    code = "circular_not_in_force"
    template = _("“%(title)s”已被替换或撤回，这一步没有做。请从列表里打开现行的一件。")


class CircularReasonMissing(Invalid):
    """Who received it wants to know why it does not hold."""

    code = "circular_reason_missing"
    template = _("还没有写撤回的原因，没有撤回。请写一句，收到的单位都看得到。")


class WordingEmpty(Invalid):
    """A message without a title says nothing."""

    code = "wording_empty"
    template = _("标题不能空着，没有保存。写一句话；要用回原来的说法，请按“用回原来的说法”。")


class WordingPlaceWrong(Invalid):
    """A placeholder there is no value for, or one that may not leave the product."""

    code = "wording_place_wrong"
    template = _("%(where)s里的“%(wrong)s”填不进去，没有保存。这里能用的有：%(allowed)s")


class WordingHoldsNumbers(Invalid):
    """An ID or a mobile number would go to everybody."""

    code = "wording_holds_numbers"
    template = _("里面有像身份证号或手机号的数字（%(number)s），没有保存。请去掉，联系方式写单位电话。")


class WordingTooLong(Invalid):
    """Longer than a message is."""

    code = "wording_too_long"
    template = _("写得太长，没有保存。标题最多 %(title)s 个字，内容最多 %(body)s 个字。")


class WordingChangedMeanwhile(Refused):
    """Somebody else was quicker."""

    code = "wording_changed"
    template = _("这条消息的说法刚才被别人改过，您这次没有存上。请另开一页看现在的说法，再把要改的补上。")


class CircularFileNotTaken(Invalid):
    """A file of a kind, or of a size, that is not taken."""

    code = "circular_file"
    template = _(
        "“%(name)s”不能收，没有下发：只收 PDF、Word（docx）、Excel（xlsx）、JPG 和 PNG，不带宏，每个最大 %(most)s MB。"
        "请另存成这几种再选。"
    )


class CircularFilesTooMany(Invalid):
    """More files than go with a circular."""

    code = "circular_files_many"
    template = _("附件最多 %(most)s 个，没有下发。请去掉几个，或合成一个 PDF。")


class CircularRemindedToday(Refused):
    """Once a day is enough."""

    code = "circular_reminded_today"
    template = _("“%(title)s”今天已经催过，没有再发。明天还可以催，急的请打电话。")


class CircularSignedByAll(Refused):
    """Nobody is left to remind."""

    code = "circular_signed_by_all"
    template = _("“%(title)s”都签收了，不用催。")
