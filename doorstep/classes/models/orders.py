"""What a unit orders from the menu: a package as it stood, or a lesson brought to its door."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doorstep.classes.models.classes import TrainingClass
from doorstep.classes.rules.orders import AFTERNOON, ANY_HALF, MORNING, WHOLE_DAY

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


class Order(models.Model):
    """One order; its row is locked first whenever somebody answers it."""

    class Kind(models.TextChoices):
        """What is ordered."""

        PACKAGE = "package", _("教学套餐")
        LESSON = "lesson", _("送课上门")

    class Status(models.TextChoices):
        """Where it stands; what may follow is in `rules.orders`."""

        PLACED = "placed", _("待接单")
        WAITING = "waiting", _("候补中")
        OFFERED = "offered", _("有空位，待确认")
        ACCEPTED = "accepted", _("已接单")
        COUNTERED = "countered", _("已提改期")
        AGREED = "agreed", _("已同意改期")
        REFUSED = "refused", _("未同意改期")
        DECLINED = "declined", _("未接单")
        WITHDRAWN = "withdrawn", _("已撤回")
        LAPSED = "lapsed", _("已过期")

    class Part(models.TextChoices):
        """Which part of the day is wished for."""

        WHOLE = WHOLE_DAY, _("全天")
        ANY = ANY_HALF, _("上午下午都可以")
        MORNING = MORNING, _("上午")
        AFTERNOON = AFTERNOON, _("下午")

    class Reason(models.TextChoices):
        """Why it came to nothing."""

        NO_ROOM = "no_room", _("没有空的日期或场地")
        NO_TEACHER = "no_teacher", _("没有师资")
        NOT_FITTING = "not_fitting", _("人数或内容不合适")
        CHANGED = "changed", _("计划有变")
        OTHER = "other", _("其他")
        SILENT = "silent", _("到期没有答复")

    key = models.UUIDField(default=uuid.uuid4, unique=True, help_text=_("同一张表交两次只算一单"))
    kind = models.CharField(max_length=10, choices=Kind.choices)
    package = models.ForeignKey("catalogue.Package", null=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("catalogue.PackageVersion", null=True, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("catalogue.Course", null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120, help_text=_("点单时套餐或课程的名称"))
    theme = models.CharField(max_length=80, help_text=_("点单时的主题"))
    half_days = models.PositiveSmallIntegerField(help_text=_("个半天"))
    unit = models.ForeignKey(
        "directory.Unit", null=True, on_delete=models.PROTECT, related_name="orders", help_text=_("外单位点的没有")
    )
    outside = models.ForeignKey("classes.OutsideGroup", null=True, on_delete=models.PROTECT, related_name="orders")
    came = models.PositiveIntegerField(null=True, help_text=_("外来实到，人；没有登记的空着"))
    came_again = models.PositiveIntegerField(null=True, help_text=_("实到里当年已经来过的，人；没有问过的空着"))
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    provider = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="orders_received")
    provider_place = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLACED)
    first_on = models.DateField(help_text=_("想去的最早一天；候补的从这天等起"))
    last_on = models.DateField(help_text=_("想去的最晚一天；候补的等到这天"))
    people = models.PositiveIntegerField(help_text=_("人"))
    meals = models.PositiveIntegerField(default=0, db_default=0, help_text=_("在那里用餐，人"))
    beds = models.PositiveIntegerField(default=0, db_default=0, help_text=_("住宿，人"))
    parking = models.PositiveIntegerField(default=0, db_default=0, help_text=_("大巴车位，个"))
    guides = models.PositiveIntegerField(default=0, db_default=0, help_text=_("要阵地派的讲解员，人"))
    audience = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=30, blank=True, help_text=_("希望用哪种话讲"))
    location = models.CharField(max_length=120, blank=True, help_text=_("送课上门的地点"))
    lat = models.FloatField(null=True)
    lng = models.FloatField(null=True)
    township = models.ForeignKey("directory.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    contact = models.CharField(max_length=40)
    phone_sealed = models.BinaryField(default=b"")
    is_assigned = models.BooleanField(default=False, help_text=_("上级安排的，不是自己点的"))
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateField(help_text=_("最晚哪天答复"))
    overdue_at = models.DateTimeField(null=True, help_text=_("到期没有答复、告诉上级的时间"))
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    answer_note = models.CharField(max_length=200, blank=True)
    counter_on = models.DateField(null=True)
    counter_part = models.CharField(max_length=10, blank=True, choices=Part.choices)
    counter_base = models.ForeignKey("bases.Base", null=True, on_delete=models.PROTECT, related_name="+")
    reply_by = models.DateField(null=True, help_text=_("改期最晚哪天回复"))
    kept = models.ManyToManyField("bases.Reservation", related_name="+", help_text=_("提改期时先留着的场地"))
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=12, blank=True, choices=Reason.choices)
    training_class = models.OneToOneField(TrainingClass, null=True, on_delete=models.PROTECT, related_name="order")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["accepted", "agreed"], training_class__isnull=False)
                | ~Q(status__in=["accepted", "agreed"]) & Q(training_class__isnull=True),
                name="order_opened_has_class",
            ),
            models.CheckConstraint(
                condition=Q(kind="package", package__isnull=False, version__isnull=False, course__isnull=True)
                | Q(kind="lesson", package__isnull=True, version__isnull=True, course__isnull=False) & ~Q(location=""),
                name="order_of_package_or_lesson",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["countered", "agreed", "refused"])
                | Q(counter_on__isnull=False, reply_by__isnull=False) & ~Q(counter_part=""),
                name="order_countered_says_when",
            ),
            models.CheckConstraint(
                condition=Q(people__gte=1, half_days__gte=1, last_on__gte=F("first_on")), name="order_numbers_in_order"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, outside=None, came=None) | Q(unit=None, outside__isnull=False),
                name="order_of_unit_or_outsiders",
            ),
            models.CheckConstraint(
                condition=Q(came=None) | Q(training_class__isnull=False), name="order_came_to_its_class"
            ),
        ]
        indexes = [
            models.Index(fields=["place"], name="order_place_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["provider_place"], name="order_provider_like", opclasses=["text_pattern_ops"]),
            models.Index(fields=["status", "answer_by"], name="order_status"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def code(self) -> str:
        """The number people read out on the telephone."""
        return f"D{self.pk:06d}"

    @property
    def who(self) -> str:
        """Who ordered: a unit of the network, or the group from outside by its own name."""
        return self.outside.name if self.outside else self.unit.short_name if self.unit else ""

    @property
    def ground(self) -> Unit:
        """The unit whose reach decides which bases it may be at: who ordered; outsiders come to the provider's."""
        return self.unit or self.provider


class OrderWish(models.Model):
    """A day on which one would like to come, by preference."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="wishes")
    number = models.PositiveSmallIntegerField()
    day = models.DateField()
    part = models.CharField(max_length=10, choices=Order.Part.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="order_wish_number_unique"),
            models.UniqueConstraint(fields=["order", "day"], name="order_wish_day_once"),
        ]


class OrderOffer(models.Model):
    """A day that came free and is kept for an order that waits, until it is taken or not."""

    class Outcome(models.TextChoices):
        """What became of it; only the first is kept."""

        OPEN = "open", _("等确认")
        TAKEN = "taken", _("已确认")
        PASSED = "passed", _("不要这天")
        EXPIRED = "expired", _("到时没有确认")
        GONE = "gone", _("点单撤回了")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="offers")
    day = models.DateField()
    part = models.CharField(max_length=10, choices=Order.Part.choices)
    reason = models.CharField(max_length=200, help_text=_("为什么轮到它"))
    reservations = models.ManyToManyField("bases.Reservation", related_name="+")
    made_at = models.DateTimeField()
    until = models.DateTimeField(help_text=_("留到什么时候"))
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(outcome="open"), name="offer_open_once"),
            models.CheckConstraint(
                condition=Q(outcome="open", ended_at=None) | ~Q(outcome="open") & Q(ended_at__isnull=False),
                name="offer_ended_says_when",
            ),
        ]


class KeptDay(models.Model):
    """What a base keeps for an order on a day, until it is answered: another day that was offered, or one that is free.

    Counted with those who come for sure, so that nobody else fills the base up meanwhile.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="days_kept")
    base = models.ForeignKey("bases.Base", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    people = models.PositiveIntegerField(help_text=_("人"))
    meals = models.PositiveIntegerField(default=0)
    beds = models.PositiveIntegerField(default=0)
    parking = models.PositiveIntegerField(default=0)
    guides = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(help_text=_("留到什么时候"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "base", "day"], name="day_kept_once_for_an_order")]
        indexes = [models.Index(fields=["base", "day"], name="day_kept_at_base")]
