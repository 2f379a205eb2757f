"""What is kept of a roster import between the upload and the day it can no longer be undone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.directory.models.network import PersonColumns, Unit


class RosterImport(models.Model):
    """One uploaded roster: the file, the answers given, what the check found, whether it was written."""

    class Status(models.TextChoices):
        """Where the import stands."""

        CHECKING = "checking", _("核对中")
        CHECKED = "checked", _("待写入")
        REFUSED = "refused", _("不能读取")
        COMMITTED = "committed", _("已写入")
        UNDONE = "undone", _("已撤销")
        DROPPED = "dropped", _("已放弃")

    account_id = models.BigIntegerField(null=True, db_index=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roster_imports")
    place = models.CharField(max_length=200)
    county = models.CharField(max_length=6)
    filename = models.CharField(max_length=200)
    file = models.CharField(max_length=200, blank=True, help_text=_("相对于文件目录；过期后清空"))
    digest = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField(help_text=_("读法的版本"))
    allow_demo = models.BooleanField(default=False)
    effective_on = models.DateField(help_text=_("新增的人从哪天起算在支部"))
    sheet = models.CharField(max_length=80, blank=True)
    answers_sealed = models.BinaryField(default=b"", help_text=_("对列、支部、单元格的答复"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CHECKING)
    layout = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    refusal = models.JSONField(default=dict)
    written = models.JSONField(default=dict, help_text=_("写入了什么，撤销时用"))
    task_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["place", "-id"], name="roster_import_place", opclasses=["text_pattern_ops", "int8_ops"]
            ),
            models.Index(fields=["digest"], name="roster_import_digest"),
        ]

    @property
    def is_over(self) -> bool:
        """True once nothing is left to check: a job that runs again after its work was done changes nothing."""
        return self.status not in (self.Status.CHECKING, self.Status.CHECKED)


class RosterRow(PersonColumns):
    """One sheet row that is not simply unchanged: what would be written, and what stands against it."""

    class Action(models.TextChoices):
        """What writing the row does."""

        NONE = "none", _("不写入")
        NEW = "new", _("新增")
        UPDATE = "update", _("更新")
        MOVE = "move", _("转入")

    pk = models.CompositePrimaryKey("roster_import_id", "row")
    # The database does not look the import up for each of 200,000 rows: they come in one COPY of who holds its lock.
    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="rows", db_constraint=False)
    row = models.PositiveIntegerField()
    status = models.CharField(max_length=10)
    action = models.CharField(max_length=6, choices=Action.choices, default=Action.NONE)
    person_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    from_unit_id = models.BigIntegerField(null=True)
    posts = models.CharField(max_length=40, blank=True)
    changed = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    raw_sealed = models.BinaryField(default=b"", help_text=_("填的内容和建议，只在有问题的行"))

    class Meta:
        indexes = [
            models.Index(
                fields=["roster_import", "row"],
                name="roster_row_troubled",
                condition=models.Q(status__in=["warn", "error", "ambiguous", "conflict"]),
            ),
        ]


class RosterBefore(PersonColumns):
    """A person as they were before a roster changed them; what an undo puts back."""

    pk = models.CompositePrimaryKey("roster_import_id", "person_id")
    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="before")
    person_id = models.BigIntegerField()
    county = models.CharField(max_length=6)
    updated_at = models.DateTimeField()
