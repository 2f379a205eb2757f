"""Who looks after which place: liaison points, standing links with their visits, county leaders of schools."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from doorstep.core.models import alone
from doorstep.faculty.models.teachers import Teacher


def _days() -> Func:
    return Func(F("valid_from"), F("valid_to"), function="daterange", output_field=models.Field())


class LiaisonPoint(models.Model):
    """A place where theory goes to the grass roots, kept by a unit, at a unit or one of its bases."""

    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="liaison_points")
    place = models.CharField(max_length=200, help_text=_("谁管：这个单位的位置"))
    name = models.CharField(max_length=80, unique=True)
    host = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", help_text=_("设在哪个单位"))
    base = models.ForeignKey("bases.Base", null=True, on_delete=models.PROTECT, related_name="+")
    county = models.CharField(max_length=6)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text=_("从这天起撤销"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="liaison_point_days_in_order"
            ),
        ]
        indexes = [models.Index(fields=["place"], name="liaison_point_place", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name


class StandingLink(models.Model):
    """A teacher linked from a day on to a school, a teaching point or a liaison point."""

    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="links")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", help_text=_("联系的单位"))
    place = models.CharField(max_length=200, help_text=_("谁管：联系的单位或联系点的位置"))
    county = models.CharField(max_length=6)
    base = models.ForeignKey("bases.Base", null=True, on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey(LiaisonPoint, null=True, on_delete=models.PROTECT, related_name="links")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text=_("从这天起不再联系"))
    ended_for = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="standing_link_days_in_order"
            ),
            ExclusionConstraint(
                name="standing_link_once",
                expressions=[
                    (alone(F("teacher_id")), RangeOperators.OVERLAPS),
                    (alone(F("unit_id")), RangeOperators.OVERLAPS),
                    (alone(Coalesce(F("base_id"), Value(0))), RangeOperators.OVERLAPS),
                    (alone(Coalesce(F("point_id"), Value(0))), RangeOperators.OVERLAPS),
                    (_days(), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["place"], name="standing_link_place", opclasses=["text_pattern_ops"]),
        ]

    @property
    def target(self) -> str:
        """What the teacher is linked to, in words."""
        return str(self.point or self.base or self.unit.short_name)


class LinkVisit(models.Model):
    """A day on which the linked teacher was there: what they found, what is to follow until when."""

    class Kind(models.TextChoices):
        """What they came for."""

        VISIT = "visit", _("走访")
        LESSON = "lesson", _("上课")

    link = models.ForeignKey(StandingLink, on_delete=models.PROTECT, related_name="visits")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    visited_on = models.DateField()
    findings = models.CharField(max_length=400)
    follow_up = models.CharField(max_length=200, blank=True, help_text=_("要跟进什么"))
    due_on = models.DateField(null=True, help_text=_("跟进到哪天"))
    done_on = models.DateField(null=True, help_text=_("哪天办完"))
    outcome = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "visited_on", "kind"], condition=Q(voided_at=None), name="link_visit_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(follow_up="", due_on=None, done_on=None) | (~Q(follow_up="") & Q(due_on__isnull=False)),
                name="link_visit_follow_up_is_due",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | (Q(done_on__gte=F("visited_on")) & ~Q(outcome="")),
                name="link_visit_done_with_outcome",
            ),
        ]


class LeaderLink(models.Model):
    """The county leader linked to a party school: name and post, nothing else; as a teacher, where they are one."""

    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", help_text=_("党校的单位"))
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    name = models.CharField(max_length=60)
    post = models.CharField(max_length=60)
    teacher = models.ForeignKey(Teacher, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text=_("从这天起不再挂钩"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="leader_link_days_in_order"
            ),
            ExclusionConstraint(
                name="leader_link_one_a_school",
                expressions=[(alone(F("unit_id")), RangeOperators.OVERLAPS), (_days(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FirstLesson(models.Model):
    """The first lesson of a year at a school, given by its leader and entered by hand."""

    leader = models.ForeignKey(LeaderLink, on_delete=models.PROTECT, related_name="lessons")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField()
    given_on = models.DateField()
    title = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="first_lesson_once_a_year"),
            models.CheckConstraint(condition=Q(given_on__year=F("year")), name="first_lesson_year_is_its_days"),
        ]
