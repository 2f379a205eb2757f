"""Circulars that a unit sends down the tree, and which units have read and acknowledged them."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Circular(models.Model):
    """A numbered text in force for the units it was sent to; a newer version replaces it and leaves it to be seen."""

    class Status(models.TextChoices):
        """Where it stands."""

        ISSUED = "issued", _("已下发")
        REPLACED = "replaced", _("已替换")
        WITHDRAWN = "withdrawn", _("已撤回")

    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text=_("同一张表交两次只算一件"))
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="circulars")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    number = models.CharField(max_length=40, help_text=_("文号"))
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ISSUED)
    title = models.CharField(max_length=80)
    text = models.TextField(max_length=20000, help_text=_("照写的样子"))
    html = models.TextField(help_text=_("清洗过的，页面上显示的"))
    levels = ArrayField(models.CharField(max_length=16), help_text=_("发给哪几级"))
    effective_on = models.DateField(help_text=_("从哪天起施行"))
    acknowledge_by = models.DateField(help_text=_("最晚哪天签收"))
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True, help_text=_("撤回的原因"))
    reminded_on = models.DateField(null=True, help_text=_("最近哪天催过"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "number", "version"], name="circular_version_unique"),
            models.UniqueConstraint(
                fields=["unit", "number"], condition=Q(status="issued"), name="circular_one_version_in_force"
            ),
            models.CheckConstraint(
                condition=Q(status="issued", ended_at=None) | (~Q(status="issued") & Q(ended_at__isnull=False)),
                name="circular_ended_when_not_in_force",
            ),
            models.CheckConstraint(
                condition=~Q(status="withdrawn") | ~Q(reason=""), name="circular_withdrawn_says_why"
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces=None) | Q(version__gt=1, replaces__isnull=False),
                name="circular_version_replaces_one",
            ),
        ]
        indexes = [
            models.Index(fields=["place"], name="circular_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["-issued_at", "-id"], name="circular_moment"),
        ]

    def __str__(self) -> str:
        return self.title


class CircularReceipt(models.Model):
    """A unit or a base that a circular was sent to: when it was read there, and when they said that they had."""

    circular = models.ForeignKey(Circular, on_delete=models.CASCADE, related_name="receipts")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey("bases.Base", null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circular", "unit", "base"], name="circular_receipt_once_a_unit", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(read_at__isnull=False, acknowledged_at__gte=F("read_at")),
                name="circular_read_before_acknowledged",
            ),
        ]
        indexes = [
            models.Index(fields=["place"], name="circular_receipt_place", opclasses=["text_pattern_ops"]),
            models.Index(fields=["unit"], condition=Q(acknowledged_at=None), name="circular_receipt_open"),
        ]

    @property
    def name(self) -> str:
        """Who is to sign: the base, else the unit."""
        return self.base.name if self.base else self.unit.short_name

    @property
    def signing_action(self) -> str:
        """What one must be allowed to do to sign it."""
        return "notices.acknowledge_for_base" if self.base_id else "notices.acknowledge_circular"


class CircularFile(models.Model):
    """A file that goes with a circular; it was looked at before it was kept, and never changes."""

    circular = models.ForeignKey(Circular, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField()
    file = models.CharField(max_length=200)
    file_name = models.CharField(max_length=120)
    file_size = models.PositiveIntegerField(help_text=_("字节"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circular", "number"], name="circular_file_number_unique")]

    def __str__(self) -> str:
        return self.file_name
