"""Departments owe technicians to fixed places: how many, and who was sent; what they taught is counted elsewhere."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doorstep.faculty.models.teachers import Teacher


class TechnicianDuty(models.Model):
    """In a year a department owes so many technicians to one fixed place, and each so many lessons."""

    department = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, help_text=_("部门的位置"))
    county = models.CharField(max_length=6)
    served = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    served_place = models.CharField(max_length=200, help_text=_("定点授课的地方的位置"))
    year = models.SmallIntegerField()
    quota = models.PositiveSmallIntegerField(help_text=_("要派几位"))
    lessons = models.PositiveSmallIntegerField(help_text=_("一年合计要讲几次"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "served", "year"], name="duty_once_a_year"),
            models.CheckConstraint(condition=Q(quota__gt=0, lessons__gt=0), name="duty_owes_something"),
            models.CheckConstraint(condition=~Q(department=F("served")), name="duty_is_elsewhere"),
        ]
        indexes = [models.Index(fields=["place"], name="duty_place_like", opclasses=["text_pattern_ops"])]


class TechnicianSent(models.Model):
    """A technician sent on a duty; taken off it with a reason."""

    duty = models.ForeignKey(TechnicianDuty, on_delete=models.PROTECT, related_name="sent")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="duties")
    sent_on = models.DateField()
    recalled_for = models.CharField(max_length=200, blank=True, help_text=_("不再派的原因"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duty", "teacher"], condition=Q(recalled_for=""), name="technician_sent_once"
            )
        ]
