"""Adds the figures of lectures, links and first lessons, where the shipped ones were loaded before they were there."""

from importlib import import_module

from django.db import migrations

roster_figures = import_module("doorstep.core.migrations.0006_roster_figures")


class Migration(migrations.Migration):
    """The figures of lectures, links and first lessons."""

    dependencies = [("core", "0018_orders")]
    operations = [migrations.RunPython(roster_figures.add, migrations.RunPython.noop)]
