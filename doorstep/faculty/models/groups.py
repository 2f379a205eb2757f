"""Who goes round and lectures: groups with members and topics, tours they plan, lectures they have given."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from doorstep.core.models import alone
from doorstep.faculty.models.teachers import Teacher


class LectureGroup(models.Model):
    """A unit's group of people who go round and lecture."""

    class Level(models.TextChoices):
        """Of which level the unit is."""

        CITY = "city", _("市级")
        COUNTY = "county", _("县级")
        TOWNSHIP = "township", _("乡镇级")
        AGENCY = "agency", _("单位")

    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="lecture_groups")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    level = models.CharField(max_length=10, choices=Level.choices)
    name = models.CharField(max_length=80)
    leader = models.ForeignKey(Teacher, null=True, on_delete=models.PROTECT, related_name="+", help_text=_("团长"))
    founded_on = models.DateField()
    ended_on = models.DateField(null=True, help_text=_("从这天起不再宣讲"))
    ended_for = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(ended_on=None), name="lecture_group_name_of_unit"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("founded_on")), name="lecture_group_days_in_order"
            ),
        ]
        indexes = [models.Index(fields=["place"], name="lecture_group_place", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """Somebody's place in a group, from a day on, until they left it; one may be in many groups."""

    group = models.ForeignKey(LectureGroup, on_delete=models.PROTECT, related_name="members")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="memberships")
    joined_on = models.DateField()
    left_on = models.DateField(null=True, help_text=_("从这天起不在团"))
    left_for = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gt=F("joined_on")), name="group_member_days_in_order"
            ),
            ExclusionConstraint(
                name="group_member_once",
                expressions=[
                    (alone(F("teacher_id")), RangeOperators.OVERLAPS),
                    (alone(F("group_id")), RangeOperators.OVERLAPS),
                    (
                        Func(F("joined_on"), F("left_on"), function="daterange", output_field=models.Field()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def is_in_on(self, day: date) -> bool:
        """Whether one is in the group on a day."""
        return self.joined_on <= day and (self.left_on is None or day < self.left_on)


class GroupTopic(models.Model):
    """What a group lectures about in a year, with what is to be said."""

    group = models.ForeignKey(LectureGroup, on_delete=models.PROTECT, related_name="topics")
    year = models.SmallIntegerField()
    title = models.CharField(max_length=80)
    outline = models.TextField(blank=True, max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "year", "title"], name="group_topic_once_a_year")]

    def __str__(self) -> str:
        return self.title


class Tour(models.Model):
    """A round of lectures that a group plans about one topic."""

    group = models.ForeignKey(LectureGroup, on_delete=models.PROTECT, related_name="tours")
    topic = models.ForeignKey(GroupTopic, on_delete=models.PROTECT, related_name="tours")
    title = models.CharField(max_length=80)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.title


class Spoken(models.Model):
    """Where and when somebody lectures: at a unit, perhaps at one of its bases."""

    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="%(class)ss")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="+", help_text=_("在哪个单位"))
    base = models.ForeignKey("bases.Base", null=True, on_delete=models.PROTECT, related_name="+")
    where = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def spot(self) -> str:
        """The place in words: the base, else the unit, and where there."""
        name = self.base.name if self.base else self.unit.short_name
        return f"{name} {self.where}".strip()


class TourStop(Spoken):
    """One sitting of a tour; who is to give it is asked for it, as for a lesson."""

    tour = models.ForeignKey(Tour, on_delete=models.PROTECT, related_name="stops")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_for = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="tour_stop_times_in_order"),
        ]


class Lecture(Spoken):
    """A lecture that was given, counted once; heads are person-times. What was taken back stays on record."""

    group = models.ForeignKey(LectureGroup, on_delete=models.PROTECT, related_name="lectures")
    topic = models.ForeignKey(GroupTopic, on_delete=models.PROTECT, related_name="lectures")
    stop = models.ForeignKey(TourStop, null=True, on_delete=models.PROTECT, related_name="lectures")
    place = models.CharField(max_length=200, help_text=_("宣讲团的位置"))
    county = models.CharField(max_length=6)
    given_on = models.DateField()
    heads = models.PositiveIntegerField(help_text=_("人次"))
    revision = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="lecture_times_in_order"),
            models.CheckConstraint(condition=Q(heads__gt=0), name="lecture_somebody_heard"),
            models.UniqueConstraint(fields=["stop"], condition=Q(voided_at=None), name="lecture_once_a_stop"),
            # Two groups may share a lecturer: what one of them has entered the other does not count again.
            ExclusionConstraint(
                name="lecture_counted_once",
                expressions=[
                    (alone(F("teacher_id")), RangeOperators.OVERLAPS),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=models.Field()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(voided_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["place", "given_on"], name="lecture_place_day", opclasses=["text_pattern_ops", "date_ops"]
            ),
            models.Index(fields=["group", "given_on"], name="lecture_of_group"),
        ]
