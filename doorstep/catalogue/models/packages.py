"""Packages one can order: a route or courses, for so many people, at a price; and what they said when ordered."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.models.courses import Course
from doorstep.catalogue.models.routes import Route
from doorstep.core.models import append_only


class Package(models.Model):
    """What a unit offers as one: planned by it, published by its county or the city, as routes are."""

    Status = Route.Status

    class PriceKind(models.TextChoices):
        """How it is paid."""

        FREE = "free", _("免费")
        PERSON = "person", _("按人")
        GROUP = "group", _("按批")
        STEPS = "steps", _("按人数分段")

    name = models.CharField(max_length=80)
    theme = models.CharField(max_length=80)
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="packages")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    route = models.ForeignKey(Route, null=True, on_delete=models.PROTECT, related_name="packages")
    base = models.ForeignKey(
        "bases.Base",
        null=True,
        on_delete=models.PROTECT,
        related_name="packages",
        help_text=_("在哪里上；送课上门的不填，有路线的由路线定"),
    )
    half_days = models.PositiveSmallIntegerField(help_text=_("个半天"))
    least_people = models.PositiveIntegerField(help_text=_("人"))
    most_people = models.PositiveIntegerField(help_text=_("人"))
    segments = ArrayField(models.CharField(max_length=10, choices=Course.Audience.choices), default=list, blank=True)
    teacher_categories = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    teacher_count = models.PositiveSmallIntegerField(default=0, help_text=_("人"))
    meals = models.PositiveSmallIntegerField(default=0, help_text=_("餐，每人"))
    price_kind = models.CharField(max_length=10, choices=PriceKind.choices, default=PriceKind.FREE)
    price_fen = models.PositiveBigIntegerField(default=0, help_text=_("分，按人或按批时每人或每批多少"))
    own_is_free = models.BooleanField(default=False, help_text=_("本单位的党员不收"))
    price_source = models.CharField(max_length=200, blank=True, help_text=_("价格由谁、哪份文件定的"))
    terms = models.TextField(blank=True, max_length=1000)
    status = models.CharField(max_length=10, choices=Route.Status.choices, default=Route.Status.DRAFT)
    revision = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))
    return_note = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="package_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["status", "county"], name="package_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=~Q(status="disabled"), name="package_name_of_unit_unique"
            ),
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False)
                | ~Q(status="published") & Q(published_at__isnull=True),
                name="package_published_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(least_people__gte=1, most_people__gte=F("least_people"), half_days__gte=1),
                name="package_numbers_in_order",
            ),
            models.CheckConstraint(
                condition=Q(route__isnull=True) | Q(base__isnull=True), name="package_route_knows_its_bases"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PackageCourse(models.Model):
    """A course of a package that has no route, by its number in the order."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="package_lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "number"], name="package_course_number_unique"),
            models.UniqueConstraint(fields=["package", "course"], name="package_course_once"),
        ]


class PackageStep(models.Model):
    """What so many people pay, where the price goes by steps of head count."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="steps")
    first = models.PositiveIntegerField(help_text=_("从几人"))
    last = models.PositiveIntegerField(help_text=_("到几人"))
    fen = models.PositiveBigIntegerField(help_text=_("分"))
    per = models.CharField(max_length=10, help_text=_("person 每人，group 每批"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["package", "first"], name="package_step_first_unique"),
            models.CheckConstraint(
                condition=Q(first__gte=1, last__gte=F("first"), per__in=["person", "group"]),
                name="package_step_in_order",
            ),
        ]


class PackageVersion(models.Model):
    """All a package said at one moment; written once and never changed, so that an order keeps what was ordered."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64, help_text=_("内容的 SHA-256，一样就不另存一版"))
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["package", "number"], name="package_version_number_unique")]
        triggers = append_only()
