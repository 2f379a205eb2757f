"""What can be taught."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Course(models.Model):
    """A course of the curriculum: the one general course, its sub-courses, local courses."""

    class Mode(models.TextChoices):
        """How it is taught."""

        THEORY = "theory", _("理论阐述")
        SCENARIO = "scenario", _("情景模拟")
        CASE = "case", _("案例")
        ON_SITE = "on_site", _("现场")
        PRACTICE = "practice", _("体验")

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    minutes = models.PositiveIntegerField(help_text=_("分钟"))
    kind = models.CharField(max_length=10, help_text=_("general sub local"))
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="courses")
    place = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.title
