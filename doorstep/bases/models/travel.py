"""How long the way is where somebody knows it, between bases or divisions by their codes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TravelPair(models.Model):
    """Minutes on the road from one code to another, from a day on, by a source; what was known before is kept."""

    origin = models.CharField(max_length=40, help_text=_("阵地编码或区划代码"))
    target = models.CharField(max_length=40, help_text=_("阵地编码或区划代码"))
    minutes = models.PositiveSmallIntegerField(help_text=_("分钟"))
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "target"], condition=Q(valid_to__isnull=True), name="travel_pair_in_force_unique"
            ),
            models.CheckConstraint(condition=~Q(origin=F("target")) & Q(minutes__gte=1), name="travel_pair_is_a_way"),
        ]
