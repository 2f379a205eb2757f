"""Coaches, boats and mobile schools that go out with a session."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """The column of sessions."""

    dependencies = [
        ('classes', '0010_outside_groups'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='brings',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, db_default=[], default=list, help_text='随班派出的车船、流动党校', size=None),
        ),
    ]
