import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("bases", "0014_claims_once_a_lane"),
        ("directory", "0007_roster_rows_by_copy"),
        ("planning", "0001_yearly_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="plan",
            name="base",
            field=models.ForeignKey(help_text="乡镇党校或学院；县的计划没有", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="bases.base"),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.UniqueConstraint(condition=models.Q(("base", None)), fields=("unit", "year"), name="plan_one_a_year_of_county"),
        ),
    ]
