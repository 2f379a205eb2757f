"""Who is covered: one standing a person, year and unit, folded into one tally a unit and year."""

# All rows here are derived from memberships, posts and the ledger and can be rebuilt at any time, so the database
# checks no foreign keys, and no key has an index of its own beside those that are read.

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class KeptYear(models.Model):
    """A year whose standings and tallies are kept current; other years are worked out when asked for."""

    year = models.SmallIntegerField(primary_key=True)
    rebuilt_at = models.DateTimeField()
    folded_at = models.DateTimeField()


class Standing(models.Model):
    """How a person stands in a year at a unit.

    `is_home` marks the unit that answers for the person (today, or on the last day of a past year). Person-times
    and hours stay with the unit the person belonged to on the day they were earned.
    """

    pk = models.CompositePrimaryKey("county", "year", "person", "unit")
    county = models.CharField(max_length=6)
    year = models.SmallIntegerField()
    person = models.ForeignKey(
        "directory.Person", on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="standings"
    )
    unit = models.ForeignKey(
        "directory.Unit", on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="standings"
    )
    is_home = models.BooleanField()
    is_leader = models.BooleanField(default=False)
    required = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    earned = models.DecimalField(max_digits=6, decimal_places=1, default=0, help_text=_("全年全部学时，仅 is_home"))
    is_trained = models.BooleanField(default=False)
    is_met = models.BooleanField(default=False)
    person_times = models.IntegerField(default=0)
    hours = models.DecimalField(max_digits=6, decimal_places=1, default=0)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "year", "is_trained", "person"], name="standing_unit"),
            models.Index(fields=["person", "year"], name="standing_person"),
        ]


class Delta(models.Model):
    """A change of a unit's own figures that is not yet folded into the tallies."""

    id = models.BigAutoField(primary_key=True)
    year = models.SmallIntegerField()
    unit = models.ForeignKey(
        "directory.Unit", on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    members = models.IntegerField(default=0)
    leaders = models.IntegerField(default=0)
    trained = models.IntegerField(default=0)
    trained_leaders = models.IntegerField(default=0)
    met = models.IntegerField(default=0)
    met_leaders = models.IntegerField(default=0)
    person_times = models.IntegerField(default=0)
    hours = models.DecimalField(max_digits=10, decimal_places=1, default=0)


class Tally(models.Model):
    """The figures of a unit with everything below it in a year, kept current by folding deltas."""

    pk = models.CompositePrimaryKey("unit", "year")
    unit = models.ForeignKey(
        "directory.Unit", on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="tallies"
    )
    year = models.SmallIntegerField()
    members = models.IntegerField(default=0)
    leaders = models.IntegerField(default=0)
    trained = models.IntegerField(default=0)
    trained_leaders = models.IntegerField(default=0)
    met = models.IntegerField(default=0)
    met_leaders = models.IntegerField(default=0)
    person_times = models.IntegerField(default=0)
    hours = models.DecimalField(max_digits=12, decimal_places=1, default=0)
    folded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(trained__lte=F("members")), name="tally_trained_of_members")]
