"""Rooms of a base: when they can be used, whose they are, how many people come in."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from doorstep.bases.models.places import Base
from doorstep.core.models import alone


class Venues(models.QuerySet["Venue"]):
    """What bases give out, sorted by what it is."""

    def rooms(self) -> Venues:
        """Rooms and spots in which a session can be held."""
        return self.filter(kind=Venue.Kind.ROOM)

    def vehicles(self) -> Venues:
        """Coaches and boats, which go somewhere."""
        return self.exclude(kind=Venue.Kind.ROOM)


class Venue(models.Model):
    """What a base gives out by the hour: a room or spot in which a session can be held, or a coach or boat of it."""

    class Kind(models.TextChoices):
        """What it is; all but the first go somewhere."""

        ROOM = "room", _("场地")
        COACH = "coach", _("客车")
        BOAT = "boat", _("船")

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
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ROOM, db_default="room")
    name = models.CharField(max_length=80)
    seats = models.PositiveIntegerField(help_text=_("座"))
    equipment = ArrayField(
        models.CharField(max_length=20, choices=Equipment.choices), default=list, db_default=[], blank=True
    )
    is_active = models.BooleanField(default=True)
    is_shared = models.BooleanField(default=False, db_default=False, help_text=_("几家可以同时用，坐得下就行"))
    buffer_minutes = models.PositiveSmallIntegerField(null=True, help_text=_("两次使用之间至少隔几分钟"))

    objects = Venues.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["base", "name"], condition=Q(is_active=True), name="venue_name_in_base_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_vehicle(self) -> bool:
        """Whether it goes somewhere."""
        return self.kind != Venue.Kind.ROOM

    @property
    def lane(self) -> int:
        """What is held when it is held: itself, or the whole of a mobile school, which is at one place at a time."""
        is_whole = self.base.kind == Base.Kind.MOBILE_SCHOOL and not self.is_vehicle
        return -self.base_id if is_whole else self.pk


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
                    (alone(F("venue_id")), RangeOperators.OVERLAPS),
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
                    (alone(F("base_id")), RangeOperators.OVERLAPS),
                    (alone(Coalesce(F("venue_id"), Value(0))), RangeOperators.OVERLAPS),
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


class GuestTerms(models.Model):
    """For whom a place is there besides its own line, and how it wants to be asked."""

    class Reach(models.TextChoices):
        """How far away a unit may be that holds a class here."""

        OWN = "own", _("本单位")
        TOWNSHIP = "township", _("本乡镇的单位")
        COUNTY = "county", _("本县的单位")
        NETWORK = "network", _("全市的单位")

    reach = models.CharField(max_length=10, choices=Reach.choices)
    notice_days = models.PositiveSmallIntegerField(default=0, help_text=_("至少提前几天约"))
    quiet_days = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, help_text=_("不接外单位的星期几，1 是星期一")
    )
    barred = models.ManyToManyField("directory.Unit", related_name="+", help_text=_("不接待的单位，含下级"))
    asks_first = models.BooleanField(default=False, db_default=False, help_text=_("外单位约场地，要先同意"))
    terms = models.CharField(max_length=400, blank=True)

    class Meta:
        abstract = True


class BookingRule(GuestTerms):
    """What the keeper of a base asks of guests."""

    base = models.OneToOneField(Base, primary_key=True, on_delete=models.PROTECT, related_name="booking_rule")


class VenueRule(GuestTerms):
    """What holds for one venue in place of the rule of its base."""

    venue = models.OneToOneField(Venue, primary_key=True, on_delete=models.PROTECT, related_name="own_rule")
