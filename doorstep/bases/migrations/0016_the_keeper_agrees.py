"""A keeper may want to be asked before a guest has a room; what is asked for is held meanwhile."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The word of the keeper."""

    dependencies = [
        ("bases", "0015_papers_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name='bookingrule',
            name='asks_first',
            field=models.BooleanField(db_default=False, default=False, help_text='外单位约场地，要先同意'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='is_asked',
            field=models.BooleanField(db_default=False, default=False, help_text='等阵地同意'),
        ),
        migrations.AddField(
            model_name='venuerule',
            name='asks_first',
            field=models.BooleanField(db_default=False, default=False, help_text='外单位约场地，要先同意'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('is_asked', False), ('expires_at__isnull', False), _connector='OR'), name='reservation_asked_for_a_while'),
        ),
    ]
