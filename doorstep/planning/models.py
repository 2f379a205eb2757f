"""Yearly plans of schools, academies and counties: lines, what was changed after approval, what became of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


class Plan(models.Model):
    """The plan of one school or academy, or without a base of a county's own classes, for one year.

    Its row is locked first whenever anything of it changes.
    """

    class Status(models.TextChoices):
        """Where it stands: the first three are in the making."""

        DRAFT = "draft", _("草稿")
        HANDED_IN = "waiting", _("待审核")
        RETURNED = "declined", _("已退回")
        APPROVED = "approved", _("已批准")

    OPEN = (Status.DRAFT, Status.RETURNED)

    base = models.ForeignKey(
        "bases.Base",
        null=True,
        on_delete=models.PROTECT,
        related_name="plans",
        help_text=_("乡镇党校或学院；县的计划没有"),
    )
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="plans")
    place = models.CharField(max_length=200)
    above_place = models.CharField(max_length=200, help_text=_("由谁批准：上一级单位的位置"))
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True)
    handed_in_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    decision_note = models.CharField(max_length=200, blank=True, help_text=_("退回的原因"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["base", "year"], name="plan_one_a_year"),
            models.UniqueConstraint(fields=["unit", "year"], condition=Q(base=None), name="plan_one_a_year_of_county"),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="plan_year_plausible"),
            models.CheckConstraint(
                condition=~Q(status__in=("waiting", "declined", "approved")) | Q(handed_in_at__isnull=False),
                name="plan_decided_was_handed_in",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("declined", "approved")) | Q(decided_at__isnull=False),
                name="plan_decision_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(decision_note=""), name="plan_returned_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["place", "year"], name="plan_place_like", opclasses=["text_pattern_ops", "int2_ops"]),
            models.Index(fields=["year", "county"], name="plan_county"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"

    @property
    def name(self) -> str:
        """Whose plan it is, in words."""
        return self.base.name if self.base else self.unit.short_name

    @property
    def approving_unit(self) -> Unit:
        """Whose office approves it: the unit above, or at the top of the tree the unit itself."""
        return self.unit.parent or self.unit

    @property
    def is_open(self) -> bool:
        """Whether its lines change without a reason."""
        return self.status in self.OPEN

    @property
    def holds(self) -> bool:
        """Whether it is approved."""
        return self.status == self.Status.APPROVED


class PlanLine(models.Model):
    """One class that is meant to be held: when, about what, for whom, how large."""

    class Form(models.TextChoices):
        """As classes have it."""

        SMALL = "small", _("小班制")
        LECTURE = "lecture", _("讲座式")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(help_text=_("次序"))
    month_from = models.PositiveSmallIntegerField(help_text=_("几月开始"))
    month_to = models.PositiveSmallIntegerField(help_text=_("最迟几月办完"))
    title = models.CharField(max_length=120)
    course = models.ForeignKey("catalogue.Course", null=True, on_delete=models.PROTECT, related_name="+")
    form = models.CharField(max_length=10, choices=Form.choices, default=Form.LECTURE)
    audience = models.CharField(max_length=120)
    sessions = models.PositiveSmallIntegerField(help_text=_("课次，半天算一次"))
    heads = models.PositiveIntegerField(help_text=_("这一期多少人"))
    hours = models.DecimalField(max_digits=5, decimal_places=1, help_text=_("每人多少学时"))
    lead = models.CharField(max_length=60, blank=True, help_text=_("负责人"))
    teacher = models.ForeignKey("faculty.Teacher", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    dropped_at = models.DateTimeField(null=True, help_text=_("批准以后取消的时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="plan_line_number_unique", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(month_from__range=(1, 12), month_to__range=(1, 12), month_from__lte=F("month_to")),
                name="plan_line_months_in_order",
            ),
            models.CheckConstraint(
                condition=Q(sessions__gte=1, heads__gte=1, hours__gt=0) & ~Q(title="") & ~Q(audience=""),
                name="plan_line_says_what",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanChange(models.Model):
    """One change of an approved plan: what was there, what is there now, why, who."""

    class Kind(models.TextChoices):
        """What was done to the line."""

        ADDED = "added", _("增加")
        CHANGED = "changed", _("修改")
        DROPPED = "dropped", _("取消")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="changes")
    line = models.ForeignKey(PlanLine, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="plan_change_says_why")]


class ClassLink(models.Model):
    """The class that became of a line; once taken apart, it says why."""

    line = models.ForeignKey(PlanLine, on_delete=models.PROTECT, related_name="links")
    training_class = models.ForeignKey("classes.TrainingClass", on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField(help_text=_("计划的年度；跨年的班在两年里可以各对一项"))
    is_opened_here = models.BooleanField(default=False, help_text=_("从计划里开的班"))
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    unlinked_at = models.DateTimeField(null=True)
    unlinked_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    unlinked_for = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(unlinked_at=None), name="plan_line_one_class"),
            models.UniqueConstraint(
                fields=["training_class", "year"], condition=Q(unlinked_at=None), name="class_one_plan_line_a_year"
            ),
            models.CheckConstraint(
                condition=Q(unlinked_at=None, unlinked_for="") | Q(unlinked_at__isnull=False) & ~Q(unlinked_for=""),
                name="class_link_ended_says_why",
            ),
        ]
