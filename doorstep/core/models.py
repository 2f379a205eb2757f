"""What core keeps: the activity log, dated policies, long tasks, idempotency keys and views of lists."""

from __future__ import annotations

import uuid
from typing import Any

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


def append_only() -> list[pgtrigger.Trigger]:
    """The triggers of a table of facts: no row is changed or removed, and the table is not emptied."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="never_emptied",
            when=pgtrigger.Before,
            level=pgtrigger.Statement,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'pgtrigger: Cannot empty % table', TG_TABLE_NAME;",
        ),
    ]


def alone(column: Any) -> models.Func:
    """A bigint as a range of one element, so that GiST compares it in an exclusion constraint without btree_gist."""
    return models.Func(column, column, models.Value("[]"), function="int8range", output_field=models.Field())


class Activity(models.Model):
    """One thing that happened: audit trail, outbox and webhook source in one append-only row."""

    pk = models.CompositePrimaryKey("county", "year", "id")
    id = models.UUIDField(default=uuid.uuid4, editable=False)
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField()
    at = models.DateTimeField(db_index=True)
    event = models.CharField(max_length=80)
    account_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "at"], name="activity_subject"),
            models.Index(
                fields=["place", "at"], name="activity_place", opclasses=["text_pattern_ops", "timestamptz_ops"]
            ),
        ]
        triggers = append_only()


class Policy(models.Model):
    """A rule's figure as data: value, unit, place, validity and the source it was read from."""

    key = models.CharField(max_length=80)
    value = models.CharField(max_length=400)
    unit = models.CharField(max_length=40, blank=True)
    scope = models.CharField(max_length=120, blank=True)
    rule = models.CharField(max_length=400, blank=True)
    place = models.CharField(max_length=200, blank=True, help_text=_("空 = 全网；否则为单位路径"))
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120)
    status = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "place", "version"], name="policy_version_unique"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="policy_valid_order",
            ),
        ]


class LongTask(models.Model):
    """Work longer than a second that a person may leave: an import, an export."""

    class Status(models.TextChoices):
        """Where the work stands."""

        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("未做成")
        STOPPED = "stopped", _("已停止")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    account_id = models.BigIntegerField(null=True, db_index=True)
    place = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    result_file = models.CharField(max_length=200, blank=True)
    result_name = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)


class IdempotencyKey(models.Model):
    """The answer given to a write, so that the same key gets the same answer."""

    account_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    fingerprint = models.BinaryField(max_length=32)
    status = models.SmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField()
    replays = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "key"], name="idempotency_key_unique")]


class SavedView(models.Model):
    """Filters and sort of a list that an account keeps under a name; never what was searched for in words."""

    account_id = models.BigIntegerField()
    list_name = models.CharField(max_length=60)
    title = models.CharField(max_length=20)
    query = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "list_name", "title"], name="saved_view_title_unique"),
            models.UniqueConstraint(fields=["account_id", "list_name", "query"], name="saved_view_query_unique"),
        ]
