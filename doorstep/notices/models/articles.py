"""What departments write for everybody: articles and the fixed texts of the portal, in versions, with pictures."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Article(models.Model):
    """A text for the public; what it says stands in its versions, at most one of which is out."""

    class Kind(models.TextChoices):
        """News, of which there are many, and the texts of which the portal has one each."""

        NEWS = "news", _("动态")
        WELCOME = "welcome", _("首页导语")
        HOW_TO = "how_to", _("办事指南")
        CONTACT = "contact", _("联系方式")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.NEWS)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="articles")
    place = models.CharField(max_length=200)
    title = models.CharField(max_length=80, help_text=_("最新一版的标题"))
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="article_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["-changed_at", "-id"], name="article_changed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=~Q(kind="news"), name="article_fixed_text_once"),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """What a text says: as it is written, and as pages show it."""

    class Status(models.TextChoices):
        """Where it stands: the first three are in the making, the last two were out once."""

        DRAFT = "draft", _("草稿")
        HANDED_IN = "waiting", _("待审核")
        RETURNED = "declined", _("已退回")
        PUBLISHED = "published", _("已发布")
        REPLACED = "replaced", _("已替换")
        TAKEN_DOWN = "taken_down", _("已撤下")

    MAKING = (Status.DRAFT, Status.HANDED_IN, Status.RETURNED)

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))
    title = models.CharField(max_length=80)
    summary = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=20000, help_text=_("照写的样子"))
    html = models.TextField(help_text=_("清洗过的，页面上显示的"))
    pictures = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text=_("正文里用到的图片"))
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    review_note = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True)
    taken_down_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-published_at", "-id"], condition=Q(status="published"), name="article_version_out"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_number_unique"),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(status__in=("draft", "waiting", "declined")),
                name="article_one_version_in_the_making",
            ),
            models.UniqueConstraint(
                fields=["article"], condition=Q(status="published"), name="article_one_version_out"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("published", "replaced", "taken_down"), published_at__isnull=False)
                | Q(status__in=("draft", "waiting", "declined"), published_at__isnull=True),
                name="article_version_out_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ArticlePicture(models.Model):
    """A picture that a text may show, under the number by which its writers name it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="pictures")
    number = models.PositiveSmallIntegerField()
    file = models.CharField(max_length=200)
    width = models.PositiveIntegerField(help_text=_("像素"))
    height = models.PositiveIntegerField(help_text=_("像素"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="article_picture_number_unique")]
