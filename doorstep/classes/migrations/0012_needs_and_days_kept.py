"""What orders and classes need at a base besides a room; what is kept for an order until it is answered."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Needs, and days kept."""

    dependencies = [
        ('bases', '0014_claims_once_a_lane'),
        ('classes', '0011_what_goes_out_with_a_session'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='beds',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='住宿，人'),
        ),
        migrations.AddField(
            model_name='order',
            name='guides',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='要阵地派的讲解员，人'),
        ),
        migrations.AddField(
            model_name='order',
            name='kept',
            field=models.ManyToManyField(help_text='提改期时先留着的场地', related_name='+', to='bases.reservation'),
        ),
        migrations.AddField(
            model_name='order',
            name='meals',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='在那里用餐，人'),
        ),
        migrations.AddField(
            model_name='order',
            name='parking',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='大巴车位，个'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='beds',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='住宿，人'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='guides',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='要阵地派的讲解员，人'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='meals',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='在那里用餐，人'),
        ),
        migrations.AddField(
            model_name='trainingclass',
            name='parking',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='大巴车位，个'),
        ),
        migrations.CreateModel(
            name='KeptDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('people', models.PositiveIntegerField(help_text='人')),
                ('meals', models.PositiveIntegerField(default=0)),
                ('beds', models.PositiveIntegerField(default=0)),
                ('parking', models.PositiveIntegerField(default=0)),
                ('guides', models.PositiveIntegerField(default=0)),
                ('until', models.DateTimeField(help_text='留到什么时候')),
                ('base', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bases.base')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days_kept', to='classes.order')),
            ],
            options={
                'indexes': [models.Index(fields=['base', 'day'], name='day_kept_at_base')],
                'constraints': [models.UniqueConstraint(fields=('order', 'base', 'day'), name='day_kept_once_for_an_order')],
            },
        ),
    ]
