"""Photographs of places."""

import django.db.models.constraints
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("bases", "0006_regulations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveSmallIntegerField(help_text='次序')),
                ('caption', models.CharField(max_length=120)),
                ('alt', models.CharField(help_text='看不见照片的人听到的话', max_length=200)),
                ('credit', models.CharField(blank=True, help_text='谁拍的，写单位', max_length=80)),
                ('is_cover', models.BooleanField(default=False)),
                ('small', models.CharField(help_text='480 像素宽的一份，存放的名字', max_length=80)),
                ('large', models.CharField(help_text='1280 像素宽的一份，存放的名字', max_length=80)),
                ('width', models.PositiveSmallIntegerField(help_text='大的一份，像素')),
                ('height', models.PositiveSmallIntegerField(help_text='大的一份，像素')),
                ('status', models.CharField(choices=[('waiting', '待审核'), ('published', '已发布'), ('declined', '已退回'), ('disabled', '已撤下')], default='waiting', max_length=10)),
                ('version', models.PositiveIntegerField(default=1, help_text='每改一次加一，审核的人据此知道看的是哪一份')),
                ('review_note', models.CharField(blank=True, max_length=200)),
                ('added_at', models.DateTimeField()),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='bases.base')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_cover', True)), fields=('base',), name='photo_one_cover'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('base', 'number'), name='photo_number_unique'), models.CheckConstraint(condition=models.Q(models.Q(('alt', ''), _negated=True), models.Q(('caption', ''), _negated=True)), name='photo_is_described'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), ('reviewed_at__isnull', False), _connector='OR'), name='photo_published_was_reviewed'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'declined'), _negated=True), models.Q(('review_note', ''), _negated=True), _connector='OR'), name='photo_returned_with_reason')],
            },
        ),
    ]
