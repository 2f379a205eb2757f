"""Evidence of a belt may come from any of the units that build it: for which of them it was filed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The unit that filed for a belt of others."""

    dependencies = [
        ("bases", "0017_mobile_schools_can_be_held"),
        ("directory", "0001_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name='evidence',
            name='filed_for',
            field=models.ForeignKey(help_text='共建单位报送的，是哪一家；空着就是阵地自己的单位', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.unit'),
        ),
    ]
