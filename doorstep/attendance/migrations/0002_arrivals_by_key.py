"""Arrivals are found by their key; the database need not check again what an enrolment vouches for."""

import django.db.models.deletion
from django.db import migrations, models


def _link(to, related_name, **options):
    return models.ForeignKey(
        db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to, **options
    )


class Migration(migrations.Migration):
    """Keys, and lighter links."""

    dependencies = [
        ("attendance", "0001_tables"),
        ("classes", "0001_tables"),
        ("directory", "0001_tables"),
    ]

    operations = [
        migrations.AlterField("checkin", "person", _link("directory.person", "check_ins", db_index=False)),
        migrations.AlterField("checkin", "session", _link("classes.session", "check_ins", db_index=False)),
        migrations.AlterField("mark", "person", _link("directory.person", "marks")),
        migrations.AlterField("mark", "session", _link("classes.session", "marks", db_index=False)),
        migrations.RemoveIndex("checkin", "checkin_session"),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.UniqueConstraint(fields=("key", "county"), name="checkin_key_unique"),
        ),
    ]
