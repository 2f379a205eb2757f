"""Stations, mentor pairs, trainer courses and rights, guides, technicians owed; invitations say what is taught."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0007_roster_rows_by_copy'),
        ('faculty', '0004_lecturing_and_links'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='engagement',
            name='taught',
            field=models.CharField(help_text='讲什么，按授课资格的说法；空着是以前没有记', max_length=40, null=True),
        ),
        migrations.CreateModel(
            name='GuidePair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('point_id', models.BigIntegerField(help_text='哪个教学点')),
                ('place', models.CharField(help_text='教学点的位置', max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('official', models.CharField(help_text='挂钩干部的姓名', max_length=60)),
                ('post', models.CharField(help_text='挂钩干部的职务', max_length=80)),
                ('since', models.DateField()),
                ('until', models.DateField(help_text='从这天起不再挂钩', null=True)),
                ('ended_for', models.CharField(blank=True, help_text='不再挂钩的原因', max_length=200)),
                ('guide', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guide_pairs', to='faculty.teacher')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_for', ''), ('until', None)), models.Q(('until__gte', models.F('since')), models.Q(('ended_for', ''), _negated=True)), _connector='OR'), name='guide_pair_ended_with_words'),
                    models.UniqueConstraint(condition=models.Q(('until', None)), fields=('point_id', 'guide'), name='guide_paired_once_at_a_point'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='guide_pair_like', opclasses=['text_pattern_ops']),
                ],
            },
        ),
        migrations.CreateModel(
            name='GuideCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_on', models.DateField()),
                ('is_good', models.BooleanField()),
                ('note', models.CharField(max_length=400)),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pair', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='faculty.guidepair')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('pair', 'checked_on'), name='guide_checked_once_a_day'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Mentorship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('theory', '党的创新理论'), ('charter', '党章党规'), ('history', '党史和红色故事'), ('branch', '支部工作'), ('governance', '基层治理'), ('law', '法律和调解'), ('revival', '乡村振兴'), ('farming', '种植技术'), ('fishery', '海上养殖'), ('trade', '电商和经营'), ('she_culture', '畲族文化'), ('customs', '移风易俗'), ('ecology', '生态文明'), ('safety', '安全和应急')], max_length=20)),
                ('goals', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), size=None)),
                ('status', models.CharField(choices=[('open', '带教中'), ('signed', '已出师'), ('ended', '已结束')], default='open', max_length=10)),
                ('begun_on', models.DateField()),
                ('closed_on', models.DateField(null=True)),
                ('closing_note', models.CharField(blank=True, help_text='出师的评语，或结束的原因', max_length=200)),
                ('apprentice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mentors', to='faculty.teacher')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mentor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='apprentices', to='faculty.teacher')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('mentor', models.F('apprentice')), _negated=True), name='mentor_is_somebody_else'),
                    models.CheckConstraint(condition=models.Q(('goals__len__gt', 0)), name='mentorship_has_goals'),
                    models.CheckConstraint(condition=models.Q(models.Q(('closed_on', None), ('closing_note', ''), ('status', 'open')), models.Q(models.Q(('status', 'open'), _negated=True), ('closed_on__gte', models.F('begun_on')), models.Q(('closing_note', ''), _negated=True)), _connector='OR'), name='mentorship_closed_with_words'),
                    models.UniqueConstraint(condition=models.Q(('status', 'open')), fields=('apprentice', 'subject'), name='mentorship_one_open'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('status', 'open')), fields=['mentor'], name='mentorship_of_mentor'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Observation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('observed_on', models.DateField()),
                ('lesson', models.CharField(help_text='听的哪一课', max_length=120)),
                ('marks', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(choices=[(0, '没看到'), (1, '还不行'), (2, '差一点'), (3, '做到了')]), size=None)),
                ('remarks', models.CharField(max_length=400)),
                ('withdrawn_for', models.CharField(blank=True, help_text='撤回的原因', max_length=200)),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mentorship', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='observations', to='faculty.mentorship')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('withdrawn_for', '')), fields=('mentorship', 'observed_on', 'lesson'), name='observation_counted_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='RightRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, unique=True)),
                ('taught', models.CharField(max_length=160)),
                ('place', models.CharField(max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('set_at', models.DateTimeField()),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Station',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('name', models.CharField(max_length=80)),
                ('founded_on', models.DateField()),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stations', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('unit', 'name'), name='station_name_of_unit_unique'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='station_place_like', opclasses=['text_pattern_ops']),
                ],
            },
        ),
        migrations.CreateModel(
            name='StationSchool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('until', models.DateField(help_text='从这天起不再指导', null=True)),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schools', to='faculty.station')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='station_school_in_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Coaching',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField()),
                ('subject', models.CharField(help_text='指导什么', max_length=100)),
                ('findings', models.CharField(max_length=400)),
                ('withdrawn_for', models.CharField(blank=True, help_text='撤回的原因', max_length=200)),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='coachings', to='faculty.teacher')),
                ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='coachings', to='faculty.stationschool')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('withdrawn_for', '')), fields=('school', 'teacher', 'held_on', 'subject'), name='coaching_counted_once'),
                ],
                'indexes': [
                    models.Index(fields=['school', '-held_on'], name='coaching_of_school'),
                ],
            },
        ),
        migrations.CreateModel(
            name='StationStaff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('until', models.DateField(help_text='从这天起不在站', null=True)),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='faculty.station')),
                ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stations', to='faculty.teacher')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='station_staff_in_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TechnicianDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(help_text='部门的位置', max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('served_place', models.CharField(help_text='定点授课的地方的位置', max_length=200)),
                ('year', models.SmallIntegerField()),
                ('quota', models.PositiveSmallIntegerField(help_text='要派几位')),
                ('lessons', models.PositiveSmallIntegerField(help_text='一年合计要讲几次')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
                ('served', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('department', 'served', 'year'), name='duty_once_a_year'),
                    models.CheckConstraint(condition=models.Q(('lessons__gt', 0), ('quota__gt', 0)), name='duty_owes_something'),
                    models.CheckConstraint(condition=models.Q(('department', models.F('served')), _negated=True), name='duty_is_elsewhere'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='duty_place_like', opclasses=['text_pattern_ops']),
                ],
            },
        ),
        migrations.CreateModel(
            name='TechnicianSent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_on', models.DateField()),
                ('recalled_for', models.CharField(blank=True, help_text='不再派的原因', max_length=200)),
                ('duty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sent', to='faculty.technicianduty')),
                ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='faculty.teacher')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('recalled_for', '')), fields=('duty', 'teacher'), name='technician_sent_once'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TrainerCourse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('title', models.CharField(max_length=120)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(help_text='最后一天')),
                ('hours', models.DecimalField(decimal_places=1, help_text='学时', max_digits=4)),
                ('key', models.CharField(help_text='学成后可以讲的，如一门课程', max_length=40)),
                ('taught', models.CharField(help_text='它的名称', max_length=160)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainer_courses', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='trainer_course_days_in_order'),
                    models.CheckConstraint(condition=models.Q(('hours__gt', 0)), name='trainer_course_has_hours'),
                    models.UniqueConstraint(fields=('unit', 'title', 'starts_on'), name='trainer_course_once'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='trainer_course_like', opclasses=['text_pattern_ops']),
                ],
            },
        ),
        migrations.CreateModel(
            name='Trainee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hours', models.DecimalField(decimal_places=1, max_digits=4)),
                ('is_passed', models.BooleanField()),
                ('entered_at', models.DateTimeField()),
                ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainings', to='faculty.teacher')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainees', to='faculty.trainercourse')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('course', 'teacher'), name='trainee_once'),
                    models.CheckConstraint(condition=models.Q(('hours__gte', 0)), name='trainee_hours_not_negative'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TeachingRight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('taught', models.CharField(max_length=160)),
                ('source', models.CharField(choices=[('course', '师资培训'), ('grant', '认定')], max_length=10)),
                ('basis', models.CharField(help_text='凭什么：培训班，或认定的文件', max_length=200)),
                ('given_on', models.DateField()),
                ('valid_until', models.DateField(help_text='到这天为止，当天已不算')),
                ('rule', models.CharField(blank=True, help_text='按哪条规定、哪一版', max_length=80)),
                ('withdrawn_for', models.CharField(blank=True, help_text='收回的原因', max_length=200)),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('teacher', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rights', to='faculty.teacher')),
                ('trainer_course', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rights', to='faculty.trainercourse')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('valid_until__gt', models.F('given_on'))), name='right_days_in_order'),
                    models.CheckConstraint(condition=models.Q(models.Q(('source', 'course'), ('trainer_course__isnull', False)), models.Q(('source', 'grant'), ('trainer_course__isnull', True)), _connector='OR'), name='right_says_where_from'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('withdrawn_for', '')), fields=['key', 'teacher'], name='right_to_teach'),
                    models.Index(condition=models.Q(('withdrawn_for', '')), fields=['valid_until'], name='right_ends'),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name='stationschool',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('unit_id'), models.F('unit_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('station_id'), models.F('station_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('since'), models.F('until'), function='daterange', output_field=models.Field()), '&&')], name='station_school_once'),
        ),
        migrations.AddConstraint(
            model_name='stationstaff',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('teacher_id'), models.F('teacher_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('station_id'), models.F('station_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('since'), models.F('until'), function='daterange', output_field=models.Field()), '&&')], name='station_staff_once'),
        ),
    ]
