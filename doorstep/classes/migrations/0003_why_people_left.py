"""Keeps with a seat why closing the roll ended it, and with a leave when the person came back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Seats ended by closings before: the reason stands in the log.
FROM_THE_LOG = """
UPDATE classes_enrolment e SET left_for = a.detail -> 'withdrawn' ->> e.person_id::text
FROM core_activity a
WHERE a.event = 'classes.class_finished' AND a.subject_id = e.training_class_id::text
  AND e.status = 'withdrawn' AND a.detail -> 'withdrawn' ? e.person_id::text
"""


class Migration(migrations.Migration):
    """Reasons and returns."""

    dependencies = [
        ("classes", "0002_venue_held_once"),
        ("core", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="left_for",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="结考勤时按退学处理的原因", max_length=20
            ),
        ),
        migrations.AddField(
            model_name="leave",
            name="returned_at",
            field=models.DateTimeField(help_text="销假的时间", null=True),
        ),
        migrations.AddField(
            model_name="leave",
            name="returned_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="leave",
            name="back_from",
            field=models.DateTimeField(help_text="提前回来的，从这时开始的课次起不再算请假", null=True),
        ),
        migrations.RunSQL(FROM_THE_LOG, migrations.RunSQL.noop),
    ]
