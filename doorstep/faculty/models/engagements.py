"""Who is asked to teach when, and what they said; nobody is asked for two places at one time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from doorstep.core.models import alone
from doorstep.faculty.models.teachers import Teacher


class Engagement(models.Model):
    """A teacher asked for one sitting, with the way there and back; `key` and `group` are the asker's own names."""

    class Status(models.TextChoices):
        """Where it stands; the first two hold the teacher."""

        OFFERED = "offered", _("待答复")
        ACCEPTED = "accepted", _("已同意")
        DECLINED = "declined", _("来不了")
        SUBSTITUTED = "substituted", _("已换人")
        CANCELLED = "cancelled", _("已取消")

    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="engagements")
    status = models.CharField(max_length=12, choices=Status.choices)
    group = models.CharField(max_length=40, help_text=_("一起排的，如一个班"))
    key = models.CharField(max_length=40, help_text=_("其中的一次，如一个课次"))
    taught = models.CharField(max_length=40, null=True, help_text=_("讲什么，按授课资格的说法；空着是以前没有记"))
    title = models.CharField(max_length=250)
    where = models.CharField(max_length=250, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    held_from = models.DateTimeField(help_text=_("连路上的时间，从几时起"))
    held_until = models.DateTimeField(help_text=_("连路上的时间，到几时止"))
    place = models.CharField(max_length=200, help_text=_("请的单位的位置"))
    county = models.CharField(max_length=6)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    reminded_on = models.DateField(null=True, help_text=_("哪天提醒过答复"))
    reason = models.CharField(max_length=200, blank=True, help_text=_("来不了、换人、取消的原因"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at"), held_from__lte=F("starts_at"), held_until__gte=F("ends_at")),
                name="engagement_times_in_order",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(status__in=["offered", "accepted"]), name="engagement_one_living_a_key"
            ),
            ExclusionConstraint(
                name="teacher_at_one_place",
                expressions=[
                    (alone(F("teacher_id")), RangeOperators.OVERLAPS),
                    (
                        Func(F("held_from"), F("held_until"), function="tstzrange", output_field=models.Field()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(status__in=["offered", "accepted"]),
            ),
        ]
        indexes = [
            models.Index(fields=["teacher", "starts_at"], name="engagement_of_teacher"),
            models.Index(fields=["group"], name="engagement_group"),
            models.Index(fields=["starts_at"], name="engagement_moment"),
            models.Index(
                fields=["place"],
                name="engagement_declined_place",
                opclasses=["text_pattern_ops"],
                condition=Q(status="declined"),
            ),
        ]

    @property
    def word(self) -> str:
        """The status as the word table has it."""
        words = {"offered": "invited", "declined": "not_coming", "substituted": "replaced"}
        return words.get(self.status, self.status)
