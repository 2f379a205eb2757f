"""Teachers as trainees: trainer courses, and the rights to teach a course that are earned there or granted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doorstep.faculty.models.teachers import Teacher


class TrainerCourse(models.Model):
    """A course for teachers; who passes it may teach what `key` names, in the words of whoever keeps the courses."""

    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="trainer_courses")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    title = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text=_("最后一天"))
    hours = models.DecimalField(max_digits=4, decimal_places=1, help_text=_("学时"))
    key = models.CharField(max_length=40, help_text=_("学成后可以讲的，如一门课程"))
    taught = models.CharField(max_length=160, help_text=_("它的名称"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="trainer_course_days_in_order"),
            models.CheckConstraint(condition=Q(hours__gt=0), name="trainer_course_has_hours"),
            models.UniqueConstraint(fields=["unit", "title", "starts_on"], name="trainer_course_once"),
        ]
        indexes = [models.Index(fields=["place"], name="trainer_course_like", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.title


class Trainee(models.Model):
    """A teacher in a trainer course: how many hours they were there, and whether they passed."""

    course = models.ForeignKey(TrainerCourse, on_delete=models.PROTECT, related_name="trainees")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="trainings")
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    is_passed = models.BooleanField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "teacher"], name="trainee_once"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="trainee_hours_not_negative"),
        ]


class RightRule(models.Model):
    """What `key` names is taught by those alone who have the right to; without a row anybody may teach it."""

    key = models.CharField(max_length=40, unique=True)
    taught = models.CharField(max_length=160)
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")


class TeachingRight(models.Model):
    """A teacher may teach what `key` names, from a day on and until one that is not included."""

    class Source(models.TextChoices):
        """Where it comes from."""

        COURSE = "course", _("师资培训")
        GRANT = "grant", _("认定")

    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="rights")
    key = models.CharField(max_length=40)
    taught = models.CharField(max_length=160)
    source = models.CharField(max_length=10, choices=Source.choices)
    basis = models.CharField(max_length=200, help_text=_("凭什么：培训班，或认定的文件"))
    trainer_course = models.ForeignKey(TrainerCourse, null=True, on_delete=models.PROTECT, related_name="rights")
    given_on = models.DateField()
    valid_until = models.DateField(help_text=_("到这天为止，当天已不算"))
    rule = models.CharField(max_length=80, blank=True, help_text=_("按哪条规定、哪一版"))
    withdrawn_for = models.CharField(max_length=200, blank=True, help_text=_("收回的原因"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gt=F("given_on")), name="right_days_in_order"),
            models.CheckConstraint(
                condition=Q(source="course", trainer_course__isnull=False)
                | Q(source="grant", trainer_course__isnull=True),
                name="right_says_where_from",
            ),
        ]
        indexes = [
            models.Index(fields=["key", "teacher"], condition=Q(withdrawn_for=""), name="right_to_teach"),
            models.Index(fields=["valid_until"], condition=Q(withdrawn_for=""), name="right_ends"),
        ]
