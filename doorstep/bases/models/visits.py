"""Who came to see a place outside any class, counted in person-times."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doorstep.bases.models.places import Base


class Visit(models.Model):
    """A group that came on a day: how many from here, how many from elsewhere; nobody's name, nobody's number."""

    class Kind(models.TextChoices):
        """What kind of group."""

        OWN = "own", _("本单位")
        OUTSIDE = "outside", _("外单位")
        PUBLIC = "public", _("群众")

    pk = models.CompositePrimaryKey("county", "id", "year")
    county = models.CharField(max_length=6)
    id = models.UUIDField(default=uuid.uuid4, editable=False)
    year = models.SmallIntegerField()
    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="visits", db_index=False)
    visited_on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    local_count = models.PositiveIntegerField(help_text=_("人次，本地来的"))
    outside_count = models.PositiveIntegerField(help_text=_("人次，外地来的"))
    key = models.UUIDField(help_text=_("同一键即同一次登记"))
    revision = models.PositiveIntegerField(default=1, help_text=_("每改一次加一，后到的人据此知道已被改过"))
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        "directory.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    voided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["base", "visited_on"], name="visit_of_base"),
            models.Index(fields=["visited_on"], name="visit_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["county", "key"], name="visit_key_unique"),
            models.CheckConstraint(condition=Q(local_count__gt=0) | Q(outside_count__gt=0), name="visit_somebody_came"),
            models.CheckConstraint(condition=Q(visited_on__year=models.F("year")), name="visit_year_is_its_days"),
        ]

    @property
    def people(self) -> int:
        """Person-times, from here and from elsewhere."""
        return self.local_count + self.outside_count
