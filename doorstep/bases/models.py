"""Where training can happen."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
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


def _same(column: Any) -> Func:
    """A bigint as a one-element range, so GiST can compare it without btree_gist."""
    return Func(column, column, Value("[]"), function="int8range", output_field=models.Field())


class Venue(models.Model):
    """A room or spot of a base in which a session can be held."""

    class Equipment(models.TextChoices):
        """What stands ready in it."""

        PROJECTOR = "projector", _("投影")
        SCREEN = "screen", _("电子屏")
        SOUND = "sound", _("音响")
        WHITEBOARD = "whiteboard", _("白板")
        AIR_CONDITIONING = "air_conditioning", _("空调")
        WIFI = "wifi", _("无线网络")
        STREAMING = "streaming", _("直播设备")
        STEP_FREE = "step_free", _("无障碍通道")

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="venues")
    name = models.CharField(max_length=80)
    seats = models.PositiveIntegerField(help_text=_("座"))
    equipment = ArrayField(
        models.CharField(max_length=20, choices=Equipment.choices), default=list, db_default=[], blank=True
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["base", "name"], condition=Q(is_active=True), name="venue_name_in_base_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Loan(models.Model):
    """A room of another body, lent to the base from one day to another on that body's terms."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="loans")
    owner = models.CharField(max_length=80, help_text=_("产权单位"))
    valid_from = models.DateField()
    valid_to = models.DateField(help_text=_("能用的最后一天"))
    notice_days = models.PositiveSmallIntegerField(default=0, help_text=_("至少提前几天约"))
    terms = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="loan_days_in_order"),
            ExclusionConstraint(
                name="loan_one_at_a_time",
                expressions=[
                    (_same(F("venue_id")), RangeOperators.OVERLAPS),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            Value("[]"),
                            function="daterange",
                            output_field=models.Field(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class OpenHours(models.Model):
    """A stretch of a weekday in which a base, or one venue of it with hours of its own, can be used."""

    base = models.ForeignKey(Base, on_delete=models.CASCADE, related_name="hours")
    venue = models.ForeignKey(Venue, null=True, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(help_text=_("1 是星期一，7 是星期日"))
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    class Meta:
        indexes = [models.Index(fields=["base", "weekday"], name="hours_of_base")]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="hours_in_order"),
            models.CheckConstraint(condition=Q(weekday__gte=1, weekday__lte=7), name="hours_weekday"),
        ]


class Closure(models.Model):
    """A time in which a base, or one venue of it, cannot be used; lifted ones stay on record."""

    class Kind(models.TextChoices):
        """Why."""

        SHUT = "shut", _("关闭维修")
        OWNER = "owner", _("产权单位自用")
        OTHER = "other", _("另有安排")

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="closures")
    venue = models.ForeignKey(Venue, null=True, on_delete=models.PROTECT, related_name="closures")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["base", "ends_at"], name="closure_of_base")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="closure_times_in_order"),
            ExclusionConstraint(
                name="closure_once_at_a_time",
                expressions=[
                    (_same(F("base_id")), RangeOperators.OVERLAPS),
                    (_same(Coalesce(F("venue_id"), Value(0))), RangeOperators.OVERLAPS),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=models.Field()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(lifted_at__isnull=True),
            ),
        ]


class Reception(models.Model):
    """How many people a base can receive in one day, and whom to call."""

    base = models.OneToOneField(Base, primary_key=True, on_delete=models.PROTECT, related_name="reception")
    people = models.PositiveIntegerField(help_text=_("每天最多接待多少人"))
    meals = models.PositiveIntegerField(default=0, help_text=_("同时用餐，人"))
    beds = models.PositiveIntegerField(default=0, help_text=_("床位"))
    parking = models.PositiveIntegerField(default=0, help_text=_("大巴车位"))
    guides = models.PositiveIntegerField(default=0, help_text=_("同时能派的讲解员，人"))
    contact = models.CharField(max_length=40, blank=True, help_text=_("联系人或科室"))
    phone = models.CharField(max_length=20, blank=True, help_text=_("办公电话"))
    note = models.CharField(max_length=400, blank=True)


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


class Evidence(models.Model):
    """What a base shows for one item of its standard: a file or a note, reviewed by the level above."""

    class Status(models.TextChoices):
        """Where it stands."""

        FILED = "waiting", _("待审核")
        ACCEPTED = "passed", _("已通过")
        RETURNED = "declined", _("已退回")
        TAKEN_BACK = "taken_back", _("已撤回")

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="evidence")
    place = models.CharField(max_length=200)
    review_place = models.CharField(max_length=200, help_text=_("谁审核：所属单位的上级，或直管单位"))
    county = models.CharField(max_length=6)
    item = models.CharField(max_length=80, help_text=_("标准条目的政策键"))
    asked = models.CharField(max_length=400, help_text=_("报送时条目怎么写的"))
    rule = models.CharField(max_length=90, help_text=_("按哪一版：键@版本"))
    title = models.CharField(max_length=120)
    note = models.CharField(max_length=400, blank=True)
    file = models.CharField(max_length=80, blank=True, help_text=_("存放的名字"))
    file_name = models.CharField(max_length=120, blank=True)
    file_size = models.PositiveIntegerField(default=0, help_text=_("字节"))
    issued_on = models.DateField()
    expires_on = models.DateField(help_text=_("有效期的最后一天"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.FILED)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    review_note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["place"], name="evidence_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["base", "item"], name="evidence_item"),
            models.Index(fields=["status", "filed_at"], name="evidence_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["base", "item"], condition=models.Q(status="waiting"), name="evidence_one_waiting"
            ),
            models.CheckConstraint(condition=~models.Q(file="", note=""), name="evidence_shows_something"),
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("issued_on")), name="evidence_expires_after_issue"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AspectState(models.Model):
    """Whether a base has one aspect of its standard, since when, and what is missing."""

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="aspects")
    aspect = models.CharField(max_length=20)
    is_had = models.BooleanField()
    lacking = models.JSONField(default=list, help_text=_("缺的条目：键、状态、数"))
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["base", "aspect"], name="aspect_of_base_unique")]
