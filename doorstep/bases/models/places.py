"""Where training can happen, and what belongs together under one theme."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Base(models.Model):
    """A place that trains: academy, demonstration base, school, point, mobile school, micro-site, or a belt of them."""

    class Kind(models.TextChoices):
        """What the place is."""

        ACADEMY = "academy", _("学院")
        DEMONSTRATION = "demonstration_base", _("示范基地")
        TOWNSHIP_SCHOOL = "township_school", _("乡镇党校")
        TEACHING_POINT = "teaching_point", _("现场教学点")
        MOBILE_SCHOOL = "mobile_school", _("流动党校")
        LECTURE_HALL = "lecture_hall", _("讲堂")
        MICRO_SITE = "micro_site", _("微课堂")
        BELT = "belt", _("示范带")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=80)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="bases")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    division = models.ForeignKey("directory.Division", null=True, on_delete=models.PROTECT, related_name="bases")
    theme = models.CharField(max_length=80, blank=True)
    host = models.CharField(max_length=80, blank=True, default="", db_default="", help_text=_("由谁承办"))
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
        constraints = [
            models.UniqueConstraint(
                fields=["county", "name"],
                condition=models.Q(kind="belt", valid_to__isnull=True),
                name="belt_name_in_county_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Belt(models.Model):
    """Places of one county under one theme, shown as one; the base of kind `belt` carries its name and standard."""

    base = models.OneToOneField(Base, primary_key=True, on_delete=models.PROTECT, related_name="belt")
    places = models.ManyToManyField(Base, related_name="belts")
    argument = models.CharField(max_length=400, blank=True, help_text=_("不相邻也放在一起的理由"))
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")


class Stewardship(models.Model):
    """A unit that looks after a base from outside the line above it, as the city department does its ten."""

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="stewardships")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="stewardships")
    place = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["base"], condition=models.Q(valid_to__isnull=True), name="stewardship_one_open"
            ),
        ]
