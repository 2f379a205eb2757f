"""Officials and the guides they care for, at a teaching point; the point is named by whoever keeps the points."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doorstep.faculty.models.teachers import Teacher


class GuidePair(models.Model):
    """An official, of whom name and post alone are kept, and a guide of a teaching point, from day to day."""

    point_id = models.BigIntegerField(help_text=_("哪个教学点"))
    place = models.CharField(max_length=200, help_text=_("教学点的位置"))
    county = models.CharField(max_length=6)
    official = models.CharField(max_length=60, help_text=_("挂钩干部的姓名"))
    post = models.CharField(max_length=80, help_text=_("挂钩干部的职务"))
    guide = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="guide_pairs")
    since = models.DateField()
    until = models.DateField(null=True, help_text=_("从这天起不再挂钩"))
    ended_for = models.CharField(max_length=200, blank=True, help_text=_("不再挂钩的原因"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None, ended_for="") | Q(until__gte=F("since")) & ~Q(ended_for=""),
                name="guide_pair_ended_with_words",
            ),
            models.UniqueConstraint(
                fields=["point_id", "guide"], condition=Q(until=None), name="guide_paired_once_at_a_point"
            ),
        ]
        indexes = [models.Index(fields=["place"], name="guide_pair_like", opclasses=["text_pattern_ops"])]


class GuideCheck(models.Model):
    """Somebody listened to a guide at the point: on which day, good or not, and what to do better."""

    pair = models.ForeignKey(GuidePair, on_delete=models.PROTECT, related_name="checks")
    checked_on = models.DateField()
    is_good = models.BooleanField()
    note = models.CharField(max_length=400)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pair", "checked_on"], name="guide_checked_once_a_day")]
