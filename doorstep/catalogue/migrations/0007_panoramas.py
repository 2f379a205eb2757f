"""Scenes all around places, and the signs in them."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bases', '0006_regulations'),
        ("catalogue", "0006_cases"),
    ]

    operations = [
        migrations.CreateModel(
            name='Panorama',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('number', models.PositiveSmallIntegerField(help_text='同一处里的次序')),
                ('is_entrance', models.BooleanField(default=False)),
                ('title', models.CharField(max_length=80)),
                ('seen', models.TextField(blank=True, help_text='看得见什么，给看不见画面的人', max_length=1000)),
                ('credit', models.CharField(blank=True, max_length=120)),
                ('north', models.FloatField(default=0, help_text='度，北在画面中线右边多少')),
                ('plan_x', models.PositiveSmallIntegerField(default=50, help_text='百分比，从西到东')),
                ('plan_y', models.PositiveSmallIntegerField(default=50, help_text='百分比，从北到南')),
                ('status', models.CharField(choices=[('draft', '草稿'), ('published', '已发布'), ('disabled', '停用')], default='draft', max_length=10)),
                ('version', models.PositiveIntegerField(default=1, help_text='每改一次加一，后到的人据此知道已被改过')),
                ('folder', models.CharField(blank=True, help_text='现在这张画面的文件夹，猜不到的名字', max_length=32)),
                ('width', models.PositiveIntegerField(default=0, help_text='像素，现在这张画面的宽')),
                ('incoming', models.CharField(blank=True, help_text='正在处理的画面', max_length=32)),
                ('trouble', models.CharField(blank=True, help_text='上一张画面为什么没有处理成', max_length=200)),
                ('task_id', models.UUIDField(null=True)),
                ('added_at', models.DateTimeField()),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='panoramas', to='bases.base')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('is_entrance', True), models.Q(('status', 'disabled'), _negated=True)), fields=('base',), name='panorama_one_entrance'),
                    models.UniqueConstraint(condition=models.Q(('folder', ''), _negated=True), fields=('folder',), name='panorama_folder_unique'),
                    models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), models.Q(models.Q(('folder', ''), _negated=True), models.Q(('seen', ''), _negated=True)), _connector='OR'), name='panorama_published_is_whole'),
                    models.CheckConstraint(condition=models.Q(('north__gte', -180), ('north__lt', 180), ('plan_x__lte', 100), ('plan_y__lte', 100)), name='panorama_stands_somewhere'),
                    models.CheckConstraint(condition=models.Q(models.Q(('folder', ''), ('width', 0)), models.Q(models.Q(('folder', ''), _negated=True), ('width__gt', 0)), _connector='OR'), name='panorama_picture_has_size'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='panorama_place_like', opclasses=['text_pattern_ops']),
                    models.Index(fields=['base', 'number'], name='panorama_of_base'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PanoramaMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('yaw', models.FloatField(help_text='度，画面中线右边多少')),
                ('pitch', models.FloatField(help_text='度，地平线上面多少')),
                ('title', models.CharField(blank=True, max_length=40)),
                ('text', models.CharField(blank=True, max_length=400)),
                ('ended_at', models.DateTimeField(null=True)),
                ('course', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='panorama_marks', to='catalogue.course')),
                ('panorama', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='catalogue.panorama')),
                ('target', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='marks_to', to='catalogue.panorama')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('pitch__gte', -90), ('pitch__lte', 90), ('yaw__gte', -180), ('yaw__lt', 180)), name='panorama_mark_stands_somewhere'),
                    models.CheckConstraint(condition=models.Q(models.Q(('course__isnull', True), ('target__isnull', False), ('text', ''), ('title', '')), models.Q(('target__isnull', True), models.Q(('title', ''), _negated=True)), _connector='OR'), name='panorama_mark_says_or_leads'),
                    models.CheckConstraint(condition=models.Q(('target__isnull', True), models.Q(('target', models.F('panorama')), _negated=True), _connector='OR'), name='panorama_mark_leads_away'),
                    models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('target__isnull', False)), fields=('panorama', 'target'), name='panorama_mark_leads_once'),
                ],
            },
        ),
    ]
