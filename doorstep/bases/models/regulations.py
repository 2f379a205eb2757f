"""The rules a school has given itself, and who of its staff has read them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doorstep.bases.models.places import Base


class Regulation(models.Model):
    """One version of a rule of a base, in force from one day to the day before another; a new one ends the last."""

    class Kind(models.TextChoices):
        """What it rules; source: the three of every school, 培训、师资、教学管理."""

        TRAINING = "training", _("培训管理制度")
        TEACHERS = "teachers", _("师资管理制度")
        TEACHING = "teaching", _("教学管理制度")

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="regulations")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.PositiveSmallIntegerField(help_text=_("第几版"))
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True, max_length=20_000)
    file = models.CharField(max_length=80, blank=True, help_text=_("存放的名字"))
    file_name = models.CharField(max_length=120, blank=True)
    file_size = models.PositiveIntegerField(default=0, help_text=_("字节"))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text=_("不再有效的第一天"))
    end_reason = models.CharField(max_length=200, blank=True, help_text=_("废止的原因；被新版代替的不写"))
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["base", "kind", "number"], name="regulation_number_unique"),
            models.UniqueConstraint(fields=["base", "kind"], condition=Q(valid_to=None), name="regulation_one_open"),
            models.CheckConstraint(condition=~Q(text="", file=""), name="regulation_says_something"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="regulation_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RegulationReading(models.Model):
    """One member of staff has read one version."""

    regulation = models.ForeignKey(Regulation, on_delete=models.CASCADE, related_name="readings")
    account = models.ForeignKey("directory.Account", on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["regulation", "account"], name="reading_once")]
