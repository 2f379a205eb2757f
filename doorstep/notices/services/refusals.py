"""What can be refused about texts for the public, in words that say what, why and what to do."""

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
