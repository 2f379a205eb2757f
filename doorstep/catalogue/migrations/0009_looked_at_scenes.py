"""Scenes are looked at before they are shown: what visitors see of one is its edition."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bases', '0017_mobile_schools_can_be_held'),
        ('catalogue', '0008_contests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PanoramaEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80)),
                ('seen', models.TextField(max_length=1000)),
                ('credit', models.CharField(blank=True, max_length=120)),
                ('north', models.FloatField()),
                ('plan_x', models.PositiveSmallIntegerField()),
                ('plan_y', models.PositiveSmallIntegerField()),
                ('folder', models.CharField(max_length=32, unique=True)),
                ('width', models.PositiveIntegerField()),
                ('marks', models.JSONField(help_text='标注和通路，从左到右：id, yaw, pitch, title, text, course_id, target_id')),
                ('published_at', models.DateTimeField()),
                ('panorama', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='edition', to='catalogue.panorama')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('folder', ''), _negated=True), models.Q(('seen', ''), _negated=True), models.Q(('title', ''), _negated=True)), name='panorama_edition_is_whole')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='panorama',
            name='panorama_published_is_whole',
        ),
        migrations.AddField(
            model_name='panorama',
            name='handed_in_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='panorama',
            name='handed_in_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='panorama',
            name='review_note',
            field=models.CharField(blank=True, db_default='', max_length=200),
        ),
        migrations.AddField(
            model_name='panorama',
            name='reviewed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='panorama',
            name='reviewed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='panorama',
            name='status',
            field=models.CharField(choices=[('draft', '草稿'), ('waiting', '待审核'), ('declined', '已退回'), ('published', '已发布'), ('disabled', '停用')], default='draft', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='panorama',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['waiting', 'published']), _negated=True), models.Q(models.Q(('folder', ''), _negated=True), models.Q(('seen', ''), _negated=True)), _connector='OR'), name='panorama_published_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='panorama',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'declined'), _negated=True), models.Q(('review_note', ''), _negated=True), _connector='OR'), name='panorama_returned_with_reason'),
        ),
    ]
