"""What a base shows for its standard, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.bases.models.places import Base

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


class Evidence(models.Model):
    """What a base shows for one item of its standard: a file or a note, reviewed by the level above."""

    class Status(models.TextChoices):
        """Where it stands."""

        FILED = "waiting", _("待审核")
        ACCEPTED = "passed", _("已通过")
        RETURNED = "declined", _("已退回")
        TAKEN_BACK = "taken_back", _("已撤回")

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="evidence")
    place = models.CharField(max_length=200)
    review_place = models.CharField(max_length=200, help_text=_("谁审核：所属单位的上级，或直管单位"))
    county = models.CharField(max_length=6)
    item = models.CharField(max_length=80, help_text=_("标准条目的政策键"))
    asked = models.CharField(max_length=400, help_text=_("报送时条目怎么写的"))
    rule = models.CharField(max_length=90, help_text=_("按哪一版：键@版本"))
    title = models.CharField(max_length=120)
    note = models.CharField(max_length=400, blank=True)
    file = models.CharField(max_length=80, blank=True, help_text=_("存放的名字"))
    file_name = models.CharField(max_length=120, blank=True)
    file_size = models.PositiveIntegerField(default=0, help_text=_("字节"))
    issued_on = models.DateField()
    expires_on = models.DateField(help_text=_("有效期的最后一天"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.FILED)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    filed_for = models.ForeignKey(
        "directory.Unit",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("共建单位报送的，是哪一家；空着就是阵地自己的单位"),
    )
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    review_note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="evidence_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["base", "item"], name="evidence_item"),
            models.Index(fields=["status", "filed_at"], name="evidence_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["base", "item"], condition=models.Q(status="waiting"), name="evidence_one_waiting"
            ),
            models.CheckConstraint(condition=~models.Q(file="", note=""), name="evidence_shows_something"),
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("issued_on")), name="evidence_expires_after_issue"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def filing_unit(self) -> Unit:
        """The unit it came from: one of those that build the belt, else that of the base."""
        return self.filed_for or self.base.unit


class AspectState(models.Model):
    """Whether a base has one aspect of its standard, since when, and what is missing."""

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="aspects")
    aspect = models.CharField(max_length=20)
    is_had = models.BooleanField()
    lacking = models.JSONField(default=list, help_text=_("缺的条目：键、状态、数"))
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["base", "aspect"], name="aspect_of_base_unique")]
