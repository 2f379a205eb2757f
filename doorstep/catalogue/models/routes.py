"""Routes one can book: places in an order, with times, courses and guides."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Route(models.Model):
    """One day on the road: planned by a unit, published by its county or the city."""

    class Status(models.TextChoices):
        """Where it stands; published ones of which something has ended since are flagged when they are read."""

        DRAFT = "draft", _("草稿")
        HANDED_IN = "waiting", _("待审核")
        PUBLISHED = "published", _("已发布")
        ENDED = "disabled", _("停用")

    name = models.CharField(max_length=80)
    theme = models.CharField(max_length=80)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="routes")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    starts = models.TimeField(help_text=_("到第一站的时间"))
    meeting_point = models.CharField(max_length=120, blank=True)
    most_people = models.PositiveIntegerField(null=True, help_text=_("人，比各站能容纳的更少时才填"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))
    return_note = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="route_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["status", "county"], name="route_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=~models.Q(status="disabled"), name="route_name_of_unit_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(status="published", published_at__isnull=False)
                | ~models.Q(status="published") & models.Q(published_at__isnull=True),
                name="route_published_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RouteStop(models.Model):
    """One stop of a route; when one arrives and leaves is worked out, never stored."""

    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="stops")
    number = models.PositiveSmallIntegerField()
    base = models.ForeignKey("bases.Base", on_delete=models.PROTECT, related_name="route_stops")
    venue = models.ForeignKey("bases.Venue", null=True, on_delete=models.PROTECT, related_name="route_stops")
    course = models.ForeignKey("catalogue.Course", null=True, on_delete=models.PROTECT, related_name="route_stops")
    guide = models.ForeignKey("faculty.Teacher", null=True, on_delete=models.PROTECT, related_name="route_stops")
    needs_no_guide = models.BooleanField(default=False)
    is_meal = models.BooleanField(default=False)
    dwell_minutes = models.PositiveSmallIntegerField(help_text=_("分钟"))
    way_minutes = models.PositiveSmallIntegerField(null=True, help_text=_("分钟，自己填的；没填就估计"))
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["route", "number"], name="route_stop_number_unique"),
            models.CheckConstraint(
                condition=models.Q(guide__isnull=True) | models.Q(needs_no_guide=False), name="route_stop_guide_or_none"
            ),
        ]
