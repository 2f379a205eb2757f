"""Adds the policy of what becomes of unused seats, where the shipped figures were loaded before it was among them."""

from datetime import date

from django.db import migrations


def add(apps, schema_editor):
    """One row, unless it is there."""
    apps.get_model("core", "Policy").objects.get_or_create(
        key="class.seats.after_deadline",
        place="",
        version=1,
        defaults={
            "value": "return",
            "scope": "名额",
            "rule": "提名截止后没用的名额：return 收回主办单位；keep 留在各单位",
            "source": "ours",
            "status": "ours",
            "valid_from": date(2000, 1, 1),
        },
    )


class Migration(migrations.Migration):
    """The policy of unused seats."""

    dependencies = [("core", "0002_default_policies")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
