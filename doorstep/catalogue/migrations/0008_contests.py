"""Contests of courses: calls, entries, jurors with their points, votes, objections."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0007_panoramas'),
        ('directory', '0007_roster_rows_by_copy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Contest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80)),
                ('place', models.CharField(max_length=200)),
                ('about', models.TextField(help_text='评选什么，怎么参评', max_length=2000)),
                ('enters_from', models.DateField()),
                ('enters_until', models.DateField()),
                ('judged_until', models.DateField()),
                ('has_votes', models.BooleanField(default=False, help_text='支部投票计入总分')),
                ('status', models.CharField(choices=[('draft', '草稿'), ('running', '进行中'), ('in_publicity', '公示中'), ('done', '已完成'), ('cancelled', '已取消')], default='draft', max_length=12)),
                ('version', models.PositiveIntegerField(default=1, help_text='每改一次加一，后到的人据此知道已被改过')),
                ('called_on', models.DateField(null=True)),
                ('published_on', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('note', models.CharField(blank=True, help_text='取消的原因', max_length=200)),
                ('called_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contests', to='directory.unit')),
            ],
        ),
        migrations.CreateModel(
            name='ContestEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='评委和投票的人只看到号')),
                ('place', models.CharField(max_length=200)),
                ('statement', models.TextField(blank=True, help_text='好在哪里', max_length=2000)),
                ('entered_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('score', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ('rank', models.PositiveIntegerField(null=True)),
                ('is_winner', models.BooleanField(default=False)),
                ('contest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='catalogue.contest')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contest_entries', to='catalogue.course')),
                ('edition', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.edition')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.courseversion')),
            ],
        ),
        migrations.CreateModel(
            name='ContestJuror',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('named_at', models.DateTimeField()),
                ('released_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='jurors', to='catalogue.contest')),
            ],
        ),
        migrations.CreateModel(
            name='ContestObjection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=1000)),
                ('raised_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, max_length=1000)),
                ('is_upheld', models.BooleanField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objections', to='catalogue.contestentry')),
                ('raised_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ContestScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('criterion', models.CharField(help_text='规则的名字', max_length=40)),
                ('points', models.PositiveSmallIntegerField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='catalogue.contestentry')),
                ('juror', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='catalogue.contestjuror')),
            ],
        ),
        migrations.CreateModel(
            name='ContestVote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('voter', models.CharField(help_text='人，没有名册的按账号', max_length=24)),
                ('voted_at', models.DateTimeField()),
                ('contest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='catalogue.contest')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='catalogue.contestentry')),
            ],
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.UniqueConstraint(fields=('unit', 'title'), name='contest_title_of_unit_unique'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(('enters_from__lte', models.F('enters_until')), ('enters_until__lt', models.F('judged_until'))), name='contest_days_follow'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'cancelled']), ('called_on__isnull', False), _connector='OR'), name='contest_called_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['in_publicity', 'done']), _negated=True), ('published_on__isnull', False), _connector='OR'), name='contest_published_on_a_day'),
        ),
        migrations.AddIndex(
            model_name='contestentry',
            index=models.Index(fields=['place'], name='entry_place_like', opclasses=['text_pattern_ops']),
        ),
        migrations.AddConstraint(
            model_name='contestentry',
            constraint=models.UniqueConstraint(fields=('contest', 'number'), name='contest_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='contestentry',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_back_at', None)), fields=('contest', 'course'), name='contest_course_once'),
        ),
        migrations.AddConstraint(
            model_name='contestentry',
            constraint=models.CheckConstraint(condition=models.Q(('is_winner', False), models.Q(('score__isnull', False), ('taken_back_at', None)), _connector='OR'), name='contest_winner_was_scored'),
        ),
        migrations.AddConstraint(
            model_name='contestjuror',
            constraint=models.UniqueConstraint(fields=('contest', 'account'), name='contest_juror_once'),
        ),
        migrations.AddConstraint(
            model_name='contestobjection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('is_upheld', None)), models.Q(('answered_at__isnull', False), ('is_upheld__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='contest_objection_answered_whole'),
        ),
        migrations.AddConstraint(
            model_name='contestscore',
            constraint=models.UniqueConstraint(fields=('juror', 'entry', 'criterion'), name='contest_scored_once'),
        ),
        migrations.AddConstraint(
            model_name='contestvote',
            constraint=models.UniqueConstraint(fields=('contest', 'voter'), name='contest_one_vote_a_person'),
        ),
    ]
