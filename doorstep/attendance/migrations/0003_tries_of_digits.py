"""Counts typed digits for all processes together."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One row a person."""

    dependencies = [("attendance", "0002_arrivals_by_key"), ("directory", "0001_tables")]

    operations = [
        migrations.CreateModel(
            name="DigitTries",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="directory.person",
                    ),
                ),
                ("count", models.PositiveSmallIntegerField()),
                ("since", models.DateTimeField()),
            ],
        ),
    ]
