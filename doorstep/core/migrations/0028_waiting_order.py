"""Adds how free seats are given to those who wait, where the shipped figures were loaded before that was among them."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The order in which people wait for classes."""

    dependencies = [("core", "0027_contests")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
