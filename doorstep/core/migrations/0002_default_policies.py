"""Loads the shipped default policies as dated rows."""

import csv
from datetime import date
from pathlib import Path

from django.db import migrations

SOURCE = Path(__file__).resolve().parent.parent / "reference" / "policies.csv"


def load(apps, schema_editor):
    """Write one version-1 row per line of the shipped file."""
    policy = apps.get_model("core", "Policy")
    with SOURCE.open(encoding="utf-8", newline="") as file:
        rows = [
            policy(
                key=row["key"],
                value=row["value"],
                unit=row["unit"],
                scope=row["scope"],
                rule=row["rule"],
                source=row["source"],
                status=row["status"],
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(file)
        ]
    policy.objects.bulk_create(rows)


class Migration(migrations.Migration):
    """Default policies."""

    dependencies = [("core", "0001_tables")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
