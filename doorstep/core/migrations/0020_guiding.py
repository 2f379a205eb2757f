"""Adds the figures of guiding and training teachers, where the shipped ones were loaded before these were there."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The figures of guiding and training teachers."""

    dependencies = [("core", "0019_lecturing")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
