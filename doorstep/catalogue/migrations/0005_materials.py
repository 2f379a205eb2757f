"""Textbooks and other materials, their editions, and the ledger of their copies."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0004_packages"),
        ('directory', '0007_roster_rows_by_copy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('textbook', '教材'), ('hand_out', '讲义'), ('slides', '课件'), ('video', '视频'), ('kit', '教具')], max_length=10)),
                ('place', models.CharField(max_length=200)),
                ('about', models.TextField(blank=True, max_length=2000)),
                ('is_retired', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1, help_text='每改一次加一，后到的人据此知道已被改过')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('is_retired', False)), fields=('unit', 'title'), name='material_title_of_unit_unique'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='material_place_like', opclasses=['text_pattern_ops']),
                ],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(help_text='第几版')),
                ('year', models.PositiveSmallIntegerField(help_text='出版或印制的年份')),
                ('isbn', models.CharField(blank=True, max_length=13)),
                ('file', models.CharField(blank=True, help_text='存放的名字', max_length=80)),
                ('file_name', models.CharField(blank=True, max_length=120)),
                ('file_size', models.PositiveIntegerField(default=0, help_text='字节')),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('courses', models.ManyToManyField(related_name='editions', to='catalogue.course')),
                ('material', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='catalogue.material')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('material', 'number'), name='edition_number_unique'),
                    models.UniqueConstraint(condition=models.Q(('isbn', ''), _negated=True), fields=('isbn',), name='edition_isbn_unique'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_place', models.CharField(max_length=200)),
                ('to_place', models.CharField(max_length=200)),
                ('copies', models.PositiveIntegerField(help_text='发出的册数')),
                ('received', models.PositiveIntegerField(help_text='点收的册数', null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('difference', models.CharField(blank=True, help_text='点收和发出不一样的原因', max_length=200)),
                ('status', models.CharField(choices=[('sent', '在途'), ('received', '已收到'), ('taken_back', '已撤回')], default='sent', max_length=10)),
                ('sent_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sendings', to='catalogue.edition')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('from_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
                ('sent_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('to_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('copies__gt', 0)), name='sending_of_something'),
                    models.CheckConstraint(condition=models.Q(('from_unit', models.F('to_unit')), _negated=True), name='sending_elsewhere'),
                    models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('received__isnull', False), ('status', 'received')), models.Q(('ended_at__isnull', False), ('received__isnull', True), ('status', 'taken_back')), models.Q(('ended_at__isnull', True), ('received__isnull', True), ('status', 'sent')), _connector='OR'), name='sending_ends_once'),
                    models.CheckConstraint(condition=models.Q(('received__isnull', True), ('received', models.F('copies')), models.Q(('difference', ''), _negated=True), _connector='OR'), name='sending_difference_told'),
                ],
                'indexes': [
                    models.Index(fields=['to_place'], name='sending_to_like', opclasses=['text_pattern_ops']),
                    models.Index(fields=['from_place'], name='sending_from_like', opclasses=['text_pattern_ops']),
                ],
            },
        ),
        migrations.CreateModel(
            name='Shelf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=200)),
                ('county', models.CharField(max_length=6)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shelves', to='catalogue.edition')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shelves', to='directory.unit')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('edition', 'unit'), name='shelf_of_unit_unique'),
                ],
                'indexes': [
                    models.Index(fields=['place'], name='shelf_place_like', opclasses=['text_pattern_ops']),
                ],
            },
        ),
        migrations.CreateModel(
            name='Movement',
            fields=[
                ('pk', models.CompositePrimaryKey('county', 'year', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('county', models.CharField(max_length=6)),
                ('year', models.SmallIntegerField()),
                ('kind', models.CharField(choices=[('taken_in', '入库'), ('sent', '发往外单位'), ('received', '收到'), ('taken_back', '撤回'), ('issued', '发给班上'), ('returned', '班上交回'), ('counted', '盘点更正')], max_length=10)),
                ('copies', models.IntegerField(help_text='册，来为正、去为负')),
                ('training_class_id', models.BigIntegerField(help_text='发给哪个班', null=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('moved_at', models.DateTimeField()),
                ('account_id', models.BigIntegerField(null=True)),
                ('sending', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='catalogue.sending')),
                ('shelf', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='catalogue.shelf')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('copies__gt', 0), ('kind__in', ['taken_in', 'taken_back', 'returned'])), models.Q(('copies__gte', 0), ('kind', 'received')), models.Q(('copies__lt', 0), ('kind__in', ['sent', 'issued'])), models.Q(('kind', 'counted'), models.Q(('copies', 0), _negated=True), models.Q(('note', ''), _negated=True)), _connector='OR'), name='movement_sign'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['issued', 'returned']), ('training_class_id__isnull', False)), models.Q(models.Q(('kind__in', ['issued', 'returned']), _negated=True), ('training_class_id__isnull', True)), _connector='OR'), name='movement_of_a_class'),
                    models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['sent', 'received', 'taken_back']), ('sending__isnull', False)), models.Q(models.Q(('kind__in', ['sent', 'received', 'taken_back']), _negated=True), ('sending__isnull', True)), _connector='OR'), name='movement_of_a_sending'),
                    models.UniqueConstraint(condition=models.Q(('sending__isnull', False)), fields=('county', 'sending', 'kind'), name='movement_of_sending_once'),
                ],
                'indexes': [
                    models.Index(fields=['training_class_id'], name='movement_class'),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='movement',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='736543df58cdc93d6ed4ecf9b9bc77785610598e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9c5fe', table='catalogue_movement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='movement',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot empty % table', TG_TABLE_NAME;", hash='922c220c7b2997e019cc95e5bc3e03c128bfde13', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_90853', table='catalogue_movement', when='BEFORE')),
        ),
    ]
