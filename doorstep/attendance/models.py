"""Who was in the room."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.core.models import append_only


class CheckIn(models.Model):
    """One arrival, as it was witnessed; append-only, at most one a person and session."""

    class Method(models.TextChoices):
        """How the arrival was witnessed."""

        ROOM_CODE = "room_code", _("扫会场码")
        PERSONAL_CODE = "personal_code", _("出示个人码")
        ROLL_CALL = "roll_call", _("点名")
        DEVICE = "device", _("离线设备")

    pk = models.CompositePrimaryKey("session", "person", "county", "year")
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField()
    # Written only from an enrolment and its class, whose keys the database checks; checking them again would
    # lock the session's row for each arrival. Invariants prove it. The primary key serves as the session's index.
    session = models.ForeignKey(
        "classes.Session", on_delete=models.PROTECT, related_name="check_ins", db_index=False, db_constraint=False
    )
    person = models.ForeignKey(
        "directory.Person", on_delete=models.PROTECT, related_name="check_ins", db_index=False, db_constraint=False
    )
    key = models.UUIDField(default=uuid.uuid4, help_text=_("同一键即同一次到场"))
    arrived_at = models.DateTimeField()
    received_at = models.DateTimeField()
    method = models.CharField(max_length=14, choices=Method.choices)
    account_id = models.BigIntegerField(null=True, help_text=_("谁记的：本人或工作人员"))
    device = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "county"], name="checkin_key_unique")]
        triggers = append_only()


class DigitTries(models.Model):
    """How often a person has typed the digits of a room since the first try; gone once they were right."""

    person = models.OneToOneField("directory.Person", primary_key=True, on_delete=models.CASCADE, related_name="+")
    count = models.PositiveSmallIntegerField()
    since = models.DateTimeField()


class Mark(models.Model):
    """How one person's half day stands on the roll; corrections are traced in the activity log."""

    class State(models.TextChoices):
        """The seven marks of a roll sheet."""

        PRESENT = "present", _("出勤")
        LATE = "late", _("迟到")
        EARLY = "early", _("早退")
        PERSONAL_LEAVE = "personal_leave", _("事假")
        SICK_LEAVE = "sick_leave", _("病假")
        OFFICIAL_LEAVE = "official_leave", _("公假")
        ABSENT = "absent", _("旷课")

    pk = models.CompositePrimaryKey("session", "person", "county", "year")
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField()
    session = models.ForeignKey(
        "classes.Session", on_delete=models.PROTECT, related_name="marks", db_index=False, db_constraint=False
    )
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="marks", db_constraint=False)
    state = models.CharField(max_length=14, choices=State.choices)
    source = models.CharField(max_length=10, help_text=_("check_in roll_call leave closing correction"))
    revision = models.PositiveSmallIntegerField(default=0)
    marked_at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)


class Roll(models.Model):
    """The roll of a class; once closed, changes are corrections with a reason."""

    training_class = models.OneToOneField("classes.TrainingClass", on_delete=models.PROTECT, related_name="roll")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("directory.Account", null=True, on_delete=models.PROTECT, related_name="+")
    present_count = models.PositiveIntegerField(default=0)
