"""What happens to texts for the public and to circulars."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("notices.article_written", _("写文章"))
@dataclass(frozen=True, slots=True)
class ArticleWritten:
    """A department began a text."""

    article_id: int


@event("notices.article_changed", _("修改文章"))
@dataclass(frozen=True, slots=True)
class ArticleChanged:
    """What a text will say changed."""

    article_id: int


@event("notices.article_handed_in", _("报送文章"))
@dataclass(frozen=True, slots=True)
class ArticleHandedIn:
    """A text waits for the city's word."""

    article_id: int


@event("notices.article_taken_back", _("撤回文章"))
@dataclass(frozen=True, slots=True)
class ArticleTakenBack:
    """A text that nobody had published yet is a draft again."""

    article_id: int


@event("notices.article_returned", _("退回文章"))
@dataclass(frozen=True, slots=True)
class ArticleReturned:
    """The city sent a text back with the reason."""

    article_id: int


@event("notices.article_published", _("发布文章"))
@dataclass(frozen=True, slots=True)
class ArticlePublished:
    """Everybody can read a text."""

    article_id: int


@event("notices.article_taken_down", _("撤下文章"))
@dataclass(frozen=True, slots=True)
class ArticleTakenDown:
    """Nobody can read a text any more."""

    article_id: int


@event("notices.picture_added", _("添加图片"))
@dataclass(frozen=True, slots=True)
class PictureAdded:
    """A text got a picture that it may show."""

    article_id: int
    picture_id: int


@event("notices.picture_dropped", _("删除图片"))
@dataclass(frozen=True, slots=True)
class PictureDropped:
    """A picture that no published text shows was thrown away."""

    article_id: int
    picture_id: int


@event("notices.circular_issued", _("下发通知文件"))
@dataclass(frozen=True, slots=True)
class CircularIssued:
    """A unit sent a circular down, or a newer version of one."""

    circular_id: int


@event("notices.circular_withdrawn", _("撤回通知文件"))
@dataclass(frozen=True, slots=True)
class CircularWithdrawn:
    """A circular holds no longer."""

    circular_id: int


@event("notices.circular_acknowledged", _("签收通知文件"))
@dataclass(frozen=True, slots=True)
class CircularAcknowledged:
    """A unit said that it has read a circular."""

    circular_id: int
    receipt_id: int


@event("notices.text_worded", _("改写消息的说法"))
@dataclass(frozen=True, slots=True)
class TextWorded:
    """An office words a message in its own way, or as it was shipped again."""

    wording_id: int


@event("notices.circular_reminded", _("催签通知文件"))
@dataclass(frozen=True, slots=True)
class CircularReminded:
    """Units that have not signed a circular were asked to."""

    circular_id: int
