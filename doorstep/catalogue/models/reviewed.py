"""What a unit writes and the level above accepts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reviewed(models.Model):
    """Something written, handed in, and accepted or returned with the reason."""

    class Status(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("草稿")
        HANDED_IN = "waiting", _("待审核")
        RETURNED = "declined", _("已退回")
        ACCEPTED = "passed", _("已通过")

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    written_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    handed_in_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    review_note = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True
