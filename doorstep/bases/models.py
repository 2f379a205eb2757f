"""Where training can happen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Base(models.Model):
    """A place that trains: academy, demonstration base, township school, teaching point, mobile school."""

    class Kind(models.TextChoices):
        """What the place is."""

        ACADEMY = "academy", _("学院")
        DEMONSTRATION = "demonstration_base", _("示范基地")
        TOWNSHIP_SCHOOL = "township_school", _("乡镇党校")
        TEACHING_POINT = "teaching_point", _("现场教学点")
        MOBILE_SCHOOL = "mobile_school", _("流动党校")
        LECTURE_HALL = "lecture_hall", _("讲堂")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=80)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="bases")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    division = models.ForeignKey("directory.Division", null=True, on_delete=models.PROTECT, related_name="bases")
    theme = models.CharField(max_length=80, blank=True)
    capacity = models.PositiveIntegerField(default=0, help_text=_("人"))
    is_flagged = models.BooleanField(default=False, help_text=_("新思想现场教学点"))
    has_network = models.BooleanField(default=True)
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="base_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["kind", "county"], name="base_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class Venue(models.Model):
    """A room or spot of a base in which a session can be held."""

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="venues")
    name = models.CharField(max_length=80)
    seats = models.PositiveIntegerField(help_text=_("座"))
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
