"""What a roster wrote, so that it can be taken back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0003_rosters"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="rosterrow",
            name="before_sealed",
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="written",
            field=models.JSONField(default=dict, help_text="写入了什么，撤销时用"),
        ),
        migrations.CreateModel(
            name="RosterBefore",
            fields=[
                ("name", models.CharField(max_length=60)),
                ("sex", models.CharField(choices=[("0", "未知"), ("1", "男"), ("2", "女")], default="0", max_length=1)),
                ("birth_date", models.DateField(null=True)),
                ("birth_month_only", models.BooleanField(default=False)),
                ("ethnicity", models.CharField(blank=True, max_length=2)),
                ("education", models.CharField(blank=True, max_length=2)),
                ("degree", models.CharField(blank=True, max_length=30)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("full", "正式党员"),
                            ("probationary", "预备党员"),
                            ("developing", "发展对象"),
                            ("activist", "入党积极分子"),
                            ("applicant", "入党申请人"),
                            ("outside", "群众"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "membership_state",
                    models.CharField(
                        choices=[("normal", "正常"), ("stopped", "停止党籍")], default="normal", max_length=10
                    ),
                ),
                ("occupation", models.CharField(blank=True, max_length=60)),
                ("work_unit", models.CharField(blank=True, max_length=120)),
                ("join_date", models.DateField(null=True)),
                ("formal_date", models.DateField(null=True)),
                ("lost_contact", models.BooleanField(default=False)),
                ("lost_since", models.DateField(null=True)),
                ("floating", models.BooleanField(default=False)),
                ("flow_to", models.CharField(blank=True, max_length=60)),
                ("migrant_worker", models.BooleanField(default=False)),
                ("new_stratum", models.CharField(blank=True, max_length=40)),
                ("remark", models.CharField(blank=True, max_length=200)),
                ("id_number_sealed", models.BinaryField(default=b"")),
                ("id_number_index", models.BinaryField(max_length=32, null=True)),
                ("mobile_sealed", models.BinaryField(default=b"")),
                ("mobile_index", models.BinaryField(max_length=32, null=True)),
                ("landline_sealed", models.BinaryField(default=b"")),
                ("address_sealed", models.BinaryField(default=b"")),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "roster_import_id", "person_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                ("county", models.CharField(max_length=6)),
                ("updated_at", models.DateTimeField()),
                (
                    "roster_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="before", to="directory.rosterimport"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
