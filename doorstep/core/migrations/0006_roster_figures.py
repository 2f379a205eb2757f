"""Adds the figures a roster is checked by, where the shipped figures were loaded before they were among them."""

from datetime import date

from django.db import migrations

CHARTER = "《中国共产党章程》"
FIGURES = (
    ("roster.adult_age", "18", "岁", "入党须年满多少岁", CHARTER + "第一条", "found"),
    ("roster.child_age", "14", "岁", "入党或转正时不满多少岁的，按填错处理", "ours", "ours"),
    ("roster.lost_after_months", "6", "月", "失去联系满多少个月才记为失联", "ours", "ours"),
    ("roster.probation_years", "1", "年", "预备期多少年", CHARTER + "第七条", "found"),
    ("roster.longest_probation_years", "2", "年", "预备期连同延长最多多少年", CHARTER + "第七条", "found"),
)


def add(apps, schema_editor):
    """One row for each figure that is not there."""
    for key, value, unit, rule, source, status in FIGURES:
        apps.get_model("core", "Policy").objects.get_or_create(
            key=key,
            place="",
            version=1,
            defaults={
                "value": value,
                "unit": unit,
                "scope": "名册",
                "rule": rule,
                "source": source,
                "status": status,
                "valid_from": date(2000, 1, 1),
            },
        )


class Migration(migrations.Migration):
    """The figures of rosters."""

    dependencies = [("core", "0005_never_emptied")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
