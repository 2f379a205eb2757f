"""Adds the figures of contests of courses, where the shipped figures were loaded before they were among them."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The figures of contests of courses."""

    dependencies = [("core", "0026_circular_figures")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
