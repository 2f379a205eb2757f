"""What is taught from: textbooks and other materials, their editions, and where the copies are."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doorstep.core.models import append_only


class Material(models.Model):
    """A textbook or another material that a unit publishes; its contents come in editions."""

    class Kind(models.TextChoices):
        """What it is."""

        TEXTBOOK = "textbook", _("教材")
        HAND_OUT = "hand_out", _("讲义")
        SLIDES = "slides", _("课件")
        VIDEO = "video", _("视频")
        KIT = "kit", _("教具")

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="materials")
    place = models.CharField(max_length=200)
    about = models.TextField(blank=True, max_length=2000)
    is_retired = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))

    class Meta:
        indexes = [models.Index(fields=["place"], name="material_place_like", opclasses=["text_pattern_ops"])]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "title"], condition=Q(is_retired=False), name="material_title_of_unit_unique"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Edition(models.Model):
    """One edition of a material: copies are of an edition, and courses use one."""

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(help_text=_("第几版"))
    year = models.PositiveSmallIntegerField(help_text=_("出版或印制的年份"))
    isbn = models.CharField(max_length=13, blank=True)
    file = models.CharField(max_length=80, blank=True, help_text=_("存放的名字"))
    file_name = models.CharField(max_length=120, blank=True)
    file_size = models.PositiveIntegerField(default=0, help_text=_("字节"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    courses = models.ManyToManyField("catalogue.Course", related_name="editions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["material", "number"], name="edition_number_unique"),
            models.UniqueConstraint(fields=["isbn"], condition=~Q(isbn=""), name="edition_isbn_unique"),
        ]


class Shelf(models.Model):
    """Where a unit keeps the copies of an edition; how many there are is the sum of the movements, never stored.

    Its row is locked first whenever copies move.
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="shelves")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="shelves")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)

    class Meta:
        indexes = [models.Index(fields=["place"], name="shelf_place_like", opclasses=["text_pattern_ops"])]
        constraints = [models.UniqueConstraint(fields=["edition", "unit"], name="shelf_of_unit_unique")]


class Sending(models.Model):
    """Copies on their way from one unit to another; they arrive when the other says so, with the number counted."""

    class Status(models.TextChoices):
        """Where they are."""

        SENT = "sent", _("在途")
        RECEIVED = "received", _("已收到")
        CALLED_BACK = "taken_back", _("已撤回")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sendings")
    from_unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    from_place = models.CharField(max_length=200)
    to_unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    to_place = models.CharField(max_length=200)
    copies = models.PositiveIntegerField(help_text=_("发出的册数"))
    received = models.PositiveIntegerField(null=True, help_text=_("点收的册数"))
    note = models.CharField(max_length=200, blank=True)
    difference = models.CharField(max_length=200, blank=True, help_text=_("点收和发出不一样的原因"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SENT)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["to_place"], name="sending_to_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["from_place"], name="sending_from_like", opclasses=["text_pattern_ops"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(copies__gt=0), name="sending_of_something"),
            models.CheckConstraint(condition=~Q(from_unit=F("to_unit")), name="sending_elsewhere"),
            models.CheckConstraint(
                condition=Q(status="received", received__isnull=False, ended_at__isnull=False)
                | Q(status="taken_back", received__isnull=True, ended_at__isnull=False)
                | Q(status="sent", received__isnull=True, ended_at__isnull=True),
                name="sending_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(received__isnull=True) | Q(received=F("copies")) | ~Q(difference=""),
                name="sending_difference_told",
            ),
        ]


class Movement(models.Model):
    """One line of the ledger of copies; a mistake is put right by a further line."""

    class Kind(models.TextChoices):
        """Why copies came or went."""

        TAKEN_IN = "taken_in", _("入库")
        SENT = "sent", _("发往外单位")
        RECEIVED = "received", _("收到")
        CALLED_BACK = "taken_back", _("撤回")
        ISSUED = "issued", _("发给班上")
        RETURNED = "returned", _("班上交回")
        COUNTED = "counted", _("盘点更正")

    pk = models.CompositePrimaryKey("county", "year", "id")
    id = models.UUIDField(default=uuid.uuid4, editable=False)
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField()
    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    copies = models.IntegerField(help_text=_("册，来为正、去为负"))
    sending = models.ForeignKey(Sending, null=True, on_delete=models.PROTECT, related_name="movements")
    training_class_id = models.BigIntegerField(null=True, help_text=_("发给哪个班"))
    note = models.CharField(max_length=200, blank=True)
    moved_at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["training_class_id"], name="movement_class")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["taken_in", "taken_back", "returned"], copies__gt=0)
                | Q(kind="received", copies__gte=0)
                | Q(kind__in=["sent", "issued"], copies__lt=0)
                | (Q(kind="counted") & ~Q(copies=0) & ~Q(note="")),
                name="movement_sign",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["issued", "returned"], training_class_id__isnull=False)
                | (~Q(kind__in=["issued", "returned"]) & Q(training_class_id__isnull=True)),
                name="movement_of_a_class",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["sent", "received", "taken_back"], sending__isnull=False)
                | (~Q(kind__in=["sent", "received", "taken_back"]) & Q(sending__isnull=True)),
                name="movement_of_a_sending",
            ),
            models.UniqueConstraint(
                fields=["county", "sending", "kind"],
                condition=Q(sending__isnull=False),
                name="movement_of_sending_once",
            ),
        ]
        triggers = append_only()
