"""What is kept of own will and assignment: one line a person (or a unit's orders) and month, summed up by unit."""

# All rows here are derived from seats and orders and can be counted anew at any time, so the database checks no
# foreign keys, and no key has an index of its own beside those that are read.

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WillYear(models.Model):
    """A year whose figures are kept current; other years are counted when asked for."""

    year = models.SmallIntegerField(primary_key=True)
    counted_at = models.DateTimeField(help_text=_("数字更新到什么时候"))


class WillLine(models.Model):
    """The seats of a person at a unit in a month, or the orders of the unit in it; what the tallies were made of."""

    pk = models.CompositePrimaryKey("county", "year", "person_id", "unit", "month")
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField()
    person_id = models.BigIntegerField(help_text=_("学员；0 是单位的点单"))
    unit = models.ForeignKey(
        "directory.Unit", on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    month = models.SmallIntegerField(help_text=_("班在几月开，点单想几月去"))
    place = models.CharField(max_length=200)
    trade = models.CharField(max_length=60, blank=True, help_text=_("职业"))
    chosen = models.IntegerField(default=0, help_text=_("自选，人次"))
    assigned = models.IntegerField(default=0, help_text=_("安排，人次"))
    orders_own = models.IntegerField(default=0, help_text=_("自己点的，单"))
    orders_assigned = models.IntegerField(default=0, help_text=_("安排的，单"))

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "unit"], name="will_line_person"),
            models.Index(fields=["place"], name="will_line_place_like", opclasses=["text_pattern_ops"]),
        ]


class WillTally(models.Model):
    """The figures of a unit with everything below it: of the year, of a month or an occupation in it; or its own."""

    class Part(models.TextChoices):
        """What the figures are of; `key` is the month or the occupation."""

        YEAR = "year", _("全年")
        MONTH = "month", _("按月")
        TRADE = "trade", _("按职业")
        OWN = "own", _("直属本级")

    pk = models.CompositePrimaryKey("unit", "year", "part", "key")
    unit = models.ForeignKey(
        "directory.Unit", on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    year = models.SmallIntegerField()
    part = models.CharField(max_length=5, choices=Part.choices)
    key = models.CharField(max_length=60, blank=True)
    chosen = models.IntegerField(default=0, help_text=_("自选，人次"))
    assigned = models.IntegerField(default=0, help_text=_("安排，人次"))
    choosers = models.IntegerField(default=0, help_text=_("自己选过的，人"))
    persons = models.IntegerField(default=0, help_text=_("参加的，人"))
    orders_own = models.IntegerField(default=0, help_text=_("自己点的，单"))
    orders_assigned = models.IntegerField(default=0, help_text=_("安排的，单"))
