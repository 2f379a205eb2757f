import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bases', '0012_venue_rules'),
        ('catalogue', '0007_panoramas'),
        ('classes', '0008_waiting_lists'),
        ('faculty', '0005_guiding_and_training'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='changed_at',
            field=models.DateTimeField(help_text='最近一次改的时间；没有改过的空着', null=True),
        ),
        migrations.AddField(
            model_name='session',
            name='revision',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='改过几次'),
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('person', '我的日程'), ('base', '阵地'), ('teacher', '教师'), ('route', '精品路线')], max_length=10)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('made_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(help_text='最近一次被读的时间，一小时最多记一次', null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL)),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bases.base')),
                ('route', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalogue.route')),
                ('teacher', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='faculty.teacher')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('base', None), ('kind', 'person'), ('route', None), ('teacher', None)), models.Q(('base__isnull', False), ('kind', 'base'), ('route', None), ('teacher', None)), models.Q(('base', None), ('kind', 'teacher'), ('route', None), ('teacher__isnull', False)), models.Q(('base', None), ('kind', 'route'), ('route__isnull', False), ('teacher', None)), _connector='OR'), name='feed_of_one_thing'), models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('account', 'kind', 'base', 'teacher', 'route'), name='feed_one_living_address', nulls_distinct=False)],
            },
        ),
    ]
