"""Rosters between upload and the end of their undo."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_division_past"),
    ]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="category",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="person",
            name="membership_state",
            field=models.CharField(
                choices=[("normal", "正常"), ("stopped", "停止党籍")], default="normal", max_length=10
            ),
        ),
        migrations.CreateModel(
            name="RosterImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.BigIntegerField(db_index=True, null=True)),
                ("place", models.CharField(max_length=200)),
                ("county", models.CharField(max_length=6)),
                ("filename", models.CharField(max_length=200)),
                ("file", models.CharField(blank=True, help_text="相对于文件目录；过期后清空", max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("version", models.PositiveSmallIntegerField(help_text="读法的版本")),
                ("allow_demo", models.BooleanField(default=False)),
                ("effective_on", models.DateField(help_text="新增的人从哪天起算在支部")),
                ("sheet", models.CharField(blank=True, max_length=80)),
                ("answers_sealed", models.BinaryField(default=b"", help_text="对列、支部、单元格的答复")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("checking", "核对中"),
                            ("checked", "待写入"),
                            ("refused", "不能读取"),
                            ("committed", "已写入"),
                            ("undone", "已撤销"),
                            ("dropped", "已放弃"),
                        ],
                        default="checking",
                        max_length=10,
                    ),
                ),
                ("layout", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=list)),
                ("refusal", models.JSONField(default=dict)),
                ("task_id", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("committed_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="roster_imports", to="directory.unit"
                    ),
                ),
            ],
            options={
                'indexes': [
                    models.Index(
                fields=["place", "-id"], name="roster_import_place", opclasses=["text_pattern_ops", "int8_ops"]
            ),
                    models.Index(fields=["digest"], name="roster_import_digest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterRow",
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
                        "roster_import_id", "row", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("status", models.CharField(max_length=10)),
                (
                    "action",
                    models.CharField(
                        choices=[("none", "不写入"), ("new", "新增"), ("update", "更新"), ("move", "转入")],
                        default="none",
                        max_length=6,
                    ),
                ),
                ("person_id", models.BigIntegerField(null=True)),
                ("unit_id", models.BigIntegerField(null=True)),
                ("from_unit_id", models.BigIntegerField(null=True)),
                ("posts", models.CharField(blank=True, max_length=40)),
                ("changed", models.JSONField(default=list)),
                ("problems", models.JSONField(default=list)),
                ("raw_sealed", models.BinaryField(default=b"", help_text="填的内容和建议，只在有问题的行")),
                ("before_sealed", models.BinaryField(default=b"", help_text="写入前的内容，撤销时用")),
                (
                    "roster_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="directory.rosterimport"
                    ),
                ),
            ],
            options={
                'indexes': [
                    models.Index(
                condition=models.Q(("status__in", ["warn", "error", "ambiguous", "conflict"])),
                fields=["roster_import", "row"],
                name="roster_row_troubled",
            ),
                ],
            },
        ),
    ]
