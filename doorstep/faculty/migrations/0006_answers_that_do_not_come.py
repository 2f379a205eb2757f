"""Invitations know when their teacher was reminded to answer; those to come are found by their time."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('faculty', '0005_guiding_and_training'),
    ]

    operations = [
        migrations.AddField(
            model_name='engagement',
            name='reminded_on',
            field=models.DateField(help_text='哪天提醒过答复', null=True),
        ),
        migrations.AddIndex(
            model_name='engagement',
            index=models.Index(fields=['starts_at'], name='engagement_moment'),
        ),
    ]
