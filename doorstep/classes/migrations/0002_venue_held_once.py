"""Lets no two sessions hold one venue at a time, and keeps with a leave the place of the person."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models


class Migration(migrations.Migration):
    """One venue, one session at a time."""

    dependencies = [("classes", "0001_tables")]

    operations = [
        migrations.AddField(
            model_name="leave",
            name="place",
            field=models.CharField(default="", help_text="学员报名时所在支部的位置", max_length=200),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("is_cancelled", False), ("venue__isnull", False)),
                expressions=[
                    (
                        models.Func(
                            models.F("venue_id"),
                            models.F("venue_id"),
                            models.Value("[]"),
                            function="int8range",
                            output_field=models.Field(),
                        ),
                        django.contrib.postgres.fields.ranges.RangeOperators.OVERLAPS,
                    ),
                    (
                        models.Func(
                            models.F("starts_at"),
                            models.F("ends_at"),
                            function="tstzrange",
                            output_field=models.Field(),
                        ),
                        django.contrib.postgres.fields.ranges.RangeOperators.OVERLAPS,
                    ),
                ],
                name="session_venue_held_once",
            ),
        ),
    ]
