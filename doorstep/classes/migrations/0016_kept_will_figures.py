"""Kept figures of own will and assignment."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Years, lines and tallies; a night fills them."""

    dependencies = [
        ('classes', '0015_why_a_seat_was_given'),
        ('directory', '0008_membership_left_as'),
    ]

    operations = [
        migrations.CreateModel(
            name='WillYear',
            fields=[
                ('year', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('counted_at', models.DateTimeField(help_text='数字更新到什么时候')),
            ],
        ),
        migrations.CreateModel(
            name='WillTally',
            fields=[
                ('pk', models.CompositePrimaryKey('unit', 'year', 'part', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('year', models.SmallIntegerField()),
                ('part', models.CharField(choices=[('year', '全年'), ('month', '按月'), ('trade', '按职业'), ('own', '直属本级')], max_length=5)),
                ('key', models.CharField(blank=True, max_length=60)),
                ('chosen', models.IntegerField(default=0, help_text='自选，人次')),
                ('assigned', models.IntegerField(default=0, help_text='安排，人次')),
                ('choosers', models.IntegerField(default=0, help_text='自己选过的，人')),
                ('persons', models.IntegerField(default=0, help_text='参加的，人')),
                ('orders_own', models.IntegerField(default=0, help_text='自己点的，单')),
                ('orders_assigned', models.IntegerField(default=0, help_text='安排的，单')),
                ('unit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
            ],
        ),
        migrations.CreateModel(
            name='WillLine',
            fields=[
                ('pk', models.CompositePrimaryKey('county', 'year', 'person_id', 'unit', 'month', blank=True, editable=False, primary_key=True, serialize=False)),
                ('county', models.CharField(max_length=6)),
                ('year', models.SmallIntegerField()),
                ('person_id', models.BigIntegerField(help_text='学员；0 是单位的点单')),
                ('month', models.SmallIntegerField(help_text='班在几月开，点单想几月去')),
                ('place', models.CharField(max_length=200)),
                ('trade', models.CharField(blank=True, help_text='职业', max_length=60)),
                ('chosen', models.IntegerField(default=0, help_text='自选，人次')),
                ('assigned', models.IntegerField(default=0, help_text='安排，人次')),
                ('orders_own', models.IntegerField(default=0, help_text='自己点的，单')),
                ('orders_assigned', models.IntegerField(default=0, help_text='安排的，单')),
                ('unit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['person_id', 'unit'], name='will_line_person'), models.Index(fields=['place'], name='will_line_place_like', opclasses=['text_pattern_ops'])],
            },
        ),
    ]
