"""Adds the figures of orders that wait, where the shipped figures were loaded before they were among them."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The figures of orders that wait."""

    dependencies = [("core", "0021_messages")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
