import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("bases", "0011_reservations"),
        ("directory", "0007_roster_rows_by_copy"),
    ]

    operations = [
        migrations.CreateModel(
            name="VenueRule",
            fields=[
                ("reach", models.CharField(choices=[("own", "本单位"), ("township", "本乡镇的单位"), ("county", "本县的单位"), ("network", "全市的单位")], max_length=10)),
                ("notice_days", models.PositiveSmallIntegerField(default=0, help_text="至少提前几天约")),
                ("quiet_days", django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, help_text="不接外单位的星期几，1 是星期一", size=None)),
                ("terms", models.CharField(blank=True, max_length=400)),
                ("venue", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="own_rule", serialize=False, to="bases.venue")),
                ("barred", models.ManyToManyField(help_text="不接待的单位，含下级", related_name="+", to="directory.unit")),
            ],
            options={"abstract": False},
        ),
    ]
