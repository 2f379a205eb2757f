"""Groups from outside the network: the number they are known by, their codes, what they are quoted and sign."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutsideNumber(models.Model):
    """A mobile number that was proved by a code; it is no account and reaches only what was ordered with it."""

    phone_sealed = models.BinaryField(default=b"")
    phone_index = models.BinaryField(max_length=32, null=True, unique=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, help_text=_("到期清除联系方式的时间"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None, phone_index__isnull=False) | Q(erased_at__isnull=False, phone_index=None),
                name="outside_number_or_erased",
            ),
        ]

    @property
    def place(self) -> str:
        """Where its orders stand: below no unit of the network, so that no role of the network reaches them."""
        return f"0/{self.pk}/"


class OutsideGroup(models.Model):
    """A body from outside, as whoever ordered for it wrote it."""

    class Kind(models.TextChoices):
        """What kind of body."""

        OFFICE = "office", _("机关")
        INSTITUTION = "institution", _("事业单位")
        ENTERPRISE = "enterprise", _("企业")
        SCHOOL = "school", _("学校")
        VILLAGE = "village", _("村（社区）")
        SOCIETY = "society", _("社会组织")
        OTHER = "other", _("其他")

    number = models.ForeignKey(OutsideNumber, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    origin = models.CharField(max_length=40, blank=True, help_text=_("从哪里来"))
    contact_sealed = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number", "name"], name="outside_group_once_a_number")]

    def __str__(self) -> str:
        return self.name


class OutsideCode(models.Model):
    """A code that was sent to a number, and the visit it opened; neither code nor number can be read from it."""

    phone_index = models.BinaryField(max_length=32)
    phone_sealed = models.BinaryField()
    address_index = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32, help_text=_("验证码的密钥摘要"))
    token_digest = models.BinaryField(max_length=32, unique=True, help_text=_("浏览器手里那一串的密钥摘要"))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0, help_text=_("试过几次"))
    number = models.ForeignKey(OutsideNumber, null=True, on_delete=models.PROTECT, related_name="visits")
    seen_at = models.DateTimeField(null=True, help_text=_("验证以后最近一次打开的时间"))
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(number=None, seen_at=None) | Q(number__isnull=False, seen_at__isnull=False),
                name="outside_visit_is_proved",
            ),
        ]
        indexes = [
            models.Index(fields=["phone_index", "made_at"], name="outside_code_of_number"),
            models.Index(fields=["address_index", "made_at"], name="outside_code_of_address"),
            models.Index(fields=["made_at"], name="outside_code_moment"),
        ]


class OutsideText(models.Model):
    """A short message to the number of an order: the same happening is told once, and what left leaves no second time.

    One that was being sent when the process ended stays `sending`: whether it left nobody knows, so it is not repeated.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("待发")
        SENDING = "sending", _("正在发")
        SENT = "sent", _("已发出")
        FAILED = "failed", _("没有发出")

    order = models.ForeignKey("classes.Order", on_delete=models.CASCADE, related_name="texts")
    occurrence = models.UUIDField(unique=True)
    title = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    written_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="outside_text_sent_has_moment",
            )
        ]

    def __str__(self) -> str:
        return self.text


class Quote(models.Model):
    """What an order would cost; a new one takes the place of the one before, which is kept."""

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("待答复")
        ACCEPTED = "accepted", _("已同意")
        DECLINED = "declined", _("没有同意")
        REPLACED = "replaced", _("已换新")

    order = models.ForeignKey("classes.Order", on_delete=models.PROTECT, related_name="quotes")
    number = models.PositiveSmallIntegerField(help_text=_("第几版"))
    people = models.PositiveIntegerField(help_text=_("按多少人报的"))
    valid_until = models.DateField()
    note = models.CharField(max_length=400, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="quote_number_unique"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(status__in=["open", "accepted"]), name="quote_one_in_force"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "declined"]) | Q(answered_at__isnull=False),
                name="quote_answered_says_when",
            ),
        ]


class QuoteLine(models.Model):
    """One line of a quote: so many of something at a price each."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=60)
    unit_fen = models.PositiveBigIntegerField(help_text=_("单价，分"))
    count = models.PositiveIntegerField(help_text=_("数量"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quote", "number"], name="quote_line_number_unique"),
            models.CheckConstraint(condition=Q(count__gte=1), name="quote_line_counts"),
        ]

    @property
    def fen(self) -> int:
        """What the line comes to, in fen."""
        return self.unit_fen * self.count


class ContractFile(models.Model):
    """A contract of an order as a file; a newer one takes its place, and both are kept."""

    order = models.ForeignKey("classes.Order", on_delete=models.PROTECT, related_name="contracts")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    file = models.CharField(max_length=120, help_text=_("存放的文件"))
    file_name = models.CharField(max_length=120)
    file_size = models.PositiveIntegerField(help_text=_("字节"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(replaced_at=None), name="contract_one_in_force"),
        ]

    @property
    def is_by_group(self) -> bool:
        """Whether the group from outside handed it in."""
        return self.added_by_id is None
