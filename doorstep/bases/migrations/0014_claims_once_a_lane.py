"""No two claims hold one room, one vehicle or one mobile school at a time, ways included."""

import django.contrib.postgres.constraints
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The constraint over lanes."""

    dependencies = [
        ('bases', '0013_vehicles_and_lanes'),
        ('directory', '0007_roster_rows_by_copy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='reservation',
            name='reservation_times_in_order',
        ),
        migrations.RemoveConstraint(
            model_name='reservation',
            name='reservation_part_held_once',
        ),
        migrations.RemoveConstraint(
            model_name='reservation',
            name='reservation_venue_held_once',
        ),
        migrations.AlterField(
            model_name='reservation',
            name='held_from',
            field=models.DateTimeField(help_text='连去的路上，从几时起'),
        ),
        migrations.AlterField(
            model_name='reservation',
            name='lane',
            field=models.BigIntegerField(help_text='占着的是什么：场地或车船自己；流动党校是整所，记负的阵地编号'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(fields=['lane', 'held_from'], name='reservation_of_lane'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at')), ('free_at__gte', models.F('ends_at')), ('held_from__lte', models.F('starts_at'))), name='reservation_times_in_order'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'live'), models.Q(('holder', ''), _negated=True)), fields=('holder', 'part', 'venue'), name='reservation_part_held_once'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_shared', False), ('state', 'live')), expressions=[(models.Func(models.F('lane'), models.F('lane'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('held_from'), models.F('free_at'), function='tstzrange', output_field=models.Field()), '&&')], name='reservation_venue_held_once'),
        ),
    ]
