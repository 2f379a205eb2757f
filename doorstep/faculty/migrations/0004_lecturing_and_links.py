"""Lecture groups with tours and lectures; liaison points, standing links with visits; county leaders of schools."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables of lecturing and of links."""

    dependencies = [
        ('bases', '0012_venue_rules'),
        ('directory', '0007_roster_rows_by_copy'),
        ('faculty', '0003_engagements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LeaderLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('name', models.CharField(max_length=60)),
                ('post', models.CharField(max_length=60)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(help_text='从这天起不再挂钩', null=True)),
                ('teacher', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='faculty.teacher')),
                ('unit', models.ForeignKey(help_text='党校的单位', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='leader_link_days_in_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='FirstLesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('year', models.SmallIntegerField()),
                ('given_on', models.DateField()),
                ('title', models.CharField(max_length=120)),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
                ('leader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='faculty.leaderlink')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('unit', 'year'), name='first_lesson_once_a_year'),
                    models.CheckConstraint(condition=models.Q(('given_on__year', models.F('year'))), name='first_lesson_year_is_its_days'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LectureGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('level', models.CharField(choices=[('city', '市级'), ('county', '县级'), ('township', '乡镇级'), ('agency', '单位')], max_length=10)),
                ('name', models.CharField(max_length=80)),
                ('founded_on', models.DateField()),
                ('ended_on', models.DateField(help_text='从这天起不再宣讲', null=True)),
                ('ended_for', models.CharField(blank=True, max_length=200)),
                ('leader', models.ForeignKey(help_text='团长', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='faculty.teacher')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lecture_groups', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('unit', 'name'), name='lecture_group_name_of_unit'),
                    models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('founded_on')), _connector='OR'), name='lecture_group_days_in_order'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='lecture_group_place', opclasses=['text_pattern_ops']),
                ],
            },
        ),
        migrations.CreateModel(
            name='GroupTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.SmallIntegerField()),
                ('title', models.CharField(max_length=80)),
                ('outline', models.TextField(blank=True, max_length=2000)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='topics', to='faculty.lecturegroup')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('group', 'year', 'title'), name='group_topic_once_a_year'),
                ],
            },
        ),
        migrations.CreateModel(
            name='GroupMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_on', models.DateField()),
                ('left_on', models.DateField(help_text='从这天起不在团', null=True)),
                ('left_for', models.CharField(blank=True, max_length=200)),
                ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='faculty.teacher')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='faculty.lecturegroup')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('left_on', None), ('left_on__gt', models.F('joined_on')), _connector='OR'), name='group_member_days_in_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='LiaisonPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(help_text='谁管：这个单位的位置', max_length=200)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('county', models.CharField(max_length=6)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(help_text='从这天起撤销', null=True)),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bases.base')),
                ('host', models.ForeignKey(help_text='设在哪个单位', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='liaison_points', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='liaison_point_days_in_order'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='liaison_point_place', opclasses=['text_pattern_ops']),
                ],
            },
        ),
        migrations.CreateModel(
            name='StandingLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(help_text='谁管：联系的单位或联系点的位置', max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(help_text='从这天起不再联系', null=True)),
                ('ended_for', models.CharField(blank=True, max_length=200)),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bases.base')),
                ('point', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='faculty.liaisonpoint')),
                ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='faculty.teacher')),
                ('unit', models.ForeignKey(help_text='联系的单位', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='standing_link_days_in_order'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='standing_link_place', opclasses=['text_pattern_ops']),
                ],
            },
        ),
        migrations.CreateModel(
            name='LinkVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('visit', '走访'), ('lesson', '上课')], max_length=10)),
                ('visited_on', models.DateField()),
                ('findings', models.CharField(max_length=400)),
                ('follow_up', models.CharField(blank=True, help_text='要跟进什么', max_length=200)),
                ('due_on', models.DateField(help_text='跟进到哪天', null=True)),
                ('done_on', models.DateField(help_text='哪天办完', null=True)),
                ('outcome', models.CharField(blank=True, max_length=200)),
                ('entered_at', models.DateTimeField()),
                ('voided_at', models.DateTimeField(null=True)),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='faculty.standinglink')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('link', 'visited_on', 'kind'), name='link_visit_once_a_day'),
                    models.CheckConstraint(condition=models.Q(models.Q(('done_on', None), ('due_on', None), ('follow_up', '')), models.Q(models.Q(('follow_up', ''), _negated=True), ('due_on__isnull', False)), _connector='OR'), name='link_visit_follow_up_is_due'),
                    models.CheckConstraint(condition=models.Q(('done_on', None), models.Q(('done_on__gte', models.F('visited_on')), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='link_visit_done_with_outcome'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Tour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80)),
                ('planned_at', models.DateTimeField()),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tours', to='faculty.lecturegroup')),
                ('planned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tours', to='faculty.grouptopic')),
            ],
        ),
        migrations.CreateModel(
            name='TourStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('where', models.CharField(blank=True, max_length=120)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('cancelled_for', models.CharField(blank=True, max_length=200)),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bases.base')),
                ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='faculty.teacher')),
                ('tour', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stops', to='faculty.tour')),
                ('unit', models.ForeignKey(help_text='在哪个单位', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='tour_stop_times_in_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Lecture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('where', models.CharField(blank=True, max_length=120)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('place', models.CharField(help_text='宣讲团的位置', max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('given_on', models.DateField()),
                ('heads', models.PositiveIntegerField(help_text='人次')),
                ('revision', models.PositiveIntegerField(default=1, help_text='每改一次加一，后到的人据此知道已被改过')),
                ('entered_at', models.DateTimeField()),
                ('voided_at', models.DateTimeField(null=True)),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bases.base')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='faculty.teacher')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lectures', to='faculty.grouptopic')),
                ('unit', models.ForeignKey(help_text='在哪个单位', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lectures', to='faculty.lecturegroup')),
                ('stop', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lectures', to='faculty.tourstop')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='lecture_times_in_order'),
                    models.CheckConstraint(condition=models.Q(('heads__gt', 0)), name='lecture_somebody_heard'),
                    models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('stop',), name='lecture_once_a_stop'),
                ],
                'indexes': [
                    models.Index(fields=['place', 'given_on'], name='lecture_place_day', opclasses=['text_pattern_ops', 'date_ops']),
                    models.Index(fields=['group', 'given_on'], name='lecture_of_group'),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name='leaderlink',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('unit_id'), models.F('unit_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange', output_field=models.Field()), '&&')], name='leader_link_one_a_school'),
        ),
        migrations.AddConstraint(
            model_name='groupmember',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('teacher_id'), models.F('teacher_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('group_id'), models.F('group_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('joined_on'), models.F('left_on'), function='daterange', output_field=models.Field()), '&&')], name='group_member_once'),
        ),
        migrations.AddConstraint(
            model_name='standinglink',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('teacher_id'), models.F('teacher_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('unit_id'), models.F('unit_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(django.db.models.functions.comparison.Coalesce(models.F('base_id'), models.Value(0)), django.db.models.functions.comparison.Coalesce(models.F('base_id'), models.Value(0)), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(django.db.models.functions.comparison.Coalesce(models.F('point_id'), models.Value(0)), django.db.models.functions.comparison.Coalesce(models.F('point_id'), models.Value(0)), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('valid_from'), models.F('valid_to'), function='daterange', output_field=models.Field()), '&&')], name='standing_link_once'),
        ),
        migrations.AddConstraint(
            model_name='lecture',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('voided_at', None)), expressions=[(models.Func(models.F('teacher_id'), models.F('teacher_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('starts_at'), models.F('ends_at'), function='tstzrange', output_field=models.Field()), '&&')], name='lecture_counted_once'),
        ),
    ]
