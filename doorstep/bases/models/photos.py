"""Photographs of places: shown to everybody once the level above has looked at them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doorstep.bases.models.places import Base


class Photo(models.Model):
    """One photograph in two widths, under a name nobody can guess."""

    class Status(models.TextChoices):
        """Where it stands; only a published one can be read without signing in."""

        WAITING = "waiting", _("待审核")
        PUBLISHED = "published", _("已发布")
        RETURNED = "declined", _("已退回")
        DOWN = "disabled", _("已撤下")

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="photos")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveSmallIntegerField(help_text=_("次序"))
    caption = models.CharField(max_length=120)
    alt = models.CharField(max_length=200, help_text=_("看不见照片的人听到的话"))
    credit = models.CharField(max_length=80, blank=True, help_text=_("谁拍的，写单位"))
    is_cover = models.BooleanField(default=False)
    small = models.CharField(max_length=80, help_text=_("480 像素宽的一份，存放的名字"))
    large = models.CharField(max_length=80, help_text=_("1280 像素宽的一份，存放的名字"))
    width = models.PositiveSmallIntegerField(help_text=_("大的一份，像素"))
    height = models.PositiveSmallIntegerField(help_text=_("大的一份，像素"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    version = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，审核的人据此知道看的是哪一份"))
    review_note = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["base"], condition=Q(is_cover=True), name="photo_one_cover"),
            models.UniqueConstraint(
                fields=["base", "number"], name="photo_number_unique", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=~Q(alt="") & ~Q(caption=""), name="photo_is_described"),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(reviewed_at__isnull=False), name="photo_published_was_reviewed"
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(review_note=""), name="photo_returned_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.caption
