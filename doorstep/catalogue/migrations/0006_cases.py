"""Practice cases with what goes with them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bases', '0006_regulations'),
        ("catalogue", "0005_materials"),
        ('directory', '0007_roster_rows_by_copy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('place', models.CharField(max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('author_kind', models.CharField(choices=[('unit', '单位'), ('role', '公开的职务'), ('person', '个人')], default='unit', max_length=10)),
                ('author', models.CharField(max_length=80)),
                ('has_consent', models.BooleanField(default=False, help_text='署个人姓名的，本人已书面同意')),
                ('problem', models.TextField(max_length=4000)),
                ('action', models.TextField(help_text='怎么做的', max_length=4000)),
                ('result', models.TextField(help_text='成效，写明数字', max_length=4000)),
                ('themes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('revival', '振兴乡村'), ('poverty', '摆脱贫困'), ('governance', '基层治理'), ('ecology', '生态文明'), ('red', '红色教育'), ('culture', '畲族文化和非遗'), ('sea', '海上养殖和渔业'), ('clean', '廉政和移风易俗'), ('training', '党员教育')], max_length=10), default=list, size=None)),
                ('status', models.CharField(choices=[('draft', '草稿'), ('waiting', '待审核'), ('declined', '已退回'), ('passed', '已通过')], default='draft', max_length=10)),
                ('version', models.PositiveIntegerField(default=1, help_text='每改一次加一，后到的人据此知道已被改过')),
                ('review_note', models.CharField(blank=True, max_length=200)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('base', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='bases.base')),
                ('courses', models.ManyToManyField(related_name='cases', to='catalogue.course')),
                ('handed_in_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='directory.unit')),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('unit', 'title'), name='case_title_of_unit_unique'),
                    models.CheckConstraint(condition=models.Q(models.Q(('author_kind', 'person'), _negated=True), ('has_consent', True), _connector='OR'), name='case_person_has_agreed'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status', 'passed'), _negated=True), ('reviewed_at__isnull', False), _connector='OR'), name='case_accepted_at_a_time'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status', 'declined'), _negated=True), models.Q(('review_note', ''), _negated=True), _connector='OR'), name='case_returned_with_reason'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='case_place_like', opclasses=['text_pattern_ops']),
                    models.Index(fields=['status', 'county'], name='case_status'),
                ],
            },
        ),
        migrations.CreateModel(
            name='CaseFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.CharField(help_text='存放的名字', max_length=80)),
                ('file_name', models.CharField(max_length=120)),
                ('file_size', models.PositiveIntegerField(help_text='字节')),
                ('added_at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='catalogue.case')),
            ],
        ),
    ]
