"""What was earned: an append-only ledger of credit hours."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doorstep.core.models import append_only


class Posting(models.Model):
    """One line of the credit-hour ledger; a correction is a reversing line and a new line."""

    class Kind(models.TextChoices):
        """Whether the line gives or takes back."""

        CREDIT = "credit", _("入账")
        REVERSAL = "reversal", _("冲销")

    pk = models.CompositePrimaryKey("county", "year", "id")
    id = models.UUIDField(default=uuid.uuid4, editable=False)
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField(help_text=_("获得学时之年"))
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="postings", db_index=False)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", help_text=_("当日所在支部"))
    session = models.ForeignKey("classes.Session", on_delete=models.PROTECT, related_name="postings")
    training_class = models.ForeignKey(
        "classes.TrainingClass", on_delete=models.PROTECT, related_name="postings", db_index=False
    )
    earned_on = models.DateField()
    hours = models.DecimalField(max_digits=5, decimal_places=1)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    revision = models.PositiveSmallIntegerField(help_text=_("第几次入账；冲销与被冲销同号"))
    is_concentrated = models.BooleanField()
    policies = models.CharField(max_length=200, help_text=_("所依规则及版本"))
    explanation = models.JSONField(help_text=_("算式的各项"))
    posted_at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county", "year", "session", "person", "revision", "kind"], name="posting_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind="credit", hours__gte=0) | Q(kind="reversal", hours__lte=0), name="posting_sign"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "year"], name="posting_person"),
            models.Index(fields=["training_class"], name="posting_class"),
        ]
        triggers = append_only()
