"""Adds the limits for entering places, where the shipped figures were loaded before they were among them."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The limits for entering places."""

    dependencies = [("core", "0008_belts")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
