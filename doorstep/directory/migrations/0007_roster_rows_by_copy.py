"""Rows of a roster come in one COPY: the database no longer looks up their import for each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0006_membership_stays"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rosterrow",
            name="roster_import",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="directory.rosterimport",
            ),
        ),
    ]
