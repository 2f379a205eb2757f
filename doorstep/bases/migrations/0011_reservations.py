"""One table of claims on venues, so that no two of them overlap, whoever books."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Reservations."""

    dependencies = [
        ('bases', '0010_booking_rules'),
        ('directory', '0007_roster_rows_by_copy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='venue',
            name='buffer_minutes',
            field=models.PositiveSmallIntegerField(help_text='两次使用之间至少隔几分钟', null=True),
        ),
        migrations.AddField(
            model_name='venue',
            name='is_shared',
            field=models.BooleanField(db_default=False, default=False, help_text='几家可以同时用，坐得下就行'),
        ),
        migrations.CreateModel(
            name='ReservationSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('repeat', models.CharField(choices=[('weekly', '每周'), ('fortnightly', '每两周'), ('monthly', '每月的这个星期几')], max_length=12)),
                ('first_on', models.DateField()),
                ('until', models.DateField(help_text='最后一天')),
                ('booked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_for', models.CharField(blank=True, choices=[('cancelled', '取消了'), ('misses', '几次没有来用')], max_length=10)),
                ('booked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
                ('venue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='bases.venue')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('until__gte', models.F('first_on'))), name='series_days_in_order'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_for', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_for', ''), _negated=True)), _connector='OR'), name='series_ended_with_reason'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('class', '培训班'), ('meeting', '开会'), ('other', '其他用途')], max_length=10)),
                ('state', models.CharField(choices=[('live', '已约好'), ('released', '已放开'), ('cancelled', '已取消'), ('unused', '没有来用')], default='live', max_length=10)),
                ('purpose', models.CharField(help_text='做什么用', max_length=120)),
                ('heads', models.PositiveIntegerField(help_text='人')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('free_at', models.DateTimeField(help_text='收拾完，下一家可以进来的时候')),
                ('buffer_minutes', models.PositiveSmallIntegerField(default=0, help_text='约的时候规定的间隔')),
                ('is_shared', models.BooleanField(default=False, help_text='和别人同时用')),
                ('holder', models.CharField(blank=True, max_length=40)),
                ('part', models.BigIntegerField(null=True)),
                ('expires_at', models.DateTimeField(help_text='先留着的，留到什么时候', null=True)),
                ('asked_at', models.DateTimeField()),
                ('key', models.UUIDField(help_text='同一次提交只约一次', null=True, unique=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(help_text='哪个单位约的', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
                ('venue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='bases.venue')),
                ('series', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='bases.reservationseries')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at')), ('free_at__gte', models.F('ends_at'))), name='reservation_times_in_order'),
                    models.CheckConstraint(condition=models.Q(models.Q(('expires_at', None), ('kind', 'class'), ('part__isnull', False), models.Q(('holder', ''), _negated=True)), models.Q(models.Q(('kind', 'class'), _negated=True), ('holder', ''), ('part', None)), _connector='OR'), name='reservation_holder_of_classes'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'live')), models.Q(models.Q(('state', 'live'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='reservation_ended_when_not_live'),
                    models.UniqueConstraint(condition=models.Q(('state', 'live'), models.Q(('holder', ''), _negated=True)), fields=('holder', 'part'), name='reservation_part_held_once'),
                ],
                'indexes': [
                    models.Index(fields=['venue', 'starts_at'], name='reservation_of_venue'),
                    models.Index(fields=['starts_at'], name='reservation_moment'),
                    models.Index(condition=models.Q(('expires_at__isnull', False), ('state', 'live')), fields=['expires_at'], name='reservation_hold_left'),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_shared', False), ('state', 'live')), expressions=[(models.Func(models.F('venue_id'), models.F('venue_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('starts_at'), models.F('free_at'), function='tstzrange', output_field=models.Field()), '&&')], name='reservation_venue_held_once'),
        ),
    ]
