"""Why somebody belongs to no unit any more is said of the last one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0007_roster_rows_by_copy"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="left_as",
            field=models.CharField(
                blank=True,
                choices=[
                    ("away", "转出本市"),
                    ("died", "去世"),
                    ("removed", "出党或停止党籍"),
                    ("mistake", "登记错了"),
                ],
                db_default="",
                max_length=8,
            ),
        ),
    ]
