"""Guidance stations of party schools: who works there, which schools they serve, when they coached whom."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from doorstep.core.models import alone
from doorstep.faculty.models.teachers import Teacher


class Station(models.Model):
    """A guidance station for teachers, kept by the office of a unit."""

    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="stations")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    name = models.CharField(max_length=80)
    founded_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="station_name_of_unit_unique")]
        indexes = [models.Index(fields=["place"], name="station_place_like", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name


class StationStaff(models.Model):
    """A teacher who works at a station from a day on, until a day that is not included."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="staff")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="stations")
    since = models.DateField()
    until = models.DateField(null=True, help_text=_("从这天起不在站"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="station_staff_in_order"),
            ExclusionConstraint(
                name="station_staff_once",
                expressions=[
                    (alone(F("teacher_id")), RangeOperators.OVERLAPS),
                    (alone(F("station_id")), RangeOperators.OVERLAPS),
                    (
                        Func(F("since"), F("until"), function="daterange", output_field=models.Field()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class StationSchool(models.Model):
    """A unit whose school, with its teaching points, a station serves from a day on."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="schools")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, help_text=_("从这天起不再指导"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="station_school_in_order"),
            ExclusionConstraint(
                name="station_school_once",
                expressions=[
                    (alone(F("unit_id")), RangeOperators.OVERLAPS),
                    (alone(F("station_id")), RangeOperators.OVERLAPS),
                    (
                        Func(F("since"), F("until"), function="daterange", output_field=models.Field()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class Coaching(models.Model):
    """One coaching session: a teacher of the station at a school on a day; taken back with a reason, never lost."""

    school = models.ForeignKey(StationSchool, on_delete=models.PROTECT, related_name="coachings")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="coachings")
    held_on = models.DateField()
    subject = models.CharField(max_length=100, help_text=_("指导什么"))
    findings = models.CharField(max_length=400)
    withdrawn_for = models.CharField(max_length=200, blank=True, help_text=_("撤回的原因"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "teacher", "held_on", "subject"],
                condition=Q(withdrawn_for=""),
                name="coaching_counted_once",
            ),
        ]
        indexes = [models.Index(fields=["school", "-held_on"], name="coaching_of_school")]
