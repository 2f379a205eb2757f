"""Adds the figures a roster is checked by, where the shipped figures were loaded before they were among them."""

from importlib import import_module

from django.db import migrations

default_policies = import_module("doorstep.core.migrations.0002_default_policies")


def add(apps, schema_editor):
    """The shipped rows of which the database has none under their key."""
    policy = apps.get_model("core", "Policy")
    known = set(policy.objects.values_list("key", flat=True))
    policy.objects.bulk_create(row for row in default_policies.shipped(policy) if row.key not in known)


class Migration(migrations.Migration):
    """The figures of rosters."""

    dependencies = [("core", "0005_never_emptied")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
