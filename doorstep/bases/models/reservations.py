"""Who has a venue when: one table of claims, whoever books, so that no two of them overlap."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from doorstep.bases.models.venues import Venue
from doorstep.core.models import alone


class ReservationSeries(models.Model):
    """A venue booked again and again: the rule its reservations were made by."""

    class Repeat(models.TextChoices):
        """How often."""

        WEEKLY = "weekly", _("每周")
        FORTNIGHTLY = "fortnightly", _("每两周")
        MONTHLY = "monthly", _("每月的这个星期几")

    class Ending(models.TextChoices):
        """Why what was left of it is free again."""

        CANCELLED = "cancelled", _("取消了")
        MISSES = "misses", _("几次没有来用")

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="series")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    repeat = models.CharField(max_length=12, choices=Repeat.choices)
    first_on = models.DateField()
    until = models.DateField(help_text=_("最后一天"))
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_for = models.CharField(max_length=10, choices=Ending.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("first_on")), name="series_days_in_order"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_for="") | (Q(ended_at__isnull=False) & ~Q(ended_for="")),
                name="series_ended_with_reason",
            ),
        ]


class Reservation(models.Model):
    """A claim on a venue or vehicle for a time, half-open: from `held_from` to `free_at`, when the next may come in.

    What goes somewhere is on its way before `starts_at` and after `ends_at`. `lane` is `Venue.lane`.
    """

    class Kind(models.TextChoices):
        """What for."""

        CLASS = "class", _("培训班")
        MEETING = "meeting", _("开会")
        OTHER = "other", _("其他用途")

    class State(models.TextChoices):
        """Whether the venue is held by it."""

        LIVE = "live", _("已约好")
        RELEASED = "released", _("已放开")
        CANCELLED = "cancelled", _("已取消")
        UNUSED = "unused", _("没有来用")

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="reservations")
    lane = models.BigIntegerField(help_text=_("占着的是什么：场地或车船自己；流动党校是整所，记负的阵地编号"))
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", help_text=_("哪个单位约的"))
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)
    purpose = models.CharField(max_length=120, help_text=_("做什么用"))
    heads = models.PositiveIntegerField(help_text=_("人"))
    held_from = models.DateTimeField(help_text=_("连去的路上，从几时起"))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    free_at = models.DateTimeField(help_text=_("收拾完，下一家可以进来的时候"))
    buffer_minutes = models.PositiveSmallIntegerField(default=0, help_text=_("约的时候规定的间隔"))
    is_shared = models.BooleanField(default=False, help_text=_("和别人同时用"))
    # Who holds it in the words of the app that asked, and which part of that; "" and None for what was booked here.
    holder = models.CharField(max_length=40, blank=True)
    part = models.BigIntegerField(null=True)
    series = models.ForeignKey(ReservationSeries, null=True, on_delete=models.PROTECT, related_name="reservations")
    # Only held, not booked: at that moment it holds nothing any more.
    expires_at = models.DateTimeField(null=True, help_text=_("先留着的，留到什么时候"))
    # It also waits for the word of the keeper; what was not answered in time stays so until the unit has been told.
    is_asked = models.BooleanField(default=False, db_default=False, help_text=_("等阵地同意"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(null=True, unique=True, help_text=_("同一次提交只约一次"))
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), free_at__gte=F("ends_at"), held_from__lte=F("starts_at")),
                name="reservation_times_in_order",
            ),
            models.CheckConstraint(
                condition=Q(kind="class", part__isnull=False, expires_at=None) & ~Q(holder="")
                | (~Q(kind="class") & Q(holder="", part=None)),
                name="reservation_holder_of_classes",
            ),
            models.CheckConstraint(
                condition=Q(is_asked=False) | Q(expires_at__isnull=False), name="reservation_asked_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(state="live", ended_at=None) | (~Q(state="live") & Q(ended_at__isnull=False)),
                name="reservation_ended_when_not_live",
            ),
            models.UniqueConstraint(
                fields=["holder", "part", "venue"],
                condition=Q(state="live") & ~Q(holder=""),
                name="reservation_part_held_once",
            ),
            ExclusionConstraint(
                name="reservation_venue_held_once",
                expressions=[
                    (alone(F("lane")), RangeOperators.OVERLAPS),
                    (
                        Func(F("held_from"), F("free_at"), function="tstzrange", output_field=models.Field()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state="live", is_shared=False),
            ),
        ]
        indexes = [
            models.Index(fields=["venue", "starts_at"], name="reservation_of_venue"),
            models.Index(fields=["lane", "held_from"], name="reservation_of_lane"),
            models.Index(fields=["starts_at"], name="reservation_moment"),
            models.Index(
                fields=["expires_at"], condition=Q(state="live", expires_at__isnull=False), name="reservation_hold_left"
            ),
        ]

    def __str__(self) -> str:
        return self.purpose
