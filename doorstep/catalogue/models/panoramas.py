"""Pictures all around: scenes of a place, and the signs in them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Panorama(models.Model):
    """One scene of a place as its keeper has it, shared by every route that stops there; visitors see its edition."""

    class Status(models.TextChoices):
        """Where the keeper's own state of it stands; an edition stays shown while a change of it waits."""

        DRAFT = "draft", _("草稿")
        WAITING = "waiting", _("待审核")
        RETURNED = "declined", _("已退回")
        PUBLISHED = "published", _("已发布")
        ENDED = "disabled", _("停用")

    base = models.ForeignKey("bases.Base", on_delete=models.PROTECT, related_name="panoramas")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    number = models.PositiveSmallIntegerField(help_text=_("同一处里的次序"))
    is_entrance = models.BooleanField(default=False)
    title = models.CharField(max_length=80)
    seen = models.TextField(blank=True, max_length=1000, help_text=_("看得见什么，给看不见画面的人"))
    credit = models.CharField(max_length=120, blank=True)
    north = models.FloatField(default=0, help_text=_("度，北在画面中线右边多少"))
    plan_x = models.PositiveSmallIntegerField(default=50, help_text=_("百分比，从西到东"))
    plan_y = models.PositiveSmallIntegerField(default=50, help_text=_("百分比，从北到南"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))
    folder = models.CharField(max_length=32, blank=True, help_text=_("现在这张画面的文件夹，猜不到的名字"))
    width = models.PositiveIntegerField(default=0, help_text=_("像素，现在这张画面的宽"))
    incoming = models.CharField(max_length=32, blank=True, help_text=_("正在处理的画面"))
    trouble = models.CharField(max_length=200, blank=True, help_text=_("上一张画面为什么没有处理成"))
    task_id = models.UUIDField(null=True)
    added_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    review_note = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="panorama_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["base", "number"], name="panorama_of_base"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["base"],
                condition=models.Q(is_entrance=True) & ~models.Q(status="disabled"),
                name="panorama_one_entrance",
            ),
            models.UniqueConstraint(fields=["folder"], condition=~models.Q(folder=""), name="panorama_folder_unique"),
            models.CheckConstraint(
                condition=~models.Q(status__in=["waiting", "published"]) | ~models.Q(folder="") & ~models.Q(seen=""),
                name="panorama_published_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="declined") | ~models.Q(review_note=""),
                name="panorama_returned_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(north__gte=-180, north__lt=180, plan_x__lte=100, plan_y__lte=100),
                name="panorama_stands_somewhere",
            ),
            models.CheckConstraint(
                condition=models.Q(folder="", width=0) | ~models.Q(folder="") & models.Q(width__gt=0),
                name="panorama_picture_has_size",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_shown(self) -> bool:
        """Whether visitors see an edition of it; a question to the database unless it was read along."""
        return hasattr(self, "edition")

    @property
    def standing(self) -> str:
        """Its status, or what its first picture waits for: `processing`, `failed`."""
        if self.status == self.Status.ENDED or self.folder:
            return str(self.status)
        return "failed" if self.trouble else "processing"


class PanoramaEdition(models.Model):
    """What visitors see of a scene: its words, its picture and its signs as they were accepted, until the next one."""

    panorama = models.OneToOneField(Panorama, on_delete=models.PROTECT, related_name="edition")
    title = models.CharField(max_length=80)
    seen = models.TextField(max_length=1000)
    credit = models.CharField(max_length=120, blank=True)
    north = models.FloatField()
    plan_x = models.PositiveSmallIntegerField()
    plan_y = models.PositiveSmallIntegerField()
    folder = models.CharField(max_length=32, unique=True)
    width = models.PositiveIntegerField()
    marks = models.JSONField(help_text=_("标注和通路，从左到右：id, yaw, pitch, title, text, course_id, target_id"))
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(folder="") & ~models.Q(seen="") & ~models.Q(title=""),
                name="panorama_edition_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PanoramaMark(models.Model):
    """A sign in a scene: it says something and may name a course, or leads to another scene of the same place."""

    panorama = models.ForeignKey(Panorama, on_delete=models.PROTECT, related_name="marks")
    yaw = models.FloatField(help_text=_("度，画面中线右边多少"))
    pitch = models.FloatField(help_text=_("度，地平线上面多少"))
    title = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=400, blank=True)
    course = models.ForeignKey("catalogue.Course", null=True, on_delete=models.PROTECT, related_name="panorama_marks")
    target = models.ForeignKey(Panorama, null=True, on_delete=models.PROTECT, related_name="marks_to")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(yaw__gte=-180, yaw__lt=180, pitch__gte=-90, pitch__lte=90),
                name="panorama_mark_stands_somewhere",
            ),
            models.CheckConstraint(
                condition=models.Q(target__isnull=False, title="", text="", course__isnull=True)
                | models.Q(target__isnull=True) & ~models.Q(title=""),
                name="panorama_mark_says_or_leads",
            ),
            models.CheckConstraint(
                condition=models.Q(target__isnull=True) | ~models.Q(target=models.F("panorama")),
                name="panorama_mark_leads_away",
            ),
            models.UniqueConstraint(
                fields=["panorama", "target"],
                condition=models.Q(ended_at__isnull=True, target__isnull=False),
                name="panorama_mark_leads_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.target)
