"""Loads the shipped default policies as dated rows."""

import csv
from datetime import date
from pathlib import Path

from django.db import migrations

SOURCE = Path(__file__).resolve().parent.parent / "reference" / "policies.csv"


def shipped(policy):
    """One version-1 row per line of the shipped file, not yet written."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return [
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


def load(apps, schema_editor):
    """Write all of them."""
    policy = apps.get_model("core", "Policy")
    policy.objects.bulk_create(shipped(policy))


class Migration(migrations.Migration):
    """Default policies."""

    dependencies = [("core", "0001_tables")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
