"""What divisions were before they changed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='DivisionPast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('short_name', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=20)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField()),
                ('division', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past', to='directory.division')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.division')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('division', 'valid_from'), name='division_past_unique')],
            },
        ),
    ]
