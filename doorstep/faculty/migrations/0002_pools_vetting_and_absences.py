"""Teachers are in pools from day to day, vetted until a day, away on days; what they teach is said in several words."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Since when somebody was in a pool was not kept: since before all figures.
KEEP = """
UPDATE faculty_teacher SET languages = ARRAY[dialect] WHERE dialect <> '';
INSERT INTO faculty_poolplace (teacher_id, pool_id, joined_on, left_on, left_for)
SELECT m.teacher_id, m.pool_id, '2000-01-01', CASE WHEN NOT t.is_active THEN current_date END,
       CASE WHEN t.is_active THEN '' ELSE '停用' END
FROM faculty_teacher_pools m JOIN faculty_teacher t ON t.id = m.teacher_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    """Places in pools, vettings, absences; the languages, topics and homes of teachers."""

    dependencies = [
        ('directory', '0007_roster_rows_by_copy'),
        ('faculty', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(help_text='最后一天')),
                ('reason', models.CharField(max_length=100)),
                ('entered_at', models.DateTimeField()),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='absence_days_in_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PoolPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('joined_on', models.DateField()),
                ('left_on', models.DateField(help_text='从这天起不在库', null=True)),
                ('left_for', models.CharField(blank=True, help_text='出库的原因', max_length=200)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('left_on', None), ('left_on__gt', models.F('joined_on')), _connector='OR'), name='pool_place_days_in_order'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Vetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vetted_on', models.DateField()),
                ('is_passed', models.BooleanField()),
                ('valid_until', models.DateField(help_text='到这天为止，当天已不算', null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('rule', models.CharField(blank=True, help_text='按哪条规定、哪一版', max_length=80)),
                ('entered_at', models.DateTimeField()),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('is_passed', True), ('valid_until__gt', models.F('vetted_on'))), models.Q(('is_passed', False), ('valid_until', None)), _connector='OR'), name='vetting_passed_until_a_day'),
                ],
            },
        ),
        migrations.AddField(
            model_name='teacher',
            name='art_forms',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('kuaiban', '快板'), ('she_song', '畲歌'), ('play', '情景剧'), ('opera', '地方戏曲'), ('story', '说书讲古'), ('film', '短片')], max_length=10), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='teacher',
            name='home',
            field=models.ForeignKey(help_text='从哪里出发；空着是本单位', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit'),
        ),
        migrations.AddField(
            model_name='teacher',
            name='languages',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='teacher',
            name='most_a_month',
            field=models.PositiveSmallIntegerField(help_text='每月最多讲几次；空着按类别的规定', null=True),
        ),
        migrations.AddField(
            model_name='teacher',
            name='school',
            field=models.ForeignKey(help_text='固定联系的党校的单位', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit'),
        ),
        migrations.AddField(
            model_name='teacher',
            name='topics',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('theory', '党的创新理论'), ('charter', '党章党规'), ('history', '党史和红色故事'), ('branch', '支部工作'), ('governance', '基层治理'), ('law', '法律和调解'), ('revival', '乡村振兴'), ('farming', '种植技术'), ('fishery', '海上养殖'), ('trade', '电商和经营'), ('she_culture', '畲族文化'), ('customs', '移风易俗'), ('ecology', '生态文明'), ('safety', '安全和应急')], max_length=20), blank=True, default=list, size=None),
        ),
        migrations.AlterField(
            model_name='teacher',
            name='category',
            field=models.CharField(choices=[('school', '党校教师'), ('expert', '专家学者'), ('official', '党政干部'), ('village', '镇村干部'), ('part_time', '兼职教师'), ('local', '乡土教员'), ('guide', '讲解员')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='pool',
            constraint=models.UniqueConstraint(fields=('unit', 'name'), name='pool_name_of_unit_unique'),
        ),
        migrations.AddConstraint(
            model_name='teacher',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True), ('person__isnull', False)), fields=('person',), name='teacher_person_once'),
        ),
        migrations.AddField(
            model_name='absence',
            name='teacher',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='faculty.teacher'),
        ),
        migrations.AddField(
            model_name='poolplace',
            name='pool',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='faculty.pool'),
        ),
        migrations.AddField(
            model_name='poolplace',
            name='teacher',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pool_places', to='faculty.teacher'),
        ),
        migrations.AddField(
            model_name='vetting',
            name='teacher',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vettings', to='faculty.teacher'),
        ),
        migrations.AddField(
            model_name='vetting',
            name='vetted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='absence',
            index=models.Index(fields=['teacher', 'ends_on'], name='absence_of_teacher'),
        ),
        migrations.AddConstraint(
            model_name='poolplace',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('teacher_id'), models.F('teacher_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('pool_id'), models.F('pool_id'), models.Value('[]'), function='int8range', output_field=models.Field()), '&&'), (models.Func(models.F('joined_on'), models.F('left_on'), function='daterange', output_field=models.Field()), '&&')], name='pool_place_held_once'),
        ),
        migrations.AddIndex(
            model_name='vetting',
            index=models.Index(fields=['teacher', '-vetted_on', '-id'], name='vetting_latest'),
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='teacher',
            name='dialect',
        ),
        migrations.RemoveField(
            model_name='teacher',
            name='pools',
        ),
    ]
