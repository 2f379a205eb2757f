"""Adds the figures of circulars, where the shipped figures were loaded before they were among them."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """Reminders, and files that go with a circular."""

    dependencies = [("core", "0025_claims")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
