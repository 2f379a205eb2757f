"""Secret addresses under which calendars are read without signing in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """An address of one account for one calendar, kept only as a digest; it shows what its owner may see."""

    class Kind(models.TextChoices):
        """Whose calendar."""

        PERSON = "person", _("我的日程")
        BASE = "base", _("阵地")
        TEACHER = "teacher", _("教师")
        ROUTE = "route", _("精品路线")

    account = models.ForeignKey("directory.Account", on_delete=models.CASCADE, related_name="calendar_feeds")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    base = models.ForeignKey("bases.Base", null=True, on_delete=models.CASCADE, related_name="+")
    teacher = models.ForeignKey("faculty.Teacher", null=True, on_delete=models.CASCADE, related_name="+")
    route = models.ForeignKey("catalogue.Route", null=True, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, help_text=_("最近一次被读的时间，一小时最多记一次"))
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="person", base=None, teacher=None, route=None)
                | Q(kind="base", base__isnull=False, teacher=None, route=None)
                | Q(kind="teacher", base=None, teacher__isnull=False, route=None)
                | Q(kind="route", base=None, teacher=None, route__isnull=False),
                name="feed_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["account", "kind", "base", "teacher", "route"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="feed_one_living_address",
            ),
        ]

    @property
    def thing_id(self) -> int | None:
        """The id of the base, teacher or route it is of; None for one's own."""
        return self.base_id or self.teacher_id or self.route_id
